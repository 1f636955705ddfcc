"""Workers that read documents in threads of this process; `cluster` has those of a Dask cluster."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, TypeVar

from docanalyst.batch.units import Unit
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import DocanalystError

Result = TypeVar("Result")
Item = TypeVar("Item")


class Workers(Protocol):
    """Reads documents and runs pure functions. Use it as an async context manager."""

    async def read(self, unit: Unit, password: str | None) -> tuple[list[Document], list[str]]:
        """Return the documents of a unit, each file once, and notes for the user. Raises DocumentError."""

    async def read_then(
        self, units: Sequence[Unit], password: str | None, function: Callable[[list[Document]], Result]
    ) -> list[Result | DocanalystError]:
        """Return for each unit the result of a function of its documents, run here, or the error."""

    async def run(self, function: Callable[..., Result], *values: object) -> Result:
        """Return the result of a pure function of these values; both must be picklable."""

    async def __aenter__(self) -> Workers:
        """Start the workers."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Done."""


class LocalWorkers:
    """Reads in threads; each PDF is parsed in its own sandboxed process.

    Args:
        cache_dir: Folder of the cache.
        readers: Number of units read at once.
        reread_scans: Read scans that have a text layer again by OCR.
        double_check: Compare the text of each page with its picture.
        view: How tracked changes in Word files are read.
    """

    def __init__(
        self,
        cache_dir: Path,
        readers: int | None = None,
        *,
        reread_scans: bool = False,
        double_check: bool = False,
        view: str = "final",
    ) -> None:
        self._cache_dir = cache_dir
        self._view = view
        self._reread_scans, self._double_check = reread_scans, double_check
        self._readers = asyncio.Semaphore(readers or min(8, max(2, os.cpu_count() or 2)))

    async def read(self, unit: Unit, password: str | None) -> tuple[list[Document], list[str]]:
        """Return the documents of a unit, read in a thread."""
        async with self._readers:
            return await asyncio.to_thread(
                read_unit,
                unit.paths,
                password,
                self._cache_dir,
                self._reread_scans,
                self._double_check,
                self._view,
            )

    async def read_then(
        self, units: Sequence[Unit], password: str | None, function: Callable[[list[Document]], Result]
    ) -> list[Result | DocanalystError]:
        """Return the results of the function, all from one thread, because changing threads takes time."""

        def result(unit: Unit) -> Result | DocanalystError:
            options = self._reread_scans, self._double_check, self._view
            try:
                return function(read_unit(unit.paths, password, self._cache_dir, *options)[0])
            except DocanalystError as error:
                return error

        async with self._readers:
            return await asyncio.to_thread(lambda: [result(unit) for unit in units])

    async def run(self, function: Callable[..., Result], *values: object) -> Result:
        """Return the result of the function, run in a thread."""
        return await asyncio.to_thread(function, *values)

    async def __aenter__(self) -> LocalWorkers:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


def read_unit(
    paths: Sequence[str],
    password: str | None,
    cache_dir: Path,
    reread_scans: bool = False,
    double_check: bool = False,
    view: str = "final",
) -> tuple[list[Document], list[str]]:
    """Return the documents of one unit. Raises DocumentError."""
    from docanalyst.analyst.documents.reading import read_all

    return read_all(
        paths,
        password=password,
        progress=None,
        cache_dir=cache_dir,
        reread_scans=reread_scans,
        double_check=double_check,
        view=view,
        alone=True,
    )


async def each(
    items: Iterable[Item], at_once: int, work: Callable[[Item], Coroutine[Any, Any, None]]
) -> None:
    """Do the work for every item, at most that many at once; the first exception ends all and is raised."""
    waiting = iter(items)

    async def go_on() -> None:
        for item in waiting:
            await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(go_on())
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
