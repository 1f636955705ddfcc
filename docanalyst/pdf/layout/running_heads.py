"""Running heads, running feet and page numbers: what recurs at the edge of pages and is not their text.

The test is strict, for what it takes out of a contract nobody reads: a line must recur on pages nearby at the
same height, with numbers that stay or count with the pages, outside everything else on its page, and set off
from it. A heading or a signature that recurs on consecutive pages stands in its text, and stays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from docanalyst.pdf.layout.lines import CELL_MARK
from docanalyst.pdf.layout.numerals import fold_numbers
from docanalyst.pdf.rawpages import RawPage

OUTER_ROWS = 3
"""Rows at the top and at the bottom of a page that may be furniture. By rank, not by height: a band misses
short last pages and wide margins."""

NEIGHBOURS = 8
REPEATS = 3
_SAME_HEIGHT = 40
_LONGEST = 200
_SHORT = 12
_SET_OFF = 13
"""Tenths of the usual distance between lines that furniture keeps from the text."""

_PAGE_COUNT = re.compile(
    r"\W*(?:page|seite|pág\.?|pagina)\W*[0-9ivxlc]+(?:\W*(?:of|von|de)?\W*[0-9]+)?\W*", re.IGNORECASE
)
_SIGNING = re.compile(
    r"(by|name|title|date|its|signed|witness|print)\b\W*[:/_]|/s/|in witness", re.IGNORECASE
)


class Edge(NamedTuple):
    """A line at the edge of a page. rank: 0 for the outermost row. bottom: on the lower edge."""

    page: int
    line: int
    text: str
    fold: str
    numbers: tuple[int, ...]
    height: int
    rank: int
    bottom: bool


class Rows(NamedTuple):
    """The outer rows of a page. edges: their lines. set_off: for the upper (False) and the lower edge (True),
    and each row, whether the row stands off from the next one inwards."""

    edges: list[Edge]
    set_off: dict[bool, list[bool]]


class Furniture(NamedTuple):
    """edges: lines at the edge of each page. dropped: lines left out of each page, by number."""

    edges: list[list[Edge]]
    dropped: list[set[int]]


def find_furniture(pages: Sequence[RawPage]) -> Furniture:
    """Lines that recur at the edge of at least three pages within eight of each other.

    The first occurrence of a line with words stays in the text: it may be the title or a legend.
    """
    rows = [_outer_rows(index, page) for index, page in enumerate(pages)]
    groups = [group for group in _groups(rows) if len(group) >= REPEATS]
    recurring = [found for group in groups if (found := _recurring(group))]
    outer = _outside(rows, {(edge.page, edge.line) for group in recurring for edge in group})
    dropped: list[set[int]] = [set() for _ in pages]
    for group in recurring:
        folded = group[0].fold
        figures = "#" in folded and (
            sum(map(str.isalpha, folded)) < 3 or _PAGE_COUNT.fullmatch(group[0].text)
        )
        lettered = not figures
        if lettered:
            standing = [edge for edge in group if outer.get((edge.page, edge.line), False)]
            if len(standing) * 10 < len(group) * 6 or _is_signing(group[0]):
                continue
        for edge in group[1:] if lettered else group:
            if not lettered or (edge.page, edge.line) in outer:
                dropped[edge.page].add(edge.line)
    for index, page in enumerate(pages):
        if dropped[index] and len(dropped[index]) == len(page.joins):
            # A page of nothing else: its words are all that it has to say.
            dropped[index] = {edge.line for edge in rows[index].edges if not any(map(str.isalpha, edge.text))}
    return Furniture([row.edges for row in rows], dropped)


def _is_signing(edge: Edge) -> bool:
    """Whether a line is part of a signature: such lines recur from page to page, and are text."""
    return bool(_SIGNING.match(edge.text)) or ("____" in edge.text and not edge.numbers)


def _groups(rows: Sequence[Rows]) -> list[list[Edge]]:
    """Lines with the same words on the same edge, in page order."""
    groups: dict[tuple[str, bool], list[Edge]] = defaultdict(list)
    for row in rows:
        for edge in row.edges:
            groups[edge.fold, edge.bottom].append(edge)
    return list(groups.values())


def _recurring(group: Sequence[Edge]) -> list[Edge]:
    """The lines of a group that enough pages nearby have too, one of them the next or the next but one, with
    the same or counting numbers.

    Short lines of figures, which page numbers are, may stand at any height.
    """
    anywhere = "#" in group[0].fold and len(group[0].fold) <= _SHORT
    counting = CELL_MARK in group[0].text
    recurring = []
    first = 0
    for edge in group:
        while group[first].page < edge.page - NEIGHBOURS:
            first += 1
        alike: set[int] = set()
        for other_at in range(first, len(group)):
            other = group[other_at]
            apart = other.page - edge.page
            if apart > NEIGHBOURS:
                break
            if (anywhere or abs(other.height - edge.height) <= _SAME_HEIGHT) and _go_together(
                edge.numbers, other.numbers, apart, counting=counting
            ):
                alike.add(other.page)
        if len(alike) >= REPEATS and (anywhere or alike & {edge.page + step for step in (-2, -1, 1, 2)}):
            recurring.append(edge)
    return recurring


def _go_together(mine: Sequence[int], theirs: Sequence[int], apart: int, *, counting: bool) -> bool:
    """Whether the numbers of two lines are the same, or differ as the pages do. counting: one has to differ,
    or the line is a row of a table that is the same on several pages."""
    counts = not counting or not apart
    for one, other in zip(mine, theirs, strict=True):
        if other == one:
            continue
        if other != one + apart:
            return False
        counts = True
    return counts


def _outside(rows: Sequence[Rows], recurring: set[tuple[int, int]]) -> dict[tuple[int, int], bool]:
    """Recurring lines with nothing but recurring lines between them and the edge; the value says whether they
    stand off from the text."""
    found: dict[tuple[int, int], bool] = {}
    for row in rows:
        for bottom, set_off in row.set_off.items():
            edges = [edge for edge in row.edges if edge.bottom == bottom]
            inner = min(
                (edge.rank for edge in edges if (edge.page, edge.line) not in recurring), default=OUTER_ROWS
            )
            inner = min(inner, len(set_off))
            if inner > 0:
                for edge in edges:
                    if edge.rank < inner:
                        found[edge.page, edge.line] = any(set_off[edge.rank : inner])
    return found


def _outer_rows(index: int, page: RawPage) -> Rows:
    boxes, texts = page.boxes, page.texts
    count = len(texts)
    found = Rows([], {})
    if not count:
        return found
    order = sorted(range(count), key=boxes[1::4].__getitem__)
    usual = _usual_pitch(boxes, order)
    for bottom in (False, True):
        if bottom and count <= 2:
            break
        rank = -1
        middles: list[int] = []
        row = (1, 0)
        set_off: list[bool] = []
        for line in reversed(order) if bottom else order:
            top, low = boxes[4 * line + 1], boxes[4 * line + 3]
            middle = (top + low) // 2
            if not row[0] <= middle <= row[1]:
                rank += 1
                if middles:
                    set_off.append(abs(middle - middles[-1]) * 10 > usual * _SET_OFF)
                middles.append(middle)
                row = (top, low)
                if rank >= OUTER_ROWS:
                    break
            text = texts[line]
            if len(text) <= _LONGEST and _may_be_furniture(text):
                found.edges.append(Edge(index, line, text, *fold_numbers(text), middle, rank, bottom))
            else:
                # A line that cannot be furniture ends the rows that can.
                found.edges.append(Edge(index, line, "", f"{index}/{line}", (), middle, rank, bottom))
        if rank < OUTER_ROWS:
            set_off.append(True)
        found.set_off[bottom] = set_off
    return found


def _usual_pitch(boxes: Sequence[int], order: Sequence[int]) -> int:
    """The usual distance from one row to the next, in tenths of a point."""
    pitches = []
    before = None
    for line in order:
        middle = (boxes[4 * line + 1] + boxes[4 * line + 3]) // 2
        if before is not None and middle - before > 30:
            pitches.append(middle - before)
        before = middle
    pitches.sort()
    return pitches[len(pitches) // 2] if len(pitches) > 4 else 120


def _may_be_furniture(text: str) -> bool:
    """Whether a line may be a running head: it has words or figures, and is no mark of redaction."""
    return any(map(str.isalnum, text))
