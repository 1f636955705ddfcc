"""Running heads, feet and page numbers: the lines that stand between the end of a page and the next one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_ROWS = 4
_NUMBER_LINE = re.compile(
    r"[\W_]*(?:page|p\.|seite|pagina|página|стр\.?)?[\W_]*(?:\d{1,4}|[ivxlc]{1,7}|[a-z]{1,3}[-–.]\d{1,4})"
    r"(?:[\W_]*(?:of|/|von|de|sur|из)[\W_]*\d{1,4})?[\W_]*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")


def furniture(pages: Sequence[str]) -> list[list[tuple[int, int]]]:
    """For each page's text, the start and end of each line that is not part of the running text.

    A line counts when it is among the outer four of its page, and either the same line (digits ignored)
    stands there on at least 30 % of the pages and on three (two in a document of two or three pages), or it
    is one of the two outermost and holds nothing but a page number.
    """
    outer = [_outer_lines(text) for text in pages]
    seen: Counter[str] = Counter()
    for rows in outer:
        seen.update({_shape(pages_text) for _, _, pages_text, _ in rows})
    needed = max(2 if len(pages) <= 3 else 3, round(0.3 * len(pages)))
    found: list[list[tuple[int, int]]] = []
    for rows in outer:
        kept = []
        for start, end, line, rank in rows:
            repeated = len(pages) > 1 and seen[_shape(line)] >= needed
            numbered = rank < 2 and len(line) <= 24 and _NUMBER_LINE.fullmatch(line) is not None
            if repeated or numbered:
                kept.append((start, end))
        found.append(kept)
    return found


def _outer_lines(text: str) -> list[tuple[int, int, str, int]]:
    """The outer lines with words: start, end, the line, and its distance from the edge of the page."""
    first: list[tuple[int, int, str, int]] = []
    position = 0
    while position < len(text) and len(first) < _ROWS:
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        if line := text[position:end].strip():
            first.append((position, end, line, len(first)))
        position = end + 1
    last: list[tuple[int, int, str, int]] = []
    end = len(text)
    while end > position and len(last) < _ROWS:
        start = text.rfind("\n", position, end) + 1
        start = max(start, position)
        if line := text[start:end].strip():
            last.append((start, end, line, len(last)))
        end = start - 1
    return first + last[::-1]


def _shape(line: str) -> str:
    return " ".join(_DIGITS.sub("#", line.casefold()).split())
