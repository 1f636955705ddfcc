"""`Analyst`: reads documents, plans, asks, verifies; the one thing that CLI, TUI and batch consume."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import cached_property
from threading import Event as ThreadEvent
from typing import TYPE_CHECKING

from docanalyst.analyst.documents.reading import Progress, read_all
from docanalyst.analyst.options import AskOptions
from docanalyst.analyst.planner import Planner
from docanalyst.analyst.routing import Route, Router
from docanalyst.domain.errors import DocumentError, StorageError, UsageError
from docanalyst.settings import Settings, load_settings

# What only an answer needs is imported when one is asked for: planning starts without it.
if TYPE_CHECKING:
    from pathlib import Path

    from docanalyst.analyst.asking import NextAttempt
    from docanalyst.analyst.planning import Plan, Wording
    from docanalyst.analyst.privacy import Consent
    from docanalyst.analyst.sending import Gate
    from docanalyst.domain.citations import Citation, Quote
    from docanalyst.domain.documents import Document
    from docanalyst.domain.events import Event
    from docanalyst.domain.models import ModelSpec
    from docanalyst.domain.request import Exchange, Request
    from docanalyst.domain.selftest.trials import SelfTest
    from docanalyst.domain.turns import Session, Turn
    from docanalyst.providers import BaseChatModel
    from docanalyst.providers.catalog.catalog import Catalog
    from docanalyst.providers.model import Model
    from docanalyst.storage import Store


class Analyst:
    """Asks whole documents and checks what comes back.

    settings: from file and environment when not given. model: a LangChain chat model or one of our own, used
    instead of a provider. keep: whether turns are kept in the store. traces: whether readings of documents
    and agreements to send are kept for the next time. open_model: opens the model of a spec, for a caller
    that shares one among many questions.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        model: BaseChatModel | Model | None = None,
        keep: bool = True,
        traces: bool = True,
        open_model: Callable[[ModelSpec], Model] | None = None,
    ) -> None:
        self.keep = keep
        self.traces = traces
        self._model = model
        self._open_model = open_model
        self.pages_come = ThreadEvent()
        """Set when the first page of the first reading has come in, or that reading is over."""
        self.settings = settings or load_settings()

    @property
    def settings(self) -> Settings:
        """The settings that hold. Those set later hold from then on, for what is sent where as well."""
        return self._settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._settings = settings
        self.router = Router(settings, self._model, self._open_model)
        self._planner = Planner(settings, self.router, secret=lambda: self._secret, billed=self._billed)

    @cached_property
    def store(self) -> Store:
        """The store, opened on first use. Raises StorageError."""
        from docanalyst.storage import Store

        self.settings.make_data_dir()
        return Store.open(self.settings.store_path)

    @property
    def cache_dir(self) -> Path | None:
        """Where readings of documents are kept, for their owner alone; None for nowhere."""
        if not self.traces:
            return None
        try:
            self.settings.make_data_dir()
        except StorageError:
            return None
        return self.settings.cache_dir

    @property
    def catalog(self) -> Catalog:
        """Providers and models, the user's own among them."""
        return self.router.catalog

    def read(
        self,
        paths: Sequence[str],
        *,
        password: str | None = None,
        progress: Progress | None = None,
    ) -> tuple[list[Document], list[str]]:
        """The documents behind PATHs, whole and in order, each file once; and notes for the user.

        Raises DocumentError for a path that cannot be read; nothing is left out silently.
        """
        cache_dir, begun = self.cache_dir, self.pages_come.set
        return read_all(paths, password=password, progress=progress, begun=begun, cache_dir=cache_dir)

    def wording(self, prompt: str | None = None) -> Wording:
        """Instructions, closing rules and task. Raises UsageError for an unknown prompt."""
        return self._planner.wording(prompt)

    def plan(
        self,
        documents: Sequence[Document],
        question: str = "",
        options: AskOptions = AskOptions(),
        history: Sequence[Exchange] = (),
    ) -> Plan:
        """What would be sent, counted. Does not refuse what is too large: see `Plan.budget.fits`."""
        return self._planner.plan(documents, question, options, history)

    def choose(self, options: AskOptions = AskOptions(), needed_tokens: int | None = None) -> Route:
        """Where a request of this size would go, and why. Raises UsageError for unknown names."""
        return self.router.choose(options, needed_tokens)

    async def refresh(self, options: AskOptions = AskOptions()) -> None:
        """Ask a server of the user's own which model and window it serves; its answer beats the catalog."""
        await self.router.refresh(options)

    async def ask(
        self,
        documents: Sequence[Document],
        question: str = "",
        *,
        options: AskOptions = AskOptions(),
        session: Session | None = None,
        parent_id: str | None = None,
        consent: Consent | None = None,
    ) -> AsyncGenerator[Event, None]:
        """Ask over whole documents; yields Planned, deltas, CitationsChecked and Finished.

        session: the one to go on with; a new one when None. parent_id: the turn to go on from, the last one
        when None. consent: asks the user before the first sending to a provider; None where nobody can be
        asked. Raises ContextTooLarge before anything is sent, UsageError, StorageError, ProviderError.
        Wrap it in `contextlib.aclosing`: closing it early keeps what has come in as an interrupted turn.
        """
        from datetime import UTC, datetime

        from docanalyst.analyst.asking import no_other, run_turn
        from docanalyst.analyst.history import thread, title_of
        from docanalyst.analyst.keeping import NoKeeper, StoreKeeper
        from docanalyst.domain.request import Exchange
        from docanalyst.domain.turns import PromptUsed, Session, Turn
        from docanalyst.storage.ids import new_id

        earlier = thread(session, parent_id)
        history = [Exchange(turn.question, turn.answer) for turn in earlier]
        gate = None if self.router.is_given else self._gate(consent)
        plan = await self._cleared(documents, question, options, history, gate)
        model = self.router.open(plan.spec)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        if session is None:
            session = Session(new_id(), title_of(question, plan.prompt.title), now, now)
        turn = Turn(
            id=new_id(),
            session_id=session.id,
            question=plan.request.question,
            provider=plan.spec.provider,
            model=plan.spec.model_id,
            prompt=PromptUsed(plan.prompt.name, plan.prompt.sha256),
            receipt=plan.receipt(),
            parent_id=earlier[-1].id if earlier else None,
            started_at=now,
        )
        keeper = StoreKeeper(self.store, session, documents, plan) if self.keep else NoKeeper()
        others: NextAttempt = no_other
        if gate is not None:
            others = gate.fallbacks(
                plan,
                lambda provider, name: self.plan(
                    documents, question, replace(options, provider=provider, model=name), history
                ),
                lambda other: self.router.open(other.spec),
            )
        async with aclosing(run_turn(plan, turn, model, keeper, others)) as events:
            async for event in events:
                yield event

    async def prepare(
        self,
        documents: Sequence[Document],
        question: str,
        options: AskOptions,
        consent: Consent | None = None,
    ) -> tuple[Model, Request, Plan]:
        """A model and a request that may be sent to it, for measuring. Raises as `ask` does."""
        gate = None if self.router.is_given else self._gate(consent)
        plan = await self._cleared(documents, question, options, (), gate)
        return self.router.open(plan.spec), plan.request, plan

    def session_documents(self, session: Session) -> list[Document]:
        """All documents of a session as they were read then, from the store. Raises StorageError."""
        from docanalyst.analyst.documents.sources import all_members, stored

        return stored(self.store, all_members(session))

    def turn_documents(self, session: Session, turn: Turn | None) -> list[Document]:
        """The documents that a turn of a session was asked over, in its order. Raises StorageError."""
        from docanalyst.analyst.documents.sources import members_of, stored

        return stored(self.store, members_of(session, turn))

    def export(
        self,
        session: Session | str,
        name: str,
        *,
        documents: Sequence[Document] | None = None,
        plain: bool = False,
    ) -> tuple[list[tuple[str, bytes]], list[str]]:
        """The files of an export: names and contents, the first under the name given; and notes.

        session: one that is kept, by its id, or any with its documents. plain: plain pin cites instead of
        legal ones. Raises UsageError for a suffix that names no format.
        """
        from docanalyst.analyst.review.evidence import gather
        from docanalyst.exporters import exporter_for

        exporter = exporter_for(name)
        whole = self.store.get_session(session) if isinstance(session, str) else session
        documents = self.session_documents(whole) if documents is None else documents
        report, notes = gather(whole, documents, exporter, cache_dir=self.cache_dir, plain=plain)
        stem, suffix = name[: -len(exporter.suffix)], name[-len(exporter.suffix) :]
        return [(stem + made.ending + suffix, made.content) for made in exporter.export(report)], notes

    def verify(self, quotes: Iterable[Quote], documents: Sequence[Document]) -> list[Citation]:
        """Check quotes against documents; no model."""
        from docanalyst.domain.verification.verify import verify

        return verify(quotes, documents)

    def self_test(
        self,
        documents: Sequence[Document],
        trials: int,
        *,
        seed: int = 0,
        progress: Callable[[int, int], None] | None = None,
    ) -> SelfTest:
        """Try the quote check on documents: altered quotations and honest ones, made of their own sentences.

        Args:
            documents: in pack order.
            trials: quotations of each kind.
            seed: of every random choice; the same seed makes the same quotations.
            progress: told how many kinds are done, and of how many.

        Raises:
            DocumentError: the documents hold no whole sentence of running text.
        """
        from docanalyst.domain.selftest.trials import self_test

        result = self_test(documents, trials, seed=seed, progress=progress)
        if not result.passages:
            raise DocumentError(
                "No whole sentences found in the documents, so there is nothing to try the quote check on.",
                "Give a document with running text, such as a contract or a paper.",
            )
        return result

    async def _cleared(
        self,
        documents: Sequence[Document],
        question: str,
        options: AskOptions,
        history: Sequence[Exchange],
        gate: Gate | None,
    ) -> Plan:
        """A plan that fits and may be sent. No server sees a document before its owner's rules let it."""
        from docanalyst.analyst.counting import counted_by_server
        from docanalyst.analyst.planning import require_fit

        if not documents:
            raise UsageError("There is nothing to ask over.", "Name a PDF, a text file or a folder.")
        if not self.wording(options.prompt).prompt.ask(question).strip():
            raise UsageError("There is no question.", "Write one, or choose a prompt that is one.")
        await self.refresh(options)
        plan = self.plan(documents, question, options, history)
        if gate is not None:
            gate.permit(plan)
        plan = await counted_by_server(plan, self.router)
        require_fit(plan)
        return plan if gate is None else await gate.clear(plan)

    def _gate(self, consent: Consent | None) -> Gate:
        from docanalyst.analyst.sending import Gate

        return Gate(self.settings, self.catalog, consent, remember=self.traces)

    def _billed(self, spec: ModelSpec) -> list[float]:
        """What was billed for a model before, over what was counted; nothing where nothing is kept."""
        if not self.keep:
            return []
        try:
            return self.store.billed_ratios(spec.provider, spec.model_id)
        except StorageError:
            return []

    @cached_property
    def _secret(self) -> bytes:
        """The key of the page marks: kept in the data directory, or made for this run alone."""
        from secrets import token_bytes

        if not self.keep:
            return token_bytes(32)
        from docanalyst.storage.database import read_secret

        try:
            return read_secret(self.settings.make_data_dir())
        except StorageError:
            return token_bytes(32)
