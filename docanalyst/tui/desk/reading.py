"""Reads the documents to open, a few at a time; one failure does not stop the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import DocanalystError, PasswordRequired
from docanalyst.tui.desk.desk import Desk, Entry, State
from docanalyst.tui.desk.threads import in_thread

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst

AT_ONCE = 2
"""Documents read at the same time; each has its own process."""


class Reading:
    """Reads PATHs in the background.

    Args:
        changed: Called when the state of a document changes.
        told: Called with each note for the user.
        failed: Called with the error of a PATH that does not exist.
    """

    def __init__(
        self,
        desk: Desk,
        changed: Callable[[], None],
        told: Callable[[str], None],
        failed: Callable[[DocanalystError], None],
    ) -> None:
        self._desk = desk
        self._changed = changed
        self._told = told
        self._failed = failed
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def add(self, analyst: Analyst, paths: Sequence[str]) -> None:
        """Open and read the files at these PATHs; a missing PATH is reported."""
        from docanalyst.analyst.documents.listing import list_files

        fresh: list[Entry] = []
        for path in paths:
            try:
                files = await in_thread(list_files, [path])
            except DocanalystError as error:
                self._failed(error)
                continue
            for file in files:
                if self._desk.has(file):
                    self._told(f"{Entry(file).name} is already open.")
                else:
                    self._desk.entries = [entry for entry in self._desk.entries if entry.path != file]
                    entry = Entry(file)
                    self._desk.entries.append(entry)
                    fresh.append(entry)
        self._changed()
        await asyncio.gather(*(self.read(analyst, entry) for entry in fresh))

    async def read(self, analyst: Analyst, entry: Entry, password: str | None = None) -> None:
        """Read one document; the result is stored in its entry."""
        entry.state = State.WAITING
        async with self._slots:
            if entry not in self._desk.entries:
                return
            entry.state = State.READING
            entry.message = entry.hint = ""
            self._changed()

            def report(path: str, done: int, total: int) -> None:
                entry.done, entry.total = done, total

            def work() -> tuple[list[Document], list[str]]:
                return analyst.read([entry.path], password=password, progress=report, alone=True)

            try:
                documents, notes = await in_thread(work)
                self._take(entry, documents, notes)
            except PasswordRequired as error:
                entry.state, entry.message, entry.hint = State.LOCKED, error.message, error.hint
            except DocanalystError as error:
                entry.state, entry.message, entry.hint = State.FAILED, error.message, error.hint
            except Exception as error:
                entry.state = State.FAILED
                entry.message = f"Internal error while reading {entry.name} ({type(error).__name__})."
                entry.hint = "This is a bug in docanalyst; the other documents are not affected."
        self._changed()

    def _take(self, entry: Entry, documents: list[Document], notes: list[str]) -> None:
        document = documents[0]
        same = self._desk.find(document.sha256)
        if same is not None and same is not entry:
            self._desk.entries.remove(entry)
            self._told(f"{entry.name} is the same file as {same.name}; it is sent once.")
            return
        entry.document = entry.whole = document
        entry.state = State.READY
        for note in notes:
            self._told(note)
