"""Reading a document whole: from a path to pages of final text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from docanalyst.domain.documents import Document, Page, format_ranges
from docanalyst.domain.errors import DocumentError
from docanalyst.domain.language.running_heads import is_page_number
from docanalyst.domain.text import clean_text
from docanalyst.formats.detection import PDF, TEXT, kind_of
from docanalyst.pdf import notes
from docanalyst.pdf.enclosures.members import local_file
from docanalyst.pdf.kinds import LAYER, THIN_LAYER
from docanalyst.pdf.records import READER_VERSION, ReadPage, Record
from docanalyst.pdf.reports import PageReport, Reading
from docanalyst.pdf.tasks import Checked, Pages, Progress, Task, identify

_FIGURES = re.compile("[0-9]+")


def read_document(
    path: str | Path,
    *,
    password: str | None = None,
    pages: Pages = None,
    cache_dir: Path | None = None,
    progress: Progress | None = None,
    include_hidden: bool = False,
    ocr: str = "auto",
    reread_scans: bool = False,
    double_check: bool = False,
    view: str = "final",
) -> Document:
    """Read a document of any kind in `formats.detection` whole. May be called from several threads at once.

    pages: "3-40,55" or numbers, physical and 1-based; all by default. cache_dir: where readings are kept, by
    digest of the file; None keeps none, and a file that needs a password is never kept. progress: called with
    pages done and pages wanted, from any thread. include_hidden: take in text that nobody sees.
    ocr: "auto" recognises pages without a text layer where that is possible; "off" leaves them empty;
    other values are tesseract's languages, as "deu+eng". reread_scans: recognise scans that have a text layer
    too. double_check: hold the text of each page against its picture; takes seconds a page. view: how the
    tracked changes of a file are read: "final", "original" or "marked"; "pdf" reads Word, .odt and .rtf files
    as a PDF that LibreOffice makes of them.

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
        reread_scans=reread_scans,
        double_check=double_check,
        view=view,
    ).document


def inspect_document(
    path: str | Path,
    *,
    password: str | None = None,
    pages: Pages = None,
    cache_dir: Path | None = None,
    progress: Progress | None = None,
    include_hidden: bool = False,
    ocr: str = "auto",
    reread_scans: bool = False,
    double_check: bool = False,
    view: str = "final",
) -> Reading:
    """As `read_document`, with the report of each page."""
    place = local_file(path)
    kind = kind_of(place, str(path))
    digest, size, head = identify(place)
    if not size:
        raise DocumentError(f"{place.name} is empty (0 bytes).", "Get the file again.", path=str(path))
    if kind == TEXT:
        from docanalyst.pdf.flow.textfiles import read_text_file

        return read_text_file(place, str(path), digest, pages)
    if kind != PDF and view == "pdf":
        from docanalyst.pdf.flow.libreoffice import CONVERTED, as_pdf

        if kind in CONVERTED:
            with as_pdf(place, str(path)) as made:
                reading = inspect_document(
                    made,
                    pages=pages,
                    progress=progress,
                    include_hidden=include_hidden,
                    ocr=ocr,
                    double_check=double_check,
                )
            return _as_converted(reading, digest, size, str(path))
        view = "final"
    if kind != PDF:
        from docanalyst.pdf.flow.flowing import read_flowing_file

        return read_flowing_file(
            place, str(path), digest, pages, kind=kind, view=view, include_hidden=include_hidden
        )
    if b"%PDF-" not in head:
        raise DocumentError(
            f"{place.name} is not a PDF, whatever its name says.",
            "Check the file; plain text needs the suffix .txt.",
            path=str(path),
        )
    task = Task(place, digest, password, pages, cache_dir, progress, include_hidden, ocr, reread_scans)
    record, numbers = task.record()
    wanted = set(numbers)
    taken = [page for page in record.pages if page.number in wanted]
    checked = task.contradictions(record, taken) if double_check else {}
    return _reading(task, record, taken, checked, str(path), size)


def _as_converted(reading: Reading, digest: str, size: int, given: str) -> Reading:
    """The reading of a PDF that LibreOffice made as that of the file that it was made from."""
    document = replace(
        reading.document,
        sha256=digest,
        byte_count=size,
        path=given,
        warnings=(
            "The pages are those of a PDF that LibreOffice made of the file; Word may divide it otherwise.",
            *reading.document.warnings,
        ),
    )
    return replace(reading, document=document, reader=f"LibreOffice to PDF, {reading.reader}")


def _reading(
    task: Task, record: Record, taken: list[ReadPage], checked: Checked, given: str, size: int
) -> Reading:
    can = _can_recognise(task, taken)
    if not any(page.text.strip() for page in taken):
        if record.unread:
            raise DocumentError(
                f"{task.path.name} cannot be read: its Brotli streams could not be decompressed.",
                "Run `pip install brotli`, or open it in a PDF program and save it again.",
                path=given,
            )
        _refuse_empty(task.path, taken, given, can, task.ocr == "off")
    document = Document(
        sha256=task.digest,
        title=record.title,
        pages=tuple(_page(page) for page in taken),
        warnings=(
            *notes.warnings(record, taken, include_hidden=task.include_hidden, can_recognise=can),
            *notes.about_contradictions(checked),
        ),
        path=given,
        byte_count=size,
        page_count=record.page_count,
        left_out=_left_out(taken),
        metadata={key: clean_text(value)[0] for key, value in record.metadata.items()},
    )
    reports = tuple(
        PageReport(
            number=page.number,
            label=page.label,
            label_source=page.label_source,
            width=page.size[0],
            height=page.size[1],
            characters=len(page.text),
            columns=page.columns,
            reordered=page.reordered,
            blank=page.kind == "blank",
            ocr=page.ocr,
            confidence=page.confidence if page.ocr else None,
            failed=page.failed,
            dropped=page.dropped_texts,
            hidden=page.hidden,
            struck=tuple(words for kind, words in page.remarks if kind == "struck"),
            warnings=(
                *notes.page_warnings(page, include_hidden=task.include_hidden, can_recognise=can),
                *notes.about_contradictions({page.number: checked.get(page.number, ())}),
            ),
            layer=page.kind in (LAYER, THIN_LAYER) and not page.ocr,
            contradictions=tuple(checked.get(page.number) or ()),
        )
        for page in taken
    )
    parser = "pypdf" if record.fallback else "pdfium"
    return Reading(document, reports, f"{parser}, reader {READER_VERSION}", record.attachments)


def _left_out(pages: list[ReadPage]) -> tuple[tuple[str, str], ...]:
    """The lines left out of a document, each with its pages; page numbers as "#", for they differ."""
    found: dict[str, list[int]] = {}
    for page in pages:
        for line in page.dropped_texts:
            found.setdefault(_FIGURES.sub("#", line) if is_page_number(line) else line, []).append(
                page.number
            )
    return tuple((line, format_ranges(list(dict.fromkeys(numbers)))) for line, numbers in found.items())


def _page(page: ReadPage) -> Page:
    """The page as it is sent. The text layer of a scan was recognised too, by whatever program."""
    by_ocr = page.ocr or bool(page.shown) or page.kind in (LAYER, THIN_LAYER)
    return Page(page.number, page.label, page.text, by_ocr, page.line_numbers)


def _can_recognise(task: Task, pages: Sequence[ReadPage]) -> bool:
    if not any(page.needs_recognition for page in pages):
        return True
    from docanalyst.pdf.ocr.tesseract import find_recognizer

    return find_recognizer("auto" if task.ocr == "off" else task.ocr) is not None


def _refuse_empty(
    path: Path, pages: Sequence[ReadPage], given: str, can_recognise: bool, ocr_off: bool
) -> None:
    """Raise the error for a document without a single word."""
    failed = [page for page in pages if page.failed]
    if failed:
        which = "it" if len(pages) == 1 else f"page {failed[0].number}"
        raise DocumentError(
            f"{path.name} cannot be read: {which} {failed[0].failed}.",
            "Open it in a PDF program and save it again, or leave it out.",
            path=given,
        )
    if all(page.kind == "blank" for page in pages):
        raise DocumentError(f"{path.name} has no words: every page is blank.", "Leave it out.", path=given)
    if ocr_off:
        raise DocumentError(f"{path.name} has no text layer, and OCR is off.", "Switch it on.", path=given)
    if can_recognise:
        raise DocumentError(
            f"{path.name} has no text layer, and OCR found no words on its pages.",
            "Check the pages: they may contain only pictures.",
            path=given,
        )
    from docanalyst.pdf.ocr.words import INSTALL_OCR

    raise DocumentError(
        f"{path.name} has no text: it is a scan or contains only pictures.",
        f"To read it, {INSTALL_OCR}.",
        path=given,
    )
