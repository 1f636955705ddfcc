"""Characters above U+FFFF, as the letters of formulas are: pdfium counts them, and leaves some out."""

from __future__ import annotations

from docanalyst.pdf.pdfium.bindings import raw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_UNKNOWN = "\ufffd"


def restored(handle: Any, count: int, text: str) -> tuple[str, Sequence[int]]:
    """The text of a page with the characters that it lacks for being above U+FFFF, and where each of its
    characters begins as pdfium counts.

    handle: pdfium's text page. count: its characters. pdfium counts such a character once where it leaves it
    out, and twice, as a pair, where the text has it.
    """
    get = raw.FPDFText_GetUnicode
    missing = [index for index in range(count) if get(handle, index) > 0xFFFF]
    if not missing:
        return text, _units(text)
    places = [int(raw.FPDFText_GetTextIndexFromCharIndex(handle, index)) for index in missing]
    pieces: list[str] = []
    units: list[int] = []
    unit = at = 0
    for letter in [*text, ""]:
        while at < len(missing) and (places[at] <= unit or not letter):
            code = get(handle, missing[at])
            pieces.append(chr(code) if code < 0x110000 else _UNKNOWN)
            units.append(unit)
            unit, at = unit + 1, at + 1
        pieces.append(letter)
        units.append(unit)
        unit += 2 if letter > "\uffff" else 1
    return "".join(pieces), units[:-1]


def _units(text: str) -> Sequence[int]:
    """Where each character of a text begins, counted in UTF-16 units."""
    if text.isascii() or max(text) <= "\uffff":
        return range(len(text))
    units, unit = [], 0
    for character in text:
        units.append(unit)
        unit += 2 if character > "\uffff" else 1
    return units
