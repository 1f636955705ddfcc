"""Marks put into the lines of a page where words are left out, blacked out or struck through.

What is left out keeps its place as a run of characters that no text has, so that the layout sees a word
there; when the lines are made, each run becomes its mark.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from docanalyst.pdf.layout.lines import Layout

REDACTED, HIDDEN, BARRED, TICKED, EMPTY = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4"
"""Stand for characters under a box, for others that are not seen, and for blanks in which a box stands, or a
box to tick, with a tick or without: Unicode keeps these free."""

_MARKS = {
    REDACTED: "[redacted]",
    HIDDEN: "[hidden text]",
    BARRED: " [redacted] ",
    TICKED: " ☑ ",
    EMPTY: " ☐ ",
}
_RUN = re.compile(f"{REDACTED}+|{HIDDEN}+| *{BARRED}[{BARRED} ]*| *{TICKED}[{TICKED} ]*| *{EMPTY}[{EMPTY} ]*")
STRIKING = re.compile("[-\u2010-\u2015\u2212]{3,}|[xX]{3,}|/{3,}|={3,}|#{3,}")
"""Signs that a typewriter strikes words out with."""
_SOME_STRIKING = tuple(3 * sign for sign in "-xX/=#\u2010\u2011\u2012\u2013\u2014\u2015\u2212")

_STRUCK = "[struck: ", "]"

REDACTION = _MARKS[REDACTED]


def may_strike(text: str) -> bool:
    """Whether a text has signs that a typewriter strikes words out with; quicker than the pattern."""
    return any(signs in text for signs in _SOME_STRIKING)


def filled(text: str, start: int, end: int, mark: str) -> str:
    """The text with a mark's character for each of a stretch's; every character keeps its place."""
    return text[:start] + mark * (end - start) + text[end:]


def settle(lines: Layout) -> int:
    """Put the marks into lines with stretches left out; the number of redactions."""
    count = 0
    for number, text in enumerate(lines.texts):
        if any(mark in text for mark in _MARKS):
            count += len(re.findall(f"{REDACTED}+|{BARRED}+", text))
            lines.texts[number] = _RUN.sub(lambda run: _MARKS[run.group().lstrip(" ")[0]], text)
    return count


def put_beside(lines: Layout, before: Iterable[tuple[int, str]], after: Iterable[tuple[int, str]]) -> None:
    """Put marks before the lines, and after those, that have these places of the raw text."""
    for number, (start, end) in enumerate(lines.spans):
        first = "".join(f"{mark} " for place, mark in before if start <= place < end)
        last = "".join(f" {mark}" for place, mark in after if start <= place < end)
        lines.texts[number] = f"{first}{lines.texts[number]}{last}"


def strike(lines: Layout, raw: str, stretches: Iterable[tuple[int, int]]) -> list[str]:
    """Mark stretches of the raw text as struck in the lines; the words of each, in reading order.

    A stretch that goes on over lines is one mark.
    """
    from docanalyst.pdf.layout.alignment import aligned

    pieces: list[tuple[int, int, int]] = []
    found = sorted(stretches)
    for number, (start, end) in enumerate(lines.spans):
        inside = [
            (max(first, start), min(last, end)) for first, last in found if first < end and last > start
        ]
        if not inside or start < 0:
            continue
        origins = aligned(raw[start:end], lines.texts[number])
        for first, last in inside:
            places = [place for place, at in enumerate(origins) if first - start <= at < last - start]
            if places:
                pieces.append((number, places[0], places[-1] + 1))
    return _put(lines, pieces)


def _put(lines: Layout, pieces: Sequence[tuple[int, int, int]]) -> list[str]:
    """Put the marks around pieces of lines: line, start and end of each, in order."""
    opens = [
        not _goes_on(lines, before, piece) for before, piece in zip([None, *pieces], pieces, strict=False)
    ]
    closes = [*opens[1:], True]
    struck: list[str] = []
    for piece, first in zip(pieces, opens, strict=True):
        words = lines.texts[piece[0]][piece[1] : piece[2]]
        if first:
            struck.append(words)
        else:
            struck[-1] += f" {words}"
    for (number, start, end), first, last in reversed(list(zip(pieces, opens, closes, strict=True))):
        text = lines.texts[number]
        marked = (_STRUCK[0] if first else "") + text[start:end] + (_STRUCK[1] if last else "")
        lines.texts[number] = text[:start] + marked + text[end:]
    return struck


def _goes_on(lines: Layout, before: tuple[int, int, int] | None, piece: tuple[int, int, int]) -> bool:
    """Whether a piece of a line goes on from the piece before it, at the end of the line before."""
    if before is None or piece[0] != before[0] + 1:
        return False
    ends = (
        not lines.texts[before[0]][before[2] :].strip(" -") and not lines.texts[piece[0]][: piece[1]].strip()
    )
    return ends and lines.joins[piece[0]] != "c"
