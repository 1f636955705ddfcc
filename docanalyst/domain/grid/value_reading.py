"""Reading the values of fields: lenient in form, strict in kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from docanalyst.domain.grid.values import Day, InvalidValue, Money, Quantity, Value
from docanalyst.domain.language.months import MONTHS, SHORT_MONTHS
from docanalyst.domain.language.numerals import NUMBER, SCALES, read_number
from docanalyst.domain.prompts import Field

SYMBOLS = {"€": "EUR", "£": "GBP", "₹": "INR", "us$": "USD", "u.s.$": "USD", "c$": "CAD", "a$": "AUD"}
"""Signs that name one currency. "$" and "¥" name several, and stay as they are."""
_NAMES = {
    "us dollars": "USD",
    "u.s. dollars": "USD",
    "united states dollars": "USD",
    "dollars": "$",
    "euros": "EUR",
    "euro": "EUR",
    "pounds sterling": "GBP",
    "pounds": "GBP",
}
_MONTH = "|".join([*MONTHS, *SHORT_MONTHS])
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ]00:00(?::00)?(?:\.0+)?Z?)?")
_DAY_FIRST = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:day\s+of\s+)?({_MONTH})\.?,?\s+(\d{{4}})", re.IGNORECASE
)
_MONTH_FIRST = re.compile(rf"({_MONTH})\.?\s+(?:(\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(\d{{4}})", re.IGNORECASE)
_CURRENCY = re.compile(r"\b([A-Z]{3})\b|(us\$|u\.s\.\$|c\$|a\$|[$€£¥₹])", re.IGNORECASE)
_YES = frozenset({"true", "yes", "y", "1"})
_NO = frozenset({"false", "no", "n", "0"})


def read_value(field: Field, raw: Any) -> Value:
    """The value of a field from what a model wrote. Raises InvalidValue where it is of another kind."""
    if field.type == "enum":
        return _enum(field, raw)
    return _READERS.get(field.type, _text)(raw)


def _text(raw: Any) -> str:
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, Mapping):
        raw = ", ".join(_text(item) for item in raw.values() if item not in (None, ""))
    if isinstance(raw, Sequence) and not isinstance(raw, str):
        raw = "; ".join(_text(item) for item in raw if item not in (None, ""))
    text = " ".join(str(raw if raw is not None else "").split())
    if not text:
        raise InvalidValue("the value is empty")
    return text


def _number(raw: Any) -> Decimal:
    if isinstance(raw, bool) or raw is None:
        raise InvalidValue("a number is needed")
    if isinstance(raw, int | float | Decimal):
        return _finite(raw)
    number = read_number(str(raw).rstrip(". "))
    if number is None:
        raise InvalidValue(f"{_shown(raw)} is not a number alone")
    return number


def _finite(raw: int | float | Decimal) -> Decimal:
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        raise InvalidValue("a number is needed") from None
    if not number.is_finite():
        raise InvalidValue("a number is needed")
    return number


def _quantity(raw: Any) -> Quantity:
    if isinstance(raw, Mapping):
        number = next((raw[key] for key in ("number", "amount", "value") if key in raw), None)
        unit = " ".join(str(raw.get("unit") or "").split())
        if not unit:
            raise InvalidValue("the unit is missing")
        return Quantity(_number(number), unit)
    text = _text(raw)
    found = list(NUMBER.finditer(text))
    values = {read_number(match.group()) for match in found}
    if len(values) != 1:
        raise InvalidValue(f"{_shown(text)} is not one number with its unit")
    number, match = values.pop(), found[-1]
    unit = re.sub(r"^[\s)\].,-]*(?:\([^()]*\)\s*)?", "", text[match.end() :]).strip(" .,;")
    if number is None or not re.match(r"[^\W\d]|%|°|‰", unit):
        raise InvalidValue(f"{_shown(text)} has no unit")
    sign = -1 if re.search(r"[-−]\s*$", text[: found[0].start()]) else 1
    scale = re.match(rf"(?:{'|'.join(word for word in SCALES if len(word) > 2)})\b\s*", unit, re.IGNORECASE)
    if scale:
        number *= SCALES[scale.group().strip().lower()]
        unit = unit[scale.end() :] or "units"
    return Quantity(sign * number, unit)


def _date(raw: Any) -> Day:
    text = _text(raw).rstrip(".")
    if aside := re.search(r"[(\[](\d{4}(?:-\d{1,2}){0,2})[)\]]$", text):
        text = aside[1]
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
        return Day(int(year), int(month) if month else None, int(day) if day else None)
    if match := _DAY_FIRST.fullmatch(text):
        return Day(int(match[3]), _month(match[2]), int(match[1]))
    if match := _MONTH_FIRST.fullmatch(text):
        return Day(int(match[3]), _month(match[1]), int(match[2]) if match[2] else None)
    raise InvalidValue(f"{_shown(text)} is not a date as YYYY-MM-DD")


def _month(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(name[:3].capitalize()))


def _money(raw: Any) -> Money:
    if isinstance(raw, Mapping):
        amount = next((raw[key] for key in ("amount", "number", "value") if key in raw), None)
        currency = _currency(str(raw.get("currency") or raw.get("unit") or ""))
        if not currency:
            raise InvalidValue("the currency is missing")
        return Money(_number(amount), currency, " ".join(str(raw.get("per") or "").split()))
    text = _text(raw)
    found = list(NUMBER.finditer(text))
    values = {read_number(match.group()) for match in found}
    if len(values) != 1 or None in values:
        raise InvalidValue(f"{_shown(text)} is not one amount with its currency")
    amount = values.pop()
    assert amount is not None
    rest = text[found[-1].end() :]
    scale = re.match(r"\s*([A-Za-z]+)\b", rest)
    if scale and scale[1].lower() in SCALES:
        amount *= SCALES[scale[1].lower()]
        rest = rest[scale.end() :]
    sign = -1 if re.search(r"[-−]\s*[^\s\d]{0,3}\s*$", text[: found[0].start()]) else 1
    currency = _currency(f"{text[: found[0].start()]} {rest}")
    if not currency:
        raise InvalidValue(f"{_shown(text)} names no currency")
    per = re.search(r"(?:\b(?:per|each|every|an?|in|for)\b|/).*", _without_currency(rest))
    return Money(sign * amount, currency, per.group().strip(" .,;)") if per else "")


def _without_currency(text: str) -> str:
    text = _CURRENCY.sub(lambda match: "" if match[2] or match[1].isupper() else match[0], text)
    return re.sub("|".join(map(re.escape, _NAMES)), "", text, flags=re.IGNORECASE)


def _currency(text: str) -> str:
    named = next((code for name, code in _NAMES.items() if name in text.lower()), "")
    for match in _CURRENCY.finditer(text):
        if match[2]:
            return SYMBOLS.get(match[2].lower(), match[2])
        if match[1].isupper():
            return match[1]
    return named


def _boolean(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().strip(".").casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise InvalidValue(f"{_shown(raw)} is neither yes nor no")


def _enum(field: Field, raw: Any) -> str:
    wanted = _folded(_text(raw))
    for option in field.options:
        if _folded(option) == wanted:
            return option
    raise InvalidValue(f"{_shown(raw)} is none of: {', '.join(field.options)}")


def _list(raw: Any) -> tuple[str, ...]:
    if isinstance(raw, str):
        parts: list[Any] = [part.strip(" \t-*•") for part in re.split(r";|\n", raw)]
    elif isinstance(raw, Sequence):
        parts = list(raw)
    else:
        parts = [raw]
    items = tuple(_text(part) for part in parts if part not in (None, "", {}, []))
    if not items:
        raise InvalidValue("the list is empty")
    return items


_READERS: dict[str, Callable[[Any], Value]] = {
    "text": _text,
    "number": _number,
    "number_unit": _quantity,
    "date": _date,
    "money": _money,
    "boolean": _boolean,
    "list": _list,
}


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _shown(raw: Any) -> str:
    text = " ".join(str(raw).split())
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"
