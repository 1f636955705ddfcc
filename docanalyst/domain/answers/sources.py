"""Quotations that a text takes from elsewhere: from a case, a statute, a dictionary or a person by name.

Such words are not in the documents and need not be. They are found by signal and position: what is named
first after the words, else last in the sentence before them. A source that is one of the documents (its
name is in a title, a file name or on a first page) is no other source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docanalyst.domain.answers.authorities import authorities
from docanalyst.domain.answers.reading.parts import sentence_ends
from docanalyst.domain.documents import Document

_WORKS = re.compile(
    r"\b(?:(?:Black['’]s |Oxford |Webster['’]s |Merriam-?|Cambridge |"
    r"Ballentine['’]s )[\w '’.-]{0,60}?Dictionary|Webster['’]s [A-Z]\w+|"
    r"Restatement (?:\(\w+\) )?of [A-Z]\w+|Wikipedia|Encyclop(?:a|æ|ae)dia \w+|Am\. Jur\.|"
    r"C\.J\.S\.|Corpus Juris|"
    r"(?:The )?Federalist(?: Papers?)?(?: No\. ?\d+)?|U\.?C\.?C\.?|Uniform Commercial Code|"
    r"U\.S\. Const\.|Constitution|"
    r"Magna Carta|Model Rules?|Federal Rules?|Fed\. R\. \w+\.|[SH]\.(?:R\.)? ?(?:Rep|Doc)\.|"
    r"Cong\. Rec\.|Treas\. Reg\.|"
    r"Rev\. (?:Rul|Proc)\.|Codex|Talmud|Bible|Qur['’]an|New York Times|Wall Street Journal|"
    r"Washington Post|Reuters|Duden)"
)
_ARTICLE = re.compile(
    r"\b\d{1,4} (?:[A-Z][\w.&']{0,12} ){1,5}(?:L\.? ?(?:Rev|J|Q)\.?|J\.|Rev\.|Q\.)[\w .]{0,12} ?\d{1,5}\b"
)
_PERSON = re.compile(
    r"\b(?:(?:Chief )?Justice|Judge|Lord|Lady|Professor|Prof\.|Dr\.|Senator|President|Chancellor|"
    r"Secretary|Baron|Sir)s? "
    r"((?:[A-ZÀ-Þ][\w'’.-]*\s?){1,4})|"
    r"\b([A-ZÀ-Þ][a-zà-ÿ'’-]{2,20}(?: [A-ZÀ-Þ][\w'’.-]{1,20}){0,2}) (?:wrote|writes|said|says|"
    r"observed|observes|argued|argues|"
    r"explained|explains|warned|warns|remarked|quipped|put it|once|famously|schrieb|schreibt|"
    r"sagte|écrit|écrivait|escribió)\b"
)
_OTHER_SUBJECTS = """
the this that it he she they we court courts opinion majority dissent concurrence agreement contract lease
licence license party parties licensor licensee landlord tenant seller buyer lender borrower supplier
customer recipient provider section article clause exhibit schedule document letter notice plaintiff
defendant petitioner respondent appellant appellee counsel congress parliament legislature statute act
paragraph one who
"""
_NOT_A_PERSON = frozenset(_OTHER_SUBJECTS.split())
_OURS = re.compile(r"(?<![A-Za-z])D\d{1,4}\b|\bslip op\b|\b[Ii]d\.|\b[Ii]bid\b", re.IGNORECASE)
_AGAIN = re.compile(r"^[\s.,;:)”\"’'*_\[(]{0,8}(?:[Ss]ee[ ,]+)?(?:[Ii]d\.|[Ii]bid)")
_GLUE = re.compile(
    r"[\s.,;:)(”\"’'*_\[\]—–-]*(?:(?:see|also|accord|cf\.?|e\.g\.|generally|in|from|by|at|of|the|"
    r"per|under)[\s,*_]+)*",
    re.IGNORECASE,
)
_SHORT_NAME = re.compile(
    r"([A-ZÀ-Þ][\w'’-]{2,30}(?: [A-ZÀ-Þ][\w'’.-]{1,30}){0,4}(?: v\.? [A-ZÀ-Þ][\w'’. -]{2,40})?)"
    r"[*_]{0,2},[*_ ]{1,3}$"
)
_NAME = re.compile(r"[A-ZÀ-Þ][\w'’-]{3,}")
_FIRST_PAGE = 3_000
"""Characters of a first page in which a document names itself."""
_GLUED = 60
"""Characters after a quotation, or after its sentence, in which a citation of it begins."""
_SHORT = 200
"""Characters after a quotation in which its source is named."""


class NamedSources:
    """Says of quotations, in their order, which other source each is attributed to."""

    def __init__(self, documents: Sequence[Document]) -> None:
        own = []
        for document in documents:
            first = document.pages[0].text[:_FIRST_PAGE] if document.pages else ""
            own.append(f"{document.title} {document.name} {first}")
        self._own = " ".join(own).casefold()
        self._whole = [page.text.casefold() for document in documents for page in document.pages]
        self._last = ""

    def of(self, before: str, after: str) -> str:
        """The source that words are attributed to, "" for none but the documents.

        Args:
            before: The text up to the words; only their own sentence counts.
            after: The text after them, with the footnotes that they point to.
        """
        if _AGAIN.match(after):
            return self._last
        behind = self._first_named(after[:_SHORT])
        if behind is None:
            ends = [end for end in sentence_ends(before, 0, len(before)) if end < len(before.rstrip())]
            behind = self._last_named(before[ends[-1] if ends else 0 :])
        self._last = behind or ""
        return self._last

    def _first_named(self, text: str) -> str | None:
        """What is named first after words: another source, "" for a document of ours, None for nothing."""
        text = text[: next(iter(sentence_ends(text, 0, len(text))), len(text)) + _GLUED]
        ours = _OURS.search(text[:_GLUED])
        found = [item for item in self._named(text) if _GLUE.fullmatch(text[: item[0]])]
        if not found or (ours and ours.start() < found[0][0]):
            return "" if ours else None
        return "" if self._is_ours(found[0][1]) else found[0][1]

    def _last_named(self, text: str) -> str:
        found = self._named(text)
        people = [
            (match.start(), match.group(1) or match.group(2))
            for match in _PERSON.finditer(text)
            if not self._is_known(match.group(1) or match.group(2))
        ]
        found = sorted([*found, *people])
        if not found or self._is_ours(found[-1][1]):
            return ""
        return found[-1][1].strip()

    def _named(self, text: str) -> list[tuple[int, str]]:
        found = []
        for item in authorities(text):
            # A reporter's page belongs to the name before it: "Roe v. Wade, 410 U.S. 113".
            short = _SHORT_NAME.search(text[: item.start]) if item.kind == "case" else None
            if item.kind != "docket":
                found.append((item.start, f"{short.group(1)}, {item.text}" if short else item.text))
        found += [
            (match.start(), match.group())
            for pattern in (_WORKS, _ARTICLE)
            for match in pattern.finditer(text)
        ]
        return sorted(found)

    def _is_ours(self, name: str) -> bool:
        """Whether a document bears this name: its first long word is where documents name themselves."""
        words = _NAME.findall(name)
        return bool(words) and words[0].casefold() in self._own

    def _is_known(self, person: str) -> bool:
        """Whether a name is one of the documents' own, or a word that names nobody."""
        words = [word.casefold().strip(".'’") for word in person.split()]
        if not words or words[0] in _NOT_A_PERSON:
            return True
        return any(words[-1] in page for page in self._whole)
