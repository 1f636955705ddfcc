"""Creates, lists, reads, renames and deletes sessions."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from docanalyst.domain.turns import Session, SessionDocument, Turn
from docanalyst.storage.words import storable

OF_UNITS = """
    SELECT json_extract(record, '$.session_id') FROM batch_items
    WHERE json_valid(record) AND json_extract(record, '$.session_id') IS NOT NULL
"""
"""The sessions in which units of batches were asked."""

LISTED = """
    SELECT id, title, created_at, updated_at,
           (SELECT count(*) FROM turns WHERE turns.session_id = sessions.id)
    FROM sessions
"""


def listed(
    connection: sqlite3.Connection,
    *,
    limit: int,
    offset: int = 0,
    document_sha256: str | None = None,
    batch: bool = True,
) -> list[Session]:
    """Return sessions without their turns, newest first.

    Args:
        document_sha256: Only sessions with this document.
        batch: Whether to return also the sessions of batch units.
    """
    conditions = ["1"]
    if document_sha256:
        conditions.append(
            "id IN (SELECT session_id FROM session_documents WHERE document_sha256 = :document)"
        )
    if not batch:
        conditions.append(f"id NOT IN ({OF_UNITS})")
    where = f"WHERE {' AND '.join(conditions)}"
    rows = connection.execute(
        f"{LISTED} {where} ORDER BY updated_at DESC, id DESC LIMIT :limit OFFSET :offset",
        {"document": document_sha256, "limit": limit, "offset": offset},
    ).fetchall()
    documents = documents_of(connection, [row[0] for row in rows])
    return [_session(row, documents.get(row[0], [])) for row in rows]


def head(connection: sqlite3.Connection, session_id: str) -> Session:
    """Return one session without its turns, by its full ID."""
    row = connection.execute(f"{LISTED} WHERE id = ?", (session_id,)).fetchone()
    return _session(row, documents_of(connection, [session_id]).get(session_id, []))


def with_turns(head: Session, turns: tuple[Turn, ...]) -> Session:
    """Return the session with these turns."""
    return replace(head, turns=turns, turn_count=len(turns))


def latest(connection: sqlite3.Connection) -> str | None:
    """Return the ID of the session changed last, or None."""
    row = connection.execute("SELECT id FROM sessions ORDER BY updated_at DESC, id DESC LIMIT 1").fetchone()
    return None if row is None else str(row[0])


def documents_of(
    connection: sqlite3.Connection, session_ids: Sequence[str]
) -> dict[str, list[SessionDocument]]:
    """Return the documents of these sessions, in pack order."""
    found: dict[str, list[SessionDocument]] = {}
    for session_id in session_ids:
        rows = connection.execute(
            """
            SELECT document_sha256, session_documents.title, session_documents.path, page_count, pages
            FROM session_documents JOIN documents ON sha256 = document_sha256
            WHERE session_id = ? ORDER BY position
            """,
            (session_id,),
        )
        found[session_id] = [SessionDocument(*row) for row in rows]
    return found


def insert(connection: sqlite3.Connection, session: Session) -> None:
    """Save the session and the list of its documents, which must be saved already; no turns."""
    connection.execute(
        "INSERT INTO sessions (id, title, created_at, updated_at) VALUES (?, ?, ?, ?)",
        (session.id, storable(session.title), session.created_at, session.updated_at),
    )
    connection.executemany(
        "INSERT INTO session_documents (session_id, position, document_sha256, pages, title, path)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                session.id,
                position,
                document.sha256,
                document.pages,
                storable(document.title),
                storable(document.path),
            )
            for position, document in enumerate(session.documents)
        ],
    )


def rename(connection: sqlite3.Connection, session_id: str, title: str) -> None:
    """Rename the session."""
    connection.execute("UPDATE sessions SET title = ? WHERE id = ?", (storable(title), session_id))


def delete(connection: sqlite3.Connection, session_id: str) -> list[str]:
    """Delete the session with its turns; return the documents that no session uses any more."""
    used = [
        row[0]
        for row in connection.execute(
            "SELECT DISTINCT document_sha256 FROM session_documents WHERE session_id = ?", (session_id,)
        )
    ]
    connection.execute("DELETE FROM sessions WHERE id = ?", (session_id,))
    return [
        sha256
        for sha256 in used
        if not connection.execute(
            "SELECT 1 FROM session_documents WHERE document_sha256 = ? LIMIT 1", (sha256,)
        ).fetchone()
    ]


def _session(row: tuple[str, str, str, str, int], documents: list[SessionDocument]) -> Session:
    return Session(row[0], row[1], row[2], row[3], tuple(documents), (), row[4])
