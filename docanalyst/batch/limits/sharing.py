"""Shares one open model among all units of a run, so that connections and learnt limits are kept."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from contextvars import ContextVar
from typing import TYPE_CHECKING

from docanalyst.batch.limits.pace import Pace
from docanalyst.domain.models import Delta, ModelSpec
from docanalyst.domain.request import Request
from docanalyst.settings import Settings

if TYPE_CHECKING:
    from docanalyst.providers.model import Model, Waiting

RETRIES = 6
"""Retries before the first byte of an answer; a refused request costs nothing."""

LONGEST_WAIT = 120.0
"""Seconds that a single request waits for the provider; longer waits pause the whole run."""


before_sending: ContextVar[Callable[[], Awaitable[None]] | None] = ContextVar("before_sending", default=None)
"""Awaited by a shared model just before it sends a request, in the task that asks."""


class Halted(Exception):
    """The run was stopped before this unit was sent."""


class SharedModels:
    """Opens each model once.

    Attributes:
        pace: Adjusted to the provider's limits and waits.
        on_wait: Called with a message about each wait.
        halted: Whether no more requests may be sent.
        offline: Opens the offline analyst if it runs in another process.
    """

    def __init__(self, settings: Settings) -> None:
        self.pace: Pace | None = None
        self.on_wait: Callable[[str, float], None] | None = None
        self.halted: Callable[[], bool] = lambda: False
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
                max_wait=LONGEST_WAIT,
                on_wait=self._waits,
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
        """Wait until the request may be sent and yield its answer. Raises ProviderError."""
        pace = self._owner.pace or Pace(1)
        await pace.enter(request.packed.token_count + request.max_output)
        well = False
        try:
            if self._owner.halted():
                raise Halted
            if (notify := before_sending.get()) is not None:
                await notify()
            async with aclosing(self.model.stream(request)) as deltas:
                async for delta in deltas:
                    yield delta
            limits = getattr(self.model, "limits", None)
            pace.learn(limits.tokens_per_minute if limits is not None else None)
            well = True
        finally:
            await pace.leave(well=well)

    async def aclose(self) -> None:
        """Do nothing: the model stays open for the other units."""
