"""Reading documents onto the desk: a few at a time, each with its progress, one failure never the others'."""

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
"""Documents read at the same time; each has a process of its own."""


class Reading:
    """Reads PATHs in the background.

    changed: called when how a document stands has changed. told: called with notes for the user, failed: with
    the error of a PATH behind which there is no file.
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
        """Put the files behind these PATHs on the desk and read them. A PATH that does not exist is told of
        at once; those that do are read all the same.
        """
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
                    self._told(f"{Entry(file).name} is on the desk already.")
                else:
                    self._desk.entries = [entry for entry in self._desk.entries if entry.path != file]
                    entry = Entry(file)
                    self._desk.entries.append(entry)
                    fresh.append(entry)
        self._changed()
        await asyncio.gather(*(self.read(analyst, entry) for entry in fresh))

    async def read(self, analyst: Analyst, entry: Entry, password: str | None = None) -> None:
        """Read one document; how that went is on its entry."""
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
                return analyst.read([entry.path], password=password, progress=report)

            try:
                documents, notes = await in_thread(work)
                self._take(entry, documents, notes)
            except PasswordRequired as error:
                entry.state, entry.message, entry.hint = State.LOCKED, error.message, error.hint
            except DocanalystError as error:
                entry.state, entry.message, entry.hint = State.FAILED, error.message, error.hint
            except Exception as error:
                entry.state = State.FAILED
                entry.message = f"{entry.name} could not be read ({type(error).__name__})."
                entry.hint = "This is a defect in docanalyst; the other documents are not touched by it."
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
