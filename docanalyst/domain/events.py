"""What `Analyst.ask()` yields, in order: Planned, then deltas, CitationsChecked, Finished."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docanalyst.domain.budget import ContextBudget
    from docanalyst.domain.citations import Citation
    from docanalyst.domain.models import Cost, ModelSpec
    from docanalyst.domain.turns import Turn


@dataclass(frozen=True, slots=True)
class Planned:
    """What is about to be sent, before anything leaves the machine. cost: an estimate, None if unpriced."""

    turn_id: str
    session_id: str
    model: ModelSpec
    budget: ContextBudget
    cost: Cost | None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """A piece of the model's reasoning."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerDelta:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class CitationsChecked:
    """Every quote of the answer with its verdict."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The turn as it was kept."""

    turn: Turn


Event = Planned | ReasoningDelta | AnswerDelta | CitationsChecked | Finished
