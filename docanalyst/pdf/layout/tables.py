"""Tables that a file has column by column, put in rows.

Columns of prose stand on the same rows too, so a table needs more: a column of figures, amounts or dates, or
one of labels, or three columns of short entries.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Lines = Sequence[tuple[int, int, bool]]
    Column = list[int]

_ROWS = 3
"""Rows of a table, at least."""
_ON_ROW = 0.35
"""Distance between the middles of two cells of a row, in heights of a line, at most."""
_ALIGNED = 0.9
"""Share of the lines of a column that stand on rows of the one before it, at least."""
_FIGURES = 0.8
"""Share of the entries of a column of figures, or of labels, that are such."""
_SHORT = 25
"""Mean length of the entries of a table without figures, in characters, at most."""
_GOING_ON = 0.1
"""Share of such entries that begin with a small letter, at most."""
_FIGURE = re.compile(
    r"[(\[]?[-+±<>~≈]?\s?(?:(?:US|A|C|HK)?[$€£¥₩]|USD|EUR|GBP|CHF)?\s?[0-9][0-9.,/:'\u2019\u00a0 –-]*"
    r"(?:[%‰)\].:]|[ ]?(?:USD|EUR|GBP|CHF|[$€£¥]|pp?\.|m|bn|k))*|[–—-]|n/?a|[ivxlc]{1,6}[.)]|[(]?[a-z][.)]",
    re.IGNORECASE,
)


def row_order(raw: str, lines: Lines, boxes: Sequence[int]) -> list[int] | None:
    """The numbers of the lines with tables in rows; None where there is no table in columns.

    boxes: left, top, right, bottom of each line, upright and flat.
    """
    columns = _columns(boxes)
    if len(columns) < 2:
        return None
    order: list[int] = []
    changed = False
    place = 0
    while place < len(columns):
        group = [columns[place]]
        while place + len(group) < len(columns) and _stands_beside(group, columns[place + len(group)], boxes):
            group.append(columns[place + len(group)])
        if len(group) > 1 and _is_table(raw, lines, boxes, group):
            order += _in_rows(boxes, group)
            changed = True
        else:
            group = group[:1]
            order += group[0]
        place += len(group)
    return order if changed else None


def _columns(boxes: Sequence[int]) -> list[Column]:
    """Stretches of lines that run down the page."""
    columns: list[Column] = []
    for line in range(len(boxes) // 4):
        top, bottom = boxes[4 * line + 1], boxes[4 * line + 3]
        if columns and top >= boxes[4 * columns[-1][-1] + 1] + (bottom - top) // 2:
            columns[-1].append(line)
        else:
            columns.append([line])
    return columns


def _partners(column: Column, other: Column, boxes: Sequence[int]) -> list[int]:
    """For each line of a column the line of another one on its row, or -1."""
    middles = sorted((boxes[4 * line + 1] + boxes[4 * line + 3], line) for line in column)
    found = []
    for line in other:
        top, bottom = boxes[4 * line + 1], boxes[4 * line + 3]
        at = bisect_left(middles, (top + bottom, 0))
        near = min(middles[max(0, at - 1) : at + 1], key=lambda entry: abs(entry[0] - top - bottom))
        apart = abs(near[0] - top - bottom) / 2
        found.append(near[1] if apart <= _ON_ROW * (bottom - top) else -1)
    return found


def _stands_beside(group: Sequence[Column], column: Column, boxes: Sequence[int]) -> bool:
    """Whether a column stands on the rows of the columns before it, and right of them."""
    before = group[-1]
    if len(column) < _ROWS or len(before) < _ROWS:
        return False
    left = min(boxes[4 * line] for line in column)
    partners = _partners(before, column, boxes)
    known = [partner for partner in partners if partner >= 0]
    if len(known) < max(_ROWS, _ALIGNED * len(column)) or len(set(known)) < len(known):
        return False
    return all(boxes[4 * line + 2] <= left for line in known)


def _is_table(raw: str, lines: Lines, boxes: Sequence[int], group: Sequence[Column]) -> bool:
    """Whether columns side by side are those of a table."""
    partners = {partner for partner in _partners(group[0], group[1], boxes) if partner >= 0}
    # A title above the first column is of no row.
    first = [line for line in group[0] if line in partners]
    texts = [
        [raw[lines[line][0] : lines[line][1]].strip() for line in column] for column in (first, *group[1:])
    ]
    if any(_share(column, _is_figure) >= _FIGURES for column in texts):
        return True
    labels = [_share(column, _is_label) >= _FIGURES for column in texts]
    if labels[0] and not any(labels[1:]):
        return True
    entries = [text for column in texts for text in column]
    short = len(group) > 2 and sum(map(len, entries)) <= _SHORT * len(entries) and not any(labels)
    # Lines of one cell go on with small letters.
    return short and sum(text[0].islower() for text in entries) <= _GOING_ON * len(entries)


def _share(texts: Sequence[str], is_such: Callable[[str], bool]) -> float:
    return sum(map(is_such, texts)) / len(texts)


def _is_figure(text: str) -> bool:
    return _FIGURE.fullmatch(text) is not None


def _is_label(text: str) -> bool:
    return text.endswith(":")


def _in_rows(boxes: Sequence[int], group: Sequence[Column]) -> list[int]:
    """The lines of columns row by row."""
    rows: dict[int, list[int]] = {line: [line] for line in group[0]}
    home = {line: line for line in group[0]}
    for before, column in pairwise(group):
        last = -1
        for line, partner in zip(column, _partners(before, column, boxes), strict=True):
            last = home[partner] if partner >= 0 else last
            if last < 0:
                last = group[0][0]
            home[line] = last
            rows[last].append(line)
    return [line for row in rows.values() for line in row]
