"""Decides where a request goes: a given model, or a provider of the catalog updated by its server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from docanalyst.analyst.options import AskOptions
from docanalyst.domain.models import ModelSpec
from docanalyst.domain.request import Request
from docanalyst.settings import Settings

if TYPE_CHECKING:
    from docanalyst.analyst.cleared import Cleared
    from docanalyst.providers import BaseChatModel
    from docanalyst.providers.catalog.catalog import Catalog
    from docanalyst.providers.choice import Choice
    from docanalyst.providers.model import Model, Waiting
    from docanalyst.providers.wire.destinations import Destination


@dataclass(frozen=True, slots=True)
class Route:
    """The model that a request goes to, the reason, and warnings for the user."""

    spec: ModelSpec
    reason: str
    warnings: tuple[str, ...] = ()


class Router:
    """Chooses and opens models.

    given: a LangChain chat model or one of our own, used instead of a provider. opener: opens the model of a
    spec, for a caller that shares one among many questions. remember: whether what hosted providers say of
    their models is kept for the next time.
    """

    def __init__(
        self,
        settings: Settings,
        given: BaseChatModel | Model | None = None,
        opener: Callable[[ModelSpec], Model] | None = None,
        *,
        remember: bool = True,
    ) -> None:
        self._kept = settings.cache_dir if remember else None
        self._settings = settings
        self._given = given
        self._opener = opener
        self._refined: dict[tuple[str, str], Choice] = {}
        self.on_wait: Callable[[Waiting], None] | None = None
        """Told before each wait between two attempts at a request."""

    @property
    def is_given(self) -> bool:
        """Whether a model was given, so that no provider is chosen."""
        return self._given is not None

    @cached_property
    def catalog(self) -> Catalog:
        """Providers and models, including the user's own."""
        from docanalyst.providers.catalog.catalog import load_catalog

        own = self._settings.providers
        return load_catalog({"providers": own} if own else None)

    def choose(self, options: AskOptions, needed_tokens: int | None) -> Route:
        """Return where a request of this size would go, and why.

        Raises:
            UsageError: Unknown names.
        """
        if self._given is not None:
            spec = self._given_model.spec
            return Route(spec, f"{spec.model_id}: the given model.")
        choice = self._choice(options, needed_tokens)
        known = self._refined.get((choice.spec.provider, choice.spec.model_id))
        choice = known or self._as_remembered(choice)
        return Route(choice.spec, choice.reason, choice.warnings)

    def chosen(self, options: AskOptions) -> Choice:
        """The provider's entry and the model, before anybody is asked. Raises UsageError."""
        return self._choice(options, None)

    async def refresh(self, options: AskOptions) -> None:
        """Ask the provider which models and windows it serves; its answer beats the catalog.

        A server of the user's own is asked each time, a hosted provider once a day. Nothing of a document is
        sent. Raises UsageError for unknown names; a server that does not answer changes nothing.
        """
        choice = self._unrefined(options)
        if choice is None:
            return
        from docanalyst.providers.live.live import laid_over, refine
        from docanalyst.providers.live.remembered import asked_once

        named = bool(options.model or self._settings.model)
        key, lookup = (choice.spec.provider, choice.spec.model_id), self._settings.lookup
        if _is_own(choice):
            self._refined[key] = await refine(choice, lookup, named=named)
            return
        address = self._address(choice)
        if address:
            live = await asked_once(choice.provider, address, lookup, self._kept)
            self._refined[key] = laid_over(choice, live, lookup, named=True)

    def needs_refresh(self, options: AskOptions) -> bool:
        """Whether `refresh` has a server of the user's own to ask. Raises UsageError for unknown names."""
        choice = self._unrefined(options)
        return choice is not None and _is_own(choice)

    def _unrefined(self, options: AskOptions) -> Choice | None:
        """What was chosen, where its provider was not asked yet."""
        if self._given is not None:
            return None
        choice = self._choice(options, None)
        known = (choice.spec.provider, choice.spec.model_id) in self._refined
        asks = choice.provider.live and not choice.provider.offline
        return choice if asks and not known else None

    def _as_remembered(self, choice: Choice) -> Choice:
        """The choice with what a hosted provider said of it within the last day; nobody is asked."""
        if not choice.provider.live or _is_own(choice) or not (address := self._address(choice)):
            return choice
        from docanalyst.providers.live.live import laid_over
        from docanalyst.providers.live.remembered import remembered

        live = remembered(choice.provider, address, self._kept)
        return laid_over(choice, live, self._settings.lookup, named=True) if live else choice

    def _address(self, choice: Choice) -> str:
        """Where the chosen provider is; "" where it is not set up."""
        from docanalyst.domain.errors import DocanalystError
        from docanalyst.providers.wire.endpoint import resolve

        try:
            return resolve(choice.provider, self._settings.lookup).base_url
        except DocanalystError:
            return ""

    async def destination(self, spec: ModelSpec) -> Destination:
        """Where a request to this model would go, asked of a server that may forward.

        Raises AuthenticationFailed without a key, UsageError, and ProviderError for a server that does not
        say.
        """
        from docanalyst.providers.live.forwarding import located
        from docanalyst.providers.preflight import destination, destination_of

        catalog, lookup = self.catalog, self._settings.lookup
        given = self._given is not None
        target = destination_of(self._given_model) if given else destination(spec, catalog, lookup)
        return await located(target, spec, catalog, lookup)

    async def count(self, spec: ModelSpec, request: Request, target: Destination) -> int | None:
        """Tokens of a request by the server's own tokenizer; None where it is elsewhere or has none.

        target: where it goes, permitted before. Raises ProviderError, UsageError for a model file that cannot
        be loaded.
        """
        if self._given is not None or not target.stays_here:
            return None
        if self.counts_itself(spec):
            from docanalyst.providers.local.model import count

            return await count(spec, self.catalog.provider(spec.provider), request)
        from docanalyst.providers.wire.counting import count_exactly

        provider = self.catalog.provider(spec.provider)
        return await count_exactly(spec, provider, request, self._settings.lookup)

    def counts_itself(self, spec: ModelSpec) -> bool:
        """Whether the model is a file, whose own tokenizer and template decide, whatever its family."""
        return self._given is None and self.catalog.provider(spec.provider).runs_files

    def patience(self, spec: ModelSpec) -> float | None:
        """Seconds of silence after which a request to this model is given up; None for no limit."""
        from docanalyst.domain.errors import DocanalystError
        from docanalyst.providers.model import Options
        from docanalyst.providers.wire.endpoint import resolve
        from docanalyst.providers.wire.transport import silence_allowed

        if self._given is not None or self.counts_itself(spec):
            return None
        try:
            endpoint = resolve(self.catalog.provider(spec.provider), self._settings.lookup)
        except DocanalystError:
            return None
        return silence_allowed(endpoint, Options(read_timeout=self._settings.read_timeout))

    def open(self, cleared: Cleared) -> Model:
        """The model of a plan that may be sent, ready to answer. Raises AuthenticationFailed, UsageError."""
        spec = cleared.plan.spec
        if self._given is not None:
            return self._given_model
        if self._opener is not None:
            return self._opener(spec)
        from docanalyst.providers.model import Options
        from docanalyst.providers.opening import open_model

        settings = self._settings
        options = Options(
            read_timeout=settings.read_timeout, max_repeats=settings.retries, on_wait=self.on_wait
        )
        return open_model(spec, lookup=self._settings.lookup, options=options, catalog=self.catalog)

    def _choice(self, options: AskOptions, needed_tokens: int | None) -> Choice:
        from docanalyst.providers.choice import choose

        return choose(
            self.catalog,
            provider=self._provider(options),
            model=options.model or self._settings.model,
            needed_tokens=needed_tokens,
            lookup=self._settings.lookup,
            today=datetime.now(UTC).date(),
            local_only=self._settings.local_only,
        )

    def _provider(self, options: AskOptions) -> str | None:
        """The provider asked for, unless the model is a file, which no host elsewhere can have."""
        from docanalyst.providers.local.files import RUNS_FILES, is_model_file

        name, model = options.provider or self._settings.provider, options.model or self._settings.model
        if not name or not model or not is_model_file(model):
            return name
        asked = self.catalog.provider(name)
        return name if asked.local or asked.needs_base_url else RUNS_FILES

    @cached_property
    def _given_model(self) -> Model:
        from docanalyst.providers import wrap_chat_model
        from docanalyst.providers.model import Model

        model = self._given
        assert model is not None
        return model if isinstance(model, Model) else wrap_chat_model(model)


def _is_own(choice: Choice) -> bool:
    """Whether the user runs the server, so that what it serves may change at any time."""
    return choice.provider.local or choice.provider.needs_base_url
