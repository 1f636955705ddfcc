"""The text of a brief in Word, as its quotations are read from it, and the place of each stretch of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from docanalyst.formats.word.blocks import HARD_BREAK, SAVED_BREAK, Block
from docanalyst.formats.word.pages import numbered, visible

_NOTES = ("footnote", "endnote")
_MARK = "[^"


class Stretch(NamedTuple):
    """A stretch of a brief's text that begins at an offset.

    place: "¶ 12", "¶ 12, footnote 3" or "¶ 14, table 1, row 2". anchor: the paragraph of the main part that
    it is in or hangs on, counted from 0; -1 for none. inside: whether its words are in that paragraph.
    """

    start: int
    place: str
    anchor: int
    inside: bool


def brief_text(blocks: Iterable[Block]) -> tuple[str, tuple[Stretch, ...]]:
    """The text of a brief that was read `anchored`, and its stretches in order.

    Block quotations begin with ">", and notes are definitions at the end: the forms in which briefs in
    Markdown have them. Numbers of paragraphs are left out, for they are no words of a quotation. Comments are
    no part of the brief.
    """
    running: list[tuple[str, str, Block]] = []
    notes: list[tuple[str, str, Block]] = []
    for block, number in numbered(block for block in blocks if block.kind != "comment"):
        text = block.text.replace(SAVED_BREAK, "").replace(HARD_BREAK, "\n").strip(" \t\n")
        if not visible(block) or not text:
            continue
        if block.kind in _NOTES:
            if not text.startswith(_MARK) and notes and notes[-1][1] == block.place:
                before = notes.pop()
                text = f"{before[0]} {text}"
            notes.append((text, block.place, block))
        else:
            running.append((_quoted(text) if block.quotation else text, _place(block, number), block))
    pieces: list[str] = []
    stretches: list[Stretch] = []
    at = 0
    for text, place, block in (*running, *notes):
        inside = block.kind in ("paragraph", "row")
        stretches.append(Stretch(at, place, block.anchor, inside))
        pieces.append(text)
        at += len(text) + 2
    return "\n\n".join(pieces), tuple(stretches)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def _place(block: Block, number: int) -> str:
    if block.kind in ("header", "footer"):
        return block.kind
    where = f"¶ {number}"
    return f"{where}, {block.place}" if block.place else where
