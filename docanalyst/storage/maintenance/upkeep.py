"""Backup, check, export, import and permanent deletion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docanalyst.storage import lookup
from docanalyst.storage.base import StoreBase
from docanalyst.storage.ids import utc

if TYPE_CHECKING:
    from docanalyst.domain.records.turns import Record
    from docanalyst.domain.turns import Session


class Upkeep(StoreBase):
    """The housekeeping side of `Store`."""

    def backup(self, target: Path, *, overwrite: bool = False) -> Path:
        """Write a complete, checked copy while the database is in use; return its path."""
        from docanalyst.storage import copies

        return copies.backup(self.path, target, overwrite=overwrite)

    def check(self) -> list[str]:
        """Return the problems of the file, as sentences; empty if there are none."""
        from docanalyst.storage.maintenance import repair

        with self._database.reading() as connection:
            return repair.problems(connection)

    def import_session(self, record: Mapping[str, Any], *, replace: bool = False) -> Session:
        """Import an exported session completely or not at all: the inverse of `export_session`.

        Args:
            replace: Whether to replace a session with the same ID.

        Raises:
            UsageError: The record is not a session or its ID exists.
        """
        from docanalyst.storage.sessions import exchange

        return exchange.take_in(self._database, record, now=self._now(), replacing=replace)

    def delete_session(self, session_id: str, purge: bool = False) -> None:
        """Delete a session with its turns.

        Args:
            purge: Whether to delete also the documents that no other session uses and every trace of their
                text in the data directory; this rewrites the file, which takes time and disk space in
                proportion to its size.
        """
        from docanalyst.storage.maintenance import purge as forgetting

        with self._database.lock:
            with self._database.reading() as connection:
                whole = lookup.resolve(connection, lookup.SESSION, session_id)
            forgetting.delete(self._database, [whole], purge=purge)

    def delete_older_than(self, moment: datetime, purge: bool = False) -> list[str]:
        """Delete the sessions last changed before this time and return their IDs.

        Args:
            purge: As for `delete_session`.
        """
        from docanalyst.storage.maintenance import purge as forgetting

        with self._database.lock:
            with self._database.reading() as connection:
                found = forgetting.older_than(connection, utc(moment))
            if found:
                forgetting.delete(self._database, found, purge=purge)
        return found

    def purge(self) -> None:
        """Remove the traces of earlier deletions in the file, its index and its journal."""
        from docanalyst.storage.maintenance import purge as forgetting

        forgetting.scrub(self._database)

    def export_session(self, session_id: str, *, pages: bool = True) -> Record:
        """Return the session as a record that `import_session` restores exactly.

        Args:
            pages: Whether to include the text of its documents, needed to verify it on another machine.
        """
        from docanalyst.domain.records.sessions import session_record
        from docanalyst.storage.sessions import rows, sessions

        with self._database.orm() as orm:
            connection = self._database.connection
            whole = lookup.resolve(connection, lookup.SESSION, session_id)
            session = sessions.with_turns(
                sessions.head(connection, whole), tuple(rows.read_session(orm, whole))
            )
            documents = rows.read_members(orm, session.documents) if pages else ()
        return session_record(session, documents)
