"""The documents, sessions and turns in the database."""

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
from docanalyst.storage.words import storable


class Documents:
    """The documents of all sessions, each file once."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._database = ground.database

    def add(self, document: Document, *, tokens: Mapping[int, int] | None = None) -> None:
        """Save a document, once for each file; new pages are added to those already saved.

        Args:
            tokens: Token counts by page number, if known.
        """
        from docanalyst.storage.sessions import library

        with self._database.writing() as connection:
            library.add(connection, document, self._ground.now(), tokens)

    def get(self, sha256: str) -> Document:
        """Return the document with all its saved pages."""
        from docanalyst.storage.sessions import rows

        with self._database.orm() as orm:
            whole = lookup.resolve(self._database.connection, lookup.DOCUMENT, sha256)
            document = rows.read_document(orm, whole)
        assert document is not None
        return document

    def at(self, path: str) -> list[str]:
        """Return the SHA-256 of the saved documents that were read at this absolute path."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT sha256 FROM documents WHERE path = ?1"
                " UNION SELECT document_sha256 FROM session_documents WHERE path = ?1",
                (storable(path),),
            )
            return [row[0] for row in rows]

    def sessions_about(self, documents: Sequence[str]) -> list[str]:
        """Return the IDs of the sessions that used any of these documents, by their SHA-256."""
        from docanalyst.storage.maintenance import purge as forgetting

        with self._database.reading() as connection:
            return forgetting.sessions_about(connection, documents)

    def forget(self, documents: Sequence[str]) -> None:
        """Purge documents, by their SHA-256, with every session and batch answer about them."""
        from docanalyst.storage.maintenance import purge as forgetting

        with self._database.lock:
            forgetting.purge(self._database, self._ground.owner, forgotten=documents)


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
        """Create a session about these documents, in pack order, and save the documents.

        Args:
            tokens: Token counts by digest and page number, if known.
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
        """Return the session with its documents and all its turns."""
        from docanalyst.storage.sessions import rows, sessions

        with self._database.orm() as orm:
            connection = self._database.connection
            whole = lookup.resolve(connection, lookup.SESSION, session_id)
            head = sessions.head(connection, whole)
            found = tuple(rows.read_session(orm, whole))
        return sessions.with_turns(head, found)

    def latest(self) -> Session | None:
        """Return the session changed last, with all its turns; None in an empty database."""
        from docanalyst.storage.sessions import sessions

        with self._database.reading() as connection:
            session_id = sessions.latest(connection)
        return None if session_id is None else self.get(session_id)

    def recent(
        self, limit: int = 50, *, offset: int = 0, document: str | None = None, batch: bool = True
    ) -> list[Session]:
        """Return sessions with their documents and number of turns, newest first.

        Args:
            document: Only sessions about the document with this SHA-256.
            batch: Whether to return also the sessions of batch units.
        """
        from docanalyst.storage.sessions import sessions

        with self._database.reading() as connection:
            whole = lookup.resolve(connection, lookup.DOCUMENT, document) if document else None
            return sessions.listed(connection, limit=limit, offset=offset, document_sha256=whole, batch=batch)

    def documents(self, session_id: str) -> tuple[Document, ...]:
        """Return the documents of a session with its saved pages, in pack order."""
        from docanalyst.storage.sessions import rows, sessions

        with self._database.orm() as orm:
            connection = self._database.connection
            whole = lookup.resolve(connection, lookup.SESSION, session_id)
            return rows.read_members(orm, sessions.documents_of(connection, [whole])[whole])

    def rename(self, session_id: str, title: str) -> None:
        """Rename a session."""
        from docanalyst.storage.sessions import sessions

        with self._database.writing() as connection:
            sessions.rename(connection, lookup.resolve(connection, lookup.SESSION, session_id), title)

    def add_record(self, record: Mapping[str, Any], *, replace: bool = False) -> Session:
        """Import an exported session, a record from `session_record`, completely or not at all.

        Args:
            replace: Whether to replace a session with the same ID.

        Raises:
            UsageError: The record is not a session or its ID exists.
        """
        from docanalyst.storage.sessions import exchange

        return exchange.take_in(self._database, record, now=self._ground.now(), replacing=replace)

    def delete(self, session_id: str, purge: bool = False) -> None:
        """Delete a session with its turns.

        Args:
            purge: Whether to delete also what only this session holds and every trace of its text in the data
                directory; this rewrites the file, which takes time and disk space in proportion to its size.
        """
        self.delete_all([session_id], purge=purge)

    def delete_all(
        self, session_ids: Sequence[str], *, purge: bool = False, orphans: bool = False
    ) -> list[str]:
        """Delete several sessions and return their full IDs; none if one of the IDs is wrong.

        Args:
            purge: As for `delete`.
            orphans: Whether a purge takes also what no session holds.
        """
        from docanalyst.storage.maintenance import purge as forgetting

        with self._database.lock:
            with self._database.reading() as connection:
                found = [lookup.resolve(connection, lookup.SESSION, given) for given in session_ids]
            if purge:
                forgetting.purge(self._database, self._ground.owner, found, orphans=orphans)
            else:
                forgetting.delete(self._database, found)
        return found

    def older_than(self, moment: datetime) -> list[str]:
        """Return the IDs of the sessions last changed before this time that have no running turn."""
        from docanalyst.storage.maintenance import purge as forgetting

        with self._database.reading() as connection:
            return forgetting.older_than(connection, utc(moment))

    def delete_older_than(self, moment: datetime, purge: bool = False) -> list[str]:
        """Delete the sessions last changed before this time and return their IDs.

        Args:
            purge: As for `delete`.
        """
        with self._database.lock:
            found = self.older_than(moment)
            return self.delete_all(found, purge=purge) if found else []


class Turns:
    """Questions and their answers, while they run and afterwards."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._database = ground.database

    def start(self, turn: Turn) -> Turn:
        """Save a turn as `running` before anything is sent; return it with its position."""
        from docanalyst.storage.sessions import turns

        with self._database.writing() as connection:
            return turns.start(connection, turn, owner=self._ground.owner.name, now=self._ground.now())

    def save_partial(self, turn_id: str, answer: str, reasoning: str | None = None) -> bool:
        """Save the partial answer of a running turn; return False if it is no longer running."""
        from docanalyst.storage.sessions import partials

        with self._database.writing() as connection:
            return partials.save_partial(connection, turn_id, answer, reasoning)

    def finish(self, turn: Turn) -> Turn:
        """Save the final state with citations, receipt, usage and cost, in one transaction.

        If this raises an error, `rescue` can save the turn in a file.
        """
        from docanalyst.storage.sessions import turns

        with self._database.writing() as connection:
            return turns.finish(connection, turn, now=self._ground.now())

    def get(self, turn_id: str) -> Turn:
        """Return one turn with its citations."""
        from docanalyst.storage.sessions import rows

        with self._database.orm() as orm:
            whole = lookup.resolve(self._database.connection, lookup.TURN, turn_id)
            return rows.read_turns(orm, [whole])[0]

    def answered(self, context_sha256: str, question: str, provider: str, model: str) -> Turn | None:
        """Return the last complete answer of a model to this question over this very context, or None."""
        from docanalyst.storage.sessions import rows

        with self._database.orm() as orm:
            found = self._database.connection.execute(
                "SELECT id FROM turns WHERE context_sha256 = ? AND question = ? AND provider = ?"
                " AND model = ? AND status = 'complete' ORDER BY row_id DESC LIMIT 1",
                (context_sha256, storable(question), provider, model),
            ).fetchone()
            return rows.read_turns(orm, [found[0]])[0] if found else None

    def history(self, turn_id: str) -> tuple[Turn, ...]:
        """Return the turns from the first question to this turn, following `parent_id`."""
        from docanalyst.storage.sessions import partials, rows

        with self._database.orm() as orm:
            connection = self._database.connection
            whole = lookup.resolve(connection, lookup.TURN, turn_id)
            return tuple(rows.read_turns(orm, partials.lineage(connection, whole)))

    def review(self, turn_id: str, number: int, mark: str | None, note: str = "") -> int:
        """Save what a person said of a citation; return how many quotations have its number.

        Args:
            number: As shown in the answer: 3 for [3].
            mark: "accept", "reject" or "flag"; None to take an earlier review back.

        Raises:
            UsageError: An unknown turn or number.
        """
        from docanalyst.domain.citations import Review
        from docanalyst.storage.sessions import reviews

        with self._database.writing() as connection:
            whole = lookup.resolve(connection, lookup.TURN, turn_id)
            review = Review(mark, note, self._ground.now()) if mark else None
            return reviews.mark(connection, whole, number, review)

    def rescue(self, turn: Turn, directory: Path | None = None) -> Path:
        """Write a turn that the database could not save to a file of its own and return its path.

        Raises StorageError.

        Args:
            directory: Folder of the file; by default beside the database, where `recover` finds it.
        """
        from docanalyst.storage.maintenance import rescue

        return rescue.write(turn, self._ground.directory, directory)

    def recover(self) -> list[Turn]:
        """Mark running turns of dead processes as interrupted, import rescued turns, and return both.

        Call it at start. Turns of running processes are not changed.
        """
        from docanalyst.storage.maintenance import rescue

        return rescue.recover(self._database, self._ground.owner, self.finish)
