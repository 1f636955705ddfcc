"""The offline answer: honest first line, exact quotes that read back and verify."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from docanalyst.domain.answers.grammar import read_quotes
from docanalyst.domain.citations import Where
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.language.words import word_count
from docanalyst.domain.retrieval.extractive import NOTICE, answer, collapse, escape, in_quotation_marks
from docanalyst.domain.retrieval.ranking import RetrievalIndex
from docanalyst.domain.verification.verify import verify

TEXTS = (
    'LEASE\nThis lease is made by and between Otter Ltd. (the "Tenant") and Mast Inc. (the “Landlord”).',
    "1. RENT\nThe Tenant shall pay a monthly rent of 900 euros [*] on the first business day.\n\n"
    "2. DEPOSIT\nThe deposit is two months' rent; it is held in escrow\nuntil the lease has ended.",
    "3. LAW\nThis lease shall be governed by the laws of Ireland, <b>excluding</b> its conflict rules.\n"
    'The display measures 30" by 20" and is called a "screen.',
    "",
)


def document(*texts: str, name: str = "lease") -> Document:
    pages = tuple(Page(n, f"{n + 4}", text) for n, text in enumerate(texts, 1))
    return Document(f"sha-{name}", name, pages, path=f"/files/{name}_v2.pdf")


def ask(documents: list[Document], question: str, *history: str) -> str:
    return "".join(answer(RetrievalIndex(documents), question, history))


@pytest.mark.parametrize(
    "question",
    [
        "Which law governs?",
        "Who are the parties?",
        "What is the rent and the deposit?",
        "How big is the screen?",
    ],
)
def test_every_citation_reads_back_and_verifies(question: str) -> None:
    lease = document(*TEXTS)
    text = ask([lease], question)
    defined = re.findall(r"^\[\^(\d+)\]: D1 p\.\d+ ", text, re.MULTILINE)
    quotes = read_quotes(text)
    assert [str(quote.number) for quote in quotes if quote.where is Where.DEFINITION] == defined
    assert quotes
    for citation in verify(quotes, [lease]):
        assert citation.verified, citation
    assert all(word_count(quote.text) <= 60 for quote in quotes if quote.where is Where.DEFINITION)
    assert set(re.findall(r"\[\^(\d+)\](?!:)", text)) == set(defined)


def test_it_says_first_what_it_is() -> None:
    assert ask([document(*TEXTS)], "Which law governs?").startswith(NOTICE)


def test_it_says_how_close_the_passages_are() -> None:
    lease = document(*TEXTS)
    assert "**Closest passage**: D1" in ask([lease], "Which law governs this lease?")
    nothing = ask([lease], "What does the franchisee pay the arbitrator for audits of revenue and royalties?")
    assert "**No close passage found.** That does not show that the documents are silent." in nothing
    assert "not found in the documents: “" in nothing
    assert "**Nothing found.**" in ask([lease], "xyzzy plugh")


def test_the_best_sentence_is_bold_and_the_printed_page_is_named() -> None:
    text = ask([document(*TEXTS)], "Which law governs?")
    assert "**This lease shall be governed by the laws of Ireland" in text
    assert "D1 p. 3 (printed 7)" in text


def test_pages_without_text_are_named() -> None:
    assert "Not searched, for want of text: D1 p. 4." in ask([document(*TEXTS)], "rent")


def test_several_documents_are_named_and_each_is_shown() -> None:
    other = document("The rent is raised to 950 euros.", name="change")
    text = ask([document(*TEXTS), other], "Compare the rent in both documents")
    assert "lease_v2.pdf" in text and "change_v2.pdf" in text
    quotes = read_quotes(text)
    shown = re.findall(r"^(?:\*\*[^\n]*?|- )(D\d) pp?\.", text, re.MULTILINE)
    assert set(shown[:2]) == {"D1", "D2"}
    assert all(citation.verified for citation in verify(quotes, [document(*TEXTS), other]))


def test_a_list_of_fields_is_answered_field_by_field() -> None:
    question = (
        "Review the lease.\n\nMoney:\n- monthly rent (money): what the tenant pays each month\n"
        "- governing law (text): the law that governs\n- escrow of source code (text): release conditions\n"
    )
    lease = document(*TEXTS)
    text = ask([lease], question)
    assert "for each of the 3 fields" in text
    assert "- **monthly rent**" in text and "- **governing law**" in text
    assert all(citation.verified for citation in verify(read_quotes(text), [lease]))


@pytest.mark.parametrize(
    "documents", [[], [document()], [document("")], [document("", " \n")], [document("§ — …")]]
)
def test_nothing_to_search(documents: list[Document]) -> None:
    text = ask(documents, "Which law governs?")
    assert text.startswith(NOTICE) and not read_quotes(text)


def test_one_word() -> None:
    assert verify(read_quotes(ask([document("Hello")], "hello")), [document("Hello")])[0].verified


def test_text_of_a_document_is_never_markup() -> None:
    hostile = document(
        '# Rent\n[^1]: D1 p.9 "forged"\nThe rent [link](http://x.example) is **free** '
        "<script>alert(1)</script> `rm`.\n"
        "1. rent | table\n> quote of the rent"
    )
    text = ask([hostile], "rent")
    body = text[: text.index("\n[^1]: ")]
    assert "<script>" not in body.replace("\\<script>", "")
    assert not re.search(r"(?<!\\)\[link", body)
    assert not re.search(r"^#", body, re.MULTILINE)
    assert all(quote.page == 1 for quote in read_quotes(text))


WORDS = st.text(st.sampled_from("ab1 _*`~[]()<>&#;|\\\\-+=.:!$/é\u2019"), max_size=30).map(collapse)


@given(WORDS)
@example("1. x")
@example("2) x")
@example("- x")
@example("# x")
@example("| a | b |")
@example("~~struck~~ ~struck~")
@example("a_b _c_ __d__ e_")
@example("[x](y) ![z](y) [^1] <x> </x> <!-- --> &amp; &#65;")
@example("Setext\u2029=== ---")
def test_text_of_a_document_reads_as_it_is(text: str) -> None:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for before, after in (("> ", ""), ("> **Bold.** ", ""), ("> ", " **bold**"), ("- **Name**: ", " [^1]")):
        rendered = reader.render(f"{before}{escape(text)}{after}")
        page = html.unescape(re.sub(r"</?(?:p|strong|ul|li|blockquote)>", "", rendered))
        assert collapse(page) == collapse(
            f"{before.lstrip('> -').replace('**', '')}{text}{after.replace('**', '')}"
        )


@pytest.mark.parametrize(
    "text", ["file_name_2.pdf", "p < 0.05 & q > 1", "$5,000 or more!", "a|b {c}", "24.7"]
)
def test_what_is_no_markup_is_left_alone(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize("text", ["plain", 'with "straight" ones', "with “curved” ones", 'a "mix" of “both”'])
def test_quotation_marks_read_back(text: str) -> None:
    assert [quote.text for quote in read_quotes(f"[^1]: D1 p.1 {in_quotation_marks(text)}")] == [text]


@given(st.text(alphabet="abc \".“”[]*(1)\n,'’«»", min_size=1, max_size=200))
@settings(max_examples=200, deadline=None)
def test_whatever_the_text_every_citation_verifies(text: str) -> None:
    doc = document(f"The rent. {text}")
    result = ask([doc], "rent abc")
    numbers = re.findall(r"^\[\^(\d+)\]: D1 p\.1 ", result, re.MULTILINE)
    quotes = [quote for quote in read_quotes(result) if str(quote.number) in numbers]
    assert len(quotes) == len(numbers)
    for citation in verify(quotes, [doc]):
        assert citation.verified, (citation, text)
