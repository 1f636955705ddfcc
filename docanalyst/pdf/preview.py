"""Reads one page immediately, before the rest of its document."""

from __future__ import annotations

from pathlib import Path

from docanalyst.domain.documents import Page
from docanalyst.domain.text import clean_text
from docanalyst.pdf.enclosures.members import local_file
from docanalyst.pdf.layout.assembly import Decisions, assemble
from docanalyst.pdf.layout.joins import HARD_HYPHEN, HYPHEN
from docanalyst.pdf.sandbox.extraction import extract


def read_page(path: str | Path, number: int, *, password: str | None = None) -> Page:
    """One page of a PDF, to be shown while the document is still being read.

    Its text may differ a little from that of `read_document`, which sees what recurs on other pages and knows
    the document's words; it is not recognised from a picture. Raises DocumentError and PasswordRequired.
    """
    raw = extract(local_file(path), password=password, pages=[number], whole=False).pages[number]
    marks = "".join("j" if join == HYPHEN else "k" for join in raw.joins if join in (HYPHEN, HARD_HYPHEN))
    return Page(number, raw.label or None, clean_text(assemble(raw, Decisions((), marks)))[0])
