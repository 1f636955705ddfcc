"""Places that a question names, or that only the form of a sentence gives away.

"What is on page 9?", "What does § 5.05(b)(1) provide?", "Who is the supplier?": the words of such a question
stand all over a document, and its answer at one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from docanalyst.domain.documents import Document
from docanalyst.domain.retrieval.headers import Field, Place, asked_field, find_field

MOST = 4
"""Places looked at of each document."""

_PAGE = re.compile(r"\b(?:page|p\.)\s*(?:no\.?\s*|number\s+)?(\d{1,4})\b", re.IGNORECASE)
_SECTION = re.compile(
    r"(?:§+|\b(?:sections?|clauses?|articles?|paragraphs?|sec\.|art\.|cl\.|para\.))\s*"
    r"(\d{1,4}[a-z]?(?:\.\d{1,3}){0,4}(?:\([a-z0-9]{1,4}\)){0,4}|[ivxlc]{1,7}\b)",
    re.IGNORECASE,
)
_SAYS = r"(?:provides?|reads?|states?|says?|gives?|sets?|requires?|prohibits?|defines?|allocates?)\b"
_CHANGED = (
    r"(?:replaced|amended|deleted|substituted|restated|inserted|modified|read as follows|shall now read)\b"
)
_CLAUSE_NUMBER = re.compile(
    r"\s*(?:(?:section|article|clause|§)\s*)?(\d{1,3}(?:\.\d{1,3}){0,3})[.:)]?\s", re.IGNORECASE
)
_ROLES = (
    "supplier seller buyer purchaser customer client vendor licensor licensee lessor lessee landlord tenant "
    "franchisor franchisee distributor reseller dealer agent principal employer employee borrower lender "
    "guarantor contractor subcontractor consultant provider recipient discloser owner developer manufacturer "
    "sponsor publisher author company operator carrier insurer insured trustee plaintiff defendant "
    "petitioner respondent appellant appellee claimant applicant"
)
_ROLE = re.compile(
    rf"^\W*(?:who|which (?:party|company|person|entity)) (?:is|are|was|were|acts as) (?:the |a |an )?"
    rf"(?P<role>{'|'.join(_ROLES.split())})s?\b[^?.]{{0,40}}\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """What a question names: a page or a section by its number, or the role of a party."""

    kind: str
    name: str


Told = Field | Named
"""What a question asks for that stands at a place of its own, whatever words it has."""


def told_by(question: str) -> Told | None:
    """What a question asks for that rules find rather than words, or None."""
    for kind, asked in (("page", asked_page), ("section", asked_section), ("role", asked_role)):
        name = asked(question)
        if name is not None:
            return Named(kind, name)
    return asked_field(question)


def places_of(document: Document, told: Told) -> list[Place]:
    """Places where a document states it, likeliest first.

    Who has a role that nobody is given by name is told by the sentences that introduce the parties, unsurely.
    """
    if isinstance(told, Field):
        return find_field(document, told)
    if told.kind == "page":
        return find_page(document, int(told.name))
    if told.kind == "section":
        return find_section(document, told.name)
    parties = find_field(document, Field.PARTIES)[:2]
    return find_role(document, told.name) or [replace(place, sure=False) for place in parties]


def clause_number(sentence: str) -> str | None:
    """The number that a sentence begins with as a clause does ("7.3", "12"), or None."""
    match = _CLAUSE_NUMBER.match(sentence)
    return match[1] if match else None


def amends(sentence: str, clause: str) -> bool:
    """Whether a sentence changes the clause of this number."""
    name = re.escape(clause)
    return (
        re.search(
            rf"\b(?:clause|section|article|paragraph|§)\s*{name}(?![\d(]|\.\d)[^;]{{0,200}}?\b{_CHANGED}",
            sentence,
            re.IGNORECASE,
        )
        is not None
    )


def asked_page(question: str) -> str | None:
    """The number of the PDF page that a question asks about, or None."""
    match = _PAGE.search(question)
    return match[1] if match else None


def asked_section(question: str) -> str | None:
    """The number of the section that a question asks about ("5.05(b)(1)"), or None."""
    match = _SECTION.search(question)
    return match[1] if match else None


def asked_role(question: str) -> str | None:
    """The party's role that a question asks for a name of ("licensor"), or None."""
    match = _ROLE.match(question)
    return match["role"].lower() if match else None


def find_page(document: Document, number: int) -> list[Place]:
    """The beginning of a page of a document."""
    for index, page in enumerate(document.pages):
        if page.number == number and page.text.strip():
            start = len(page.text) - len(page.text.lstrip())
            return [Place(index, start, len(page.text))]
    return []


def find_section(document: Document, number: str) -> list[Place]:
    """Where a section begins, then where the text says what it provides; a table of contents last."""
    name = re.escape(number).replace(r"\(", r"\s?\(")
    begins = re.compile(
        rf"^[^\S\n]*(?:(?:section|article|clause|paragraph|§)\s*)?{name}(?![\d(]|\.\d)[.:)]?(?=\s|$)(?P<rest>[^\n]*)",
        re.IGNORECASE | re.MULTILINE,
    )
    told = re.compile(
        rf"(?:§\s*|\b(?:section|article|clause|paragraph)\s+){name}(?![\d(]|\.\d)[^.;]{{0,60}}?(?:\b{_SAYS}|:)",
        re.IGNORECASE,
    )
    first: list[Place] = []
    rest: list[Place] = []
    for index, page in enumerate(document.pages):
        for match in begins.finditer(page.text):
            contents = re.search(r"(?:\.{3,}|…|\|)\s*\d{1,4}\s*$", match["rest"])
            (rest if contents else first).append(Place(index, match.start(), match.end()))
    quoted = [
        (
            not match.group().endswith(":"),
            not _opens_quote(page.text, match.end()),
            Place(index, match.start(), match.end()),
        )
        for index, page in enumerate(document.pages)
        for match in told.finditer(page.text)
    ]
    told_places = [place for *_, place in sorted(quoted, key=lambda item: item[:2])]
    return [*first, *told_places, *rest][:MOST]


def _opens_quote(text: str, position: int) -> bool:
    """Whether a quotation begins soon after a position: there the section itself is given."""
    return re.search(r":\s*[\"“‘']", text[position - 1 : position + 80]) is not None


def find_role(document: Document, role: str) -> list[Place]:
    """Where a party is given this role: (the “Licensor”), "Licensor" means, Licensor: Name."""
    return list(_role_places(document, role))[:MOST]


def _role_places(document: Document, role: str) -> Iterator[Place]:
    named = re.compile(
        rf"\(\W{{0,3}}[^()\n]{{0,60}}[\"“'‘]\s?(?:the\s)?{role}s?[,.]?[\"”'’]"
        rf"|[\"“]{role}s?[\"”][^.;]{{0,20}}\b(?:means|refers)\b|\bas\s+(?:the\s+)?[\"“]{role}s?[,.]?[\"”]",
        re.IGNORECASE,
    )
    for index, page in enumerate(document.pages):
        for match in named.finditer(page.text):
            yield Place(index, match.start(), match.end())
