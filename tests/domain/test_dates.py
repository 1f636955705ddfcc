"""Dates, deadlines, periods, amounts and percentages with their places."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docanalyst.domain.analysis.dates import Figure, Kind, find_dates
from docanalyst.domain.documents import Document, Page


def find(*texts: str) -> list[Figure]:
    pages = tuple(Page(number, f"p{number}", text) for number, text in enumerate(texts, 1))
    return list(find_dates(Document("s", "t", pages)))


@pytest.mark.parametrize(
    ("text", "kind", "printed", "value"),
    [
        ("made on May 3, 2019 by", Kind.DATE, "May 3, 2019", "2019-05-03"),
        ("this 18th day of May, 2001", Kind.DATE, "18th day of May, 2001", "2001-05-18"),
        ("by 31/12/2020 at noon", Kind.DATE, "31/12/2020", "2020-12-31"),
        ("by 03/04/2020 at noon", Kind.DATE, "03/04/2020", ""),
        ("the ____ day of ______, 2020", Kind.DATE, "____ day of ______, 2020", ""),
        ("ending on March 31 of a year", Kind.DATE, "March 31", "--03-31"),
        ("于2023年5月1日签订", Kind.DATE, "2023年5月1日", "2023-05-01"),
        ("within thirty (30) days after receipt", Kind.DEADLINE, "thirty (30) days", "30 days"),
        ("on 90 days' prior written notice", Kind.DEADLINE, "90 days'", "90 days"),
        ("within [* * *] Business Days after", Kind.DEADLINE, "[* * *] Business Days", ""),
        ("at least two Business Days before", Kind.DEADLINE, "two Business Days", "2 business days"),
        (
            "on the first day of each month",
            Kind.DEADLINE,
            "first day of each month",
            "first day of each month",
        ),
        ("for 2 (two) years", Kind.PERIOD, "2 (two) years", "2 years"),
        ("a one-year term", Kind.PERIOD, "one-year", "1 year"),
        ("a fee of $1,250.50 is", Kind.AMOUNT, "$1,250.50", "$ 1,250.50"),
        (
            "five million dollars ($5,000,000)",
            Kind.AMOUNT,
            "five million dollars ($5,000,000)",
            "$ 5,000,000",
        ),
        ("cover of £2 million each", Kind.AMOUNT, "£2 million", "GBP 2,000,000"),
        ("pays 10,000 euros", Kind.AMOUNT, "10,000 euros", "EUR 10,000"),
        ("five percent (5%) of sales", Kind.PERCENTAGE, "five percent (5%)", "5 %"),
        ("grew by 3.5% in", Kind.PERCENTAGE, "3.5%", "3.5 %"),
        ("25 basis points over", Kind.PERCENTAGE, "25 basis points", "25 basis points"),
    ],
)
def test_one(text: str, kind: Kind, printed: str, value: str) -> None:
    found = find(f"It is {text}.")
    assert [(figure.kind, figure.text, figure.value) for figure in found] == [(kind, printed, value)]


@pytest.mark.parametrize(
    "text", ["12.2.10 The notice", "Section 13.4.2", "Act of 1933", "see page 14", "figure 2", ""]
)
def test_none(text: str) -> None:
    assert find(text) == []


def test_place_context_cue_and_section() -> None:
    figure = find(
        "Cover", "4.2 Payment. The Buyer pays within 30 days after receipt of\nthe invoice. It is so."
    )[0]
    assert (figure.span.page_number, figure.page_label, figure.section) == (2, "p2", "§ 4.2")
    assert figure.cue == "within … after"
    assert figure.context.endswith("The Buyer pays within 30 days after receipt of the invoice.")


def test_running_heads_are_left_out() -> None:
    pages = [
        f"Source: ACME, 10-K, 11/14/2019\nClause {n} is here and says nothing.\n{n}" for n in range(1, 6)
    ]
    assert find(*pages) == []


@given(st.text(alphabet="$€% 0123456789.,()[]*_-/daysmonthwitnfe\n年月日", max_size=200))
@settings(max_examples=200, deadline=None)
def test_spans_are_exact(text: str) -> None:
    for figure in find(text):
        assert " ".join(text[figure.span.start : figure.span.end].split()) == figure.text
        assert figure.text


@pytest.mark.parametrize(
    "text", ["1," * 60_000, "one " * 40_000, "_" * 200_000, "[* " * 60_000, "$" * 100_000]
)
@pytest.mark.slow
def test_hostile(text: str) -> None:
    began = time.process_time()
    find(text)
    assert time.process_time() - began < 30


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Der Vertrag endet am 30. April 2027.", "2027-04-30"),
        ("Le bail prend fin le 1er août 2026.", "2026-08-01"),
        ("本合同自 2024 年 5 月 起生效。", "2024-05"),
        ("本合同自2024年5月3日起生效。", "2024-05-03"),
        ("The games take place on March 20-24th, 2018 in Oslo.", "2018-03-20 to 2018-03-24"),
        ("The incubation period is 7 to 9 days in humans.", "7 to 9 days"),
        ("Am 31. Februar 2027 geschieht nichts.", ""),
    ],
)
def test_dates_of_other_languages_and_ranges(text: str, value: str) -> None:
    found = find_dates(Document("sha", "d", (Page(1, None, text),)))
    assert [figure.value for figure in found] == [value]


@pytest.mark.parametrize(
    ("text", "contradiction"),
    [
        ("twenty-percent (25%)", "words say 20, figures say 25"),
        ("thirty (60) days", "words say 30, figures say 60"),
        ("60 (thirty) days", "words say 30, figures say 60"),
        ("two million dollars ($2,500,000)", "words say 2,000,000, figures say 2,500,000"),
        ("fifteen (50%) percent", "words say 15, figures say 50"),
        ("one hundred and twenty (120) days", ""),
        ("two million five hundred thousand dollars ($2,500,000)", ""),
        ("two million dollars ($2 million)", ""),
        ("five percent (5%)", ""),
        ("one-half percent (0.5%)", ""),
        ("£2 million", ""),
        ("7 to 9 days", ""),
    ],
)
def test_words_and_figures_that_differ(text: str, contradiction: str) -> None:
    figures = find(f"The sum is {text} of it.")
    assert [figure.contradiction for figure in figures if figure.contradiction] == [contradiction] * bool(
        contradiction
    )
    assert all(not figure.value for figure in figures if figure.contradiction)
