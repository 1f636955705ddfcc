"""What lies open: documents, the session with its branch, and how to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docanalyst.analyst import AskOptions
    from docanalyst.domain.documents import Document
    from docanalyst.domain.turns import Session
    from docanalyst.tui.desk.asking import Asking


class State(StrEnum):
    """How a document on the desk stands."""

    WAITING = "waiting"
    READING = "reading"
    READY = "ready"
    FAILED = "failed"
    LOCKED = "locked"


@dataclass(eq=False, slots=True)
class Entry:
    """A document on the desk. path: as given. whole: as read; document: the pages taken of it.

    done, total: pages read so far. tokens: its share of the pack when it was last counted. message, hint: of
    the error, when reading failed.
    """

    path: str
    state: State = State.WAITING
    document: Document | None = None
    whole: Document | None = None
    enabled: bool = True
    done: int = 0
    total: int = 0
    tokens: int | None = None
    message: str = ""
    hint: str = ""

    @property
    def name(self) -> str:
        """The file's name."""
        return PurePath(self.path.replace("\\", "/")).name or self.path

    @property
    def folder(self) -> str:
        """The folder it lies in, "" for none."""
        parent = str(PurePath(self.path.replace("\\", "/")).parent)
        return "" if parent == "." else parent

    @property
    def is_sent(self) -> bool:
        """Whether it goes with the next question."""
        return self.enabled and self.document is not None


@dataclass(slots=True)
class Choice:
    """How the next question is asked. None: as the settings and the Analyst have it."""

    provider: str | None = None
    model: str | None = None
    prompt: str | None = None
    thinking: bool | None = None
    max_output: int | None = None

    def options(self) -> AskOptions:
        """The same as the Analyst takes it."""
        from docanalyst.analyst import AskOptions

        return AskOptions(self.provider, self.model, self.prompt, self.thinking, self.max_output)


@dataclass(slots=True)
class Desk:
    """The documents, the session and the choices of one window. leaf: the turn that a question follows.
    asking: the question whose answer is coming in."""

    entries: list[Entry] = field(default_factory=list)
    session: Session | None = None
    leaf: str | None = None
    choice: Choice = field(default_factory=Choice)
    spent_micros: int = 0
    asking: Asking | None = None

    @property
    def sent(self) -> list[Entry]:
        """The documents that go with the next question, in pack order."""
        return [entry for entry in self.entries if entry.is_sent]

    @property
    def documents(self) -> list[Document]:
        """Their contents."""
        return [entry.document for entry in self.sent if entry.document is not None]

    @property
    def reading(self) -> list[Entry]:
        """The documents that are not read yet."""
        return [entry for entry in self.entries if entry.state in (State.WAITING, State.READING)]

    @property
    def missing(self) -> list[Entry]:
        """The documents that could not be read, or not without their password."""
        return [entry for entry in self.entries if entry.state in (State.FAILED, State.LOCKED)]

    def ids(self) -> dict[int, str]:
        """The id in the pack ("D1") of each document that is sent, by the entry's identity."""
        from docanalyst.domain.documents import document_id

        return {id(entry): document_id(place) for place, entry in enumerate(self.sent)}

    def take_counts(self, documents: Sequence[Document], shares: dict[str, int]) -> None:
        """Remember each document's tokens. documents: those that were counted, in pack order; shares: by
        their ids in that pack. Others may have come before them since."""
        from docanalyst.domain.documents import document_id

        counted = {
            (document.sha256, document.pages_sent): shares.get(document_id(place))
            for place, document in enumerate(documents)
        }
        for entry in self.sent:
            entry.tokens = counted.get(_pages_of(entry), entry.tokens)

    def is_packed(self, documents: Sequence[Document]) -> bool:
        """Whether these, in this order, are what would be sent now: whether their ids are those shown."""
        return [document.sha256 for document in documents] == [_digest(entry) for entry in self.sent]

    def find(self, sha256: str) -> Entry | None:
        """The entry of the file with this digest."""
        return next((entry for entry in self.entries if _digest(entry) == sha256), None)

    def has(self, path: str) -> bool:
        """Whether this path is on the desk already."""
        return any(entry.path == path and entry.state is not State.FAILED for entry in self.entries)

    def replace_documents(self, documents: Sequence[Document]) -> None:
        """Put these on the desk instead of what is there."""
        self.entries = [
            Entry(
                path=document.path or document.title,
                state=State.READY,
                document=document,
                whole=document,
                done=len(document.pages),
                total=len(document.pages),
            )
            for document in documents
        ]


def _digest(entry: Entry) -> str:
    return entry.document.sha256 if entry.document else ""


def _pages_of(entry: Entry) -> tuple[str, str]:
    return (entry.document.sha256, entry.document.pages_sent) if entry.document else ("", "")
