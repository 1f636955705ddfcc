"""The parts of the store that keep what was asked: documents, sessions and turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from docanalyst.domain.documents import Document
from docanalyst.domain.turns import Session, SessionDocument, Turn
from docanalyst.storage import lookup
from docanalyst.storage.base import Ground
from docanalyst.storage.ids import utc


class Documents:
    """The documents of all sessions, each file once."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._database = ground.database

    def add(self, document: Document, *, tokens: Mapping[int, int] | None = None) -> None:
        """Keeps a document, once for each file (sha256). Pages of a selection join those already stored.

        tokens: count by page number, where known.
        """
        from docanalyst.storage.sessions import library

        with self._database.writing() as connection:
            library.add(connection, document, self._ground.now(), tokens)

    def get(self, sha256: str) -> Document:
        """The document with all pages stored of it."""
        from docanalyst.storage.sessions import rows

        with self._database.orm() as orm:
            whole = lookup.resolve(self._database.connection, lookup.DOCUMENT, sha256)
            document = rows.read_document(orm, whole)
        assert document is not None
        return document


class Sessions:
    """Sessions with their documents and turns."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._database = ground.database

    def create(
        self,
        session_id: str,
        title: str,
        documents: Sequence[Document] = (),
        *,
        tokens: Mapping[str, Mapping[int, int]] | None = None,
    ) -> Session:
        """A new session over these documents, in pack order; the documents are kept with it.

        tokens: count by digest and page number, where known.
        """
        from docanalyst.storage.sessions import library, sessions

        now = self._ground.now()
        session = Session(
            session_id,
            title,
            now,
            now,
            tuple(
                SessionDocument(
                    document.sha256, document.title, document.path, document.page_count, document.pages_sent
                )
                for document in documents
            ),
        )
        with self._database.writing() as connection:
            for document in documents:
                library.add(connection, document, now, (tokens or {}).get(document.sha256))
            sessions.insert(connection, session)
        return session

    def get(self, session_id: str) -> Session:
        """The session with its documents and all its turns."""
        from docanalyst.storage.sessions import rows, sessions

        with self._database.orm() as orm:
            connection = self._database.connection
            whole = lookup.resolve(connection, lookup.SESSION, session_id)
            head = sessions.head(connection, whole)
            found = tuple(rows.read_session(orm, whole))
        return sessions.with_turns(head, found)

    def latest(self) -> Session | None:
        """The session last written to, with all its turns; None in an empty store."""
        from docanalyst.storage.sessions import sessions

        with self._database.reading() as connection:
            session_id = sessions.latest(connection)
        return None if session_id is None else self.get(session_id)

    def recent(self, limit: int = 50, *, offset: int = 0, document: str | None = None) -> list[Session]:
        """Sessions with their documents and number of turns but no turns, the latest first.

        document: only sessions over the document with this sha256.
        """
        from docanalyst.storage.sessions import sessions

        with self._database.reading() as connection:
            whole = lookup.resolve(connection, lookup.DOCUMENT, document) if document else None
            return sessions.listed(connection, limit=limit, offset=offset, document_sha256=whole)

    def documents(self, session_id: str) -> tuple[Document, ...]:
        """The documents of a session as it took them, pages from the store, in pack order."""
        from docanalyst.storage.sessions import rows, sessions

        with self._database.orm() as orm:
            connection = self._database.connection
            whole = lookup.resolve(connection, lookup.SESSION, session_id)
            return rows.read_members(orm, sessions.documents_of(connection, [whole])[whole])

    def rename(self, session_id: str, title: str) -> None:
        """Gives a session another title."""
        from docanalyst.storage.sessions import sessions

        with self._database.writing() as connection:
            sessions.rename(connection, lookup.resolve(connection, lookup.SESSION, session_id), title)

    def add_record(self, record: Mapping[str, Any], *, replace: bool = False) -> Session:
        """Takes an exported session in, all or nothing: its record comes from `session_record`.

        replace: a session of the same id is replaced. Raises UsageError: not a session record, id taken.
        """
        from docanalyst.storage.sessions import exchange

        return exchange.take_in(self._database, record, now=self._ground.now(), replacing=replace)

    def delete(self, session_id: str, purge: bool = False) -> None:
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


class Turns:
    """Questions and their answers, while they run and after."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._database = ground.database

    def start(self, turn: Turn) -> Turn:
        """Writes a turn as `running`, before anything is sent; returns it with its position."""
        from docanalyst.storage.sessions import turns

        with self._database.writing() as connection:
            return turns.start(connection, turn, owner=self._ground.owner.name, now=self._ground.now())

    def save_partial(self, turn_id: str, answer: str, reasoning: str | None = None) -> bool:
        """Keeps what has arrived so far of a running turn; cheap. False where it is no longer running."""
        from docanalyst.storage.sessions import partials

        with self._database.writing() as connection:
            return partials.save_partial(connection, turn_id, answer, reasoning)

    def finish(self, turn: Turn) -> Turn:
        """Writes the final state with citations, receipt, usage and cost, in one transaction.

        Where this raises, `rescue` keeps the turn beside the store.
        """
        from docanalyst.storage.sessions import turns

        with self._database.writing() as connection:
            return turns.finish(connection, turn, now=self._ground.now())

    def get(self, turn_id: str) -> Turn:
        """One turn with its citations."""
        from docanalyst.storage.sessions import rows

        with self._database.orm() as orm:
            whole = lookup.resolve(self._database.connection, lookup.TURN, turn_id)
            return rows.read_turns(orm, [whole])[0]

    def history(self, turn_id: str) -> tuple[Turn, ...]:
        """The line of turns from the first question to this turn, following `parent_id`."""
        from docanalyst.storage.sessions import partials, rows

        with self._database.orm() as orm:
            connection = self._database.connection
            whole = lookup.resolve(connection, lookup.TURN, turn_id)
            return tuple(rows.read_turns(orm, partials.lineage(connection, whole)))

    def rescue(self, turn: Turn, directory: Path | None = None) -> Path:
        """Writes a turn that the store could not take to a file of its own; returns where.

        directory: where, if not beside the store, where `recover` finds it. Raises StorageError.
        """
        from docanalyst.storage.maintenance import rescue

        return rescue.write(turn, self._ground.directory, directory)

    def recover(self) -> list[Turn]:
        """Closes what dead processes left: their running turns become `interrupted`, rescued turns return.

        To be called at start. Turns of living processes are left alone. Returns the turns changed.
        """
        from docanalyst.storage.maintenance import rescue

        return rescue.recover(self._database, self._ground.owner, self.finish)
