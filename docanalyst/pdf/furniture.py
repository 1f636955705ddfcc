"""Running heads, running feet and page numbers: what recurs at the edge of pages and is not their text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from docanalyst.pdf.numerals import fold_numbers
from docanalyst.pdf.rawpages import RawPage

OUTER_ROWS = 3
"""Rows at the top and at the bottom of a page that may be furniture. By rank, not by height: a band misses
short last pages and wide margins."""

NEIGHBOURS = 8
REPEATS = 3
_SAME_HEIGHT = 60
_LONGEST = 200
_SHORT = 12

_PAGE_COUNT = re.compile(
    r"\W*(?:page|seite|pág\.?|pagina)\W*[0-9ivxlc]+(?:\W*(?:of|von|de)?\W*[0-9]+)?\W*", re.IGNORECASE
)


@dataclass(slots=True)
class Edge:
    """A line at the edge of a page. rank: 0 for the outermost row. bottom: on the lower edge."""

    page: int
    line: int
    text: str
    fold: str
    numbers: tuple[int, ...]
    height: int
    rank: int
    bottom: bool


@dataclass(slots=True)
class Furniture:
    """edges: lines at the edge of each page. dropped: lines left out of each page, by number."""

    edges: list[list[Edge]] = field(default_factory=list)
    dropped: list[set[int]] = field(default_factory=list)


def find_furniture(pages: Sequence[RawPage]) -> Furniture:
    """Lines that recur at the edge of at least three pages within eight of each other, at the same height.

    Their numbers must be the same, or count with the pages: so "Page 3 of 75" recurs, and a column of a
    table or the heading "Section 7" does not. The first occurrence of a line with words stays in the text:
    it may be the title or a legend.
    """
    found = Furniture([_edges(index, page) for index, page in enumerate(pages)])
    places: dict[tuple[str, bool], list[Edge]] = defaultdict(list)
    for edges in found.edges:
        for edge in edges:
            places[edge.fold, edge.bottom].append(edge)
    found.dropped = [set() for _ in pages]
    for (folded, _), group in places.items():
        if len(group) < REPEATS:
            continue
        recurring = _recurring(group, anywhere="#" in folded and len(folded) <= _SHORT)
        keep_first = sum(map(str.isalpha, folded)) > 2
        for edge in recurring:
            if not (keep_first and edge is recurring[0] and not _PAGE_COUNT.fullmatch(edge.text)):
                found.dropped[edge.page].add(edge.line)
    return found


def _recurring(group: Sequence[Edge], *, anywhere: bool) -> list[Edge]:
    """The lines of a group, in page order, that enough pages nearby have too. anywhere: at any height."""
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
            if (anywhere or abs(other.height - edge.height) <= _SAME_HEIGHT) and all(
                theirs in (mine, mine + apart)
                for mine, theirs in zip(edge.numbers, other.numbers, strict=True)
            ):
                alike.add(other.page)
        if len(alike) >= REPEATS:
            recurring.append(edge)
    return recurring


def _edges(index: int, page: RawPage) -> list[Edge]:
    boxes, texts = page.boxes, page.texts
    count = len(texts)
    if not count:
        return []
    tops = boxes[1::4]
    order = sorted(range(count), key=tops.__getitem__)
    edges: list[Edge] = []
    for bottom in (False, True):
        rank, edge_of_row, at = -1, None, len(edges)
        for line in reversed(order) if bottom else order:
            top, low = boxes[4 * line + 1], boxes[4 * line + 3]
            middle = (top + low) // 2
            if edge_of_row is None or not edge_of_row[0] <= middle <= edge_of_row[1]:
                rank += 1
                edge_of_row = (top, low)
                if rank >= OUTER_ROWS:
                    break
            text = texts[line]
            if len(text) <= _LONGEST:
                edges.append(Edge(index, line, text, *fold_numbers(text), middle, rank, bottom))
        if bottom and count <= 2:
            del edges[at:]
    return edges
