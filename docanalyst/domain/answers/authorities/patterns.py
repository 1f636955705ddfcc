"""Patterns of statutes, rules, dockets, neutral citations and identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from docanalyst.domain.answers.authorities.reporters import code

_SUB = r"(?:\([\w]{1,4}\)){0,6}"
_ROMAN_OR_NUMBER = r"(?:[IVXLC]{1,7}|\d{1,3})"
_PATTERNS = {
    "case": (
        r"\b(?:19|20)\d\d\s(?:WL|(?:U\.?S\.?\s(?:Dist|App)\.?|[A-Z][a-z]{1,9}\.?(?:\s(?:App|Super)\.?)?|Bankr\.?)\sLEXIS)\s\d{3,9}\b",
        r"\[(?:18|19|20)\d\d\]\s(?:\d{1,2}\s)?(?:[A-Z][A-Za-z]{1,6}\.?\s){1,3}(?:\(?[A-Z][a-z]{1,6}\)?\s)?\d{1,5}\b",
        r"\b(?:19|20)\d\d\s(?:SCC|ONCA|BCCA|ABCA|QCCA|FCA|ONSC|BCSC|NSWSC|VSC|HCA|NZSC|ZACC)\s\d{1,5}\b",
        r"\b(?:19|20)\d\d(?:-|\s)(?:IL(?:\sApp)?(?:\s\([1-5](?:st|d|nd|th)\))?|Ohio|CO|COA|ND|OK(?:\sCIV\sAPP)?|UT(?:\sApp)?|VT|WI(?:\sApp)?|WY|MT|ME|NM(?:CA|SC)?|SD|MS|PA\sSuper|NH|NCBC|NCSC|AZ|GU)(?:-|\s)\d{1,7}(?:-[A-Z])?\b",
        r"\b(?:19|20)\d\d\sN\.?\s?Y\.?\s?Slip\s?Op\.?\s\d{4,6}(?:\(U\)|\[U\])?",
        r"\b[A-Z][A-Za-z.]{1,10}(?:\s[A-Z&][A-Za-z.]{0,10}){0,5}\s\((?:CCH|RIA|BNA|P-H)\)\s(?:¶{1,2}\s?|P)\d{1,3}(?:,\d{3}){0,2}(?:\.\d{1,4})?",
        r"\bT\.?\s?C\.?\s?(?:Memo(?:randum)?|Summ?(?:ary)?\.?\sOp(?:inion)?)\.?\s?(?:No\.\s)?(?:19|20)\d\d[-‑–]\d{1,4}\b",
        r"\bECLI:[A-Z]{2}:[A-Z0-9]{1,9}:\d{4}:[A-Z0-9.]{1,25}\b",
        r"\b[CTF][-‑–]\d{1,3}/\d\d(?:\s?P)?\b",
    ),
    "case name": (
        r"\b(?:In\sre|Ex\sparte)\s[A-Z][\w.’'&-]{1,30}(?:\s(?:[A-Z][\w.’'&-]{0,30}|of|the|and|&|(?:de|la|von|van|der|du)\b)){0,6}",
        r"\b[A-Z][\w.’'&-]{1,30},?(?:\s(?:[A-Z][\w.’'&-]{0,30},?|of|the|and|&|for|(?:de|la|von|van|der|du)\b)){0,7}\s(?:v|vs)\.?\s[A-Z][\w.’'&-]{0,30}"
        r"(?:\s(?:[A-Z][\w.’'&-]{1,30}|of|the|and|&|(?:de|la|von|van|der|du)\b)){0,6}",
    ),
    "statute": (
        rf"\b\d{{1,3}}\s(?:U\.?\s?S\.?\s?C\.?(?:\s?[AS]\.?)?|C\.?\s?F\.?\s?R\.?|United\sStates\sCode|Code\sof\sFederal\sRegulations),?\s?(?:§{{1,2}}|[Ss]ec(?:tions?|s?\.)?|[Pp](?:ar)?ts?\.?)?\s?\d[\w.-]{{0,14}}{_SUB}",
        r"\b(?:Pub\.?\s?L\.?|Public\sLaw|P\.\s?L\.)\s?(?:Nos?\.?\s)?\d{2,3}[-‑–]\d{1,4}\b",
        rf"\b(?:[A-Z][\w.]{{1,14}}\s){{1,5}}(?:Code|Stat\.?|Law|Laws|Ann\.?|Rev\.?|Act)(?:\s(?:Ann\.?|Stat\.?))?,?\s(?:tit\.\s\d{{1,3}},?\s)?§{{1,2}}\s?\d[\w.:-]{{0,14}}{_SUB}",
        r"\bU\.?\s?C\.?\s?C\.?\s§{1,2}\s?\d{1,2}[A-Z]?-\d{2,3}(?:\([\w]{1,4}\)){0,4}",
        rf"\bFed\.?\s?R\.?\s?(?:Civ|Crim|App|Evid|Bankr)\.?\s?(?:P\.?\s?)?\d{{1,4}}{_SUB}",
        rf"\b(?:U\.?\s?S\.?|[A-Z][a-z]{{1,5}}\.|[A-Z]\.\s?[A-Z]\.)\s(?:Const\.|Constitution),?\s(?:art(?:icle|\.)|amends?\.|amendment|pmbl\.|preamble)(?:\s{_ROMAN_OR_NUMBER})?(?:,?\s(?:§{{1,2}}|[Ss]ec(?:tion|\.)|cl\.|clause)\s?\d{{1,3}}(?:\([\w]\))?){{0,3}}",
        r"\bRestatement\s(?:\((?:First|Second|Third|Fourth)\)\s)?(?:of\s(?:the\s)?)?(?:(?:Law\s(?:of\s)?)?[A-Z][\w’'&:-]{2,24}(?:\s(?:and|of|the|in|for)(?:\s(?:and|of|the|in|for))?)?\s){1,6}(?:§{1,2}|[Ss]ec(?:tions?|\.))\s?\d{1,3}[A-Z]?(?:\([\w]\))?",
        r"\b(?:Rev\.\s?(?:Rul|Proc)|Revenue\s(?:Ruling|Procedure))\.?\s(?:No\.\s)?\d{2,4}[-‑–]\d{1,4}\b",
        r"\b(?:Priv(?:ate)?\.?\s(?:Ltr|Letter)\.?\s(?:Rul(?:ing)?)\.?|I\.?R\.?S\.?\sNotice|Treas\.\sReg\.)\s(?:§\s?)?\d[\w.()-]{2,20}",
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
_CODE = re.compile(
    r"\b(?:\d{1,3}[ \n\u00a0])?(?P<name>[A-Z][\w.’'&]{0,18}"
    r"(?:,?[ \n\u00a0]{1,2}(?:[A-Z][\w.’'&]{0,18}|&|of|and|\([A-Z][\w. ]{1,14}\))){0,8})"
    r",?[ \n\u00a0]{0,2}(?:(?:tit|art|ch|pt|r|reg|§)\.?[ \n\u00a0]\d{1,4}[A-Z]?,?[ \n\u00a0])?"
    r"(?:§{1,2}|[Ss]ec(?:tions?|\.)|r\.|ch\.|art\.)[ \n\u00a0]{0,2}\d[\w.:,-]{0,18}(?:\([\w]{1,4}\)){0,6}"
)


def formed(text: str) -> Iterator[tuple[str, int, int]]:
    """Kind, start and end of each stretch of a text that has the form of an authority; some overlap."""
    yield from _matches(text, _COMPILED)
    for match in _CODE.finditer(text):
        start = _code_start(match)
        if start is not None:
            yield "statute", start, match.end()


def case_names(text: str) -> Iterator[tuple[str, int, int]]:
    """Kind, start and end of each stretch of a text that has the form of a case's name."""
    yield from _matches(text, [(kind, pattern) for kind, pattern in _COMPILED if kind == "case name"])


def _matches(text: str, patterns: Iterable[tuple[str, re.Pattern[str]]]) -> Iterator[tuple[str, int, int]]:
    for kind, pattern in patterns:
        for match in pattern.finditer(text):
            yield kind, match.start(), match.end()


def _code_start(match: re.Match[str]) -> int | None:
    """Where the name of a known code begins in capitalised words: "Under Cal. Civ. Code" → at "Cal."."""
    words = [word.start() for word in re.finditer(r"\S+", match["name"])]
    for offset in words:
        if code(match["name"][offset:]):
            return match.start() if offset == 0 else match.start("name") + offset
    return None
