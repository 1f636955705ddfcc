"""Every style of citing is read, its place is understood, and only what stands there is verified."""

from __future__ import annotations

import pytest
from citing_styles import FALSE, LEASE, OTHER, PLACED, TRUE

from docanalyst.domain.answers.grammar import read_places, read_quotes, words_apart
from docanalyst.domain.answers.reading.quoted_as import QuotedAs
from docanalyst.domain.citations import Citation, Quote, Where
from docanalyst.domain.language.folding import fold
from docanalyst.domain.verification import verify


def _checked(answer: str) -> dict[str, Citation]:
    return {fold(citation.quote): citation for citation in verify(read_quotes(answer), [LEASE])}


@pytest.mark.parametrize("style", PLACED)
def test_a_true_quotation_is_read_with_its_place_and_verified(style: str) -> None:
    checked = _checked(PLACED[style].format(TRUE))
    assert set(checked) == {fold(TRUE)}
    (citation,) = checked.values()
    assert (citation.document, citation.page, citation.verified) == ("D1", 2, True)


@pytest.mark.parametrize("style", PLACED)
def test_a_false_quotation_is_read_and_not_verified(style: str) -> None:
    checked = _checked(PLACED[style].format(FALSE))
    assert set(checked) == {fold(FALSE)}
    assert not any(citation.verified for citation in checked.values())


@pytest.mark.parametrize("style", PLACED)
def test_a_true_quotation_of_another_page_is_said_to_be_there(style: str) -> None:
    (citation,) = _checked(PLACED[style].format(OTHER)).values()
    assert (citation.verdict, citation.found_page) == ("wrong_page", 3)


def _places(answer: str) -> list[tuple[str, str | None, int | None]]:
    return [(quote.text, quote.document, quote.page) for quote in read_quotes(answer)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("It says “one two three four” and “five six seven” (D1, p. 2).", [("D1", 2), ("D1", 2)]),
        ("It says “one two three four” (D1, p. 2) and “five six seven” (D2, p. 3).", [("D1", 2), ("D2", 3)]),
        ("“One two three four” (D1, p. 2). “Five six seven eight” (ibid.).", [("D1", 2), ("D1", 2)]),
        ("“One two three four” (D1, p. 2). “Five six seven eight” (same page).", [("D1", 2), ("D1", 2)]),
        ("„Eins zwei drei vier“ (D1, S. 2). „Fünf sechs sieben“ (ebd., S. 4).", [("D1", 2), ("D1", 4)]),
        ("“One two three four” (D1, p. 2). “Five six seven eight” (id. at p. 7).", [("D1", 2), ("D1", 7)]),
        ("「一二三四五六七」（D1，第2页）。「七六五四三二一」（同上）。", [("D1", 2), ("D1", 2)]),
        ("D1, p. 2 says:\n- “one two three four”\n- “five six seven eight”", [("D1", 2), ("D1", 2)]),
        ("It says “one two three four” and “five six seven”.[^1]\n\n[^1]: D1 p.2", [("D1", 2), ("D1", 2)]),
        ("“one two three four” (D1, pp. 2-4)", [("D1", 2)]),
        ("As D2, p. 9 shows, “one two three four” (D1, p. 2).", [("D1", 2)]),
        (
            "| Quote | Page |\n|---|---|\n| “one two three” | D1 p.2 |\n| “five six seven” | D1 p.3 |",
            [("D1", 2), ("D1", 3)],
        ),
        ("“one two three four”", [(None, None)]),
        ("> one two three four", [(None, None)]),
        ("```python\nprint('one two three four')\n```", []),
        ("> [!NOTE]\n> This is not legal advice at all.", []),
        ("> **Note:** This is not legal advice at all.", []),
    ],
)
def test_which_place_belongs_to_which_quotation(
    answer: str, expected: list[tuple[str | None, int | None]]
) -> None:
    assert [(document, page) for _, document, page in _places(answer)] == expected


def test_a_quotation_split_over_list_items_is_one() -> None:
    first, second = TRUE.split(" after ")
    answer = f"- “{first}\n- after {second}” (D1, p. 2)\n- Another item (D1, p. 3)"
    (quote,) = read_quotes(answer)
    assert quote.text == f"{first}\nafter {second}"
    assert _checked(answer)[fold(TRUE)].verified


def test_marks_inside_marks_stay_in_the_quotation() -> None:
    inside = "It says “the so-called ‘late charge’ is five percent” (D1, p. 2)."
    assert [quote.text for quote in read_quotes(inside)] == ["the so-called ‘late charge’ is five percent"]
    doubled = 'It says "the "late charge" is five percent" (D1, p. 2).'
    assert [quote.text for quote in read_quotes(doubled)] == ['the "late charge" is five percent']


def test_escapes_tags_and_breaks_of_markup_are_no_part_of_a_quotation() -> None:
    answer = "“The **Tenant** shall<br>pay \\*all\\* of <b>the rent</b>, with cost” (D1, p. 2)"
    assert [quote.text for quote in read_quotes(answer)] == [
        "The Tenant shall pay *all* of the rent, with cost"
    ]


def test_a_quotation_of_the_body_says_so_and_a_definition_says_so() -> None:
    answer = f'It says “{FALSE}”.[^1]\n\n[^1]: D1 p.2 "{TRUE}"'
    defined, body = read_places(answer)
    assert (defined.quote.where, body.quote.where) == (Where.DEFINITION, Where.BODY)
    assert body.quote == Quote(FALSE, "D1", 2, 2, where=Where.BODY)
    assert answer[body.start : body.end] == f"“{FALSE}”"
    assert [c.verified for c in verify([defined.quote, body.quote], [LEASE])] == [True, False]


def test_the_words_of_a_definition_said_again_in_the_body_count_once() -> None:
    answer = f'It says “{TRUE}”.[^1]\n\n[^1]: D1 p.2 "{TRUE}"'
    assert len(read_quotes(answer)) == 1
    signed = 'It says “a fee of $5 or more”.[^1]\n\n[^1]: D1 p.2 "a fee of 5 or more"'
    assert len(read_quotes(signed)) == 2


def test_of_several_marks_the_one_whose_definition_holds_the_words_gives_the_page() -> None:
    definitions = f'\n\n[^1]: D1 p.3 "{OTHER}"\n[^2]: D1 p.2 "{TRUE}"'
    held = read_quotes(f"It says “fifteen (15) days after the first day”.[^1][^2]{definitions}")[-1]
    assert (held.document, held.page) == ("D1", 2)
    neither = read_quotes(f"It says “seven eight nine ten eleven”.[^1][^2]{definitions}")[-1]
    assert (neither.document, neither.page) == ("D1", None)


@pytest.mark.parametrize(
    ("answer", "quoted_as"),
    [
        ("The so-called “silence is consent” rule applies.", QuotedAs.SCARE),
        ("Die sogenannte „Schweigen gilt als Zustimmung“-Regel gilt.", QuotedAs.SCARE),
        ("所谓“沉默即同意”的规则。", QuotedAs.SCARE),
        ("It is a “use it or lose it” clause.", QuotedAs.SCARE),
        ("It adopts the “reasonable efforts” standard.", QuotedAs.SCARE),
        ("Alder LLC (the “Landlord”) owns it.", QuotedAs.TERM),
        ("Alder and Birch (collectively, the “Parties to this Lease”) agree.", QuotedAs.TERM),
        ("“Premises” means the ground floor.", QuotedAs.TERM),
        ("The term “gross rent” is used.", QuotedAs.TERM),
        ("It runs from the “Effective Date” on.", QuotedAs.TERM),
        ("It is “exclusive”.", QuotedAs.TERM),
        ("See the section entitled “Rent and other charges of the tenant”.", QuotedAs.TITLE),
        ("J. Doe, “On the Law of Leases,” 12 Law Rev. 345 (2001).", QuotedAs.TITLE),
        ("依据《民法典》处理。", QuotedAs.TERM),
    ],
)
def test_terms_scare_quotes_and_titles_stand_apart(answer: str, quoted_as: QuotedAs) -> None:
    marked = f'{answer}[^1]\n\n[^1]: D1 p.2 "{TRUE}"'
    assert [quote.text for quote in read_quotes(marked)] == [TRUE]
    assert [item.quoted_as for item in words_apart(marked)] == [quoted_as]


@pytest.mark.parametrize(
    "words",
    [
        "fifty (50) days",
        "shall not",
        "within ten days of the notice",
        "intent to deceive",
        "一百二十天之内支付",
        "a late charge applies",
        "Ten (10) Business Days",
    ],
)
def test_what_decides_a_clause_is_a_quotation_however_short(words: str) -> None:
    answer = f'The Tenant has “{words}”.[^1]\n\n[^1]: D1 p.2 "{TRUE}"'
    assert [quote.text for quote in read_quotes(answer)] == [TRUE, words]


def test_a_place_beside_makes_any_words_a_quotation() -> None:
    assert [quote.text for quote in read_quotes("It is “exclusive” (D1, p. 2).")] == ["exclusive"]


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "unit",
    [
        '"a b c d" ',
        '"a b c d" (D1, p. 1) ',
        "> a b c d\n\n",
        '| "a b c d" | p. 2 |\n',
        '{"quote": "a b c d",',
        "[{",
        "<q>a b c d</q>",
        "<cite>D1, p. 2</cite>",
        '- "a b\n',
        "``a''",
        "*a b c d e f g h i j k l m n o p*(",
        "第",
        "(ibid.) ",
        "**a**\n",
        "<sup>1</sup>",
        "\x00",
        "\\[",
    ],
)
def test_hostile_answers_take_time_in_proportion(unit: str) -> None:
    answer = unit * (20_000 // len(unit))
    assert len(read_places(answer)) <= len(answer)
