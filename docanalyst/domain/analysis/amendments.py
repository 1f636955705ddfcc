"""What an amendment says it does to the clauses of another document, each beside the clause as it stands."""

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
    "replaced": r"replaced|substituted|restated",
    "deleted": r"deleted|removed|struck|cease\w*",
    "added": r"inserted|added",
    "amended": r"amended|varied|modified|revised|changed|increased|reduced|extended|read",
}
_ACTION = re.compile(
    r"\b(?:is|are|be|been|shall|by)\s+(?:\w+\s+){0,3}?(?:"
    + "|".join(rf"(?P<{name}>{form})" for name, form in _ACTIONS.items())
    + r")\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(?<!this )\b(?P<word>clause|section|article|paragraph|schedule|exhibit|annex|appendix|part)s?\s+"
    r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,4}|[IVXLC]{1,6}\b|[A-Z]\b)(?P<deep>(?:\([a-z0-9]{1,4}\)){0,3})",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"][^”\"]{0,20000}[”\"]")
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


def _read(agreement: RunningText, amendment: RunningText) -> Iterator[Amended]:
    standing = _clauses(agreement)
    for start, end in _bounds(amendment):
        text = amendment.text[start:end]
        said = _QUOTED.sub("“…”", text)
        actions = {name for match in _ACTION.finditer(said) for name in _ACTIONS if match[name]}
        if "deleted" in actions and re.search(r"\band\s+replaced\b", said):
            actions.add("replaced")
        action = next((name for name in _ACTIONS if name in actions), "")
        reference = _REFERENCE.search(said)
        if not action or not reference or re.match(r"\W*(?:[\d.]+\s+)?except\b", said, re.IGNORECASE):
            continue
        word, number = reference["word"].lower(), reference["number"]
        labels = (
            (f"§ {number}", f"Article {number}") if word in _INSIDE else (f"{word.capitalize()} {number}",)
        )
        found = next((standing[label] for label in labels if label in standing), None)
        yield Amended(
            action,
            f"{word} {number}{reference['deep']}",
            _kept(text),
            amendment.span(start, end),
            _kept(agreement.text[found[0] : found[1]]) if found else "",
            agreement.span(*found) if found else None,
        )


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
