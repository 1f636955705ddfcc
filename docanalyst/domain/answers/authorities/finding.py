"""The authorities of a text: cases, statutes, dockets, identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from docanalyst.domain.answers.authorities.cases import Slot, slots
from docanalyst.domain.answers.authorities.patterns import case_names, formed
from docanalyst.domain.answers.authorities.reporters import code

VERSUS = re.compile(r"[ \n\u00a0]{1,2}vs?\.?[ \n\u00a0]{1,2}")
_SIGNAL = re.compile(
    r"^(?:(?!In re\b)(?:See|Cf|In|The|And|But|Under|As|While|Court|Accord|Compare|Citing|Both|Although|"
    r"However|Unlike|Like|Per|On|For|With)\b[,.]?[ \n]{1,2})+"
)
_SIGNAL_INSIDE = re.compile(
    r"\.\s{1,2}(?:But\s)?(?:[Ss]ee|Cf\.|Accord|Compare|Citing|Quoting|In(?!\sre\b)|Under)"
    r"(?:,\se\.\s?g\.)?,?\s{1,2}"
)
"""A signal that opens the next sentence: "…the Commerce Clause. See Sporhase v. Nebraska"."""
_TRAILING = re.compile(
    r"(?:[ \n\u00a0]{1,2}(?:of|the|and|&|it|in|a|an|this|that|he|she|they|we|see|id|at|under|its)\.?)+$",
    re.IGNORECASE,
)


_PLAIN_NAME = re.compile(
    r"(?:[A-Z][a-z]+[\w’'-]*|[A-Z]\.|&|of|the|and)(?:,? (?:[A-Z][a-z]+[\w’'-]*\.?|[A-Z]\.|&|of|the|and))*\.?"
)


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority cited in a text.

    Attributes:
        text: as cited, on one line.
        kind: case, case name, statute, docket, doi, or record: a page of the record of the case itself.
        start, end: offsets into the text.
        slot: volume, reporter and page, where it is cited by them.
    """

    text: str
    kind: str
    start: int
    end: int
    slot: Slot | None = None


def authorities(text: str) -> list[Authority]:
    """The authorities that a text cites, in order; of two that overlap the longer."""
    return _merged(text, formed(text))


def cases(text: str) -> list[Authority]:
    """The cases that a text cites by name or by place, in order: quicker than all `authorities`."""
    return _merged(text, case_names(text))


def _merged(text: str, forms: Iterable[tuple[str, int, int]]) -> list[Authority]:
    found = [_of_slot(text, slot) for slot in slots(text)]
    for kind, first, end in forms:
        start, words = first, _trimmed(text[first:end])
        if kind in ("case name", "statute"):
            inner = max((match.end() for match in _SIGNAL_INSIDE.finditer(words)), default=0)
            start, words = start + inner, words[inner:]
            signal = _SIGNAL.match(words)
            start, words = (start + signal.end(), words[signal.end() :]) if signal else (start, words)
        if kind == "case name":
            words = _TRAILING.sub("", words)
            if not _is_name(words):
                continue
        found.append(Authority(" ".join(words.split()), kind, start, start + len(words)))
    found.sort(key=lambda item: (item.start, -item.end))
    kept: list[Authority] = []
    for item in found:
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
        elif item.end - item.start > kept[-1].end - kept[-1].start:
            kept[-1] = item
    return kept


def _of_slot(text: str, slot: Slot) -> Authority:
    kind = "record" if slot.record else "statute" if code(slot.reporter) else "case"
    return Authority(" ".join(text[slot.start : slot.end].split()), kind, slot.start, slot.end, slot)


def _is_name(words: str) -> bool:
    """Whether words have the form of a case's name and not of a comparison ("IG vs. CG") or a list mark."""
    if words.startswith(("In re", "Ex parte")):
        return True
    versus = VERSUS.search(words)
    if versus is None:
        return False
    sides = words[: versus.start()], words[versus.end() :]
    if "vs" in versus[0]:
        return all(_PLAIN_NAME.fullmatch(" ".join(side.split())) for side in sides)
    return not (len(sides[0].split()) > 2 and sides[0].isupper() and not sides[1].isupper())


def _trimmed(words: str) -> str:
    words = words.rstrip(".,;:’'-\n ")
    while words.endswith(")") and words.count(")") > words.count("("):
        words = words[:-1].rstrip(".,;:’'\n ")
    if words.count("(") > words.count(")"):
        words += ")" if re.search(r"\([\w]{1,4}$", words) else ""
    return words
