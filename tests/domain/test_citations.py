"""Reading quotes out of answers: the grammar, what people and models make of it, and hostile text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.domain.answers.grammar import read_quotes
from docanalyst.domain.citations import Quote, Where


def _read(answer: str) -> list[tuple[str, str | None, int | None]]:
    return [(quote.text, quote.document, quote.page) for quote in read_quotes(answer)]


def test_the_grammar() -> None:
    answer = 'Rent is due.[^1] It may rise.[^2]\n\n[^1]: D2 p.17 "on the first day"\n[^2]: D1 p.3 "by 3 %"\n'
    assert read_quotes(answer) == [
        Quote("on the first day", "D2", 17, 1),
        Quote("by 3 %", "D1", 3, 2),
    ]


@pytest.mark.parametrize(
    "line",
    [
        '[^7]: D2 p.17 "the tenant shall pay"',
        '[^7]: D2 p. 17: "the tenant shall pay"',
        '[^7] D2 p.17 "the tenant shall pay"',
        '[7]: D2, p. 17 "the tenant shall pay"',
        '[7] (D2, p. 17) "the tenant shall pay"',
        '**[^7]:** D2 page 17 "the tenant shall pay"',
        "- [^7]: D2 PDF p. 17 “the tenant shall pay”",
        "> [^7]: [D2 p.17 · 3f9ac21b] «the tenant shall pay»",
        "* [^7]: D2 pg. 17 „the tenant shall pay“",
        '[^7]: Document 2, page 17 — "the tenant shall pay"',
        '[^7]: "the tenant shall pay" (D2, p. 17)',
        '[^7]: "the tenant shall pay" — D2 p. 17',
        "[^7]: D2 p.17 'the tenant shall pay'",
        "[^7]: D2 p.17 the tenant shall pay",
        "[^7]: d2 P.17 「the tenant shall pay」",
        '【7】: D2 第17页 "the tenant shall pay"',
        '| [^7] | D2 p.17 | "the tenant shall pay" |',
        '[^7]: D2 p.17 **"the tenant shall pay"**',
        '[^7]: D2 p.17\n"the tenant shall pay"',
        '7. D2 p.17 "the tenant shall pay"',
        '[^7]: D2:17 "the tenant shall pay"',
    ],
)
def test_forms_of_one_citation(line: str) -> None:
    (quote,) = read_quotes(f"The tenant pays.[^7]\n\n{line}\n")
    assert (quote.text, quote.document, quote.page, quote.number) == ("the tenant shall pay", "D2", 17, 7)


def test_document_may_be_left_out() -> None:
    assert _read('[^1]: p. 4 "the words"') == [("the words", None, 4)]


def test_document_may_be_a_file_name() -> None:
    assert _read('[^1]: lease.pdf, p. 4: "the words"') == [("the words", "lease.pdf", 4)]
    assert _read('[^1]: "lease.pdf" p. 4 "the words"') == [("the words", "lease.pdf", 4)]


def test_page_ranges_and_printed_numbers() -> None:
    (quote,) = read_quotes('[^1]: D1 pp. 3-4 "the words"')
    assert (quote.page, quote.last_page) == (3, 4)
    (quote,) = read_quotes('[^1]: D1 pp. 117–8 "the words"')
    assert (quote.page, quote.last_page) == (117, 118)
    (quote,) = read_quotes('[^1]: D1 p.17 (printed 15) "the words"')
    assert (quote.page, quote.page_label) == (17, "15")
    (quote,) = read_quotes('[^1]: Lease, p. 12 (PDF 15) "the words"')
    assert (quote.page, quote.page_label) == (15, "12")
    (quote,) = read_quotes('[^1]: D1 p. iv "the words"')
    assert (quote.page, quote.page_label) == (None, "iv")


def test_a_list_of_pages_claims_none_between() -> None:
    (quote,) = read_quotes('[^1]: D1 pp. 3, 9 "the words"')
    assert (quote.page, quote.last_page) == (3, None)


def test_quote_over_lines_and_paragraphs() -> None:
    assert _read('[^1]: D1 p.3 "the tenant\nshall pay"\n\nMore text.') == [("the tenant\nshall pay", "D1", 3)]
    assert _read('[^1]: D1 p.3 "the tenant\n\nshall pay"\n[^2]: D1 p.4 "other"') == [
        ("the tenant\n\nshall pay", "D1", 3),
        ("other", "D1", 4),
    ]


def test_text_after_a_definition_is_not_part_of_it() -> None:
    assert _read('[^1]: D1 p.3 "the tenant shall pay"\nSo the "rent" is due.') == [
        ("the tenant shall pay", "D1", 3)
    ]


def test_marks_inside_a_quote() -> None:
    assert (
        _read('[^1]: D1 p.3 "The "Effective Date" means the date"')[0][0]
        == 'The "Effective Date" means the date'
    )
    assert _read('[^1]: D1 p.3 "ABC Inc. ("Licensor") grants"')[0][0] == 'ABC Inc. ("Licensor") grants'
    assert _read('[^1]: D1 p.3 "a 5" pipe shall be used"')[0][0] == 'a 5" pipe shall be used'
    assert _read("[^1]: D1 p.3 'the tenant's duty'")[0][0] == "the tenant's duty"


def test_several_quotes_in_one_definition() -> None:
    assert _read('[^1]: D1 p.3 "first words"; p. 5 "second words"; D2 p. 6 "third words"') == [
        ("first words", "D1", 3),
        ("second words", "D1", 5),
        ("third words", "D2", 6),
    ]
    assert {quote.number for quote in read_quotes('[^4]: D1 p.3 "a" and "b"')} == {4}


def test_a_definition_without_a_quote_is_not_lost() -> None:
    assert _read("[^1]: D1 p.9\n[^2]:\n") == [("", "D1", 9), ("", None, None)]


def test_quotes_cited_in_the_text_are_numbered_on() -> None:
    answer = 'The lease says "the tenant shall pay" (D1, p. 3).[^1]\n\n[^1]: D1 p.4 "other words"\n'
    assert read_quotes(answer) == [
        Quote("other words", "D1", 4, 1),
        Quote("the tenant shall pay", "D1", 3, 2, where=Where.BODY),
    ]


def test_a_page_beside_another_name_may_be_the_printed_one() -> None:
    assert _read('It says "the tenant shall pay" (p. 3).') == [("the tenant shall pay", None, 3)]
    (quote,) = read_quotes('It says "the tenant shall pay" (Lease, p. 3).')
    assert (quote.document, quote.page, quote.page_label) == (None, None, "3")


def test_a_quote_both_in_the_text_and_defined_counts_once() -> None:
    answer = '"The tenant shall pay" (D1, p. 3).[^1]\n\n[^1]: D1 p.3 "the tenant shall pay"\n'
    assert len(read_quotes(answer)) == 1


def test_marked_words_without_a_place_are_no_citation() -> None:
    assert read_quotes('The "rent" is "due". [1] In the first place, 2. nothing.') == []


@given(st.text(max_size=400))
def test_any_text_is_read(answer: str) -> None:
    for quote in read_quotes(answer):
        assert quote.number is not None


@given(
    st.lists(
        st.sampled_from(
            ['"', "[^1]:", "D1", "p.3", "\n", "(", ")", "“", "”", "'", "word", ",", "«", "[", "]", "**", "|"]
        ),
        max_size=60,
    )
)
def test_any_jumble_of_the_grammar_is_read(tokens: list[str]) -> None:
    for answer in (" ".join(tokens), "".join(tokens)):
        assert all(isinstance(quote, Quote) for quote in read_quotes(answer))


_words = st.lists(
    st.text(
        alphabet=st.characters(categories=("Lu", "Ll", "Nd"), max_codepoint=0x2FF), min_size=1, max_size=9
    ),
    min_size=1,
    max_size=12,
).map(" ".join)


@given(st.lists(st.tuples(_words, st.integers(1, 30), st.integers(1, 900)), min_size=1, max_size=6))
def test_what_is_written_in_the_grammar_is_read_back(items: list[tuple[str, int, int]]) -> None:
    lines = [f'[^{n}]: D{d} p.{p} "{text}"' for n, (text, d, p) in enumerate(items, 1)]
    expected = [Quote(text, f"D{d}", p, n) for n, (text, d, p) in enumerate(items, 1)]
    assert read_quotes("An answer.\n\n" + "\n".join(lines) + "\n") == expected


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "answer",
    [
        '[^1]: D1 p.1 "' + "word " * 200_000 + '"',
        '[^1]: D1 p.1 "' + "word\n\n" * 150_000,
        '"' * 500_000,
        "[^1]: " * 150_000,
        "\n" * 1_000_000,
        "[" * 1_000_000,
        " " * 1_000_000,
        '[^1]: D1 "a\n\n' * 30_000,
        '(D1 p.1) "' * 100_000,
        "1. D1 " * 100_000,
        "'a " * 300_000,
        "[^1]: D1 p.1 " + "'a " * 300_000,
        "p. 1: " * 150_000,
    ],
    ids=range(13),
)
@pytest.mark.slow
def test_hostile_answers_take_time_in_proportion_to_their_length(answer: str) -> None:
    assert len(read_quotes(answer)) <= len(answer) // 3


def test_five_thousand_citations() -> None:
    answer = "".join(f'[^{n}]: D1 p.{n} "quote number {n} here"\n' for n in range(5_000))
    assert [quote.page for quote in read_quotes(answer)] == list(range(5_000))
