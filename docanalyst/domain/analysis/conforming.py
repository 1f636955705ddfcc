"""An agreement as amended: what is stated word for word is carried out; the rest is listed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from docanalyst.domain.analysis.amendments import find_amendments, tells_of_a_change
from docanalyst.domain.documents import Document, page_reference
from docanalyst.domain.language.paragraphs import Paragraph, paragraphs

_OPEN, _CLOSE = '“"', '”"'
_QUOTED = rf"[{_OPEN}](?P<{{}}>[^“”\"]+?)[.,;]?[{_CLOSE}]"
_BY = r"(?:\s+in\s+(?:its|their)\s+entirety)?\s+(?:by|with)(?:\s+the\s+following)?\s*:?\s*"
_BE = r"\s+(?:is|are|shall\s+be)\s+(?:hereby\s+)?"
_REPLACED = r"(?:deleted(?:\s+in\s+(?:its|their)\s+entirety)?\s+and\s+)?(?:replaced|substituted|restated)"
_CLAUSE = (
    r"(?P<word>clause|section|article|paragraph|schedule|exhibit|annex|appendix)\s+"
    r"(?P<number>[\dA-Z]+(?:\.\d+)*)(?P<deep>(?:\([a-z0-9]{1,4}\))*)"
)
_OF = r"(?:\s+(?:of|in|to)\s+(?:the|this)\s+[A-Z][\w’' -]{2,60}?)?"

_FROM = r"(?:with\s+effect\s+(?:from|on)\s+[^,“\"]{1,60},\s*)?"
_THE = r"(?:the\s+(?:words?|figures?|numbers?|amounts?|expression|phrase|term|date|period(?:\s+of)?)\s+)?"
_WORDS = re.compile(
    rf"{_QUOTED.format('old')}{_BE}{_REPLACED}{_BY}{_THE}{_QUOTED.format('new')}", re.IGNORECASE
)
_WORDS_GONE = re.compile(
    rf"{_QUOTED.format('old')}{_BE}(?:deleted|removed|struck\s+out)\s*(?=[.;]|$)", re.IGNORECASE
)
_WORDS_ADDED = re.compile(
    rf"{_QUOTED.format('new')}{_BE}(?:inserted|added)\s+(?:immediately\s+)?after\s+{_THE}{_QUOTED.format('old')}",
    re.IGNORECASE,
)
_BY_WORDS = re.compile(
    rf"{_CLAUSE}{_OF}{_BE}(?:amended|changed|varied|modified)\s+by\s+(?:"
    rf"(?:replacing|substituting)\s+{_THE}{_QUOTED.format('old')}\s+(?:with|by)\s+{_THE}{_QUOTED.format('new')}"
    rf"|deleting\s+{_THE}{_QUOTED.format('gone')}\s*(?=[.;]|$)"
    rf"|(?:inserting|adding)\s+{_THE}{_QUOTED.format('more')}\s+(?:immediately\s+)?after\s+{_THE}{_QUOTED.format('behind')})",
    re.IGNORECASE,
)
_WHOLE = re.compile(rf"{_CLAUSE}{_OF}{_BE}{_REPLACED}{_BY}(?=[{_OPEN}])", re.IGNORECASE)
_GONE = re.compile(
    rf"{_CLAUSE}{_OF}{_BE}(?:deleted|removed|repealed)(?:\s+in\s+its\s+entirety)?\s*(?=[.;]|$)", re.IGNORECASE
)
_ADDED = re.compile(
    rf"(?:a\s+)?new\s+(?:clause|section|article|paragraph)\s+[\d.]+{_OF}{_BE}(?:inserted|added)\s+"
    rf"(?:immediately\s+)?after\s+{_CLAUSE}{_OF}(?:\s+as\s+follows)?\s*:\s*(?=[{_OPEN}])",
    re.IGNORECASE,
)
_STARTS = re.compile(rf"{_FROM}(?:the\s+(?:whole|entirety|text)\s+of\s+)?", re.IGNORECASE)
"""What may stand in a sentence before the clause that it amends; "the first sentence of" may not."""
_IN = re.compile(
    rf"{_FROM}in\s+{_CLAUSE}{_OF}\s*,?\s*(?P<every>(?:in\s+)?each\s+place\s*,?\s*)?{_THE}", re.IGNORECASE
)
"""What may be said in a sentence before the words that it amends."""
_SENTENCES = re.compile(r"(?:[.;:]|^\s*\d{1,3}(?:\.\d{1,3})*[.)]?|^\s*\([a-z0-9]{1,4}\))\s+|\n")
_ROW = re.compile(
    r"(?:^|[,.;:]\s+|\band\s+)row\s+(?P<row>[\w-]+)\s+(?:is|shall\s+be)\s+(?:deleted\s+and\s+)?replaced\s+(?:by|with)[^:]{0,40}:",
    re.I,
)
_ROW_VALUE = re.compile(
    r"\brow\s+(?P<row>[\w-]+)\s+(?:is|shall\s+be)\s+(?:changed|amended|increased|reduced)\s+from\s+"
    r"(?P<old>[£$€]?[\w.,]+%?)\s+to\s+(?P<new>[£$€]?[\w.,]*\w%?)",
    re.IGNORECASE,
)
_TABLE = re.compile(
    r"(?:^|[,.;:]\s+|\band\s+)(?P<table>Table\s+\w+)\s+(?:is|shall\s+be)\s+(?:deleted\s+and\s+)?replaced\s+(?:by|with)[^:]{0,40}:"
)
_ROW_ADDED = re.compile(
    r"\ba\s+(?:new\s+)?row\s+is\s+(?:added|inserted)\s+at\s+the\s+end[^:]{0,40}:", re.IGNORECASE
)
_IN_TABLE = re.compile(r"\bTable\s+\w+\b")
_CHANGES = re.compile(
    r"\b(?:is|are|be)\s+(?:\w+\s+){0,2}?(?:replaced|substituted|restated|deleted|removed|struck|repealed|inserted|added"
    r"|amended|changed|varied|modified|revised|increased|reduced|extended|shortened)\b"
    r"|\bby\s+(?:replac|substitut|delet|remov|insert|add)ing\b",
    re.IGNORECASE,
)
"""A change that is told: what remains of an instruction after its changes were read must have none."""
_NUMBER = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,3})*)[.)]?\s")
_SCHEDULE = re.compile(r"(?:schedule|exhibit|annex|appendix)\s+\w+", re.IGNORECASE)
_ROW_STARTS = re.compile(r"[A-Z]{1,4}-?\d+\b")
_CONTENTS = re.compile(r"(?:\.{3,}|\||\s)\s*\d{1,3}$")


@dataclass(slots=True)
class Line:
    """A paragraph of the conformed agreement. changes: places in `Conformed.applied` of those that made it
    so."""

    text: str
    heading: bool = False
    changes: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Instruction:
    """What an amendment says, and where: "First Amendment, clause 2.2, p. 1".

    clause: what it amends. text: its words. reason: why it was not carried out; "" where it was.
    """

    source: str
    clause: str
    text: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Conformed:
    """An agreement as amended. applied, left: the instructions carried out, and those that were not."""

    lines: tuple[Line, ...]
    applied: tuple[Instruction, ...]
    left: tuple[Instruction, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """One change that an instruction makes.

    clause: the clause in which it is, as named ("clause 7.3"), or "" for a table. part: what is changed ("row
    F-3 of Table 2A", "new row of Table 4B", "Table 3B", "words"); "" for a whole clause. before, after: that
    part, or the clause of the words, on one line; before is "" where the part is new.
    """

    clause: str
    part: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Effects:
    """What an instruction makes of the agreement. reason: why it cannot be told; "" where it can."""

    changes: tuple[Effect, ...]
    reason: str = ""


class _Unclear(Exception):
    """An instruction that cannot be carried out without a guess. The text says why."""


def conform(agreement: Document, amendments: Sequence[Document]) -> Conformed:
    """Return the agreement with its amendments carried out in the order given.

    Only instructions whose words name one place and state the new words are carried out.
    """
    text = _Text([Line(item.text, item.heading) for item in paragraphs(agreement)])
    applied: list[Instruction] = []
    left: list[Instruction] = []
    for amendment in amendments:
        for instruction, block in _instructions(agreement, amendment):
            trial = text.copy()
            try:
                _carry_out(trial, block, len(applied))
            except _Unclear as reason:
                left.append(
                    Instruction(instruction.source, instruction.clause, instruction.text, str(reason))
                )
                continue
            text = trial
            applied.append(instruction)
        left += _not_read(agreement, amendment)
    return Conformed(tuple(text.lines), tuple(applied), tuple(left))


def effects(agreement: Document, amendment: Document) -> dict[str, Effects]:
    """Return what each instruction of an amendment changes in the agreement as it stands, by its words."""
    text = _Text([Line(item.text, item.heading) for item in paragraphs(agreement)])
    found = {}
    for instruction, block in _instructions(agreement, amendment):
        try:
            found[instruction.text] = Effects(tuple(_carry_out(text.copy(), block, 0)))
        except _Unclear as reason:
            found[instruction.text] = Effects((), str(reason))
    return found


def _instructions(agreement: Document, amendment: Document) -> Iterator[tuple[Instruction, list[str]]]:
    """Yield each instruction of an amendment, with its paragraphs."""
    found = paragraphs(amendment)
    told: dict[str, list[str]] = {}
    for item in find_amendments(agreement, amendment):
        told.setdefault(item.instruction, []).append(item.clause)
    for text, clauses in told.items():
        block = _block(found, text)
        source = _source(amendment, text, block[0] if block else None)
        yield Instruction(source, ", ".join(clauses), text), [item.text for item in block] or [text]


def _not_read(agreement: Document, amendment: Document) -> Iterator[Instruction]:
    """Yield the paragraphs that tell of a change and are no instruction that can be read."""
    read = {line for _, block in _instructions(agreement, amendment) for line in block}
    reason = "it has a condition, or says the change in words that are not read as an instruction"
    for item in paragraphs(amendment):
        if item.text not in read and not item.heading and tells_of_a_change(item.text):
            yield Instruction(_source(amendment, item.text, item), "", item.text, reason)


def _source(amendment: Document, text: str, first: Paragraph | None) -> str:
    """Return where an instruction is: "First Amendment, clause 2.2, p. 1"."""
    number = _NUMBER.match(text)
    place = page_reference(first.page, first.label) if first else ""
    return ", ".join(filter(None, (amendment.title, number and f"clause {number['number']}", place)))


def _block(found: Sequence[Paragraph], text: str) -> list[Paragraph]:
    """The paragraphs that hold the words of an instruction, without lines that come back on other pages."""
    left = text.split()
    counts: dict[str, int] = {}
    for item in found:
        counts[_bare(item.text)] = counts.get(_bare(item.text), 0) + 1
    for place, item in enumerate(found):
        if item.text.split()[:8] != left[: min(8, len(item.text.split()))]:
            continue
        block: list[Paragraph] = []
        rest = left
        for one in found[place:]:
            words = one.text.split()
            if not rest or (rest[: len(words)] != words and counts[_bare(one.text)] == 1):
                break
            if rest[: len(words)] != words:
                continue
            rest = rest[len(words) :]
            if counts[_bare(one.text)] == 1:
                block.append(one)
        if not rest:
            return block
    return []


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


# ---------------------------------------------------------------------- carrying out


def _carry_out(text: _Text, block: Sequence[str], change: int) -> list[Effect]:
    """Carry out every part of an instruction and return what it changed, or raise _Unclear."""
    made: list[Effect] = []
    whole = "\n".join(block)
    quotes = [match.span() for match in re.finditer(r"[“\"][^”\"]*[”\"]", whole)]
    said = list(whole)
    for start, end in quotes:
        said[start:end] = " " * (end - start)
    for pattern, act in _ACTS:
        for match in pattern.finditer(whole):
            if any(start < match.start() < end for start, end in quotes):
                continue
            text.clause_name, text.touched = "", []
            act(text, match, block, change)
            part = _part_of(match, block)
            made += [Effect(text.clause_name, part, before, after) for before, after in text.touched]
            said[match.start() : match.end()] = " " * (match.end() - match.start())
    if not made:
        raise _Unclear("it does not quote both the place and the new words")
    if _CHANGES.search("".join(said)[: len(block[0])]):
        raise _Unclear("not all of its changes could be read")
    return made


def _part_of(match: re.Match[str], block: Sequence[str]) -> str:
    """What of a clause an instruction changes, in words."""
    parts = match.groupdict()
    if parts.get("row"):
        return f"row {parts['row']} of {_table_before(block, match)}"
    if match.re is _ROW_ADDED:
        return f"new row of {_table_before(block, match)}"
    if parts.get("table"):
        return str(parts["table"])
    return "" if match.re in (_WHOLE, _GONE) else "new clause" if match.re is _ADDED else "words"


def _words(text: _Text, match: re.Match[str], block: Sequence[str], change: int) -> None:
    """Replace, delete or add words in the clause that is named before them."""
    place = _IN.fullmatch(_said_before(block, match))
    if place is None:
        raise _Unclear("the clause that it amends is not named right before its words")
    parts = match.groupdict()
    old, new = parts["old"], parts.get("new") or ""
    if match.re is _WORDS_ADDED:
        new = f"{old} {new}"
    text.replace(text.clause(place), old, new, change, every=bool(place["every"]))


def _by_words(text: _Text, match: re.Match[str], block: Sequence[str], change: int) -> None:
    """Replace, delete or add words in a clause that "is amended by" doing so."""
    _require_start(block, match)
    lines = text.clause(match)
    if match["gone"]:
        text.replace(lines, match["gone"], "", change, every=False)
    elif match["more"]:
        text.replace(lines, match["behind"], f"{match['behind']} {match['more']}", change, every=False)
    else:
        text.replace(lines, match["old"], match["new"], change, every=False)


def _said_before(block: Sequence[str], match: re.Match[str]) -> str:
    """What a sentence says before a place in it."""
    before = "\n".join(block)[: match.start()]
    starts = [found.end() for found in _SENTENCES.finditer(before)]
    return before[starts[-1] if starts else 0 :]


def _require_start(block: Sequence[str], match: re.Match[str]) -> None:
    if not _STARTS.fullmatch(_said_before(block, match)):
        raise _Unclear("it amends a part of a clause that has no number")


def _clause(text: _Text, match: re.Match[str], block: Sequence[str], change: int) -> None:
    _require_start(block, match)
    whole = "\n".join(block)[match.end() :].strip()
    if whole[-1] not in _CLOSE and not re.search(rf"[{_CLOSE}]\W*$", whole):
        raise _Unclear("the end of the new words is not clear")
    new = re.sub(rf"[{_CLOSE}]\W*$", "", whole[1:])
    if re.search('[“”"]', new) and new.count("“") != new.count("”"):
        raise _Unclear("the end of the new words is not clear")
    first, last = text.clause(match)
    if match.re is _ADDED:
        first = last
    text.put(first, last, new.split("\n"), change)


def _deleted(text: _Text, match: re.Match[str], block: Sequence[str], change: int) -> None:
    _require_start(block, match)
    first, last = text.clause(match)
    number = _NUMBER.match(text.lines[first].text)
    text.put(first, last, [f"{number['number'] if number else ''} [Deleted]".strip()], change)


def _row(text: _Text, match: re.Match[str], block: Sequence[str], change: int) -> None:
    name = match["row"]
    lines = text.row(text.table(_table_before(block, match)), name)
    starts = [place for place, line in enumerate(block) if re.match(rf"{re.escape(name)}\b", line)]
    if len(starts) != 1:
        raise _Unclear(f"the new row {name} is not clear")
    text.put(*lines, block[starts[0] :], change)


def _row_value(text: _Text, match: re.Match[str], block: Sequence[str], change: int) -> None:
    lines = text.row(text.table(_table_before(block, match)), match["row"])
    text.replace(lines, match["old"], match["new"], change, every=False)


def _table(text: _Text, match: re.Match[str], block: Sequence[str], change: int) -> None:
    name = match["table"]
    starts = [place for place, line in enumerate(block) if place and line.startswith(name)]
    if len(starts) != 1:
        raise _Unclear(f"the new {name} is not clear")
    text.put(*text.table(name), block[starts[0] :], change)


def _row_added(text: _Text, match: re.Match[str], block: Sequence[str], change: int) -> None:
    first, last = text.table(_table_before(block, match))
    rows = list(block[1:])
    heads = [place for place in range(first, last) if rows and text.lines[place].text == rows[0]]
    if len(heads) != 1 or len(rows) < 2:
        raise _Unclear("the new row does not follow the head of the table")
    text.put(last, last, rows[1:], change)


_ACTS = (
    (_WORDS, _words),
    (_WORDS_GONE, _words),
    (_WORDS_ADDED, _words),
    (_BY_WORDS, _by_words),
    (_WHOLE, _clause),
    (_ADDED, _clause),
    (_GONE, _deleted),
    (_ROW, _row),
    (_ROW_VALUE, _row_value),
    (_ROW_ADDED, _row_added),
    (_TABLE, _table),
)
"""What an instruction may state, and what carries it out."""


def _table_before(block: Sequence[str], match: re.Match[str]) -> str:
    names = _IN_TABLE.findall("\n".join(block)[: match.start()])
    if not names:
        raise _Unclear("it names no table")
    return str(names[-1])


class _Text:
    """The agreement while it is being amended.

    clause_name: the clause looked up last. touched: the words before and after of what was put or replaced.
    """

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.clause_name = ""
        self.touched: list[tuple[str, str]] = []

    def copy(self) -> _Text:
        return _Text([Line(line.text, line.heading, list(line.changes)) for line in self.lines])

    def put(self, first: int, last: int, new: Sequence[str], change: int) -> None:
        """Put paragraphs in the place of those from first up to last."""
        before = self._words(first, last)
        lines = [Line(text, changes=[change]) for text in new if text.strip()]
        self.lines[first:last] = lines
        self.touched.append((before, self._words(first, first + len(lines))))

    def _words(self, first: int, last: int) -> str:
        return " ".join(" ".join(line.text for line in self.lines[first:last]).split())

    def replace(self, lines: tuple[int, int], old: str, new: str, change: int, *, every: bool) -> None:
        """Replace words that occur once between two lines, or each time they do."""
        pattern = re.compile(rf"(?<!\w){re.escape(' '.join(old.split()))}(?!\w)")
        found = [(place, len(pattern.findall(self.lines[place].text))) for place in range(*lines)]
        count = sum(number for _, number in found)
        if not count:
            raise _Unclear(f"“{old}” is not in the words that it amends")
        if count > 1 and not every:
            raise _Unclear(f"“{old}” is {count} times in the words that it amends")
        before = self._words(*lines)
        for place, number in found:
            if number:
                line = self.lines[place]
                words = " ".join(pattern.sub(lambda _: new, line.text).split())
                line.text = words if new else re.sub(r"\s+(?=[.,;:])", "", words)
                line.changes.append(change)
        self.touched.append((before, self._words(*lines)))

    def clause(self, match: re.Match[str]) -> tuple[int, int]:
        """First and last of the paragraphs of a clause or schedule, its sub-clauses included."""
        word, number, deep = match["word"].lower(), match["number"], match["deep"]
        name = f"{match['word']} {number}{deep}"
        self.clause_name = f"{word} {number}{deep}"
        body = next(
            (
                place
                for place, line in enumerate(self.lines)
                if line.heading and _SCHEDULE.match(line.text) and not _CONTENTS.search(line.text)
            ),
            len(self.lines),
        )
        if word in ("schedule", "exhibit", "annex", "appendix"):
            start = re.compile(rf"{word}\s+{re.escape(number)}\b", re.IGNORECASE)
            places = [
                place
                for place, line in enumerate(self.lines)
                if place >= body and line.heading and start.match(line.text)
            ]
            ends = _SCHEDULE
        else:
            start = re.compile(
                rf"(?:(?:clause|section|article|§)\s*)?{re.escape(number)}[.)]?\s", re.IGNORECASE
            )
            places = [
                place
                for place, line in enumerate(self.lines[:body])
                if start.match(line.text) and not _CONTENTS.search(line.text)
            ]
            ends = None
        if len(places) != 1:
            raise _Unclear(f"{name} was found {len(places)} times" if places else f"{name} was not found")
        first = places[0]
        last = first + 1
        limit = body if ends is None else len(self.lines)
        while last < limit and not self._ends(last, number, ends):
            last += 1
        return self._part(first, last, deep, name) if deep else (first, last)

    def _ends(self, place: int, number: str, ends: re.Pattern[str] | None) -> bool:
        line = self.lines[place]
        if ends is not None:
            return line.heading and ends.match(line.text) is not None
        found = re.match(
            r"(?:(?:clause|section|article|§)\s*)?(\d{1,3}(?:\.\d{1,3})*)[.)]?\s", line.text, re.I
        )
        return line.heading or (found is not None and not found.group(1).startswith(f"{number}."))

    def _part(self, first: int, last: int, deep: str, name: str) -> tuple[int, int]:
        """A lettered part of a clause, such as (b)."""
        letters = re.findall(r"\([a-z0-9]{1,4}\)", deep)
        places = [place for place in range(first, last) if self.lines[place].text.startswith(letters[-1])]
        if len(letters) > 1 or len(places) != 1:
            raise _Unclear(f"{name} was not found as a paragraph of its own")
        after = next(
            (
                place
                for place in range(places[0] + 1, last)
                if re.match(r"\([a-z0-9]{1,4}\)", self.lines[place].text)
            ),
            last,
        )
        return places[0], after

    def table(self, name: str) -> tuple[int, int]:
        """First and last of the paragraphs of a table, its title included."""
        title = re.compile(rf"{re.escape(name)}\s*(?:[:.–-]|$)")
        places = [place for place, line in enumerate(self.lines) if title.match(line.text)]
        if len(places) != 1:
            raise _Unclear(f"{name} was found {len(places)} times" if places else f"{name} was not found")
        last = places[0] + 1
        while last < len(self.lines) and not self._after_table(last):
            last += 1
        return places[0], last

    def _after_table(self, place: int) -> bool:
        line = self.lines[place]
        opens = re.match(r"Table\s+\w+\s*[:.–-]|\d{1,2}(?:\.\d{1,2})*[.)]?\s+[A-Z]", line.text)
        return opens is not None or (line.heading and " | " not in line.text)

    def row(self, table: tuple[int, int], name: str) -> tuple[int, int]:
        """First and last of the paragraphs of a row, by what it begins with."""
        places = [
            place for place in range(*table) if re.match(rf"{re.escape(name)}\b", self.lines[place].text)
        ]
        if len(places) != 1:
            raise _Unclear(
                f"row {name} was found {len(places)} times" if places else f"row {name} was not found"
            )
        last = places[0] + 1
        while last < table[1] and not _ROW_STARTS.match(self.lines[last].text):
            last += 1
        return places[0], last
