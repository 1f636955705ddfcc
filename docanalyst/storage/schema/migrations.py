"""The migrations: numbered steps from an empty file to the current schema.

`PRAGMA user_version` holds the number of the last step. All missing steps run in one transaction, after a
copy of the file was made; a file made by a newer docanalyst is not changed.
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
"""Marks the file as a docanalyst database ("dcnl"), so that another program's database is never changed."""


class WrongVersion(StorageError):
    """The schema is not the one that its version names; a new file with the same rows cures it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        number: Schema version after it.
        statements: SQL, each ending in a semicolon.
    """

    number: int
    name: str
    statements: str


VERSION_2 = """
ALTER TABLE citations ADD COLUMN place TEXT NOT NULL DEFAULT 'definition';
ALTER TABLE citations ADD COLUMN cautions TEXT NOT NULL DEFAULT '[]';
ALTER TABLE citations ADD COLUMN review_mark TEXT;
ALTER TABLE citations ADD COLUMN review_note TEXT;
ALTER TABLE citations ADD COLUMN reviewed_at TEXT;
ALTER TABLE turns ADD COLUMN written_tokens INTEGER;
"""

VERSION_3 = """
ALTER TABLE pages ADD COLUMN line_numbers TEXT;
"""

POSSIBLE_CHARGES = """
ALTER TABLE turns ADD COLUMN doubt_micros INTEGER NOT NULL DEFAULT 0;
DROP VIEW spending_by_month;
DROP VIEW spending;
CREATE VIEW spending AS
    WITH asked AS (
        SELECT *, status IN ('interrupted', 'failed') AND coalesce(usage_estimated, 1)
               AND (cost_micros IS NOT NULL OR doubt_micros > 0) AS unsettled
        FROM turns WHERE status <> 'running'
    )
    SELECT 'turn' AS kind, id, session_id, started_at AS at, provider, model, input_tokens, cached_tokens,
           output_tokens, CASE WHEN unsettled THEN 0 ELSE cost_micros END AS cost_micros,
           coalesce(currency, CASE WHEN unsettled THEN 'USD' END) AS currency,
           coalesce(cost_estimated, 0) AS estimated, total_s AS seconds,
           CASE WHEN unsettled THEN max(doubt_micros, coalesce(cost_micros, 0)) ELSE doubt_micros END
               AS doubt_micros
    FROM asked
    UNION ALL
    SELECT 'batch', run_id || '/' || position, NULL, batch_items.updated_at, provider, model, input_tokens,
           cached_tokens, output_tokens, cost_micros, coalesce(currency, 'USD'), 0, seconds,
           coalesce(json_extract(batch_items.record, '$.doubt_micros'), 0)
    FROM batch_items JOIN batch_runs ON batch_runs.id = batch_items.run_id
    WHERE (batch_items.cost_micros IS NOT NULL OR batch_items.input_tokens IS NOT NULL)
        -- A unit that was asked in a session is counted there, turn by turn.
        AND coalesce(json_extract(batch_items.record, '$.session_id'), '') = '';
CREATE VIEW spending_by_month AS
    SELECT substr(at, 1, 7) AS month, provider, model, currency, count(*) AS answers,
           sum(input_tokens) AS input_tokens, sum(cached_tokens) AS cached_tokens,
           sum(output_tokens) AS output_tokens, sum(cost_micros) / 1000000.0 AS cost, sum(seconds) AS seconds,
           sum(doubt_micros) / 1000000.0 AS doubt
    FROM spending GROUP BY month, provider, model, currency;
"""
"""Charges that a provider may make for failed requests, apart from what it charges for answers."""

VERSION_5 = """
ALTER TABLE turns ADD COLUMN receipt_left_out TEXT;
"""

VERSION_6 = """
ALTER TABLE turns ADD COLUMN parts TEXT NOT NULL DEFAULT '[]';
"""

_LIGATURES = (
    *(
        ("ß", "ss"),
        ("ẞ", "SS"),
        ("ﬀ", "ff"),
        ("ﬁ", "fi"),
        ("ﬂ", "fl"),
        ("ﬃ", "ffi"),
        ("ﬄ", "ffl"),
        ("ﬅ", "st"),
    ),
    *(("ﬆ", "st"), ("æ", "ae"), ("Æ", "AE"), ("œ", "oe"), ("Œ", "OE"), ("ĳ", "ij"), ("Ĳ", "IJ")),
)
"""As `storage.words` resolved them when this step was written: a step never changes."""


def _resolved(table: str, *columns: str) -> str:
    """Return statements that index ligatures and ß of a table as the letters they stand for.

    The rows are found by the words of the index: 30,000 pages take 4 s, where looking through their text
    would take 14 s.

    Args:
        columns: Columns with text; each has one for its indexed form.
    """
    characters = "".join(character for character, _ in _LIGATURES)
    index = f"{table}_fts"
    script = (
        f"CREATE VIRTUAL TABLE temp.{index}_terms USING fts5vocab (main, {index}, row);\n"
        f"CREATE VIRTUAL TABLE temp.{index}_places USING fts5vocab (main, {index}, instance);\n"
        f"CREATE TEMPORARY TABLE {table}_found AS SELECT DISTINCT places.doc AS row_id"
        f" FROM {index}_terms AS terms CROSS JOIN {index}_places AS places ON places.term = terms.term"
        f" WHERE terms.term GLOB '*[{characters}]*';\n"
        f"DROP TABLE temp.{index}_terms;\n"
        f"DROP TABLE temp.{index}_places;\n"
    )
    for column in columns:
        words = "words" if column == "text" else f"{column}_words"
        indexed = f"coalesce({words}, {column})"
        for character, letters in _LIGATURES:
            indexed = f"replace({indexed}, '{character}', '{letters}')"
        script += (
            f"UPDATE {table} SET {words} = {indexed} WHERE row_id IN (SELECT row_id FROM {table}_found)"
            f" AND {indexed} <> coalesce({words}, {column});\n"
        )
    return f"{script}DROP TABLE temp.{table}_found;\n"


LIGATURES_RESOLVED = _resolved("pages", "text") + _resolved("turns", "question", "answer", "reasoning")

LADDER: tuple[Step, ...] = (
    Step(1, "documents, sessions, turns, citations, batches, full text", VERSION_1),
    Step(2, "place of a quotation, cautions, reviews", VERSION_2),
    Step(3, "line numbers of pleadings and transcripts", VERSION_3),
    Step(4, "possible charges for failed requests", POSSIBLE_CHARGES),
    Step(5, "files left out of folders", VERSION_5),
    Step(6, "requests that an answer over many documents rests on", VERSION_6),
    Step(7, "ligatures and ß found in text that was stored before", LIGATURES_RESOLVED),
)

SCHEMA_VERSION = LADDER[-1].number


def upgrade(database: Database, ladder: Sequence[Step] = LADDER) -> int:
    """Upgrade the file to the last step and return its previous version.

    Raises:
        StorageError: A newer schema, another program's database or a failing step; the file is then
            unchanged.
    """
    newest = ladder[-1].number
    connection = database.connection
    with database.lock:
        found = _version(database)
        if found == newest:
            return found
        # Rebuilding a table needs foreign keys off, which must be set outside a transaction.
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
            f"The database {database.path} was written by a newer docanalyst "
            f"(schema {found}; this version supports {newest}).",
            "Upgrade docanalyst, or use another folder with --data-dir. Nothing was changed.",
        )
    return found


def copy_path(path: Path, version: int) -> Path:
    """Return the path of the copy made before an upgrade from this version."""
    return path.with_name(f"{path.name}.before-upgrade-from-{version}")


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; semicolons inside a trigger do not end it.

    Raises:
        ValueError: The last statement is incomplete.
    """
    pending = ""
    for piece in script.split(";")[:-1]:
        pending += f"{piece};"
        if sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""
    pending += script.rpartition(";")[2]
    if pending.strip():
        raise ValueError(f"incomplete statement: {pending.strip()[:80]}")


def _version(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _climb(database: Database, steps: Sequence[Step], found: int) -> None:
    connection = database.connection
    if found == 0:
        _refuse_strangers(database)
    else:
        # Copy on a separate connection: this one is already inside the upgrade's transaction.
        copy_store(database.path, copy_path(database.path, found))
    for step in steps:
        try:
            for statement in statements(step.statements):
                connection.execute(statement)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and _is_environment(error):
                raise
            raise WrongVersion(
                f"Cannot upgrade the database {database.path}: step {step.number} ({step.name}) failed: "
                f"{error}.",
                "Nothing was changed. Run `docanalyst doctor --repair`.",
            ) from error
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken:
        raise StorageError(
            f"Cannot upgrade the database {database.path}: a row of {broken[0]} refers to a missing row.",
            "Nothing was changed. Run `docanalyst doctor --repair`.",
        )
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={steps[-1].number}")


def _is_environment(error: sqlite3.Error) -> bool:
    name = error.sqlite_errorname or ""
    return name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_BUSY", "SQLITE_READONLY"))


def _refuse_strangers(database: Database) -> None:
    connection = database.connection
    stranger = connection.execute("SELECT name FROM sqlite_master LIMIT 1").fetchone()
    if stranger and connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
        raise WrongVersion(
            f"The database {database.path} has lost its version.",
            "Run `docanalyst doctor --repair`. It keeps a copy of the damaged file.",
        )
    if stranger:
        raise StorageError(
            f"{database.path} is a database of another program (it has a table {stranger[0]!r}).",
            "Choose another folder with --data-dir.",
        )
