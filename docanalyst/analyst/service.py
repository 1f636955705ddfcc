"""`Analyst`: reads documents, plans, asks, verifies; the one thing that CLI, TUI and batch consume."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from secrets import token_bytes
from typing import TYPE_CHECKING

from docanalyst import prompts
from docanalyst.analyst.asking import AskOptions, NextAttempt, no_other, run_turn
from docanalyst.analyst.history import thread, title_of
from docanalyst.analyst.keeping import NoKeeper, StoreKeeper
from docanalyst.analyst.planning import (
    Plan,
    Wording,
    make_plan,
    merge_duplicates,
    pack_documents,
    require_fit,
)
from docanalyst.analyst.privacy import Consent
from docanalyst.analyst.sending import Gate
from docanalyst.domain.citations import Citation, Quote
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import StorageError, UsageError
from docanalyst.domain.events import Event
from docanalyst.domain.models import ModelSpec
from docanalyst.domain.request import Exchange
from docanalyst.domain.turns import PromptUsed, Session, Turn
from docanalyst.domain.verification import verify
from docanalyst.settings import Settings, load_settings
from docanalyst.tokens.estimates import Counter, counter_for

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from docanalyst.providers.catalog import Catalog
    from docanalyst.providers.model import Model
    from docanalyst.storage import Store

Progress = Callable[[str, int, int], None]
"""Called with a path, the pages read of it so far, and its pages."""

READERS = 2
"""Documents read at the same time; each has a process of its own."""


@dataclass(frozen=True, slots=True)
class Route:
    """The model a request goes to, why, and what the user should know first."""

    spec: ModelSpec
    reason: str
    warnings: tuple[str, ...] = ()


class Analyst:
    """Asks whole documents and checks what comes back.

    settings: from file and environment when not given. model: a LangChain chat model or one of our own, used
    instead of a provider. keep: whether turns are kept in the store. open_model: opens the model of a spec,
    for a caller that shares one among many questions.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        model: BaseChatModel | Model | None = None,
        keep: bool = True,
        open_model: Callable[[ModelSpec], Model] | None = None,
    ) -> None:
        self.settings = settings or load_settings()
        self.keep = keep
        self._model = model
        self._opener = open_model

    @cached_property
    def store(self) -> Store:
        """The store, opened on first use. Raises StorageError."""
        from docanalyst.storage import Store

        self.settings.make_data_dir()
        return Store.open(self.settings.store_path)

    @cached_property
    def catalog(self) -> Catalog:
        """Providers and models, the user's own among them."""
        from docanalyst.providers.catalog import load_catalog

        return load_catalog({"providers": self.settings.providers})

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
        from docanalyst.pdf import collect, read_document

        selected = collect(paths)

        def read_one(path: str, pages: str | None) -> Document:
            report = None if progress is None else (lambda done, total: progress(path, done, total))
            return read_document(
                path, password=password, pages=pages, cache_dir=self.settings.cache_dir, progress=report
            )

        if len(selected) == 1:
            return merge_duplicates([read_one(selected[0].path, selected[0].pages)])
        with ThreadPoolExecutor(READERS) as pool:
            waiting = [pool.submit(read_one, item.path, item.pages) for item in selected]
            try:
                return merge_duplicates([future.result() for future in waiting])
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def wording(self, prompt: str | None = None) -> Wording:
        """Instructions, closing rules and task. Raises UsageError for an unknown prompt."""
        folder = self.settings.prompts_dir
        return Wording(
            instructions=prompts.find_prompt(prompts.INSTRUCTIONS, folder).body,
            reminder=prompts.find_prompt(prompts.REMINDER, folder).body,
            prompt=prompts.find_prompt(prompt or prompts.QUESTION, folder),
        )

    def plan(
        self,
        documents: Sequence[Document],
        question: str = "",
        options: AskOptions = AskOptions(),
        history: Sequence[Exchange] = (),
    ) -> Plan:
        """What would be sent, counted. Does not refuse what is too large: see `Plan.budget.fits`."""
        wording = self.wording(options.prompt)
        question = wording.prompt.ask(question)
        thinking = options.thinking if options.thinking is not None else bool(self.settings.think)
        max_output = options.max_output or self.settings.max_output
        exact = pack_documents(documents, self._secret, Counter(exact=True))

        def planned(route: Route) -> Plan:
            counter = counter_for(route.spec)
            packed = exact if counter.exact else pack_documents(documents, self._secret, counter)
            return make_plan(
                packed,
                documents,
                question,
                wording=wording,
                spec=route.spec,
                counter=counter,
                history=history,
                thinking=thinking,
                max_output=max_output,
                fields=options.fields,
                structured=options.structured,
                notes=(route.reason,),
                warnings=route.warnings,
            )

        plan = planned(self.choose(options, needed_tokens=exact.token_count))
        if plan.budget.fits or options.provider or self.settings.provider:
            return plan
        return planned(self.choose(options, needed_tokens=plan.budget.used + plan.budget.reserved_output))

    def choose(self, options: AskOptions = AskOptions(), needed_tokens: int | None = None) -> Route:
        """Where a request of this size would go, and why. Raises UsageError for unknown names."""
        if self._model is not None:
            spec = self._given_model.spec
            return Route(spec, f"{spec.model_id}: the model given.")
        from docanalyst.providers.choice import choose

        choice = choose(
            self.catalog,
            provider=options.provider or self.settings.provider,
            model=options.model or self.settings.model,
            needed_tokens=needed_tokens,
            lookup=self.settings.lookup,
            today=datetime.now(UTC).date(),
            local_only=self.settings.local_only,
        )
        return Route(choice.spec, choice.reason, choice.warnings)

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
        from docanalyst.storage.ids import new_id

        if not documents:
            raise UsageError("There is nothing to ask over.", "Name a PDF, a text file or a folder.")
        earlier = thread(session, parent_id)
        history = [Exchange(turn.question, turn.answer) for turn in earlier]
        plan = self.plan(documents, question, options, history)
        require_fit(plan)
        gate = None if self._model is not None else Gate(self.settings, self.catalog, consent)
        if gate is not None:
            plan = await gate.clear(plan)
        model = self._open_model(plan)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        if session is None:
            session = Session(new_id(), title_of(plan.request.question), now, now)
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
        keeper = StoreKeeper(self.store, session, documents) if self.keep else NoKeeper()
        others: NextAttempt = no_other
        if gate is not None:
            others = gate.fallbacks(
                plan,
                lambda provider, name: self.plan(
                    documents, question, replace(options, provider=provider, model=name), history
                ),
                self._open_model,
            )
        async with aclosing(run_turn(plan, turn, model, keeper, others)) as events:
            async for event in events:
                yield event

    def session_documents(self, session: Session) -> list[Document]:
        """The documents of a session as they were read then, from the store. Raises StorageError."""
        return list(self.store.session_documents(session.id))

    def verify(self, quotes: Iterable[Quote], documents: Sequence[Document]) -> list[Citation]:
        """Check quotes against documents; no model."""
        return verify(quotes, documents)

    def _open_model(self, plan: Plan) -> Model:
        if self._model is not None:
            return self._given_model
        if self._opener is not None:
            return self._opener(plan.spec)
        from docanalyst.providers import open_model

        return open_model(plan.spec, lookup=self.settings.lookup)

    @cached_property
    def _given_model(self) -> Model:
        from docanalyst.providers import wrap_chat_model
        from docanalyst.providers.model import Model

        model = self._model
        assert model is not None
        return model if isinstance(model, Model) else wrap_chat_model(model)

    @cached_property
    def _secret(self) -> bytes:
        """The key of the page marks: kept in the data directory, or made for this run alone."""
        if not self.keep:
            return token_bytes(32)
        from docanalyst.storage.database import read_secret

        try:
            return read_secret(self.settings.make_data_dir())
        except StorageError:
            return token_bytes(32)
