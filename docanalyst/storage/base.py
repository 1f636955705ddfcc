"""What all parts of the database share: the connection, the owner lock and the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from docanalyst.storage.database import Database
from docanalyst.storage.ids import utc
from docanalyst.storage.owners import OwnerLock


@dataclass(frozen=True, slots=True)
class Ground:
    """What the parts of one open database share.

    Attributes:
        clock: Returns the current time with a time zone.
    """

    database: Database
    owner: OwnerLock
    clock: Callable[[], datetime]

    @property
    def path(self) -> Path:
        """The database file."""
        return self.database.path

    @property
    def directory(self) -> Path:
        """The data directory."""
        return self.database.path.parent

    def now(self) -> str:
        """Return the current time as the database stores times."""
        return utc(self.clock())
