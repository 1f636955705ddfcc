"""Text in several directions on one page: a table printed sideways under an upright heading, a form filled in
upside down. What runs in one direction is laid out by itself, as a reader turns the page to read it.
"""

from __future__ import annotations

from docanalyst.pdf.layout.joins import LINE, PARAGRAPH
from docanalyst.pdf.layout.lines import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Line = tuple[int, int, bool]

TALL = 3.0
"""Heights of a usual line from which a line may be one in another direction, or several run together."""

_BACK = 2.0
"""Heights by which a character stands before the one that it follows where a parser put pieces of a row in
another order; letters with marks of their own stand back by less than one."""
_PART = 0.2
_FEW_LINES = 3


def may_turn(lines: Sequence[Line], boxes: Sequence[int], turn: Callable[[int], int]) -> bool:
    """Whether a page may have text in another direction than the displayed one.

    turn: the quarter, clockwise, in which a character of the raw text runs.
    """
    count = len(lines)
    if any(turn(lines[line][0]) for line in {0, count // 2, count - 1}):
        return True
    return has_tall_line(lines, boxes)


def has_tall_line(lines: Sequence[Line], boxes: Sequence[int]) -> bool:
    """Whether a line is so tall that it runs in another direction, or is several run together."""
    if not lines:
        return False
    heights = [bottom - top for top, bottom in zip(boxes[1::4], boxes[3::4], strict=True)]
    ranked = sorted(heights)
    bound = TALL * ranked[len(lines) // 2]
    return ranked[-1] > bound and any(
        height > bound and end - start > 3 for height, (start, end, _) in zip(heights, lines, strict=True)
    )


def parted(
    lines: Sequence[Line],
    boxes: Sequence[int],
    turn: Callable[[int], int],
    edges: Callable[[Sequence[int]], list[int]],
) -> dict[int, list[Line]]:
    """The lines by the quarter in which they run; those that a parser ran together are parted.

    edges: gives the boxes of characters as displayed.
    """
    heights = sorted(bottom - top for top, bottom in zip(boxes[1::4], boxes[3::4], strict=True))
    usual = heights[len(heights) // 2]
    found: dict[int, list[Line]] = {}
    for number, (start, end, hyphen) in enumerate(lines):
        first = turn(start)
        tall = boxes[4 * number + 3] - boxes[4 * number + 1] > min(TALL * usual, 2000)
        if not tall and not first:
            found.setdefault(0, []).append((start, end, hyphen))
            continue
        for piece_start, piece_end, quarter in _pieces(start, end, turn, edges):
            found.setdefault(quarter, []).append((piece_start, piece_end, hyphen and piece_end == end))
    return {
        quarter: _in_rows(items, quarter, edges) if quarter else items for quarter, items in found.items()
    }


def _in_rows(items: list[Line], quarter: int, edges: Callable[[Sequence[int]], list[int]]) -> list[Line]:
    """Lines one after the other that are pieces of one row, in the order in which the row runs."""
    rows: list[list[tuple[int, Line]]] = []
    last = (0, 0)
    for item in items:
        left, top, right, bottom = edges([item[0]])
        across = (left, right) if quarter % 2 else (top, bottom)
        shared = min(across[1], last[1]) - max(across[0], last[0])
        begins = (left, top, -right, -bottom)[quarter]
        if rows and 2 * shared > min(across[1] - across[0], last[1] - last[0]):
            rows[-1].append((begins, item))
        else:
            rows.append([(begins, item)])
        last = across
    return [item for row in rows for _, item in sorted(row)]


def _pieces(
    start: int, end: int, turn: Callable[[int], int], edges: Callable[[Sequence[int]], list[int]]
) -> list[tuple[int, int, int]]:
    """The rows of a line that a parser ran together, and the pieces of a row that it put in the order of the
    displayed page, not of the text: start, end and quarter of each."""
    flat = edges(range(start, end))
    pieces: list[tuple[int, int, int]] = []
    last = (0, 0)
    begun = 0
    for offset in range(end - start):
        left, top, right, bottom = flat[4 * offset : 4 * offset + 4]
        place = start + offset
        if right <= left or bottom <= top:
            # A blank that the parser made up stands nowhere.
            if pieces:
                pieces[-1] = (pieces[-1][0], place + 1, pieces[-1][2])
            continue
        quarter = turn(place)
        across = (left, right) if quarter % 2 else (top, bottom)
        begins = (left, top, -right, -bottom)[quarter]
        same = pieces and pieces[-1][2] == quarter and min(across[1], last[1]) > max(across[0], last[0])
        if same and begins > begun - _BACK * (across[1] - across[0]):
            pieces[-1] = (pieces[-1][0], place + 1, quarter)
        else:
            pieces.append((place, place + 1, quarter))
        last, begun = across, begins
    return pieces


def stripped(raw: str, line: Line) -> Line | None:
    """The line without blanks at its ends; None where nothing else is in it."""
    start, end, hyphen = line
    text = raw[start:end]
    if not text.strip():
        return None
    return start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip())), hyphen


def combined(layouts: dict[int, Layout]) -> Layout:
    """One layout of several, each in its own direction, with boxes as displayed.

    What runs across a large part of the page stands where the page has it; a note on the margin stands where
    the file has it.
    """
    upright = layouts.get(0) or Layout()
    letters = {quarter: sum(map(len, layout.texts)) for quarter, layout in layouts.items()}
    for quarter, layout in layouts.items():
        if quarter == 0 or not layout.texts:
            continue
        if len(layout.texts) >= _FEW_LINES and letters[quarter] >= _PART * sum(letters.values()):
            top = min(layout.boxes[1::4])
            at = sum(bottom <= top + 10 for bottom in upright.boxes[3::4])
        else:
            first = min(start for start, _ in layout.spans)
            at = sum(start < first for start, _ in upright.spans)
        _insert(upright, at, layout)
    upright.reordered = upright.reordered or any(layout.reordered for layout in layouts.values())
    return upright


def _insert(into: Layout, at: int, layout: Layout) -> None:
    joins = [PARAGRAPH if at else LINE, *layout.joins[1:]]
    into.texts[at:at] = layout.texts
    into.boxes[4 * at : 4 * at] = layout.boxes
    into.spans[at:at] = layout.spans
    if at < len(into.joins):
        into.joins[at] = PARAGRAPH
    into.joins[at:at] = joins
