"""Clause numbers of recognised pages stand before their clauses."""

from __future__ import annotations

import pytest

from docanalyst.pdf.ocr.numbering import with_numbers
from docanalyst.pdf.ocr.words import Word


def row(text: str, left: int, top: int, line: int) -> list[Word]:
    """Words of a line, 200 apart, 100 high."""
    return [
        Word(word, (left + 200 * place, top, left + 200 * place + 150, top + 100), line, 95.0)
        for place, word in enumerate(text.split())
    ]


def texts(words: list[Word]) -> list[str]:
    lines: dict[int, list[str]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word.text)
    return [" ".join(line) for line in lines.values()]


def test_a_column_of_numbers_goes_to_its_clauses() -> None:
    numbers = row("14.", 880, 1000, 0) + row("14.1", 880, 1200, 1) + row("15,", 880, 1600, 2)
    clauses = row("Confidentiality", 1210, 1000, 3) + row("Each party shall", 1210, 1200, 4)
    clauses += row("keep it secret", 1210, 1400, 5) + row("The duties end", 1210, 1600, 6)
    assert texts(with_numbers(numbers + clauses)) == [
        "14. Confidentiality",
        "14.1 Each party shall",
        "keep it secret",
        "15, The duties end",
    ]


@pytest.mark.parametrize(
    ("number", "left", "top"),
    [("7", 880, 5000), ("7", 3000, 1000), ("Party", 880, 1000), ("2019", 880, 1000), ("7", -900, 1000)],
)
def test_what_is_no_number_of_a_clause_stays_where_it_is(number: str, left: int, top: int) -> None:
    words = row(number, left, top, 0) + row("Each party shall", 1210, 1000, 1)
    assert with_numbers(words) == words


def test_numbers_beside_numbers_are_a_table() -> None:
    words = row("1", 100, 1000, 0) + row("2", 500, 1000, 1) + row("3", 900, 1000, 2)
    assert with_numbers(words) == words


def test_no_words() -> None:
    assert with_numbers([]) == []
