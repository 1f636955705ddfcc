"""What every part of the store works on: the open database, this process's mark, the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from docanalyst.storage.database import Database
from docanalyst.storage.ids import utc
from docanalyst.storage.owners import OwnerLock


class StoreBase:
    """The ground of `Store`.

    Args:
        clock: Gives the present, aware.
    """

    def __init__(self, database: Database, owner: OwnerLock, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._owner = owner
        self._clock = clock

    @property
    def path(self) -> Path:
        """The database file."""
        return self._database.path

    @property
    def directory(self) -> Path:
        """The data directory."""
        return self._database.path.parent

    def _now(self) -> str:
        return utc(self._clock())
