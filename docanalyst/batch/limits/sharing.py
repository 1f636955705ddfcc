"""Shares one open model among all units of a run, so that connections and learnt limits are kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from contextvars import ContextVar
from typing import TYPE_CHECKING

from docanalyst.batch.limits.pace import Pace, Slot
from docanalyst.domain.models import Delta, ModelSpec
from docanalyst.domain.request import Request
from docanalyst.settings import Settings

if TYPE_CHECKING:
    from docanalyst.providers.model import Model, Waiting

RETRIES = 6
"""How often a request is sent again that the provider refused, and so does not charge for. One that may be
charged for is sent again only by `asking`, which counts what it may cost."""

LONGEST_WAIT = 120.0
"""Seconds that a single request waits for the provider; longer waits pause the whole run."""


current_slot: ContextVar[Slot | None] = ContextVar("current_slot", default=None)
"""The place of the request that this task sends; left as soon as its stream ends."""


class Halted(Exception):
    """The run was stopped before this unit was sent, or after the provider refused it."""

    accepted = False


class SharedModels:
    """Opens each model once.

    Attributes:
        pace: Adjusted to the provider's limits and waits.
        on_wait: Called with a message about each wait.
        pause: Sleeps between two attempts; raises Halted when the run is stopped.
        offline: Opens the offline analyst if it runs in another process.
    """

    def __init__(self, settings: Settings) -> None:
        self.pace: Pace | None = None
        self.on_wait: Callable[[str, float], None] | None = None
        self.pause: Callable[[float], Awaitable[None]] = asyncio.sleep
        self.offline: Callable[[ModelSpec], Model] | None = None
        self._settings = settings
        self._open: dict[tuple[str, str], SharedModel] = {}

    def open(self, spec: ModelSpec) -> SharedModel:
        """Return the model of a spec. Raises AuthenticationFailed, UsageError."""
        key = (spec.provider, spec.model_id)
        if key not in self._open:
            from docanalyst.providers.catalog.catalog import load_catalog
            from docanalyst.providers.model import Options
            from docanalyst.providers.opening import open_model

            options = Options(
                max_retries=RETRIES,
                max_repeats=0,
                max_wait=LONGEST_WAIT,
                on_wait=self._waits,
                sleep=lambda seconds: self.pause(seconds),
                read_timeout=self._settings.read_timeout,
            )
            if spec.provider == "extractive" and self.offline is not None:
                model = self.offline(spec)
            else:
                catalog = load_catalog({"providers": self._settings.providers})
                model = open_model(spec, lookup=self._settings.lookup, options=options, catalog=catalog)
            self._open[key] = SharedModel(model, self)
        return self._open[key]

    async def aclose(self) -> None:
        """Close all connections."""
        while self._open:
            _, shared = self._open.popitem()
            await shared.model.aclose()

    def _waits(self, waiting: Waiting) -> None:
        if waiting.rate_limited and self.pace is not None:
            self.pace.over_limit(waiting.seconds)
        if self.on_wait is not None:
            self.on_wait(waiting.message, waiting.seconds)


class SharedModel:
    """A model that stays open between questions."""

    def __init__(self, model: Model, owner: SharedModels) -> None:
        self.model = model
        self._owner = owner

    @property
    def spec(self) -> ModelSpec:
        """The model's specification."""
        return self.model.spec

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Yield the answer to a request. Raises ProviderError."""
        slot, well = current_slot.get(), False
        try:
            async with aclosing(self.model.stream(request)) as deltas:
                async for delta in deltas:
                    yield delta
            limits = getattr(self.model, "limits", None)
            if self._owner.pace is not None and limits is not None:
                self._owner.pace.learn(limits.tokens_per_minute)
            well = True
        finally:
            if slot is not None:
                await slot.leave(well=well)
        if self._owner.pace is not None:
            await self._owner.pace.give_way()

    async def aclose(self) -> None:
        """Do nothing: the model stays open for the other units."""
