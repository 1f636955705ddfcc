"""The parts of an answer: paragraphs, list items, headings, block quotes, table rows, code, definitions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from docanalyst.domain.answers.reading.json_quotes import json_regions
from docanalyst.domain.answers.reading.markup import INLINE, masked


class PartKind(Enum):
    """What a stretch of an answer is. HEAD: the first row of a table, which names its columns."""

    TEXT = "text"
    ITEM = "item"
    HEADING = "heading"
    BLOCK_QUOTE = "block quote"
    HEAD = "head"
    ROW = "row"
    CODE = "code"
    DATA = "data"
    RULE = "rule"
    DEFINITION = "definition"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an answer: offsets, line marks included. cells: of a row. info: of a fence."""

    kind: PartKind
    start: int
    end: int
    cells: tuple[tuple[int, int], ...] = ()
    info: str = ""


_FENCE = re.compile(rf"^{INLINE}*(`{{3,}}|~{{3,}})[ \t]*([^`\n]*)")
_HEADING = re.compile(rf"^{INLINE}{{0,3}}#{{1,6}}[ \t]")
_BOLD_LINE = re.compile(rf"^{INLINE}{{0,3}}(?:\*\*|__)[^*_\n]{{1,300}}(?:\*\*|__)[:：.]?{INLINE}*$")
_RULE = re.compile(rf"^{INLINE}*(?:[-=*_|:+][ \t\x00]*){{3,}}$")
_ITEM = re.compile(rf"^{INLINE}*(?:[-*+•◦▪]|\(?\d{{1,3}}[.)、]|\(?[a-z][.)])[ \t]+")
_FOOTNOTE = re.compile(rf"^{INLINE}*\[\^[^\]\s]{{1,20}}\]:")
_DETAIL = re.compile(
    r"(?:    |\t)(?:[✓→≠✗] (?:verified|on another page|in another document|altered|not found|"
    r"no such document)\b|"
    r"- [a-z ]{2,20}: [^\n]{0,400}\b(?:the page|the quotation|quoted)\b|- closest passage: “)"
)
"""What our own Markdown says below a citation, so that an export can be read and checked again."""
_QUOTE_LINE = re.compile(rf"^{INLINE}*>")
_CELL_END = re.compile(r"(?<!\\)\|")
_TEXT_FENCES = ("", "text", "txt", "plain", "plaintext", "markdown", "md", "quote")
_READS_AS_TEXT = re.compile(r"\[\^?\d{1,5}\]|(?<![A-Za-z0-9])D\d{1,4}(?![A-Za-z0-9])")


@lru_cache(maxsize=64)
def parts_of(answer: str, definitions: Sequence[tuple[int, int]] = ()) -> tuple[Part, ...]:
    """The parts of an answer in order. definitions: where its citation lines are. Linear in its length."""
    scanner = _Scanner(masked(answer), [(start, end, PartKind.DEFINITION) for start, end in definitions])
    scanner.apart += [(start, end, PartKind.DATA) for start, end, _ in json_regions(answer)]
    scanner.apart.sort(key=lambda item: (item[0], item[1]))
    return tuple(scanner.scan())


class _Scanner:
    """Reads an answer line by line; a part that is open grows until something ends it."""

    def __init__(self, text: str, apart: list[tuple[int, int, PartKind]]) -> None:
        self.text = text
        self.apart = apart
        self.found: list[Part] = []
        self.open = False
        self.fence = ""
        self.fence_text = False
        self.in_table = False

    def scan(self) -> list[Part]:
        """All parts."""
        position = index = 0
        for line in self.text.splitlines(keepends=True):
            start, position = position, position + len(line)
            end = start + len(line.rstrip(" \t\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\x00"))
            while index < len(self.apart) and self.apart[index][1] <= start:
                index += 1
            if index < len(self.apart) and self.apart[index][0] < max(end, start + 1):
                first, last, kind = self.apart[index]
                if first > start and self.text[start:first].strip(" \t\x00"):
                    self._line(self.text[start:first], start, first)
                if not (self.found and self.found[-1].kind is kind and self.found[-1].start == first):
                    self.found.append(Part(kind, first, last))
                if last < end and self.text[last:end].strip(" \t\x00"):
                    self._line(self.text[last:end], last, end)
                self._close()
                continue
            self._line(line, start, end)
        return self.found

    def _close(self) -> None:
        self.open = self.in_table = False

    def _line(self, line: str, start: int, end: int) -> None:
        fence = _FENCE.match(line)
        if fence and (not self.fence or line.strip().startswith(self.fence)):
            self._toggle(fence, start)
            return
        if self.fence and not self.fence_text:
            if self.found and self.found[-1].kind is PartKind.CODE and self.open:
                self._grow(end)
            else:
                self.found.append(Part(PartKind.CODE, start, end, info=self.fence))
            self.open = True
            return
        if end <= start:
            self._close()
            return
        if self._is_rule(line, start, end):
            return
        if self.found and self.found[-1].kind is PartKind.DEFINITION and _DETAIL.match(line):
            last = self.found[-1]
            self.found[-1] = Part(last.kind, last.start, end)
            return
        if self._is_row(line, start, end):
            return
        if _QUOTE_LINE.match(line):
            if self.open and self.found[-1].kind is PartKind.BLOCK_QUOTE:
                self._grow(end)
            else:
                self._add(PartKind.BLOCK_QUOTE, start, end)
        elif _HEADING.match(line) or _BOLD_LINE.match(line):
            self._add(PartKind.HEADING, start, end)
            self.open = False
        elif _FOOTNOTE.match(line):
            self._add(PartKind.TEXT, start, end)
        elif _ITEM.match(line):
            self._add(PartKind.ITEM, start, end)
        elif self.open and self.found[-1].kind in (PartKind.TEXT, PartKind.ITEM):
            self._grow(end)
        else:
            self._add(PartKind.TEXT, start, end)

    def _toggle(self, fence: re.Match[str], start: int) -> None:
        self._close()
        if self.fence:
            self.fence = ""
            return
        self.fence = fence.group(1)
        closing = self.text.find(f"\n{self.fence}", fence.end() + start)
        content = self.text[start + fence.end() : closing if closing >= 0 else len(self.text)][:20_000]
        info = fence.group(2).strip().lower()
        self.fence_text = info in _TEXT_FENCES and _READS_AS_TEXT.search(content) is not None

    def _is_rule(self, line: str, start: int, end: int) -> bool:
        if not _RULE.match(line):
            return False
        last = self.found[-1] if self.found else None
        if "|" in line and last and last.end + 2 >= start and last.kind in (PartKind.TEXT, PartKind.ROW):
            head = last.start + self.text[last.start : last.end].rfind("\n") + 1
            if head > last.start:
                self.found[-1] = Part(last.kind, last.start, head - 1)
            else:
                self.found.pop()
            self.found.append(Part(PartKind.HEAD, head, last.end, self._cells(head, last.end)))
            self.in_table = True
        elif "|" not in line:
            self._close()
        if not self.in_table:
            self.found.append(Part(PartKind.RULE, start, end))
        self.open = False
        return True

    def _is_row(self, line: str, start: int, end: int) -> bool:
        bare = line.strip(" \t\x00\r\n")
        if not (bare.startswith("|") and bare.count("|") > 1) and not (self.in_table and "|" in bare):
            self.in_table = self.in_table and "|" in bare
            return False
        self.found.append(Part(PartKind.ROW, start, end, self._cells(start, end)))
        self.open = False
        return True

    def _cells(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        borders = [start + match.start() for match in _CELL_END.finditer(self.text[start:end])]
        if not self.text[start : borders[0] if borders else end].strip(" \t\x00"):
            first = borders[0] + 1 if borders else start
        else:
            first = start
        inner = [border for border in borders if border >= first]
        cells = list(zip([first, *(border + 1 for border in inner)], [*inner, end], strict=True))
        if cells and not self.text[cells[-1][0] : cells[-1][1]].strip(" \t\x00") and len(cells) > 1:
            cells.pop()
        return tuple(cells)

    def _add(self, kind: PartKind, start: int, end: int) -> None:
        self.found.append(Part(kind, start, end))
        self.open, self.in_table = True, False

    def _grow(self, end: int) -> None:
        last = self.found[-1]
        self.found[-1] = Part(last.kind, last.start, end, last.cells, last.info)


_END = re.compile(
    r"[.!?。！？]+[\"'”’)\]*_»」\x00]{0,4}(?:[ \t]{0,2}[\[【]\^?[\d,;^ ]{1,60}\^?[\]】])*(?=\s|$)|"
    r"[。！？][」』”]?"
)
# Not the list of `language.sentences`: answers abbreviate citations ("Cir.", "Id.", "ss."), pages do not.
_ABBREVIATION = re.compile(
    r"(?:\b(?:no|nos|sec|secs|art|arts|cl|ch|p|pp|para|paras|fig|figs|tab|eq|vol|ed|eds|ex|exh|"
    r"sch|app|inc|ltd|co|corp|llc|"
    r"bros|mr|mrs|ms|dr|prof|hon|jr|sr|st|v|vs|cf|viz|al|etc|approx|ca|e\.g|i\.e|u\.s|u\.k|a\.m|"
    r"p\.m|jan|feb|mar|apr|jun|jul|"
    r"aug|sept?|oct|nov|dec|rev|gen|dept|est|resp|s|ss|r|d|id|op|abs|nr|bzw|vgl|ibid|reg|seq|ann|"
    r"stat|cir|ct|supp|cal)|\b[A-Za-z])\.$",
    re.IGNORECASE,
)


def sentence_ends(text: str, start: int, end: int) -> list[int]:
    """Offsets at which the sentences of a stretch end, marks of citations included; the last is its end."""
    found: list[int] = []
    position = start
    for match in _END.finditer(text, start, end):
        opening = text[match.end() : match.end() + 12].lstrip(" \t\n\"'“‘(*_[\x00")
        before = text[max(position, match.start() - 8) : match.start() + 1]
        stops = match.group().startswith(".") and match.end() < end
        if stops and (opening[:1].islower() or _ABBREVIATION.search(before)):
            continue
        found.append(match.end())
        position = match.end()
    if text[position:end].strip():
        found.append(end)
    return found
