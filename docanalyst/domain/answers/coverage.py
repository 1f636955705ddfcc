"""Statements of an answer, and which of them have a verified citation."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from docanalyst.domain.answers.body import is_of_the_offline_analyst
from docanalyst.domain.answers.grammar import ReadQuote, ambiguous_numbers, definition_blocks, read_places
from docanalyst.domain.answers.reading.json_quotes import json_regions
from docanalyst.domain.answers.reading.markup import masked
from docanalyst.domain.answers.reading.parts import Part, PartKind, parts_of, sentence_ends
from docanalyst.domain.answers.reading.places import read_place, without_place
from docanalyst.domain.answers.reading.quotations import MARKER, numbers_in
from docanalyst.domain.citations import Citation, Where
from docanalyst.domain.language.folding import fold
from docanalyst.domain.receipt import Coverage

_ITEM = re.compile(r"^[ \t>\x00]*(?:[-*+•◦▪]|\(?\d{1,3}[.)、]|\(?[a-z][.)])[ \t]+")
_HEADING_MARK = re.compile(
    r"^[\s#*_\x00]*(?:(?:section|article|clause|part|§)?\s*[\dIVX]{1,5}(?:[.)]\d{0,3})*[.):]?\s+)?",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^[\W_]*(?:evidence|sources?|citations?|references?|quotes?|footnotes?|answer|summary|notes?|"
    r"key points?|conclusion|findings|details?)[\W_]*$",
    re.IGNORECASE,
)
_CLAIMS = re.compile(
    r"\b(?:is|are|was|were|be|has|have|had|shall|must|may|can|cannot|will|would|should|does|do|"
    r"did|ends|begins|applies|apply|"
    r"requires|provides|grants|allows|permits|prohibits|excludes|includes|covers|expires|"
    r"terminates|governs|owes|pays|"
    r"remains|lasts|renews|waives|ist|sind|war|hat|haben|muss|darf|kann|soll|wird|gilt|gelten|"
    r"endet|beträgt|"
    r"est|sont|doit|peut|debe|puede|tiene|è|deve|può)\b|n['’]t\b|[是为應应须須可有]|不得|である|です|"
    r"[$€£¥]\s?\d|\d\s?(?:%|percent\b|days?\b|months?\b|years?\b)",
    re.IGNORECASE,
)
_INTRODUCES = re.compile(
    r"(?:\b(?:following|follows?|below|says?|said|states?|stated|reads?|provides?|provided|"
    r"passages?|places?|quotes?|quoted|"
    r"here|these|this|summary|answer|heißt es|lautet|folgende[nrs]?|suivant\w*|"
    r"siguiente\w*)\b[^:：]{0,40}|规定|如下|以下)[\s*_]*[:：][\s*_]*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, heading, list item, block quote or table row of an answer. start, end: offsets into it.

    markers: the numbers of its citations, those of the line that introduces it included. quotations: what it
    quotes itself. items: of a lead-in, the statements that it leads in, by their place in the list.
    """

    text: str
    start: int
    end: int
    markers: tuple[int, ...] = ()
    quotations: tuple[ReadQuote, ...] = ()
    items: tuple[int, ...] = field(default=(), compare=False)


def statements(answer: str) -> list[Statement]:
    """What an answer states, in order.

    A heading and a line in bold state something where they hold a verb or an amount ("The lease ends in
    May"), a lead-in where it does more than introduce ("The lease says:"). Definitions, code, rules, heads of
    tables and questions state nothing.
    """
    return _Reader(answer).read()


def coverage(answer: str, citations: Iterable[Citation]) -> Coverage:
    """How many statements an answer makes, and how many carry a citation that was verified."""
    made = statements(answer)
    return Coverage(len(made), sum(_support(answer, made, citations)))


def unsupported(answer: str, citations: Iterable[Citation]) -> list[Statement]:
    """The statements of an answer that carry no verified citation."""
    made = statements(answer)
    held = _support(answer, made, citations)
    return [statement for statement, holds in zip(made, held, strict=True) if not holds]


def misquoted(answer: str, citations: Iterable[Citation]) -> list[Statement]:
    """The statements that quote unverified words, whatever their marks cite."""
    failed = {(item.number, item.quote) for item in citations if not item.verified}
    return [
        statement
        for statement in statements(answer)
        if any((item.quote.number or 0, item.quote.text) in failed for item in statement.quotations)
    ]


def _support(answer: str, made: Sequence[Statement], citations: Iterable[Citation]) -> list[bool]:
    """For each statement whether it is supported: by a mark whose every quotation was verified, or by the
    words that it quotes itself; never where words that it quotes were not verified."""
    citations = list(citations)
    doubtful = ambiguous_numbers(answer) | {
        item.number for item in citations if item.where is Where.DEFINITION and not item.verified
    }
    marked = {
        item.number for item in citations if item.where is Where.DEFINITION and item.verified
    } - doubtful
    quoted = {(item.number, item.quote): item.verified for item in citations}
    held: list[bool] = []
    for statement in made:
        own = [quoted.get((item.quote.number or 0, item.quote.text)) for item in statement.quotations]
        held.append(False not in own and (True in own or bool(marked.intersection(statement.markers))))
    for place in range(len(made) - 1, -1, -1):
        items = made[place].items
        own_fails = any(
            quoted.get((item.quote.number or 0, item.quote.text)) is False for item in made[place].quotations
        )
        if items and not held[place] and not own_fails:
            held[place] = all(held[item] for item in items)
    return held


class _Reader:
    """Goes through the parts of an answer; the marks of a lead-in go with it."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.text = masked(answer)
        blocks = tuple((start, end) for start, end, _, _ in definition_blocks(answer))
        self.parts = parts_of(answer, blocks)
        self.quotes = sorted(
            (item for item in read_places(answer) if not item.defined), key=lambda q: q.start
        )
        self.starts = [item.start for item in self.quotes]
        self.found: list[Statement] = []
        self.inherited: tuple[int, ...] = ()
        self.leader: int | None = None

    def read(self) -> list[Statement]:
        """All statements."""
        for place, part in enumerate(self.parts):
            following = self.parts[place + 1] if place + 1 < len(self.parts) else None
            if part.kind is PartKind.DATA:
                self._data(part)
            elif part.kind in (PartKind.BLOCK_QUOTE, PartKind.ROW):
                self._whole(part)
            elif part.kind is PartKind.HEADING:
                self._heading(part)
            elif part.kind in (PartKind.TEXT, PartKind.ITEM):
                self._running(part, following)
        return self.found

    def _add(self, start: int, end: int, markers: Sequence[int], *, leads: bool = False) -> None:
        quotes = self._quotes_in(start, end)
        own = [number for item in quotes for number in item.numbers]
        markers = tuple(dict.fromkeys([*markers, *own]))
        text = self.answer[start:end].strip()
        if self.leader is not None and not leads:
            lead = self.found[self.leader]
            self.found[self.leader] = replace(lead, items=(*lead.items, len(self.found)))
        self.found.append(Statement(text, start, end, markers, quotes))

    def _quotes_in(self, start: int, end: int) -> tuple[ReadQuote, ...]:
        first = bisect.bisect_left(self.starts, start)
        return tuple(self.quotes[first : bisect.bisect_left(self.starts, end)])

    def _data(self, part: Part) -> None:
        self.inherited, self.leader = (), None
        regions = [strings for start, _, strings in json_regions(self.answer) if start == part.start]
        for strings in regions:
            for item in strings:
                if item.quoted:
                    self._add(item.start, item.end, ())

    def _whole(self, part: Part) -> None:
        text = self.text[part.start : part.end]
        numbers = numbers_in(text)
        if part.kind is PartKind.ROW:
            self.inherited, self.leader = (), None
            if _words(MARKER.sub("", text)) < 2 and not numbers:
                return
            self._add(part.start, part.end, numbers)
            return
        leads = self.found[-1].markers if self.found and not numbers else ()
        self._add(part.start, part.end, numbers or self.inherited or leads)

    def _heading(self, part: Part) -> None:
        text = self.text[part.start : part.end]
        self.inherited, self.leader = (), None
        numbers = numbers_in(text)
        bare = _HEADING_MARK.sub("", MARKER.sub("", text)).strip(" *_#:：\x00")
        states = _words(bare) >= 3 and _CLAIMS.search(bare) and not bare.endswith(("?", "？"))
        if numbers or (states and not _LABEL.match(bare) and not _INTRODUCES.search(f"{bare}:")):
            self._add(part.start, part.end, numbers)

    def _running(self, part: Part, following: Part | None) -> None:
        start, end = part.start, part.end
        line = self.text[start:end]
        if is_of_the_offline_analyst(self.answer[start:end]):
            return
        if _LABEL.match(line) or not line.strip(" \t\x00\n"):
            return
        if read_place(line) and not fold(without_place(line)):
            return  # A line that says where the block quote above it is.
        item = _ITEM.match(line)
        if not item:
            self.inherited, self.leader = (), None
        leads = MARKER.sub("", line).rstrip(" *_\x00").endswith((":", "："))
        last = start + (item.end() if item else 0)
        for border in self._ends(last, end):
            first, last = last, border
            text = self.text[first:last]
            numbers = numbers_in(text)
            bare = MARKER.sub("", text)
            if leads and last == end:
                self._lead_in(first, last, numbers, item is not None, following)
                continue
            own = self._quotes_in(first, last)
            asks = bare.rstrip(' *_"”)\x00').endswith(("?", "？"))
            if not numbers and not own and (asks or _words(bare) < (2 if item else 3)):
                continue
            self._add(first, last, numbers or (self.inherited if item and not own else ()))

    def _lead_in(
        self, start: int, end: int, numbers: list[int], is_item: bool, following: Part | None
    ) -> None:
        bare = MARKER.sub("", self.text[start:end])
        self.inherited = tuple(numbers) or (self.inherited if is_item else ())
        states = (
            _words(bare) >= 3 and _CLAIMS.search(bare) is not None and not _INTRODUCES.search(bare.rstrip())
        )
        introduces = following is not None and following.kind in (
            PartKind.BLOCK_QUOTE,
            PartKind.HEAD,
            PartKind.ROW,
            PartKind.CODE,
            PartKind.DATA,
        )
        if self._quotes_in(start, end) or (states and not introduces):
            self._add(start, end, numbers, leads=True)
            self.leader = len(self.found) - 1

    def _ends(self, start: int, end: int) -> list[int]:
        """The ends of sentences, without those inside a quotation."""
        kept = []
        for border in sentence_ends(self.text, start, end):
            at = bisect.bisect_left(self.starts, border) - 1
            if border == end or at < 0 or border >= self.quotes[at].end:
                kept.append(border)
        return kept


def _words(text: str) -> int:
    """Words of a text; a script without spaces counts two characters as one."""
    text = text.replace("\x00", "")
    return max(len(_WORD.findall(text)), len(fold(text)) // 2 if not text.isascii() else 0)
