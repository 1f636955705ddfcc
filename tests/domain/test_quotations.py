"""Quotations of texts that we did not write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.domain.answers.grammar import ReadQuote, read_places
from docanalyst.domain.citations import Quote, Where
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.verification.verify import verify


def find_quotations(text: str) -> list[ReadQuote]:
    return sorted(read_places(text, printed=True), key=lambda item: item.start)


def quotations(text: str) -> list[Quote]:
    return [item.quote for item in find_quotations(text)]


def _texts(text: str) -> list[str]:
    return [quote.text for quote in quotations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He wrote "one two" and “three four”.', ["one two", "three four"]),
        ("Il dit « bonjour à tous » puis „auf ein Wiedersehen“.", ["bonjour à tous", "auf ein Wiedersehen"]),
        ("The tenants' rights and the landlord's duty.", []),
        ("It must 'not assign the tenant's lease' at all.", ["not assign the tenant's lease"]),
        ("It says ``in the usual way'' here.", ["in the usual way"]),
        ('He said "she said "no" to it" then.', ['she said "no" to it']),
        ('<a href="https://example.org">link</a> says "these very words".', ["these very words"]),
        ('```\ncode "is not" read\n```\n\nText "is read here".', ["is read here"]),
        ("> The Landlord may\n> terminate this Lease.", ["The Landlord may\nterminate this Lease."]),
        ("“A paragraph opens.\n\n“The next goes on.”", ["A paragraph opens.", "The next goes on."]),
        ("契約は「賃料を支払う」と定める。", ["賃料を支払う"]),
    ],
)
def test_marks_and_block_quotes(text: str, expected: list[str]) -> None:
    assert _texts(text) == expected


@pytest.mark.parametrize(
    ("text", "page", "label"),
    [
        ('It says "the very words" (Lease, p. 12).', None, "12"),
        ('It says "the very words" (Lease, PDF p. 12).', 12, None),
        ('It says "the very words." Lease at 14.', None, "14"),
        ('It says "the very words." See Ex. A at 3.', None, "3"),
        ('On page 9 the lease says "the very words".', None, "9"),
        ("> the words\n> (Lease, p. iv)", None, "iv"),
        ('It says "the very words". On p. 7 it adds more.', None, None),
        ('It says "the very words" at 5 p.m. on Monday.', None, None),
    ],
)
def test_pages_named_beside(text: str, page: int | None, label: str | None) -> None:
    (quote,) = quotations(text)
    assert (quote.page, quote.page_label) == (page, label)


def test_our_own_grammar_keeps_its_places_and_other_marks_are_read_too() -> None:
    text = 'He says "some other words" first.[^1]\n\n[^1]: D2 p.17 "our own words"\n'
    assert quotations(text) == [
        Quote("some other words", "D2", 17, 2, where=Where.BODY),
        Quote("our own words", "D2", 17, 1),
    ]


def test_printed_and_physical_numbers_both_satisfy_a_brief() -> None:
    pages = (Page(1, "i", "Preface words stand in here."), Page(2, "1", "The tenant shall pay the rent."))
    document = Document("a" * 64, "Lease", pages)
    for number in ("1", "2"):
        quotes = quotations(f"“The tenant shall pay the rent.” Lease at {number}.")
        assert verify(quotes, [document])[0].verified
    quotes = quotations("“The tenant shall pay the rent.” Lease at 7.")
    assert verify(quotes, [document])[0].verdict == "wrong_page"


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    for item in find_quotations(text):
        assert 0 <= item.start < item.end <= len(text)


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", ['"', "'a ", "> a\n", "``a", "'a'b", '"a" ', "“", '(p. 1) "', "```\n\n"])
def test_hostile_text_takes_time_in_proportion(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    assert len(quotations(text)) <= len(text)
