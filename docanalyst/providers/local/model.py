"""A model file as a model that answers, and what is known of it before it does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from docanalyst.domain.errors import ConnectionFailed, ProviderError
from docanalyst.domain.models import Delta, ModelSpec
from docanalyst.domain.request import Request
from docanalyst.providers.catalog.catalog import REFERENCE_FAMILY, Catalog
from docanalyst.providers.catalog.entry import ProviderEntry, Sampling
from docanalyst.providers.local.files import entry_of
from docanalyst.providers.local.gguf import read_model_file
from docanalyst.providers.local.server import Address, ModelServer, server_of
from docanalyst.providers.model import Call, Options, call_for
from docanalyst.providers.wire.destinations import local_destination

if TYPE_CHECKING:
    from docanalyst.providers.wire.endpoint import Endpoint

_MUCH_TOO_LARGE = 1.25
"""Share of the window above which a request is not counted by the model, since that would load it for
nothing: estimates of other tokenizers are wrong by less than that."""
_ANSWER = 4_096
"""Tokens that an answer is given where the caller states no limit."""


class LocalModel:
    """Answers from a model file. The first request loads it."""

    def __init__(
        self, spec: ModelSpec, provider: ProviderEntry, catalog: Catalog, options: Options | None = None
    ) -> None:
        self._spec = spec
        self._provider = provider
        self._file = read_model_file(spec.model_id)
        self._server = server_of(self._file)
        self._entry = entry_of(provider, spec.model_id)
        if self._file.is_qwen3:
            self._entry = replace(self._entry, sampling=_qwen3_sampling(catalog))
        self._options = replace(options or Options(), max_retries=0)
        self.destination = local_destination(provider)

    @property
    def spec(self) -> ModelSpec:
        """What is known of it."""
        return self._spec

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """One answer. Raises ProviderError and its kinds, UsageError."""
        async with aclosing(self.answer(call_for(self._spec, request, self._options))) as deltas:
            async for delta in deltas:
                yield delta

    async def answer(self, call: Call) -> AsyncGenerator[Delta, None]:
        """The answer to a call. Raises as `stream` does."""
        from docanalyst.providers.wire.stream import Wire

        begun = ended = False
        address = await _enter(self._server, needed_tokens(call), self._spec.context_window)
        try:
            wire = Wire(self._spec, _endpoint(self._provider, address), self._entry, self._options)
            try:
                async with aclosing(wire.answer(call)) as deltas:
                    async for delta in deltas:
                        begun = True
                        yield delta
                ended = True
            except ProviderError as error:
                ended = True
                raise await self._explained(error, begun=begun) from None
            finally:
                await wire.aclose()
        finally:
            self._server.leave(stopped=not ended)

    async def _explained(self, error: ProviderError, *, begun: bool) -> ProviderError:
        """The error, or why the process behind it ended."""
        fault = await asyncio.to_thread(self._server.fault) if isinstance(error, ConnectionFailed) else None
        if fault is None:
            return error
        if begun:
            fault.hint = f"{error.hint} {fault.hint}".strip()
        fault.accepted = error.accepted
        return fault

    async def aclose(self) -> None:
        """Nothing to let go of: the model stays loaded for the session."""


async def count(spec: ModelSpec, provider: ProviderEntry, request: Request) -> int | None:
    """Tokens of a request by the file's own tokenizer and template; loads the model.

    None where the request is far too large for it. Raises ProviderError where it cannot be loaded.
    """
    from docanalyst.providers.wire.counting import count_at

    server = server_of(read_model_file(spec.model_id))
    window = spec.context_window
    needed = needed_tokens(call_for(spec, request, Options()))
    if needed > window * _MUCH_TOO_LARGE:
        return None
    async with _entered(server, needed, window) as address:
        counted = await count_at(_endpoint(provider, address), spec, request)
    if counted is not None and needed < counted + request.max_output <= window:
        async with _entered(server, counted + request.max_output, window):
            pass
    return counted


def needed_tokens(call: Call) -> int:
    """The context that a call is given: a generous count of its prompt, and its answer."""
    prompt = call.prompt_tokens
    if prompt is None:
        prompt = sum(len(message.content) for message in call.messages) // 2 + 64
    return prompt + (call.max_output or _ANSWER)


@asynccontextmanager
async def _entered(server: ModelServer, needed: int, window: int) -> AsyncIterator[Address]:
    address = await _enter(server, needed, window)
    try:
        yield address
    finally:
        server.leave()


async def _enter(server: ModelServer, needed: int, window: int) -> Address:
    """Load the model without blocking; a cancelled caller ends the loading at once."""
    wanted = threading.Event()
    wanted.set()
    entering = asyncio.ensure_future(asyncio.to_thread(server.enter, needed, window, wanted))
    try:
        return await asyncio.shield(entering)
    except asyncio.CancelledError:
        wanted.clear()
        entering.add_done_callback(lambda done: _let_go(server, done))
        raise


def _let_go(server: ModelServer, entering: asyncio.Future[Address]) -> None:
    if entering.cancelled():
        return
    if entering.exception() is None:
        server.leave()


def _endpoint(provider: ProviderEntry, address: Address) -> Endpoint:
    from docanalyst.providers.wire.endpoint import Endpoint, Key

    spoken = replace(provider, dialect="openai", auth="bearer", live="llamacpp")
    return Endpoint(spoken, f"{address.url}/v1", Key(address.key))


def _qwen3_sampling(catalog: Catalog) -> Sampling | None:
    return next(
        (
            model.sampling
            for provider in catalog
            for model in provider.models.values()
            if model.family == REFERENCE_FAMILY and model.sampling
        ),
        None,
    )
