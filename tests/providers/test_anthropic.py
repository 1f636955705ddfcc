"""Anthropic's own format: what is sent, what is marked for the cache, what is billed, how it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import CANARY
from provider_server import Answer, error_answer, frame, serving
from wires import CATALOG, collect, joined, open_at, stream_of

from docanalyst.domain import errors
from docanalyst.domain.models import Usage, cost_of
from docanalyst.domain.request import Exchange, Request

pytestmark = pytest.mark.anyio

Make = Callable[..., Request]
SPEC = CATALOG.provider("anthropic").models["claude-sonnet-5-5"].spec


async def test_the_documents_are_marked_and_the_same_in_every_turn(request_for: Make) -> None:
    first, second = request_for("When?"), request_for("And?", history=(Exchange("When?", "In 2030."),))
    async with serving(Answer(stream_of("anthropic", ["Yes."]))) as server:
        for request in (first, second):
            await collect(open_at(server, SPEC), request)
    bodies = [seen.json for seen in server.seen]
    blocks = [body["messages"][0]["content"] for body in bodies]
    assert blocks[0][0] == blocks[1][0]
    assert blocks[0][0]["cache_control"] == {"type": "ephemeral"}
    assert blocks[0][0]["text"].endswith(first.packed.text)
    assert "cache_control" not in blocks[0][1]
    assert [item["role"] for item in bodies[1]["messages"]] == ["user", "assistant", "user"]
    assert next(iter(bodies[0])) == "model" and "temperature" not in bodies[0]
    headers = server.seen[0].headers
    assert (headers["x-api-key"], headers["anthropic-version"]) == (CANARY, "2023-06-01")
    assert "authorization" not in headers and server.seen[0].path == "/v1/messages"


async def test_what_is_written_to_the_cache_costs_more(request_for: Make) -> None:
    start = {"input_tokens": 10, "cache_creation_input_tokens": 1_000, "output_tokens": 1}
    frames = [
        {"type": "message_start", "message": {"usage": start}},
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "Yes."}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}},
        {"type": "message_stop"},
    ]
    async with serving(Answer([frame(item) for item in frames])) as server:
        last = (await collect(open_at(server, SPEC), request_for()))[-1]
    assert last.usage == Usage(1_010, 0, 5, written_tokens=1_000)
    cost = cost_of(last.usage, SPEC.price)
    assert cost and cost.micros == round(10 * 2.0 + 1_000 * 2.5 + 5 * 10.0)


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("end_turn", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "refusal"),
        ("pause_turn", "pause_turn"),
        ("tool_use", "tool_use"),
    ],
)
async def test_ends(reason: str, finish: str, request_for: Make) -> None:
    async with serving(Answer(stream_of("anthropic", ["Yes."], finish=reason))) as server:
        deltas = await collect(open_at(server, SPEC), request_for())
    assert (joined(deltas)[0], deltas[-1].finish_reason) == ("Yes.", finish)


async def test_a_stream_that_breaks_off(request_for: Make) -> None:
    async with serving(Answer(stream_of("anthropic", ["Yes."], end=False))) as server:
        with pytest.raises(errors.ConnectionFailed):
            await collect(open_at(server, SPEC), request_for())


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (529, "overloaded_error", errors.BadResponse),
        (429, "rate_limit_error", errors.RateLimited),
        (401, "authentication_error", errors.AuthenticationFailed),
        (404, "not_found_error", errors.ModelUnavailable),
    ],
)
async def test_refusals(status: int, kind: str, error: type[errors.ProviderError], request_for: Make) -> None:
    body: dict[str, Any] = {"type": "error", "error": {"type": kind, "message": "Not now."}}
    async with serving(error_answer(status, body)) as server:
        with pytest.raises(error, match="Not now"):
            await collect(open_at(server, SPEC, max_retries=0), request_for())
    async with serving(Answer([frame(body)])) as server:
        with pytest.raises(error, match="Not now"):
            await collect(open_at(server, SPEC, max_retries=0), request_for())


async def test_a_prompt_that_is_too_long(request_for: Make) -> None:
    message = "prompt is too long: 1000123 tokens > 1000000 maximum"
    body = {"type": "error", "error": {"type": "invalid_request_error", "message": message}}
    async with serving(error_answer(400, body)) as server:
        with pytest.raises(errors.ProviderError, match="does not fit"):
            await collect(open_at(server, SPEC), request_for())
