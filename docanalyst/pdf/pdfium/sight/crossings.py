"""Words that are crossed out: by a slanting line, by a cross over a passage, or by ink of a pen."""

from __future__ import annotations

from docanalyst.pdf.pdfium.added.annotations import INK, LINE, each_annotation, is_shown
from docanalyst.pdf.pdfium.sight.rows import Rows, along
from docanalyst.pdf.pdfium.strokes import ink_lines, is_seen, line_of, straight_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docanalyst.pdf.pdfium.document import OpenPage
    from docanalyst.pdf.pdfium.objects import Item
    from docanalyst.pdf.pdfium.strokes import Line

    Lines = Sequence[tuple[int, int, bool]]
    Box = tuple[int, int, int, int]
    Stretches = list[tuple[int, int]]

MOST = 300
"""A page with more such paths is a drawing."""
_FEW = 40
"""A page with more slanting lines that strike no words is one with a plot."""
_STEEP = 1.6
"""Height of a slanting line over words of one line of text, in heights of that, at most."""
_SHORT = 0.8
"""Its width, in heights of the line of text, at least."""
_THROUGH = 0.6
"""Share of the letters along a line that it must run through."""
_OWN = 0.6
"""Share of its width that words must fill."""
_ROOM = 0.15
"""Distance from a letter, in heights of it, at which a line still runs through it."""
_CORNER = 0.2
"""Distance from the corners of a passage at which a line begins and ends that strikes it, as a share of its
width."""
_FILLED = 0.7, 0.4
"""Share of the width of a line, and of a cross, that a line of the passage must fill: labels of a chart and
of a parted cell are shorter."""
_STROKES, _LETTERS = 5_000, 50_000
"""Lines of ink that are held against the text, and letters near them, at most: a signature has hundreds."""
_INKED = 2
"""Letters that ink must run through to be told."""


class Crossings:
    """Stretches of the raw text that are crossed out, and those that ink runs over."""

    __slots__ = ("inked", "struck")

    def __init__(self) -> None:
        self.struck: Stretches = []
        self.inked: Stretches = []


def find_crossed(
    page: OpenPage, text: str, lines: Lines, boxes: Sequence[int], outlines: Sequence[Item]
) -> Crossings:
    """The words of a page that slanting lines or ink of annotations cross.

    Args:
        page: The page.
        text: Its raw text.
        lines: Start, end and hyphen of its lines.
        boxes: Left, top, right, bottom of each line as displayed, in tenths of a point, flat.
        outlines: Paths drawn in lines, from `visibility.look_at`.
    """
    found = Crossings()
    slants: list[Line] = []
    if len(outlines) <= MOST:
        for item in outlines:
            drawn = [line for line in straight_lines(page, item) if _is_slant(line)]
            if drawn and is_seen(item):
                slants += drawn
    inks: list[Line] = []
    if page.annotation_count:
        for handle, kind in each_annotation(page):
            if kind == LINE and is_shown(handle):
                slants += line_of(page, handle)
            elif kind == INK and is_shown(handle):
                inks += ink_lines(page, handle)
    if not slants and not inks:
        return found
    rows = Rows(lines, boxes)
    wide = []
    for slant in slants:
        struck = _words_across(page, text, lines, boxes, rows, slant)
        if struck:
            found.struck += struck
        else:
            wide.append(slant)
    for box in _passages(wide if len(wide) <= _FEW else [], boxes):
        found.struck += _within(page, text, lines, boxes, box)
    found.inked = _touched(page, text, lines, boxes, rows, inks)
    return found


def _is_slant(line: Line) -> bool:
    """Whether a line is neither level nor upright."""
    (x, y), (x_2, y_2) = line
    return abs(x - x_2) >= 15 and abs(y - y_2) >= 15


def _box(line: Line) -> Box:
    (x, y), (x_2, y_2) = line
    return min(x, x_2), min(y, y_2), max(x, x_2), max(y, y_2)


def _words_across(
    page: OpenPage, text: str, lines: Lines, boxes: Sequence[int], rows: Rows, slant: Line
) -> Stretches:
    """The words of one line of text that a line strikes from end to end."""
    left, top, right, bottom = _box(slant)
    for number in rows.between(top, bottom + 1):
        left_2, top_2, right_2, bottom_2 = boxes[4 * number : 4 * number + 4]
        high = bottom_2 - top_2
        middle = (top + bottom) / 2
        if (
            not top_2 < middle < bottom_2
            or bottom - top > _STEEP * high
            or right - left < _SHORT * high
            or right_2 <= left
            or right <= left_2
        ):
            continue
        letters = [place for place in along(page, lines[number], (left, right)) if text[place].isalnum()]
        if not letters:
            continue
        flat = page.character_boxes([letters[0], letters[-1]])
        if min(flat[6], right) - max(flat[0], left) < _OWN * (right - left):
            continue
        if sum(_runs_through(page, place, slant) for place in letters) >= _THROUGH * len(letters):
            words = _whole(text, lines[number], letters[0], letters[-1] + 1)
            return [words] if words is not None else []
    return []


def _runs_through(page: OpenPage, place: int, line: Line) -> bool:
    """Whether a line runs through a letter, where the letter is widest."""
    left, top, right, bottom = page.displayed(*page.ink_box(place))
    (x, y), (x_2, y_2) = sorted(line)
    middle = (left + right) / 2
    if not x <= middle <= x_2:
        return False
    height = y + (y_2 - y) * (middle - x) / max(1, x_2 - x)
    room = _ROOM * (bottom - top) if _is_slant(line) else 0
    return top - room <= height <= bottom + room


def _whole(text: str, line: tuple[int, int, bool], start: int, end: int) -> tuple[int, int] | None:
    """A stretch with the marks of its words; None where it lacks more than a letter of its first or last."""
    first, last, _ = line
    if start > first and text[start - 1].isalnum():
        start -= 1
    if end < last and text[end].isalnum():
        end += 1
    if (start > first and text[start - 1].isalnum()) or (end < last and text[end].isalnum()):
        return None
    while end < last and not text[end].isspace() and not text[end].isalnum():
        end += 1
    return start, end


def _passages(slants: Sequence[Line], boxes: Sequence[int]) -> Iterator[Box]:
    """The passages that two lines cross out, or that one strikes from corner to corner."""
    crossed = set[int]()
    for number, slant in enumerate(slants):
        for other in range(number + 1, len(slants)):
            if _is_cross(slant, slants[other]):
                crossed |= {number, other}
                if _is_filled(_box(slant), boxes, _FILLED[1]):
                    yield _box(slant)
                break
    for number, slant in enumerate(slants):
        if number not in crossed and (box := _passage(_box(slant), boxes)) is not None:
            yield box


def _is_filled(box: Box, boxes: Sequence[int], share: float) -> bool:
    """Whether a line of text fills this share of the width of a box."""
    left, top, right, bottom = box
    return any(
        min(right, boxes[place + 2]) - max(left, boxes[place]) >= share * (right - left)
        for place in range(0, len(boxes), 4)
        if top <= (boxes[place + 1] + boxes[place + 3]) / 2 <= bottom
    )


def _is_cross(line: Line, other: Line) -> bool:
    """Whether two lines are the diagonals of one box."""
    box, second = _box(line), _box(other)
    wide, high = box[2] - box[0], box[3] - box[1]
    alike = all(
        abs(edge - edge_2) <= max(20, size / 5)
        for edge, edge_2, size in zip(box, second, (wide, high, wide, high), strict=True)
    )
    return alike and _rises(line) != _rises(other)


def _rises(line: Line) -> bool:
    (_, y), (_, y_2) = sorted(line)
    return y_2 < y


def _passage(box: Box, boxes: Sequence[int]) -> Box | None:
    """The box around the lines of text in a box, where it is about as large and there are several."""
    left, top, right, bottom = box
    inside = [
        boxes[place : place + 4]
        for place in range(0, len(boxes), 4)
        if top <= (boxes[place + 1] + boxes[place + 3]) / 2 <= bottom
        and boxes[place] < right
        and left < boxes[place + 2]
    ]
    if len(inside) < 2 or not _is_filled(box, boxes, _FILLED[0]):
        return None
    lefts, tops, rights, bottoms = zip(*inside, strict=True)
    around = min(lefts), min(tops), max(rights), max(bottoms)
    side, high = _CORNER * (around[2] - around[0]), 1.2 * max(line[3] - line[1] for line in inside)
    near = all(
        abs(edge - edge_2) <= room
        for edge, edge_2, room in zip(box, around, (side, high, side, high), strict=True)
    )
    return around if near else None


def _within(page: OpenPage, text: str, lines: Lines, boxes: Sequence[int], box: Box) -> Stretches:
    """The words of lines in a box."""
    found: Stretches = []
    for number, line in enumerate(lines):
        left, top, right, bottom = boxes[4 * number : 4 * number + 4]
        if box[1] <= (top + bottom) / 2 <= box[3] and left < box[2] and box[0] < right:
            places = [place for place in along(page, line, (box[0], box[2])) if not text[place].isspace()]
            if any(text[place].isalnum() for place in places):
                found.append((places[0], places[-1] + 1))
    return found


def _touched(
    page: OpenPage, text: str, lines: Lines, boxes: Sequence[int], rows: Rows, inks: Sequence[Line]
) -> Stretches:
    """The words that ink runs through."""
    touched: dict[int, set[int]] = {}
    looked = 0
    places: dict[int, list[int]] = {}
    for ink in inks[:_STROKES]:
        left, top, right, bottom = _box(ink)
        for number in rows.between(top, bottom + 1):
            left_2, top_2, right_2, bottom_2 = boxes[4 * number : 4 * number + 4]
            if left_2 > right or left > right_2 or top_2 > bottom or top > bottom_2:
                continue
            start, end, _ = lines[number]
            if number not in places:
                places[number] = page.character_boxes(range(start, end))
            flat = places[number]
            near = [
                start + at
                for at in range(end - start)
                if text[start + at].isalnum() and left <= flat[4 * at + 2] and flat[4 * at] <= right
            ]
            looked += len(near)
            if looked > _LETTERS:
                break
            touched.setdefault(number, set()).update(place for place in near if _touches(page, place, ink))
    found: Stretches = []
    for number, letters in touched.items():
        if len(letters) >= _INKED:
            start, end, _ = lines[number]
            first, last = min(letters), max(letters)
            while first > start and not text[first - 1].isspace():
                first -= 1
            while last + 1 < end and not text[last + 1].isspace():
                last += 1
            found.append((first, last + 1))
    return sorted(found)


def _touches(page: OpenPage, place: int, line: Line) -> bool:
    """Whether a line runs through a letter, or ends in it."""
    left, top, right, bottom = page.displayed(*page.ink_box(place))
    return _runs_through(page, place, line) or any(left <= x <= right and top <= y <= bottom for x, y in line)
