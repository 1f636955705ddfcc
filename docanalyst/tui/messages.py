"""What the panels tell the screen, and the screen the panels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from docanalyst.analyst import Plan
    from docanalyst.domain.errors import DocanalystError
    from docanalyst.domain.turns import Turn
    from docanalyst.tui.desk.desk import Entry


@dataclass
class DocumentsChanged(Message):
    """Which documents are sent, or how they stand, has changed."""


@dataclass
class PathsGiven(Message):
    """The user gave PATHs to read."""

    paths: list[str]


@dataclass
class PageWanted(Message):
    """A page of a document on the desk is to be shown."""

    entry: Entry
    page: int | None = None


@dataclass
class QuestionChanged(Message):
    """The text in the prompt has changed."""

    text: str

    def can_replace(self, message: Message) -> bool:
        """Only the latest text counts."""
        return isinstance(message, QuestionChanged)


@dataclass
class QuestionAsked(Message):
    """The user wants an answer."""

    text: str


@dataclass
class Counted(Message):
    """The next question was planned, or planning failed."""

    plan: Plan | None
    error: DocanalystError | None = None


@dataclass
class TurnChosen(Message):
    """The reader stands on this turn now. number: the citation to show, None for the turn's first."""

    turn: Turn
    number: int | None = None
    focus: bool = False


@dataclass
class SessionChanged(Message):
    """Another session is open, or this one has another turn."""


@dataclass
class AnswerStarted(Message):
    """A question is on its way."""


@dataclass
class AnswerEnded(Message):
    """The answer has ended, in whatever way. turn: as it was kept."""

    turn: Turn | None
    error: DocanalystError | None = None
