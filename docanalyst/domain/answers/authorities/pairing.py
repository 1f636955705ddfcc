"""Which authorities of an answer the documents name, and whether they pair name, place, court and year alike.

A model can name a case that no document holds, and one that does not exist; or give a true name with the
place of another case. Whether an authority exists is beyond what can be checked here; whether the documents
name it, and how, is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from docanalyst.domain.answers.authorities.cases import Slot, slots
from docanalyst.domain.answers.authorities.finding import VERSUS, Authority, authorities, cases
from docanalyst.domain.documents import Document
from docanalyst.domain.language.folding import fold

_SECTION_WORD = re.compile(
    r"§+|\bof[ \n\u00a0]the(?=[ \n\u00a0](?:GDPR|DSGVO|ECHR|TFEU|TEU))|"
    r"\b(?:sections?|secs?\.|articles?|art\.|s\.)(?=[ \n\u00a0]{0,2}\d)|"
    r"(?<=L\.)[ \n\u00a0]{0,2}nos?\.(?=[ \n\u00a0]{0,2}\d)",
    re.IGNORECASE,
)
_COMPANY = frozenset(
    (
        "inc",
        "llc",
        "ltd",
        "corp",
        "co",
        "company",
        "the",
        "of",
        "and",
        "lp",
        "plc",
        "gmbh",
        "sa",
        "ag",
        "et",
        "al",
    )
)
_PUBLIC = _COMPANY | {
    "united",
    "states",
    "state",
    "people",
    "commonwealth",
    "city",
    "county",
    "in",
    "re",
    "ex",
    "parte",
}
"""Words of a party that tell no case from another."""
_BETWEEN = re.compile(r"[,;]?\s{0,2}(?:supra,\s)?(?:\((?:1[6-9]|20)\d\d\),?\s)?(?:at\s)?$")
_PARALLEL = re.compile(r",\s{1,2}(?:\d{1,5}(?:[-–]\d{1,5})?,\s{1,2})?$")
_BEFORE = 160
"""Characters before a citation by place in which a document may name its case: a long name and an aside."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A case as a text cites it: its name where one is before the place, and the place."""

    name: Authority | None
    slot: Slot


@dataclass(frozen=True, slots=True)
class Mispaired:
    """A case whose parts the documents do not put together so.

    Attributes:
        text: name and place as the answer gives them.
        part: what differs: name, court or year.
        given: that part in the answer.
        found: what the documents have there; "" where they have the name and the place only apart.
    """

    text: str
    part: str
    given: str
    found: str

    @property
    def sentence(self) -> str:
        """What is wrong, for people."""
        if not self.found:
            return f"“{self.text}”: your documents name the case and the place, but not together."
        return f"“{self.text}”: your documents give another {self.part} for this citation: {self.found}."


def cited_cases(text: str, found: Sequence[Authority] | None = None) -> list[Cited]:
    """The citations by place of a text, each with the name of its case where one is before it.

    A parallel citation ("410 U.S. 113, 93 S. Ct. 705") has the name of the first.
    """
    cited: list[Cited] = []
    before: Authority | None = None
    for item in cases(text) if found is None else found:
        if item.slot is not None and item.kind == "case":
            name = None
            if before is not None:
                between = text[before.end : item.start]
                if before.kind == "case name" and _BETWEEN.fullmatch(between.lstrip(".")):
                    name = before
                elif before.slot is not None and cited and _PARALLEL.fullmatch(between):
                    name = cited[-1].name
            cited.append(Cited(name, item.slot))
        before = item
    return cited


def foreign_authorities(answer: str, documents: Sequence[Document]) -> list[Authority]:
    """The authorities of an answer that none of the documents names, each once, in order."""
    cited = list({item.text.casefold(): item for item in reversed(authorities(answer))}.values())[::-1]
    cited = [item for item in cited if item.kind != "record"]
    if not cited:
        return []
    texts = [_text(document) for document in documents]
    bare = [_SECTION_WORD.sub(" ", text) for text in texts]
    folded = [fold(text) for text in bare]
    places = {slot.key for text in texts for slot in slots(text)}
    missing: list[Authority] = []
    for item in cited:
        named = item.slot is not None and item.slot.key in places
        named = named or any(_named(item.text, text, words) for text, words in zip(bare, folded, strict=True))
        if not named and item.kind == "case name":
            named = any(parties_meet(item.text, text) for text in texts)
        if not named:
            missing.append(item)
    return missing


def mispaired_cases(answer: str, documents: Sequence[Document]) -> list[Mispaired]:
    """The cases of an answer whose name, place, court and year the documents do not put together so.

    Only a place that some document cites is judged: of another nothing is known here. A part that the
    documents leave out contradicts nothing.
    """
    cited = [case for case in cited_cases(answer) if case.name or case.slot.court or case.slot.year]
    if not cited:
        return []
    texts = [_text(document) for document in documents]
    there: dict[tuple[str, str, str], list[tuple[str, Cited]]] = {}
    for text in texts:
        for case in cited_cases(text):
            if case.slot.has_page:
                there.setdefault(case.slot.key, []).append((text, case))
    return [wrong for case in cited if (wrong := _judged(answer, case, there.get(case.slot.key, []), texts))]


def _judged(
    answer: str, case: Cited, there: Sequence[tuple[str, Cited]], texts: Sequence[str]
) -> Mispaired | None:
    if not there:
        return None
    place = " ".join(answer[case.slot.start : case.slot.end].split())
    if case.name is not None and not any(_names(case.name.text, text, other) for text, other in there):
        names = [other.name.text for _, other in there if other.name]
        if names or any(parties_meet(case.name.text, text) for text in texts):
            return Mispaired(f"{case.name.text}, {place}", "name", case.name.text, names[0] if names else "")
    for part in ("year", "court"):
        given = getattr(case.slot, part)
        found = [value for _, other in there if (value := getattr(other.slot, part))]
        if given and found and _court(given) not in map(_court, found):
            return Mispaired(
                f"{place} ({case.slot.court} {case.slot.year})".replace("( ", "("), part, given, found[0]
            )
    return None


def _names(name: str, text: str, other: Cited) -> bool:
    """Whether a citation of a document has this name, or one of its parties, before its place."""
    if other.name is not None:
        return _meet(name, other.name.text)
    before = _words(text[max(0, other.slot.start - _BEFORE) : other.slot.start])
    return any(side & before for side in _sides(name))


def _meet(name: str, other: str) -> bool:
    """Whether two names are of one case: each party of one shares a word with that of the other."""
    mine, theirs = _sides(name), _sides(other)
    if len(mine) != len(theirs):
        return any(one & another for one in mine for another in theirs)
    return all(one & another for one, another in zip(mine, theirs, strict=True))


def _sides(name: str) -> list[set[str]]:
    """The telling words of each party of a case."""
    return [_words(side) for side in VERSUS.split(name, maxsplit=1)]


def _words(side: str) -> set[str]:
    """The telling words of a party; all of its words where it has none ("United States")."""
    whole = re.findall(r"[\w’'-]{2,}", re.sub(r"\bU\.\s?S\.(?:\s?A\.)?", "United States", side).casefold())
    return {word for word in whole if word not in _PUBLIC} or {word for word in whole if word not in _COMPANY}


def _court(court: str) -> str:
    """A court in one form: "CA10" and "10th Cir.", "ND Cal." and "N.D. Cal." are one each."""
    words = fold(court.split(",")[0])
    numbered = re.fullmatch(r"ca(\d{1,2}|dc|fed)|(\d{1,2}|dc|fed)(?:st|nd|rd|d|th)?cir(?:cuit)?", words)
    return f"{numbered[1] or numbered[2]}cir" if numbered else words


def _telling(side: str) -> str:
    words = (word for word in re.findall(r"[\w’'-]+", side) if word.casefold() not in _COMPANY)
    return next(words, "")


def _text(document: Document) -> str:
    return "\n".join(page.text for page in document.pages)


def _named(authority: str, text: str, folded: str) -> bool:
    """Whether a text names an authority, with other blanks and stops, and no digit more at its ends."""
    wanted = _SECTION_WORD.sub(" ", authority)
    if fold(wanted) not in folded:
        return False
    words = re.findall(r"[^\W\d_]+|\d+", wanted)
    if not words:
        return False
    pattern = words[0]
    for before, after in pairwise(words):
        between = r"[\W_]{1,6}" if before.isdigit() and after.isdigit() else r"[\W_]{0,6}"
        pattern += between + re.escape(after)
    return re.search(rf"(?<!\d){pattern}(?!\d)", text, re.IGNORECASE) is not None


def is_named(authority: str, text: str) -> bool:
    """Whether a text names an authority, with other blanks, stops and words for "section"."""
    bare = _SECTION_WORD.sub(" ", text)
    return _named(authority, bare, fold(bare))


def parties_meet(name: str, text: str) -> bool:
    """Whether a text names the two parties of a case with "v." between, in a longer or shorter form."""
    sides = VERSUS.split(name, maxsplit=1)
    if len(sides) != 2:
        return False
    first, second = (_telling(side) for side in sides)
    if not first or not second:
        return False
    versus = r"\b[^;\n]{0,120}?\b(?:v|vs|versus)\b\.?\s[^;\n]{0,60}?\b"
    pattern = rf"\b{re.escape(first)}{versus}{re.escape(second)}\b"
    return re.search(pattern, text, re.IGNORECASE) is not None
