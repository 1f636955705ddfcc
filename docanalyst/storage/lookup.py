"""Resolves full or shortened IDs."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from docanalyst.domain.errors import UsageError
from docanalyst.storage.words import storable

CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record with an ID.

    Attributes:
        caption: The SQL column that describes a record to users.
    """

    noun: str
    table: str
    key: str
    caption: str
    newest: str
    how_to_list: str


SESSION = Kind(
    "session", "sessions", "id", "title", "updated_at", "Run `docanalyst sessions list` to list them."
)
TURN = Kind(
    "turn", "turns", "id", "question", "started_at", "Run `docanalyst sessions show ID` to list them."
)
DOCUMENT = Kind(
    "document",
    "documents",
    "sha256",
    "title",
    "added_at",
    "Run `docanalyst query 'SELECT * FROM documents_used'` to list them.",
)
RUN = Kind(
    "batch run", "batch_runs", "id", "output", "started_at", "Run `docanalyst batch status` to list them."
)


def resolve(connection: sqlite3.Connection, kind: Kind, given: str) -> str:
    """Return the full ID for a full or shortened one.

    Raises UsageError, listing candidates, if it is unknown or ambiguous.
    """
    wanted = storable(given.strip())
    sql = f"SELECT {kind.key}, {kind.caption} FROM {kind.table}"
    if connection.execute(f"{sql} WHERE {kind.key} = ?", (wanted,)).fetchone():
        return wanted
    wanted = wanted.lower()
    found = (
        connection.execute(
            f"{sql} WHERE {kind.key} >= ? AND {kind.key} < ? ORDER BY {kind.newest} DESC LIMIT ?",
            (wanted, wanted + "\U0010ffff", CANDIDATES + 1),
        ).fetchall()
        if wanted
        else []
    )
    if len(found) == 1:
        return str(found[0][0])
    if found:
        more = ", …" if len(found) > CANDIDATES else ""
        raise UsageError(
            f"More than one {kind.noun} begins with {given.strip()!r}: {_listed(found[:CANDIDATES])}{more}.",
            "Type more characters of the ID.",
        )
    recent = connection.execute(f"{sql} ORDER BY {kind.newest} DESC LIMIT 3").fetchall()
    known = f"The latest are {_listed(recent)}. " if recent else ""
    raise UsageError(f"No {kind.noun} {given.strip()!r} in the database.", known + kind.how_to_list)


def _listed(rows: list[tuple[str, str]]) -> str:
    return ", ".join(f"{key[:16]} ({_short(caption)})" for key, caption in rows)


def _short(text: str, length: int = 40) -> str:
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= length else line[: length - 1] + "…"
