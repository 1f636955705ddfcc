"""Numbers as pages print them, arabic and roman."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[0-9]{1,15}")
_ROMAN_ENDS = re.compile(r"^[ivxlcdm]{1,8}\b|\b[ivxlcdm]{1,8}$")
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_LETTERS = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def fold_numbers(text: str) -> tuple[str, tuple[int, ...]]:
    """A line in small letters with "#" for its numbers, and their values in order.

    A "#" of the line itself becomes "№", so that "Parcel #" and "Parcel 2" are two lines. Roman numerals
    count
    at the ends of a line only, where page numbers stand.
    """
    text = text.lower().replace("#", "№")
    numbers: list[int] = []

    def roman(match: re.Match[str]) -> str:
        value = roman_value(match.group())
        if not value:
            return match.group()
        numbers.append(value)
        return "#"

    if text and (text[0] in _VALUES or text[-1] in _VALUES):
        text = _ROMAN_ENDS.sub(roman, text)
    if _NUMBER.search(text) is None:
        return text, tuple(numbers)
    numbers += [int(number) for number in _NUMBER.findall(text)]
    return _NUMBER.sub("#", text), tuple(numbers)


def roman_value(text: str) -> int:
    """The value of a roman numeral written in one case, or 0 when it is none."""
    small = text.lower()
    if text not in (small, text.upper()):
        return 0
    total, before = 0, 0
    for letter in reversed(small):
        value = _VALUES.get(letter, 0)
        total += value if value >= before else -value
        before = max(before, value)
    return total if total > 0 and roman(total) == small else 0


def roman(value: int) -> str:
    """A number as a roman numeral in small letters."""
    pieces = []
    for number, letters in _LETTERS:
        count, value = divmod(value, number)
        pieces.append(letters * count)
    return "".join(pieces)
