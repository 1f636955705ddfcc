"""The lines of one page: in reading order, pieces of a row put together, the cells of a row kept apart.

Boxes are left, top, right, bottom in tenths of a point from the top left, all lines in one flat list.
"""

from __future__ import annotations

import re
from functools import cache

from docanalyst.pdf.layout import ordering
from docanalyst.pdf.layout.cells import find_cells, split_at
from docanalyst.pdf.layout.columns import split_columns
from docanalyst.pdf.layout.insertions import in_gaps
from docanalyst.pdf.layout.joins import (
    CELL,
    CELL_MARK,
    GLUED,
    HARD_HYPHEN,
    HYPHEN,
    LINE,
    PARAGRAPH,
    SPACE,
)
from docanalyst.pdf.layout.tables import row_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from docanalyst.pdf.layout.cells import Edges

    Shown = tuple[str, int, int, int, int, str]
    """A line read from a picture: its text, its box as displayed, and how it hangs on the one before it."""

_SIGNS, _COLUMN, _SOLID = "\u3000", 3, 1.4
"""The first of the signs of East Asian writing; how many one under the other are a line that runs down; and
the distance between them there, in widths of a sign, at most: rows of a table are farther apart."""

NOTE = "[note by "
"""How a note begins; it stands at the end of its page."""

_LINE = re.compile("[^\r\n\ufffe\f]+")
_ODD = re.compile(
    "[\t\x0b\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u21b5\uf8e5-\uf8fe"
    "\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefe]"
)
_BLANKS = re.compile("  +")
_WORDS = re.compile(r"[^\W\d_]{2,} ")
_BROKEN_FF = re.compile("(?<=[A-Za-z])\u21b5|\u21b5(?=[a-z])")
_BRACKETS = "‾⏐⎯®©™⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪⎮⎞⎟⎠⎤⎥⎦⎫⎬⎭"
_LEADERS = re.compile(r"(?: ?[.·…]){4,} ?(?:\| )?(?=[^ .·…]{1,12}$)")


class Layout:
    """Lines of a page. spans: where each stands in the raw text. joins: how each hangs on the one before."""

    __slots__ = ("boxes", "joins", "reordered", "spans", "texts")

    def __init__(self, *, reordered: bool = False) -> None:
        self.texts: list[str] = []
        self.boxes: list[int] = []
        self.joins: list[str] = []
        self.spans: list[tuple[int, int]] = []
        self.reordered = reordered


def split_lines(raw: str) -> list[tuple[int, int, bool]]:
    """Start, end, and whether a hyphen was taken out at the end, of each line that is not blank."""
    lines: list[tuple[int, int, bool]] = []
    for match in _LINE.finditer(raw):
        start, end = match.span()
        hyphen = raw[end : end + 1] == "\ufffe"
        if raw[start].isspace() or raw[end - 1].isspace():
            line = raw[start:end]
            end = start + len(line.rstrip())
            start += len(line) - len(line.lstrip())
        if start < end:
            lines.append((start, end, hyphen))
    return lines


def lay_out(
    raw: str,
    lines: Sequence[tuple[int, int, bool]],
    boxes: list[int],
    edges: Edges,
    *,
    vertical: bool = False,
) -> Layout:
    """Lines of raw text as they are read. boxes: of those lines, upright. edges: where characters stand."""
    celled = False
    going_on: set[int] = set()
    if not vertical:
        filled = in_gaps(raw, lines, boxes, edges)
        if filled is not None:
            lines, boxes, going_on = filled
        lines, boxes, celled = split_columns(raw, lines, boxes, edges)
        rows = row_order(raw, lines, boxes)
        if rows is not None:
            lines, boxes = _sorted(lines, boxes, rows)
    order = ordering.vertical_order(boxes) if vertical else ordering.reading_order(boxes)
    layout = Layout(reordered=order is not None)
    if order is not None:
        lines, boxes = _sorted(lines, boxes, order)
    layout.boxes = boxes
    layout.spans = [(start, end) for start, end, _ in lines]
    layout.joins = [LINE] * len(lines) if vertical else _joins(raw, lines, boxes)
    for number, (start, _, _) in enumerate(lines if going_on else ()):
        if layout.joins[number] in (CELL, SPACE) and start in going_on:
            layout.joins[number] = GLUED if raw[start] in ".,;:)" else SPACE
    begins = [join in (LINE, PARAGRAPH) for join in layout.joins]
    cells = {} if vertical else find_cells(raw, lines, boxes, begins, edges, all_lines=celled)
    for number, (start, end, hyphen) in enumerate(lines):
        if number in cells:
            pieces = split_at(raw, start, end, cells[number])
            layout.texts.append(plain(CELL_MARK.join(pieces)))
        else:
            layout.texts.append(plain(raw[start:end]))
        if hyphen and layout.joins[number + 1 : number + 2] != [HYPHEN]:
            layout.texts[-1] += "-"
    return layout


def _sorted(
    lines: Sequence[tuple[int, int, bool]], boxes: Sequence[int], order: Sequence[int]
) -> tuple[list[tuple[int, int, bool]], list[int]]:
    """Lines and their boxes in an order."""
    return [lines[i] for i in order], [edge for i in order for edge in boxes[4 * i : 4 * i + 4]]


def plain(text: str) -> str:
    """A line with single ordinary blanks, ligatures as letters, and leaders to a page number short."""
    if _ODD.search(text):
        text = text.translate(_odd_characters())
        if "\u21b5" in text:
            text = _BROKEN_FF.sub("ff", text)
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    if ".." in text or ". ." in text or "··" in text or "……" in text:
        text = _LEADERS.sub(" … ", text)
    return text


@cache
def _odd_characters() -> dict[int, str]:
    """Blanks of all kinds → a space; ligatures → letters; pieces of tall brackets → Unicode's."""
    from unicodedata import normalize

    table = dict.fromkeys([0x09, 0x0B, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)], " ")
    table |= dict.fromkeys([0x2028, 0x2029, 0x202F, 0x205F], " ")
    for code in (*range(0xFB00, 0xFB07), *range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFF)):
        form = normalize("NFKC", chr(code)).lstrip(" ")
        if form != chr(code):
            table[code] = form
    return table | {0xF8E5 + place: piece for place, piece in enumerate(_BRACKETS)}


def _joins(raw: str, lines: Sequence[tuple[int, int, bool]], boxes: Sequence[int]) -> list[str]:
    """How each line hangs on the one before it."""
    joins = [LINE] * len(lines)
    for line in range(1, len(lines)):
        _, top, right, bottom, left_2, top_2, _, bottom_2 = boxes[4 * line - 4 : 4 * line + 4]
        if lines[line - 1][2]:
            joins[line] = HYPHEN if lines[line][0] > lines[line - 1][0] else LINE
            continue
        height, height_2 = bottom - top, bottom_2 - top_2
        low, tall = (height, height_2) if height < height_2 else (height_2, height)
        shared = (bottom if bottom < bottom_2 else bottom_2) - (top if top > top_2 else top_2)
        if 2 * shared > low and left_2 >= right - low // 3:
            gap = left_2 - right
            joins[line] = GLUED if 8 * gap < tall else SPACE if gap < tall else CELL
        elif (
            raw[lines[line - 1][1] - 1] in "-\u2010" and bottom_2 > bottom and _breaks_word(raw, lines, line)
        ):
            joins[line] = HARD_HYPHEN
    if not raw.isascii():
        _join_columns(raw, lines, boxes, joins)
    mark_paragraphs(boxes, joins)
    return joins


def _join_columns(
    raw: str, lines: Sequence[tuple[int, int, bool]], boxes: Sequence[int], joins: list[str]
) -> None:
    """Join signs of East Asian writing that stand one under the other, set solid, as a line running down."""
    run: list[int] = []
    for line, (start, end, _) in enumerate([*lines, (0, 0, False)]):
        one = end - start == 1 and raw[start] >= _SIGNS
        if run and not (one and _is_set_under(boxes, run[-1], line)):
            if len(run) >= _COLUMN:
                joins[run[0] + 1 : run[-1] + 1] = [GLUED] * (len(run) - 1)
            run = []
        if one:
            run.append(line)


def _is_set_under(boxes: Sequence[int], line: int, other: int) -> bool:
    """Whether a sign stands right under another one."""
    left, top, right, _ = boxes[4 * line : 4 * line + 4]
    left_2, top_2, right_2, _ = boxes[4 * other : 4 * other + 4]
    wide = max(right - left, right_2 - left_2)
    return 4 * abs(left + right - left_2 - right_2) < 2 * wide and 0 < top_2 - top <= _SOLID * wide


def mark_paragraphs(boxes: Sequence[int], joins: list[str]) -> None:
    """Make a blank line of each distance between lines that is clearly wider than usual."""
    pitches = [0] * len(joins)
    for line in range(1, len(joins)):
        if joins[line] == LINE:
            left, _, right, bottom, left_2, _, right_2, bottom_2 = boxes[4 * line - 4 : 4 * line + 4]
            if bottom_2 > bottom and left_2 < right and left < right_2:
                pitches[line] = bottom_2 - bottom
    known = sorted(filter(None, pitches))
    if len(known) > 2:
        usual = known[len(known) // 2]
        for line, pitch in enumerate(pitches):
            if pitch * 10 > usual * 14 and pitch * 10 > (boxes[4 * line + 3] - boxes[4 * line + 1]) * 14:
                joins[line] = PARAGRAPH


def _breaks_word(raw: str, lines: Sequence[tuple[int, int, bool]], line: int) -> bool:
    """Whether the line before ends within a word or a range: between letters, or next to a figure in a
    sentence ("clauses 10-" and "12 survive"), where a row of figures has no words."""
    start, end, _ = lines[line - 1]
    before, after = raw[end - 2 : end - 1], raw[lines[line][0]]
    if end - start < 2 or not before.isalnum() or not after.isalnum():
        return False
    if before.isalpha() and after.islower():
        return True
    return _WORDS.search(raw, start, end) is not None and _WORDS.search(raw, *lines[line][:2]) is not None


def insert_line(
    lines: Layout, text: str, box: Sequence[int], span: tuple[int, int], *, alone: bool = False
) -> int:
    """Put a line where it stands: right of the text on its row, else under the text above it; its number.

    alone: words of its row that are farther than two heights, or that end within a word, are of another
    column.
    """
    left, top, right, bottom = box
    best, rank, join = -1, (-1, -(10**9)), LINE
    for number in range(len(lines.texts)):
        left_2, top_2, right_2, bottom_2 = lines.boxes[4 * number : 4 * number + 4]
        shared = min(bottom, bottom_2) - max(top, top_2)
        above = int(not alone or (left_2 < right and left < right_2)), bottom_2
        if 2 * shared > min(bottom - top, bottom_2 - top_2):
            broken = lines.joins[number + 1 : number + 2] in ([HYPHEN], [HARD_HYPHEN])
            beside = not alone or (left - right_2 < 2 * (bottom - top) and not broken)
            if right_2 <= left + (right - left) // 4 and (2, right_2) >= rank and beside:
                best, rank, join = number, (2, right_2), SPACE
        elif 2 * bottom_2 <= top + bottom and above >= rank:
            best, rank, join = number, above, LINE
    at = best + 1
    lines.texts.insert(at, text)
    lines.boxes[4 * at : 4 * at] = box
    lines.spans.insert(at, span)
    lines.joins.insert(at, join)
    if at + 1 < len(lines.joins) and lines.joins[at + 1] in (HYPHEN, HARD_HYPHEN):
        lines.joins[at + 1] = LINE
    return at


def append_note(lines: Layout, text: str, span: tuple[int, int]) -> None:
    """Put a note at the end of a page, apart from its text."""
    lines.texts.append(text)
    lines.boxes += lines.boxes[-4:] or (0, 0, 0, 0)
    lines.spans.append(span)
    lines.joins.append(PARAGRAPH)


def insert_shown(lines: Layout, shown: Sequence[Shown]) -> None:
    """Put lines that a picture on the page shows where they stand."""
    for text, left, top, right, bottom, join in shown:
        at = insert_line(lines, text, (left, top, right, bottom), (-1, -1), alone=True)
        if join == HYPHEN and at and lines.spans[at - 1] == (-1, -1):
            lines.joins[at] = join
