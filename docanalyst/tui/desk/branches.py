"""The branches of a session: which turns are shown, and which turn the next question follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from docanalyst.domain.turns import Session, Turn, TurnStatus


@dataclass(frozen=True, slots=True)
class Shown:
    """A turn shown.

    Attributes:
        place, of: Its number among the alternative answers, from 1, and how many there are.
    """

    turn: Turn
    place: int = 1
    of: int = 1


def line_of(turns: Sequence[Turn], leaf: str | None) -> list[Shown]:
    """Return the turns from the first question to the leaf, oldest first.

    Args:
        leaf: ID of the last turn to show; None for the newest. Stopped and failed attempts without a
            follow-up are shown where they were made, so that no attempt disappears.
    """
    if not turns:
        return []
    by_id = {turn.id: turn for turn in turns}
    place = by_id.get(leaf or "") or turns[-1]
    line: list[Turn] = []
    while place is not None and place not in line:
        line.append(place)
        place = by_id.get(place.parent_id or "")  # type: ignore[assignment]
    line.reverse()
    children: dict[str | None, list[Turn]] = {}
    for turn in turns:
        parent = turn.parent_id if turn.parent_id in by_id else None
        children.setdefault(parent, []).append(turn)
    shown: list[Shown] = []
    parent_id: str | None = None
    for turn in line:
        siblings = children.get(parent_id, [])
        real = [item for item in siblings if item is turn or not _is_attempt(item, children)]
        attempts = [item for item in siblings if item is not turn and _is_attempt(item, children)]
        shown += [Shown(item) for item in attempts if item.position < turn.position]
        shown.append(Shown(turn, real.index(turn) + 1, len(real)))
        parent_id = turn.id
    later = [item for item in children.get(parent_id, []) if _is_attempt(item, children)]
    return shown + [Shown(item) for item in later]


def _is_attempt(turn: Turn, children: dict[str | None, list[Turn]]) -> bool:
    """Return whether a turn was stopped or failed and has no follow-up."""
    return turn.status in (TurnStatus.INTERRUPTED, TurnStatus.FAILED) and not children.get(turn.id)


def beside(turns: Sequence[Turn], turn: Turn, step: int) -> Turn | None:
    """Return the last turn of the branch beside this turn's; None if there is none."""
    siblings = [item for item in turns if item.parent_id == turn.parent_id]
    place = next((number for number, item in enumerate(siblings) if item.id == turn.id), -1)
    if len(siblings) < 2 or place < 0:
        return None
    return leaf_of(turns, siblings[(place + step) % len(siblings)])


def leaf_of(turns: Sequence[Turn], turn: Turn) -> Turn:
    """Return the newest last turn of the branches through this turn."""
    while True:
        following = [item for item in turns if item.parent_id == turn.id]
        if not following:
            return turn
        turn = following[-1]


def from_the_start(session: Session) -> Session:
    """Return the session with its turns marked as unanswered, so that a new question follows none of them."""
    return replace(session, turns=tuple(replace(turn, answer="") for turn in session.turns))
