"""Keeping the store in order: backup, check, removing what deletes left behind."""

from __future__ import annotations

from pathlib import Path

from docanalyst.storage.base import Ground


class Maintenance:
    """The housekeeping of an open store; `Store.repair` is for one that does not open."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._database = ground.database

    def backup(self, target: Path, *, overwrite: bool = False) -> Path:
        """A whole, checked copy in one file, made while the store is in use; returns its path."""
        from docanalyst.storage import copies

        return copies.backup(self._ground.path, target, overwrite=overwrite)

    def check(self) -> list[str]:
        """What is wrong with the file, as sentences; empty where nothing is."""
        from docanalyst.storage.maintenance import repair

        with self._database.reading() as connection:
            return repair.problems(connection)

    def purge(self) -> None:
        """Removes what earlier deletions left behind in the file, its index and its journal."""
        from docanalyst.storage.maintenance import purge as forgetting

        forgetting.scrub(self._database)
