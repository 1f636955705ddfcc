"""Finds damage and repairs it.

A damaged index is rebuilt. If a table or the schema is damaged, or a value cannot be read, every readable row
is copied to a new file that replaces the old one: first through SQLite, then from the pages that SQLite no
longer reaches. The old file is kept beside the new one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from docanalyst.domain.errors import StorageError
from docanalyst.storage.database import Database
from docanalyst.storage.faults import is_corrupt, translated
from docanalyst.storage.maintenance import values
from docanalyst.storage.maintenance.leaves import DamagedFile
from docanalyst.storage.owners import LOCK_NAME, OwnerLock
from docanalyst.storage.schema import migrations

_NONE = type(None)
_SHAPES: dict[str, tuple[int, tuple[type, ...]]] = {
    "pages": (8, (_NONE, str, int, object, str)),
    "documents": (8, (str, str, str, int, int, str, str, str)),
    "session_documents": (6, (str, int, str, str, str, str)),
    "sessions": (4, (str, str, str, str)),
    "turns": (42, (_NONE, str, str, int)),
    "citations": (24, (str, int, int, str, str, str)),
    "batch_runs": (9, (str, str, str, str, str, str, str, str)),
    "batch_items": (14, (str, int, str, str, str)),
}
"""The fewest values of a row in any released version, and the kinds of the first ones."""

_REFERENCES = (
    (
        "SELECT count(*) FROM (SELECT document_sha256 FROM session_documents UNION"
        " SELECT document_sha256 FROM pages EXCEPT SELECT sha256 FROM documents)",
        "document lost its title and path",
        "documents lost their titles and paths",
    ),
    (
        "SELECT sum(most - count) FROM (SELECT max(page_count) AS most, (SELECT count(*) FROM pages"
        " WHERE document_sha256 = sha256) AS count FROM documents WHERE EXISTS"
        " (SELECT 1 FROM session_documents WHERE document_sha256 = sha256 AND pages = '1-' || page_count)"
        " GROUP BY sha256)",
        "page of a document is lost",
        "pages of documents are lost",
    ),
    (
        "SELECT count(DISTINCT session_id) FROM turns WHERE session_id NOT IN (SELECT id FROM sessions)",
        "session lost its title",
        "sessions lost their titles",
    ),
    (
        "SELECT sum(most - count) FROM (SELECT max(position) AS most, count(*) AS count FROM turns"
        " GROUP BY session_id)",
        "turn before a saved one is lost",
        "turns before saved ones are lost",
    ),
    (
        "SELECT count(DISTINCT turn_id) FROM citations WHERE turn_id NOT IN (SELECT id FROM turns)",
        "turn is lost, and its citations with it",
        "turns are lost, and their citations with them",
    ),
    (
        "SELECT sum(most + 1 - count) FROM (SELECT max(position) AS most, count(*) AS count FROM citations"
        " GROUP BY turn_id)",
        "citation before a saved one is lost",
        "citations before saved ones are lost",
    ),
    (
        "SELECT count(*) FROM session_documents WHERE session_id NOT IN (SELECT id FROM sessions)"
        " AND session_id NOT IN (SELECT session_id FROM turns)",
        "entry of a lost session was dropped",
        "entries of lost sessions were dropped",
    ),
    (
        "SELECT count(DISTINCT run_id) FROM batch_items WHERE run_id NOT IN (SELECT id FROM batch_runs)",
        "batch run is lost, and its rows with it",
        "batch runs are lost, and their rows with them",
    ),
)
"""Queries that count what is missing, with the words for one and for several."""

TABLES = (
    "documents",
    "pages",
    "sessions",
    "session_documents",
    "turns",
    "citations",
    "batch_runs",
    "batch_items",
)
INDEXES = ("pages_fts", "turns_fts")
MAX_PROBLEMS = 10


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair found and did.

    Attributes:
        kept: The damaged file, if a new one replaced it.
        found: The problems, as sentences; empty if the database is intact.
        done: What was done, as sentences.
        rows: Number of rows saved by table, if a new file was made.
        lost: What the saved rows refer to and nothing holds any more, as sentences.
    """

    found: tuple[str, ...]
    done: tuple[str, ...] = ()
    kept: Path | None = None
    rows: tuple[tuple[str, int], ...] = ()
    lost: tuple[str, ...] = ()


def problems(connection: sqlite3.Connection) -> list[str]:
    """Return the problems of the file, as sentences; empty if there are none."""
    found: list[str] = []
    try:
        for row in connection.execute(f"PRAGMA integrity_check({MAX_PROBLEMS})"):
            if row[0] != "ok":
                found.append(str(row[0]).removeprefix("*** in database main ***\n"))
        for table, row_id, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(
            MAX_PROBLEMS
        ):
            found.append(f"Row {row_id} of {table} refers to a missing row of {parent}.")
        found += _schema_problems(connection)
        found += values.unreadable(connection, TABLES)
    except sqlite3.DatabaseError as error:
        found.append(str(error))
    return found + _index_problems(connection)


def _schema_problems(connection: sqlite3.Connection) -> list[str]:
    """Return what of the schema is missing or changed, as sentences; the user's own tables do not count."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        for step in migrations.LADDER:
            for statement in migrations.statements(step.statements):
                fresh.execute(statement)
        expected, present = _definitions(fresh), _definitions(connection)
    return [
        f"The {kind} {name} is {'missing' if (kind, name) not in present else 'not as it was made'}."
        for (kind, name), sql in expected.items()
        if present.get((kind, name)) != sql
    ]


def _definitions(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM main.sqlite_master")
    return {(kind, name): sql for kind, name, sql in rows if not name.startswith("sqlite_")}


def repair(path: Path, now: datetime) -> Repair:
    """Check the database at path and repair it. No other program may have it open.

    Raises:
        StorageError: The database is newer than this program or cannot be written.
    """
    if not path.exists():
        return Repair((f"There is no database at {path} yet.",))
    with translated(path):
        owner = OwnerLock.take(path.with_name(LOCK_NAME))
    try:
        if owner.others():
            raise StorageError(
                f"The database {path} is in use by another docanalyst.", "Close it, then repair again."
            )
        return _repair(path, now)
    finally:
        owner.release()


def _repair(path: Path, now: datetime) -> Repair:
    try:
        database = Database.open(path)
    except StorageError as error:
        return _replace(path, now, [_damage(error)])
    try:
        try:
            migrations.upgrade(database)
        except StorageError as error:
            return _replace(path, now, [_damage(error)], database)
        with translated(path):
            found = problems(database.connection)
        if not found:
            return Repair(())
        if _rebuild_indexes(database) and not problems(database.connection):
            return Repair(tuple(found), ("The full-text index was rebuilt; nothing was lost.",))
        return _replace(path, now, found, database)
    finally:
        database.close()


def _damage(error: StorageError) -> str:
    """Return the message of an error that a new file can cure; raise any other error."""
    if isinstance(error, migrations.WrongVersion):
        return error.message
    if error.__cause__ is None or not is_corrupt(error.__cause__):
        raise error
    return error.message


def _index_problems(connection: sqlite3.Connection) -> list[str]:
    found = []
    for table in INDEXES:
        try:
            connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            found.append(f"The full-text index {table} does not match its table: {error}.")
    return found


def _rebuild_indexes(database: Database) -> bool:
    try:
        with database.writing() as connection:
            for table in INDEXES:
                connection.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")
    except StorageError:
        return False
    return True


def _replace(path: Path, now: datetime, found: list[str], database: Database | None = None) -> Repair:
    if database is not None:
        database.close()
    fresh = path.with_name(path.name + ".part")
    kept = path.with_name(f"{path.name}.damaged-{now:%Y%m%d-%H%M%S}")
    fresh.unlink(missing_ok=True)
    with translated(path):
        target = Database.open(fresh)
        try:
            migrations.upgrade(target)
            rows, lost = _salvage(path, target)
            # One file, so that a rename moves everything.
            target.connection.execute("PRAGMA journal_mode=DELETE")
        finally:
            target.close()
        for suffix in ("-wal", "-shm"):
            journal = path.with_name(path.name + suffix)
            if journal.exists():
                journal.replace(kept.with_name(kept.name + suffix))
        path.replace(kept)
        fresh.replace(path)
    saved = ", ".join(f"{table} {count}" for table, count in rows if count) or "no rows"
    return Repair(
        tuple(found),
        (f"A new database was created with all readable rows: {saved}.",),
        kept,
        tuple(rows),
        tuple(lost),
    )


def _salvage(path: Path, target: Database) -> tuple[list[tuple[str, int]], list[str]]:
    """Copy every readable row; return their number by table and what is lost."""
    target.connection.execute("PRAGMA foreign_keys=OFF")
    source = sqlite3.connect(path, isolation_level=None)
    source.text_factory = values.text_or_bytes
    damaged: list[str] = []
    with suppress(sqlite3.DatabaseError):
        damaged = list(values.unreadable(source, TABLES))
    with closing(source), target.writing() as connection:
        # Without this, SQLite refuses a truncated file as a whole.
        source.execute("PRAGMA writable_schema=ON")
        for table in TABLES:
            kinds = values.columns_of(connection, table)
            known: list[str] = []
            with suppress(sqlite3.DatabaseError):
                known = [row[1] for row in source.execute(f"PRAGMA table_info({table})")]
            kinds = [kind for kind in kinds if kind.name.partition(".")[2] in known]
            columns = [kind.name.partition(".")[2] for kind in kinds]
            marks = ", ".join("?" * (len(columns)))
            for row in _readable(source, table, columns) if columns else ():
                try:
                    connection.execute(
                        f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})",
                        values.sound(kinds, row),
                    )
                except sqlite3.IntegrityError:
                    continue
        _salvage_leaves(path, connection)
        lost = [*damaged, *_lost(connection)]
        _mend(connection)
        counts = [
            (table, int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]))
            for table in TABLES
        ]
    return counts, lost


def _salvage_leaves(path: Path, connection: sqlite3.Connection) -> None:
    """Add the rows of pages that SQLite no longer reaches."""
    kinds = {table: values.columns_of(connection, table) for table in TABLES}
    columns = {table: [kind.name.partition(".")[2] for kind in kinds[table]] for table in TABLES}
    for row_id, found in DamagedFile(path).rows():
        table = _table_of(found, columns)
        if table is None:
            continue
        row = (row_id, *found[1:]) if columns[table][0] == "row_id" else found
        row = values.sound(kinds[table], row)
        names = columns[table][: len(row)]
        with suppress(sqlite3.Error, OverflowError, UnicodeError):
            connection.execute(
                f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(row))})",
                row,
            )


def _table_of(row: tuple[Any, ...], columns: dict[str, list[str]]) -> str | None:
    """Return the table that a row belongs to, by the number and the kinds of its values; None if no table."""
    for table, (fewest, kinds) in _SHAPES.items():
        if fewest <= len(row) <= len(columns[table]) and all(map(isinstance, row, kinds)):
            return table
    return None


def _lost(connection: sqlite3.Connection) -> list[str]:
    """Return what the saved rows refer to and nothing holds, as sentences."""
    found = []
    for sql, singular, plural in _REFERENCES:
        count = connection.execute(sql).fetchone()[0] or 0
        if count:
            found.append(f"{count:,} {singular if count == 1 else plural}.")
    return found


def _readable(source: sqlite3.Connection, table: str, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    """Yield every readable row: forwards to the first damage, backwards to the last, then between them."""
    names = ", ".join(columns)
    order = f"SELECT rowid, {names} FROM {table} NOT INDEXED"
    first, last = -(2**63), 2**63 - 1
    for row in _until_damage(source, f"{order} WHERE rowid > ? ORDER BY rowid", first):
        first = row[0]
        yield row[1:]
    for row in _until_damage(source, f"{order} WHERE rowid < ? ORDER BY rowid DESC", last):
        if row[0] <= first:
            return
        last = row[0]
        yield row[1:]
    if last - first > 10_000_000:
        return
    for row_id in range(first + 1, last):
        for row in _until_damage(source, f"{order} WHERE rowid = ?", row_id):
            yield row[1:]


def _until_damage(source: sqlite3.Connection, sql: str, bound: int) -> Iterator[tuple[Any, ...]]:
    try:
        yield from source.execute(sql, (bound,))
    except (sqlite3.DatabaseError, UnicodeError, OverflowError):
        return


def _mend(connection: sqlite3.Connection) -> None:
    """Create parents for rows whose parents were lost, so that they can be found."""
    connection.execute(
        "INSERT OR IGNORE INTO documents"
        " (sha256, title, path, page_count, byte_count, added_at, warnings, metadata)"
        " SELECT sha256, 'Recovered document', '', max(pages), 0, '', '[]', '{}' FROM ("
        " SELECT document_sha256 AS sha256, max(number) AS pages FROM pages GROUP BY 1"
        " UNION SELECT document_sha256, 1 FROM session_documents) GROUP BY sha256"
    )
    connection.execute(
        "INSERT OR IGNORE INTO sessions (id, title, created_at, updated_at)"
        " SELECT session_id, 'Recovered session', min(started_at), max(started_at) FROM turns GROUP BY 1"
    )
    connection.execute("DELETE FROM session_documents WHERE session_id NOT IN (SELECT id FROM sessions)")
    connection.execute("UPDATE turns SET parent_id = NULL WHERE parent_id NOT IN (SELECT id FROM turns)")
    connection.execute("DELETE FROM citations WHERE turn_id NOT IN (SELECT id FROM turns)")
    connection.execute("DELETE FROM batch_items WHERE run_id NOT IN (SELECT id FROM batch_runs)")
