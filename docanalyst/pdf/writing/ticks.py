"""Ticks and boxes of options, drawn apart from the words that they belong to."""

from __future__ import annotations

from docanalyst.pdf.layout.joins import CELL, SPACE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

TICKS = frozenset("☐☑☒□■▢▣◻◼✓✔✗✘✕✖❏❐❑❒○●◯◉⚪⚫")
"""Characters that tick an option, or that are its empty box."""

_LONGEST = 3
_REACH = 6
"""Distance from a tick to its option, in heights of the line, at most."""


def tick_order(raw: str, lines: Sequence[tuple[int, int, bool]], boxes: Sequence[int]) -> list[int] | None:
    """The order of lines with each lone tick before the words on its right; None where it stands.

    boxes: left, top, right, bottom of each line, upright and flat.
    """
    lone = [
        line
        for line, (start, end, _) in enumerate(lines)
        if end - start <= _LONGEST and TICKS.issuperset(raw[start:end].replace(" ", ""))
    ]
    if not lone:
        return None
    moved: dict[int, list[int]] = {}
    for line in lone:
        option = _option(line, lone, boxes)
        if option is not None and option != line + 1:
            moved.setdefault(option, []).append(line)
    if not moved:
        return None
    leaving = {line for ticks in moved.values() for line in ticks}
    order: list[int] = []
    for line in range(len(lines)):
        order += moved.get(line, [])
        if line not in leaving:
            order.append(line)
    return order


def join_ticks(texts: Sequence[str], joins: list[str]) -> None:
    """Let the words of an option follow their tick with a space, however far from it they stand.

    joins: how each line hangs on the one before it (see `lines`); changed in place.
    """
    for number in range(1, len(texts)):
        if joins[number] == CELL and TICKS.issuperset(texts[number - 1].replace(" ", "")):
            joins[number] = SPACE


def _option(tick: int, lone: Sequence[int], boxes: Sequence[int]) -> int | None:
    """The nearest words to the right of a tick on its row."""
    _, top, right, bottom = boxes[4 * tick : 4 * tick + 4]
    high = bottom - top
    best, nearest = None, _REACH * high
    for line in range(len(boxes) // 4):
        left_2, top_2, _, bottom_2 = boxes[4 * line : 4 * line + 4]
        shared = min(bottom, bottom_2) - max(top, top_2)
        apart = left_2 - right
        if line not in lone and 2 * shared > min(high, bottom_2 - top_2) and -high // 3 <= apart < nearest:
            best, nearest = line, apart
    return best
