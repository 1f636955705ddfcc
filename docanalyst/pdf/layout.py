"""The lines of one page: in reading order, pieces of a row put together, the cells of a row kept apart.

Boxes are left, top, right, bottom in tenths of a point from the top left, all lines in one flat list.
"""

from __future__ import annotations

import re
from functools import cache

from docanalyst.pdf import ordering

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Edges = Callable[[Sequence[int]], list[int]]
    """Left, top, right, bottom, upright and flat, of characters of the raw text."""

LINE, PARAGRAPH, SPACE, GLUED, CELL = "n", "p", "s", "g", "c"
HYPHEN, HARD_HYPHEN = "h", "k"
"""How a line hangs on the one before it: on a new line; after a blank line; on the same row with a space,
without one, as the next cell of a table; after a line-end hyphen that the parser took out, or left."""

CELL_MARK = " | "

Gap = tuple[int, int, int, int]
"""A wide gap of a line: start and end in the raw text, left and right on the page."""

_BREAK = re.compile("\r\n|\r|\n|\ufffe|\f")
_ODD = re.compile(
    "[\t\x0b\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u21b5\uf8e5-\uf8fe"
    "\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefe]"
)
_SPACES = re.compile("[ \t\u00a0]+")
_BLANKS = re.compile("  +")
_BROKEN_FF = re.compile("(?<=[A-Za-z])\u21b5|\u21b5(?=[a-z])")
_BRACKETS = "‾⏐⎯®©™⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪⎮⎞⎟⎠⎤⎥⎦⎫⎬⎭"
_LEADERS = re.compile(r"(?: ?[.·…]){4,} ?(?:\| )?(?=[^ .·…]{1,12}$)")
_NUMBER = re.compile(r"[-+–−(]?[$€£]?[0-9][0-9.,]*%?\)?(?:\s|$)|[-–—](?:\s|$)")
_LIST_MARK = re.compile(
    r"[(\[]?(?:[0-9]{1,3}(?:\.[0-9]{1,3}){0,4}|[A-Za-z]|[ivxlcIVXLC]{1,6})[.):\]]{0,2}|[^\w\s]{1,2}|"
    r"(?:section|article|exhibit|schedule|item|§) ?[0-9IVX.]{1,8}[.:]?",
    re.IGNORECASE,
)


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
    start = 0
    for match in _BREAK.finditer(raw):
        _add_line(lines, raw, start, match.start(), raw[match.start()] == "\ufffe")
        start = match.end()
    _add_line(lines, raw, start, len(raw), False)
    return lines


def _add_line(lines: list[tuple[int, int, bool]], raw: str, start: int, end: int, hyphen: bool) -> None:
    line = raw[start:end]
    stripped = line.strip()
    if stripped:
        begin = start + (line.find(stripped[0]) if len(stripped) < len(line) else 0)
        lines.append((begin, begin + len(stripped), hyphen))


def lay_out(
    raw: str,
    lines: Sequence[tuple[int, int, bool]],
    boxes: list[int],
    edges: Edges,
    *,
    vertical: bool = False,
) -> Layout:
    """Lines of raw text as they are read. boxes: of those lines, upright. edges: where characters stand."""
    order = ordering.vertical_order(boxes) if vertical else ordering.reading_order(boxes)
    layout = Layout(reordered=order is not None)
    if order is not None:
        lines = [lines[i] for i in order]
        boxes = [edge for i in order for edge in boxes[4 * i : 4 * i + 4]]
    layout.boxes = boxes
    layout.spans = [(start, end) for start, end, _ in lines]
    layout.joins = [LINE] * len(lines) if vertical else _joins(raw, lines, boxes)
    cells = {} if vertical else _cells(raw, lines, boxes, layout.joins, edges)
    for number, (start, end, hyphen) in enumerate(lines):
        if number in cells:
            pieces = _split(raw, start, end, cells[number])
            layout.texts.append(plain(CELL_MARK.join(pieces)))
        else:
            layout.texts.append(plain(raw[start:end]))
        if hyphen and layout.joins[number + 1 : number + 2] != [HYPHEN]:
            layout.texts[-1] += "-"
    return layout


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
    mark_paragraphs(boxes, joins)
    return joins


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
    """Whether the line before ends within a word: a letter, a hyphen, and a small letter after it."""
    end = lines[line - 1][1]
    return end > 1 and raw[end - 2].isalpha() and raw[lines[line][0]].islower()


def _cells(
    raw: str,
    lines: Sequence[tuple[int, int, bool]],
    boxes: Sequence[int],
    joins: Sequence[str],
    edges: Edges,
) -> dict[int, list[tuple[int, int]]]:
    """The wide gaps of lines that are rows of a table: start and end in the raw text, by line.

    A gap counts when it is wider than the line is high, less before a number, and a line nearby has one too
    that begins or ends at the same place; so justified prose gets none.
    """
    gaps: dict[int, list[Gap]] = {}
    wide = _wide_lines(lines, boxes)
    for line in wide:
        start, end, _ = lines[line]
        width, height = boxes[4 * line + 2] - boxes[4 * line], boxes[4 * line + 3] - boxes[4 * line + 1]
        found = _wide_gaps(raw, start, end, height, width / (end - start), edges)
        if joins[line] in (LINE, PARAGRAPH):
            found = _without_list_mark(raw, start, found)
        if found:
            gaps[line] = found
    return {
        line: [(start, end) for start, end, _, _ in found]
        for line, found in gaps.items()
        if any(
            _aligned(found, gaps.get(other, []), boxes, line, other)
            for other in range(line - 3, line + 4)
            if other != line
        )
    }


def _wide_lines(lines: Sequence[tuple[int, int, bool]], boxes: Sequence[int]) -> list[int]:
    """Lines wide enough for their letters to have a gap: wider by an eighth than is usual on the page."""
    ratios = []
    for line, (start, end, _) in enumerate(lines):
        height = boxes[4 * line + 3] - boxes[4 * line + 1]
        ratios.append(
            (boxes[4 * line + 2] - boxes[4 * line]) / ((end - start) * height) if height > 0 else 0.0
        )
    usual = sorted(ratio for ratio, (start, end, _) in zip(ratios, lines, strict=True) if end - start > 19)
    bound = min(0.6, max(0.42, 1.12 * usual[len(usual) // 2])) if usual else 0.42
    return [
        line for line, ratio in enumerate(ratios) if ratio > bound and lines[line][1] - lines[line][0] > 2
    ]


def _wide_gaps(raw: str, start: int, end: int, height: int, character: float, edges: Edges) -> list[Gap]:
    """Gaps of a line that are wider than the blanks between its words: in the raw text, and on the page."""
    blanks = [match.span() for match in _SPACES.finditer(raw, start, end)]
    flat = edges([place for before, after in blanks for place in (before - 1, after)])
    gaps = []
    words: list[float] = []
    for number, (before, after) in enumerate(blanks):
        left, right = flat[8 * number + 2], flat[8 * number + 4]
        gaps.append((before, after, left, right))
        if raw[before - 1].isalpha() and raw[after].isalpha():
            words.append(right - left)
    words.sort()
    usual = words[len(words) // 2] if words else 0.2 * height
    found = []
    for before, after, left, right in gaps:
        gap = right - left
        if (gap > height and gap > 2.6 * character and (gap > 2 * usual or usual > 1.2 * height)) or (
            gap > 0.45 * height
            and gap > 1.5 * usual
            and (raw[before - 1].isdigit() or (gap > 0.6 * height and gap > 2 * usual))
            and _NUMBER.match(raw, after, end)
        ):
            found.append((before, after, left, right))
    return found


def _without_list_mark(raw: str, start: int, gaps: list[Gap]) -> list[Gap]:
    """The gaps but the one after the number or dot that a point of a list begins with."""
    if gaps and _LIST_MARK.fullmatch(raw, start, gaps[0][0]):
        lone = len(gaps) == 1 or not raw[gaps[0][0] - 1].isalnum()
        return gaps[1:] if lone else gaps
    return gaps


def _aligned(
    gaps: list[Gap],
    others: list[Gap],
    boxes: Sequence[int],
    line: int,
    other: int,
) -> bool:
    """Whether two lines are rows of one table: a cell of one begins or ends where one of the other does."""
    if not others:
        return False
    height = boxes[4 * line + 3] - boxes[4 * line + 1]
    rights, lefts = [gap[3] for gap in others], [gap[2] for gap in others] + [boxes[4 * other + 2]]
    own_lefts = [gap[2] for gap in gaps] + [boxes[4 * line + 2]]
    return any(abs(gap[3] - right) < height // 2 for gap in gaps for right in rights) or any(
        abs(mine - theirs) < height // 3 for mine in own_lefts for theirs in lefts
    )


def _split(raw: str, start: int, end: int, gaps: Sequence[tuple[int, int]]) -> list[str]:
    pieces = []
    for before, after in gaps:
        pieces.append(raw[start:before])
        start = after
    return [*pieces, raw[start:end]]


def insert_line(lines: Layout, text: str, box: Sequence[int], span: tuple[int, int]) -> None:
    """Put a line where it stands: right of the text on its row, else under the text above it."""
    left, top, right, bottom = box
    best, rank, join = -1, (0, -(10**9)), LINE
    for number in range(len(lines.texts)):
        _, top_2, right_2, bottom_2 = lines.boxes[4 * number : 4 * number + 4]
        shared = min(bottom, bottom_2) - max(top, top_2)
        if 2 * shared > min(bottom - top, bottom_2 - top_2):
            if right_2 <= left + (right - left) // 4 and (2, right_2) >= rank:
                best, rank, join = number, (2, right_2), SPACE
        elif 2 * bottom_2 <= top + bottom and (1, bottom_2) >= rank:
            best, rank, join = number, (1, bottom_2), LINE
    at = best + 1
    lines.texts.insert(at, text)
    lines.boxes[4 * at : 4 * at] = box
    lines.spans.insert(at, span)
    lines.joins.insert(at, join)
    if at + 1 < len(lines.joins) and lines.joins[at + 1] in (HYPHEN, HARD_HYPHEN):
        lines.joins[at + 1] = LINE
