"""Prints tables on a plain terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

from docanalyst.cli import output


def show_table(rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> None:
    """Print rows in columns.

    Args:
        rows: Cells of each row; the first row is the header.
        right: Indexes of the columns to align right.
    """
    clean = [[output.plain(cell) for cell in row] for row in rows]
    widths = [max(map(columns, column)) for column in zip(*clean, strict=True)]
    for number, row in enumerate(clean):
        cells = [
            padded(cell, width, right=place in right)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        line = "  ".join(cells).rstrip()
        output.data(output.styled(line, bold=True) if number == 0 else line)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return a text padded with spaces to that many columns."""
    blanks = " " * (width - columns(text))
    return blanks + text if right else text + blanks


def columns(text: str) -> int:
    """Return the columns that a text takes on a terminal: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )
