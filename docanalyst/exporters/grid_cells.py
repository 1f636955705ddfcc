"""The cells of a grid: text that is never a formula, typed values, colours and comments."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

from docanalyst.domain.grid.grids import FieldAnswer, Stated
from docanalyst.domain.grid.values import Day, Money, Quantity, Value
from docanalyst.domain.records.rows import document_of
from docanalyst.domain.text import seen
from docanalyst.exporters.presentation.marks import VERDICTS, mark_of
from docanalyst.exporters.presentation.places import found_words, place

LONGEST_CELL = 32_767
MOST_COMMENTS = 20_000
"""Maximum number of comments, which slow spreadsheet programs down; the quote column has all quotes."""

FORMULA = "=+-@\t\r\n＝＋－＠"
GREEN, AMBER, RED, GREY, DARK = "E2F0D9", "FFF2CC", "F8CBAD", "EDEDED", "C00000"
COLOURS = {"good": GREEN, "doubt": AMBER, "bad": RED}
"""Fill of a cell by the role of the verdict's mark."""


def guarded(text: str) -> str:
    """Return text that no spreadsheet program reads as a formula."""
    text = seen(text)
    return f"'{text}" if text.lstrip(" \u00a0")[:1] in FORMULA and text else text


_NOT_ITSELF = re.compile(
    r"0\d+|\d{12,}(\.\d*)?|\d+\.?\d*[eE][+-]?\d+|\d{1,4}[-/]\d{1,4}|(?:\d{4}[ -]){2,}\d{1,4}"
)
"""Text that spreadsheet programs read as another number or as a date: 007, account numbers, 1E5, 3/4."""


def plain_text(text: str) -> str:
    """Return text that no spreadsheet program reads as a formula, a date or another number than it is."""
    return f"'{seen(text)}" if _NOT_ITSELF.fullmatch(text.strip()) else guarded(text)


def line_count(text: str, width: float) -> int:
    """Return the number of lines that text takes in a column of this width, broken between words."""
    room = max(1, int(width) - 1)
    return sum(_lines(part, room) for part in text.split("\n"))


def _lines(part: str, room: int) -> int:
    if len(part) * 2 <= room or (part.isascii() and len(part) <= room):
        return 1
    lines, used = 1, 0
    for word in part.split(" "):
        wide = len(word) if word.isascii() else sum(1 + (east_asian_width(sign) in "WF") for sign in word)
        if used and used + 1 + wide > room:
            lines, used = lines + 1, 0
        used += wide + (1 if used else 0)
        if used > room:
            lines, used = lines + (used - 1) // room, (used - 1) % room + 1
    return lines


def tone_of(answer: FieldAnswer) -> str:
    """Return the tone of a value: that of its worst verdict or note."""
    if answer.stated is Stated.INCOMPLETE:
        return DARK
    if answer.stated in (Stated.NOT_ADDRESSED, Stated.NO_CLOSE_PASSAGE):
        return GREY
    tone = COLOURS[VERDICTS[answer.verdict].role] if answer.verdict else AMBER
    if answer.stated is Stated.PASSAGE and tone == GREEN:
        return AMBER
    if tone == GREEN and answer.note:
        return AMBER
    return GREY if tone == GREEN and answer.stated is Stated.STATED_AS_NONE else tone


def comment_of(answer: FieldAnswer) -> str:
    """Return the evidence of a value: each quote with its page and verdict, then the notes."""
    parts = []
    for citation in answer.citations:
        where = place(document_of(citation), citation.page, citation.page_label)
        verdict = " · ".join(filter(None, (str(mark_of(citation)), found_words(citation))))
        parts.append(f"“{' '.join(citation.quote.split())}”\n{where}: {verdict}")
    parts += [words for words in (answer.problem, answer.note) if words]
    return fitting("\n".join(parts))


def fitting(text: str) -> str:
    """Return text for a cell: without control characters, and cut, with a note, if it is too long."""
    text = seen(text)
    if len(text) <= LONGEST_CELL:
        return text
    tail = (
        f" … ({len(text):,} characters; a cell can hold {LONGEST_CELL:,}. The .jsonl output has all of it.)"
    )
    return text[: LONGEST_CELL - len(tail)] + tail


def typed_cell(value: Value) -> tuple[Any, str] | None:
    """Return a value as a typed cell with its number format; None if it stays text."""
    if isinstance(value, bool):
        return value, '"yes";"yes";"no"'
    if isinstance(value, Day):
        if value.day is None or value.month is None or value.year < 1900:
            return None
        return datetime.date(value.year, value.month, value.day), "yyyy-mm-dd"
    if isinstance(value, Decimal):
        return (value, "General") if _holds(value) else None
    if isinstance(value, Quantity) and _holds(value.number):
        return value.number, f'#,##0{_places(value.number)}" {_in_format(value.unit)}"'
    if isinstance(value, Money) and _holds(value.amount):
        per = f'" {_in_format(value.per)}"' if value.per else ""
        return value.amount, f'"{_in_format(value.currency)} "#,##0.00{per}'
    return None


def _holds(number: Decimal) -> bool:
    """Return whether a spreadsheet number can hold the value exactly."""
    return len(number.as_tuple().digits) <= 15


def _places(number: Decimal) -> str:
    exponent = number.normalize().as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return "." + "0" * places if places else ""


def _in_format(text: str) -> str:
    """Escape text for the quotation marks of a number format."""
    return re.sub(r'["\\\x00-\x1f]', "", text)[:60]
