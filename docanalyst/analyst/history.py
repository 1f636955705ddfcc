"""The earlier turns of a conversation."""

from __future__ import annotations

from dataclasses import replace

from docanalyst.domain.errors import UsageError
from docanalyst.domain.text import clean_text
from docanalyst.domain.turns import Session, Turn, TurnStatus


def thread(session: Session | None, parent_id: str | None) -> list[Turn]:
    """Return the answered turns before a new question, oldest first.

    Raises:
        UsageError: An unknown turn.
    """
    if session is None:
        return []
    turns = {turn.id: turn for turn in session.turns}
    if parent_id is not None and parent_id not in turns:
        raise UsageError(
            f"The session has no turn {parent_id}.",
            f"Run `docanalyst sessions show {session.id}` to list its turns.",
        )
    last = parent_id or (session.turns[-1].id if session.turns else None)
    chain: list[Turn] = []
    while last is not None and last in turns:
        turn = turns[last]
        if turn.answer and turn.status in (TurnStatus.COMPLETE, TurnStatus.PARTIAL, TurnStatus.TRUNCATED):
            chain.append(turn)
        last = turn.parent_id
    return chain[::-1]


def followed(session: Session | None, turn: Turn) -> Session:
    """Return the session after a turn: the continued session, or the new one."""
    known = session or Session(turn.session_id, title_of(turn.question), turn.started_at, turn.started_at)
    turns = (*known.turns, turn)
    return replace(known, turns=turns, turn_count=len(turns))


def title_of(question: str, prompt_title: str = "") -> str:
    """Return the title of a session: the beginning of its first question, else the title of the prompt."""
    words = " ".join(clean_text(question)[0].split()) or prompt_title
    return words if len(words) <= 80 else words[:79].rsplit(" ", 1)[0] + "…"
