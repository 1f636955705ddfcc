"""Reading a document whole: from a path to pages of final text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from docanalyst.domain.documents import Document, Page, format_ranges
from docanalyst.domain.errors import DocumentError
from docanalyst.domain.text import clean_text
from docanalyst.pdf import textfiles
from docanalyst.pdf.paths import TEXT_SUFFIXES, page_numbers, require_document, unreadable
from docanalyst.pdf.reports import PageReport, Reading
from docanalyst.pdf.titles import choose_title

READER_VERSION = "1"


def read_document(
    path: str | Path,
    *,
    password: str | None = None,
    pages: str | Sequence[int] | None = None,
    cache_dir: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    include_hidden: bool = False,
    ocr: str = "auto",
) -> Document:
    """Read a PDF, .txt or .md whole. May be called from several threads at once.

    pages: "3-40,55" or numbers, physical and 1-based; all by default. cache_dir: where readings are kept, by
    digest of the file; None keeps none. progress: called with pages done and pages wanted.
    include_hidden: take in text that a reader of the page cannot see. ocr: "auto" recognises pages without
    text where a program for it is installed; "off" leaves them empty.

    Raises DocumentError, with the reason and the way out, and PasswordRequired.
    """
    return inspect_document(
        path,
        password=password,
        pages=pages,
        cache_dir=cache_dir,
        progress=progress,
        include_hidden=include_hidden,
        ocr=ocr,
    ).document


def inspect_document(
    path: str | Path,
    *,
    password: str | None = None,
    pages: str | Sequence[int] | None = None,
    cache_dir: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    include_hidden: bool = False,
    ocr: str = "auto",
) -> Reading:
    """As `read_document`, with the report of each page."""
    place = Path(path).expanduser()
    require_document(place)
    digest, size, head = _identify(place)
    if not size:
        raise DocumentError(f"{place.name} is empty (0 bytes).", "Get the file again.", path=str(path))
    if place.suffix.lower() in TEXT_SUFFIXES:
        return _read_text(place, str(path), digest, pages)
    if b"%PDF-" not in head:
        raise DocumentError(
            f"{place.name} is not a PDF: its content is something else.",
            "Check what it is; text can be given as .txt.",
            path=str(path),
        )
    return _read_pdf(place, str(path), digest, size, password, pages, progress)


def _read_pdf(
    place: Path,
    given: str,
    digest: str,
    size: int,
    password: str | None,
    pages: str | Sequence[int] | None,
    progress: Callable[[int, int], None] | None,
) -> Reading:
    from docanalyst.pdf.extraction import extract

    raw = extract(place, password=password, pages=pages, progress=progress)
    read: list[Page] = []
    for page in raw.pages.values():
        text = clean_text(page.text.replace("\ufffe", ""))[0]
        read.append(Page(page.number, page.label or None, text))
    warnings = []
    if raw.encrypted and not raw.needed_password:
        warnings.append("The file is encrypted; it opens without a password.")
    failed = [page for page in raw.pages.values() if page.failed]
    warnings += [f"Page {page.number} could not be read: it {page.failed}." for page in failed]
    empty = [page.number for page in read if not page.text.strip()]
    if empty and len(empty) == len(read):
        raise DocumentError(
            f"{place.name} has no text: it is a scan, or pictures only.",
            "Install the program tesseract (or the extra docanalyst[ocr]) and read it again.",
            path=given,
        )
    if empty:
        warnings.append(f"No text on page {format_ranges(empty)}.")
    document = Document(
        sha256=digest,
        title=choose_title(raw.metadata.get("Title", ""), read, place.stem),
        pages=tuple(read),
        warnings=tuple(warnings),
        path=given,
        byte_count=size,
        page_count=raw.page_count,
        metadata=raw.metadata,
    )
    reports = tuple(
        PageReport(page.number, page.label, "file" if page.label else "", raw_page.width, raw_page.height)
        for page, raw_page in zip(read, raw.pages.values(), strict=True)
    )
    return Reading(document, reports, f"pdfium/{READER_VERSION}")


def _read_text(place: Path, given: str, digest: str, pages: str | Sequence[int] | None) -> Reading:
    try:
        data = place.read_bytes()
    except OSError as error:
        raise unreadable(place, error, given) from error
    text, warnings = textfiles.decode(data, place)
    texts = textfiles.split_pages(text)
    read = [Page(number, None, clean_text(body)[0]) for number, body in enumerate(texts, 1)]
    if not any(page.text.strip() for page in read):
        raise DocumentError(f"{place.name} has no text.", "Give a file with text in it.", path=given)
    document = Document(
        sha256=digest,
        title=choose_title("", read, place.stem),
        pages=tuple(read),
        warnings=tuple(warnings),
        path=given,
        byte_count=len(data),
        page_count=len(read),
    )
    if pages is not None:
        document = document.select(page_numbers(pages, len(read), given))
    return Reading(document, tuple(PageReport(page.number) for page in document.pages), "text")


def _identify(place: Path) -> tuple[str, int, bytes]:
    """Digest, size and first kilobyte of a file."""
    try:
        with place.open("rb") as file:
            head = file.read(1024)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return digest, file.tell(), head
    except OSError as error:
        raise unreadable(place, error) from error
