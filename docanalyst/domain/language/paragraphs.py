"""The paragraphs of a document's pages, for a layout without lines: what a page wraps is one again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from docanalyst.domain.documents import APART, Document, Page

UNWRAPPED = 200
"""Characters of a line from which the lines of a text are its paragraphs: no printed line is that long."""
FULL = 0.7
"""Share of the longest lines that a line must have for the next one to go on with it."""

_BEGINS = re.compile(
    r"\s*(?:\d{1,3}(?:\.\d{1,3})*[.)]\s|\d{1,3}(?:\.\d{1,3})+\s|\([a-zA-Z0-9]{1,4}\)\s|[•▪◦–—*-]\s|[A-Z]{1,3}-\d|[IVXLC]{1,6}[.)]\s"
    r"|(?:Article|Section|Clause|Schedule|Exhibit|Annex|Appendix|Table|Part|[A-Z]{4,9})\s+\d)"
)
_MAY_BEGIN = re.compile(r"\d{1,3}\s+[A-Z]")
"""A number that begins a clause, unless it stands in a sentence: "on | 14 November"."""
_TITLE = re.compile(r"(?:\d{1,2}\.\s+[A-Z]|(?:Article|Schedule)\s+\w)")
_LISTED = re.compile(r"(?:…|\.{3,}|(?:\. ){3,})\s*[\divxlc]{1,4}$")
"""The end of a line of a table of contents."""
_ENDS = (".", ";", ":", "!", "?", "”", '"')
_ROW = " | "


class Paragraph(NamedTuple):
    """A paragraph of a document: its text on one line, whether it is a heading, and the page that it begins
    on."""

    text: str
    heading: bool
    page: int
    label: str | None


def paragraphs(document: Document) -> list[Paragraph]:
    """Return the paragraphs of a document. No word is added, dropped or changed.

    A row of a table is a paragraph with " | " between its cells. Comments, headers and footers are left out.
    """
    lines = [
        (line.strip(), opens, page)
        for page in document.pages
        if page.label not in APART
        for line, opens in _lines(page.text)
    ]
    lengths = sorted(len(line) for line, _, _ in lines)
    width = lengths[9 * len(lengths) // 10] if lengths else 0
    made: list[tuple[list[str], Page]] = []
    for line, opens, page in lines:
        before = made[-1][0][-1] if made else ""
        if made and not (opens and before.endswith(_ENDS)) and _goes_on(before, line, width, opens):
            made[-1][0].append(line)
        else:
            made.append(([line], page))
    return [
        Paragraph(text := " ".join(" ".join(wrapped).split()), _is_heading(text), page.number, page.label)
        for wrapped, page in made
    ]


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the lines of a page, and whether each begins a block: the page, or behind a blank line."""
    opens = True
    for line in text.split("\n"):
        if line.strip():
            yield line, opens
        opens = not line.strip()


def _goes_on(before: str, line: str, width: int, opens: bool) -> bool:
    """Whether a line goes on with the paragraph of the line before."""
    if width >= UNWRAPPED or _BEGINS.match(line) or _ROW in line or _ROW in before:
        return False
    if opens:
        return line[0].islower() and len(before) >= FULL * width
    if len(before) >= FULL * width:
        return not (_MAY_BEGIN.match(line) and before.endswith(_ENDS))
    return line[0].islower()


def _is_heading(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    if (
        not letters
        or len(text) > 80
        or text.endswith((".", ";", ",", ":"))
        or _ROW in text
        or _LISTED.search(text)
    ):
        return False
    return text.isupper() or _TITLE.match(text) is not None
