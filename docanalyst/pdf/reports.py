"""The report on each page for `docanalyst read`: its text, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docanalyst.domain.documents import Document

if TYPE_CHECKING:
    from docanalyst.pdf.ocr.contradictions import Contradiction


@dataclass(frozen=True, slots=True)
class PageReport:
    """How one page was read.

    label_source: "file", "printed", "bates" or "". width, height: points. columns: of text, side by side.
    reordered: lines were moved against the order of the file. blank: nothing is on the page. confidence: of
    recognised text, 0..100. failed: why there is no text, the end of a sentence, or "". dropped: running
    heads, feet and page numbers kept out of the text. hidden: reason and words of what no reader of the page
    sees. struck: words that are struck through. warnings: sentences about this page. layer: a scan with a
    text
    layer of unknown OCR. contradictions: what the text says against what the page shows.
    """

    number: int
    label: str | None = None
    label_source: str = ""
    width: float = 0.0
    height: float = 0.0
    characters: int = 0
    columns: int = 1
    reordered: bool = False
    blank: bool = False
    ocr: bool = False
    confidence: float | None = None
    failed: str = ""
    dropped: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    struck: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    layer: bool = False
    contradictions: tuple[Contradiction, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with the report of each of its pages, in the same order.

    reader: which one read it. attachments: names of the files attached to it.
    """

    document: Document
    pages: tuple[PageReport, ...] = field(default=())
    reader: str = ""
    attachments: tuple[str, ...] = ()
