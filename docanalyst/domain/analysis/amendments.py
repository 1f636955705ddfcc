"""What an amendment says it does to the clauses of another document, each beside the clause amended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from docanalyst.domain.documents import Document, Span
from docanalyst.domain.language.running_text import RunningText

LONGEST = 20_000
"""Characters of an instruction, and of a clause, that are kept: a file could name one schedule endlessly."""

_ACTIONS = {
    "replaced": r"replaced|substituted|restated|superseded",
    "deleted": r"deleted|removed|struck|cease\w*|repealed|terminated|(?:of\s+)?no\s+(?:further|longer)",
    "added": r"inserted|added",
    "amended": r"amended|varied|modified|revised|changed|increased|reduced|extended?|shortened|renewed|read",
}
_PASSIVE = re.compile(
    r"(?P<modal>\b(?:may|can(?:not)?|could|might|would|must|should|need|not|never)\s+(?:only\s+)?)?\b(?:is|are|be|been|being|shall|will|by|has|have)\s+"
    r"(?P<between>(?:\w+\s+){0,3}?)(?:"
    + "|".join(rf"(?P<{name}>{form})" for name, form in _ACTIONS.items())
    + r")\b",
    re.IGNORECASE,
)
_ACTIVE = re.compile(
    r"\bhereby\s+(?:(?P<replaced>replace|restate)|(?P<deleted>delete|remove|terminate)|(?P<added>add|insert)"
    r"|(?P<amended>amend|extend|modify|change|increase|reduce))s?\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:not|never|neither|nor|hardly)\b", re.IGNORECASE)
_NOTHING = re.compile(
    r"\W*(?:[\d.]+\s+)?(?:except|nothing|no|none|neither|if|unless|until|where|whether|provided)\b",
    re.IGNORECASE,
)
"""A sentence that begins so instructs nothing: it keeps, excepts or sets a condition."""
_SENTENCE = re.compile(r"(?<=[.;])\s+(?:and\s+)?(?=[A-Z(“])")
_NUMBER = r"(?:\d{1,3}(?:\.\d{1,3}){0,4}|[IVXLC]{1,6}\b|[A-Z]\b)(?:\([a-z0-9]{1,4}\)){0,3}"
_REFERENCE = re.compile(
    r"(?<!this )\b(?P<word>clause|section|article|paragraph|schedule|exhibit|annex|appendix|part)(?:s|es)?\s+"
    rf"(?P<numbers>{_NUMBER}(?:(?:,\s+and|,|\s+and|\s+or|\s*&|\s+to|\s+through|\s*[–-])\s*{_NUMBER}){{0,20}})",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"(?P<through>(?:to|through|[–-])\s*)?(?P<number>[^\s,(&–-]+)(?P<deep>(?:\([a-z0-9]{1,4}\))*)"
)
_PERIOD = re.compile(
    r"\bthe\s+(?P<name>(?:[A-Z][\w’'-]{1,20}\s+){0,3}(?:Term|Period|Date|term|period|date|deadline))\b"
    r"[^.;]{0,160}?\b(?:is|are|be)\s+(?:\w+\s+){0,2}?extended\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"][^”\"]{0,20000}[”\"]")
_ELSEWHERE = re.compile(
    r"\b(?:amended|varied|modified|changed)\s+(?:\w+\s+){0,2}?(?:as\s+(?:follows|set\s+out|provided|stated|specified)|in\s+accordance)"
    r"|\bremains?\s+(?:\w+\s+){0,2}?in\s+(?:full\s+)?force\b",
    re.IGNORECASE,
)
"""What only leads to the changes, or keeps the rest."""
_OWN = re.compile(r"\s+(?:of\s+this\b|hereof\b|above\b|below\b)", re.IGNORECASE)
_IS_PLACE = re.compile(r"\b(?:in|to|of|after|under)\s+(?:the\s+)?$", re.IGNORECASE)
"""Words before a clause in which something is added: the clause itself is not."""
_NAMED = re.compile(
    r"\b(?:amendment|amending|addendum|variation|supplement(?:al)?|side\s+letter|modification|novation|waiver)\b",
    re.IGNORECASE,
)
"""What a document that amends another calls itself, at its beginning."""
OPENING = 3_000
"""Characters in which a document names itself and its parties."""
_COMPANY = re.compile(
    r"(?P<name>[A-Z][\w&’'-]*(?:[ ,]{1,2}(?:[A-Z][\w&’'-]*|of|and|&)){0,5}?),?\s+"
    r"(?:Limited|Ltd|plc|PLC|LLC|L\.L\.C|LLP|LP|L\.P|Inc|INC|Incorporated|Corp|Corporation|GmbH|AG|SE|S\.A|SAS|B\.?V|"
    r"N\.?V|Pty|Co)\b"
)
_INSIDE = ("clause", "section", "article", "paragraph")


@dataclass(frozen=True, slots=True)
class Amended:
    """One instruction. action: replaced, deleted, added or amended. clause: as the amendment names it.

    instruction, span: the words of the amendment. standing, standing_span: the clause of the other document
    as it stands; "" and None where that document has no clause of this number. Words beyond LONGEST are left
    out and end in " …"; the spans always hold the whole.
    """

    action: str
    clause: str
    instruction: str
    span: Span
    standing: str
    standing_span: Span | None


def find_amendments(agreement: Document, amendment: Document) -> tuple[Amended, ...]:
    """What `amendment` says it does to clauses of `agreement`, in its order."""
    return tuple(_read(RunningText(agreement), RunningText(amendment)))


def tells_of_a_change(text: str) -> bool:
    """Return whether words name a clause or schedule of another document and a change, in whatever form.

    So they do where `find_amendments` reads no instruction: "Unless the Buyer agrees, clause 4 is deleted".
    """
    bare = _QUOTED.sub("“…”", text)
    if bare.rstrip().endswith(":") or _ELSEWHERE.search(bare):
        return False
    named = any(not _OWN.match(bare, reference.end()) for reference in _REFERENCE.finditer(bare))
    return named and bool(_PASSIVE.search(bare) or _ACTIVE.search(bare))


def is_amendment(amendment: Document) -> bool:
    """Return whether a document calls itself an amendment, in its title or at its beginning."""
    return _NAMED.search(amendment.title) is not None or _NAMED.search(_opening(amendment)) is not None


def has_other_parties(agreement: Document, amendment: Document) -> bool:
    """Return whether the amendment names companies at its beginning, and the agreement names none of them."""
    names = {" ".join(match["name"].split()).casefold() for match in _COMPANY.finditer(_opening(amendment))}
    text = " ".join(" ".join(page.text for page in agreement.pages).split()).casefold()
    return bool(names) and not any(name in text for name in names)


def _heads(document: Document) -> frozenset[str]:
    """The first and last lines that every page has, bare: the name of the amendment, no part of a clause.

    A reader of pages keeps such a line where it says what a page is about ("Amendment 2").
    """
    edges = []
    for page in document.pages:
        lines = [bare for line in page.text.split("\n") if (bare := _bare(line))]
        edges.append({*lines[:1], *lines[-1:]})
    return frozenset.intersection(*map(frozenset, edges)) if len(edges) > 1 else frozenset()


def _bare(line: str) -> str:
    return "".join(filter(str.isalnum, line.casefold()))


def _opening(document: Document) -> str:
    return "\n".join(page.text for page in document.pages[:2])[:OPENING]


def _read(agreement: RunningText, amendment: RunningText) -> Iterator[Amended]:
    standing = _clauses(agreement)
    heads = _heads(amendment.document)
    for start, end in _bounds(amendment):
        lines = amendment.text[start:end].split("\n")
        text = "\n".join(line for line in lines if _bare(line) not in heads)
        told: set[str] = set()
        for action, word, number, deep in _instructions(_QUOTED.sub("“…”", text)):
            clause = f"{word} {number}{deep}".strip()
            if clause in told:
                continue
            told.add(clause)
            labels = (
                (f"§ {number}", f"Article {number}")
                if word in _INSIDE
                else (f"{word.capitalize()} {number}",)
            )
            found = next((standing[label] for label in labels if label in standing), None)
            yield Amended(
                action,
                clause,
                _kept(text),
                amendment.span(start, end),
                _kept(agreement.text[found[0] : found[1]]) if found else "",
                agreement.span(*found) if found else None,
            )


def _instructions(said: str) -> Iterator[tuple[str, str, str, str]]:
    """Action, word, number and sub-paragraphs of each clause that the sentences of a text change.

    A period that is extended without a clause being named has its own name for a word.
    """
    for sentence in _SENTENCE.split(said):
        action = _action(sentence)
        if not action:
            continue
        reference = _REFERENCE.search(sentence)
        if reference:
            if action == "added" and _IS_PLACE.search(sentence[: reference.start()]):
                action = "amended"
            yield from ((action, *one) for one in _named(reference))
        elif period := _PERIOD.search(sentence):
            yield action, " ".join(period["name"].split()), "", ""


def _action(sentence: str) -> str:
    """What a sentence does to a clause; "" where it does nothing or only says what may happen."""
    if _NOTHING.match(sentence):
        return ""
    actions = {
        name
        for match in (*_PASSIVE.finditer(sentence), *_ACTIVE.finditer(sentence))
        for name in _ACTIONS
        if match[name] and not _is_denied(match)
    }
    if "deleted" in actions and re.search(r"\band\s+replaced\b", sentence):
        actions.add("replaced")
    return next((name for name in _ACTIONS if name in actions), "")


def _is_denied(match: re.Match[str]) -> bool:
    parts = match.groupdict()
    return bool(parts.get("modal") or _NEGATION.search(parts.get("between") or ""))


def _named(reference: re.Match[str]) -> Iterator[tuple[str, str, str]]:
    """Word, number and sub-paragraphs of each clause of "Sections 10.1, 10.2(a) and 10.4 to 10.6"."""
    word = reference["word"].lower()
    before = ""
    numbers = re.sub(r"\b(?:and|or)\b", " ", reference["numbers"], flags=re.IGNORECASE)
    for match in _ONE.finditer(numbers):
        number = match["number"].strip(".")
        if match["through"]:
            yield from ((word, between, "") for between in _between(before, number))
        yield word, number, match["deep"]
        before = number


def _between(first: str, last: str) -> list[str]:
    """The clauses between two of one parent: "10.1", "10.4" → 10.2 and 10.3; at most a hundred."""
    parent, _, start = first.rpartition(".")
    other, _, end = last.rpartition(".")
    if parent != other or not (start.isdigit() and end.isdigit()) or not 1 < int(end) - int(start) <= 100:
        return []
    return [f"{parent}.{number}".lstrip(".") for number in range(int(start) + 1, int(end))]


def _kept(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} …"


def _bounds(running: RunningText) -> list[tuple[int, int]]:
    """Start and end of each clause in the running text."""
    starts = [running.offset(clause.page, clause.start) for clause in running.clauses.all]
    return list(pairwise([*starts, len(running.text)]))


def _clauses(running: RunningText) -> dict[str, tuple[int, int]]:
    """Start and end of each clause by label, its sub-clauses included. The longest of a label counts."""
    found: dict[str, tuple[int, int]] = {}
    labels = [(clause.label, running.offset(clause.page, clause.start)) for clause in running.clauses.all]
    for index, (label, start) in enumerate(labels):
        word, _, _ = label.rpartition(" ")
        end = len(running.text)
        for other, at in labels[index + 1 :]:
            if not other.startswith(f"{label}.") and (word == "§" or not other.startswith("§")):
                end = at
                break
        if label not in found or end - start > found[label][1] - found[label][0]:
            found[label] = (start, end)
    return found
