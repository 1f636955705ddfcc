"""Clause numbers of a recognised page, brought back to their clauses.

Recognition takes numbers that hang in the margin for a column of their own, so that all numbers of a page
come first and its clauses after them, numberless. A number belongs to the line that begins beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docanalyst.pdf.ocr.words import Word

WORD_GAP = 0.9
"""Heights of a line between two words of it, at most. The narrowest gutter between columns known has 1.2."""

FARTHEST = 1_000
"""Tenths of a point between a number and its clause; farther away it is a cell of a table."""

_NUMBER = re.compile(
    r"[(\[]?(?:[0-9]{1,3}(?:\.[0-9]{1,3}){0,4}|[A-Za-z]|[ivxlIVXL]{1,6})[.,):\]]{0,2}"
    r"|[•·▪◦‣*–—-]|§+ ?[0-9.]{1,8}"
)


def is_number(text: str) -> bool:
    """Whether a word may be the number, letter or dot that a clause or a point of a list begins with."""
    return _NUMBER.fullmatch(text) is not None


def with_numbers(words: Sequence[Word]) -> list[Word]:
    """The words with each number that stands alone put before the line beside it, as part of that line."""
    lines: dict[int, list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    boxes = {line: _around(row) for line, row in lines.items()}
    numbers = {line for line, row in lines.items() if len(row) == 1 and is_number(row[0].text)}
    before: dict[int, list[Word]] = {}
    for line in numbers:
        beside = _beside(boxes[line], [(boxes[other], other) for other in lines if other not in numbers])
        if beside is not None and beside not in before:
            before[beside] = [replace(word, line=beside) for word in lines[line]]
            del lines[line]
    return [word for line, row in lines.items() for word in [*before.get(line, ()), *row]]


def with_whole_rows(words: Sequence[Word]) -> list[Word]:
    """The words with the pieces of a row put together that are no farther apart than words are.

    Recognition takes the beginnings of like lines for a column of their own.
    """
    lines: dict[int, list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    boxes = {line: _around(row) for line, row in lines.items()}
    follows: dict[int, int] = {}
    for line, (left, top, right, bottom) in boxes.items():
        near = [
            (left_2 - right, other)
            for other, (left_2, top_2, _, bottom_2) in boxes.items()
            if 10 * (min(bottom, bottom_2) - max(top, top_2)) > 6 * max(bottom - top, bottom_2 - top_2)
            and -20 < left_2 - right < WORD_GAP * (bottom - top)
            and left_2 > left
        ]
        if near and min(near)[1] not in follows.values():
            follows[line] = min(near)[1]
    begun = set(follows.values())
    found: list[Word] = []
    for line in lines:
        if line in begun:
            continue
        at: int | None = line
        while at is not None:
            found += [replace(word, line=line) for word in lines[at]]
            at = follows.get(at)
    return found


def _around(words: Sequence[Word]) -> tuple[int, int, int, int]:
    """The box around words: left, top, right, bottom."""
    lefts, tops, rights, bottoms = zip(*(word.box for word in words), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _beside(
    box: tuple[int, int, int, int], others: Sequence[tuple[tuple[int, int, int, int], int]]
) -> int | None:
    """The line that begins next to the right of a box, on the same row; None where there is none."""
    left, top, right, bottom = box
    best, nearest = None, FARTHEST
    for (left_2, top_2, _, bottom_2), line in others:
        shared = min(bottom, bottom_2) - max(top, top_2)
        gap = left_2 - right
        if 2 * shared > min(bottom - top, bottom_2 - top_2) and left < left_2 and -20 < gap < nearest:
            best, nearest = line, gap
    return best
