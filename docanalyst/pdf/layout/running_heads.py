"""Running heads, running feet and page numbers: what recurs at the edge of pages and is not their text.

The test is strict, because nobody sees what it removes from a contract. A line must recur on nearby pages at
the same height, with numbers that stay or count with the pages, outside everything else on its page, and set
off from it; and its words must say nothing about the page (see `docanalyst.domain.language.running_heads`). A
heading or a signature that recurs on consecutive pages is part of the text and stays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from docanalyst.domain.language.running_heads import EVERYWHERE, is_furniture, is_page_number
from docanalyst.pdf.layout.joins import CELL_MARK
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

_APART, _DOUBT = 1.0, 0.04
"""Heights of a line between its words and the page number on the same row, at least, and what is added for
each letter, because the width of letters is an estimate."""

_SMALL, _NARROW = b"abcdefghijklmnopqrstuvwxyz0123456789", b" .,;:'|!-"
"""Letters of half their height in width, and of a quarter."""

_FIGURES = re.compile("[0-9]{1,15}")
_YEARS = range(1900, 2101)

_SIGNING = re.compile(
    r"(by|name|title|date|its|signed|witness|print)\b\W*[:/_]|/s/|in witness", re.IGNORECASE
)


class Edge(NamedTuple):
    """A line at the edge of a page. rank: 0 for the outermost row. bottom: on the lower edge. apart: a number
    at an end of the line stands off from its words."""

    page: int
    line: int
    text: str
    fold: str
    numbers: tuple[int, ...]
    height: int
    rank: int
    bottom: bool
    apart: bool = False


class Rows(NamedTuple):
    """The outer rows of a page. edges: their lines. set_off: for the upper (False) and the lower edge (True),
    and each row, whether the row stands off from the next one inwards."""

    edges: list[Edge]
    set_off: dict[bool, list[bool]]


class Furniture(NamedTuple):
    """edges: lines at the edge of each page. dropped: lines left out of each page, by number. running: those
    lines, and the first occurrences of them that stay."""

    edges: list[list[Edge]]
    dropped: list[set[int]]
    running: list[set[int]]


def find_furniture(pages: Sequence[RawPage]) -> Furniture:
    """Lines that recur at the edge of at least three pages within eight of each other.

    The first occurrence of a line with words stays in the text: it may be the title or a legend.
    """
    rows = [_outer_rows(index, page) for index, page in enumerate(pages)]
    groups = [group for group in _groups(rows) if len(group) >= REPEATS]
    recurring = [found for group in groups if (found := _recurring(group))]
    saying = {id(group): _says_nothing(group, len(pages)) for group in recurring}
    series = _series([group for group in recurring if saying[id(group)]])
    recurring = [group for group in recurring if saying[id(group)] or _goes_on(group, series)]
    recurring = _without_years(recurring)
    outer = _outside(rows, {(edge.page, edge.line) for group in recurring for edge in group})
    dropped: list[set[int]] = [set() for _ in pages]
    running: list[set[int]] = [set() for _ in pages]
    for group in recurring:
        lettered = not is_page_number(group[0].text)
        if lettered:
            standing = [edge for edge in group if outer.get((edge.page, edge.line), False)]
            if len(standing) * 10 < len(group) * 6 or _is_signing(group[0]):
                continue
        for edge in group:
            if not lettered or (edge.page, edge.line) in outer:
                running[edge.page].add(edge.line)
                if not lettered or edge is not group[0]:
                    dropped[edge.page].add(edge.line)
    for index, page in enumerate(pages):
        if dropped[index] and len(dropped[index]) == len(page.joins):
            # A page of nothing else: its words are all that it has to say.
            dropped[index] = {edge.line for edge in rows[index].edges if not any(map(str.isalpha, edge.text))}
    return Furniture([row.edges for row in rows], dropped, running)


def counting(group: Sequence[Edge]) -> list[int]:
    """Which numbers of a recurring line go up with the pages, among those written in figures."""
    columns = zip(*(_FIGURES.findall(edge.text) for edge in group), strict=False)
    return [place for place, values in enumerate(columns) if len(set(values)) > 1]


def _says_nothing(group: Sequence[Edge], pages: int) -> bool:
    """Whether the words of a recurring line say nothing of its page."""
    apart = 2 * sum(edge.apart for edge in group) > len(group)
    everywhere = len({edge.page for edge in group}) >= EVERYWHERE * pages
    return is_furniture(group[0].text, counting(group), apart=apart, everywhere=everywhere)


def _series(groups: Sequence[Sequence[Edge]]) -> dict[int, set[int]]:
    """The page numbers among running heads: how far each is ahead of its page, and the pages that have it."""
    found: dict[int, set[int]] = defaultdict(set)
    for group in groups:
        places = counting(group)
        for edge in group:
            values = _FIGURES.findall(edge.text)
            for place in places:
                if place < len(values):
                    found[int(values[place]) - edge.page].add(edge.page)
    return found


def _goes_on(group: Sequence[Edge], series: dict[int, set[int]]) -> bool:
    """Whether a line ends with the page number of pages that have no other one, as left pages have theirs
    before the title and right pages after it."""
    ahead = [int(values[-1]) - edge.page for edge in group if (values := _FIGURES.findall(edge.text))]
    if len(ahead) < len(group) or not group[0].fold.endswith("#"):
        return False
    own = sum(
        len(series.get(offset, ())) >= REPEATS and edge.page not in series[offset]
        for offset, edge in zip(ahead, group, strict=True)
    )
    return own * 10 >= len(group) * 9 and is_furniture(group[0].text, counting(group), apart=True)


def _without_years(groups: list[list[Edge]]) -> list[list[Edge]]:
    """The groups but those of lone numbers that are years, on pages that have a page number as well."""
    numbered: dict[int, int] = defaultdict(int)
    for group in groups:
        if is_page_number(group[0].text):
            for edge in group:
                numbered[edge.page] += 1
    return [
        group
        for group in groups
        if not (
            is_page_number(group[0].text)
            and all(edge.numbers and edge.numbers[0] in _YEARS for edge in group)
            and 2 * sum(numbered[edge.page] > 1 for edge in group) > len(group)
        )
    ]


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
    letter = 0.0
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
                folded, numbers = fold_numbers(text)
                apart = False
                if numbers and (folded[0] == "#" or folded[-1] == "#") and len(folded) > 3:
                    letter = letter or _letter_width(texts, boxes)
                    apart = _stands_apart(text, boxes[4 * line : 4 * line + 4], letter)
                found.edges.append(Edge(index, line, text, folded, numbers, middle, rank, bottom, apart))
            else:
                # A line that cannot be furniture ends the rows that can.
                found.edges.append(Edge(index, line, "", f"{index}/{line}", (), middle, rank, bottom))
        if rank < OUTER_ROWS:
            set_off.append(True)
        found.set_off[bottom] = set_off
    return found


def _width(text: str) -> float:
    """About how wide a line is in letters of height 1, without wider gaps."""
    if text.isascii():
        letters = text.encode()
        small, narrow = (len(letters) - len(letters.translate(None, kind)) for kind in (_SMALL, _NARROW))
    else:
        small = sum(map(str.islower, text)) + sum(map(str.isdigit, text))
        narrow = sum(map(text.count, _NARROW.decode()))
    return 0.5 * small + 0.26 * narrow + 0.68 * (len(text) - small - narrow)


def _letter_width(texts: Sequence[str], boxes: Sequence[int]) -> float:
    """How wide the letters of a page are for their height, beside those of `_width`."""
    found = sorted(
        (boxes[4 * line + 2] - boxes[4 * line]) / (height * _width(text))
        for line, text in enumerate(texts)
        if len(text) > 19 and (height := boxes[4 * line + 3] - boxes[4 * line + 1]) > 0
    )
    return found[len(found) // 2] if found else 1.0


def _stands_apart(text: str, box: Sequence[int], letter: float) -> bool:
    """Whether a line is so wide that its number must stand off from its words."""
    left, top, right, bottom = box
    height = bottom - top
    return CELL_MARK in text or right - left - letter * height * _width(text) > height * (
        _APART + _DOUBT * len(text)
    )


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
