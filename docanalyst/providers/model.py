"""The interface of a model to the rest of the program, and its options."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from docanalyst.domain.models import Delta, ModelSpec
from docanalyst.domain.request import Message, Request


@runtime_checkable
class Model(Protocol):
    """A model that answers. Deltas in order; the last one carries usage and finish_reason.

    finish_reason: stop, length, content_filter, tool_calls, or the provider's own word. A stream that breaks
    off raises ConnectionFailed after the deltas that arrived. Close the generator to stop: that closes the
    socket.
    """

    @property
    def spec(self) -> ModelSpec:
        """What is known of it."""

    def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """One answer. Raises ProviderError and its kinds."""

    async def aclose(self) -> None:
        """Let go of its connections."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why the next attempt is still to come: the fault in words, and the seconds until then.

    attempt: the number of the retry, from 1, of at most `retries`.
    rate_limited: the account sends too much for now, rather than the provider failing.
    """

    provider: str
    message: str
    seconds: float
    attempt: int
    rate_limited: bool = False
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a provider said of the account's limits with its last answer. None where it said nothing."""

    tokens_per_minute: int | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """How a model is talked to. Times in seconds.

    read_timeout: the longest silence, which includes the time a host needs to read a long prompt; None for
    ten minutes, and no limit for a server on this machine.
    max_retries: how often a failed request is sent again before its first byte. max_repeats: how often at
    most if the provider may charge for the failed one. max_wait: a longer wait asked for by the provider is
    an error instead. temperature, top_p: None for what the model card recommends. on_wait: told before each
    wait between attempts.
    """

    connect_timeout: float = 10.0
    read_timeout: float | None = None
    max_retries: int = 2
    max_repeats: int = 2
    max_wait: float = 60.0
    temperature: float | None = None
    top_p: float | None = None
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    extra_headers: Mapping[str, str] = field(default_factory=dict)
    on_wait: Callable[[Waiting], None] | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True)
class Call:
    """One request in the words that every dialect shares.

    max_output: None leaves it to the provider. prompt_tokens: what was counted here, as a hint for servers
    that size their window with the request. documents: their packed text, which stands whole in the first
    user message, for servers that must be told what to cache. schema: the JSON schema that the answer is to
    hold to.
    """

    model: str
    messages: tuple[Message, ...]
    max_output: int | None = None
    thinking: bool | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    prompt_tokens: int | None = None
    documents: str = ""
    schema: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


def call_for(spec: ModelSpec, request: Request, options: Options) -> Call:
    """The call that a request becomes. The packed text was counted; the rest is estimated generously."""
    schema = None
    if request.structured:
        from docanalyst.domain.grid.json_replies import reply_schema

        schema = reply_schema(request.fields)
    messages = request.messages()
    rest = sum(len(message.content) for message in messages) - len(request.packed.text)
    return Call(
        model=spec.model_id,
        messages=messages,
        max_output=request.max_output,
        thinking=request.thinking,
        temperature=options.temperature,
        top_p=options.top_p,
        prompt_tokens=request.packed.token_count + max(0, rest) // 2,
        documents=request.packed.text,
        schema=schema,
        extra=options.extra_body,
    )
