"""The line of turns that leads to a new question."""

from __future__ import annotations

from dataclasses import replace

from docanalyst.domain.errors import UsageError
from docanalyst.domain.text import clean_text
from docanalyst.domain.turns import Session, Turn, TurnStatus


def thread(session: Session | None, parent_id: str | None) -> list[Turn]:
    """The answered turns that lead to a new question, oldest first. Raises UsageError for an unknown turn."""
    if session is None:
        return []
    turns = {turn.id: turn for turn in session.turns}
    if parent_id is not None and parent_id not in turns:
        raise UsageError(f"The session has no turn {parent_id}.", "See `docanalyst sessions show`.")
    last = parent_id or (session.turns[-1].id if session.turns else None)
    chain: list[Turn] = []
    while last is not None and last in turns:
        turn = turns[last]
        if turn.answer and turn.status in (TurnStatus.COMPLETE, TurnStatus.TRUNCATED):
            chain.append(turn)
        last = turn.parent_id
    return chain[::-1]


def followed(session: Session | None, turn: Turn) -> Session:
    """The session as it stands after a turn: the one it went on with, or the new one that it began."""
    known = session or Session(turn.session_id, title_of(turn.question), turn.started_at, turn.started_at)
    turns = (*known.turns, turn)
    return replace(known, turns=turns, turn_count=len(turns))


def title_of(question: str, prompt_title: str = "") -> str:
    """The title of a session: the first words of the question it begins with, else the prompt's own title."""
    words = " ".join(clean_text(question)[0].split()) or prompt_title
    return words if len(words) <= 80 else words[:79].rsplit(" ", 1)[0] + "…"
