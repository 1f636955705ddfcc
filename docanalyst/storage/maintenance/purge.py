"""Deletes permanently: afterwards no file in the data directory contains the text."""

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
"""Units whose answers contain text of the documents; unanswered units contain none."""

COPIES = ("*.before-upgrade-from-*", "*.damaged-*", "*.part")


def delete(database: Database, session_ids: Iterable[str], *, purge: bool) -> None:
    """Delete sessions, by their full IDs, with their turns; a crash does not restore them.

    Args:
        purge: Whether to delete also their batch answers, the documents that no session uses any more, their
            cache, older copies of the database, and every trace in the free space of the database, its index
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
    """Return the IDs of sessions last changed before this time (ISO, UTC) that have no running turn."""
    rows = connection.execute(
        "SELECT id FROM sessions WHERE updated_at < ? AND NOT EXISTS"
        " (SELECT 1 FROM turns WHERE session_id = sessions.id AND status = 'running') ORDER BY updated_at",
        (moment,),
    )
    return [row[0] for row in rows]


def scrub(database: Database, documents: Sequence[str] = ()) -> None:
    """Remove the traces of deleted rows.

    Args:
        documents: SHA-256 of documents to remove from the cache too.

    Raises:
        StorageError: Another program prevents rewriting the file: then the rows are deleted, but traces
            remain until the next purge.
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
                # Merging the index into one segment removes the words of deleted rows.
                for table in ("pages_fts", "turns_fts"):
                    connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
            with translated(database.path):
                connection.execute("PRAGMA temp_store=FILE")
                connection.execute("VACUUM")
                _empty_journal(connection)
        except StorageError as error:
            raise StorageError(
                f"Deleted, but traces of the text may remain in {database.path}: {error.message}",
                "Close other programs that use the database, then purge again. " + error.hint,
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
            raise StorageError("another program kept reading it.", "")
        time.sleep(0.05)


def _remove_cached(cache: Path, documents: Sequence[str]) -> None:
    if not cache.is_dir() or not documents:
        return
    for path in sorted(cache.rglob("*"), reverse=True):
        if path.is_file() and any(sha256 in str(path.relative_to(cache)) for sha256 in documents):
            path.unlink(missing_ok=True)
