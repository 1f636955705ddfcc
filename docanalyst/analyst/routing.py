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
    from docanalyst.providers import BaseChatModel
    from docanalyst.providers.catalog.catalog import Catalog
    from docanalyst.providers.choice import Choice
    from docanalyst.providers.model import Model


@dataclass(frozen=True, slots=True)
class Route:
    """The model that a request goes to, the reason, and warnings for the user."""

    spec: ModelSpec
    reason: str
    warnings: tuple[str, ...] = ()


class Router:
    """Chooses and opens models.

    Args:
        given: A LangChain chat model or a docanalyst model, used instead of a provider.
        opener: Opens the model of a spec, for a caller that shares one model among many questions.
    """

    def __init__(
        self,
        settings: Settings,
        given: BaseChatModel | Model | None = None,
        opener: Callable[[ModelSpec], Model] | None = None,
    ) -> None:
        self._settings = settings
        self._given = given
        self._opener = opener
        self._refined: dict[tuple[str, str], Choice] = {}

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
        choice = self._refined.get((choice.spec.provider, choice.spec.model_id), choice)
        return Route(choice.spec, choice.reason, choice.warnings)

    async def refresh(self, options: AskOptions) -> None:
        """Ask the user's own server which model and window it serves; its answer overrides the catalog.

        Hosted providers are not asked here, only by `models --live` and `doctor`. No document text is sent.

        Raises:
            UsageError: Unknown names; a server that does not answer changes nothing.
        """
        choice = self._unrefined(options)
        if choice is None:
            return
        from docanalyst.providers.live.live import refine

        named = bool(options.model or self._settings.model)
        key = (choice.spec.provider, choice.spec.model_id)
        self._refined[key] = await refine(choice, self._settings.lookup, named=named)

    def needs_refresh(self, options: AskOptions) -> bool:
        """Return whether `refresh` has a server to ask.

        Raises:
            UsageError: Unknown names.
        """
        return self._unrefined(options) is not None

    def _unrefined(self, options: AskOptions) -> Choice | None:
        """Return the choice if it is the user's own server and has not been asked yet."""
        if self._given is not None:
            return None
        choice = self._choice(options, None)
        own = choice.provider.local or choice.provider.needs_base_url
        known = (choice.spec.provider, choice.spec.model_id) in self._refined
        return choice if own and not choice.provider.offline and not known else None

    async def count(self, spec: ModelSpec, request: Request) -> int | None:
        """Return a request's tokens by the server's own tokenizer; None if it is remote or has none."""
        if self._given is not None:
            return None
        from docanalyst.providers.live.live import count_exactly

        provider = self.catalog.provider(spec.provider)
        return await count_exactly(spec, provider, request.messages(), self._settings.lookup)

    def open(self, spec: ModelSpec) -> Model:
        """Return the model of a spec, ready to answer. Raises AuthenticationFailed, UsageError."""
        if self._given is not None:
            return self._given_model
        if self._opener is not None:
            return self._opener(spec)
        from docanalyst.providers.opening import open_model

        return open_model(spec, lookup=self._settings.lookup, catalog=self.catalog)

    def _choice(self, options: AskOptions, needed_tokens: int | None) -> Choice:
        from docanalyst.providers.choice import choose

        return choose(
            self.catalog,
            provider=options.provider or self._settings.provider,
            model=options.model or self._settings.model,
            needed_tokens=needed_tokens,
            lookup=self._settings.lookup,
            today=datetime.now(UTC).date(),
            local_only=self._settings.local_only,
        )

    @cached_property
    def _given_model(self) -> Model:
        from docanalyst.providers import wrap_chat_model
        from docanalyst.providers.model import Model

        model = self._given
        assert model is not None
        return model if isinstance(model, Model) else wrap_chat_model(model)
