"""Reads the documents of a command: several at a time, each completely and once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from docanalyst.analyst.documents.listing import files_left_out, of_folders, select_files
from docanalyst.analyst.planning import merge_duplicates
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import DocumentError

if TYPE_CHECKING:
    from docanalyst.pdf import SelectedPath

Progress = Callable[[str, int, int], None]
"""Called with a path, its pages read so far and its total pages."""

READERS = 2
"""Documents read at the same time; each has its own process."""


def read_all(
    paths: Sequence[str],
    *,
    password: str | None,
    progress: Progress | None,
    cache_dir: Path | None,
    begun: Callable[[], object] = lambda: None,
    reread_scans: bool = False,
    double_check: bool = False,
    view: str = "final",
    alone: bool = False,
    skip_unreadable: bool = False,
) -> tuple[list[Document], list[str]]:
    """Return the documents at the PATHs, in order, and notes for the user.

    Raises DocumentError that names each document that cannot be read. If interrupted, reading stops within a
    page.

    Args:
        cache_dir: Folder of the cache; None for no cache.
        begun: Called when the first page is read, or no page will be.
        reread_scans: Read scans that have a text layer again by OCR.
        double_check: Compare the text of each page with its picture.
        view: How tracked changes are read: "final", "original" or "marked"; "pdf" reads office files as
            LibreOffice lays them out.
        alone: Whether e-mails come without their attachments, since those are named apart.
        skip_unreadable: Leave out files of folders that cannot be read, and name them. A file that is named
            itself is never left out.
    """
    selected = select_files(paths, alone=alone)
    readings = _Readings(selected, password, progress, cache_dir, begun)
    readings.reread_scans, readings.double_check, readings.view = reread_scans, double_check, view
    if len(selected) == 1 and threading.current_thread() is not threading.main_thread():
        # Ctrl-C reaches only the main thread. For a small file a thread takes as long as reading.
        readings.work()
        begun()
        return _whole(readings, paths, skip_unreadable=skip_unreadable)
    # No executor: Python waits for its threads at exit, also after Ctrl-C.
    threads = [threading.Thread(target=readings.work, daemon=True) for _ in selected[:READERS]]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except BaseException:
        readings.stopped.set()
        raise
    finally:
        begun()
    return _whole(readings, paths, skip_unreadable=skip_unreadable)


def _whole(
    readings: _Readings, paths: Sequence[str], *, skip_unreadable: bool
) -> tuple[list[Document], list[str]]:
    """Return the documents read, each once, and notes on what was given twice or left out of folders."""
    skipped = readings.skip(of_folders(paths)) if skip_unreadable else []
    documents, notes = merge_duplicates(readings.documents())
    beside, left_out = files_left_out(paths)
    beside += [path for path, _ in skipped]
    left_out += [f"{Path(path).name} was left out: {reason}" for path, reason in skipped]
    if beside and documents:
        documents[0] = replace(documents[0], beside=tuple(writable(path) for path in beside))
    return documents, [*notes, *map(writable, left_out)]


def writable(path: str) -> str:
    """Return a path that can be sent, saved and shown: bytes that are not UTF-8 become U+FFFD."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class _Stopped(Exception):
    """Stops a reading that is no longer needed."""


class _Readings:
    """A queue of files, read by several threads."""

    def __init__(
        self,
        selected: Sequence[SelectedPath],
        password: str | None,
        progress: Progress | None,
        cache_dir: Path | None,
        begun: Callable[[], object],
    ) -> None:
        self.stopped = threading.Event()
        self.reread_scans = self.double_check = False
        self.view = "final"
        self._begun = begun
        self._password, self._progress, self._cache_dir = password, progress, cache_dir
        self._paths = [item.path for item in selected]
        self._outcomes: list[Document | Exception | None] = [None] * len(selected)
        self._waiting: SimpleQueue[tuple[int, SelectedPath]] = SimpleQueue()
        for item in enumerate(selected):
            self._waiting.put(item)

    def work(self) -> None:
        """Read files until the queue is empty."""
        while not self.stopped.is_set():
            try:
                place, item = self._waiting.get_nowait()
            except Empty:
                return
            try:
                self._outcomes[place] = self._read(item)
            except Exception as error:
                self._outcomes[place] = error

    def skip(self, skippable: Container[str]) -> list[tuple[str, str]]:
        """Forget these files where they cannot be read; return their paths and why.

        None is forgotten if no document was read.
        """
        if not any(isinstance(outcome, Document) for outcome in self._outcomes):
            return []
        skipped = []
        for place, outcome in enumerate(self._outcomes):
            path = self._paths[place]
            if isinstance(outcome, DocumentError) and path in skippable:
                self._outcomes[place] = None
                skipped.append((path, outcome.message))
        return skipped

    def documents(self) -> list[Document]:
        """Return the documents read. Raises one DocumentError for all that cannot be read."""
        failures = [outcome for outcome in self._outcomes if isinstance(outcome, Exception)]
        unreadable = [failure for failure in failures if isinstance(failure, DocumentError)]
        if len(unreadable) == len(failures) > 1:
            kinds = {type(failure) for failure in unreadable}
            raise (kinds.pop() if len(kinds) == 1 else DocumentError)(
                f"{len(failures)} of {len(self._outcomes)} documents cannot be read. "
                + " ".join(failure.message for failure in unreadable),
                " ".join(dict.fromkeys(failure.hint for failure in unreadable)),
                path=unreadable[0].path,
            )
        if failures:
            raise next((failure for failure in failures if failure not in unreadable), failures[0])
        return [outcome for outcome in self._outcomes if isinstance(outcome, Document)]

    def _read(self, item: SelectedPath) -> Document:
        from docanalyst.pdf import read_document

        def report(done: int, total: int) -> None:
            if self.stopped.is_set():
                raise _Stopped
            self._begun()
            if self._progress is not None:
                self._progress(item.path, done, total)

        document = read_document(
            item.path,
            password=self._password,
            pages=item.pages,
            cache_dir=self._cache_dir,
            progress=report,
            reread_scans=self.reread_scans,
            double_check=self.double_check,
            view=self.view,
        )
        return replace(document, path=writable(document.path))
