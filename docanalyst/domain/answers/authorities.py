"""Authorities that an answer cites: cases, statutes, dockets, DOIs; and which of them the documents name.

A model can name a case that no document holds, and one that does not exist. Whether it exists is beyond
what can be checked here; whether the documents name it is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from docanalyst.domain.documents import Document
from docanalyst.domain.language.folding import fold

_REPORTER = (
    r"U\.?\s?S\.?|S\.?\s?Ct\.?|L\.?\s?Ed\.?(?:\s?2d)?|F\.?\s?(?:2d|3d|4th)|F\.?\s?Supp\.?(?:\s?[23]d)?|F\.?\s?App['’]?x\.?|"
    r"F\.?\s?R\.?\s?D\.?|B\.?\s?R\.?|Fed\.?\s?Cl\.?|Fed\.?\s?Reg\.?|F\.?|A\.?\s?(?:2d|3d)|P\.?\s?(?:2d|3d)|N\.?\s?E\.?(?:\s?[23]d)?|"
    r"N\.?\s?W\.?(?:\s?2d)?|S\.?\s?E\.?(?:\s?2d)?|S\.?\s?W\.?(?:\s?[23]d)?|So\.?(?:\s?[23]d)?|"
    r"Cal\.?(?:\s?App\.?)?(?:\s?Rptr\.?)?(?:\s?(?:2d|3d|4th|5th))?|N\.?\s?Y\.?(?:\s?S\.?)?(?:\s?[23]d)?|A\.?\s?D\.?\s?(?:2d|3d)?|"
    r"Ill\.?(?:\s?App\.?)?\s?(?:2d|3d)|Ohio(?:\s?St\.?)?(?:\s?[23]d)?|Mass\.?(?:\s?App\.?\s?Ct\.?)?|Mich\.?(?:\s?App\.?)?|"
    r"Wis\.?\s?2d|Wash\.?(?:\s?App\.?)?(?:\s?2d)?|Pa\.?|Tex\.?|Conn\.?|Ga\.?(?:\s?App\.?)?|Md\.?|Va\.?|N\.?\s?J\.?|N\.?\s?C\.?|"
    r"Minn\.?|Iowa|Kan\.?|Neb\.?|Or\.?|Colo\.?|Ariz\.?|T\.?\s?C\.?(?:\s?M\.?)?|A\.?\s?C\.?|W\.?\s?L\.?\s?R\.?|Q\.?\s?B\.?|K\.?\s?B\.?|"
    r"Ch\.?|All\s?E\.?\s?R\.?|S\.?\s?C\.?\s?R\.?|C\.?\s?L\.?\s?R\.?|D\.?\s?L\.?\s?R\.?|E\.?\s?C\.?\s?R\.?|B\.?\s?V\.?\s?erf\.?\s?G\.?\s?E\.?"
)
_PATTERNS = {
    "case": (
        rf"\b\d{{1,4}}\s(?:{_REPORTER})\s\d{{1,5}}\b(?!\s?(?:%|percent|days?|months?|years?|million|mg|ml|kg))",
        r"\b(?:19|20)\d\d\s(?:WL|(?:U\.?S\.?\s(?:Dist|App)\.?|[A-Z][a-z]{1,9}\.?(?:\s(?:App|Super)\.?)?|Bankr\.?)\sLEXIS)\s\d{3,9}\b",
        r"\[(?:18|19|20)\d\d\]\s(?:\d{1,2}\s)?(?:[A-Z][A-Za-z]{1,6}\.?\s){1,3}(?:\(?[A-Z][a-z]{1,6}\)?\s)?\d{1,5}\b",
        r"\b(?:19|20)\d\d\s(?:SCC|ONCA|BCCA|ABCA|QCCA|FCA|ONSC|BCSC|NSWSC|VSC)\s\d{1,5}\b",
        r"\bECLI:[A-Z]{2}:[A-Z0-9]{1,9}:\d{4}:[A-Z0-9.]{1,25}\b",
        r"\b[CTF][-‑–]\d{1,4}/\d\d(?:\s?P)?\b",
    ),
    "case name": (
        r"\b(?:In\sre|Ex\sparte)\s[A-Z][\w.’'&-]{1,30}(?:\s(?:[A-Z][\w.’'&-]{0,30}|of|the|and|&)){0,6}",
        r"\b[A-Z][\w.’'&-]{1,30},?(?:\s(?:[A-Z][\w.’'&-]{0,30},?|of|the|and|&|for)){0,7}\s(?:v|vs)\.?\s[A-Z][\w.’'&-]{0,30}"
        r"(?:\s(?:[A-Z][\w.’'&-]{1,30}|of|the|and|&)){0,6}",
    ),
    "statute": (
        r"\b\d{1,3}\s(?:U\.?\s?S\.?\s?C\.?(?:\s?A\.?)?|C\.?\s?F\.?\s?R\.?)\s?(?:§{1,2}|[Ss]ec(?:tion|s?\.)?|[Pp](?:ar)?t\.?)?\s?\d[\w.-]{0,14}(?:\([\w]{1,4}\)){0,5}",
        r"\b(?:Pub\.?\s?L\.?|Public\sLaw)\s(?:No\.?\s)?\d{2,3}[-‑–]\d{1,4}\b",
        r"\b(?:[A-Z][\w.]{1,14}\s){1,5}(?:Code|Stat\.?|Law|Laws|Ann\.?|Rev\.?|Act)(?:\s(?:Ann\.?|Stat\.?))?,?\s(?:tit\.\s\d{1,3},?\s)?§{1,2}\s?\d[\w.:-]{0,14}(?:\([\w]{1,4}\)){0,5}",
        r"\bU\.?\s?C\.?\s?C\.?\s§{1,2}\s?\d{1,2}[A-Z]?-\d{2,3}(?:\([\w]{1,4}\)){0,4}",
        r"\bFed\.?\s?R\.?\s?(?:Civ|Crim|App|Evid|Bankr)\.?\s?(?:P\.?\s?)?\d{1,4}(?:\([\w]{1,4}\)){0,5}",
        r"\b(?:Regulation|Directive|Decision|Verordnung|Richtlinie)\s(?:\((?:EU|EC|EEC|Euratom)\)\s)?(?:No\.?\s)?\d{2,4}/\d{1,4}(?:/(?:EC|EU|EEC))?",
        r"\b(?:[Aa]rt(?:icle|\.)?\s\d{1,3}(?:\(\d{1,2}\))?(?:\([a-z]\))?\s(?:of\sthe\s)?(?:GDPR|DSGVO|ECHR|TFEU|TEU)|(?:GDPR|DSGVO)\s[Aa]rt(?:icle|\.)?\s\d{1,3}(?:\(\d{1,2}\))?)",
        r"§{1,2}\s?\d{1,4}[a-z]?(?:\s(?:Abs\.?|Satz|Nr\.?)\s\d{1,2}){0,3}\s(?:BGB|HGB|StGB|ZPO|GmbHG|AktG|UWG|BDSG|InsO)\b",
        r"\b(?:[A-Z][\w’'-]{2,24}\s(?:(?:and|of|the|for|to)\s){0,2}){1,6}Act\s(?:of\s)?(?:1[789]|20)\d\d\b",
    ),
    "docket": (
        r"\b(?:\d:)?\d{2}[-‑–](?:cv|cr|md|mc|mj|bk|ap|civ|cv)[-‑–]\d{2,6}(?:[-‑–][A-Z]{1,4}){0,3}\b",
        r"\b(?:Case|Docket|Civil\sAction|Civ\.?(?:\sA\.?)?|Index|Cause|Application)\s(?:Nos?\.?|Number|#)\s?[\w:/.-]{0,6}\d[\w:/.-]{2,24}\b",
    ),
    "doi": (
        r"\b10\.\d{4,9}/[^ \n\t\"“”<>\[\]{}|]{2,120}",
        r"\barXiv:\s?(?:\d{4}\.\d{4,5}(?:v\d{1,2})?|[a-z-]{2,10}(?:\.[A-Z]{2})?/\d{7})",
        r"\bPM(?:C)?ID:?\s?\d{5,9}\b|\bPMC\d{5,9}\b",
    ),
}
_COMPILED = [
    (kind, re.compile(pattern.replace(r"\s?", r"[ \n\u00a0]?").replace(r"\s", r"[ \n\u00a0]{1,2}")))
    for kind, patterns in _PATTERNS.items()
    for pattern in patterns
]
_SECTION_WORD = re.compile(
    r"§+|\bof[ \n\u00a0]the(?=[ \n\u00a0](?:GDPR|DSGVO|ECHR|TFEU|TEU))|"
    r"\b(?:sections?|secs?\.|articles?|art\.|s\.)(?=[ \n\u00a0]{0,2}\d)",
    re.IGNORECASE,
)
_VERSUS = re.compile(r"[ \n\u00a0]{1,2}vs?\.?[ \n\u00a0]{1,2}")
_SIGNAL = re.compile(
    r"^(?:(?!In re\b)(?:See|Cf|In|The|And|But|Under|As|While|Court|Accord|Compare|Citing|Both|Although|"
    r"However|Unlike|Like|Per|On|For|With)\b[,.]?[ \n]{1,2})+"
)
_TRAILING = re.compile(
    r"(?:[ \n\u00a0]{1,2}(?:of|the|and|&|it|in|a|an|this|that|he|she|they|we|see|id|at|under|its)\.?)+$",
    re.IGNORECASE,
)
_COMPANY = {
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
}


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority cited in a text. kind: case, case name, statute, docket or doi. start, end: offsets."""

    text: str
    kind: str
    start: int
    end: int


def authorities(text: str) -> list[Authority]:
    """The authorities that a text cites, in order; of two that overlap the longer."""
    found: list[Authority] = []
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(text):
            start, words = match.start(), _trimmed(match.group())
            if kind == "case name":
                signal = _SIGNAL.match(words)
                start, words = (start + signal.end(), words[signal.end() :]) if signal else (start, words)
                words = _TRAILING.sub("", words)
                if not (_VERSUS.search(words) or words.startswith(("In re", "Ex parte"))):
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


def _trimmed(words: str) -> str:
    words = words.rstrip(".,;:’'\n ")
    while words.endswith(")") and words.count(")") > words.count("("):
        words = words[:-1].rstrip(".,;:’'\n ")
    if words.count("(") > words.count(")"):
        words += ")" if re.search(r"\([\w]{1,4}$", words) else ""
    return words


def foreign_authorities(answer: str, documents: Sequence[Document]) -> list[Authority]:
    """The authorities of an answer that none of the documents names, each once, in order."""
    cited = list({item.text.casefold(): item for item in reversed(authorities(answer))}.values())[::-1]
    if not cited:
        return []
    texts = ["\n".join(page.text for page in document.pages) for document in documents]
    bare = [_SECTION_WORD.sub(" ", text) for text in texts]
    folded = [fold(text) for text in bare]
    missing: list[Authority] = []
    for item in cited:
        named = any(_named(item.text, text, words) for text, words in zip(bare, folded, strict=True))
        if not named and item.kind == "case name":
            named = any(_parties_meet(item.text, text) for text in texts)
        if not named:
            missing.append(item)
    return missing


def _named(authority: str, text: str, folded: str) -> bool:
    """Whether a text names an authority, with other blanks and stops, and no digit more at its ends."""
    wanted = _SECTION_WORD.sub(" ", authority)
    if fold(wanted) not in folded:
        return False
    words = re.findall(r"[^\W\d_]+|\d+", wanted)
    pattern = words[0]
    for before, after in pairwise(words):
        between = r"[\W_]{1,6}" if before.isdigit() and after.isdigit() else r"[\W_]{0,6}"
        pattern += between + re.escape(after)
    return re.search(rf"(?<!\d){pattern}(?!\d)", text, re.IGNORECASE) is not None


def _parties_meet(name: str, text: str) -> bool:
    """Whether a text names the two parties of a case with "v." between, in a longer or shorter form."""
    sides = _VERSUS.split(name, maxsplit=1)
    if len(sides) != 2:
        return False
    first, second = (
        next((word for word in re.findall(r"[\w’'-]+", side) if word.casefold() not in _COMPANY), "")
        for side in sides
    )
    if not first or not second:
        return False
    versus = r"\b[^;\n]{0,120}?\b(?:v|vs|versus)\b\.?\s[^;\n]{0,60}?\b"
    pattern = rf"\b{re.escape(first)}{versus}{re.escape(second)}\b"
    return re.search(pattern, text, re.IGNORECASE) is not None
