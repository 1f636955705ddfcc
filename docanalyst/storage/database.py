"""One SQLite file: how it is made, opened, locked, written in transactions, and closed.

Whole objects are read through SQLModel; lists, search, reports and all writing go straight to the same
connection: a list of sessions never pays for importing SQLModel, nor a batch for its objects.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from docanalyst.storage.faults import is_busy, storage_error, translated

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session as OrmSession

BUSY_SECONDS = 30.0
"""How long a writer waits for another one before it gives up."""

SECRET_BYTES = 32


class Database:
    """An open store file: one connection, and a lock that lets threads take turns on it."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        self.lock = threading.RLock()
        self._engine: Engine | None = None
        # Closed at the end of the process too: only then is the file whole without the log beside it.
        weakref.finalize(self, connection.close)

    @classmethod
    def open(cls, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> Database:
        """The file at path, made owner-only (0600, its folder 0700) where there is none.

        Raises StorageError: no rights, full disk, not a database, held by another program.
        """
        with translated(path):
            _prepare(path)
            connection = connect(path, busy_seconds=busy_seconds)
            try:
                _use_wal(connection, busy_seconds)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that takes the write lock at once; rolled back when anything is raised inside."""
        with self.lock, translated(self.path):
            yield from _transaction(self.connection, "BEGIN IMMEDIATE")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view of the store for several reads."""
        with self.lock, translated(self.path):
            yield from _transaction(self.connection, "BEGIN")

    @contextmanager
    def orm(self) -> Iterator[OrmSession]:
        """A SQLModel session for reading, one view of the store; rows stay usable after it."""
        with self.lock, translated(self.path):
            from sqlmodel import Session as OrmSession

            with OrmSession(self.engine, expire_on_commit=False) as session:
                session.connection()
                yield session
                session.commit()

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine over this very connection, with BEGIN said by us."""
        if self._engine is None:
            from sqlalchemy import create_engine, event
            from sqlalchemy.pool import StaticPool

            engine = create_engine("sqlite://", creator=lambda: self.connection, poolclass=StaticPool)

            @event.listens_for(engine, "begin")
            def begin(connection: Any) -> None:
                connection.exec_driver_sql("BEGIN")

            self._engine = engine
        return self._engine

    def close(self) -> None:
        """Closes the connection. A second call does nothing."""
        with self.lock:
            self.connection.close()


def connect(
    path: Path, *, read_only: bool = False, unchanging: bool = False, busy_seconds: float = BUSY_SECONDS
) -> sqlite3.Connection:
    """A connection in autocommit mode: transactions are begun by hand, so DDL is part of them.

    Commits reach the disk (synchronous=FULL); freed pages are overwritten; temporary tables stay in memory.

    Args:
        unchanging: Nobody can write the file, so nothing is made beside it.
    """
    mode = "ro&immutable=1" if unchanging else "ro" if read_only else "rw"
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[sqlite3.Connection]:
    if connection.in_transaction:
        yield connection
        return
    connection.execute(begin)
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        # A full disk rolls back by itself; then there is nothing left to roll back.
        connection.rollback()
        raise


def _prepare(path: Path) -> None:
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except FileExistsError:
        if path.stat().st_mode & 0o077 and os.name == "posix":
            path.chmod(0o600)
    else:
        os.close(descriptor)


def _use_wal(connection: sqlite3.Connection, busy_seconds: float) -> None:
    # Switching to WAL does not wait for the busy timeout: two first starts at once are retried here.
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def read_secret(directory: Path) -> bytes:
    """The 32 random bytes of this data directory, made on first use (file `secret`, owner-only).

    They key the marks of pages and fences, so that a document cannot forge them. Raises StorageError.
    """
    path = directory / "secret"
    try:
        secret = path.read_bytes()
        if len(secret) == SECRET_BYTES:
            return secret
    except FileNotFoundError:
        pass
    except OSError as error:
        raise storage_error(error, path) from error
    with translated(path):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = directory / f".secret-{secrets.token_hex(8)}"
        try:
            write_private(draft, secrets.token_bytes(SECRET_BYTES))
            if path.exists() and path.stat().st_size != SECRET_BYTES:
                draft.replace(path)
            else:
                # A link fails where another process was first, whose secret then holds.
                try:
                    os.link(draft, path)
                except FileExistsError:
                    pass
                except OSError:
                    draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return path.read_bytes()


def write_private(path: Path, content: bytes) -> None:
    """Writes a new owner-only file and waits until it is on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
