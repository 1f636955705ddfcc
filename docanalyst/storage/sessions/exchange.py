"""Imports complete sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError
from docanalyst.domain.records.bounds import check_bounds
from docanalyst.domain.records.sessions import session_from_record
from docanalyst.domain.turns import Session, TurnStatus
from docanalyst.storage.database import Database
from docanalyst.storage.sessions import library, sessions, turns


def take_in(database: Database, record: Mapping[str, Any], *, now: str, replacing: bool = False) -> Session:
    """Import the session of a record with its documents and turns, keeping IDs and times.

    The import is complete or does not happen. A turn exported while running becomes `interrupted`.

    Args:
        replacing: Whether to replace a session with the same ID.

    Raises:
        UsageError: It is not a session record, its ID or the ID of a turn exists, or a document is saved with
            other text.
    """
    check_bounds(record)
    session, documents = session_from_record(record)
    given = {document.sha256: document for document in documents}
    placed = tuple(
        replace(
            turn,
            session_id=session.id,
            position=turn.position or place,
            status=TurnStatus.INTERRUPTED if turn.status is TurnStatus.RUNNING else turn.status,
        )
        for place, turn in enumerate(session.turns, 1)
    )
    _check(session, placed)
    with database.writing() as connection:
        if connection.execute("SELECT 1 FROM sessions WHERE id = ?", (session.id,)).fetchone():
            if not replacing:
                raise UsageError(
                    f"The session {session.id} ({session.title}) already exists.",
                    "Delete it first, or import with --replace.",
                )
            sessions.delete(connection, session.id)
        for turn in placed:
            if connection.execute("SELECT 1 FROM turns WHERE id = ?", (turn.id,)).fetchone():
                raise UsageError(
                    f"The turn {turn.id} already exists in another session.", "Delete that session first."
                )
        for member in session.documents:
            document = given.get(member.sha256) or Document(
                member.sha256, member.title, (), path=member.path, page_count=member.page_count
            )
            library.add_imported(connection, document, now)
        sessions.insert(connection, session)
        for turn in placed:
            turns.add(connection, turn)
    return replace(session, turns=placed, turn_count=len(placed))


def _check(session: Session, placed: tuple[Any, ...]) -> None:
    ids = {turn.id for turn in placed}
    if len(ids) < len(placed) or len({turn.position for turn in placed}) < len(placed):
        raise UsageError(
            "Invalid session record: two turns have the same ID or position.", "Export the session again."
        )
    for turn in placed:
        if turn.parent_id is not None and turn.parent_id not in ids:
            raise UsageError(
                f"Incomplete session record: turn {turn.id} follows {turn.parent_id}, which is missing.",
                "Export the session again.",
            )
    if not session.id.strip():
        raise UsageError("Invalid session record: its ID is empty.", "Export the session again.")
