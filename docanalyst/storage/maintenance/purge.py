"""Deleting for good: afterwards no file of the data directory holds the text any more."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from docanalyst.domain.errors import StorageError
from docanalyst.storage.database import Database
from docanalyst.storage.faults import is_busy, translated
from docanalyst.storage.maintenance import rescue
from docanalyst.storage.sessions import sessions

_BATCH_ANSWERS = (
    "DELETE FROM batch_items WHERE CASE WHEN json_valid(record)"
    " THEN json_extract(record, '$.answers') IS NOT NULL"
    " AND json_extract(record, '$.session_id') IN (SELECT value FROM json_each(?)) END"
)
"""Units whose answers hold words of the documents. One that is still to be answered holds none."""

COPIES = ("*.before-upgrade-from-*", "*.damaged-*", "*.part")


def delete(database: Database, session_ids: Iterable[str], *, purge: bool) -> None:
    """Deletes sessions, by their whole ids, with their turns; what is gone stays gone after a crash.

    purge: also the answers that they gave to batches, the documents that no session uses any more, their
    cached readings, older copies of the store, and every trace in the free space of the database, its index
    and its journal.
    """
    unused: set[str] = set()
    deleted = set(session_ids)
    with database.writing() as connection:
        for session_id in deleted:
            unused.update(sessions.delete(connection, session_id))
        if purge:
            connection.execute(_BATCH_ANSWERS, (json.dumps(sorted(deleted)),))
            connection.executemany("DELETE FROM documents WHERE sha256 = ?", [(sha,) for sha in unused])
    if purge:
        with translated(database.path):
            rescue.forget(database.path.parent, deleted)
        scrub(database, sorted(unused))


def older_than(connection: sqlite3.Connection, moment: str) -> list[str]:
    """Ids of the sessions last written to before this moment (ISO, UTC), unless one of their turns runs."""
    rows = connection.execute(
        "SELECT id FROM sessions WHERE updated_at < ? AND NOT EXISTS"
        " (SELECT 1 FROM turns WHERE session_id = sessions.id AND status = 'running') ORDER BY updated_at",
        (moment,),
    )
    return [row[0] for row in rows]


def scrub(database: Database, documents: Sequence[str] = ()) -> None:
    """Removes what deletion leaves behind. documents: sha256 whose cached readings go too.

    Raises StorageError where another program keeps the file from being rewritten: the rows are gone then,
    but traces are left until the next purge.
    """
    directory = database.path.parent
    with translated(database.path):
        _remove_cached(directory / "cache", documents)
        for pattern in COPIES:
            for path in directory.glob(database.path.name + pattern):
                path.unlink(missing_ok=True)
    with database.lock:
        connection = database.connection
        try:
            with database.writing():
                # Merging the index into one piece drops the words of deleted rows from it.
                for table in ("pages_fts", "turns_fts"):
                    connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
            with translated(database.path):
                connection.execute("PRAGMA temp_store=FILE")
                connection.execute("VACUUM")
                _empty_journal(connection)
        except StorageError as error:
            raise StorageError(
                f"It was deleted, but traces of its text may be left in {database.path}: {error.message}",
                "Close other programs that use the store and purge again. " + error.hint,
            ) from error
        finally:
            connection.execute("PRAGMA temp_store=MEMORY")


def _empty_journal(connection: sqlite3.Connection, patience: float = 30.0) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            busy = 1
        if not busy:
            return
        if time.monotonic() > deadline:
            raise StorageError("another program was reading it all the time.", "")
        time.sleep(0.05)


def _remove_cached(cache: Path, documents: Sequence[str]) -> None:
    if not cache.is_dir() or not documents:
        return
    for path in sorted(cache.rglob("*"), reverse=True):
        if path.is_file() and any(sha256 in str(path.relative_to(cache)) for sha256 in documents):
            path.unlink(missing_ok=True)
