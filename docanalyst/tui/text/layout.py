"""Blocks broken into the rows of a given width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len

from docanalyst.tui.text.blocks import Block, Cell, Span
from docanalyst.tui.text.wrapping import wrap

GAP = "  "
"""Between the columns of a table."""

NARROWEST = 6
"""Cells that a column of a table keeps where the table is too wide."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row on the screen: a stretch of a block's text behind a prefix.

    Attributes:
        ends: The block ends here.
    """

    block: Block
    start: int
    end: int
    prefix: str
    ends: bool = True

    @property
    def text(self) -> str:
        """The text of the row."""
        return self.prefix + self.block.text[self.start : self.end]


def lay_out(blocks: Iterable[Block], width: int) -> list[Row]:
    """The rows of these blocks, each at most so many cells wide."""
    rows: list[Row] = []
    for block in blocks:
        if block.table:
            for line in table_lines(block, width):
                rows.append(Row(line, 0, len(line.text), line.first))
        elif not block.wraps:
            rows.append(Row(block, 0, len(block.text), block.first))
        else:
            first, rest = _within(block.first, width // 2), _within(block.rest, width // 2)
            found = wrap(block.text, width - max(cell_len(first), cell_len(rest)))
            last = len(found) - 1
            for place, (start, end) in enumerate(found):
                ends = place == last and not block.continues
                rows.append(Row(block, start, end, rest if place else first, ends))
    return rows


def _within(prefix: str, width: int) -> str:
    """The end of a prefix, where it would take the room of the text itself."""
    while cell_len(prefix) > width:
        prefix = prefix[1:]
    return prefix


def table_lines(block: Block, width: int) -> Iterator[Block]:
    """A table as lines of its own, its cells aligned and broken where the table is too wide."""
    columns = max(len(row) for row in block.table)
    table = [[*row, *([("", ())] * (columns - len(row)))] for row in block.table]
    widths = column_widths(table, width - cell_len(block.rest))
    prefix = block.first
    for number, row in enumerate(table):
        pieces = [wrap(text, size) for (text, _), size in zip(row, widths, strict=True)]
        for line in range(max(len(piece) for piece in pieces)):
            text, spans = _table_line(row, pieces, widths, line)
            if number == 0:
                spans.append(Span(0, len(text), "strong"))
            yield Block(text, tuple(spans), prefix, block.rest, wraps=False)
            prefix = block.rest
        if number == 0:
            rule = GAP.join("─" * size for size in widths)
            yield Block(rule, (), prefix, block.rest, "rule", wraps=False)


def column_widths(table: Sequence[Sequence[Cell]], width: int) -> list[int]:
    """Cells for each column: what its longest line needs, the widest cut down until the table fits."""
    widths = [
        max(max((cell_len(line) for line in row[place][0].split("\n")), default=1) for row in table) or 1
        for place in range(len(table[0]))
    ]
    room = max(width - len(GAP) * (len(widths) - 1), len(widths))
    while sum(widths) > room:
        widest = max(range(len(widths)), key=widths.__getitem__)
        if widths[widest] <= NARROWEST:
            break
        others = sorted(widths, reverse=True)[1:2]
        floor = max(NARROWEST, others[0] if others else NARROWEST)
        cut = min(sum(widths) - room, max(1, widths[widest] - floor))
        widths[widest] -= cut
    return widths


def _table_line(
    row: Sequence[Cell], pieces: Sequence[list[tuple[int, int]]], widths: Sequence[int], line: int
) -> tuple[str, list[Span]]:
    text = ""
    spans: list[Span] = []
    for (cell, cell_spans), piece, size in zip(row, pieces, widths, strict=True):
        if text:
            text += GAP
        start, end = piece[line] if line < len(piece) else (0, 0)
        for span in cell_spans:
            if span.start < end and span.end > start:
                shift = len(text) - start
                spans.append(
                    replace(span, start=max(span.start, start) + shift, end=min(span.end, end) + shift)
                )
        shown = cell[start:end]
        text += shown + " " * (size - cell_len(shown))
    return text, spans
