"""Any LangChain chat model as a model of ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from conftest import CANARY
from langchain_core import exceptions as langchain
from langchain_core.language_models import FakeListChatModel, GenericFakeChatModel
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field
from wires import collect, joined

from docanalyst.domain import errors
from docanalyst.domain.models import ModelSpec, Usage
from docanalyst.domain.request import Exchange, Request
from docanalyst.providers import wrap_chat_model
from docanalyst.providers.model import Model

pytestmark = pytest.mark.anyio

Make = Callable[..., Request]


class Told(BaseChatModel):
    """Streams the pieces it was told; raises an exception among them."""

    model: str = "told-1"
    max_tokens: int | None = None
    pieces: list[Any] = Field(default_factory=list)
    given: list[Any] = Field(default_factory=list)
    closed: bool = False

    @property
    def _llm_type(self) -> str:
        return "told"

    def _generate(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("whole"))])

    async def _astream(
        self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        self.given.append((messages, kwargs))
        try:
            for piece in self.pieces:
                if isinstance(piece, BaseException):
                    raise piece
                if piece is None:
                    await asyncio.Event().wait()
                yield ChatGenerationChunk(message=piece)
        finally:
            self.closed = True


def usage(**fields: Any) -> dict[str, Any]:
    return {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0, **fields}


async def test_a_fake_model_of_langchains_own(request_for: Make) -> None:
    model = wrap_chat_model(GenericFakeChatModel(messages=iter([AIMessage("It ends in 2030.")])))
    assert isinstance(model, Model)
    deltas = await collect(model, request_for())
    assert joined(deltas)[0] == "It ends in 2030."
    assert (deltas[-1].finish_reason, deltas[-1].usage) == ("stop", None)


async def test_a_model_that_cannot_stream(request_for: Make) -> None:
    deltas = await collect(wrap_chat_model(FakeListChatModel(responses=["Yes."])), request_for())
    assert joined(deltas)[0] == "Yes."


async def test_what_it_is_given(request_for: Make) -> None:
    told = Told(pieces=[AIMessageChunk("Yes.")])
    request = request_for("And?", history=(Exchange("When?", "In 2030."),), max_output=99)
    await collect(wrap_chat_model(told), request)
    messages, options = told.given[0]
    assert [message.type for message in messages] == ["system", "human", "ai", "human"]
    assert [message.content for message in messages] == [item.content for item in request.messages()]
    assert options == {"max_tokens": 99}


async def test_its_own_limit_is_kept(request_for: Make) -> None:
    told = Told(pieces=[AIMessageChunk("Yes.")], max_tokens=7)
    await collect(wrap_chat_model(told), request_for())
    assert told.given[0][1] == {}


async def test_reasoning_in_every_place(request_for: Make) -> None:
    pieces = [
        AIMessageChunk("", additional_kwargs={"reasoning_content": "a"}),
        AIMessageChunk([{"type": "reasoning", "reasoning": "b"}]),
        AIMessageChunk([{"type": "thinking", "thinking": "c"}, {"type": "text", "text": "Yes"}]),
        AIMessageChunk([{"type": "text", "text": "."}, {"type": "image", "url": "x"}]),
    ]
    assert joined(await collect(wrap_chat_model(Told(pieces=pieces)), request_for())) == ("Yes.", "abc")


async def test_inline_reasoning(request_for: Make) -> None:
    pieces = [AIMessageChunk("<think>Hm."), AIMessageChunk("</think>Yes.")]
    assert joined(await collect(wrap_chat_model(Told(pieces=pieces)), request_for())) == ("Yes.", "Hm.")


async def test_usage_in_portions_adds_up_as_langchain_has_it(request_for: Make) -> None:
    pieces = [
        AIMessageChunk("", usage_metadata=usage(input_tokens=100, input_token_details={"cache_read": 40})),
        AIMessageChunk("Yes.", usage_metadata=usage(output_tokens=3)),
        AIMessageChunk(
            "", usage_metadata=usage(output_tokens=4), response_metadata={"stop_reason": "end_turn"}
        ),
    ]
    deltas = await collect(wrap_chat_model(Told(pieces=pieces)), request_for())
    assert deltas[-1].usage == Usage(100, 40, 7, 0)
    assert deltas[-1].finish_reason == "stop"


@pytest.mark.parametrize(
    ("metadata", "finish"),
    [
        ({"finish_reason": "length"}, "length"),
        ({"stop_reason": "max_tokens"}, "length"),
        ({"finish_reason": "MAX_TOKENS"}, "length"),
        ({"done_reason": "stop"}, "stop"),
        ({"finish_reason": "content_filter"}, "content_filter"),
        ({}, None),
        ({"finish_reason": "FINISH_REASON_STOP"}, "stop"),
    ],
)
async def test_finish_words(metadata: dict[str, str], finish: str | None, request_for: Make) -> None:
    pieces = [AIMessageChunk("Yes.", response_metadata={**metadata, "model_name": "m-1"})]
    last = (await collect(wrap_chat_model(Told(pieces=pieces)), request_for()))[-1]
    assert (last.finish_reason, last.model) == (finish, "m-1")


@pytest.mark.parametrize(
    ("raised", "ours", "retryable"),
    [
        (langchain.ModelRateLimitError("slow"), errors.RateLimited, True),
        (langchain.ModelAuthenticationError("who"), errors.AuthenticationFailed, False),
        (langchain.ModelNotFoundError("what"), errors.ModelUnavailable, False),
        (langchain.ModelTimeoutError("late"), errors.ConnectionFailed, True),
        (ConnectionResetError("reset"), errors.ConnectionFailed, False),
        (ValueError(f"bad {CANARY}"), errors.BadResponse, False),
        (RuntimeError(""), errors.BadResponse, False),
    ],
)
async def test_errors_become_ours(
    raised: Exception, ours: type[errors.ProviderError], retryable: bool, request_for: Make
) -> None:
    model = wrap_chat_model(Told(pieces=[AIMessageChunk("It"), raised]))
    with pytest.raises(ours) as found:
        await collect(model, request_for())
    assert found.value.retryable is retryable
    assert CANARY not in found.value.message and "told" in found.value.message


async def test_cancelling_reaches_the_model(request_for: Make) -> None:
    told = Told(pieces=[AIMessageChunk("It"), None])
    stream = wrap_chat_model(told).stream(request_for())
    assert (await anext(stream)).answer == "It"
    await stream.aclose()
    assert told.closed


def test_what_is_known_of_it() -> None:
    told = Told(profile={"max_input_tokens": 200_000, "max_output_tokens": 8_192})
    spec = wrap_chat_model(told).spec
    assert (spec.provider, spec.model_id) == ("told", "told-1")
    assert (spec.context_window, spec.max_output_tokens, spec.counts_exactly) == (200_000, 8_192, False)
    assert wrap_chat_model(Told()).spec.notes
    given = ModelSpec("mine", "m", 1_000)
    assert wrap_chat_model(Told(), given).spec is given
