"""The ladder: numbered steps from an empty file to the present schema. The one home of the schema's history.

`PRAGMA user_version` holds the number of the last step taken. All missing steps run in one transaction,
after a copy of the file was made beside it; a file made by a newer docanalyst is left alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from docanalyst.domain.errors import StorageError
from docanalyst.storage.copies import copy_store
from docanalyst.storage.database import Database
from docanalyst.storage.schema.version_1 import VERSION_1

APPLICATION_ID = 0x64636E6C
"""Marks the file as a docanalyst store ("dcnl"), so that another program's database is not built upon."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. number: the version after it. statements: SQL, each ended by a semicolon."""

    number: int
    name: str
    statements: str


VERSION_2 = """
ALTER TABLE citations ADD COLUMN place TEXT NOT NULL DEFAULT 'definition';
ALTER TABLE citations ADD COLUMN cautions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE citations ADD COLUMN review_mark TEXT;
ALTER TABLE citations ADD COLUMN review_note TEXT;
ALTER TABLE citations ADD COLUMN reviewed_at TEXT;
"""

LADDER: tuple[Step, ...] = (
    Step(1, "documents, sessions, turns, citations, batches, full text", VERSION_1),
    Step(2, "where a quotation stands, cautions, reviews", VERSION_2),
)

SCHEMA_VERSION = LADDER[-1].number


def upgrade(database: Database, ladder: Sequence[Step] = LADDER) -> int:
    """Brings the file to the last step of the ladder; returns the version it had.

    Raises StorageError for a newer schema, another program's database, or a step that fails; the file is
    then as it was.
    """
    newest = ladder[-1].number
    connection = database.connection
    with database.lock:
        found = _version(database)
        if found == newest:
            return found
        # A step that rebuilds a table needs foreign keys off, which has no effect inside a transaction.
        connection.execute("PRAGMA foreign_keys=OFF")
        try:
            with database.writing():
                found = _version(database)
                if found < newest:
                    _climb(database, [step for step in ladder if step.number > found], found)
        finally:
            connection.execute("PRAGMA foreign_keys=ON")
    if found > newest:
        raise StorageError(
            f"The store {database.path} was written by a newer docanalyst "
            f"(schema {found}; this one knows {newest}).",
            "Upgrade docanalyst, or use another store with --data-dir. Nothing was changed.",
        )
    return found


def copy_path(path: Path, version: int) -> Path:
    """Where the copy made before an upgrade from this version lies."""
    return path.with_name(f"{path.name}.before-upgrade-from-{version}")


def statements(script: str) -> Iterator[str]:
    """The single statements of a script; a trigger's inner semicolons do not end it.

    Raises ValueError where the last one has no end.
    """
    pending = ""
    for piece in script.split(";")[:-1]:
        pending += f"{piece};"
        if sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""
    pending += script.rpartition(";")[2]
    if pending.strip():
        raise ValueError(f"unfinished statement: {pending.strip()[:80]}")


def _version(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _climb(database: Database, steps: Sequence[Step], found: int) -> None:
    connection = database.connection
    if found == 0:
        _refuse_strangers(database)
    else:
        # Read on a connection of its own: this one is already inside the upgrade's transaction.
        copy_store(database.path, copy_path(database.path, found))
    for step in steps:
        try:
            for statement in statements(step.statements):
                connection.execute(statement)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and _is_environment(error):
                raise
            raise StorageError(
                f"The store {database.path} could not be upgraded: step {step.number} ({step.name}) failed: "
                f"{error}.",
                "Nothing was changed. Run `docanalyst doctor --repair`.",
            ) from error
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken:
        raise StorageError(
            f"The store {database.path} could not be upgraded: a row of {broken[0]} refers to a missing one.",
            "Nothing was changed. Run `docanalyst doctor --repair`.",
        )
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={steps[-1].number}")


def _is_environment(error: sqlite3.Error) -> bool:
    name = error.sqlite_errorname or ""
    return name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_BUSY", "SQLITE_READONLY"))


def _refuse_strangers(database: Database) -> None:
    stranger = database.connection.execute("SELECT name FROM sqlite_master LIMIT 1").fetchone()
    if stranger:
        raise StorageError(
            f"{database.path} is a database of another program (it has a table {stranger[0]!r}).",
            "Choose another place with --data-dir.",
        )
