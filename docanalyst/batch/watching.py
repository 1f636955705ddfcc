"""A folder that fills: when there is something new in it that has been written to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from docanalyst.batch.units import Unit, collect_units
from docanalyst.domain.errors import DocumentError

POLL = 2.0
"""Seconds between two looks. A file counts as written when it is the same in two looks running."""

State = dict[str, tuple[int, int]]


class Watcher:
    """Looks at PATHs again and again. Polling works on every disk, network shares included."""

    def __init__(
        self,
        paths: Sequence[str],
        by: str = "file",
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._paths = paths
        self._by = by
        self._sleep = sleep
        self._taken: State = {}
        self._last: State = {}

    def units(self) -> list[Unit]:
        """The units there are now; none where a folder is still empty. What they are is taken as seen."""
        units = self._collect()
        self._taken = self._last = self._state(units)
        return units

    async def changed(self) -> None:
        """Return when a file is new, changed or gone, and all are written to their end."""
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
                found += collect_units([path], self._by)
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
                    found = Path(file.path).expanduser().stat()
                except OSError:
                    continue
                state[file.given] = (found.st_size, found.st_mtime_ns)
        return state
