"""The words for one fact are the same in every output."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from docanalyst.domain.citations import Citation, Difference, Verdict
from docanalyst.domain.documents import page_reference
from docanalyst.domain.models import Cost, Usage
from docanalyst.domain.receipt import Coverage, Receipt, ReceiptDocument
from docanalyst.domain.turns import Timings, Turn, TurnStatus
from docanalyst.exporters.presentation import figures, marks, places
from docanalyst.exporters.presentation.receipt import receipt_parts, receipt_rows


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((9,), "p. 9"),
        ((9, "6"), "p. 9 (printed 6)"),
        ((9, "9"), "p. 9"),
        ((9, "  "), "p. 9"),
        ((9, "iv\n5"), "p. 9 (printed iv 5)"),
        ((9, "6", 9, "6"), "p. 9 (printed 6)"),
        ((9, "6", 11, "8"), "pp. 9-11 (printed 6-8)"),
        ((9, "6", 11, None), "pp. 9-11 (printed 6)"),
        ((9, None, 11, "8"), "pp. 9-11"),
        ((None, "6"), "printed p. 6"),
        ((None,), "no page cited"),
    ],
)
def test_a_page_is_named_by_the_pdf_first(given: tuple[object, ...], words: str) -> None:
    assert page_reference(*given) == words  # type: ignore[arg-type]


def _citation(**changes: object) -> Citation:
    made = Citation(1, "D1", "the words", Verdict.VERBATIM, "/a/lease.pdf", page=9, page_label="6")
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_place_names_document_page_and_file() -> None:
    assert places.claimed_place(_citation()) == "D1 p. 9 (printed 6), lease.pdf"
    assert places.claimed_place(_citation(document="lease.pdf")) == "lease.pdf p. 9 (printed 6)"
    assert places.place("", 9, "6", "C:\\x\\lease.pdf") == "lease.pdf, p. 9 (printed 6)"
    assert places.place("", None) == "no document, no page cited"


def test_a_verified_quotation_without_a_page_is_shown_where_it_was_found() -> None:
    found = _citation(page=None, page_label=None, found_page=9, found_page_label="6")
    assert places.claimed_place(found) == "D1 p. 9 (printed 6), lease.pdf"
    lost = replace(found, verdict=Verdict.ALTERED)
    assert places.claimed_place(lost) == "D1 lease.pdf, no page cited"


def test_what_is_said_of_a_quotation_elsewhere() -> None:
    moved = _citation(verdict=Verdict.WRONG_PAGE, found_document="D1", found_page=3)
    assert (places.claim(moved), places.found_words(moved)) == (
        "cited as D1 p. 9 (printed 6)",
        "found at D1 p. 3",
    )
    altered = replace(moved, verdict=Verdict.ALTERED, differences=(Difference("60", "30", "number"),))
    assert (places.claim(altered), places.found_words(altered)) == ("", "closest passage: D1 p. 3")
    assert places.found_words(_citation(found_page=9)) == ""


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (Difference("60", "30", "number"), "number: quoted “60”, the page has “30”"),
        (Difference("ten", "", "word"), "word: quoted “ten”; the page does not have it"),
        (Difference("", "not", "negation"), "negation: the page has “not”; the quotation leaves it out"),
        (Difference("b a", "", "order"), "order: the words are in a different order on the page: “b a”"),
    ],
)
def test_a_difference_says_what_is_missing(difference: Difference, words: str) -> None:
    assert places.difference_words(difference) == words


def test_long_and_many_differences_are_cut_and_counted() -> None:
    many = tuple(Difference("x" * 900, "y\ny", "word") for _ in range(places.DIFFERENCES + 1))
    lines = list(places.differences(_citation(differences=many), 40))
    assert len(lines) == places.DIFFERENCES + 1
    assert lines[-1] == "and 1 more difference"
    assert all(len(line) < 120 and "\n" not in line for line in lines)


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (None, "price unknown"),
        (Cost(0), "no cost"),
        (Cost(1), "$0.0001"),
        (Cost(12_500), "$0.0125"),
        (Cost(12_500, estimated=True), "about $0.0125"),
        (Cost(1_234_560_000), "$1,234.56"),
        (Cost(12_500, "CHF"), "CHF 0.0125"),
    ],
)
def test_money(cost: Cost | None, words: str) -> None:
    assert figures.money(cost) == words


def test_amounts_that_are_nothing_or_unknown() -> None:
    assert (figures.amount(0), figures.amount(None)) == ("$0", "?")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.6, "1 min 00 s"),
        (185, "3 min 05 s"),
        (3_599.7, "1 h 00 min"),
        (7_800, "2 h 10 min"),
    ],
)
def test_seconds(value: float, words: str) -> None:
    assert figures.seconds(value) == words


def test_times_of_records_name_their_zone() -> None:
    assert figures.moment("2026-03-03T14:02:05+02:00") == "2026-03-03 12:02 UTC"
    assert figures.moment("yesterday") == "yesterday"
    assert figures.when("not a time", datetime.now(UTC)) == ""


def test_the_summary_counts_by_what_was_found() -> None:
    turn = _turn(
        citations=(_citation(), _citation(verdict=Verdict.ALTERED), _citation(verdict=Verdict.ALTERED)),
        coverage=Coverage(1, 0),
    )
    mark, words = marks.verdict_summary(turn)
    assert mark == marks.VERDICTS["altered"]
    assert words == "1 of 3 quotations verified · 2 ≠ altered · 0 of 1 statement has a verified citation"
    nothing = marks.verdict_summary(_turn())
    assert "has no citations" in nothing[1] and nothing[0].role == "doubt"


def test_every_verdict_and_status_has_words() -> None:
    assert set(marks.VERDICTS) == {verdict.value for verdict in Verdict}
    assert set(marks.STATUSES) == {status.value for status in TurnStatus}
    assert {verdict for verdict, mark in marks.VERDICTS.items() if mark.role == "good"} == {
        verdict.value for verdict in Verdict if verdict.verified
    }


def _turn(**changes: object) -> Turn:
    made = Turn("t", "s", "Q?", "groq", "qwen3-32b", TurnStatus.COMPLETE, "A.")
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_receipt_says_what_is_known_and_nothing_else() -> None:
    document = ReceiptDocument("D1", "a.pdf", "ab", 1, "1", 900, (1,))
    receipt = Receipt((document,), "cd", 131_072, 4_096, 1_000, "estimate", None, None)
    turn = _turn(receipt=receipt, usage=Usage(10, 4, 1, 0, True), cost=None, timings=Timings(None, 0.0))
    rows = {row.name: row.value for row in receipt_rows(turn)}
    assert rows["Answered by"] == "qwen3-32b at groq"
    assert rows["D1"] == "1 page · 900 tokens · a.pdf"
    assert rows["No text"] == "! page 1"
    assert rows["Sent"] == "1,000 tokens (estimated)"
    assert rows["Billed"] == "not reported"
    assert rows["Received"] == "unknown: the provider reported no count"
    assert rows["Input"] == "10 tokens, 4 of them cached (estimated here)"
    assert rows["Output"] == "1 token (estimated here)"
    assert rows["Cost"] == "price unknown"
    assert not {"Time", "Asked", "Prompt"} & set(rows)
    assert receipt_parts(turn) == [
        "1 document, whole",
        "1 page without text",
        "1,000 tokens (estimated) of 131,072",
        "qwen3-32b at groq",
    ]


def test_a_context_that_was_cut_is_said_in_the_same_words_everywhere() -> None:
    receipt = Receipt((), "cd", 131_072, 4_096, 9_000, "exact", 2_048, False)
    (row,) = [row for row in receipt_rows(_turn(receipt=receipt)) if row.name == "Received"]
    assert row.role == "bad"
    assert row.value == (
        "✗ the provider counted 2,048 tokens, but 9,000 were sent: it may not have read all of the documents"
    )
    assert "2,048 billed" in " ".join(receipt_parts(_turn(receipt=receipt)))
