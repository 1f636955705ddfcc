"""Reading the documents of a command: several at a time, each whole, each file once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from docanalyst.analyst.documents.listing import select_files
from docanalyst.analyst.planning import merge_duplicates
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import DocumentError

if TYPE_CHECKING:
    from docanalyst.pdf import SelectedPath

Progress = Callable[[str, int, int], None]
"""Called with a path, the pages read of it so far, and its pages."""

READERS = 2
"""Documents read at the same time; each has a process of its own."""


def read_all(
    paths: Sequence[str],
    *,
    password: str | None,
    progress: Progress | None,
    cache_dir: Path | None,
    begun: Callable[[], object] = lambda: None,
) -> tuple[list[Document], list[str]]:
    """The documents behind PATHs, in order, and notes for the user.

    cache_dir: where readings are kept for the next time; None keeps none. begun: called when pages come in,
    or none will. Raises DocumentError, naming each
    document that cannot be read. When it is interrupted, its readings end within a page.
    """
    selected = select_files(paths)
    readings = _Readings(selected, password, progress, cache_dir, begun)
    # Not an executor: its threads would hold up the end of the program.
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
    return merge_duplicates(readings.documents())


def writable(path: str) -> str:
    """A path as text that can be sent, kept and shown: bytes of its name that are no UTF-8 become U+FFFD."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class _Stopped(Exception):
    """Ends a reading that nobody waits for any more."""


class _Readings:
    """Files to read, taken one after another by several threads."""

    def __init__(
        self,
        selected: Sequence[SelectedPath],
        password: str | None,
        progress: Progress | None,
        cache_dir: Path | None,
        begun: Callable[[], object],
    ) -> None:
        self.stopped = threading.Event()
        self._begun = begun
        self._password, self._progress, self._cache_dir = password, progress, cache_dir
        self._outcomes: list[Document | Exception | None] = [None] * len(selected)
        self._waiting: SimpleQueue[tuple[int, SelectedPath]] = SimpleQueue()
        for item in enumerate(selected):
            self._waiting.put(item)

    def work(self) -> None:
        """Read until nothing is waiting."""
        while not self.stopped.is_set():
            try:
                place, item = self._waiting.get_nowait()
            except Empty:
                return
            try:
                self._outcomes[place] = self._read(item)
            except Exception as error:
                self._outcomes[place] = error

    def documents(self) -> list[Document]:
        """What was read; raises one error for all that could not be."""
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
        )
        return replace(document, path=writable(document.path))
