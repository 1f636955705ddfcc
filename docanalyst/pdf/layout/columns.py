"""Columns that a file writes row by row: a contract in two languages, a text beside its comments.

A parser gives each row of all columns as one line, and two sentences run into one. Where most rows of a page
have a gap at the same place, they are parted there: running text is read column by column, article by article
where two columns begin their articles on one row; anything else is left to be the cells of a table.
"""

from __future__ import annotations

import itertools
import re
from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NamedTuple

    from docanalyst.pdf.layout.cells import Edges

    Line = tuple[int, int, bool]
    Placed = tuple[Line, tuple[int, ...]]
    """A line and its box."""

    class Row(NamedTuple):
        """A row of the page. line: its number. gap: of the raw text, where it is parted; None where not."""

        line: int
        left: int
        top: int
        right: int
        bottom: int
        gap: tuple[int, int, int, int] | None
else:
    Row = namedtuple("Row", "line left top right bottom gap")

SAMPLED = 4
"""Lines looked at first. Most pages show in two that they have no such columns."""

NARROW = 0.4
"""Width of a letter beside the height of its line under which a line has no room for a gap."""

_WIDE_LINE = 0.6
_GAP = 0.6
_USUAL = 1.7
_LEAST_GAP = 0.35
_SAME_PLACE = 30
_FEWEST_ROWS = 3
_PARTED = 0.5
_LEAST_LETTERS = 12
_FLOWING = 0.2
_BREAK = 1.3

_BLANK = re.compile("[ \t\u00a0]+")
_MARK = re.compile(r"[(\[]?\w{1,4}(?:\.\w{1,3}){0,4}[.):\]]{0,2}|[^\w\s]{1,2}")
_CLAUSE = re.compile(r"(?:\W|§)*(\d{1,3}(?:\.\d{1,3}){0,4}|\([a-z]{1,3}\)|[a-z]\))[.)]?\s")


def split_columns(
    raw: str, lines: Sequence[Line], boxes: Sequence[int], edges: Edges
) -> tuple[list[Line], list[int], bool]:
    """The lines and boxes of a page with the rows of two columns parted and read column by column.

    Returns:
        Lines, their boxes, and whether rows have a gap in common that is left to be one of cells.
    """
    place = _gutter(raw, lines, boxes, edges)
    if place is None:
        return list(lines), list(boxes), False
    rows = _rows(raw, lines, boxes, edges, place)
    bands = _bands(rows, place)
    prose = {min(row.line for row in band): band for band in bands if _is_prose(raw, lines, band)}
    moved = {row.line for band in prose.values() for row in band}
    celled = len(prose) < len(bands)
    ordered: list[Placed] = []
    for line in range(len(lines)):
        if line in prose:
            sides = _in_columns(lines, prose[line], place)
            if any(_gutter(raw, *_apart(side), edges) is not None for side in sides):
                for side in sides:
                    pieces, places, more = split_columns(raw, *_apart(side), edges)
                    ordered += [
                        (piece, tuple(places[4 * at : 4 * at + 4])) for at, piece in enumerate(pieces)
                    ]
                    celled = celled or more
                continue
            for group in _groups(raw, lines, prose[line]):
                left, right = _in_columns(lines, group, place)
                ordered += left + right
        elif line not in moved:
            ordered.append((lines[line], tuple(boxes[4 * line : 4 * line + 4])))
    return *_apart(ordered), celled


def _apart(placed: Sequence[Placed]) -> tuple[list[Line], list[int]]:
    """The lines, and their boxes in one list."""
    return [line for line, _ in placed], [edge for _, box in placed for edge in box]


def _gutter(raw: str, lines: Sequence[Line], boxes: Sequence[int], edges: Edges) -> int | None:
    """Where the right column begins on most wide lines of a page; None where there is no such place."""
    widths = [boxes[4 * line + 2] - boxes[4 * line] for line in range(len(lines))]
    widest = max(widths, default=0)
    wide = [
        line
        for line, width in enumerate(widths)
        if width > _WIDE_LINE * widest
        and lines[line][1] - lines[line][0] > 19
        and width > NARROW * (lines[line][1] - lines[line][0]) * (boxes[4 * line + 3] - boxes[4 * line + 1])
    ]
    if len(wide) < _FEWEST_ROWS:
        return None
    step = max(1, len(wide) // SAMPLED)
    begins: list[list[int]] = []
    for looked, line in enumerate(wide[step // 2 :: step][: SAMPLED + 1]):
        begins.append([gap[3] for gap in _wide_gaps(raw, lines, boxes, line, edges)])
        if looked == 1 and not any(begins):
            return None
    places = [place for found in begins for place in found]
    best = max(places, key=lambda place: sum(_has(found, place) for found in begins), default=None)
    if best is None or sum(_has(found, best) for found in begins) < max(_FEWEST_ROWS, len(begins) // 2):
        return None
    return best


def _has(places: Sequence[int], place: int) -> bool:
    return any(abs(other - place) <= _SAME_PLACE for other in places)


def _blanks(raw: str, start: int, end: int, edges: Edges) -> list[tuple[int, int, int, int]]:
    """The blanks of a line: start and end in the raw text, left and right on the page."""
    spans = [match.span() for match in _BLANK.finditer(raw, start, end)]
    flat = edges([place for first, last in spans for place in (first - 1, last)])
    return [(*span, flat[8 * n + 2], flat[8 * n + 4]) for n, span in enumerate(spans)]


def _wide_gaps(
    raw: str, lines: Sequence[Line], boxes: Sequence[int], line: int, edges: Edges
) -> list[tuple[int, int, int, int]]:
    start, end, _ = lines[line]
    height = boxes[4 * line + 3] - boxes[4 * line + 1]
    blanks = _blanks(raw, start, end, edges)
    widths = sorted(right - left for _, _, left, right in blanks)
    usual = widths[len(widths) // 2] if widths else 0
    found = [gap for gap in blanks if gap[3] - gap[2] > max(_GAP * height, _USUAL * usual)]
    return [gap for gap in found if not _MARK.fullmatch(raw, start, gap[0])]


def _rows(raw: str, lines: Sequence[Line], boxes: Sequence[int], edges: Edges, place: int) -> list[Row]:
    """The lines of the page from the top down, with the gap of each before the right column."""
    rows = []
    for line, (start, end, _) in enumerate(lines):
        left, top, right, bottom = boxes[4 * line : 4 * line + 4]
        gap = None
        if left < place - _SAME_PLACE and right > place:
            gap = next(
                (
                    gap
                    for gap in _blanks(raw, start, end, edges)
                    if abs(gap[3] - place) <= _SAME_PLACE and gap[3] - gap[2] > _LEAST_GAP * (bottom - top)
                ),
                None,
            )
        rows.append(Row(line, left, top, right, bottom, gap))
    return sorted(rows, key=lambda row: (row.top + row.bottom, row.left))


def _bands(rows: Sequence[Row], place: int) -> list[list[Row]]:
    """Stretches of rows that keep to two columns, most of them with words in both."""
    bands: list[list[Row]] = []
    open_band = False
    for row in rows:
        across = row.gap is None and row.left < place - _SAME_PLACE and row.right > place - _SAME_PLACE
        if across or not open_band:
            bands.append([])
        bands[-1].append(row)
        open_band = not across
    found: list[list[Row]] = []
    for band in bands:
        parted = sum(row.gap is not None for row in band)
        # Where each column has lines of its own, the file writes them one after the other.
        if parted >= max(_FEWEST_ROWS, _PARTED * len(band)):
            found.append(band)
    return found


def _parts(raw: str, lines: Sequence[Line], row: Row) -> tuple[str, str]:
    start, end, _ = lines[row.line]
    if row.gap is None:
        return raw[start:end], ""
    return raw[start : row.gap[0]], raw[row.gap[1] : end]


def _is_prose(raw: str, lines: Sequence[Line], band: Sequence[Row]) -> bool:
    """Whether both columns of a band are running text."""
    pairs = [_parts(raw, lines, row) for row in band if row.gap is not None]
    for side in (0, 1):
        texts = [pair[side] for pair in pairs]
        flowing = sum(
            below[0].islower() and above[-1] not in ".;:" for above, below in itertools.pairwise(texts)
        )
        if sum(map(len, texts)) < _LEAST_LETTERS * len(texts) or flowing < _FLOWING * (len(texts) - 1):
            return False
    return True


def _groups(raw: str, lines: Sequence[Line], band: Sequence[Row]) -> list[list[Row]]:
    """The rows of a band article by article where both columns begin articles on the same rows, else all."""
    pitches = sorted(below.top - above.top for above, below in itertools.pairwise(band))
    pitches = [pitch for pitch in pitches if pitch > 20]
    usual = pitches[len(pitches) // 2] if pitches else 0
    groups: list[list[Row]] = []
    begun = told = 0
    for number, row in enumerate(band):
        left, right = _parts(raw, lines, row)
        mine, theirs = _CLAUSE.match(left), _CLAUSE.match(right)
        clause = mine is not None and theirs is not None and mine[1] == theirs[1]
        apart = number > 0 and row.top - band[number - 1].top > _BREAK * usual
        if not groups or clause or apart:
            groups.append([])
            told += 1
            begun += clause or (row.gap is not None and _begins(left) and _begins(right))
        groups[-1].append(row)
    return groups if len(groups) > 1 and 10 * begun >= 7 * told else [list(band)]


def _begins(text: str) -> bool:
    """Whether a line may be the first of an article."""
    return not text[:1].islower()


def _in_columns(lines: Sequence[Line], group: Sequence[Row], place: int) -> tuple[list[Placed], list[Placed]]:
    """The pieces of rows left of a place, and those right of it."""
    lefts: list[Placed] = []
    rights: list[Placed] = []
    for row in group:
        start, end, hyphen = lines[row.line]
        if row.gap is not None:
            first, last, left, right = row.gap
            lefts.append(((start, first, False), (row.left, row.top, left, row.bottom)))
            rights.append(((last, end, hyphen), (right, row.top, row.right, row.bottom)))
        else:
            side = lefts if row.left < place - _SAME_PLACE else rights
            side.append((lines[row.line], (row.left, row.top, row.right, row.bottom)))
    return lefts, rights
