"""A model at a provider, as the rest of the program sees it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from docanalyst.domain.models import Delta, ModelSpec
from docanalyst.domain.request import Request
from docanalyst.providers.catalog.entry import Lookup, ModelEntry, ProviderEntry
from docanalyst.providers.model import Limits, Options, call_for
from docanalyst.providers.wire.destinations import Destination, destination_at
from docanalyst.providers.wire.endpoint import resolve
from docanalyst.providers.wire.stream import Wire


class RemoteModel:
    """Answers over the wire."""

    def __init__(self, wire: Wire, destination: Destination) -> None:
        self._wire = wire
        self.destination = destination

    @classmethod
    def at(
        cls,
        spec: ModelSpec,
        provider: ProviderEntry,
        entry: ModelEntry,
        lookup: Lookup,
        options: Options | None = None,
    ) -> RemoteModel:
        """A model at the endpoint that `lookup` gives. Raises AuthenticationFailed, UsageError."""
        wire = Wire(spec, resolve(provider, lookup), entry, options)
        return cls(wire, destination_at(wire.endpoint.base_url, spec, provider, lookup))

    @property
    def spec(self) -> ModelSpec:
        """What is known of it."""
        return self._wire.spec

    @property
    def address(self) -> str:
        """Where documents go, for the receipt and the consent."""
        return self._wire.endpoint.base_url

    @property
    def limits(self) -> Limits:
        """What the provider said of the account's limits with its last answer."""
        return self._wire.limits

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """One answer. Raises ProviderError and its kinds."""
        call = call_for(self.spec, request, self._wire.options)
        async with aclosing(self._wire.answer(call)) as deltas:
            async for delta in deltas:
                yield delta

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()
