"""Backup, check, and removal of the traces of deleted rows."""

from __future__ import annotations

from pathlib import Path

from docanalyst.storage.base import Ground


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

    def purge(self) -> None:
        """Remove the traces of earlier deletions in the file, its index and its journal."""
        from docanalyst.storage.maintenance import purge as forgetting

        forgetting.scrub(self._database)
