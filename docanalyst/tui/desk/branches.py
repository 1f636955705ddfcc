"""The branches of a session: which turns a reader sees, and where the next question is attached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from docanalyst.domain.turns import Session, Turn, TurnStatus


@dataclass(frozen=True, slots=True)
class Shown:
    """A turn in the view. place, of: its number among the answers to the same point, 1-based."""

    turn: Turn
    place: int = 1
    of: int = 1


def line_of(turns: Sequence[Turn], leaf: str | None) -> list[Shown]:
    """The turns from the first question to the leaf, oldest first.

    leaf: the last turn when None. Stopped and failed attempts that nothing follows stand where they were
    made, so that no attempt disappears.
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
    """Whether a turn was stopped or failed and led nowhere."""
    return turn.status in (TurnStatus.INTERRUPTED, TurnStatus.FAILED) and not children.get(turn.id)


def beside(turns: Sequence[Turn], turn: Turn, step: int) -> Turn | None:
    """The leaf of the branch next to this turn's; None where there is none."""
    siblings = [item for item in turns if item.parent_id == turn.parent_id]
    place = next((number for number, item in enumerate(siblings) if item.id == turn.id), -1)
    if len(siblings) < 2 or place < 0:
        return None
    return leaf_of(turns, siblings[(place + step) % len(siblings)])


def leaf_of(turns: Sequence[Turn], turn: Turn) -> Turn:
    """The newest end of the line that goes through this turn."""
    while True:
        following = [item for item in turns if item.parent_id == turn.id]
        if not following:
            return turn
        turn = following[-1]


def from_the_start(session: Session) -> Session:
    """The session as one whose earlier turns were not answered: a question to it follows none of them."""
    return replace(session, turns=tuple(replace(turn, answer="") for turn in session.turns))
