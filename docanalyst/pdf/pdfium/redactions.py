"""Boxes that stand in a line of text in the place of words that are no more in the file."""

from __future__ import annotations

from docanalyst.pdf.layout import lines as layout
from docanalyst.pdf.pdfium.marking import REDACTED, REDACTION
from docanalyst.pdf.pdfium.pictures import in_picture, shades

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from docanalyst.pdf.pdfium.drawings import Drawings
    from docanalyst.pdf.pdfium.objects import Item

Box = tuple[int, int, int, int]

_DARKEST = 140
_EVEN = 40
_HEIGHTS = 0.55, 2.2
"""Height of a box, as a share of the line that it stands in."""
_NEAR = 1.3
"""Distance from the words beside it, in heights of the line, at most."""
_WIDE = 1.5
"""Width from which a box beside words on one side only is no bullet, in heights of the box."""
_WORDS = 12
"""Letters of a line that a box ends or begins, at least: a shorter one may be the label of a chart."""


class Bars:
    """Boxes without words beneath. inside: blanks of the raw text that a box fills. before, after: places of
    the raw text that a box stands before and after, on the same row. rows: boxes that fill a row alone."""

    __slots__ = ("after", "before", "inside", "rows")

    def __init__(self) -> None:
        self.inside: list[tuple[int, int]] = []
        self.before: list[int] = []
        self.after: list[int] = []
        self.rows: list[Box] = []

    def put(self, lines: layout.Layout) -> int:
        """Put the marks of boxes beside words into the lines; their number."""
        for number, (start, end) in enumerate(lines.spans):
            if any(start <= place < end for place in self.before):
                lines.texts[number] = f"{REDACTION} {lines.texts[number]}"
            if any(start <= place < end for place in self.after):
                lines.texts[number] = f"{lines.texts[number]} {REDACTION}"
        for box in self.rows:
            layout.insert_line(lines, REDACTION, box, (-1, -1))
        return len(self.before) + len(self.after) + len(self.rows)


def find_bars(
    drawings: Drawings,
    text: str,
    lines: Sequence[tuple[int, int, bool]],
    boxes: Sequence[int],
    bars: Sequence[Item],
) -> Bars:
    """The boxes of a page that stand in lines of text, with nothing on them and nothing beneath.

    Args:
        drawings: Pictures of the page.
        text: Its raw text, with marks for what is covered.
        lines: Start, end and hyphen of its lines.
        boxes: Left, top, right, bottom of each line as displayed, in tenths of a point, flat.
        bars: Dark surfaces from `visibility.look_at`.
    """
    page = drawings.page
    found = Bars()
    accepted: list[Box] = []
    alone: list[Box] = []
    for bar in bars:
        box = page.displayed(bar.left, bar.bottom, bar.right, bar.top)
        rows = [
            (*line[:2], boxes[4 * number + 3] - boxes[4 * number + 1])
            for number, line in enumerate(lines)
            if _shares_row(box, boxes[4 * number : 4 * number + 4])
        ]
        if not rows:
            if box[2] - box[0] >= 3 * (box[3] - box[1]):
                alone.append(box)
            continue
        place = _place(drawings, text, rows, box)
        if place is None or not _is_even(drawings, box):
            continue
        accepted.append(box)
        kind, start, end = place
        if kind == "inside":
            found.inside.append((start, end))
        elif kind == "before":
            found.before.append(start)
        elif kind == "after" and start not in found.after:
            found.after.append(start)
    _add_rows(drawings, found, accepted, alone)
    return found


def _add_rows(drawings: Drawings, found: Bars, accepted: list[Box], alone: list[Box]) -> None:
    """Rows that are blacked out whole, above or under a box in a line."""
    known = list(accepted)
    left = list(alone)
    while True:
        near = [box for box in left if any(_is_next(box, other) for other in known)]
        if not near:
            return
        left = [box for box in left if box not in near]
        near = [box for box in near if _is_even(drawings, box)]
        known += near
        found.rows += near


def _is_next(box: Box, other: Box) -> bool:
    """Whether one box stands on the row under or above another."""
    high = max(box[3] - box[1], other[3] - other[1])
    apart = max(box[1], other[1]) - min(box[3], other[3])
    return -high // 4 <= apart <= high and box[0] < other[2] and other[0] < box[2]


def _shares_row(box: Box, line: Sequence[int]) -> bool:
    """Whether a box is as high as a line of text and stands on its row."""
    high = line[3] - line[1]
    shared = min(box[3], line[3]) - max(box[1], line[1])
    return (
        _HEIGHTS[0] * high <= box[3] - box[1] <= _HEIGHTS[1] * high
        and shared >= 0.6 * min(high, box[3] - box[1])
        and box[0] - _NEAR * high < line[2]
        and box[2] + _NEAR * high > line[0]
    )


def _place(
    drawings: Drawings, text: str, rows: Sequence[tuple[int, int, int]], box: Box
) -> tuple[str, int, int] | None:
    """Where in the text a box stands: "inside" blanks, "before" or "after" a character; None where words are
    on it or none are near."""
    page = drawings.page
    before = after = -1
    gap_before = gap_after = 10**9
    high = max(row[2] for row in rows)
    letters = 0
    for start, end, _ in rows:
        flat = page.character_boxes(range(start, end))
        for place in range(start, end):
            if text[place].isspace():
                continue
            left, right = flat[4 * (place - start)], flat[4 * (place - start) + 2]
            letters += 1
            if box[0] < (left + right) / 2 < box[2]:
                return None
            if right <= box[0] + high // 3 and box[0] - right < gap_before:
                before, gap_before = place, box[0] - right
            elif left >= box[2] - high // 3 and left - box[2] < gap_after:
                after, gap_after = place, left - box[2]
    near_before, near_after = gap_before <= _NEAR * high, gap_after <= _NEAR * high
    if not (near_before and near_after):
        wide = box[2] - box[0] >= _WIDE * (box[3] - box[1])
        if not wide or letters < _WORDS or not (near_before or near_after):
            return None
    if near_before and after > before >= 0 and not text[before + 1 : after].strip(" \t\u00a0"):
        if after > before + 1 and "\n" not in text[before:after]:
            return "inside", before + 1, after
        return "after", before, before + 1
    if near_before:
        return "after", before, before + 1
    return "before", after, after + 1


def _is_even(drawings: Drawings, box: Box) -> bool:
    """Whether a box is drawn as one dark surface."""
    high = (box[3] - box[1]) // 5
    inner = box[0] + high, box[1] + high, box[2] - high, box[3] - high
    picture = drawings.whole
    darkest, lightest, _ = shades(picture, in_picture(picture, inner))
    return lightest < _DARKEST and lightest - darkest < _EVEN
