"""Backup, check, and removal of the traces of deleted rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.storage.base import Ground

if TYPE_CHECKING:
    from docanalyst.storage.maintenance.purge import Orphans


class Maintenance:
    """Maintenance of an open database; `Store.repair` is for one that cannot be opened."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._database = ground.database

    def backup(self, target: Path, *, overwrite: bool = False) -> Path:
        """Write a complete, checked copy while the database is in use; return its path."""
        from docanalyst.storage import copies

        return copies.backup(self._ground.path, target, overwrite=overwrite)

    def check(self) -> list[str]:
        """Return the problems of the file, as sentences; empty if there are none."""
        from docanalyst.storage.maintenance import repair

        with self._database.reading() as connection:
            return repair.problems(connection)

    def purge(self, *, orphans: bool = False) -> None:
        """Remove the traces of earlier deletions in the file, its index, its journal and its copies.

        Args:
            orphans: Whether to remove also what no session holds.
        """
        from docanalyst.storage.maintenance import purge as forgetting

        forgetting.purge(self._database, self._ground.owner, orphans=orphans)

    def orphans(self) -> Orphans:
        """Return how much no session holds."""
        from docanalyst.storage.maintenance import purge as forgetting

        return forgetting.count_orphans(self._database)

    def unfinished_purges(self) -> int:
        """Return the number of purges that another program still prevents from ending."""
        from docanalyst.storage.maintenance import intents

        return len(list(intents.unfinished(self._ground.directory)))
