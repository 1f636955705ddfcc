"""`Analyst` reads documents, plans, asks and verifies; the CLI, the TUI and batches use only this."""

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

# Modules that only an answer needs are imported late, so that planning starts fast.
if TYPE_CHECKING:
    from pathlib import Path

    from docanalyst.analyst.asking import NextAttempt
    from docanalyst.analyst.cleared import Cleared
    from docanalyst.analyst.documents.packs import Packs
    from docanalyst.analyst.planning import Plan, Wording
    from docanalyst.analyst.privacy import Consent
    from docanalyst.analyst.sending import Sending
    from docanalyst.domain.answers.authorities.table import Entry
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


COUNTED_ASIDE = 10_000
"""Characters from which documents are packed and counted in a thread: 70,000 take 4 ms, in which nothing else
would be answered."""


class Analyst:
    """Asks questions about whole documents and checks the answers.

    As a context manager it closes the database at the end.

    Args:
        settings: Read from file and environment if not given.
        model: A LangChain chat model or a docanalyst model, used instead of a provider.
        keep: Whether to save turns in the database.
        traces: Whether to cache documents and save consent.
        open_model: Opens the model of a spec, for a caller that shares one model among many questions.
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
        """Set when the first page is read, or no page will be."""
        self.settings = settings or load_settings()

    def __enter__(self) -> Analyst:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database, if it was opened. The next use opens it again."""
        store = self.__dict__.pop("store", None)
        if store is not None:
            store.close()

    @property
    def settings(self) -> Settings:
        """The current settings; setting them also changes where requests are sent."""
        return self._settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._settings = settings
        self.router = Router(settings, self._model, self._open_model, remember=self.traces)
        self._planner = Planner(settings, self.router, secret=lambda: self._secret, billed=self._billed)

    @cached_property
    def store(self) -> Store:
        """The database, opened on first use. Raises StorageError."""
        from docanalyst.storage import Store

        self.settings.make_data_dir()
        return Store.open(self.settings.store_path)

    @property
    def cache_dir(self) -> Path | None:
        """Folder of the document cache, readable by its owner alone; None for no cache."""
        if not self.traces:
            return None
        try:
            self.settings.make_data_dir()
        except StorageError:
            return None
        return self.settings.cache_dir

    @property
    def catalog(self) -> Catalog:
        """Providers and models, including the user's own."""
        return self.router.catalog

    def read(
        self,
        paths: Sequence[str],
        *,
        password: str | None = None,
        progress: Progress | None = None,
        alone: bool = False,
        skip_unreadable: bool = False,
    ) -> tuple[list[Document], list[str]]:
        """Return the documents at the PATHs, complete and in order, each file once, and notes for the user.

        Args:
            password: For encrypted files.
            progress: Called with a path, its pages read so far and its total pages.
            alone: Whether e-mails come without their attachments.
            skip_unreadable: Leave out files of folders that cannot be read; notes and receipts name them.

        Raises:
            DocumentError: A path that cannot be read; nothing is left out silently.
        """
        cache_dir, begun = self.cache_dir, self.pages_come.set
        return read_all(
            paths,
            password=password,
            progress=progress,
            begun=begun,
            cache_dir=cache_dir,
            reread_scans=self.settings.reread_scans,
            double_check=self.settings.double_check,
            view=self.settings.view,
            alone=alone,
            skip_unreadable=skip_unreadable,
        )

    def wording(self, prompt: str | None = None) -> Wording:
        """Return the instructions, the reminder and the task.

        Raises:
            UsageError: An unknown prompt.
        """
        return self._planner.wording(prompt)

    def plan(
        self,
        documents: Sequence[Document],
        question: str = "",
        options: AskOptions = AskOptions(),
        history: Sequence[Exchange] = (),
    ) -> Plan:
        """Return what would be sent, counted. A request may be too large: see `Plan.budget.fits`."""
        return self._planner.plan(documents, question, options, history)

    def planning(
        self, question: str, options: AskOptions = AskOptions()
    ) -> Callable[[Sequence[Document]], Plan]:
        """Return a function that plans one question about documents, for many sets of them."""
        return self._planner.planning(question, options)

    def packs(
        self, documents: Sequence[Document], question: str = "", options: AskOptions = AskOptions()
    ) -> Packs:
        """Return the whole documents divided among as few windows of one model as possible."""
        from docanalyst.analyst.documents.packs import divide_into_packs

        spec = self.choose(options).spec
        named = replace(options, provider=spec.provider, model=spec.model_id)
        return divide_into_packs(documents, lambda pack: self.plan(pack, question, named))

    def choose(self, options: AskOptions = AskOptions(), needed_tokens: int | None = None) -> Route:
        """Return where a request of this size would go, and why.

        Raises:
            UsageError: Unknown names.
        """
        return self.router.choose(options, needed_tokens)

    async def refresh(self, options: AskOptions = AskOptions()) -> None:
        """Ask the provider which models and windows it serves; its answer beats the catalog."""
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
        started: Callable[[Turn], None] | None = None,
    ) -> AsyncGenerator[Event, None]:
        """Ask about whole documents; yield Planned, deltas, CitationsChecked and Finished.

        Raises ContextTooLarge before anything is sent, UsageError, StorageError, ProviderError. Wrap it in
        `contextlib.aclosing`: closing it early saves the partial answer as an interrupted turn.

        Args:
            session: The session to continue; None for a new one.
            parent_id: The turn to continue from; None for the last one.
            consent: Asks the user before the first request to a provider; None if nobody can be asked.
            started: Called in the transaction that saves the running turn, just before it is sent; nothing is
                saved or sent if it raises.
        """
        from datetime import UTC, datetime

        from docanalyst.analyst.asking import no_other, run_turn
        from docanalyst.analyst.history import thread, title_of
        from docanalyst.analyst.saving import NoSaver, StoreSaver
        from docanalyst.domain.request import Exchange
        from docanalyst.domain.turns import PromptUsed, Session, Turn
        from docanalyst.storage.ids import new_id

        earlier = thread(session, parent_id)
        history = [Exchange(turn.question, turn.answer) for turn in earlier]
        sending = self.sending(consent)
        cleared = await self.clear(documents, question, options, history, sending=sending)
        plan, model = cleared.plan, self.router.open(cleared)
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
            parts=options.parts,
            parent_id=earlier[-1].id if earlier else None,
            started_at=now,
        )
        saver = StoreSaver(self.store, session, documents, plan, started) if self.keep else NoSaver()
        others: NextAttempt = no_other
        if not self.router.is_given:
            others = sending.fallbacks(
                plan,
                lambda provider, name: self.plan(
                    documents, question, replace(options, provider=provider, model=name), history
                ),
                self.router.open,
            )
        async with aclosing(run_turn(plan, turn, model, saver, others)) as events:
            async for event in events:
                yield event

    def ask_sync(
        self,
        documents: Sequence[Document],
        question: str = "",
        *,
        options: AskOptions = AskOptions(),
        session: Session | None = None,
        consent: Consent | None = None,
    ) -> Turn:
        """Ask and wait; return the turn, checked and saved. For scripts and notebooks.

        Args and errors are those of `ask`. It may be called where an event loop runs, as in a notebook: the
        question is then asked in a thread.
        """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        async def last() -> Turn:
            from docanalyst.domain.events import Finished

            turn: Turn | None = None
            asking = self.ask(documents, question, options=options, session=session, consent=consent)
            async with aclosing(asking) as events:
                async for event in events:
                    if isinstance(event, Finished):
                        turn = event.turn
            assert turn is not None
            return turn

        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(last())
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(last())).result()

    async def prepare(
        self,
        documents: Sequence[Document],
        question: str,
        options: AskOptions,
        consent: Consent | None = None,
    ) -> tuple[Model, Request, Plan]:
        """Return a model and a request that may be sent to it, for measuring. Raises the errors of `ask`."""
        cleared = await self.clear(documents, question, options, sending=self.sending(consent))
        return self.router.open(cleared), cleared.plan.request, cleared.plan

    def session_documents(self, session: Session) -> list[Document]:
        """Return all saved documents of a session, as they were read then. Raises StorageError."""
        from docanalyst.analyst.documents.sources import all_members, stored

        return stored(self.store, all_members(session))

    def turn_documents(self, session: Session, turn: Turn | None) -> list[Document]:
        """Return the saved documents of a turn, in its order. Raises StorageError."""
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
        """Return the files of an export, names and contents, the first under the given name; and notes.

        Args:
            session: ID of a saved session, or a session with its documents.
            plain: Whether to write plain citations instead of legal pin cites.

        Raises:
            UsageError: An unknown suffix.
        """
        from docanalyst.analyst.review.evidence import gather
        from docanalyst.exporters import exporter_for

        exporter = exporter_for(name)
        whole = self.store.sessions.get(session) if isinstance(session, str) else session
        documents = self.session_documents(whole) if documents is None else documents
        report, notes = gather(whole, documents, exporter, cache_dir=self.cache_dir, plain=plain)
        stem, suffix = name[: -len(exporter.suffix)], name[-len(exporter.suffix) :]
        return [(stem + made.ending + suffix, made.content) for made in exporter.export(report)], notes

    def verify(self, quotes: Iterable[Quote], documents: Sequence[Document]) -> list[Citation]:
        """Check quotes against documents; needs no model."""
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

    def authorities(self, documents: Sequence[Document]) -> list[Entry]:
        """The table of authorities of documents: what they cite, by kind and name, with pages; no model."""
        from docanalyst.domain.answers.authorities.table import table_of_authorities

        return table_of_authorities(documents)

    def sending(self, consent: Consent | None = None) -> Sending:
        """The one door that everything passes before it is sent.

        Args:
            consent: Asks the user where needed.
        """
        from docanalyst.analyst.sending import Sending

        return Sending(self.settings, self.router, consent, remember=self.traces)

    async def clear(
        self,
        documents: Sequence[Document],
        question: str,
        options: AskOptions = AskOptions(),
        history: Sequence[Exchange] = (),
        *,
        sending: Sending | None = None,
        at_once: bool = True,
    ) -> Cleared:
        """A plan that fits and may be sent. No server sees a document before its owner's rules let it.

        Args:
            at_once: False for what a provider answers in its own time. Raises as `ask` does.
        """
        from docanalyst.analyst.counting import counted_by_server
        from docanalyst.analyst.planning import require_fit

        if not documents:
            from docanalyst.formats.detection import READABLE

            raise UsageError("No documents given.", f"Name {READABLE} file, or a folder.")
        if not self.wording(options.prompt).prompt.ask(question).strip():
            raise UsageError("No question given.", "Write one, or choose a prompt that is one.")
        await self.refresh(options)
        if sum(len(page.text) for document in documents for page in document.pages) > COUNTED_ASIDE:
            from asyncio import to_thread

            plan = await to_thread(self.plan, documents, question, options, history)
        else:
            plan = self.plan(documents, question, options, history)
        sending = sending or self.sending()
        target = await sending.permit(plan)
        plan = await counted_by_server(plan, self.router, target)
        require_fit(plan)
        return await sending.clear(plan, at_once=at_once)

    def _billed(self, spec: ModelSpec) -> list[float]:
        """Return billed over counted tokens for each earlier request to a model; [] if none is saved."""
        if not self.keep:
            return []
        try:
            return self.store.reports.billed_ratios(spec.provider, spec.model_id)
        except StorageError:
            return []

    @cached_property
    def _secret(self) -> bytes:
        """The key of the page markers: saved in the data directory, or created for this run alone."""
        from secrets import token_bytes

        if not self.keep:
            return token_bytes(32)
        from docanalyst.storage.database import read_secret

        try:
            return read_secret(self.settings.make_data_dir())
        except StorageError:
            return token_bytes(32)
