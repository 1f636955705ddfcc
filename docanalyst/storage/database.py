"""Creates, opens, locks, writes and closes the SQLite file.

Whole objects are read through SQLModel; lists, search, reports and all writing use the connection directly,
so that they do not pay for importing SQLModel or for its objects.
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

from docanalyst.domain.errors import StorageError
from docanalyst.storage.faults import REPAIR_HINT, is_busy, storage_error, translated

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session as OrmSession

BUSY_SECONDS = 30.0
"""Seconds that a writer waits for another one before it gives up."""

SECRET_BYTES = 32


class Database:
    """An open database file: one connection, and a lock with which threads take turns."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        self.lock = threading.RLock()
        self._engine: Engine | None = None
        # Also closed at exit: only then is the file complete without its write-ahead log.
        weakref.finalize(self, connection.close)

    @classmethod
    def open(cls, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> Database:
        """Open the file at path; a new one is created with mode 0600, its folder with mode 0700.

        Raises:
            StorageError: It cannot be opened, is not a database or is locked, or if the disk is full.
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
        """Run one transaction that takes the write lock at once; an exception rolls it back."""
        with self.lock, translated(self.path):
            yield from _transaction(self.connection, "BEGIN IMMEDIATE")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give one consistent view of the database for several reads."""
        with self.lock, translated(self.path):
            yield from _transaction(self.connection, "BEGIN")

    @contextmanager
    def orm(self) -> Iterator[OrmSession]:
        """Give a SQLModel session for reading one consistent view; its rows stay usable afterwards."""
        with self.lock, translated(self.path):
            from sqlmodel import Session as OrmSession

            with OrmSession(self.engine, expire_on_commit=False) as session:
                session.connection()
                try:
                    yield session
                except (ValueError, TypeError, KeyError, AttributeError) as error:
                    raise StorageError(
                        f"A row of the database {self.path} cannot be read.", REPAIR_HINT
                    ) from error
                session.commit()

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine on this connection; transactions are begun here, not by the driver."""
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
        """Close the connection. A second call does nothing."""
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
        # SQLite itself rolls back on a full disk; then there is nothing left to roll back.
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
    # Switching to WAL ignores the busy timeout, so two simultaneous first starts are retried here.
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
    """Return the 32 random bytes of this data directory, created on first use in the file `secret`.

    They key the markers of pages and fences, so that a document cannot forge them. Raises StorageError.
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
                # The link fails if another process was first; then its secret is used.
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
    """Write a new file with mode 0600 and wait until it is on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
