"""What is open in the window: documents, the session and its branch, and the options of the next question."""

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
    """The state of an open document."""

    WAITING = "waiting"
    READING = "reading"
    READY = "ready"
    FAILED = "failed"
    LOCKED = "locked"


@dataclass(eq=False, slots=True)
class Entry:
    """An open document.

    Attributes:
        path: As given.
        whole: The document as read.
        document: The chosen pages of it.
        done, total: Pages read so far, and in all.
        tokens: Its tokens when last counted.
        message, hint: The error if it cannot be read.
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
        """The folder of the file, "" for none."""
        parent = str(PurePath(self.path.replace("\\", "/")).parent)
        return "" if parent == "." else parent

    @property
    def is_sent(self) -> bool:
        """Whether it is sent with the next question."""
        return self.enabled and self.document is not None


@dataclass(slots=True)
class Choice:
    """The options of the next question; None means the default.

    Attributes:
        passages: How many passages the next offline answer shows in full; for one question.
    """

    provider: str | None = None
    model: str | None = None
    prompt: str | None = None
    thinking: bool | None = None
    max_output: int | None = None
    passages: int | None = None

    def options(self) -> AskOptions:
        """The choice as options of the Analyst."""
        from docanalyst.analyst import AskOptions

        return AskOptions(
            self.provider,
            self.model,
            self.prompt,
            self.thinking,
            self.max_output,
            passages=self.passages,
        )


@dataclass(slots=True)
class Desk:
    """The documents, session and choices of one window.

    Attributes:
        leaf: The turn that the next question follows.
        asking: The running question, if any.
    """

    entries: list[Entry] = field(default_factory=list)
    session: Session | None = None
    leaf: str | None = None
    choice: Choice = field(default_factory=Choice)
    spent_micros: int = 0
    asking: Asking | None = None

    @property
    def sent(self) -> list[Entry]:
        """The documents sent with the next question, in pack order."""
        return [entry for entry in self.entries if entry.is_sent]

    @property
    def documents(self) -> list[Document]:
        """The contents of the documents to send."""
        return [entry.document for entry in self.sent if entry.document is not None]

    @property
    def reading(self) -> list[Entry]:
        """The documents still being read."""
        return [entry for entry in self.entries if entry.state in (State.WAITING, State.READING)]

    @property
    def missing(self) -> list[Entry]:
        """The documents that cannot be read, or need a password."""
        return [entry for entry in self.entries if entry.state in (State.FAILED, State.LOCKED)]

    def ids(self) -> dict[int, str]:
        """The ID in the pack, such as "D1", of each document to send, by `id(entry)`."""
        from docanalyst.domain.documents import document_id

        return {id(entry): document_id(place) for place, entry in enumerate(self.sent)}

    def take_counts(self, documents: Sequence[Document], shares: dict[str, int]) -> None:
        """Store each document's tokens.

        Args:
            documents: The counted documents, in pack order; others may have been added since.
            shares: Tokens by their ID in that pack.
        """
        from docanalyst.domain.documents import document_id

        counted = {
            (document.sha256, document.pages_sent): shares.get(document_id(place))
            for place, document in enumerate(documents)
        }
        for entry in self.sent:
            entry.tokens = counted.get(_pages_of(entry), entry.tokens)

    def is_packed(self, documents: Sequence[Document]) -> bool:
        """Return whether exactly these documents, in this order, would be sent now."""
        return [document.sha256 for document in documents] == [_digest(entry) for entry in self.sent]

    def find(self, sha256: str) -> Entry | None:
        """Return the entry of the file with this digest."""
        return next((entry for entry in self.entries if _digest(entry) == sha256), None)

    def has(self, path: str) -> bool:
        """Return whether this path is already open."""
        return any(entry.path == path and entry.state is not State.FAILED for entry in self.entries)

    def replace_documents(self, documents: Sequence[Document]) -> None:
        """Replace the open documents with these."""
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
