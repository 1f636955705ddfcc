"""Statements of an answer, and which of them carry a verified citation."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable
from dataclasses import dataclass

from docanalyst.domain.answers.grammar import definition_blocks, read_places
from docanalyst.domain.citations import Citation
from docanalyst.domain.language.folding import fold
from docanalyst.domain.receipt import Coverage

_MARKER = re.compile(r"[\[【]\^?(\d{1,5}(?:\s?[,;]\s?\^?\d{1,5}){0,20})\^?[\]】]")
_FENCE = re.compile(r"^[ \t]*(```|~~~)")
_HEADING = re.compile(r"^[ \t]{0,3}(?:#{1,6}[ \t]|(?:\*\*|__)[^*_]{1,120}(?:\*\*|__):?[ \t]*$)")
_RULE = re.compile(r"^[ \t]*(?:[-=*_|:+][ \t]*){3,}$")
_ITEM = re.compile(r"^[ \t>]*(?:[-*+•]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]+")
_LABEL = re.compile(
    r"^[\W_]*(?:evidence|sources?|citations?|references?|quotes?|footnotes?|answer|summary|notes?|"
    r"key points?|conclusion|findings|details?)[\W_]*$",
    re.IGNORECASE,
)
_END = re.compile(
    r"[.!?。！？]+[\"'”’)\]*_»」]{0,4}(?:[ \t]{0,2}[\[【]\^?[\d,;^ ]{1,60}\^?[\]】])*(?=\s|$)|[。！？]"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:no|nos|sec|secs|art|arts|cl|ch|p|pp|para|paras|fig|figs|tab|eq|vol|ed|eds|ex|exh|sch|app|inc|ltd|co|corp|llc|"
    r"bros|mr|mrs|ms|dr|prof|hon|jr|sr|st|v|vs|cf|viz|al|etc|approx|ca|e\.g|i\.e|u\.s|u\.k|a\.m|p\.m|jan|feb|mar|apr|jun|jul|"
    r"aug|sept?|oct|nov|dec|rev|gen|dept|est|resp|s|ss|r|d)|\b[A-Za-z])\.$",
    re.IGNORECASE,
)
_NOTE = re.compile(r"_[^_\n]+_|\*[^*\n]+\*")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, list item or table row of an answer. start, end: offsets into it. markers: the numbers of
    its citations, those of the line that introduces its list included."""

    text: str
    start: int
    end: int
    markers: tuple[int, ...] = ()


def statements(answer: str) -> list[Statement]:
    """What an answer states, in order.

    Headings, definitions, code, rules, heads of tables, lead-ins of lists and questions state nothing; nor
    does a block quotation under a cited line, or a first paragraph in italics, which is a note on the answer.
    """
    found: list[Statement] = []
    inherited: tuple[int, ...] = ()
    inline = _inline_quotes(answer)
    for start, end, is_row in _lines(answer):
        line = answer[start:end]
        if line.lstrip().startswith(">"):
            markers = tuple(dict.fromkeys([*_numbers(line), *_within(inline, start, end)]))
            if markers or not (found and found[-1].markers):
                found.append(Statement(line.strip(), start, end, markers))
            continue
        if not answer[:start].strip() and _NOTE.fullmatch(line.strip()):
            continue
        item = _ITEM.match(line)
        if not item and not is_row and line.strip():
            inherited = ()
        lead_in = _MARKER.sub("", line).rstrip(" *_").endswith((":", "：")) and not is_row
        pieces = [(start, end)] if is_row else _sentences(answer, start + (item.end() if item else 0), end)
        for first, last in pieces:
            text = answer[first:last]
            markers = tuple(dict.fromkeys([*_numbers(text), *_within(inline, first, last)]))
            if lead_in and last == pieces[-1][1]:
                inherited = markers or (inherited if item else ())
                continue
            bare = _MARKER.sub("", text)
            if not markers and (
                _words(bare) < (2 if item else 3) or bare.rstrip(' *_"”)').endswith(("?", "？"))
            ):
                continue
            found.append(Statement(text.strip(), first, last, markers or (inherited if item else ())))
    return found


def coverage(answer: str, citations: Iterable[Citation]) -> Coverage:
    """How many statements an answer makes, and how many carry a citation that was verified."""
    made = statements(answer)
    return Coverage(len(made), len(made) - len(_unsupported(made, citations)))


def unsupported(answer: str, citations: Iterable[Citation]) -> list[Statement]:
    """The statements of an answer that carry no verified citation."""
    return _unsupported(statements(answer), citations)


def _unsupported(made: list[Statement], citations: Iterable[Citation]) -> list[Statement]:
    verified = {citation.number for citation in citations if citation.verified}
    return [statement for statement in made if not verified.intersection(statement.markers)]


def _words(text: str) -> int:
    """Words of a text; a script without spaces counts two characters as one."""
    return max(len(_WORD.findall(text)), len(fold(text)) // 2 if not text.isascii() else 0)


def _numbers(text: str) -> list[int]:
    return [
        int(number) for match in _MARKER.finditer(text) for number in re.findall(r"\d{1,5}", match.group(1))
    ]


def _inline_quotes(answer: str) -> list[tuple[int, int]]:
    """Where quotes cited in the text itself begin, with their numbers."""
    return sorted((item.start, item.quote.number or 0) for item in read_places(answer) if not item.defined)


def _within(inline: list[tuple[int, int]], start: int, end: int) -> list[int]:
    return [
        number
        for _, number in inline[bisect.bisect_left(inline, (start, 0)) : bisect.bisect_left(inline, (end, 0))]
    ]


def _lines(answer: str) -> list[tuple[int, int, bool]]:
    """Each stretch of running text: start, end, whether it is a table row. Lines of a paragraph are one."""
    blocks = definition_blocks(answer)
    found: list[tuple[int, int, bool]] = []
    fenced = open_paragraph = False
    block = position = 0
    rows = 0
    for line in answer.splitlines(keepends=True):
        start, position = position, position + len(line)
        end = start + len(line.rstrip())
        while block < len(blocks) and blocks[block][1] <= start:
            block += 1
        defined = block < len(blocks) and blocks[block][0] <= start
        if _FENCE.match(line):
            fenced = not fenced
        if fenced or defined or end == start or _scaffolding(line):
            open_paragraph = False
            if _RULE.match(line) and "|" in line and rows == 1 and found and found[-1][2]:
                found.pop()
            rows = rows if _RULE.match(line) and "|" in line else 0
            continue
        if line.lstrip().startswith("|"):
            rows += 1
            found.append((start, end, True))
            open_paragraph = False
            continue
        rows = 0
        if open_paragraph and not _ITEM.match(line):
            found[-1] = (found[-1][0], end, False)
        else:
            found.append((start, end, False))
        open_paragraph = True
    return found


def _scaffolding(line: str) -> bool:
    return any(pattern.match(line) for pattern in (_FENCE, _HEADING, _RULE, _LABEL))


def _sentences(answer: str, start: int, end: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    position = start
    for match in _END.finditer(answer, start, end):
        opening = answer[match.end() : match.end() + 12].lstrip(" \t\n\"'“‘(*_[")
        before = answer[max(position, match.start() - 8) : match.start() + 1]
        stops = match.group().startswith(".") and match.end() < end
        if stops and (opening[:1].islower() or _ABBREVIATION.search(before)):
            continue
        found.append((position, match.end()))
        position = match.end()
    if answer[position:end].strip():
        found.append((position, end))
    return found
