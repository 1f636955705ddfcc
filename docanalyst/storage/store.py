"""The `Store`: access to everything that is saved. Synchronous; may be called from any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from docanalyst.storage.archive import Documents, Sessions, Turns
from docanalyst.storage.base import Ground
from docanalyst.storage.batches import Batches
from docanalyst.storage.copies import keep_reserve
from docanalyst.storage.database import BUSY_SECONDS, Database, read_secret
from docanalyst.storage.faults import translated
from docanalyst.storage.maintenance.intents import FOLDER as PURGING
from docanalyst.storage.maintenance.maintenance import Maintenance
from docanalyst.storage.owners import LOCK_NAME, OwnerLock
from docanalyst.storage.reports.reports import Reports
from docanalyst.storage.schema import migrations

if TYPE_CHECKING:
    from docanalyst.storage.maintenance.repair import Repair


class Store:
    """An open database and its parts. Create it with `Store.open`; close it, or use it as a context manager.

    Every method of its parts raises StorageError if the file cannot be read or written, and UsageError,
    listing candidates, for an unknown or ambiguous ID. IDs may be shortened.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.documents = Documents(ground)
        self.sessions = Sessions(ground)
        self.turns = Turns(ground)
        self.batches = Batches(ground)
        self.reports = Reports(ground)
        self.maintenance = Maintenance(ground)

    @property
    def path(self) -> Path:
        """The database file."""
        return self._ground.path

    @property
    def directory(self) -> Path:
        """The data directory."""
        return self._ground.directory

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        busy_seconds: float = BUSY_SECONDS,
    ) -> Store:
        """Open the database at path (`docanalyst.db`), creating or upgrading it if necessary.

        Args:
            clock: Returns the current time with a time zone.
            busy_seconds: Seconds to wait for another writer.
        """
        path = Path(path).absolute()
        database = Database.open(path, busy_seconds=busy_seconds)
        try:
            with translated(path):
                migrations.upgrade(database)
                owner = OwnerLock.take(path.with_name(LOCK_NAME))
        except BaseException:
            database.close()
            raise
        keep_reserve(path.parent)
        if (path.parent / PURGING).is_dir():
            from docanalyst.storage.maintenance import purge

            purge.resume(database, owner)
        return cls(Ground(database, owner, clock))

    def close(self) -> None:
        """Close the file. Another process can then recover this process's running turns."""
        self._ground.database.close()
        self._ground.owner.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Write everything inside this context in one transaction, completely or not at all.

        Do not read inside.
        """
        with self._ground.database.writing():
            yield

    def secret(self) -> bytes:
        """The 32 random bytes of the data directory that key the markers of pages and fences."""
        return read_secret(self.directory)

    @staticmethod
    def repair(path: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Repair:
        """Check the database at path and repair it; a file damaged beyond repair is kept beside a new one.

        Raises:
            StorageError: Another process uses the database, its schema is newer, or it cannot be written.
        """
        from docanalyst.storage.maintenance import repair

        return repair.repair(Path(path).absolute(), clock())
