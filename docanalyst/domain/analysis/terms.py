"""Defined terms of a document: where each is defined and used, and what is undefined. No model needed.

Definitions are recognised in English only.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docanalyst.domain.analysis.definitions import LONGEST_TERM, Found, definitions_in, singular
from docanalyst.domain.documents import Document, Span
from docanalyst.domain.language.months import MONTHS
from docanalyst.domain.language.running_text import RunningText

DUTY_EVERY = 400
"""Words among which a contract has at least one "shall", "hereby" or the like."""
NEAR = 150
"""Characters within which the forms of one term are one definition: (a “Unit”, together the “Units”)."""
DEFINITION_LENGTH = 700
"""Characters of a definition that are kept, at most."""

_WORD = re.compile(r"[^\W_]+(?:[’'&/.-][^\W_]+)*")
_ELSEWHERE = re.compile(
    r"[^.\n]{0,80}(?:capitali[sz]ed\s+(?:terms|words)|\b(?:terms|words|expressions)\s+(?:defined|used))"
    r"[^.]{0,160}(?:meanings?|defined|ascribed)[^.]{0,200}\.",
    re.IGNORECASE,
)
_DETERMINERS_TEXT = "the such any each a an all every no its their this said that these those"
_DETERMINERS = frozenset(_DETERMINERS_TEXT.split())
_ORDINARY_TEXT = """
section sections article articles clause clauses schedule schedules exhibit exhibits annex appendix paragraph
part chapter table figure act rule rules regulation regulations code title page
monday tuesday wednesday thursday friday saturday sunday
united state states kingdom federal european union america american english court courts mr mrs ms dr
inc ltd llc corp corporation president secretary internet delaware new york california texas england wales
commission securities north south east west city county republic international national law laws university
department ministry chief vice director agreement
one two three four five six seven eight nine ten hundred thousand
dollars
"""
_ORDINARY = frozenset([*_ORDINARY_TEXT.split(), *map(str.lower, MONTHS)])
"""Words that are capitalised without being terms."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A place where a term is defined. text: the definition, on one line. section: "§ 1.2", or None.

    reference: it only points to another place ("has the meaning given in Section 4").
    """

    text: str
    span: Span
    page_label: str | None
    section: str | None
    reference: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A term with its definitions and its uses elsewhere. Without any it is used as if it had one."""

    name: str
    definitions: tuple[Definition, ...]
    uses: tuple[Span, ...]

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages on which it is used."""
        return tuple(dict.fromkeys(span.page_number for span in self.uses))

    @property
    def defined_twice(self) -> bool:
        """Whether more than one place gives it a meaning of its own."""
        return sum(not definition.reference for definition in self.definitions) > 1


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a document.

    defined: by name. undefined: capitalised like terms and never defined, the most used first. elsewhere:
    sentences that give terms the meaning they have in another document.
    """

    defined: tuple[Term, ...]
    undefined: tuple[Term, ...]
    elsewhere: tuple[Definition, ...]

    @property
    def defined_twice(self) -> tuple[Term, ...]:
        """The terms with more than one definition."""
        return tuple(term for term in self.defined if term.defined_twice)

    @property
    def unused(self) -> tuple[Term, ...]:
        """The terms that are defined and never used."""
        return tuple(term for term in self.defined if not term.uses)


def find_terms(document: Document) -> Terms:
    """The defined terms of a document, and capitalised ones that it uses without a definition."""
    text = RunningText(document)
    places: dict[tuple[str, ...], list[Found]] = defaultdict(list)
    for found in definitions_in(text.text):
        key = _key(found.term)
        if key and not any(abs(other.term_start - found.term_start) < NEAR for other in places[key]):
            places[key].append(found)
    words = [
        (match.group(), match.start())
        for match in _WORD.finditer(text.text)
        if not text.in_heading(match.start())
    ]
    defining = {found.term_start for founds in places.values() for found in founds}
    uses, covered = _uses(text, words, set(places), defining)
    defined = [
        Term(founds[0].term, tuple(_definition(text, found) for found in founds), tuple(uses[key]))
        for key, founds in places.items()
        if founds
    ]
    return Terms(
        tuple(sorted(defined, key=lambda term: term.name.casefold())),
        tuple(_undefined(text, words, set(places), covered)),
        tuple(
            _definition(text, Found("", match.start(), match.start(), match.end(), True))
            for match in _ELSEWHERE.finditer(text.text)
        ),
    )


def _definition(text: RunningText, found: Found) -> Definition:
    """A definition with its place."""
    span = text.span(found.start, found.end)
    words = " ".join(text.text[found.start : found.end].split())
    shown = words if len(words) <= DEFINITION_LENGTH else words[:DEFINITION_LENGTH].rsplit(" ", 1)[0] + " …"
    return Definition(
        shown, span, text.page_label(found.start), text.section(found.term_start), found.reference
    )


def _key(term: str) -> tuple[str, ...]:
    """A term as compared: its words, the last one in the singular."""
    words = _WORD.findall(term)
    return (*words[:-1], singular(words[-1])) if words else ()


def _uses(
    text: RunningText, words: Sequence[tuple[str, int]], keys: set[tuple[str, ...]], defining: set[int]
) -> tuple[dict[tuple[str, ...], list[Span]], set[int]]:
    """Where terms stand outside their own definitions, the longest first; and every word they cover."""
    covered: set[int] = set()
    uses: dict[tuple[str, ...], list[Span]] = defaultdict(list)
    upper = {tuple(word.upper() for word in key): key for key in keys}
    firsts = {key[0] for key in keys} | {key[0] for key in upper} | {singular(key[0]) for key in keys}
    position = 0
    while position < len(words):
        word, start = words[position]
        if word in firsts or singular(word) in firsts:
            for size in range(min(LONGEST_TERM, len(words) - position), 0, -1):
                run = [item for item, _ in words[position : position + size]]
                key = (*run[:-1], singular(run[-1]))
                match = (
                    key if key in keys else upper.get(key) if all(item.isupper() for item in run) else None
                )
                if match is not None and _together(text.text, words, position, size):
                    end = words[position + size - 1][1] + len(run[-1])
                    if start not in defining:
                        uses[match].append(text.span(start, end))
                    covered.update(range(position, position + size))
                    position += size - 1
                    break
        position += 1
    return uses, covered


def _together(text: str, words: Sequence[tuple[str, int]], position: int, size: int) -> bool:
    """Whether nothing but blanks stands between the words of a run."""
    return all(
        text[words[index][1] + len(words[index][0]) : words[index + 1][1]].isspace()
        for index in range(position, position + size - 1)
    )


def _undefined(
    text: RunningText, words: Sequence[tuple[str, int]], keys: set[tuple[str, ...]], covered: set[int]
) -> Iterator[Term]:
    """Capitalised runs within sentences that no definition covers.

    One counts that follows a determiner twice, or whose last word the document also writes small ("Qualified
    Personnel" beside "personnel"): names of people and places do neither. Only where the writing is that of a
    contract or a statute.
    """
    duties = sum(word in ("shall", "hereby", "hereto", "herein", "hereunder") for word, _ in words)
    if duties * DUTY_EVERY < len(words):
        return
    small = {singular(word) for word, _ in words if word.islower()}
    found: dict[tuple[str, ...], list[Span]] = defaultdict(list)
    pointed: Counter[tuple[str, ...]] = Counter()
    names: dict[tuple[str, ...], str] = {}
    for run, before, start, end in _capitalised(text.text, words, covered):
        key = (*run[:-1], singular(run[-1]))
        if not _covered(key, keys) and not any(word.lower() in _ORDINARY for word in run):
            found[key].append(text.span(start, end))
            pointed[key] += before in _DETERMINERS
            names.setdefault(key, re.sub(r"[’'](?:s)?$", "", " ".join(run)))
    for key, spans in sorted(found.items(), key=lambda item: -len(item[1])):
        if pointed[key] > 1 or (len(key) > 1 and key[-1].lower() in small):
            yield Term(names[key], (), tuple(spans))


def _capitalised(
    text: str, words: Sequence[tuple[str, int]], covered: set[int]
) -> Iterator[tuple[list[str], str, int, int]]:
    """Runs of capitalised words after a small word, with that word, unless terms cover all of them."""
    position = 1
    while position < len(words):
        before = words[position - 1][0]
        if not before.islower() or not _together(text, words, position - 1, 2):
            position += 1
            continue
        size = 0
        while position + size < len(words) and _is_capitalised(words[position + size][0]):
            if size == LONGEST_TERM or (size and not _together(text, words, position + size - 1, 2)):
                break
            size += 1
        if size and not covered.issuperset(range(position, position + size)):
            run = [word for word, _ in words[position : position + size]]
            end = words[position + size - 1][1] + len(run[-1])
            if not _titled(text[text.rfind("\n", 0, words[position - 1][1]) + 1 : end + 1]):
                yield run, before, words[position][1], end
        position += max(1, size)


def _is_capitalised(word: str) -> bool:
    """Whether a word begins with a capital and is no acronym."""
    return word[0].isupper() and any(letter.islower() for letter in word)


def _titled(line: str) -> bool:
    """Whether a line so far is written like a heading: nearly all of its words have capitals."""
    words = _WORD.findall(line)
    return len(words) > 3 and sum(word[0].isupper() or word[0].isdigit() for word in words) >= 0.8 * len(
        words
    )


def _covered(key: tuple[str, ...], keys: set[tuple[str, ...]]) -> bool:
    """Whether a run is a defined term, or made of defined terms."""
    if not key or key in keys:
        return True
    return any(
        ((*key[: size - 1], singular(key[size - 1])) in keys) and _covered(key[size:], keys)
        for size in range(1, len(key) + 1)
    )
