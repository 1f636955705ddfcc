"""Handles running turns without SQLModel: partial answers, lineage, interruption."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from docanalyst.storage.words import spread, storable


def save_partial(connection: sqlite3.Connection, turn_id: str, answer: str, reasoning: str | None) -> bool:
    """Save the partial answer of a running turn; return False if the turn is no longer running."""
    cursor = connection.execute(
        "UPDATE turns SET answer = ?, reasoning = ? WHERE id = ? AND status = 'running'",
        (storable(answer), storable(reasoning), turn_id),
    )
    return cursor.rowcount == 1


def lineage(connection: sqlite3.Connection, turn_id: str) -> list[str]:
    """Return the IDs from the first question to this turn, following parents."""
    rows = connection.execute(
        """
        WITH RECURSIVE line (id, parent_id, depth) AS (
            SELECT id, parent_id, 0 FROM turns WHERE id = ?
            UNION ALL
            SELECT turns.id, turns.parent_id, depth + 1 FROM turns JOIN line ON turns.id = line.parent_id
            WHERE depth < 100000
        )
        SELECT id FROM line ORDER BY depth DESC
        """,
        (turn_id,),
    )
    return [row[0] for row in rows]


def running_owners(connection: sqlite3.Connection) -> list[str | None]:
    """Return the owners of running turns."""
    return [row[0] for row in connection.execute("SELECT DISTINCT owner FROM turns WHERE status = 'running'")]


def interrupt(connection: sqlite3.Connection, owners: Iterable[str | None]) -> list[str]:
    """Mark the running turns of these owners as interrupted and return their IDs."""
    closed: list[str] = []
    for owner in owners:
        found = connection.execute(
            "SELECT id, answer, reasoning FROM turns WHERE status = 'running' AND owner IS ? ORDER BY id",
            (owner,),
        ).fetchall()
        for turn_id, answer, reasoning in found:
            connection.execute(
                "UPDATE turns SET status = 'interrupted', owner = NULL, answer_words = ?, reasoning_words = ?"
                " WHERE id = ?",
                (spread(answer), spread(reasoning), turn_id),
            )
            closed.append(turn_id)
    return closed
