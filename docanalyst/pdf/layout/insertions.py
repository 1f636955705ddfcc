"""Words that stand in a gap of a line and that the file draws after it, as a form typed over is filled in.

A parser gives them at the end of the line or of the page, and the line reads on over its gap: "The price is
dollars in all." The line is parted at the gap, and the words are read there. A blank drawn as underscores is
such a gap.
"""

from __future__ import annotations

import itertools
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from docanalyst.pdf.layout.cells import Edges

    Line = tuple[int, int, bool]
    Placed = tuple[Line, tuple[int, int, int, int]]
    """A line and its box."""

_NARROW = 0.75
"""Width of a line beside its letters, as a share of what is usual on the page, under which its end may stand
back: words that were drawn last and that the parser put at its end."""
_BACK = 0.5
"""Heights by which a character stands before the one that it follows where it is drawn in a gap."""
_FORWARD = 2.0
"""Heights by which the next words stand ahead of such a character where they are another piece."""
_SHORTEST = 8
_SHARED = 0.5
"""Share of its height by which a piece stands on the row of a line, at least."""
_SMALLEST = 0.75
"""Height of a piece beside the line, at least: smaller signs are raised or lowered ones."""
_ROOM, _LEAST_GAP = 0.35, 0.5
"""Heights by which words may be wider than their gap, and by which a gap is wider than a blank."""

_WIDE = 1.0
"""Width of the blanks between the words for several gaps of a row, in heights, at least."""
_SENTENCE = 3
"""Words of a line that is part of a sentence, and no row of cells, at least."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_BLANK = re.compile("[ \t\u00a0]+")
_GAP = re.compile("_{3,}[ _]*|[ \t\u00a0]+")


def in_gaps(
    raw: str, lines: Sequence[Line], boxes: Sequence[int], edges: Edges
) -> tuple[list[Line], list[int], set[int]] | None:
    """The lines of a page with words drawn into a gap of a line in their place; None where there are none.

    Args:
        raw: Text of the page.
        lines: Start, end and hyphen of each line.
        boxes: Left, top, right, bottom of each line, upright and flat.
        edges: Gives the boxes of characters.

    Returns:
        Lines, their boxes, and where those begin that go on a sentence over what was a gap.
    """
    backward = _backward(lines, boxes, edges)
    if backward:
        lines, boxes = _parted(raw, lines, boxes, backward, edges)
    filled: dict[int, dict[tuple[int, int], list[Placed]]] = {}
    taken: dict[int, int] = {}
    for piece, line in _within(boxes):
        if piece in taken:
            continue
        for parts in _wholes(raw, lines[piece], boxes[4 * piece : 4 * piece + 4], edges):
            gaps = [_gap_of(raw, lines[line], box, edges) for _, box in parts]
            if parts and None not in gaps:
                taken[piece] = line
                for part, gap in zip(parts, gaps, strict=True):
                    if gap is not None:
                        filled.setdefault(line, {}).setdefault(gap, []).append(part)
                break
    # A line that is itself put into another one stays whole.
    filled = {line: gaps for line, gaps in filled.items() if line not in taken}
    taken = {piece: line for piece, line in taken.items() if line in filled}
    if not taken:
        return None
    found: list[Line] = []
    places: list[int] = []
    going_on: set[int] = set()

    def add(line: Line, box: Sequence[int]) -> None:
        found.append(line)
        places.extend(box)

    for number, (start, end, hyphen) in enumerate(lines):
        if number in taken:
            continue
        left, top, right, bottom = boxes[4 * number : 4 * number + 4]
        prose = len(_WORD.findall(raw, start, end)) >= _SENTENCE
        for gap, pieces in sorted(filled.get(number, {}).items()):
            if stop := len(raw[start : gap[0]].rstrip()):
                reach = edges([start + stop - 1])[2]
                add((start, start + stop, False), (left, top, reach, bottom))
            for placed in sorted(pieces, key=_from_left):
                add(*placed)
            start = gap[1]
            if start < end:
                left = edges([start])[0]
            if prose:
                going_on.update((start, *(piece[0] for piece, _ in pieces)))
        if start < end:
            add((start, end, hyphen), (left, top, right, bottom))
    return found, places, going_on


def _backward(lines: Sequence[Line], boxes: Sequence[int], edges: Edges) -> dict[int, list[int]]:
    """Places of the raw text at which a line goes back to a gap of its own, by line."""
    ratios = [
        (boxes[4 * number + 2] - boxes[4 * number])
        / max(1, (end - start) * (boxes[4 * number + 3] - boxes[4 * number + 1]))
        for number, (start, end, _) in enumerate(lines)
    ]
    usual = sorted(ratios)[len(ratios) // 2] if ratios else 0.0
    found: dict[int, list[int]] = {}
    for number, (start, end, _) in enumerate(lines):
        if end - start < _SHORTEST or ratios[number] >= _NARROW * max(usual, 0.4):
            continue
        flat = edges(range(start, end))
        high = boxes[4 * number + 3] - boxes[4 * number + 1]
        before, reach = flat[0], flat[2]
        for offset in range(1, end - start):
            left, right = flat[4 * offset], flat[4 * offset + 2]
            if right <= left:
                continue
            if left < before - _BACK * high or (number in found and left > reach + _FORWARD * high):
                found.setdefault(number, []).append(start + offset)
            before, reach = left, right
    return found


def _parted(
    raw: str, lines: Sequence[Line], boxes: Sequence[int], backward: dict[int, list[int]], edges: Edges
) -> tuple[list[Line], list[int]]:
    """The lines parted where they go back, and the boxes of the pieces, from the left to the right; a line
    whose pieces overlap, as those of formulas do, stays whole."""
    found: list[Line] = []
    places: list[int] = []
    for number, line in enumerate(lines):
        pieces = _pieces(raw, line, backward[number], edges) if number in backward else []
        if not pieces or not all(_is_apart(raw, pieces, at, edges) for at in range(1, len(pieces))):
            left, top, right, bottom = boxes[4 * number : 4 * number + 4]
            pieces = [(line, (left, top, right, bottom))]
        for piece, box in sorted(pieces, key=_from_left):
            found.append(piece)
            places += box
    return found, places


def _pieces(raw: str, line: Line, cuts: Sequence[int], edges: Edges) -> list[Placed]:
    start, end, hyphen = line
    pieces: list[Placed] = []
    for first, last in itertools.pairwise([start, *cuts, end]):
        stop = first + len(raw[first:last].rstrip())
        flat = edges([first, stop - 1])
        box = flat[0], min(flat[1], flat[5]), flat[6], max(flat[3], flat[7])
        pieces.append(((first, stop, hyphen and last == end), box))
    return pieces


def _is_apart(raw: str, pieces: Sequence[Placed], at: int, edges: Edges) -> bool:
    """Whether a piece stands beside the pieces before it, or in a gap of one of them."""
    _, box = pieces[at]
    return all(
        box[2] <= other[0] + 5 or other[2] <= box[0] + 5 or _gap_of(raw, line, box, edges) is not None
        for line, other in pieces[:at]
    )


def _within(boxes: Sequence[int]) -> list[tuple[int, int]]:
    """Pieces that stand on the row of a line, between its ends: piece and line."""
    order = sorted(range(len(boxes) // 4), key=boxes[1::4].__getitem__)
    found = []
    for at, one in enumerate(order):
        left, top, right, bottom = boxes[4 * one : 4 * one + 4]
        for other in order[at + 1 :]:
            left_2, top_2, right_2, bottom_2 = boxes[4 * other : 4 * other + 4]
            if top_2 >= bottom:
                break
            shared = min(bottom, bottom_2) - top_2
            low, tall = sorted((bottom - top, bottom_2 - top_2))
            if shared < _SHARED * low or low < _SMALLEST * tall:
                continue
            if left < left_2 and right_2 < right:
                found.append((other, one))
            elif left_2 < left and right < right_2:
                found.append((one, other))
    return found


def _from_left(placed: Placed) -> int:
    return placed[1][0]


def _wholes(raw: str, line: Line, box: Sequence[int], edges: Edges) -> list[list[Placed]]:
    """A piece as it is, and parted at its wide blanks, as the words for several gaps of a row are."""
    start, end, hyphen = line
    left, top, right, bottom = box
    spans = [match.span() for match in _BLANK.finditer(raw, start, end)]
    flat = edges([place for first, last in spans for place in (first - 1, last)])
    cuts = [
        (*span, flat[8 * number + 2], flat[8 * number + 4])
        for number, span in enumerate(spans)
        if flat[8 * number + 4] - flat[8 * number + 2] > _WIDE * (bottom - top)
    ]
    parts: list[Placed] = []
    for first, last, ends, begins in cuts:
        parts.append(((start, first, False), (left, top, ends, bottom)))
        start, left = last, begins
    parts.append(((start, end, hyphen), (left, top, right, bottom)))
    whole: list[Placed] = [(line, (box[0], top, right, bottom))]
    return [whole, parts] if cuts else [whole]


def _gap_of(raw: str, line: Line, box: Sequence[int], edges: Edges) -> tuple[int, int] | None:
    """The blank of a line, as a stretch of the raw text, that words stand in."""
    left, top, right, bottom = box
    room = _ROOM * (bottom - top)
    start, end, _ = line
    for match in _GAP.finditer(raw, start, end):
        first, last = match.span()
        ruled = raw[first] == "_"
        if ruled and last == end:
            begins, ends = edges([first])[0], edges([last - 1])[2]
        elif ruled:
            flat = edges([first, last])
            begins, ends = flat[0], flat[4]
        else:
            flat = edges([first - 1, last])
            begins, ends = flat[2], flat[4]
        wide = ends - begins
        if wide < _LEAST_GAP * (bottom - top) or right - left > wide + room:
            continue
        if begins - room <= left and right <= ends + room:
            return first, last
    return None
