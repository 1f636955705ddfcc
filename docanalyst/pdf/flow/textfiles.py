"""Plain text and Markdown: a page for each form feed, one page when there is none."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.errors import DocumentError
from docanalyst.formats.detection import unreadable
from docanalyst.pdf import limits, notes
from docanalyst.pdf.layout.titles import choose_title
from docanalyst.pdf.ranges import page_numbers
from docanalyst.pdf.rawpages import RawPage
from docanalyst.pdf.records import ReadPage, Record, finish_text
from docanalyst.pdf.reports import PageReport, Reading

MAX_TEXT_BYTES = 256 << 20

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text_file(place: Path, given: str, digest: str, pages: str | Sequence[int] | None) -> Reading:
    """Read a text file. digest: of its bytes. Raises DocumentError for what is not text or has none."""
    data = _bytes(place, given)
    text, warnings = decode(data, place)
    texts = split_pages(text)
    if len(texts) > limits.MAX_PAGES and pages is None:
        raise DocumentError(
            f"{place.name} has {len(texts):,} pages, over the limit of {limits.MAX_PAGES:,} at once.",
            f"Name the pages: {place.name}:1-{limits.MAX_PAGES}.",
            path=given,
        )
    numbers = page_numbers(pages, len(texts), given) if pages is not None else range(1, len(texts) + 1)
    read = tuple(finish_text(ReadPage(number, None, "", texts[number - 1])) for number in numbers)
    if not any(page.text.strip() for page in read):
        raise DocumentError(f"{place.name} has no text.", "Give a file with text in it.", path=given)
    title = choose_title("", RawPage(1), [page.text for page in read[:2]], place.stem)
    record = Record(len(texts), title, read)
    found = tuple(notes.warnings(record, read, include_hidden=False, can_recognise=True))
    document = Document(
        sha256=digest,
        title=title,
        pages=tuple(Page(page.number, None, page.text) for page in read),
        warnings=(*warnings, *found),
        path=given,
        byte_count=len(data),
        page_count=len(texts),
    )
    reports = tuple(
        PageReport(
            page.number,
            characters=len(page.text),
            blank=not page.text.strip(),
            # What there is to say of a page is also said of the document.
            warnings=found and notes.page_warnings(page, include_hidden=False, can_recognise=True),
        )
        for page in read
    )
    return Reading(document, reports, "text")


def decode(data: bytes, path: Path) -> tuple[str, list[str]]:
    """The text of a file and warnings. Raises DocumentError for what is not text.

    A byte order mark decides; without one it is UTF-8, and failing that Windows-1252, with a warning.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), []
            except UnicodeDecodeError as error:
                raise _not_text(path) from error
    if b"\0" in data:
        raise _not_text(path)
    try:
        return data.decode(), []
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
        return text, [f"{path.name} is not UTF-8; it was read as Windows-1252 (Western European)."]


def split_pages(text: str) -> list[str]:
    """The pages of a text file; a form feed at the very end opens no further page."""
    pages = text.split("\f")
    if len(pages) > 1 and not pages[-1].strip():
        pages.pop()
    return pages


def _bytes(place: Path, given: str) -> bytes:
    try:
        if place.stat().st_size > MAX_TEXT_BYTES:
            raise DocumentError(
                f"{place.name} is over {MAX_TEXT_BYTES >> 20} MiB of text.", "Split the file.", path=given
            )
        return place.read_bytes()
    except OSError as error:
        raise unreadable(place, error, given) from error


def _not_text(path: Path) -> DocumentError:
    return DocumentError(
        f"{path.name} is not a text file.", "Give it as PDF, or saved as UTF-8 text.", path=str(path)
    )
