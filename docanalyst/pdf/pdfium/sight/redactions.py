"""Redaction boxes: boxes in a line of text whose words are no longer in the file.

A box is one where it stands as words do: between two words of a line, or as its beginning or end, or as lines
of a paragraph. Logos, bullets, legends, bars of charts and fills of tables stand otherwise.
"""

from __future__ import annotations

from docanalyst.pdf.layout import lines as layout
from docanalyst.pdf.pdfium.pictures import TooSlow, bar_share, in_picture, shades
from docanalyst.pdf.pdfium.sight.marking import REDACTION, put_beside
from docanalyst.pdf.pdfium.sight.rows import Rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from docanalyst.pdf.pdfium.sight.drawings import Drawings

Box = tuple[int, int, int, int]

_MOST = 3_000
"""Dark surfaces of a page that are looked at one by one, at most: a page blacked out has 300."""
_JOINT = 0.8
"""Distance between the boxes of words of one stretch, as a share of their height, at most."""
_DARKEST, _DARK_SHARE = 110, 0.55
"""A box is drawn darker than this, of 255, on this share of it: between the boxes of words is paper."""
_PALEST = 185
"""Shade up to which a box between two words is no paper and no field to fill in; orange has 150."""
_BLACK = 60
_MIXED = 0.15
"""Share of its columns that are dark in part, at most: a logo has letters."""
_DARK = bytes(shade <= _DARKEST for shade in range(256))
_SHADED = bytes(shade <= _PALEST for shade in range(256))
_HEIGHTS = 0.55, 2.2
"""Height of a box, as a share of the line that it stands in."""
_NEAR = 1.1
"""Distance from the words beside it, in heights of the line, at most: justified blanks are as wide."""
_BLANK = 0.6
"""Width of an ordinary blank in heights of the line, at most."""
_WIDE = 1.5
"""Width from which a box beside words on one side only is no bullet, in heights of the box."""
_SQUARE = 0.7, 1.5
"""Width in heights of the box of a bullet or of a square of a legend; a box over one letter is narrower."""
_TALL = 0.75
"""Height in heights of the line from which a narrow box is no bullet."""
_WORDS = 8
"""Letters of a line that a box ends or begins, at least: a shorter one may be the label of a chart."""
_ROW_REACH = 12
"""Distance from words on its row, in heights of the box, at which a box does not fill the row alone."""
_PITCH = 1.9
"""Distance from foot to foot of the lines of a paragraph, in heights, at most."""
_LONG = 8
"""Width of a box that is a line of a paragraph, in heights, at least."""
_APART = 0.22, 3.0
"""Paper between the bars of a chart, in heights of a bar; lines of text blacked out are closer."""
_LABEL = 30
"""Letters of the row of a bar of a chart, at most."""
_STACK = 3
"""Boxes of one paragraph that need no text beside them."""


class Bars:
    """Boxes without words beneath. inside: blanks of the raw text that a box fills. before, after: places of
    the raw text that a box stands before and after, on the same row. rows: boxes that fill a row alone.
    doubtful: black boxes beside words that may be bars of a chart."""

    __slots__ = ("after", "before", "doubtful", "inside", "rows")

    def __init__(self) -> None:
        self.inside: list[tuple[int, int]] = []
        self.before: list[int] = []
        self.after: list[int] = []
        self.rows: list[Box] = []
        self.doubtful = 0

    def put(self, lines: layout.Layout) -> int:
        """Put the marks of boxes beside words into the lines; their number."""
        put_beside(
            lines,
            [(place, REDACTION) for place in self.before],
            [(place, REDACTION) for place in self.after],
        )
        for box in self.rows:
            layout.insert_line(lines, REDACTION, box, (-1, -1), alone=True)
        return len(self.before) + len(self.after) + len(self.rows)


_INSIDE, _BEFORE, _AFTER, _CELL, _ROW = "inside", "before", "after", "cell", "row"


class _Candidate:
    """A box and how it stands to the text.

    kind: between words, before or after those of a line, apart from them as a cell is, or alone on its row.
    start, end: the blanks that it fills, or the character that it stands before or after. fills: it is the
    first of these. high: height of the line. letters: of its row. gap: the wider of its distances from the
    words that it stands between. label: the character before it on its row, "" for none.
    """

    __slots__ = ("box", "end", "fills", "gap", "high", "kind", "label", "letters", "start")

    def __init__(self, box: Box, kind: str, high: int) -> None:
        self.box, self.kind, self.high = box, kind, high
        self.start = self.end = self.letters = self.gap = 0
        self.label, self.fills = "", False

    @property
    def wide(self) -> int:
        """Its width."""
        return self.box[2] - self.box[0]

    @property
    def tall(self) -> int:
        """Its height."""
        return self.box[3] - self.box[1]


def find_bars(
    drawings: Drawings,
    text: str,
    lines: Sequence[tuple[int, int, bool]],
    boxes: Sequence[int],
    bars: Sequence[Box],
) -> Bars:
    """The boxes of a page that stand in lines of text, with nothing on them and nothing beneath.

    Raises TooSlow where there are too many.

    Args:
        drawings: Pictures of the page.
        text: Its raw text, with marks for what is covered.
        lines: Start, end and hyphen of its lines.
        boxes: Left, top, right, bottom of each line as displayed, in tenths of a point, flat.
        bars: Dark surfaces as displayed.
    """
    rows = Rows(lines, boxes)
    merged = _merged(bars)
    if len(merged) > _MOST:
        raise TooSlow
    candidates = [
        candidate
        for box in merged
        if (candidate := _candidate(drawings, text, lines, boxes, box, rows)) is not None
    ]
    found = Bars()
    drawings.keep_to([one.box for one in candidates])
    charted = _charted(candidates)
    left = [one for one in candidates if one not in charted]
    left = [one for one in left if not _is_key(drawings, one, left)]
    sure = [one for one in left if _stands_as_words(one, text, boxes, rows, left)]
    unsure = [one for one in left if one not in sure and (one.kind != _ROW or one.wide >= _WIDE * one.tall)]
    for one in _accepted(drawings, sure, unsure):
        if one.kind == _ROW or (one.kind == _CELL and one not in sure):
            found.rows.append(one.box)
        elif one.fills:
            found.inside.append((one.start, one.end))
        elif one.start not in (places := found.before if one.kind == _BEFORE else found.after):
            places.append(one.start)
    found.doubtful = sum(_shade(drawings, one.box) < _BLACK for one in charted)
    return found


def _candidate(
    drawings: Drawings,
    text: str,
    lines: Sequence[tuple[int, int, bool]],
    boxes: Sequence[int],
    box: Box,
    rows: Rows,
) -> _Candidate | None:
    """How a box stands to the text; None where words are on it, or on its row away from it."""
    near = []
    for number in rows.between(box[1], box[3]):
        line = boxes[4 * number : 4 * number + 4]
        if not _shares_row(box, line):
            continue
        if max(box[0] - line[2], line[0] - box[2]) < _ROW_REACH * (box[3] - box[1]):
            near.append((*lines[number], line[3] - line[1]))
    if near:
        return _place(drawings, text, near, box)
    return _Candidate(box, _ROW, box[3] - box[1])


def _charted(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Boxes that begin on one line down the page and end where they may, beside labels: bars of a chart.

    A form with values blacked out has colons after its labels.
    """
    beside = [
        one
        for one in candidates
        if one.kind in (_AFTER, _INSIDE, _CELL) and one.label != ":" and one.letters <= _LABEL
    ]
    return [
        one
        for one in beside
        if any(
            abs(one.box[0] - other.box[0]) < 5
            and abs(one.tall - other.tall) < 5
            and abs(one.wide - other.wide) >= 5
            and _APART[0] * one.tall
            <= max(one.box[1] - other.box[3], other.box[1] - one.box[3])
            < _APART[1] * one.tall
            for other in beside
        )
    ]


def _is_key(drawings: Drawings, one: _Candidate, others: Sequence[_Candidate]) -> bool:
    """Whether a box is one of those of a legend: as large as another on its row, of another shade."""
    return any(
        other is not one
        and abs(one.box[1] - other.box[1]) < 5
        and abs(one.wide - other.wide) < 5
        and abs(one.tall - other.tall) < 5
        and abs(_shade(drawings, one.box) - _shade(drawings, other.box)) > 30
        for other in others
        if one.kind != _ROW
    )


def _stands_as_words(
    one: _Candidate, text: str, boxes: Sequence[int], rows: Rows, others: Sequence[_Candidate]
) -> bool:
    """Whether a box stands as words do, whatever stands above and under it."""
    if one.kind == _ROW:
        return one.wide >= _LONG * one.tall and _is_of_paragraph(one, boxes, rows, others)
    narrow = one.wide < _WIDE * one.tall
    if one.kind == _INSIDE:
        square = _SQUARE[0] * one.tall <= one.wide < _SQUARE[1] * one.tall
        return not narrow or (one.tall >= _TALL * one.high and not (square and one.gap > _BLANK * one.high))
    if one.kind == _CELL:
        return not narrow and (one.label == ":" or any(_is_same_cell(one, other) for other in others))
    if narrow or one.letters < _WORDS:
        return one.label == ":" and not narrow
    if one.kind == _AFTER:
        return True
    follows = text[one.start]
    if follows.islower() or follows in ",;.:)(’'":
        return True
    return any(
        _under(one.box, boxes[4 * number : 4 * number + 4])
        for number in rows.between(one.box[1] - 2 * one.high, one.box[3] + 2 * one.high)
    )


def _is_same_cell(one: _Candidate, other: _Candidate) -> bool:
    """Whether two boxes fill the same cell of two rows of a table."""
    return (
        other is not one
        and other.kind == _CELL
        and max(abs(one.box[edge] - other.box[edge]) for edge in (0, 2)) < 5
        and abs(one.box[3] - other.box[3]) < 3 * one.tall
    )


def _is_of_paragraph(one: _Candidate, boxes: Sequence[int], rows: Rows, others: Sequence[_Candidate]) -> bool:
    """Whether a box alone on its row is a line of a paragraph: with such boxes above or under it, and with
    lines of text, in the distance of lines."""
    stack, latest = [one], [one]
    waiting = [other for other in others if other.kind == _ROW and other is not one]
    while latest:
        latest = [other for other in waiting if any(_under(other.box, known.box) for known in latest)]
        waiting = [other for other in waiting if other not in latest]
        stack += latest
        if len(stack) >= _STACK:
            return True
    beside = [
        boxes[4 * number : 4 * number + 4]
        for other in stack
        for number in rows.between(other.box[1] - 2 * one.tall, other.box[3] + 2 * one.tall)
        if _under(other.box, boxes[4 * number : 4 * number + 4])
    ]
    above = any(line[1] < one.box[1] for line in beside)
    below = any(line[1] > one.box[1] for line in beside)
    return (above or below) if len(stack) > 1 else (above and below)


def _under(box: Sequence[int], other: Sequence[int]) -> bool:
    """Whether a box and another, or a line, begin at one margin and stand as far apart as lines do."""
    tall = max(box[3] - box[1], other[3] - other[1])
    low = min(box[3] - box[1], other[3] - other[1])
    apart = abs(box[3] - other[3])
    return abs(box[0] - other[0]) < low and low < 2 * apart and apart <= _PITCH * tall and 2 * low > tall


def _accepted(drawings: Drawings, sure: list[_Candidate], unsure: list[_Candidate]) -> list[_Candidate]:
    """The boxes that are drawn as dark surfaces; one that stands alone or by a few letters only, above, under
    or beside another that is."""
    known = [one for one in sure if _is_dark(drawings, one)]
    latest = known
    while latest and unsure:
        near = [one for one in unsure if any(_is_next(one.box, other.box) for other in latest)]
        unsure = [one for one in unsure if one not in near]
        latest = [one for one in near if _is_dark(drawings, one)]
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
    return _HEIGHTS[0] * high <= box[3] - box[1] <= _HEIGHTS[1] * high and shared >= 0.6 * min(
        high, box[3] - box[1]
    )


def _place(
    drawings: Drawings, text: str, rows: Sequence[tuple[int, int, bool, int]], box: Box
) -> _Candidate | None:
    """Where in the text a box stands: inside blanks, before or after a character; None where words are on it
    or none are near."""
    page = drawings.page
    before = after = -1
    gap_before = gap_after = 10**9
    high = max(row[3] for row in rows)
    found = _Candidate(box, _ROW, high)
    for start, end, broken, _ in rows:
        flat = page.character_boxes(range(start, end))
        if broken and flat[-2] <= box[0] + high // 3:
            # The line ends within a word, which goes on in its column: the box is of another one.
            continue
        for place in range(start, end):
            if text[place].isspace():
                continue
            left, right = flat[4 * (place - start)], flat[4 * (place - start) + 2]
            found.letters += 1
            if box[0] < (left + right) / 2 < box[2]:
                return None
            if right <= box[0] + high // 3 and box[0] - right < gap_before:
                before, gap_before = place, box[0] - right
            elif left >= box[2] - high // 3 and left - box[2] < gap_after:
                after, gap_after = place, left - box[2]
    near_before, near_after = gap_before <= _NEAR * high, gap_after <= _NEAR * high
    if before < 0 and after < 0:
        return found
    if before < 0:
        found.kind, found.start, found.end = _BEFORE, after, after + 1
        return found if near_after else None
    found.label, found.start, found.end = text[before], before, before + 1
    found.kind = _AFTER if near_before else _CELL
    between = text[before + 1 : max(before + 1, after)]
    if between and not between.strip(" \t\u00a0"):
        found.fills, found.start, found.end = True, before + 1, after
        if near_before and near_after:
            found.kind, found.gap = _INSIDE, max(gap_before, gap_after)
    return found


def _is_dark(drawings: Drawings, one: _Candidate) -> bool:
    """Whether the middle of a box is drawn as dark surfaces, as high as it."""
    left, top, right, bottom = one.box
    high = (bottom - top) // 3
    side = min(high // 2, (right - left) // 4)
    inner = left + side, top + high, right - side, bottom - high
    picture = drawings.rough
    dark = _SHADED if one.kind == _INSIDE else _DARK
    whole, partly = bar_share(picture, in_picture(picture, inner), dark)
    return whole >= _DARK_SHARE and partly <= _MIXED


def _shade(drawings: Drawings, box: Box) -> float:
    """The mean shade of the middle of a box, 0..255."""
    left, top, right, bottom = box
    wide, high = (right - left) // 4, (bottom - top) // 4
    return shades(
        drawings.rough, in_picture(drawings.rough, (left + wide, top + high, right - wide, bottom - high))
    )[2]
