"""Sentences as offsets: exact copies, whole, never longer than a passage."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docanalyst.domain.documents import Page
from docanalyst.domain.language.sentences import LONGEST, divide, is_heading, split_document, split_page
from docanalyst.domain.language.words import word_count


def sentences_of(text: str) -> list[str]:
    return [text[start:end] for start, end in split_page(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It ends. It begins.", ["It ends.", "It begins."]),
        ("Acme Inc. shall pay Mr. Roe. He may sue.", ["Acme Inc. shall pay Mr. Roe.", "He may sue."]),
        ("See Sec. 4.2 and No. 7 of it.", ["See Sec. 4.2 and No. 7 of it."]),
        ("2.1. The Buyer pays.\n2.2. The Seller ships.", ["2.1. The Buyer pays.", "2.2. The Seller ships."]),
        (
            "The rent is due;\n(a) on Monday;\n(b) or later.",
            ["The rent is due;", "(a) on Monday;", "(b) or later."],
        ),
        ("Item | Value\nRent | 900\nPaid monthly.", ["Item | Value", "Rent | 900", "Paid monthly."]),
        ("TERM AND END\nThis lease runs on.", ["TERM AND END", "This lease runs on."]),
        ("“Is it so?” She left.", ["“Is it so?”", "She left."]),
        ("付款期限为三十日。逾期应付利息。", ["付款期限为三十日。", "逾期应付利息。"]),
        ("   \n\n  ", []),
    ],
)
def test_split(text: str, expected: list[str]) -> None:
    assert sentences_of(text) == expected


def test_a_sentence_wrapped_before_a_list_mark_is_not_broken() -> None:
    text = (
        "as amounts payable to third parties to fulfil the duties described in\nArticle 8, nothing is owed."
    )
    assert len(sentences_of(text)) == 1


@given(st.text(alphabet="aZ .;:,\n()19“”!é合同。\u00a0", max_size=400))
@settings(max_examples=200)
def test_nothing_but_blanks_is_lost(text: str) -> None:
    spans = split_page(text, 0, len(text))
    kept = "".join(text[start:end] for start, end in spans)
    assert kept.split() == "".join(kept).split()
    assert "".join(kept.split()) == "".join(text.split())
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))


def test_a_long_sentence_is_divided_at_its_clauses() -> None:
    text = (
        "The Buyer shall "
        + "; and ".join(f"pay the {n} charge that the Seller names" for n in range(40))
        + "."
    )
    pieces = divide(text, 0, len(text))
    assert all(word_count(text, start, end) <= LONGEST for start, end, _ in pieces)
    assert all(text[start:end].endswith((";", "; and")) for start, end, _ in pieces[:-1])
    assert "".join(text[start:end] for start, end, _ in pieces).replace(" ", "") == text.replace(" ", "")


def test_running_heads_are_left_out_and_a_sentence_runs_on_over_the_page() -> None:
    pages = tuple(
        Page(number, None, f"Source: ACME, 10-K\n{body}\n- {number} -")
        for number, body in enumerate(
            (
                "First the rent is paid by the tenant to the",
                "landlord each month. Then it rains.",
                "Third page.",
            ),
            1,
        )
    )
    sentences = split_document(pages)
    texts = ["|".join(pages[page].text[start:end] for page, start, end in item.parts) for item in sentences]
    assert texts == [
        "First the rent is paid by the tenant to the|landlord each month.",
        "Then it rains.",
        "Third page.",
    ]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("9. TERM AND TERMINATION", True),
        ("Article II: Definitions", True),
        ("4.2 Governing Law", True),
        ("4.2 The tenant pays.", False),
        ("42", False),
        ("and the landlord", False),
        ("", False),
    ],
)
def test_headings(text: str, heading: bool) -> None:
    assert is_heading(text) is heading


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["I" * 200_000, ". " * 100_000, "1." * 100_000, "\n" * 200_000, "(a) " * 50_000]
)
def test_hostile_text_takes_no_time_to_speak_of(text: str) -> None:
    began = time.process_time()
    split_document((Page(1, None, text),))
    is_heading(text[:2_000])
    assert time.process_time() - began < 20


def test_no_citation_and_no_short_parenthesis_is_divided() -> None:
    text = (
        "the parties agree that any and all disputes between them shall be settled by binding arbitration "
        "which shall be governed by the Federal Arbitration Act (9 U.S.C. § 1 et seq.) and not by the law of "
        "any state whatever the place at which one of them resides or does its business or keeps its books"
    )
    for longest in range(18, 40):
        pieces = [text[start:end] for start, end, _ in divide(text, 0, len(text), longest)]
        assert " ".join(pieces) == text
        assert all(len(piece.split()) <= longest for piece in pieces)
        assert any("(9 U.S.C. § 1 et seq.)" in piece for piece in pieces), pieces
