"""Saves turns: started before anything is sent, finished in one transaction, never lost between."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from docanalyst.domain.errors import StorageError
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage.schema.columns import citation_columns, insert, turn_columns, update


def start(connection: sqlite3.Connection, turn: Turn, *, owner: str, now: str) -> Turn:
    """Save a new turn as `running`; return it with its position, start time and status."""
    _touch(connection, turn.session_id, now)
    placed = replace(
        turn,
        status=TurnStatus.RUNNING,
        started_at=turn.started_at or now,
        position=_position(connection, turn),
    )
    insert(connection, "turns", [turn_columns(placed) | {"position": placed.position, "owner": owner}])
    return placed


def finish(connection: sqlite3.Connection, turn: Turn, *, now: str) -> Turn:
    """Save the final state of a turn with its citations; a turn that was never started is added.

    Args:
        now: ISO time, UTC.

    Raises:
        StorageError: A turn that is still running.
    """
    if turn.status is TurnStatus.RUNNING:
        raise StorageError(f"Turn {turn.id} cannot be saved as finished: its status is still “running”.")
    _touch(connection, turn.session_id, now)
    known = connection.execute("SELECT position, started_at FROM turns WHERE id = ?", (turn.id,)).fetchone()
    if known is None:
        placed = replace(turn, position=_position(connection, turn))
        add(connection, placed)
        return placed
    placed = replace(turn, position=known[0], started_at=turn.started_at or known[1])
    columns = turn_columns(placed) | {"owner": None}
    del columns["id"], columns["session_id"]
    update(connection, "turns", columns, {"id": turn.id})
    connection.execute("DELETE FROM citations WHERE turn_id = ?", (turn.id,))
    _cite(connection, placed)
    return placed


def add(connection: sqlite3.Connection, turn: Turn) -> None:
    """Add a finished turn without changing its session."""
    position = turn.position or _position(connection, turn)
    insert(connection, "turns", [turn_columns(turn) | {"position": position}])
    _cite(connection, turn)


def _cite(connection: sqlite3.Connection, turn: Turn) -> None:
    rows = (citation_columns(turn.id, place, citation) for place, citation in enumerate(turn.citations))
    insert(connection, "citations", rows)


def _position(connection: sqlite3.Connection, turn: Turn) -> int:
    """Return the turn's own position, or the next one in its session."""
    if turn.position:
        return turn.position
    sql = "SELECT coalesce(max(position), 0) + 1 FROM turns WHERE session_id = ?"
    return int(connection.execute(sql, (turn.session_id,)).fetchone()[0])


def _touch(connection: sqlite3.Connection, session_id: str, now: str) -> None:
    cursor = connection.execute(
        "UPDATE sessions SET updated_at = max(updated_at, ?) WHERE id = ?", (now, session_id)
    )
    if not cursor.rowcount:
        raise StorageError(
            f"Cannot save the turn: there is no session {session_id!r} in the database.",
            "Another program may have deleted it. Start a new session.",
        )
