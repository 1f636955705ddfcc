"""Clauses by number and heading, and which of them holds a place."""

from __future__ import annotations

import pytest

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.language.clauses import Clauses


def clauses(*texts: str) -> Clauses:
    return Clauses(Document("s", "t", tuple(Page(n, None, text) for n, text in enumerate(texts, 1))))


LEASE = clauses(
    "LEASE\n1. Rent. The rent is 900 euros.\n"
    "1.1 It is paid monthly within\n30 days of the invoice. It is not waived.\n",
    "(a) In cash; or\n(b) by transfer.\nARTICLE II\nREPAIRS\nThe Landlord repairs the roof.\n3. 14 pages.",
)


def test_labels_in_order() -> None:
    assert [(clause.label, clause.title) for clause in LEASE.all][:4] == [
        ("LEASE", ""),
        ("§ 1", "Rent"),
        ("§ 1.1", ""),
        ("Article II", "REPAIRS"),
    ]


@pytest.mark.parametrize(
    ("page", "words", "label"),
    [
        (1, "900 euros", "§ 1"),
        (1, "30 days", "§ 1.1"),
        (2, "by transfer", "§ 1.1"),
        (2, "the roof", "Article II"),
    ],
)
def test_the_clause_at_a_place(page: int, words: str, label: str) -> None:
    text = LEASE.document.pages[page - 1].text
    assert LEASE.label_at(page, text.index(words)) == label


def test_numbers_that_do_not_go_on_are_no_clauses() -> None:
    found = clauses(
        "1. Rent. It is due.\n1998. A year.\n57. The statute of limits is long.\n2. End. It ends."
    )
    assert [clause.label for clause in found.all] == ["§ 1", "§ 2"]


@pytest.mark.parametrize("texts", [(), ("",), ("no clauses here",), ("1", "."), ("I" * 5_000,)])
def test_nothing(texts: tuple[str, ...]) -> None:
    assert clauses(*texts).at(1, 0) is None or texts == ("I" * 5_000,)
