"""Puts together blocks from what a reader meets in a file: words, ends of paragraphs, cells and notes."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from docanalyst.formats.marks import HIDDEN, NOT_PLAIN, STRUCK, UNSTRUCK, finished
from docanalyst.formats.word.blocks import HARD_BREAK, SAVED_BREAK, Block, row_of

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SPACES = re.compile("[ \t\n\r\f]+")
_MARKS = re.compile("[\x01-\x03\f\v]")
UNKNOWN_AUTHOR = "unknown"


class Look(NamedTuple):
    """How words are shown.

    hidden: why nobody sees them; "" where they are seen. struck: struck through. change: "inserted" or
    "deleted" and the author of a tracked change.
    """

    hidden: str = ""
    struck: bool = False
    change: tuple[str, str] | None = None


PLAIN = Look()


class _Table:
    __slots__ = ("cell", "cells", "number", "outer", "row")

    def __init__(self, number: int, outer: str) -> None:
        self.number, self.outer, self.row = number, outer, 0
        self.cells: list[list[Block]] | None = None
        self.cell: list[Block] | None = None


class Composer:
    """Takes words and structure in reading order and makes blocks of them.

    Args:
        view: One of `VIEWS`: how tracked changes are read.
        include_hidden: Whether hidden text is text.
    """

    def __init__(self, view: str, *, include_hidden: bool) -> None:
        self.view = view
        self.kind, self.place = "paragraph", ""
        self.unread: dict[str, int] = {}
        self.number = ""
        self._include_hidden = include_hidden
        self._out: list[str] = []
        self._hidden: list[tuple[str, str]] = []
        self._changes: list[tuple[str, str, str]] = []
        self._change_end = 0
        self._open: tuple[str, str] | None = None
        self._tables: list[_Table] = []
        self._table_count = 0
        self._done: list[Block] = []
        self._hanging: list[Block] = []
        self._outer: list[tuple[Any, ...]] = []

    # ------------------------------------------------------------------ words

    def say(self, words: str, look: Look = PLAIN, *, collapse: bool = False) -> None:
        """Add words to the paragraph. collapse: any white space is one blank, as in a web page."""
        if _CONTROLS.search(words):
            words = _CONTROLS.sub("", words)
        if collapse:
            words = _SPACES.sub(" ", words)
            if words.startswith(" ") and self._ends_in_space():
                words = words[1:]
        if not words:
            return
        if look is PLAIN and self._open is None:
            self._out.append(words)
            return
        if look.change is not None and not self._shows(look.change):
            if self.view == "final":
                self._note_change(look.change, words)
            return
        if look.hidden and not self._include_hidden:
            self._hide(words, look.hidden)
            return
        self._mark_change(look.change)
        before = len(self._out)
        if look.struck and words.strip():
            if self._out and self._out[-1] == UNSTRUCK:
                self._out.pop()
                before -= 1
                self._out += (words, UNSTRUCK)
            else:
                self._out += (STRUCK, words, UNSTRUCK)
        else:
            self._out.append(words)
        if look.change is not None and self.view == "final" and words.strip():
            self._note_change(look.change, words, before)

    def hide(self, words: str, reason: str) -> None:
        """Tell of words that are never text, such as a comment in the source of a page."""
        words = " ".join(_CONTROLS.sub("", words).split())
        if words:
            self._hidden.append((words, reason))

    def break_page(self, *, saved: bool = False) -> None:
        """Begin a page. saved: the program that wrote the file had the page end here."""
        self._out.append(SAVED_BREAK if saved else HARD_BREAK)

    def miss(self, what: str) -> None:
        """Count something that is not read, such as a picture."""
        self.unread[what] = self.unread.get(what, 0) + 1

    @property
    def is_empty(self) -> bool:
        """Whether the paragraph has no words so far."""
        return not any(piece.strip() for piece in self._out)

    def _ends_in_space(self) -> bool:
        for piece in reversed(self._out):
            if piece not in (HIDDEN, STRUCK, UNSTRUCK):
                return piece[-1:] in " \t\n\f\v"
        return True

    def _shows(self, change: tuple[str, str]) -> bool:
        return self.view != ("original" if change[0] == "inserted" else "final")

    def _hide(self, words: str, reason: str) -> None:
        if not words.strip():
            if not self._ends_in_space():
                self._out.append(" ")
            return
        if self._hidden and self._hidden[-1][1] == reason and self._out and self._out[-1] == HIDDEN:
            self._hidden[-1] = (self._hidden[-1][0] + words, reason)
            return
        self._hidden.append((words, reason))
        self._out.append(HIDDEN)

    def _mark_change(self, change: tuple[str, str] | None) -> None:
        if self.view != "marked" or change == self._open:
            return
        if self._open is not None:
            self._out.append("]")
        if change is not None:
            self._out.append(f"[{change[0]} by {change[1]}: ")
        self._open = change

    def _note_change(self, change: tuple[str, str], words: str, start: int | None = None) -> None:
        """Remember a change; two that touch are one. start: where in the text an insertion begins."""
        words = _MARKS.sub("", words)
        at = len(self._out) if start is None else start
        if self._changes and self._changes[-1][:2] == change and self._change_end == at:
            words = self._changes.pop()[2] + words
        self._change_end = len(self._out)
        self._changes.append((*change, words))

    # ------------------------------------------------------------------ paragraphs

    def end(self, *, heading: int = 0, quotation: bool = False) -> None:
        """End the paragraph; where nothing is in it, nothing happens, and its number waits for the next."""
        self._mark_change(None)
        if not (self._out or self._hidden or self._changes):
            self._put_hanging()
            return
        text = "".join(self._out)
        struck: tuple[str, ...] = ()
        if NOT_PLAIN.search(text) or text[:1] in " \t" or text[-1:] in " \t":
            text, struck = finished(text)
        if text or self._hidden or self._changes:
            number = self.number if text.strip() else ""
            if number:
                self.number = ""
            self._put(
                Block(
                    self.kind,
                    text,
                    number,
                    heading,
                    quotation,
                    self.place,
                    "",
                    tuple(words for words, _ in self._hidden),
                    tuple(self._changes),
                    struck,
                    -1,
                    tuple(reason for _, reason in self._hidden),
                )
            )
        self._out, self._hidden, self._changes, self._change_end = [], [], [], 0
        self._put_hanging()

    def _put_hanging(self) -> None:
        hanging, self._hanging = self._hanging, []
        for block in hanging:
            self._put(block)

    def add(self, block: Block) -> None:
        """Add a block that is whole."""
        self.end()
        self._put(block)

    def take(self) -> list[Block]:
        """The blocks made since the last time."""
        found, self._done = self._done, []
        return found

    @property
    def has_blocks(self) -> bool:
        """Whether blocks wait to be taken."""
        return bool(self._done)

    def _put(self, block: Block) -> None:
        for table in reversed(self._tables):
            if table.cell is not None:
                table.cell.append(block)
                return
        self._done.append(block)

    # ------------------------------------------------------------------ notes

    def begin_inside(self, kind: str, place: str) -> tuple[str, str, str]:
        """From now on paragraphs are of another kind, such as a footnote. Returns what `end_inside` takes."""
        self.end()
        outer = self.kind, self.place, self.number
        self.kind, self.place, self.number = kind, place, ""
        return outer

    def end_inside(self, outer: tuple[str, str, str]) -> None:
        """Go back to the kind of paragraphs before."""
        self.end()
        self.kind, self.place, self.number = outer

    def begin_aside(self, kind: str, place: str) -> None:
        """Leave a paragraph in the middle of it for what hangs on it, such as a footnote or a text box."""
        self._outer.append(
            (
                (self.kind, self.place, self.number),
                (self._out, self._hidden, self._changes, self._change_end, self._open),
                (self._tables, self._done, self._hanging),
            )
        )
        self.kind, self.place, self.number = kind, place, ""
        self._out, self._hidden, self._changes, self._change_end, self._open = [], [], [], 0, None
        self._tables, self._done, self._hanging = [], [], []

    def end_aside(self, *, hangs: bool = True) -> list[Block]:
        """Go on with the paragraph. Returns what was beside it.

        Args:
            hangs: Whether that comes behind the paragraph.
        """
        while self._tables:
            self.end_table()
        self.end()
        found = self._done
        (
            (self.kind, self.place, self.number),
            (self._out, self._hidden, self._changes, self._change_end, self._open),
            (self._tables, self._done, self._hanging),
        ) = self._outer.pop()
        if hangs:
            self._hanging += found
        return found

    # ------------------------------------------------------------------ tables

    def begin_table(self) -> None:
        """Begin a table; one in a cell has the place of the outer one."""
        self.end()
        if not self._tables:
            self._table_count += 1
        self._tables.append(_Table(self._table_count, self.place))

    def begin_row(self) -> None:
        """Begin a row; an open one ends."""
        self.end_row()
        table = self._tables[-1]
        table.row += 1
        table.cells = []
        if len(self._tables) == 1 and not table.outer:
            self.place = f"table {table.number}, row {table.row}"

    def begin_cell(self) -> None:
        """Begin a cell; an open one ends."""
        self.end_cell()
        table = self._tables[-1]
        if table.cells is None:
            self.begin_row()
        assert table.cells is not None
        table.cell = []
        table.cells.append(table.cell)

    def end_cell(self) -> None:
        """End the cell."""
        self.end()
        self.number = ""
        self._tables[-1].cell = None

    def end_row(self) -> None:
        """End the row. One with words in one cell alone gives the paragraphs of that cell."""
        table = self._tables[-1]
        self.end_cell()
        cells, table.cells = table.cells, None
        here, self.place = self.place, table.outer
        if not cells:
            return
        running = [[block for block in cell if block.kind in (self.kind, "row")] for cell in cells]
        with_words = [cell for cell in running if any(block.shown.strip() for block in cell)]
        if len(with_words) > 1:
            self._put(row_of(running, self.kind, here))
        else:
            for cell in running:
                for block in cell:
                    self._put(block._replace(place=here))
        for cell in cells:
            for block in cell:
                if block.kind not in (self.kind, "row"):
                    self._put(block)

    def end_table(self) -> None:
        """End the table."""
        self.end_row()
        self.place = self._tables.pop().outer

    @property
    def depth(self) -> int:
        """How many tables are open."""
        return len(self._tables)
