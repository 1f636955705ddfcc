"""The clauses of a document in order: their numbers and headings, and which of them holds a place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from docanalyst.domain.documents import Document
from docanalyst.domain.language.sentences import Sentence, split_document

TITLE_LENGTH = 80

_START = re.compile(
    r"(?P<word>ARTICLE|SECTION|CLAUSE|PART|CHAPTER|SCHEDULE|EXHIBIT|ANNEX|APPENDIX|RULE|§+)?\s{0,3}"
    r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,4}|(?-i:[IVXLC]{1,7}|[A-Z])(?=[.:)\s]))(?P<mark>[.:)]?)(?=\s|$|[(“\"])\s*",
    re.IGNORECASE,
)
_UNIT = re.compile(r"(?:%|percent|days?|months?|years?|hours?|weeks?|million|billion|of|to|and|or)\b")
_APPENDED = ("schedule", "exhibit", "annex", "appendix", "part", "chapter")
"""What begins the numbering of clauses anew."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause. label: "§ 4.2", "Article IV", or a heading without a number. title: its heading, or "".

    page: index of the page it begins on. start: offset into that page's text.
    """

    label: str
    title: str
    page: int
    start: int


class Clauses:
    """The clauses of a document, by place."""

    def __init__(self, document: Document, sentences: Sequence[Sentence] | None = None) -> None:
        self.document = document
        self._pages = {page.number: index for index, page in enumerate(document.pages)}
        found = sentences if sentences is not None else split_document(document.pages)
        self.all = list(_read(document, found))
        self._starts = [(clause.page, clause.start) for clause in self.all]

    def at(self, page_number: int, offset: int) -> Clause | None:
        """The clause that holds a place; None above the first one."""
        place = (self._pages.get(page_number, 0), offset)
        index = bisect_right(self._starts, place) - 1
        return self.all[index] if index >= 0 else None

    def label_at(self, page_number: int, offset: int) -> str | None:
        """The label of the clause that holds a place."""
        clause = self.at(page_number, offset)
        return clause.label if clause else None


def _read(document: Document, sentences: Sequence[Sentence]) -> list[Clause]:
    clauses: list[Clause] = []
    counter = _Counter()
    for sentence in sentences:
        page, start, end = sentence.parts[0]
        text = document.pages[page].text[start:end]
        if sentence.contents:
            continue
        match = _START.match(text)
        if match and counter.accepts(match, text[match.end() : match.end() + 40]):
            rest = " ".join(text[match.end() :].split())
            title = _title(rest, sentence)
            clauses.append(Clause(_label(match), title, page, start))
        elif sentence.heading and not re.search(r"\d|^\W*\w{0,3}\W*$|^\(", text):
            clauses.append(Clause(" ".join(text.split())[:TITLE_LENGTH], "", page, start))
    return clauses


class _Counter:
    """Tells clause numbers from other numbers: they go on from one another, or begin again at 1."""

    def __init__(self) -> None:
        self.top = 0

    def accepts(self, match: re.Match[str], rest: str) -> bool:
        number, word = match["number"], match["word"]
        if word:
            accepted = not rest or not (rest[0].islower() or rest[0] in ",;")
            if accepted and number[0].isdigit() and word.casefold() not in _APPENDED:
                self.top = int(number.split(".")[0])
            elif accepted and word.casefold() in _APPENDED:
                self.top = 0
            return accepted
        if not number[0].isdigit():
            return bool(match["mark"]) and rest[:1].isupper()
        first = int(number.split(".")[0])
        if _UNIT.match(rest) or (rest and rest[0].islower()):
            return False
        if "." not in number and not (
            match["mark"] and (rest[:1].isupper() or rest[:1] in '“"(' or not rest)
        ):
            return False
        begins = self.top == 0 and "." in number
        if not (begins or first in (self.top, 1) or self.top < first <= self.top + 3):
            return False
        self.top = first
        return True


def _label(match: re.Match[str]) -> str:
    word, number = match["word"], match["number"]
    if not word or word.startswith("§") or word.casefold() == "section":
        return f"§ {number}"
    return f"{word.capitalize()} {number}"


def _title(rest: str, sentence: Sentence) -> str:
    """The heading of a clause: its first words where they are short and capitalised."""
    heading = re.match(r"([^\W\d_][^.:;]{1,70}?)(?:[.:](?:\s|$)|\s[–—-]\s|$)", rest)
    if heading is None:
        return ""
    words = re.findall(r"[^\W\d_][\w'’-]*", heading[1])
    capitals = sum(word[0].isupper() for word in words)
    short = len(words) <= 10 and capitals * 2 >= len(words)
    return heading[1].strip() if short or sentence.heading else ""
