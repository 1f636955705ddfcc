"""The numbers of a page's lines, as pleadings, transcripts, bills and manuscripts have them down the margin.

They are no text, and the first column of a schedule is. Line numbers count every row of the text, one by one,
one under the other; the text beside them is running text, not the cells of a table: rows go on in the middle
of a sentence, or are questions and answers. What does not show that keeps its numbers.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from docanalyst.pdf.layout.cells import Edges

    Lines = Sequence[tuple[int, int, bool]]

FEWEST = 5
"""Fewer numbers than this down a margin are left alone."""

FEWEST_FIVES, _FIFTH = 3, 5
PAPER = 20
"""Rows of ruled paper, at least: pleadings and transcripts have 25 to 32."""

_NUMBER = re.compile(r"([0-9]{1,4})(?=\s|$)")
_SPOKEN = re.compile(r"[QA][.:]?\s|(?:THE|MR|MS|MRS|DR|BY)\b[A-Z. ]{1,30}:|[A-Z][A-Z. ]{2,30}:")
_GOES_ON = re.compile(
    r"(?:[-,\u2010]|\b(?:the|a|an|of|to|in|on|for|and|or|by|with|from|that|which|is|are|was|were|be|as|at|not|shall"
    r"|will|its|this|their|der|die|das|den|dem|des|und|oder|von|zu|mit|für|im|ein|eine|le|la|les|de|du|et|ou|en|un"
    r"|une|el|los|las|del|il|di|che|per)|[a-z]{3}[.;?!] [A-Z].*)$",
    re.IGNORECASE,
)
"""How a line ends that goes on in the next one; and a line with the end of a sentence within it."""

_BLANK = re.compile(r"[ \u00a0]+")
_MARK = re.compile(r"[(\[]?\w{1,3}[.):\]]{1,2}|[QA]")

_ALIGNED = 30
_SAME_PITCH = 0.15
_EVEN = 0.7
_UNNUMBERED = 0.1
_CELLED = 0.35
_FLOWING = 0.15
_GOING_ON = 0.08
_LONG_ENOUGH = 20
_BESIDE = 600
_CELL_GAP = 1.8


class _Numbers:
    """Numbers at the beginnings of lines, one under the other. lines: their numbers; ends: where each number
    ends in the raw text."""

    def __init__(self, lines: list[int], ends: list[int], values: list[int]) -> None:
        self.lines, self.ends, self.values = lines, ends, values


def find_line_numbers(raw: str, lines: Lines, boxes: Sequence[int], edges: Edges) -> list[tuple[int, int]]:
    """Where the numbers of a page's lines stand in the raw text, in order; none where there are none.

    Args:
        raw: text of the page.
        lines: start and end of each line in it.
        boxes: of the lines, upright.
        edges: gives the boxes of characters.
    """
    starts = [
        (number, match.end())
        for number, (start, end, _) in enumerate(lines)
        if raw[start].isdigit() and (match := _NUMBER.match(raw, start, end))
    ]
    if len(starts) < FEWEST_FIVES:
        return []
    if len(starts) >= FEWEST:
        for column in _columns(raw, lines, boxes, starts, edges):
            if _counts_lines(raw, lines, boxes, column, edges):
                return [(lines[line][0], end) for line, end in zip(column.lines, column.ends, strict=True)]
    return _fives(raw, lines, boxes, starts, edges)


def _columns(
    raw: str, lines: Lines, boxes: Sequence[int], starts: list[tuple[int, int]], edges: Edges
) -> list[_Numbers]:
    """Numbers that count one by one down the page and end, or begin, one under the other."""
    starts.sort(key=lambda item: boxes[4 * item[0] + 1])
    values = {int(raw[lines[line][0] : end]) for line, end in starts}
    if not any(values.issuperset(range(value, value + FEWEST)) for value in values):
        return []
    flat = edges([end - 1 for _, end in starts])
    found: list[_Numbers] = []
    for side in (2, 0):
        seen: set[int] = set()
        for place in range(len(starts)):
            if place in seen:
                continue
            edge = flat[4 * place + side] if side else boxes[4 * starts[place][0]]
            run = [place]
            value = int(raw[lines[starts[place][0]][0] : starts[place][1]])
            for other in range(place + 1, len(starts)):
                line, end = starts[other]
                other_edge = flat[4 * other + side] if side else boxes[4 * line]
                if (
                    abs(other_edge - edge) <= _ALIGNED
                    and int(raw[lines[line][0] : end]) == value + len(run)
                    and boxes[4 * line + 1] > boxes[4 * starts[run[-1]][0] + 1]
                ):
                    run.append(other)
            seen.update(run)
            if len(run) >= FEWEST:
                found.append(
                    _Numbers(
                        [starts[item][0] for item in run],
                        [starts[item][1] for item in run],
                        list(range(value, value + len(run))),
                    )
                )
    return sorted(found, key=lambda column: -len(column.lines))[:2]


def _counts_lines(raw: str, lines: Lines, boxes: Sequence[int], column: _Numbers, edges: Edges) -> bool:
    """Whether a column of numbers counts the lines of running text beside it."""
    own = set(column.lines)
    flat = edges([end - 1 for end in column.ends])
    right = max(flat[2::4])
    tops = [boxes[4 * line + 1] for line in column.lines]
    bottoms = [boxes[4 * line + 3] for line in column.lines]
    beside: list[list[int]] = [[] for _ in column.lines]
    loose: set[int] = set()
    for line in range(len(lines)):
        if line in own:
            continue
        left, top, _, bottom = boxes[4 * line : 4 * line + 4]
        middle = (top + bottom) // 2
        if not tops[0] - 20 <= middle <= bottoms[-1] + 20:
            continue
        if left < right - 10:
            return False
        row = next((row for row, low in enumerate(bottoms) if tops[row] - 10 <= middle <= low + 10), None)
        if row is None:
            loose.add(middle // 60)
        else:
            beside[row].append(line)
    if len(loose) > max(1, _UNNUMBERED * len(column.lines)) or not _evenly(tops):
        return False
    if _goes_on_unnumbered(lines, boxes, column, tops, right):
        return False
    texts, celled = _rows(raw, lines, boxes, column, beside, edges)
    written = [text for text in texts if text]
    if len(written) < min(3, FEWEST) or celled > max(1, _CELLED * len(written)):
        return False
    return _is_running_text(texts, column.values[0])


def _goes_on_unnumbered(
    lines: Lines, boxes: Sequence[int], column: _Numbers, tops: Sequence[int], right: int
) -> bool:
    """Whether rows as near as those with a number have none: the column is a list within a text."""
    own = set(column.lines)
    pitch = sorted(below - above for above, below in itertools.pairwise(tops))[len(tops) // 2 - 1]
    near = 1.3 * pitch
    for line in range(len(lines)):
        if line not in own and boxes[4 * line] - right < _BESIDE:
            top = boxes[4 * line + 1]
            above, below = tops[0] - top, top - tops[-1]
            if (pitch // 2 < above <= near) or (pitch // 2 < below <= near):
                return True
    return False


def _rows(
    raw: str, lines: Lines, boxes: Sequence[int], column: _Numbers, beside: list[list[int]], edges: Edges
) -> tuple[list[str], int]:
    """The text beside each number, and how many rows have it in several cells."""
    texts: list[str] = []
    celled = 0
    for line, after, others in zip(column.lines, column.ends, beside, strict=True):
        end = lines[line][1]
        height = boxes[4 * line + 3] - boxes[4 * line + 1]
        pieces = [(after, end)] if raw[after:end].strip() else []
        pieces += [lines[other][:2] for other in sorted(others, key=lambda other: boxes[4 * other])]
        texts.append(" ".join(raw[start:stop].strip() for start, stop in pieces))
        gaps = []
        for start, stop in pieces:
            start += len(raw[start:stop]) - len(raw[start:stop].lstrip())
            blanks = [match.span() for match in _BLANK.finditer(raw, start, stop)]
            if blanks and _MARK.fullmatch(raw, start, blanks[0][0]):
                blanks = blanks[1:]
            flat = edges([place for first, last in blanks for place in (first - 1, last)])
            gaps += [flat[8 * n + 4] - flat[8 * n + 2] for n in range(len(blanks))]
        for left, other in itertools.pairwise(others):
            gaps.append(boxes[4 * other] - boxes[4 * left + 2])
        celled += any(gap > _CELL_GAP * height for gap in gaps)
    return texts, celled


def _evenly(tops: Sequence[int]) -> bool:
    """Whether most rows are as far from the next one as is usual."""
    pitches = [below - above for above, below in itertools.pairwise(tops)]
    usual = sorted(pitches)[len(pitches) // 2]
    return sum(abs(pitch - usual) <= _SAME_PITCH * usual for pitch in pitches) >= _EVEN * len(pitches)


def _is_running_text(texts: Sequence[str], first: int) -> bool:
    """Whether rows are lines of running text, and not the items of a list."""
    written = [text for text in texts if text]
    spoken = sum(_SPOKEN.match(text) is not None for text in written)
    long = sum(map(len, written)) >= _LONG_ENOUGH * len(written)
    flowing = going_on = 0
    for above, below in itertools.pairwise(texts):
        if above and below and below[0].islower() and above[-1] not in ".;:?!":
            flowing += 1
            going_on += _GOES_ON.search(above) is not None
    if long and going_on >= max(2, _GOING_ON * len(written)) and flowing >= _FLOWING * len(written):
        return True
    ruled = len(texts) >= PAPER and first == 1
    if ruled and spoken >= 2:
        return True
    return ruled and len(written) < len(texts) and flowing + spoken > 0


def _fives(
    raw: str, lines: Lines, boxes: Sequence[int], starts: list[tuple[int, int]], edges: Edges
) -> list[tuple[int, int]]:
    """Numbers that count every fifth line, as bills do, with all other text on one side of them."""
    places = [(line, end) for line, end in starts if end - lines[line][0] < 4]
    places = [(line, end) for line, end in places if int(raw[lines[line][0] : end]) % 5 == 0]
    if len(places) < FEWEST_FIVES:
        return []
    places.sort(key=lambda item: boxes[4 * item[0] + 1])
    lone = {line for line, end in places if end == lines[line][1]}
    others = [line for line in range(len(lines)) if line not in lone]
    begins = {line: boxes[4 * line] for line in others}
    glued = [(line, end) for line, end in places if line not in lone]
    # A number may share its line with the text beside it.
    texts = [
        end + len(raw[end : lines[line][1]]) - len(raw[end : lines[line][1]].lstrip()) for line, end in glued
    ]
    begins.update(zip((line for line, _ in glued), edges(texts)[::4], strict=True))
    if not others:
        return []
    left = min(begins.values())
    right = max(boxes[4 * line + 2] for line in others)
    ends = dict(zip(places, edges([end - 1 for _, end in places])[2::4], strict=True))
    found = [
        (line, end)
        for line, end in places
        if ends[line, end] <= left or (line in lone and boxes[4 * line] >= right)
    ]
    values = [int(raw[lines[line][0] : end]) for line, end in found]
    counts = values == list(range(5, 5 * len(found) + 1, 5))
    rights = [ends[item] for item in found]
    if not (counts and len(found) >= FEWEST_FIVES and len(others) >= 3 * len(found)):
        return []
    if max(rights) - min(rights) >= 80 or (glued and not _every_fifth(boxes, [line for line, _ in found])):
        return []
    return [(lines[line][0], end) for line, end in found]


def _every_fifth(boxes: Sequence[int], numbered: Sequence[int]) -> bool:
    """Whether four rows are between each numbered line and the next, as a rule."""
    middles = sorted({(top + bottom) // 2 for top, bottom in zip(boxes[1::4], boxes[3::4], strict=True)})
    rows = [
        middle for middle, before in zip(middles, [-(10**6), *middles], strict=False) if middle - before > 30
    ]
    at = [bisect_left(rows, (boxes[4 * line + 1] + boxes[4 * line + 3]) // 2 - 30) for line in numbered]
    steps = [second - first for first, second in itertools.pairwise(at)]
    return sum(step == _FIFTH for step in steps) >= _EVEN * len(steps)


def numbers_of_lines(numbers: Sequence[tuple[int, int]], boxes: Sequence[int]) -> list[int]:
    """The line number of each line of a page, 0 for none.

    numbers: value, and height of its middle on the page, of each number. boxes: of the lines as laid out.
    """
    found = []
    for line in range(len(boxes) // 4):
        top, bottom = boxes[4 * line + 1], boxes[4 * line + 3]
        found.append(next((value for value, middle in numbers if top <= middle <= bottom), 0))
    return found
