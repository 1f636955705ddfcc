"""Reads one file: from the cache or again, with OCR of its scanned pages."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.domain.documents import format_ranges
from docanalyst.domain.errors import DocumentError
from docanalyst.formats.detection import unreadable
from docanalyst.pdf.ranges import page_numbers
from docanalyst.pdf.records import READER_VERSION, ReadPage, Record

if TYPE_CHECKING:
    from docanalyst.pdf.ocr.contradictions import Contradiction
    from docanalyst.pdf.rawpages import RawFile

Progress = Callable[[int, int], None]
Checked = Mapping[int, "tuple[Contradiction, ...] | None"]
"""Contradictions by page; None for a page that could not be compared."""

Pages = str | Sequence[int] | None


@dataclass(slots=True)
class Task:
    """One file to read, and how. reread_scans: recognise scans anew that have a text layer."""

    path: Path
    digest: str
    password: str | None = None
    pages: Pages = None
    cache_dir: Path | None = None
    progress: Progress | None = None
    include_hidden: bool = False
    ocr: str = "auto"
    reread_scans: bool = False

    def record(self) -> tuple[Record, list[int]]:
        """The file as read, and the pages wanted of it. Kept readings come first."""
        kept = self._load(self._place(""))
        if kept is not None:
            numbers = self._wanted(kept.page_count)
            waiting = self._waiting(kept.pages, numbers)
            if not waiting:
                self._report(len(numbers), len(numbers))
                return kept, numbers
            # What recurs is only seen on many pages: the reading with all pages recognised comes first.
            everywhere = self._waiting(kept.pages, range(1, kept.page_count + 1))
            for key in dict.fromkeys((everywhere, waiting)):
                recognised = self._load(self._place(key))
                if recognised is not None:
                    self._report(len(numbers), len(numbers))
                    return recognised, numbers
        return self._read()

    def _read(self) -> tuple[Record, list[int]]:
        from docanalyst.pdf.records import finish, pages_to_recognise
        from docanalyst.pdf.sandbox.extraction import extract

        counter = _Counter(self.progress)
        raw = extract(
            self.path,
            password=self.password,
            pages=self.pages,
            include_hidden=self.include_hidden,
            progress=counter.page,
        )
        if identify(self.path)[0] != self.digest:
            raise DocumentError(
                f"{self.path.name} changed while it was being read.", "Read it again.", path=str(self.path)
            )
        numbers = self._wanted(raw.page_count)
        whole = len(raw.pages) == raw.page_count and not raw.needed_password
        intact = whole and not raw.unread and not any(page.failed for page in raw.pages.values())
        waiting = pages_to_recognise(raw, numbers, reread=self.reread_scans) if self.ocr != "off" else []
        record: Record | None = None
        if intact or not waiting:
            record = finish(raw, self.path.stem, keep=bool(waiting))
            if intact:
                self._save(self._place(""), record)
        if waiting and self._recognise(raw, waiting, counter):
            record = finish(raw, self.path.stem)
            if intact:
                self._save(self._place(self._waiting_key(waiting)), record)
        counter.finish(len(numbers))
        return record or finish(raw, self.path.stem), numbers

    def _recognise(self, raw: RawFile, waiting: list[int], counter: _Counter) -> bool:
        """Recognise pages in place; False where nothing here can."""
        from docanalyst.pdf.ocr.recognition import recognise_pages
        from docanalyst.pdf.ocr.tesseract import find_recognizer

        recognizer = find_recognizer(self.ocr)
        if recognizer is None:
            return False
        recognise_pages(
            raw,
            waiting,
            recognizer,
            source=(self.path, self.password),
            reread=self.reread_scans,
            store=None if raw.needed_password else self.words_store(),
            done=counter.recognised,
        )
        return True

    def contradictions(self, record: Record, pages: Sequence[ReadPage]) -> Checked:
        """What the text of pages says against what they show, by page; None where that could not be told.

        Raises DocumentError where nothing here can read pictures.
        """
        from docanalyst.pdf.ocr.recognition import check_pages
        from docanalyst.pdf.ocr.tesseract import find_recognizer
        from docanalyst.pdf.ocr.words import INSTALL_OCR

        recognizer = find_recognizer("auto" if self.ocr == "off" else self.ocr)
        if recognizer is None:
            raise DocumentError(
                f"{self.path.name} cannot be double-checked: no OCR program is installed.",
                f"To double-check, {INSTALL_OCR}.",
                path=str(self.path),
            )
        readable = [page for page in pages if page.text.strip() and not page.ocr and not page.failed]
        if record.fallback:
            return dict.fromkeys((page.number for page in readable), None)
        counter = _Counter(self.progress)
        counter.expect(len(readable))
        return check_pages(
            readable,
            recognizer,
            path=self.path,
            password=self.password,
            include_hidden=self.include_hidden,
            store=None if record.needed_password else self.words_store(),
            done=counter.recognised,
        )

    def words_store(self) -> Path | None:
        """The folder that keeps the recognised words of this file."""
        return None if self.cache_dir is None else Path(self.cache_dir) / "ocr" / self.digest

    def _wanted(self, page_count: int) -> list[int]:
        if self.pages is None:
            return list(range(1, page_count + 1))
        return page_numbers(self.pages, page_count, str(self.path))

    def _waiting(self, pages: Sequence[ReadPage], numbers: Sequence[int]) -> str:
        """The key of the pages that wait for recognition here; "" when there are none."""
        if self.ocr == "off":
            return ""
        wanted = set(numbers)
        waiting = [
            page.number for page in pages if page.number in wanted and page.waits(reread=self.reread_scans)
        ]
        return self._waiting_key(waiting) if waiting else ""

    def _waiting_key(self, waiting: list[int]) -> str:
        from docanalyst.pdf.ocr.tesseract import find_recognizer

        recognizer = find_recognizer(self.ocr)
        if recognizer is None:
            return ""
        return hashlib.sha256(f"{recognizer.name}:{format_ranges(waiting)}".encode()).hexdigest()[:12]

    def _place(self, variant: str) -> Path | None:
        if self.cache_dir is None:
            return None
        name = "-".join(filter(None, [self.digest, "hidden" if self.include_hidden else "", variant]))
        return Path(self.cache_dir) / "readings" / READER_VERSION / f"{name}.json"

    def _load(self, place: Path | None) -> Record | None:
        if place is None:
            return None
        from docanalyst.pdf import cache

        kept = cache.load(place)
        try:
            return Record.of(*kept) if kept is not None else None
        except (IndexError, KeyError, TypeError, ValueError):
            return None

    def _save(self, place: Path | None, record: Record) -> None:
        if place is not None:
            from docanalyst.pdf import cache

            cache.save(place, record.head(), record.pages)

    def _report(self, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(done, total)


class _Counter:
    """Counts pages for a progress callback; a page to recognise counts when it is recognised."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress, self._done, self._total = progress, 0, 0
        self._lock = threading.Lock()

    def expect(self, total: int) -> None:
        """So many pages are to be done."""
        self._total = total

    def page(self, total: int, ready: bool) -> None:
        """A page was parsed. ready: its text is final."""
        with self._lock:
            self._total = total
            if ready:
                self._advance()

    def recognised(self) -> None:
        """A page was recognised."""
        with self._lock:
            self._advance()

    def finish(self, total: int) -> None:
        """All is done, pages not asked for and pages that nothing here recognises too."""
        with self._lock:
            total = max(total, self._total)
            if self._progress is not None and self._done < total:
                self._progress(total, total)

    def _advance(self) -> None:
        self._done += 1
        if self._progress is not None and self._done <= self._total:
            self._progress(self._done, self._total)


def identify(place: Path) -> tuple[str, int, bytes]:
    """Digest, size and first kilobyte of a file. Raises DocumentError."""
    try:
        with place.open("rb") as file:
            head = file.read(1024)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return digest, file.tell(), head
    except OSError as error:
        raise unreadable(place, error) from error
