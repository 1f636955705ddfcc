"""Values are read leniently in form and refused strictly in kind; a changed number shows beside its quote."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.domain.grid.value_reading import read_value
from docanalyst.domain.grid.values import (
    Day,
    InvalidValue,
    Money,
    Quantity,
    Value,
    missing_numbers,
    value_from_record,
    value_kind,
    value_record,
    value_text,
)
from docanalyst.domain.language.numerals import numbers_in, read_number
from docanalyst.domain.prompts import Field


def read(kind: str, raw: Any, *options: str) -> Value:
    return read_value(Field("field", kind, options=options), raw)


@pytest.mark.parametrize(
    ("kind", "raw", "value", "text"),
    [
        ("number", "4,500", Decimal(4500), "4500"),
        ("number", -3.5, Decimal("-3.5"), "-3.5"),
        ("number", "1.234,56", Decimal("1234.56"), "1234.56"),
        ("number_unit", "thirty (30) days", Quantity(Decimal(30), "days"), "30 days"),
        ("number_unit", "12 (twelve) months", Quantity(Decimal(12), "months"), "12 months"),
        ("number_unit", "12.5%", Quantity(Decimal("12.5"), "%"), "12.5%"),
        ("number_unit", {"number": 5, "unit": "years"}, Quantity(Decimal(5), "years"), "5 years"),
        ("date", "2001-05-18", Day(2001, 5, 18), "2001-05-18"),
        ("date", "18th day of May, 2001", Day(2001, 5, 18), "2001-05-18"),
        ("date", "May 18, 2001 (2001-05-18)", Day(2001, 5, 18), "2001-05-18"),
        ("date", "May 2001", Day(2001, 5), "2001-05"),
        ("money", "$4,500", Money(Decimal(4500), "$"), "$ 4,500"),
        ("money", "US$ 1.5 million", Money(Decimal(1500000), "USD"), "USD 1,500,000"),
        ("money", "$25,000 per month", Money(Decimal(25000), "$", "per month"), "$ 25,000 per month"),
        ("money", {"amount": 9.99, "currency": "EUR"}, Money(Decimal("9.99"), "EUR"), "EUR 9.99"),
        ("money", "-5 USD", Money(Decimal(-5), "USD"), "USD -5"),
        ("boolean", "Yes.", True, "yes"),
        ("boolean", False, False, "no"),
        ("list", "Acme (licensor); Beta", ("Acme (licensor)", "Beta"), "Acme (licensor); Beta"),
        ("list", [{"name": "Acme", "role": "licensor"}], ("Acme, licensor",), "Acme, licensor"),
        ("text", "  two\n words ", "two words", "two words"),
    ],
)
def test_forms_that_people_and_models_write(kind: str, raw: Any, value: Value, text: str) -> None:
    assert read(kind, raw) == value
    assert value_text(value) == text
    assert value_from_record(value_kind(value), value_record(value)) == value


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("number", "30 days"),
        ("number", True),
        ("number", float("nan")),
        ("number", None),
        ("number_unit", "30"),
        ("number_unit", "30-60 days"),
        ("number_unit", "two years"),
        ("number_unit", {"number": "many", "unit": "days"}),
        ("date", "05/06/2001"),
        ("date", "2001-02-30"),
        ("date", "upon Closing"),
        ("money", "4,500"),
        ("money", "between $5 and $10"),
        ("boolean", "unclear"),
        ("list", ""),
        ("list", []),
        ("text", " \n "),
        ("text", None),
    ],
)
def test_what_is_not_of_its_kind_is_refused_with_a_reason(kind: str, raw: Any) -> None:
    with pytest.raises(InvalidValue) as caught:
        read(kind, raw)
    assert caught.value.reason


def test_an_option_is_found_whatever_its_case_and_no_other_is_taken() -> None:
    assert read("enum", "One way", "one_way", "mutual") == "one_way"
    with pytest.raises(InvalidValue, match="one_way, mutual"):
        read("enum", "both", "one_way", "mutual")


@pytest.mark.parametrize(
    ("value", "quote", "missing"),
    [
        (Money(Decimal(5400), "$"), "rent of $4,500 per month", ["5400"]),
        (Money(Decimal(1500000), "USD"), "the sum of $1.5 million", []),
        (Quantity(Decimal(30), "days"), "within thirty days", []),
        (Quantity(Decimal(60), "days"), "within thirty (30) days", ["60"]),
        (Quantity(Decimal(25), "%"), "twenty-five percent", []),
        (Day(2001, 5, 18), "made this 18th day of May, 2001", []),
        (Day(2001, 6, 18), "made this 18th day of May, 2001", ["June"]),
        (Day(2002, 5, 18), "made this eighteenth day of May 2001", ["2002"]),
        ("60 days' notice", "on thirty (30) days' notice", ["60"]),
        ("Delaware", "the State of Delaware", []),
        (True, "yes", []),
    ],
)
def test_a_value_that_its_quote_does_not_hold(value: Value, quote: str, missing: list[str]) -> None:
    assert missing_numbers(value, [quote]) == missing


def test_numbers_in_words() -> None:
    assert {35, 1_500_000, 120_000} <= numbers_in(
        "thirty-five (35) days, $1.5 million, one hundred and twenty thousand"
    )
    assert numbers_in("no number at all, one-off") == {Decimal(1)}


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9))
def test_numbers_read_back(number: Decimal) -> None:
    assert read_number(f"{number:f}") == number
    assert value_from_record("number", value_record(number)) == number


@given(st.text(max_size=200), st.sampled_from(["number", "number_unit", "date", "money", "boolean", "list"]))
def test_no_text_makes_the_reader_fail(raw: str, kind: str) -> None:
    try:
        value = read(kind, raw)
    except InvalidValue:
        return
    assert value_from_record(value_kind(value), value_record(value)) == value
