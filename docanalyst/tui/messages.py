"""The messages between the panels and the screen."""

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
    """The documents to send, or their state, have changed."""


@dataclass
class PathsGiven(Message):
    """The user gave PATHs to read."""

    paths: list[str]


@dataclass
class PageWanted(Message):
    """The user wants to see a page of an open document."""

    entry: Entry
    page: int | None = None


@dataclass
class QuestionChanged(Message):
    """The text of the question has changed."""

    text: str

    def can_replace(self, message: Message) -> bool:
        """Replace an earlier message: only the latest text counts."""
        return isinstance(message, QuestionChanged)


@dataclass
class QuestionAsked(Message):
    """The user asked a question."""

    text: str


@dataclass
class Counted(Message):
    """The next question was planned, or planning failed."""

    plan: Plan | None
    error: DocanalystError | None = None


@dataclass
class TurnChosen(Message):
    """The user selected a turn.

    Attributes:
        number: The citation to show, None for the first.
    """

    turn: Turn
    number: int | None = None
    focus: bool = False


@dataclass
class SessionChanged(Message):
    """Another session is open, or this one has a new turn."""


@dataclass
class AnswerStarted(Message):
    """A question was sent."""


@dataclass
class AnswerEnded(Message):
    """The answer has ended, successfully or not.

    Attributes:
        turn: As saved.
    """

    turn: Turn | None
    error: DocanalystError | None = None
