"""A request through a real socket, in the OpenAI format: what is sent, what comes back, what goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import pytest
from conftest import CANARY
from provider_server import Answer, Server, serving, sse_reply

from docanalyst.domain.models import Delta, Usage
from docanalyst.domain.request import Request
from docanalyst.providers import open_model
from docanalyst.providers.catalog import load_catalog
from docanalyst.providers.model import Model, Options

pytestmark = pytest.mark.anyio

Make = Callable[..., Request]


def model_at(
    server: Server, provider: str = "groq", model: str = "openai/gpt-oss-120b", **options: Any
) -> Model:
    catalog = load_catalog()
    entry = catalog.provider(provider)
    variables = {f"{entry.variable}_BASE_URL": server.url + "/openai/v1"}
    if entry.key_variables:
        variables[entry.key_variables[0]] = CANARY

    async def at_once(seconds: float) -> None:
        await asyncio.sleep(0)

    options.setdefault("sleep", at_once)
    found = entry.model(model)
    assert found
    return open_model(found.spec, lookup=variables.get, options=Options(**options))


async def collect(model: Model, request: Request) -> list[Delta]:
    async with aclosing(model.stream(request)) as deltas:
        found = [item async for item in deltas]
    await model.aclose()
    return found


def answer_of(deltas: list[Delta]) -> tuple[str, str]:
    answer = reasoning = ""
    for item in deltas:
        if item.was_reasoning:
            answer, reasoning = "", reasoning + answer
        answer += item.answer
        reasoning += item.reasoning
    return answer, reasoning


async def test_an_answer_streams(request_for: Make) -> None:
    async with serving(Answer([sse_reply("It ends ", "in 2030.")])) as server:
        deltas = await collect(model_at(server), request_for())
    assert answer_of(deltas) == ("It ends in 2030.", "")
    assert [item.finish_reason for item in deltas] == [None, None, "stop"]
    assert deltas[-1].usage == Usage(120, 100, 30, 20)
    assert deltas[-1].model == "served-model"
    sent = server.seen[0]
    assert sent.path == "/openai/v1/chat/completions"
    assert sent.headers["authorization"] == f"Bearer {CANARY}"
    assert sent.body.startswith(b'{"model":"openai/gpt-oss-120b","messages":')
    assert sent.json["max_completion_tokens"] == 4096
    assert sent.json["messages"] == [
        {"role": item.role, "content": item.content} for item in request_for().messages()
    ]
