"""Where a document says what it is: title, parties, dates. Ranking words fails there, rules do not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.language.months import MONTH, OTHER_MONTH
from docanalyst.domain.language.sentences import body_spans

OPENING = 6_000
"""Characters of text in which a document introduces itself."""

_BLANK = r"(?:(?<!_)_{1,60}|\[\W{0,12}\])"
_YEAR = r"(?:\d{4}|\d{2,3}_{1,8}|(?<!_)_{2,60}|\[\S{0,8}\])"
_DAY = r"\d{1,2}\s?(?:st|nd|rd|t\s?h)?"
DATE = re.compile(
    rf"\b\d{{1,2}}(?:\.|er)?\s+{OTHER_MONTH}\s+(?:19|20)\d\d\b"
    rf"|\b{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\s?[-–]\s?{_DAY}\s*,?\s+(?:19|20)\d\d\b"
    rf"|\b{MONTH}\s+(?:{_DAY}|{_BLANK})\s*,?\s+{_YEAR}|\b{_DAY}\s+(?:day\s+of\s+)?{MONTH}[\s,]{{0,9}}{_YEAR}"
    rf"|(?:\b{_DAY}|{_BLANK})\s*day\s+of\s+[\s\W_]{{0,6}}(?:{MONTH}|{_BLANK})?[\s\W_]{{0,120}}{_YEAR}"
    rf"|\b\d{{1,2}}/\d{{1,2}}/(?:19|20)?\d\d\b|\b\d{{1,2}}[.-]\d{{1,2}}[.-](?:19|20)\d\d\b"
    rf"|\b(?:19|20)\d\d-\d\d-\d\d\b|\b{MONTH}\s+(?:19|20)\d\d\b"
    r"|(?<!_)_{4,60}\s*,\s*(?:19|20)\d\d|(?:19|20)\d\d\s?年\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?",
    re.IGNORECASE,
)
"""A calendar date as contracts write them, blanks to be filled in included."""

_KIND = (
    r"AGREEMENT|CONTRACT|LEASE|AMENDMENT|ADDENDUM|DEED|LICEN[SC]E|MEMORANDUM|GUARANT(?:Y|EE)|INDENTURE|UNDERTAKING"
    r"|PLAN|POLICY|TERMS AND CONDITIONS|TERMS OF (?:USE|SERVICE)|STATEMENT OF WORK|BYLAWS|CHARTER|ORDER FORM"
    r"|POWER OF ATTORNEY|PROMISSORY NOTE|SETTLEMENT|OPINION|协议|合同|契約書"
)
_FIRST_KIND = re.compile(
    r"\b(?:AGREEMENT|CONTRACT|LEASE|AMENDMENT|ADDENDUM|DEED|INDENTURE)S?\b|协议|合同|契約書", re.I
)
_ANY_KIND = re.compile(rf"\b(?:{_KIND})S?\b", re.IGNORECASE)
_NOT_TITLE = re.compile(
    r"\W*(?:exhibit|schedule|annex|appendix|source|page|table of contents|execution (?:copy|version)|this |"
    r"dated|article|section|whereas|recitals?|by and |between|the parties|draft|confidential)\b",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(
    r"(?:entered\s+into|made|dated|executed|effective|agree)\b[^.]{0,300}?\b(?:by\s+and\s+)?(?:between|among|amongst|by)\b"
    r"|\bby\s+and\s+(?:between|among)\b|^\W*(?:between|among|by and between)\W*$|\b(?:between|among)\s+[A-Z]"
    r"|\bis\s+entered\s+into\b|\(?\s*(?:hereinafter|the|each,?\s+a)?\s*[\"“][A-Z][\w& .-]{1,30}[\"”]\s*\)",
    re.MULTILINE,
)
_DATED = re.compile(
    r"\b(?:dated?|made|entered\s+into|executed|signed|as\s+of|effective|on\s+this)\b[^.;]{0,90}$"
    r"|\bthis\s[\s\W_]{0,20}$",
    re.IGNORECASE,
)
_NOT_OWN = re.compile(
    r"\b(?:until|through|ending|before|prior to|later than|expires?(?: on)?)\s*$"
    r"|\b(?:to|under|amend\w*|supplement\w*|pursuant to|that certain|terms of)\b[^.;]{0,120}"
    r"\b(?:agreement|contract|lease|deed|licen[sc]e|letter|memorandum)\b[^.;]{0,80}"
    r"\b(?:dated|as of|entered into)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
"""What stands before a date on which something ends, or that of another document ("to the Lease dated")."""
_EFFECT_NAMED = re.compile(
    r"^[^.;]{0,90}?\(?\W{0,3}(?:the\s+|this\s+)?[\"“'‘](?:effective|commencement|start)\s+date[\"”'’]",
    re.IGNORECASE,
)
_EFFECT_BEFORE = re.compile(
    r"\beffective\W+(?:(?:as\s+of|on|from|date)\b\W*)*(?:this\W+)?(?:is|of|means|shall\s+mean)?\W*$",
    re.IGNORECASE,
)
_EFFECT_DEFINED = re.compile(
    r"[\"“'‘]?\b(?:effective|commencement)\s+date\b[\"”'’]?[^.;]{0,30}\b(?:means|mean|is|refers|:)\b"
    r"|\(?\b(?:the\s+)[\"“'‘](?:effective|commencement)\s+date[\"”'’]",
    re.IGNORECASE,
)
_TAKES_EFFECT = re.compile(
    r"\bth(?:is|e)\s+(?:[\w-]+\s+){0,3}?(?:agreement|contract|amendment|lease|deed|addendum|policy|plan)\b[^.;]{0,60}?"
    r"\b(?:(?:become|becomes|be|is)\s+effective|(?:enter|come|go|take)s?\s+(?:into\s+)?(?:force|effect)"
    r"|effective\s+as\s+of|shall\s+commence|commences?\s+on)\b|\beffective\s+as\s+of\b[^.;]{0,40}\b(?:date|signature)\b"
    r"|\b(?:sections?|act|statute|regulation)\b[^.;]{0,60}\btakes?\s+effect\b|生效",
    re.IGNORECASE,
)
_NOT_OF_DOCUMENT = re.compile(
    r"\beffective\s+date\s+of\s+(?:the\s+|such\s+|any\s+|its\s+)?(?:terminat|transfer|assign|notice|expir|resign|change)"
    r"|\bterminat\w*[^.;]{0,60}\beffective\b|\bregistration\s+statement\b",
    re.IGNORECASE,
)


class Field(StrEnum):
    """A header field that a question can ask for."""

    TITLE = "title"
    PARTIES = "parties"
    DATE = "date"
    EFFECTIVE = "effective date"


_THING = r"(?:the |this )?(?:contract|agreement|document|lease|paper|article|deed|amendment|study|opinion)"
_SIGNED = r"(?:signed|dated|made|executed|entered)"
_ASKED = {
    Field.EFFECTIVE: (
        r"\b(?:effective|commencement) date\b",
        r"\bwhen\b.*\beffective\b",
        r"\b(?:takes?|comes?) (?:into )?(?:effect|force)\b",
        rf"\bwhen (?:did|does|do|will|is) {_THING} (?:to )?(?:start|begin|commence)",
        r"生效",
    ),
    Field.DATE: (
        r"\b(?:agreement|contract|execution|signing|signature) date\b",
        rf"\bdate of {_THING}",
        rf"\bwhen (?:was|were|is) {_THING} {_SIGNED}",
        rf"\bdate (?:was |is )?{_THING} (?:was |is )?{_SIGNED}",
        r"签订日期|签署日期",
    ),
    Field.TITLE: (
        rf"\b{_THING} (?:name|title)\b",
        rf"\b(?:name|title) of {_THING}",
        rf"\bwhat (?:kind|type|sort) of {_THING}\b",
        rf"\bwhat is {_THING} called",
        r"^\W*(?:what(?: is|'s|’s) )?(?:the )?(?:title|name)(?: of (?:it|this))?\W*$",
        r"合同名称|标题",
    ),
    Field.PARTIES: (
        r"^\W*(?:the )?(?:contracting )?part(?:ies|y names?)\W*$",
        rf"\bparties (?:to|who signed|that signed|of|in) {_THING}",
        r"\bwho (?:are|is|were) (?:the )?(?:contracting )?part(?:ies|y)\b",
        r"\bwho signed\b|\bwhich (?:companies|parties|entities) (?:are|signed|entered)",
        r"\bsignator(?:y|ies)\b|\bcontracting parties\b|当事人|双方是谁",
    ),
}
_QUESTIONS = {field: re.compile("|".join(forms), re.IGNORECASE) for field, forms in _ASKED.items()}


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one page: index of the page in the document, offsets into its text.

    sure: words beside it say that it is what was looked for. first: where the document says the same before,
    such as on its cover.
    """

    page: int
    start: int
    end: int
    sure: bool = True
    first: Place | None = None


def asked_field(question: str) -> Field | None:
    """The header field that a question asks for, or None."""
    if len(question) > 300:
        return None
    return next((field for field, pattern in _QUESTIONS.items() if pattern.search(question)), None)


def find_field(document: Document, field: Field, limit: int = 4) -> list[Place]:
    """Places where a document states a header field, likeliest first."""
    if field is Field.TITLE:
        return find_title(document)
    opening = list(_opening(document.pages))
    if field is Field.PARTIES:
        return _find_parties(opening)[:limit]
    if field is Field.DATE:
        return _find_dates(opening, document.pages)[:limit]
    return _find_effective(opening, document.pages)[:limit]


def _opening(pages: Sequence[Page], size: int = OPENING) -> Iterator[tuple[int, str, int, int]]:
    """Page index, text and bounds of the first `size` characters of a document's bodies."""
    for index, (page, stretches) in enumerate(zip(pages, body_spans(pages), strict=True)):
        for start, end in stretches:
            if size <= 0:
                return
            stop = min(end, start + size)
            size -= stop - start
            yield index, page.text, start, stop


def find_title(document: Document) -> list[Place]:
    """Where the title stands: the first line that names a kind of document, else any first line."""
    first: Place | None = None
    for pattern in (_FIRST_KIND, _ANY_KIND):
        for index, text, start, end in _opening(document.pages):
            for line in re.finditer(r"[^\n]*\w[^\n]*", text[:end]):
                if line.end() <= start:
                    continue
                place = Place(index, line.start(), line.end())
                if first is None and len(line.group().split()) >= 2 and not _NOT_TITLE.match(line.group()):
                    first = place
                if pattern.search(line.group()) and _looks_like_title(line.group()):
                    return [place]
    return [first] if first else []


def _looks_like_title(line: str) -> bool:
    words = re.findall(r"[^\W\d_][\w'’-]*", line)
    if not 0 < len(words) <= 14 or _NOT_TITLE.match(line) or re.search(r"[.;:,]\s*$|\.{4,}", line):
        return False
    return all(word[0].isupper() or len(word) <= 3 or word in ("with", "from", "between") for word in words)


def _find_parties(opening: list[tuple[int, str, int, int]]) -> list[Place]:
    """The sentences that introduce the parties, the richest first: a preamble, a cover, a list of names."""
    places: list[tuple[int, int, Place]] = []
    for index, text, start, end in opening:
        for match in _PREAMBLE.finditer(text, start, end):
            weight = 3 if re.search(r"by\s+and|entered|made|dated", match.group()) else 2
            weight = (
                1
                if match.group().lstrip("( ").startswith(("“", '"', "the", "hereinafter", "each"))
                else weight
            )
            places.append((-weight, len(places), Place(index, match.start(), match.end())))
    return [place for _, _, place in sorted(places, key=lambda item: item[:2])]


def _find_dates(opening: list[tuple[int, str, int, int]], pages: Sequence[Page]) -> list[Place]:
    """Dates at the opening, those after "dated", "made", "as of" first; else those beside the signatures."""
    strong: list[Place] = []
    weak: list[Place] = []
    seen: dict[str, Place] = {}
    for index, text, start, end in opening:
        for match in DATE.finditer(text, start, end):
            before = text[max(start, match.start() - 220) : match.start()]
            own = _DATED.search(before[-130:]) is not None and not _NOT_OWN.search(before)
            place = Place(index, match.start(), match.end(), own, seen.get(_folded(match.group())))
            seen.setdefault(_folded(match.group()), place)
            (strong if own else weak).append(place)
    return strong + weak + _signature_dates(pages)


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _signature_dates(pages: Sequence[Page]) -> list[Place]:
    found = []
    for index in range(len(pages) - 1, max(-1, len(pages) - 9), -1):
        text = pages[index].text
        mark = re.search(r"IN\s+WITNESS|signed\s+by|Name:|By:|Signature", text)
        if mark:
            found += [
                Place(index, match.start(), match.end(), sure=False)
                for match in DATE.finditer(text, mark.start())
            ]
    return found


def _find_effective(opening: list[tuple[int, str, int, int]], pages: Sequence[Page]) -> list[Place]:
    """A date called the effective date; then what says when effect begins; then the date of the document."""
    dated = _find_dates(opening, pages)
    named = [place for place in dated if _is_effective(pages[place.page].text, place)]
    defined: list[Place] = []
    takes: list[Place] = []
    for index, page in enumerate(pages):
        for pattern, found in ((_EFFECT_DEFINED, defined), (_TAKES_EFFECT, takes)):
            for match in pattern.finditer(page.text):
                around = page.text[max(0, match.start() - 60) : match.end() + 40]
                if not _NOT_OF_DOCUMENT.search(around):
                    found.append(Place(index, match.start(), match.end()))
    fallback = [
        Place(place.page, place.start, place.end, sure=False, first=place.first) for place in dated[:2]
    ]
    return named[:2] + defined[:2] + takes[:2] + fallback + named[2:] + defined[2:]


def _is_effective(text: str, place: Place) -> bool:
    """Whether the words beside a date say that effect begins on it."""
    before, after = text[max(0, place.start - 60) : place.start], text[place.end : place.end + 140]
    return _EFFECT_BEFORE.search(before) is not None or _EFFECT_NAMED.search(after) is not None
