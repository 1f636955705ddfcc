"""What the reader saw of each page, for a person who doubts it."""

from __future__ import annotations

from dataclasses import dataclass, field

from docanalyst.domain.documents import Document


@dataclass(frozen=True, slots=True)
class PageReport:
    """How one page was read.

    label_source: "file", "printed", "bates" or "". failed: why there is no text, or "".
    dropped: running heads, feet and page numbers kept out of the text. hidden: words that no reader sees.
    warnings: sentences about this page.
    """

    number: int
    label: str | None = None
    label_source: str = ""
    width: float = 0.0
    height: float = 0.0
    ocr: bool = False
    failed: str = ""
    dropped: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with the report of each of its pages, in the same order. reader: which one read it."""

    document: Document
    pages: tuple[PageReport, ...] = field(default=())
    reader: str = ""
