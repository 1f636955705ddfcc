"""The cost of one unit: billed, possibly billed, and number of requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from docanalyst.domain.documents import Document
from docanalyst.domain.grid.grids import Row, RowDocument
from docanalyst.domain.turns import Turn


@dataclass(slots=True)
class Account:
    """The turns of one unit with their tokens and cost, in millionths of a dollar.

    Attributes:
        cost: As billed; None if a price was unknown.
        doubt: The most that the provider may also charge, for requests that failed.
    """

    session_id: str = ""
    turns: list[str] = field(default_factory=list)
    input_tokens: int = 0
    output_tokens: int = 0
    cost: int | None = 0
    doubt: int = 0
    estimated: bool = False
    attempts: int = 0
    seconds: float = 0.0

    def add(self, turn: Turn) -> int:
        """Add a turn once and return the most that it can cost, in millionths of a dollar."""
        if turn.id in self.turns:
            return 0
        self.turns.append(turn.id)
        usage, micros = turn.usage, turn.cost.micros if turn.cost else None
        if usage is None or not turn.is_settled:
            doubt = max(turn.doubt_micros, micros or 0)
            self.doubt += doubt
            return doubt
        self.doubt += turn.doubt_micros
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        self.estimated = self.estimated or usage.estimated
        self.cost = None if self.cost is None or micros is None else self.cost + micros
        return (micros or 0) + turn.doubt_micros

    def record(self) -> dict[str, Any]:
        """Return the account as JSON data, to be saved while the unit is being answered."""
        return {
            "session_id": self.session_id,
            "turns": list(self.turns),
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cost_micros": self.cost,
            "doubt_micros": self.doubt,
            "cost_estimated": self.estimated,
            "attempts": self.attempts,
            "seconds": self.seconds,
        }

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Account:
        """Return the account of a saved record or row."""
        return cls(
            session_id=str(record.get("session_id") or ""),
            turns=[str(item) for item in record.get("turns") or ()],
            input_tokens=int(record.get("input_tokens") or 0),
            output_tokens=int(record.get("output_tokens") or 0),
            cost=record.get("cost_micros", 0),
            doubt=int(record.get("doubt_micros") or 0),
            estimated=bool(record.get("cost_estimated")),
            attempts=int(record.get("attempts") or 0),
            seconds=float(record.get("seconds") or 0.0),
        )

    def on(self, row: Row) -> Row:
        """Return the row of the unit with its cost."""
        return replace(
            row,
            session_id=self.session_id,
            turns=tuple(self.turns),
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            cost_micros=self.cost,
            doubt_micros=self.doubt,
            cost_estimated=self.estimated,
            seconds=self.seconds,
            attempts=self.attempts,
        )


def row_documents(documents: Sequence[Document]) -> tuple[RowDocument, ...]:
    """The documents of a unit as its row names them."""
    return tuple(RowDocument(item.path, item.sha256, item.pages_sent, item.page_count) for item in documents)
