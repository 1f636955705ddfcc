"""Read-only SQL queries of the database, and the built-in queries."""

from __future__ import annotations

import os
import sqlite3
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from docanalyst.domain.errors import StorageError, UsageError
from docanalyst.storage.database import connect
from docanalyst.storage.faults import storage_error, translated
from docanalyst.storage.words import storable

Value = str | int | float | bytes | None

READ_PRAGMAS = frozenset(
    ("data_version", "table_info", "table_xinfo", "table_list", "index_list", "index_info", "user_version")
)
"""The pragmas allowed in queries; FTS5 itself needs the first one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a query. rows can be read once; close the answer if not all are read."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class ReadyQuery:
    """A built-in query."""

    name: str
    title: str
    sql: str


def ready_queries() -> tuple[ReadyQuery, ...]:
    """Return the built-in queries in the order of `queries.toml`."""
    text = files("docanalyst.storage").joinpath("queries.toml").read_text("utf-8")
    return tuple(
        ReadyQuery(name, item["title"], item["sql"].strip()) for name, item in tomllib.loads(text).items()
    )


def is_read_only(path: Path) -> bool:
    """Return whether the database exists, cannot be written, as on a read-only disk, and has no journal."""
    log = path.with_name(f"{path.name}-wal")
    return path.is_file() and not os.access(path.parent, os.W_OK) and not log.exists()


def run(path: Path, sql: str, timeout: float | None = None) -> Answer:
    """Run one SELECT on the database at path, on a separate read-only connection.

    Raises UsageError for anything but one valid SELECT and for one that takes too long, StorageError for a
    file that cannot be read. Ctrl-C stops a long query.

    Args:
        timeout: Seconds until the last row must be there; None for no limit.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    with translated(path):
        connection = connect(path, read_only=True, unchanging=is_read_only(path))
    try:
        connection.execute("PRAGMA query_only=ON")
        # A full-text table declares itself on first use, which the authorizer would refuse as a CREATE TABLE.
        for table in ("pages_fts", "turns_fts"):
            connection.execute(f"SELECT 1 FROM {table} LIMIT 0")
        connection.set_authorizer(_may)
        # Python handles Ctrl-C only between its own instructions; this handler gives it some.
        connection.set_progress_handler(lambda: int(_is_past(deadline)), 20_000)
        cursor = connection.execute(storable(sql))
        columns = tuple(column[0] for column in cursor.description or ())
        if not columns:
            raise UsageError("The statement returns no rows.", "Write one SELECT statement.")
        return Answer(columns, _rows(connection, cursor, path, deadline))
    except (sqlite3.Error, sqlite3.Warning) as error:
        _let_ctrl_c_through(error, deadline)
        known = _relations(connection)
        connection.close()
        raise _refusal(error, path, known) from error
    except BaseException:
        connection.close()
        raise


def _rows(
    connection: sqlite3.Connection, cursor: sqlite3.Cursor, path: Path, deadline: float | None
) -> Iterator[tuple[Value, ...]]:
    try:
        yield from cursor
    except sqlite3.Error as error:
        _let_ctrl_c_through(error, deadline)
        raise _refusal(error, path, "") from error
    finally:
        connection.close()


def _is_past(deadline: float | None) -> bool:
    return deadline is not None and time.monotonic() > deadline


def _let_ctrl_c_through(error: Exception, deadline: float | None) -> None:
    """Raise KeyboardInterrupt if Ctrl-C stopped the query, UsageError if the time limit did."""
    if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
        if _is_past(deadline):
            raise UsageError(
                "The query took longer than its time limit.",
                "Narrow it, or allow more seconds with --timeout.",
            ) from error
        raise KeyboardInterrupt from error


def _may(action: int, first: str | None, second: str | None, database: str | None, view: str | None) -> int:
    if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and second != "load_extension":
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first in READ_PRAGMAS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _relations(connection: sqlite3.Connection) -> str:
    try:
        connection.set_authorizer(None)
        rows = connection.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE '%\\_fts\\_%'"
            " ESCAPE '\\' AND name NOT LIKE 'sqlite%' ORDER BY type DESC, name"
        ).fetchall()
    except sqlite3.Error:
        return ""
    return f"Tables and views: {', '.join(row[0] for row in rows)}."


def _refusal(error: Exception, path: Path, known: str) -> UsageError | StorageError:
    name = str(getattr(error, "sqlite_errorname", "") or "")
    if name in ("SQLITE_AUTH", "SQLITE_READONLY") or "not authorized" in str(error):
        return UsageError("SQL queries can only read the database.", "Write one SELECT statement.")
    if name in ("", "SQLITE_ERROR", "SQLITE_MISMATCH", "SQLITE_RANGE", "SQLITE_TOOBIG"):
        if "one statement" in str(error):
            return UsageError("Only one statement can be run at a time.", "Write one SELECT statement.")
        return UsageError(f"Cannot run the query: {error}.", known)
    failure = storage_error(error, path)
    return StorageError(failure.message, failure.hint)
