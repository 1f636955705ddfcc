"""The grid: documents in rows, fields in columns, and in each cell a value with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from docanalyst.domain.citations import Citation
from docanalyst.domain.grid.values import Value, value_text
from docanalyst.domain.models import OFFLINE
from docanalyst.domain.prompts import Field


class Stated(StrEnum):
    """What is known of a field.

    stated, stated_as_none, not_addressed: what a model read. passage, no_close_passage: what the offline
    analyst found, which concludes nothing. incomplete: not known, because the unit failed there.
    """

    STATED = "stated"
    STATED_AS_NONE = "stated_as_none"
    NOT_ADDRESSED = "not_addressed"
    PASSAGE = "passage"
    NO_CLOSE_PASSAGE = "no_close_passage"
    INCOMPLETE = "incomplete"


class RowStatus(StrEnum):
    """How a unit ended. partial: some field is incomplete. skipped: nothing was sent."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"

    @property
    def answered(self) -> bool:
        """Whether there is an answer, which has been paid for."""
        return self in (RowStatus.COMPLETE, RowStatus.PARTIAL)


UNREAD = (
    "No model has read the documents: a passage is the closest one found, and nothing is concluded from it."
)
"""What every view of such rows says once."""

INCOMPLETE = "INCOMPLETE"
"""The text of a table cell whose value is unknown."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the grid. heading: the column heading; the field's name, or the question as asked."""

    field: Field
    heading: str


@dataclass(frozen=True, slots=True)
class Grid:
    """What is asked of every unit. name: of the prompt, "" for questions of the user's own. digest: of all
    that the fields and their wording are made of, hex. by: file or folder."""

    columns: tuple[Column, ...]
    prompt: str | None = None
    question: str = ""
    digest: str = ""
    by: str = "file"

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields in order."""
        return tuple(column.field for column in self.columns)


@dataclass(frozen=True, slots=True)
class FieldAnswer:
    """One place of the grid.

    value: only where it is stated. citations: its checked quotes. problem: why it is incomplete, for people.
    note: what a reader should know beside it.
    """

    name: str
    stated: Stated
    value: Value | None = None
    citations: tuple[Citation, ...] = ()
    problem: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The text of the table cell: the value, or the word that says why there is none."""
        if self.stated is Stated.INCOMPLETE:
            return INCOMPLETE
        if self.stated is Stated.NO_CLOSE_PASSAGE and self.note:
            return f"{self.stated.value} ({self.note})"
        return self.stated.value if self.value is None else value_text(self.value)

    @property
    def verdict(self) -> str:
        """The least of the verdicts of its quotes; "" where nothing is quoted."""
        return max(
            (citation.verdict.value for citation in self.citations), key=_RANKS.__getitem__, default=""
        )

    @property
    def verified(self) -> bool:
        """Whether it is stated and every quote of it is verified."""
        return bool(self.citations) and all(citation.verified for citation in self.citations)


_RANKS = {
    "verbatim": 0,
    "normalized": 1,
    "wrong_page": 2,
    "wrong_document": 3,
    "altered": 4,
    "not_found": 5,
    "unknown_document": 6,
}


@dataclass(frozen=True, slots=True)
class RowDocument:
    """A document of a unit, as it was sent."""

    path: str
    sha256: str
    pages_sent: str = ""
    page_count: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A unit with its answers, in the grid's order.

    tokens: of its requests, input and output, as billed where that is known. cost_micros: as billed; None
    where the price is not known. doubt_micros: what broken or lost requests may have cost beside it.
    turns: ids of its turns in the store. answered_at: ISO 8601, UTC.
    """

    unit: str
    status: RowStatus
    answers: tuple[FieldAnswer, ...] = ()
    error: str = ""
    documents: tuple[RowDocument, ...] = ()
    provider: str = ""
    model: str = ""
    session_id: str = ""
    turns: tuple[str, ...] = ()
    input_tokens: int = 0
    output_tokens: int = 0
    cost_micros: int | None = 0
    doubt_micros: int = 0
    cost_estimated: bool = False
    seconds: float = 0.0
    attempts: int = 0
    answered_at: str = ""
    notes: tuple[str, ...] = field(default=())

    def answer(self, name: str) -> FieldAnswer:
        """The answer of a field; an incomplete one where the unit has none."""
        found = next((answer for answer in self.answers if answer.name == name), None)
        return found or FieldAnswer(name, Stated.INCOMPLETE, problem=self.error)

    @property
    def tokens(self) -> int:
        """Input and output tokens together."""
        return self.input_tokens + self.output_tokens

    @property
    def reader(self) -> str:
        """Who read the documents: "model" or "extractive"; "" where nobody answered."""
        if not self.status.answered:
            return ""
        return OFFLINE if self.provider == OFFLINE else "model"


def status_of(answers: Sequence[FieldAnswer]) -> RowStatus:
    """How a unit with these answers ended."""
    known = sum(answer.stated is not Stated.INCOMPLETE for answer in answers)
    if known == len(answers):
        return RowStatus.COMPLETE
    return RowStatus.PARTIAL if known else RowStatus.FAILED


@dataclass(frozen=True, slots=True)
class GridReceipt:
    """The information beside a table: names and values, in order."""

    lines: tuple[tuple[str, str], ...]
