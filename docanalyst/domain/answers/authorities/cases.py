"""Citations by volume, reporter and page, each with the name, court and year beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docanalyst.domain.answers.authorities.reporters import is_plain, is_record, reporter

_BLANK = r"[ \n\u00a0]{1,2}"
_SERIES = r"(?:[2-9](?:d|th)|[23]nd|3rd)"
_CAPITALISED = r"[A-Z][A-Za-z’'&.]{0,24}(?:[2-9](?:d|th))?"
_BRACKETED = r"\((?:[2-9]d|[A-Z][A-Za-z0-9. -]{0,14})\)"
_WORD = rf"(?:{_CAPITALISED}|{_SERIES}\.?|&|of|and|{_BRACKETED})"
_PAGE = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9}|_{2,8}|[—–-]{2,5}|[ivxlc]{2,8})"
_CITATION = re.compile(
    rf"(?<![\w.,$£€/–-])(?P<volume>\d{{1,6}}(?:[-–]\d{{1,3}})?)(?:{_BLANK}|-)"
    rf"(?P<reporter>{_WORD}(?:[ \n\u00a0]{{0,2}}{_WORD}){{0,7}}?)"
    rf"(?P<nominative>,?{_BLANK}\((?:\d{{1,3}}{_BLANK})?[A-Z][A-Za-z.]{{1,12}}\))?"
    rf"(?:,?{_BLANK}|-)(?:(?:p\.|¶){_BLANK})?(?P<page>{_PAGE})(?![\w%])(?!\.\d)"
)
_AFTER = re.compile(r"[–—-]\d|\s{0,2}(?:[,;:.)(\]\"”’|<*]|at\b|and\b|$|[A-Z]|n\.|§)")
_PIN = (
    r"(?:at\s)?[*\d][\d–*-]{0,12}(?:\s(?:&\s)?nn?\.\s?\d{1,3}|\s[A-Z][A-Za-z. ]{0,18}(?:[2-9]d\s|\s)\d{1,5})?"
)
_YEAR = re.compile(
    rf"(?:,\s{{1,2}}{_PIN}){{0,4}}\s{{0,2}}\((?P<court>[^()]{{0,40}}?)\s?(?P<year>1[6-9]\d\d|20\d\d)\)"
)
"""Court and year in brackets after a citation, its pin cites and parallel citations between."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A citation by place: where a case or statute is printed.

    volume, page: as written; page may be a blank to fill in ("___"). reporter: its usual name. court, year:
    of the brackets after it, "" where there are none. start, end: offsets of volume to page.
    """

    volume: str
    reporter: str
    page: str
    court: str
    year: str
    start: int
    end: int
    record: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two citations one place."""
        return self.volume, self.reporter, self.page.replace(",", "")

    @property
    def has_page(self) -> bool:
        """Whether the page is known: "569 U. S. ____" leaves it open."""
        return self.page[:1].isalnum()


def slots(text: str) -> Iterator[Slot]:
    """The citations by volume, reporter and page of a text, in order."""
    position = 0
    while match := _CITATION.search(text, position):
        found = _slot(text, match)
        if found is None:
            position = match.start("reporter")
            continue
        yield found
        position = match.end()


def _slot(text: str, match: re.Match[str]) -> Slot | None:
    written = match["reporter"]
    usual = reporter(written)
    if usual is None:
        return None
    page = match["page"]
    if is_plain(written) and not _AFTER.match(text, match.end()):
        return None
    if page.isdigit() and len(page) > 6 and usual != "WL" and "LEXIS" not in usual:
        return None
    if not page[:1].isdigit() and is_plain(written):
        return None
    behind = _YEAR.match(text, match.end())
    return Slot(
        match["volume"],
        usual,
        page,
        " ".join(behind["court"].split()) if behind else "",
        behind["year"] if behind else "",
        match.start(),
        match.end(),
        is_record(written),
    )
