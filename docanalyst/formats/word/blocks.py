"""What is read from a Word file: its paragraphs, rows and notes as blocks of text, in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

SAVED_BREAK = "\f"
"""In the text of a block: where Word began a new page when it last saved the file."""

HARD_BREAK = "\v"
"""In the text of a block: where the author begins a new page."""

CELL_MARK = " | "

VIEWS = ("final", "original", "marked")
"""Tracked changes accepted, rejected, or both shown with marks."""

APART = ("header", "footer", "comment")
"""Kinds of blocks that are not part of the running text."""


class Block(NamedTuple):
    """A paragraph, a row of a table or a note.

    kind: paragraph, row, footnote, endnote, box, header, footer or comment. text: as it is seen, without the
    number. number: as Word shows it, with the blank behind it. heading: 1 to 9, 0 for none. quotation: set as
    a block quotation, by style or by indents. place: "footnote 3", "table 2, row 1", "text box"; "" for the
    paragraphs of the body. author: of a comment. hidden: words that nobody sees. changes: "inserted" or
    "deleted", author and words. struck: words that are struck through. anchor: of briefs, the paragraph of
    the main part that the block is in or hangs on, counted from 0. reasons: why each of the hidden words is
    not seen; none where the kind of file has one reason.
    """

    kind: str
    text: str
    number: str = ""
    heading: int = 0
    quotation: bool = False
    place: str = ""
    author: str = ""
    hidden: tuple[str, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()
    struck: tuple[str, ...] = ()
    anchor: int = -1
    reasons: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The text with its number before it."""
        return f"{self.number}{self.text}" if self.number else self.text


def block_of(values: list[object]) -> Block:
    """The block of plain values, as it comes from the limited process."""
    block = Block(*values)  # type: ignore[arg-type]
    return block._replace(
        hidden=tuple(block.hidden),
        changes=tuple((kind, author, words) for kind, author, words in block.changes),
        struck=tuple(block.struck),
        reasons=tuple(block.reasons),
    )


def row_of(cells: Sequence[Sequence[Block]], kind: str, place: str) -> Block:
    """One block of a row: the cells side by side, the paragraphs of each after each other."""
    every = [block for cell in cells for block in cell]
    texts = [" ".join(block.shown for block in cell if block.shown.strip()) for cell in cells]
    return Block(
        "row" if kind == "paragraph" else kind,
        CELL_MARK.join(text.replace("\n", " ") for text in texts).strip(),
        place=place,
        hidden=tuple(words for block in every for words in block.hidden),
        changes=tuple(change for block in every for change in block.changes),
        struck=tuple(words for block in every for words in block.struck),
        anchor=next((block.anchor for block in every), -1),
        reasons=tuple(reason for block in every for reason in block.reasons),
    )
