"""Parses a model's Markdown while it streams. Nothing in it is read as markup of the terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from docanalyst.exporters.presentation.marks import Mark
from docanalyst.tui.text.blocks import BLANK, TIMES, Block, Cell, Span, Walk, plain_line
from docanalyst.tui.text.plain import plain

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["BLANK", "Block", "Cell", "MarkdownReader", "Span", "read_markdown"]

LONGEST = 24_000
"""Characters that are read at once. A block that is longer is shown in pieces, so that the screen stays
quick: a piece of a table or of code begins with its opening again, a piece of a paragraph goes on where the
one before ends."""

LONGEST_LINE = 8_000
"""Characters of one line that are read as Markdown; a longer one is shown as it was written."""

SHORT = 2_000
"""Characters of an unfinished list that are read again with each piece of a stream; of a longer one only the
last item is."""

DEEPEST = 60
"""Levels of lists and quotations; what is deeper is shown as it was written."""

_TIMES = re.compile(r"(?<=\d)\*(?=\d)")


class MarkdownReader:
    """Reads an answer while it comes in: what is settled is read once.

    Attributes:
        settled: The blocks that stay as they are.
        tail: Those that may still change.
        readings: How often it began anew.
        unread: Whether there is more than was read at once.
    """

    def __init__(self) -> None:
        self.source = ""
        self.settled: list[Block] = []
        self.tail: list[Block] = []
        self.readings = 0
        self.unread = False
        self._marks: Mapping[int, Mark] = {}
        self._settled_to = 0
        self._opening = ""
        self._apart = False
        self._in_line = False

    def update(
        self, source: str, marks: Mapping[int, Mark] | None = None, at_once: int | None = None
    ) -> None:
        """Show the current answer.

        Args:
            marks: Of the citation numbers, once they are checked.
            at_once: Stretches of LONGEST characters to be read now; `read_more` reads on.
        """
        if marks is not None or not source.startswith(self.source):
            self.settled, self._settled_to, self._opening = [], 0, ""
            self._apart = self._in_line = False
            self._marks = marks or {}
            self.readings += 1
        self.source = source
        self.read_more(at_once)

    def read_more(self, at_once: int | None = None) -> None:
        """Read on, at most so many stretches."""
        self.tail, self.unread = [], False
        done = 0
        while self._settle():
            done += 1
            if at_once is not None and done >= at_once and self._settled_to < len(self.source):
                self.unread = True
                return

    def _settle(self) -> bool:
        """Keep what cannot change any more, and show the rest as it is; whether there may be more."""
        tail = self.source[self._settled_to : self._settled_to + LONGEST]
        long_line = _long_line(tail)
        if long_line == 0 or self._in_line:
            return self._settle_line(tail)
        tail = tail[:long_line]
        is_last = self._settled_to + len(tail) == len(self.source)
        parsed = _parse(self._opening + tail)
        block, item = parsed.last_block, parsed.last_item
        skipped = len(self._opening)
        if block.place and (not is_last or item.place <= block.place or len(tail) - block.offset <= SHORT):
            return self._keep(parsed, block.place, block.offset - skipped, apart=True)
        if item.place > block.place and (not is_last or len(tail) > SHORT):
            return self._keep(parsed, item.place, item.offset - skipped)
        if is_last:
            self.tail = self._spaced(self._blocks(parsed, len(parsed.tokens)))
            return False
        # One block fills the whole stretch: it is kept up to its last whole line, else up to its last word.
        cut = tail.rfind("\n") + 1 or tail.rfind(" ") + 1 or len(tail)
        if cut < len(tail):
            parsed = _parse(self._opening + tail[:cut])
        apart = not parsed.opening and tail.endswith("\n\n", 0, cut)
        return self._keep(parsed, len(parsed.tokens), cut, parsed.opening, apart=apart)

    def _settle_line(self, tail: str) -> bool:
        """Show a line that is too long to be read as Markdown, or the next piece of it."""
        end = tail.find("\n")
        cut = len(tail) if end < 0 else end + 1
        is_code = self._opening[:1] in ("`", "~")
        text, spans = plain_line(plain(tail[:cut].removesuffix("\n")), self._marks)
        shown = self._spaced([Block(text, spans, role="code" if is_code else "", continues=end < 0)])
        if end < 0 and self._settled_to + cut == len(self.source):
            self.tail = shown
            return False
        self.settled += shown
        self._settled_to += cut
        self._in_line = end < 0
        self._apart = not self._in_line and self.source.startswith("\n", self._settled_to)
        return True

    def _keep(
        self, parsed: _Parsed, tokens: int, cut: int, opening: str = "", *, apart: bool = False
    ) -> bool:
        blocks = self._spaced(self._blocks(parsed, tokens))
        if not apart and blocks and self.source[self._settled_to + cut - 1] != "\n":
            blocks[-1] = replace(blocks[-1], continues=True)
        self.settled += blocks
        self._settled_to += cut
        self._opening, self._apart = opening, apart
        return True

    def _blocks(self, parsed: _Parsed, tokens: int) -> list[Block]:
        if parsed.too_deep:
            return [Block(*plain_line(line, self._marks)) for line in parsed.lines]
        again = bool(self._opening)
        return list(Walk(parsed.tokens[:tokens], self._marks, parsed.lines, again).blocks())

    def _spaced(self, blocks: list[Block]) -> list[Block]:
        """Blocks with the blank line that belongs before them."""
        return [BLANK, *blocks] if blocks and self.settled and self._apart else blocks

    @property
    def blocks(self) -> list[Block]:
        """All blocks, in order, with blank lines between them."""
        return self.settled + self.tail


def read_markdown(source: str, marks: Mapping[int, Mark] | None = None) -> list[Block]:
    """The blocks of a whole answer."""
    reader = MarkdownReader()
    reader.update(source, marks or {})
    return reader.blocks


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST})
    # A line such as "[sic]: so" is text, not the definition of a link that is shown nowhere.
    return parser.enable(["table", "strikethrough"]).disable("reference")


class _Place(NamedTuple):
    """Where a part of a text begins: its first token, and its offset."""

    place: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A stretch as tokens and lines.

    Attributes:
        last_item: Of the last block, where that is a list.
        opening: What must come before the next stretch where this one ends in the middle of code or of a
            table.
    """

    tokens: Sequence[Token]
    lines: Sequence[str]
    last_block: _Place
    last_item: _Place
    too_deep: bool = False

    @property
    def opening(self) -> str:
        """See the class."""
        last = self.tokens[-1] if self.tokens else None
        if last is not None and last.type == "fence":
            return f"{last.markup}{last.info}\n"
        return "\n".join(self.lines[:2]) + "\n" if last is not None and last.type == "table_close" else ""


def _parse(text: str) -> _Parsed:
    text = plain(text)
    lines = text.split("\n")
    tokens = _parser().parse(_TIMES.sub(TIMES, text)) if text.strip() else []
    if any(token.level >= DEEPEST - 1 for token in tokens):
        return _Parsed((), lines, _Place(), _Place(), too_deep=True)
    block = item = (0, 0)
    for place, token in enumerate(tokens):
        if token.level == 0 and token.map and token.nesting >= 0:
            block = item = (place, token.map[0])
        elif token.level == 1 and token.type == "list_item_open" and token.map:
            item = (place, token.map[0])
    ends = [0, *accumulate(len(line) + 1 for line in lines)]
    return _Parsed(tokens, lines, _Place(block[0], ends[block[1]]), _Place(item[0], ends[item[1]]))


def _long_line(text: str) -> int | None:
    """The offset at which a line begins that is too long to be read as Markdown; None for none."""
    start = 0
    while len(text) - start > LONGEST_LINE:
        end = text.find("\n", start)
        if end < 0 or end - start > LONGEST_LINE:
            return start
        start = end + 1
    return None
