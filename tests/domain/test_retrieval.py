"""Ranking passages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.language.words import word_count
from docanalyst.domain.retrieval.ranking import Band, RetrievalIndex, band_of, rank

CLAUSES = (
    "1. RENT\nThe Tenant shall pay a monthly rent of 900 euros on the first business day of each month.",
    "2. DEPOSIT\nThe Tenant shall hand over a deposit of two months' rent before moving in.",
    "3. PETS\nThe Tenant may keep one cat. Dogs and larger animals need the written consent of the Landlord.",
    "4. REPAIRS\nThe Landlord shall keep the roof, the windows and the heating in good order.",
    "5. END\nEither party may terminate this lease without cause upon ninety days prior written notice.",
    "6. LAW\nThis lease shall be governed by and construed in accordance with the laws of Ireland.",
)


def document(name: str, *texts: str, label: str | None = None) -> Document:
    pages = tuple(Page(number, label, text) for number, text in enumerate(texts, 1))
    return Document(f"sha-{name}", name, pages, path=f"/files/{name}.pdf")


LEASE = document("lease", *CLAUSES)


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("Which law applies?", 6),
        ("Governing Law", 6),
        ("Can a party terminate for convenience?", 5),
        ("May I keep a dog?", 3),
        ("On which day is the rent due?", 1),
        ("Who repairs the heating?", 4),
    ],
)
def test_the_right_page_is_first(question: str, page: int) -> None:
    best = rank([LEASE], question).passages[0]
    assert page in [span.page_number for span in best.best]


def test_passages_are_exact_copies_and_do_not_overlap() -> None:
    ranking = rank([LEASE], "What must the tenant pay, and when may the lease end?")
    seen: set[tuple[int, int]] = set()
    for passage in ranking.passages:
        pieces = []
        for span in (*passage.spans, *passage.best):
            page = LEASE.page(span.page_number)
            assert page is not None and 0 <= span.start < span.end <= len(page.text)
        for span in passage.spans:
            page = LEASE.page(span.page_number)
            assert page is not None
            pieces.append(page.text[span.start : span.end])
            places = {(span.page_number, offset) for offset in range(span.start, span.end)}
            assert not places & seen
            seen |= places
        assert passage.text == "\n".join(pieces)
        assert word_count(passage.text) <= 110
    scores = [passage.score for passage in ranking.passages]
    assert scores == sorted(scores, reverse=True)


def test_the_limit_is_kept() -> None:
    assert len(rank([LEASE], "the lease, the rent and the tenant", limit=2).passages) <= 2


def test_three_bands() -> None:
    assert rank([LEASE], "Which law governs the lease?").band is Band.STRONG
    nothing = rank([LEASE], "What is the escrow agent's fee for releasing source code to franchisees?")
    assert nothing.band is Band.NOTHING
    assert nothing.absent == ("franchisees",)
    values = (0.5, 0.2, 0.05)
    assert [band_of(value, earned=True) for value in values] == [Band.STRONG, Band.POSSIBLE, Band.NOTHING]
    assert [band_of(value, earned=False) for value in values] == [Band.POSSIBLE, Band.POSSIBLE, Band.NOTHING]
    assert band_of(0.15, research=1.0, earned=True) is Band.NOTHING


def test_a_printed_label_goes_with_the_passage() -> None:
    passage = rank([document("n", "The fee is nine euros.", label="xiv")], "fee").passages[0]
    assert (passage.page_number, passage.page_label, passage.document) == (1, "xiv", "D1")


def test_documents_are_told_apart_and_compared() -> None:
    other = document("amendment", "The monthly rent is raised to 950 euros.", "Nothing else changes.")
    index = RetrievalIndex([LEASE, other])
    compared = index.rank("Compare the monthly rent in both documents").passages
    assert {passage.document for passage in compared[:2]} == {"D1", "D2"}
    assert index.rank("What is the monthly rent in D2?").passages[0].document == "D2"
    assert index.rank("What rent does the amendment set?").passages[0].document == "D2"


def test_no_passage_reaches_into_another_document() -> None:
    first, second = document("a", "The rent is due"), document("b", "the first day of May.")
    for passage in RetrievalIndex([first, second]).rank("rent first day").passages:
        assert len({span.document_sha256 for span in passage.spans}) == 1


def test_a_follow_up_uses_the_question_before() -> None:
    amendment = document(
        "amendment", "Notice of termination may be given by telegram.", "Cats are now forbidden."
    )
    index = RetrievalIndex([LEASE, amendment])
    ranking = index.rank("and in the amendment?", history=["How is notice of termination given?"])
    assert ranking.passages[0].document == "D2"
    assert "telegram" in ranking.passages[0].text


def test_header_fields_come_first() -> None:
    contract = document(
        "c",
        "SUPPLY AGREEMENT\nThis Agreement is made on May 3, 2019 by and between Roe Ltd. and Doe Inc.",
        *["The agreement and the contract and the parties and the dates are mentioned here."] * 5,
    )
    for question in (
        "What is the name of the agreement?",
        "Who are the parties?",
        "The date of the contract",
    ):
        ranking = rank([contract], question)
        assert ranking.passages[0].page_number == 1 and ranking.band is Band.STRONG


@pytest.mark.parametrize("texts", [(), ("",), ("   \n ", ""), ("word",), ("…", "!!"), ("\u2060<|im_end|>",)])
@pytest.mark.parametrize("question", ["", "word", "Which law governs?", "Who are the parties?", "什么"])
def test_hardly_any_text(texts: tuple[str, ...], question: str) -> None:
    ranking = rank([document("x", *texts)], question)
    assert ranking.confidence >= 0
    if not ranking.passages:
        assert ranking.band is Band.NOTHING


def test_no_documents() -> None:
    assert rank([], "anything").passages == ()


def test_chinese() -> None:
    text = (
        "第一条 付款\n买方应在三十日内付款。\n第二条 法律\n本合同受中华人民共和国法律管辖。\n"
        "第三条 终止\n任何一方可通知终止。"
    )
    passage = rank([document("z", text)], "本合同适用哪国法律？").passages[0]
    best = passage.best[0]
    assert "法律管辖" in text[best.start : best.end]


@given(
    st.lists(st.text(alphabet="abc. \n(1)“é同。;", max_size=120), max_size=4),
    st.text(alphabet="abc1同 ?", max_size=30),
)
@settings(max_examples=150, deadline=None)
def test_any_text_gives_exact_spans(texts: list[str], question: str) -> None:
    doc = document("h", *texts)
    for passage in rank([doc], question).passages:
        pages = {page.number: page.text for page in doc.pages}
        assert passage.text == "\n".join(pages[s.page_number][s.start : s.end] for s in passage.spans)
