"""Markdown of a model as blocks of styled plain text. Nothing in it is read as markup of the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from docanalyst.tui.marks import Mark
from docanalyst.tui.plain import plain

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LONGEST_TAIL = 24_000
"""Characters of one unfinished block that are read again with each piece of a stream; a longer block is cut
in two on the screen, so that a stream stays quick."""

_CITATION = re.compile(r"\[\^(\d{1,5})\]")
_HEADINGS = {"h1": "heading", "h2": "heading", "h3": "subheading"}
_INLINE = {"strong_open": "strong", "em_open": "emphasis", "s_open": "struck", "link_open": "link"}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a block's text with a style role. target: what a click on it asks for, or ""."""

    start: int
    end: int
    role: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, line of code or row of a table.

    first, rest: what stands before the first row and the others (bullets, indents). wraps: whether it is
    broken into rows; otherwise it is cropped. table: rows of cells, laid out when the width is known.
    """

    text: str
    spans: tuple[Span, ...] = ()
    first: str = ""
    rest: str = ""
    role: str = ""
    wraps: bool = True
    table: Sequence[Sequence[tuple[str, tuple[Span, ...]]]] = ()


BLANK = Block("")


class MarkdownReader:
    """Reads an answer while it comes in: what is settled is read once."""

    def __init__(self) -> None:
        self.source = ""
        self._settled: list[Block] = []
        self._settled_to = 0
        self._tail: list[Block] = []

    def update(self, source: str, marks: Mapping[int, Mark] | None = None) -> None:
        """Take the answer as it now stands. marks: of the citation numbers, once they are checked."""
        if marks is not None or not source.startswith(self.source):
            self._settled, self._settled_to = [], 0
        self.source = source
        tail = source[self._settled_to :]
        tokens = _parser().parse(plain(tail))
        cut = _last_block(tokens, tail)
        if not cut and len(tail) <= LONGEST_TAIL:
            self._tail = _spaced(list(_Walk(tokens, marks or {}).blocks()), self._settled)
            return
        if len(tail) - cut > LONGEST_TAIL:
            cut = tail.rfind(" ", cut, len(tail) - 1) + 1 or len(tail)
        if cut:
            self._settled += _spaced(_read(tail[:cut], marks or {}), self._settled)
            self._settled_to += cut
            tail = tail[cut:]
        self._tail = _spaced(_read(tail, marks or {}), self._settled)

    @property
    def blocks(self) -> list[Block]:
        """All blocks, in order, with blank lines between them."""
        return self._settled + self._tail


def read_markdown(source: str, marks: Mapping[int, Mark] | None = None) -> list[Block]:
    """The blocks of a whole answer."""
    return _spaced(_read(source, marks or {}), [])


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def _last_block(tokens: Sequence[Token], text: str) -> int:
    """The offset at which the last top-level block begins; 0 where there is only one."""
    starts = [token.map[0] for token in tokens if token.level == 0 and token.map and token.nesting >= 0]
    if len(starts) < 2:
        return 0
    offset = 0
    for _ in range(starts[-1]):
        offset = text.find("\n", offset) + 1
    return offset


def _read(source: str, marks: Mapping[int, Mark]) -> list[Block]:
    if not source.strip():
        return []
    return list(_Walk(_parser().parse(plain(source)), marks).blocks())


def _spaced(blocks: Sequence[Block], before: Sequence[Block]) -> list[Block]:
    """Blocks with the blank lines that belong before them."""
    if before and blocks:
        return [BLANK, *blocks]
    return list(blocks)


@dataclass(slots=True)
class _Walk:
    """Turns a flat list of tokens into blocks, with the indents of lists and quotations."""

    tokens: Sequence[Token]
    marks: Mapping[int, Mark]
    indents: list[str] = field(default_factory=list)
    numbers: list[int | None] = field(default_factory=list)
    bullet: str = ""

    def blocks(self) -> Iterator[Block]:
        """The blocks, each group apart from the next by a blank line where Markdown has one."""
        previous: Token | None = None
        place = 0
        while place < len(self.tokens):
            token = self.tokens[place]
            if self._separates(token, previous):
                yield Block("", first="".join(self.indents).rstrip())
            if token.type == "inline":
                yield from self._paragraph(token, previous)
            elif token.type in ("fence", "code_block"):
                yield from self._code(token)
            elif token.type == "hr":
                yield Block("─" * 400, role="rule", wraps=False)
            elif token.type == "table_open":
                end = next(n for n in range(place, len(self.tokens)) if self.tokens[n].type == "table_close")
                yield self._table(self.tokens[place:end])
                place = end
            else:
                self._enter_or_leave(token)
            previous = self.tokens[place]
            place += 1

    def _separates(self, token: Token, previous: Token | None) -> bool:
        """Whether a blank line goes before this token."""
        if previous is None or previous.nesting == 1 or token.nesting == -1:
            return False
        if token.type in ("inline", "list_item_open"):
            return False
        return not token.hidden and not (
            token.level and previous.type == "paragraph_close" and previous.hidden
        )

    def _enter_or_leave(self, token: Token) -> None:
        kind = token.type
        if kind == "bullet_list_open":
            self.numbers.append(None)
        elif kind == "ordered_list_open":
            self.numbers.append(int(token.attrs.get("start", 1)))
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self.numbers.pop()
        elif kind == "list_item_open":
            number = self.numbers[-1]
            self.bullet = "• " if number is None else f"{number}. "
            if number is not None:
                self.numbers[-1] = number + 1
            self.indents.append(" " * len(self.bullet))
        elif kind == "list_item_close":
            self.indents.pop()
            self.bullet = ""
        elif kind == "blockquote_open":
            self.indents.append("▎ ")
        elif kind == "blockquote_close":
            self.indents.pop()

    def _paragraph(self, token: Token, opened: Token | None) -> Iterator[Block]:
        text, spans = _inline(token, self.marks)
        first, rest = self._prefix()
        role = ""
        if opened is not None and opened.type == "heading_open":
            role = _HEADINGS.get(opened.tag, "subheading")
        elif any(indent.startswith("▎") for indent in self.indents):
            role = "quotation"
        yield Block(text, spans, first, rest, role)

    def _code(self, token: Token) -> Iterator[Block]:
        first, rest = self._prefix()
        for line in token.content.rstrip("\n").split("\n"):
            yield Block(line, first=first + "  ", rest=rest + "  ", role="code")
            first = rest

    def _prefix(self) -> tuple[str, str]:
        rest = "".join(self.indents)
        first = rest[: len(rest) - len(self.bullet)] + self.bullet if self.bullet else rest
        self.bullet = ""
        return first, rest

    def _table(self, tokens: Sequence[Token]) -> Block:
        rows: list[list[tuple[str, tuple[Span, ...]]]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(_inline(token, self.marks))
        first, rest = self._prefix()
        return Block("", first=first, rest=rest, table=rows)


def _inline(token: Token, marks: Mapping[int, Mark]) -> tuple[str, tuple[Span, ...]]:
    """The text of a line of Markdown, and what is styled in it."""
    text = ""
    spans: list[Span] = []
    opened: list[tuple[int, str, str]] = []
    for child in token.children or ():
        if child.type in _INLINE:
            opened.append((len(text), _INLINE[child.type], plain(str(child.attrs.get("href", "")))))
        elif child.type.endswith("_close") and opened:
            start, role, address = opened.pop()
            if start < len(text):
                spans.append(Span(start, len(text), role))
            if address and address not in text[start:]:
                text += f" ({address})"
        elif child.type == "code_inline":
            spans.append(Span(len(text), len(text) + len(child.content), "code"))
            text += child.content
        elif child.type == "softbreak":
            text += " "
        elif child.type == "hardbreak":
            text += "\n"
        elif child.type == "image":
            text += f"[picture: {child.content}]"
        else:
            text = _with_marks(text, child.content, spans, marks)
    return text, tuple(spans)


def _with_marks(text: str, added: str, spans: list[Span], marks: Mapping[int, Mark]) -> str:
    """Text with a piece added in which each citation mark shows its number and what the check found."""
    place = 0
    for match in _CITATION.finditer(added):
        text += added[place : match.start()]
        number = int(match.group(1))
        mark = marks.get(number)
        shown = f"[{number}{mark.sign}]" if mark else f"[{number}]"
        role = f"mark-{mark.role}" if mark else "mark-pending"
        spans.append(Span(len(text), len(text) + len(shown), role, f"citation:{number}"))
        text += shown
        place = match.end()
    return text + added[place:]
