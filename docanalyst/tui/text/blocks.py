"""Tokens of Markdown as blocks of styled plain text. Nothing that was written disappears on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docanalyst.exporters.presentation.marks import Mark
from docanalyst.tui.text.plain import plain

if TYPE_CHECKING:
    from markdown_it.token import Token

TIMES = "\ufdd0"
"""Stands for an asterisk between digits while Markdown is read, so that 2*3*4 does not come out as 234."""

_CITATION = re.compile(r"\[\^(\d{1,5})\]")
_CELL_END = re.compile(r"(?<!\\)\|")
_HEADINGS = {"h1": "heading", "h2": "heading", "h3": "subheading"}
_INLINE = {"strong_open": "strong", "em_open": "emphasis", "s_open": "struck", "link_open": "link"}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a block's text with a style role.

    Attributes:
        target: What a click on it asks for, or "".
    """

    start: int
    end: int
    role: str
    target: str = ""


Cell = tuple[str, tuple[Span, ...]]
"""The text of a table's cell, and what is styled in it."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, line of code or row of a table.

    Attributes:
        first, rest: What is before the first row and the others (bullets, indents).
        wraps: Whether it is broken into rows; otherwise it is cropped.
        table: Rows of cells, laid out when the width is known.
        continues: The next block is the rest of the same line.
    """

    text: str
    spans: tuple[Span, ...] = ()
    first: str = ""
    rest: str = ""
    role: str = ""
    wraps: bool = True
    table: Sequence[Sequence[Cell]] = ()
    continues: bool = False


BLANK = Block("")


@dataclass(slots=True)
class Walk:
    """Turns a flat list of tokens into blocks, with the indents of lists and quotations.

    Attributes:
        lines: Of the text that was parsed.
        again: Whether it begins with the opening line of a block of which a part was shown before.
    """

    tokens: Sequence[Token]
    marks: Mapping[int, Mark]
    lines: Sequence[str] = ()
    again: bool = False
    indents: list[str] = field(default_factory=list)
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
                yield from self._enter_or_leave(token)
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

    def _enter_or_leave(self, token: Token) -> Iterator[Block]:
        kind = token.type
        if kind == "list_item_open":
            # The number as it was written: an answer that lists clauses 4 and 7 means those.
            self.bullet = f"{token.info}{token.markup} " if token.info else "• "
            self.indents.append(" " * len(self.bullet))
        elif kind == "list_item_close":
            if self.bullet:
                first, rest = self._prefix()
                yield Block("", first=first, rest=rest)
            self.indents.pop()
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
        if token.info.strip() and not self.again:
            yield Block(as_written(token.info.strip()), first=first, rest=rest, role="quiet")
            first = rest
        for line in as_written(token.content).rstrip("\n").split("\n"):
            yield Block(line, first=first + "  ", rest=rest + "  ", role="code")
            first = rest

    def _prefix(self) -> tuple[str, str]:
        rest = "".join(self.indents)
        first = rest[: len(rest) - len(self.bullet)] + self.bullet if self.bullet else rest
        self.bullet = ""
        return first, rest

    def _table(self, tokens: Sequence[Token]) -> Block:
        rows: list[list[Cell]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(_inline(token, self.marks))
            elif token.type == "tr_close" and len(rows) > 1:
                rows[-1] += self._beyond(tokens[0], len(rows), len(rows[-1]))
        first, rest = self._prefix()
        return Block("", first=first, rest=rest, table=rows)

    def _beyond(self, table: Token, row: int, columns: int) -> Iterator[Cell]:
        """The cells of a row that are more than the table has columns; Markdown leaves them out."""
        place = (table.map or [0])[0] + row
        line = self.lines[place] if place < len(self.lines) else ""
        cells = _CELL_END.split(line.strip(" >").removeprefix("|").removesuffix("|"))
        for cell in cells[columns:]:
            yield plain_line(cell.strip(), self.marks)


class _Line:
    """The text of a line as it grows."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.spans: list[Span] = []
        self.length = 0

    def add(self, text: str) -> None:
        """Add a piece."""
        self.parts.append(text)
        self.length += len(text)

    def add_marked(self, text: str, marks: Mapping[int, Mark]) -> None:
        """Add a piece in which each citation mark shows its number and what the check found."""
        place = 0
        for match in _CITATION.finditer(text):
            self.add(text[place : match.start()])
            number = int(match.group(1))
            mark = marks.get(number)
            shown = f"[{number}{mark.sign}]" if mark else f"[{number}]"
            role = f"mark-{mark.role}" if mark else "mark-pending"
            self.spans.append(Span(self.length, self.length + len(shown), role, f"citation:{number}"))
            self.add(shown)
            place = match.end()
        self.add(text[place:])

    @property
    def cell(self) -> Cell:
        """Text and spans."""
        return as_written("".join(self.parts)), tuple(self.spans)


def plain_line(text: str, marks: Mapping[int, Mark]) -> Cell:
    """A line that is not read as Markdown: only its citation marks are."""
    line = _Line()
    line.add_marked(text, marks)
    return line.cell


def as_written(text: str) -> str:
    """Text with the asterisks that were kept from Markdown."""
    return text.replace(TIMES, "*")


def _inline(token: Token, marks: Mapping[int, Mark]) -> Cell:
    """The text of a line of Markdown, and what is styled in it."""
    line = _Line()
    opened: list[tuple[int, int, str, str]] = []
    for child in token.children or ():
        if child.type in _INLINE:
            opened.append((line.length, len(line.parts), _INLINE[child.type], _address(child, "href")))
        elif child.type.endswith("_close") and opened:
            start, part, role, address = opened.pop()
            if start < line.length:
                line.spans.append(Span(start, line.length, role))
            if address and address not in "".join(line.parts[part:]):
                line.add(f" ({address})")
        elif child.type == "code_inline":
            line.spans.append(Span(line.length, line.length + len(child.content), "code"))
            line.add(child.content)
        elif child.type == "softbreak":
            line.add(" ")
        elif child.type == "hardbreak":
            line.add("\n")
        elif child.type == "image":
            line.add(" ".join(filter(None, ("[picture:", child.content, f"({_address(child, 'src')})]"))))
        else:
            line.add_marked(child.content, marks)
    return line.cell


def _address(token: Token, name: str) -> str:
    """Where a link or a picture leads, and its title."""
    parts = (str(token.attrs.get(name, "")), str(token.attrs.get("title", "")))
    return plain(" ".join(part for part in parts if part))
