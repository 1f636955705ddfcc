"""Ids as people give them: whole or shortened, as long as they stay unique."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from docanalyst.domain.errors import UsageError
from docanalyst.storage.words import storable

CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing with an id. caption: the SQL column that tells one from another for people."""

    noun: str
    table: str
    key: str
    caption: str
    newest: str
    how_to_list: str


SESSION = Kind("session", "sessions", "id", "title", "updated_at", "`docanalyst sessions list` lists them.")
TURN = Kind("turn", "turns", "id", "question", "started_at", "`docanalyst sessions show ID` lists them.")
DOCUMENT = Kind(
    "document", "documents", "sha256", "title", "added_at", "`docanalyst query` on documents lists them."
)
RUN = Kind("batch run", "batch_runs", "id", "output", "started_at", "`docanalyst batch status` lists them.")


def resolve(connection: sqlite3.Connection, kind: Kind, given: str) -> str:
    """The whole id for a whole or shortened one.

    Raises UsageError, listing candidates, where it is unknown or fits several.
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
            f"Several {kind.noun}s begin with {given.strip()!r}: {_listed(found[:CANDIDATES])}{more}.",
            "Give more characters of the id.",
        )
    recent = connection.execute(f"{sql} ORDER BY {kind.newest} DESC LIMIT 3").fetchall()
    known = f"The latest: {_listed(recent)}. " if recent else ""
    raise UsageError(f"There is no {kind.noun} {given.strip()!r} in the store.", known + kind.how_to_list)


def _listed(rows: list[tuple[str, str]]) -> str:
    return ", ".join(f"{key[:16]} ({_short(caption)})" for key, caption in rows)


def _short(text: str, length: int = 40) -> str:
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= length else line[: length - 1] + "…"
