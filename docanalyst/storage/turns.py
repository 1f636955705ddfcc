"""Turns in the store: begun before anything is sent, finished in one transaction, never lost between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlmodel import Session as OrmSession
from sqlmodel import col, delete, func, select

from docanalyst.domain.errors import StorageError
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage.rows import citation_rows, fill_turn_row, turn_from_row
from docanalyst.storage.tables import CitationRow, SessionRow, TurnRow


def start(orm: OrmSession, turn: Turn, *, owner: str, now: str) -> Turn:
    """Writes a new turn as `running`; returns it with its position, start and status as stored."""
    placed = replace(turn, status=TurnStatus.RUNNING, started_at=turn.started_at or now)
    _touch(orm, turn.session_id, now)
    row = _new_row(orm, placed)
    row.owner = owner
    orm.add(row)
    return replace(placed, position=row.position)


def finish(orm: OrmSession, turn: Turn, *, now: str) -> Turn:
    """Writes the final state of a turn with its citations; a turn that was never begun is added."""
    if turn.status is TurnStatus.RUNNING:
        raise StorageError(f"Turn {turn.id} was to be finished while it is still running.")
    _touch(orm, turn.session_id, now)
    row = orm.exec(select(TurnRow).where(TurnRow.id == turn.id)).first()
    if row is None:
        row = _new_row(orm, turn)
    else:
        fill_turn_row(row, replace(turn, started_at=turn.started_at or row.started_at))
        orm.exec(delete(CitationRow).where(col(CitationRow.turn_id) == turn.id))
    row.owner = None
    orm.add(row)
    orm.flush()
    orm.add_all(citation_rows(turn))
    return replace(turn, position=row.position, started_at=row.started_at)


def insert(orm: OrmSession, turn: Turn) -> None:
    """Adds a finished turn as it is, without touching its session: for imports."""
    orm.add(_new_row(orm, turn))
    orm.flush()
    orm.add_all(citation_rows(turn))


def read(orm: OrmSession, turn_ids: Iterable[str]) -> list[Turn]:
    """These turns, in the order given; unknown ids are left out."""
    wanted = list(turn_ids)
    turns = {
        turn.id: turn
        for turn in _read(orm, col(TurnRow.id).in_(wanted), col(CitationRow.turn_id).in_(wanted))
    }
    return [turns[turn_id] for turn_id in wanted if turn_id in turns]


def read_session(orm: OrmSession, session_id: str) -> list[Turn]:
    """All turns of a session, in order of position."""
    members = select(TurnRow.id).where(TurnRow.session_id == session_id)
    return _read(orm, TurnRow.session_id == session_id, col(CitationRow.turn_id).in_(members))


def _read(orm: OrmSession, of_turns: object, of_citations: object) -> list[Turn]:
    rows = orm.exec(select(TurnRow).where(of_turns).order_by(col(TurnRow.position)))  # type: ignore[arg-type]
    ordered = select(CitationRow).where(of_citations)  # type: ignore[arg-type]
    citations: dict[str, list[CitationRow]] = {}
    for citation in orm.exec(ordered.order_by(col(CitationRow.turn_id), col(CitationRow.position))):
        citations.setdefault(citation.turn_id, []).append(citation)
    return [turn_from_row(row, citations.get(row.id, [])) for row in rows]


def _new_row(orm: OrmSession, turn: Turn) -> TurnRow:
    last = orm.exec(select(func.max(TurnRow.position)).where(TurnRow.session_id == turn.session_id)).one()
    row = TurnRow(position=turn.position or (last or 0) + 1)  # type: ignore[call-arg]
    return fill_turn_row(row, turn)


def _touch(orm: OrmSession, session_id: str, now: str) -> None:
    session = orm.get(SessionRow, session_id)
    if session is None:
        raise StorageError(
            f"There is no session {session_id!r} in the store to keep the turn in.",
            "It may have been deleted by another program.",
        )
    session.updated_at = max(session.updated_at, now)
    orm.flush()
