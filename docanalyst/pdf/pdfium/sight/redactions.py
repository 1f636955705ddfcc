"""Redaction boxes: boxes in a line of text whose words are no longer in the file."""

from __future__ import annotations

from docanalyst.pdf.layout import lines as layout
from docanalyst.pdf.pdfium.pictures import bar_share, in_picture
from docanalyst.pdf.pdfium.sight.marking import REDACTION
from docanalyst.pdf.pdfium.sight.rows import Rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from docanalyst.pdf.pdfium.objects import Item
    from docanalyst.pdf.pdfium.sight.drawings import Drawings

Box = tuple[int, int, int, int]

_JOINT = 0.8
"""Distance between the boxes of words of one stretch, as a share of their height, at most."""
_DARKEST, _DARK_SHARE = 110, 0.55
"""A box is drawn darker than this, of 255, on this share of it: between the boxes of words is paper."""
_MIXED = 0.15
"""Share of its columns that are dark in part, at most: a logo has letters."""
_DARK = bytes(shade <= _DARKEST for shade in range(256))
_HEIGHTS = 0.55, 2.2
"""Height of a box, as a share of the line that it stands in."""
_NEAR = 1.3
"""Distance from the words beside it, in heights of the line, at most."""
_WIDE = 1.5
"""Width from which a box beside words on one side only is no bullet, in heights of the box."""
_WORDS = 8
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
    rows = Rows(lines, boxes)
    sure: list[Candidate] = []
    unsure: list[Candidate] = []
    for box in _merged([drawings.page.displayed(*bar[2:6]) for bar in bars]):
        near = [
            (*lines[number][:2], boxes[4 * number + 3] - boxes[4 * number + 1])
            for number in rows.between(box[1], box[3])
            if _shares_row(box, boxes[4 * number : 4 * number + 4])
        ]
        wide = box[2] - box[0] >= _WIDE * (box[3] - box[1])
        if not near:
            if wide:
                unsure.append((box, _ROW, 0, 0))
            continue
        place = _place(drawings, text, near, box)
        if place is None:
            continue
        letters, kind, start, end = place
        enough = kind == _INSIDE or (wide and letters >= _WORDS)
        (sure if enough else unsure).append((box, kind, start, end))
    found = Bars()
    for box, kind, start, end in _accepted(drawings, sure, unsure):
        if kind == _INSIDE:
            found.inside.append((start, end))
        elif kind == _ROW:
            found.rows.append(box)
        elif start not in (places := found.before if kind == _BEFORE else found.after):
            places.append(start)
    return found


Candidate = tuple[Box, str, int, int]
"""A box, how it stands to the text, and the characters that it stands between, before or after."""

_INSIDE, _BEFORE, _AFTER, _ROW = "inside", "before", "after", "row"


def _accepted(drawings: Drawings, sure: list[Candidate], unsure: list[Candidate]) -> list[Candidate]:
    """The boxes that are drawn as dark surfaces; one that stands alone or by a few letters only, above, under
    or beside another that is."""
    known = [candidate for candidate in sure if _is_dark(drawings, candidate[0])]
    latest = known
    while latest and unsure:
        near = [one for one in unsure if any(_is_next(one[0], other[0]) for other in latest)]
        unsure = [one for one in unsure if one not in near]
        latest = [one for one in near if _is_dark(drawings, one[0])]
        known = known + latest
    return known


def _merged(boxes: Sequence[Box]) -> list[Box]:
    """Boxes drawn one after the other on a row, as one for each letter or word, made one."""
    merged: list[Box] = []
    for box in boxes:
        if merged:
            left, top, right, bottom = merged[-1]
            shared = min(bottom, box[3]) - max(top, box[1])
            low = min(bottom - top, box[3] - box[1])
            if 2 * shared > low and left <= box[0] <= right + _JOINT * low:
                merged[-1] = left, min(top, box[1]), max(right, box[2]), max(bottom, box[3])
                continue
        merged.append(box)
    return merged


def _is_next(box: Box, other: Box) -> bool:
    """Whether one box stands on the row under or above another, or beside it."""
    high = max(box[3] - box[1], other[3] - other[1])
    low = max(box[1], other[1]) - min(box[3], other[3])
    wide = max(box[0], other[0]) - min(box[2], other[2])
    return low <= high and wide <= 3 * high and min(box[3] - box[1], other[3] - other[1]) > high // 3


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
) -> tuple[int, str, int, int] | None:
    """Letters of its row, and where in the text a box stands: inside blanks, before or after a character;
    None where words are on it or none are near."""
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
    if near_before and near_after and before < after:
        between = text[before + 1 : after]
        if between and not between.strip(" \t\u00a0"):
            return letters, _INSIDE, before + 1, after
    if near_before:
        return letters, _AFTER, before, before + 1
    return (letters, _BEFORE, after, after + 1) if near_after else None


def _is_dark(drawings: Drawings, box: Box) -> bool:
    """Whether the middle of a box is drawn as dark surfaces, as high as it."""
    high = (box[3] - box[1]) // 3
    inner = box[0] + high // 2, box[1] + high, box[2] - high // 2, box[3] - high
    picture = drawings.rough
    whole, partly = bar_share(picture, in_picture(picture, inner), _DARK)
    return whole >= _DARK_SHARE and partly <= _MIXED
