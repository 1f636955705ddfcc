"""Turns and sessions: what is saved of each question."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from docanalyst.domain.citations import Citation
from docanalyst.domain.documents import file_name, is_whole
from docanalyst.domain.models import Cost, Usage
from docanalyst.domain.receipt import Coverage, Receipt


class TurnStatus(StrEnum):
    """The status of a turn. running becomes one of the others; truncated: the model hit its output limit.

    partial: a complete answer over evidence from which some documents are missing, since their part failed.
    """

    RUNNING = "running"
    COMPLETE = "complete"
    PARTIAL = "partial"
    TRUNCATED = "truncated"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PromptUsed:
    """The prompt a turn was asked with: its name and the digest of its text."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the reader of an answer should know, found here and not by the model.

    kind: fallback (another provider answered), absence (the answer says that something is not addressed, and
    a passage may address it), authority (cited, and not in the documents), repair (an earlier answer's quotes
    failed). document, page, quote: where to look, if anywhere.
    """

    kind: str
    text: str
    document: str | None = None
    page: int | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """One request whose verified passages an answer over many documents rests on.

    documents: IDs of the documents that it was about. level: 0 where it read them whole; 1 and above where
    it merged evidence that was larger than the window. status: of a row of a batch, or of a turn. tokens:
    sent, as billed where that is known. passages: verified ones that it gave. unverified: quotations of it
    that were not used. turn_id: its last turn. error: why it failed.
    """

    documents: tuple[str, ...]
    status: str
    level: int = 0
    tokens: int = 0
    output_tokens: int = 0
    cost: Cost | None = None
    doubt_micros: int = 0
    passages: int = 0
    unverified: int = 0
    turn_id: str = ""
    error: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing of its documents is missing from the evidence."""
        return self.status == TurnStatus.COMPLETE.value


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds. first_token_s: from sending to the first token of any kind."""

    first_token_s: float | None = None
    total_s: float = 0.0
    tokens_per_s: float | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it. started_at: ISO 8601, UTC. error: the message, when it failed.

    doubt_micros: the most that the provider may charge for requests of it that failed, in millionths of a
    dollar. parts: for an answer over evidence, the requests that the evidence is from; usage and cost are of
    the last request alone.
    """

    id: str
    session_id: str
    question: str
    provider: str
    model: str
    status: TurnStatus = TurnStatus.RUNNING
    answer: str = ""
    reasoning: str | None = None
    citations: tuple[Citation, ...] = ()
    coverage: Coverage | None = None
    receipt: Receipt | None = None
    usage: Usage | None = None
    cost: Cost | None = None
    timings: Timings = Timings()
    finish_reason: str | None = None
    prompt: PromptUsed | None = None
    parent_id: str | None = None
    position: int = 0
    started_at: str = ""
    error: str | None = None
    remarks: tuple[Remark, ...] = ()
    doubt_micros: int = 0
    parts: tuple[Share, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether `cost` is what the provider charges; if not, it may charge up to `doubt_micros`."""
        ended = self.status in (TurnStatus.COMPLETE, TurnStatus.PARTIAL, TurnStatus.TRUNCATED)
        return self.usage is not None and (ended or not self.usage.estimated)


@dataclass(frozen=True, slots=True)
class SessionDocument:
    """A document of a session, in pack order. pages: the ranges taken ("1-38")."""

    sha256: str
    title: str
    path: str
    page_count: int
    pages: str

    @property
    def is_whole(self) -> bool:
        """Whether all pages of the file were taken."""
        return is_whole(self.pages, self.page_count)

    @property
    def name(self) -> str:
        """File name on one line; the title where there is no path."""
        return file_name(self.path) or self.title

    @property
    def given(self) -> str:
        """The PATH that takes these pages of the file again: "lease.pdf:3-40"."""
        return self.path if self.is_whole else f"{self.path}:{self.pages}"


@dataclass(frozen=True, slots=True)
class Session:
    """A line of questions over the same documents. Times are ISO 8601, UTC."""

    id: str
    title: str
    created_at: str
    updated_at: str
    documents: tuple[SessionDocument, ...] = ()
    turns: tuple[Turn, ...] = ()
    turn_count: int = 0
