"""Keeping the store in order: backup, check, export and import, deleting for good."""

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
        """A whole, checked copy in one file, made while the store is in use; returns its path."""
        from docanalyst.storage import copies

        return copies.backup(self.path, target, overwrite=overwrite)

    def check(self) -> list[str]:
        """What is wrong with the file, as sentences; empty where nothing is."""
        from docanalyst.storage.maintenance import repair

        with self._database.reading() as connection:
            return repair.problems(connection)

    def import_session(self, record: Mapping[str, Any], *, replace: bool = False) -> Session:
        """Takes an exported session in, all or nothing: the opposite of `export_session`.

        replace: a session of the same id is replaced. Raises UsageError: not a session record, id taken.
        """
        from docanalyst.storage.sessions import exchange

        return exchange.take_in(self._database, record, now=self._now(), replacing=replace)

    def delete_session(self, session_id: str, purge: bool = False) -> None:
        """Deletes a session with its turns.

        purge: also the documents that no other session uses, with every trace of their text in the data
        directory; the file is rewritten, which takes time and room in proportion to it.
        """
        from docanalyst.storage.maintenance import purge as forgetting

        with self._database.lock:
            with self._database.reading() as connection:
                whole = lookup.resolve(connection, lookup.SESSION, session_id)
            forgetting.delete(self._database, [whole], purge=purge)

    def delete_older_than(self, moment: datetime, purge: bool = False) -> list[str]:
        """Deletes the sessions last written to before this moment; returns their ids. purge: as above."""
        from docanalyst.storage.maintenance import purge as forgetting

        with self._database.lock:
            with self._database.reading() as connection:
                found = forgetting.older_than(connection, utc(moment))
            if found:
                forgetting.delete(self._database, found, purge=purge)
        return found

    def purge(self) -> None:
        """Removes what earlier deletions left behind in the file, its index and its journal."""
        from docanalyst.storage.maintenance import purge as forgetting

        forgetting.scrub(self._database)

    def export_session(self, session_id: str, *, pages: bool = True) -> Record:
        """The session as a record that `import_session` takes back exactly.

        pages: with the text of its documents' pages, without which it cannot be verified elsewhere.
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
