"""Where a text quotes: pairs of quotation marks of any language, marks inside marks included."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARK = re.compile('["＂“”„‟«»‹›「」『』《》]')
_OPENING = "“„‟«‹「『《"
_CLOSING = "”»›」』》"
_STRICT = "「」『』《》"
_EMPHASIS = "*_\x00"
"""Characters that are looked through: emphasis, and what was masked."""
_BEFORE_OPENING = "([{<—–-:=|/,;>…~" + _OPENING
_AFTER_CLOSING = ".,;:!?)]}—–-…|/<[({" + _CLOSING


@dataclass(frozen=True, slots=True)
class Quoted:
    """An outermost pair of marks. start, end: with the marks. inner_start, inner_end: without.

    closed: False where the text ends before the closing mark.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    closed: bool = True


def quoted(text: str, *, extend: bool = False) -> list[Quoted]:
    """The outermost quotations of a text, in order.

    extend: a closing mark without an opening one lengthens the quotation before it (the inch sign and stray
    marks of a quote that is known to run to the end of its line). Linear in the length of the text.
    """
    found: list[Quoted] = []
    open_marks: list[int] = []
    last_close = -1
    for match in _MARK.finditer(text):
        at = match.start()
        if _opens(text, at, open_marks):
            open_marks.append(at)
            continue
        if open_marks:
            first = open_marks.pop()
            last_close = at
            if not open_marks:
                found.append(Quoted(first, at + 1, first + 1, at))
        elif extend and found and not _MARK.search(text, found[-1].end, at):
            found[-1] = Quoted(found[-1].start, at + 1, found[-1].inner_start, at)
    if open_marks:
        first = open_marks[0]
        ends = last_close > first and not text[last_close + 1 :].strip(" \t\r\n.;,)*_")
        end = last_close if ends else len(text.rstrip())
        if end > first + 1:
            found.append(Quoted(first, end + 1 if ends else end, first + 1, end, closed=ends))
    return found


def _opens(text: str, at: int, open_marks: list[int]) -> bool:
    """Whether a mark opens; straight marks, and those some languages turn round, by what is beside them."""
    mark = text[at]
    opener = text[open_marks[-1]] if open_marks else ""
    if mark in _STRICT:
        return mark in _OPENING
    if mark in "“‟" and opener == "„":
        return False
    if (mark == "«" and opener == "»") or (mark == "‹" and opener == "›"):
        return False
    if (mark == "»" and not opener) or (mark == "›" and not opener):
        return _side(text, at, -1) in ("", " ") and _side(text, at, 1) not in ("", " ")
    if mark in _OPENING:
        return True
    if mark in _CLOSING:
        return False
    before, after = _side(text, at, -1), _side(text, at, 1)
    if before in ("", " "):
        return after not in ("", " ") or not open_marks
    if after in ("", " "):
        return False
    if before in _BEFORE_OPENING and (after.isalnum() or not open_marks):
        return True
    if after in _AFTER_CLOSING:
        return False
    return not open_marks


def _side(text: str, at: int, step: int) -> str:
    """The character beside a mark, emphasis skipped: " " for any blank, "" at the end of the text."""
    place = at + step
    steps = 0
    while 0 <= place < len(text) and text[place] in _EMPHASIS and steps < 4:
        place += step
        steps += 1
    if not 0 <= place < len(text):
        return ""
    return " " if text[place].isspace() else text[place]
