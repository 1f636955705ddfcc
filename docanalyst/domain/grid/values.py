"""Values of fields: their kinds, how they are written, and whether their quotes contain them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from docanalyst.domain.language.months import MONTHS
from docanalyst.domain.language.numerals import numbers_in


class InvalidValue(ValueError):
    """A value that is not of its field's kind. reason: the end of a sentence for people and models."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar date, to the day, the month or the year. Raises InvalidValue for one that does not exist."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        from calendar import monthrange

        if not 1 <= self.year <= 9999 or (self.month is not None and not 1 <= self.month <= 12):
            raise InvalidValue(f"{self} is not a calendar date")
        if self.day is not None and not 1 <= self.day <= monthrange(self.year, self.month or 1)[1]:
            raise InvalidValue(f"{self} is not a calendar date")

    def __str__(self) -> str:
        parts = [f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: 30 days, 12.5 %."""

    number: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency: an ISO 4217 code, or the sign as printed where it names several.

    per: what the amount is for, as written: "per month".
    """

    amount: Decimal
    currency: str
    per: str = ""


Value = str | bool | Decimal | Day | Quantity | Money | tuple[str, ...]


def value_text(value: Value) -> str:
    """A value as people read it: "30 days", "USD 4,500.00", "yes"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, Quantity):
        gap = "" if value.unit in ("%", "‰", "°") else " "
        return f"{number_text(value.number)}{gap}{value.unit}"
    if isinstance(value, Money):
        return f"{value.currency} {number_text(value.amount, grouped=True)} {value.per}".rstrip()
    if isinstance(value, tuple):
        return "; ".join(value)
    return str(value)


def number_text(number: Decimal, *, grouped: bool = False) -> str:
    """A number without an exponent; a whole one without a fraction."""
    whole = number == number.to_integral_value()
    digits = int(number) if whole else number
    return (
        f"{digits:,}"
        if grouped and whole
        else f"{digits:,f}"
        if grouped
        else f"{digits}"
        if whole
        else f"{digits:f}"
    )


def value_record(value: Value) -> Any:
    """A value as JSON holds it. Numbers stay numbers where a float holds them exactly, else they are text."""
    if isinstance(value, Decimal):
        return _json_number(value)
    if isinstance(value, Quantity):
        return {"number": _json_number(value.number), "unit": value.unit}
    if isinstance(value, Money):
        record = {"amount": _json_number(value.amount), "currency": value.currency}
        return record | {"per": value.per} if value.per else record
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, bool) else str(value)


def value_kind(value: Value) -> str:
    """The kind of a value, as `value_from_record` takes it."""
    kinds = {
        bool: "boolean",
        Decimal: "number",
        Day: "date",
        Quantity: "quantity",
        Money: "money",
        tuple: "list",
    }
    return kinds.get(type(value), "text")


def value_from_record(kind: str, record: Any) -> Value:
    """The value of a kind from what `value_record` made of it. Raises KeyError, TypeError, ValueError."""
    if kind == "number":
        return Decimal(str(record))
    if kind == "date":
        return Day(*(int(part) for part in str(record).split("-")))
    if kind == "quantity":
        return Quantity(Decimal(str(record["number"])), str(record["unit"]))
    if kind == "money":
        return Money(Decimal(str(record["amount"])), str(record["currency"]), str(record.get("per", "")))
    if kind == "list":
        return tuple(str(item) for item in record)
    return bool(record) if kind == "boolean" else str(record)


def _json_number(number: Decimal) -> int | float | str:
    if number == number.to_integral_value() and abs(number) < 2**53:
        return int(number)
    return float(number) if Decimal(str(float(number))) == number else f"{number:f}"


def missing_numbers(value: Value, quotes: Sequence[str]) -> list[str]:
    """The numbers of a value that none of its quotes names, so that a changed one shows."""
    known: set[Decimal] = set()
    for quote in quotes:
        known |= numbers_in(quote)
    if isinstance(value, Day):
        words = " ".join(quotes).lower()
        short = {Decimal(value.year % 100), Decimal(value.year)}
        missing = [] if short & known else [str(value.year)]
        if value.month is not None:
            name = MONTHS[value.month - 1].lower()
            named = re.search(rf"\b(?:{name}|{name[:3]}|{'sept' if value.month == 9 else name})\b", words)
            if not named and Decimal(value.month) not in known:
                missing.append(name.capitalize())
        if value.day is not None and Decimal(value.day) not in known:
            missing.append(str(value.day))
        return missing
    if isinstance(value, bool):
        return []
    numbers = {value} if isinstance(value, Decimal) else numbers_in(value_text(value))
    if isinstance(value, Quantity):
        numbers = {abs(value.number)} | (numbers_in(value.unit))
    if isinstance(value, Money):
        numbers = {abs(value.amount)}
    return [number_text(number) for number in sorted(numbers - known)]
