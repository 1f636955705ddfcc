"""Rows as strips of styled cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from docanalyst.tui.text.layout import Row
from docanalyst.tui.text.looks import with_target
from docanalyst.tui.text.markdown import Span


def paint(
    row: Row,
    styles: Mapping[str, Style],
    base: Style,
    *,
    extra: Iterable[Span] = (),
    gutter: tuple[str, Style] | None = None,
) -> Strip:
    """The strip of a row.

    Args:
        extra: Spans over the row's text in the block's own offsets, laid over the rest.
        gutter: What is before the row.
    """
    block = row.block
    own = base + styles[block.role] if block.role in styles else base
    segments: list[Segment] = []
    if gutter is not None:
        segments.append(Segment(gutter[0], gutter[1]))
    if row.prefix:
        segments.append(Segment(row.prefix, base + styles["prefix"]))
    spans = [span for span in (*block.spans, *extra) if span.start < row.end and span.end > row.start]
    if not spans:
        segments.append(Segment(block.text[row.start : row.end], own))
        return Strip(segments)
    edges = sorted(
        {row.start, row.end}
        | {max(span.start, row.start) for span in spans}
        | {min(span.end, row.end) for span in spans}
    )
    for start, end in pairwise(edges):
        style = own
        for span in spans:
            if span.start <= start and span.end >= end:
                style = style + styles.get(span.role, base)
                if span.target:
                    style = style + with_target(span.target)
        segments.append(Segment(block.text[start:end], style))
    return Strip(segments)
