"""The store: one door to everything that is kept. Synchronous; may be called from any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from docanalyst.domain.documents import Document
from docanalyst.domain.turns import Session, SessionDocument, Turn
from docanalyst.storage import lookup
from docanalyst.storage.batches import Batches
from docanalyst.storage.copies import keep_reserve
from docanalyst.storage.database import BUSY_SECONDS, Database, read_secret
from docanalyst.storage.faults import translated
from docanalyst.storage.maintenance.upkeep import Upkeep
from docanalyst.storage.owners import LOCK_NAME, OwnerLock
from docanalyst.storage.reports.reports import Reports
from docanalyst.storage.schema import migrations

if TYPE_CHECKING:
    from docanalyst.storage.maintenance.repair import Repair


class Store(Reports, Upkeep, Batches):
    """An open store. Made with `Store.open`; closed with `close` or as a context manager.

    Every method raises StorageError where the file cannot be read or written, and UsageError, listing
    candidates, for an id that is unknown or ambiguous. An id may be given shortened.
    """

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        busy_seconds: float = BUSY_SECONDS,
    ) -> Store:
        """The store at path (the file `docanalyst.db`), made owner-only or upgraded where needed.

        Args:
            clock: Gives the present, aware.
            busy_seconds: How long to wait for another writer.
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
        return cls(database, owner, clock)

    def close(self) -> None:
        """Closes the file. Turns of this process still running can then be recovered by another."""
        self._database.close()
        self._owner.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What is written inside is written in one transaction, all or nothing. For writing alone."""
        with self._database.writing():
            yield

    def secret(self) -> bytes:
        """The 32 random bytes of the data directory that key the marks of pages and fences."""
        return read_secret(self.directory)

    # Documents

    def add_document(self, document: Document, *, tokens: Mapping[int, int] | None = None) -> None:
        """Keeps a document, once for each file (sha256). Pages of a selection join those already stored.

        Args:
            tokens: Count by page number, where known.
        """
        from docanalyst.storage.sessions import library

        with self._database.writing() as connection:
            library.add(connection, document, self._now(), tokens)

    def get_document(self, sha256: str) -> Document:
        """The document with all pages stored of it."""
        from docanalyst.storage.sessions import rows

        with self._database.orm() as orm:
            whole = lookup.resolve(self._database.connection, lookup.DOCUMENT, sha256)
            document = rows.read_document(orm, whole)
        assert document is not None
        return document

    # Sessions

    def create_session(
        self,
        session_id: str,
        title: str,
        documents: Sequence[Document] = (),
        *,
        tokens: Mapping[str, Mapping[int, int]] | None = None,
    ) -> Session:
        """A new session over these documents, in pack order; the documents are kept with it.

        Args:
            tokens: Count by digest and page number, where known.
        """
        from docanalyst.storage.sessions import library, sessions

        now = self._now()
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

    def get_session(self, session_id: str) -> Session:
        """The session with its documents and all its turns."""
        from docanalyst.storage.sessions import rows, sessions

        with self._database.orm() as orm:
            connection = self._database.connection
            whole = lookup.resolve(connection, lookup.SESSION, session_id)
            head = sessions.head(connection, whole)
            found = tuple(rows.read_session(orm, whole))
        return sessions.with_turns(head, found)

    def latest_session(self) -> Session | None:
        """The session last written to, with all its turns; None in an empty store."""
        from docanalyst.storage.sessions import sessions

        with self._database.reading() as connection:
            session_id = sessions.latest(connection)
        return None if session_id is None else self.get_session(session_id)

    def list_sessions(
        self, limit: int = 50, *, offset: int = 0, document: str | None = None
    ) -> list[Session]:
        """Sessions with their documents and number of turns but no turns, the latest first.

        Args:
            document: Only sessions over the document with this sha256.
        """
        from docanalyst.storage.sessions import sessions

        with self._database.reading() as connection:
            whole = lookup.resolve(connection, lookup.DOCUMENT, document) if document else None
            return sessions.listed(connection, limit=limit, offset=offset, document_sha256=whole)

    def session_documents(self, session_id: str) -> tuple[Document, ...]:
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

    # Turns

    def start_turn(self, turn: Turn) -> Turn:
        """Writes a turn as `running`, before anything is sent; returns it with its position."""
        from docanalyst.storage.sessions import turns

        with self._database.writing() as connection:
            return turns.start(connection, turn, owner=self._owner.name, now=self._now())

    def save_partial(self, turn_id: str, answer: str, reasoning: str | None = None) -> bool:
        """Keeps what has arrived so far of a running turn; cheap. False where it is no longer running."""
        from docanalyst.storage.sessions import partials

        with self._database.writing() as connection:
            return partials.save_partial(connection, turn_id, answer, reasoning)

    def finish_turn(self, turn: Turn) -> Turn:
        """Writes the final state with citations, receipt, usage and cost, in one transaction.

        Where this raises, `rescue` keeps the turn beside the store.
        """
        from docanalyst.storage.sessions import turns

        with self._database.writing() as connection:
            return turns.finish(connection, turn, now=self._now())

    def get_turn(self, turn_id: str) -> Turn:
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

        Raises StorageError.

        Args:
            directory: Where, if not beside the store, where `recover` finds it.
        """
        from docanalyst.storage.maintenance import rescue

        return rescue.write(turn, self.directory, directory)

    def recover(self) -> list[Turn]:
        """Closes what dead processes left: their running turns become `interrupted`, rescued turns return.

        To be called at start. Turns of living processes are left alone. Returns the turns changed.
        """
        from docanalyst.storage.maintenance import rescue

        return rescue.recover(self._database, self._owner, self.finish_turn)

    @staticmethod
    def repair(path: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Repair:
        """Checks the store at path and mends it; what is damaged beyond that is kept beside a new file.

        Raises StorageError: another process uses the store, a newer schema, no rights, full disk.
        """
        from docanalyst.storage.maintenance import repair

        return repair.repair(Path(path).absolute(), clock())
