"""Blocks of a Word file as pages: those of Word's last layout where they are saved, else stretches of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from docanalyst.domain.documents import APART, paragraphs_label
from docanalyst.domain.text import clean_text
from docanalyst.formats.word.blocks import APART as APART_KINDS
from docanalyst.formats.word.blocks import HARD_BREAK, SAVED_BREAK, Block

STRETCH = 3_000
"""Characters from which a file without saved pages goes on in a new stretch: about a printed page."""

_BREAKS = re.compile(f"([{SAVED_BREAK}{HARD_BREAK}])")
_NOTES = ("footnote", "endnote")


@dataclass(slots=True)
class PageOfBlocks:
    """A page: its text, its label (see `domain.documents`) and the blocks that are wholly or partly on it."""

    number: int
    label: str | None
    text: str
    blocks: list[Block] = field(default_factory=list)


def paginate(blocks: Sequence[Block]) -> tuple[list[PageOfBlocks], bool]:
    """The pages of a file, and whether they are those that Word saved.

    Paragraphs, rows and text boxes are divided by blank lines and counted from 1; a note stands below its
    paragraph, behind a single line feed. Headers and footers, and comments, are on pages of their own at the
    end.
    """
    running = [block for block in blocks if block.kind not in APART_KINDS]
    saved = any(SAVED_BREAK in block.text for block in running)
    pager = _Pager(saved)
    for block in running:
        pager.add(block)
    pages = pager.finish()
    heads = [block for block in blocks if block.kind in ("header", "footer")]
    remarks = [block for block in blocks if block.kind == "comment"]
    for label, found in zip(APART, (heads, remarks), strict=True):
        texts = [apart_text(block) for block in found]
        if text := "\n\n".join(filter(None, texts)):
            pages.append(PageOfBlocks(len(pages) + 1, label, text, list(found)))
    return pages, saved


def apart_text(block: Block) -> str:
    """The text of a header, a footer or a comment, which stands as a note with its author."""
    text = visible(block)
    return f"[note by {block.author}: {text}]" if block.kind == "comment" and text else text


def visible(block: Block) -> str:
    """The text of a block with its number, without marks of page breaks; "" where nothing is seen of it."""
    text = block.text.replace(SAVED_BREAK, "").replace(HARD_BREAK, "\n").strip(" \t\n")
    return f"{block.number}{text}" if _is_seen(text) else _bare_number(block)


def numbered(blocks: Iterable[Block]) -> Iterable[tuple[Block, int]]:
    """The blocks of the running text with the number of their paragraph, from 1; notes have that of theirs.

    Blocks of which nothing is seen have the number of the paragraph before them.
    """
    number = 0
    for block in blocks:
        if block.kind not in _NOTES and visible(block):
            number += 1
        yield block, max(number, 1)


def _bare_number(block: Block) -> str:
    """The number of a paragraph that has no words; a bullet alone is nothing to read."""
    number = block.number.strip()
    return number if any(letter.isalnum() for letter in number) else ""


def _is_seen(text: str) -> bool:
    return bool(text.strip()) and (text.isascii() or bool(clean_text(text)[0].strip()))


class _Pager:
    def __init__(self, saved: bool) -> None:
        self._saved = saved
        self._pages: list[PageOfBlocks] = []
        self._pieces: list[str] = []
        self._blocks: list[Block] = []
        self._size = 0
        self._first = self._number = 0
        self._after_hard_break = False

    def add(self, block: Block) -> None:
        """Put a block on the page at hand, and what is behind a break in it on the next."""
        is_note = block.kind in _NOTES
        counted = False
        number = block.number
        shown = visible(block)
        parts = [*_BREAKS.split(block.text), ""]
        for text, mark in zip(parts[::2], parts[1::2], strict=True):
            text = text.strip(" \t\n")
            if text or (not mark and not counted and shown):
                piece = f"{number}{text}" if text else shown
                number = ""
                if _is_seen(piece):
                    self._put(piece, block, is_note=is_note, goes_on=counted)
                    counted = True
            if mark:
                self._break(mark)
        if not counted:
            self._blocks.append(block)

    def _put(self, text: str, block: Block, *, is_note: bool, goes_on: bool) -> None:
        if not self._saved and not is_note and not goes_on and self._size >= STRETCH:
            self._turn()
        if not is_note and not goes_on:
            self._number += 1
        if not self._pieces:
            self._first = max(self._number, 1)
        elif is_note:
            self._pieces.append("\n")
        else:
            self._pieces.append("\n\n")
        self._pieces.append(text)
        self._blocks.append(block)
        self._size += len(text)
        self._after_hard_break = False

    def _break(self, mark: str) -> None:
        """Begin a page. The mark that Word saves behind an author's own break is that break again."""
        if mark == SAVED_BREAK:
            if not self._after_hard_break:
                self._turn()
            self._after_hard_break = False
        elif self._saved or self._pieces:
            self._turn()
            self._after_hard_break = True

    def _turn(self) -> None:
        number = len(self._pages) + 1
        last = max(self._number, self._first, 1)
        label = paragraphs_label(self._first or last, last, saved=self._saved)
        self._pages.append(PageOfBlocks(number, label, "".join(self._pieces), self._blocks))
        self._pieces, self._blocks, self._size = [], [], 0

    def finish(self) -> list[PageOfBlocks]:
        """The pages; an author's break at the very end opens none."""
        if self._pieces or not self._pages or (self._saved and not self._after_hard_break):
            self._turn()
        elif self._blocks:
            self._pages[-1].blocks += self._blocks
        return self._pages
