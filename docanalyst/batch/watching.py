"""Watches folders for new files that are completely written."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from docanalyst.batch.units import Unit, collect_units
from docanalyst.domain.errors import DocumentError
from docanalyst.pdf.enclosures.members import container_of

POLL = 2.0
"""Seconds between two scans. A file is complete when two scans in a row find it unchanged."""

State = dict[str, tuple[int, int]]


class Watcher:
    """Scans PATHs regularly. Unlike file system events, scanning works on network shares too."""

    def __init__(
        self,
        paths: Sequence[str],
        by: str = "file",
        *,
        table: Path | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._paths = paths
        self._by = by
        self._table = table
        self._sleep = sleep
        self._known: dict[str, Unit] = {}
        self._taken: State = {}
        self._last: State = {}

    def units(self) -> list[Unit]:
        """Return the current units, and those seen before whose files were moved away; none at first."""
        units = self._collect()
        self._taken = self._last = self._state(units)
        self._known |= {unit.name: unit for unit in units}
        return list(self._known.values())

    async def changed(self) -> None:
        """Return once a file is new, changed or gone and all files are complete."""
        while True:
            await self._sleep(POLL)
            state = await asyncio.to_thread(lambda: self._state(self._collect()))
            if state == self._last and state != self._taken:
                return
            self._last = state

    def _collect(self) -> list[Unit]:
        found: list[Unit] = []
        for path in self._paths:
            try:
                found += collect_units([path], self._by, self._table)
            except DocumentError:
                if not Path(path).expanduser().is_dir():
                    raise
        return found

    @staticmethod
    def _state(units: Sequence[Unit]) -> State:
        state: State = {}
        for unit in units:
            for file in unit.files:
                try:
                    found = container_of(file.path).stat()
                except OSError:
                    continue
                state[file.given] = (found.st_size, found.st_mtime_ns)
        return state
