"""One contract for every row of the catalog, through a real socket, in the row's own wire format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import CANARY
from provider_server import Seen, serving
from wires import CATALOG, answering, collect, joined, open_at, stream_of, variables_for

from docanalyst.domain.models import Usage, cost_of
from docanalyst.domain.request import Request
from docanalyst.providers import create_chat_model, wrap_chat_model
from docanalyst.providers.catalog.entry import ModelEntry, ProviderEntry

pytestmark = pytest.mark.anyio

Make = Callable[..., Request]

ROWS = [
    pytest.param(provider, entry, id=f"{provider.name}/{name}")
    for provider in CATALOG
    if not provider.offline
    for name, entry in provider.models.items()
]


def body_of(seen: Seen, provider: ProviderEntry) -> dict[str, Any]:
    """The fields that matter, in one shape for all formats."""
    body: dict[str, Any] = seen.json
    if provider.dialect == "bedrock":
        settings = body["inferenceConfig"]
        messages = [{"role": "system", "content": body["system"][0]["text"]}]
        messages += [{"role": m["role"], "content": m["content"][0]["text"]} for m in body["messages"]]
        more = body.get("additionalModelRequestFields", {})
        return {"messages": messages, "output": settings["maxTokens"], **more}
    if provider.dialect == "anthropic":
        messages = [{"role": "system", "content": body["system"]}]
        for item in body["messages"]:
            parts = item["content"] if isinstance(item["content"], list) else [{"text": item["content"]}]
            messages.append({"role": item["role"], "content": "".join(part["text"] for part in parts)})
        return {**body, "messages": messages, "output": body["max_tokens"]}
    if provider.dialect == "ollama":
        return {**body, "output": body["options"]["num_predict"]}
    return body


@pytest.mark.parametrize(("provider", "entry"), ROWS)
async def test_a_row_answers(provider: ProviderEntry, entry: ModelEntry, request_for: Make) -> None:
    frames = stream_of(provider.dialect, ["It ends ", "in 2030."], ["Let me ", "see."])
    request = request_for()
    async with serving(answering(provider.dialect, *frames)) as server:
        model = open_at(server, entry.spec)
        deltas = await collect(model, request)
        seen = server.seen[0]
    assert joined(deltas) == ("It ends in 2030.", "Let me see.")
    assert len([item for item in deltas if item.answer]) == 2
    last = deltas[-1]
    assert last.finish_reason == "stop"
    assert last.model == ("served-model" if provider.dialect != "bedrock" else entry.spec.model_id)
    assert [item for item in deltas if item.usage or item.finish_reason] == [last]
    cached, reasoning = (0, 0) if provider.dialect == "ollama" else (100, 20)
    if provider.dialect in ("bedrock", "anthropic"):
        reasoning = 0
    assert last.usage == Usage(120, cached, 30, reasoning)
    if entry.spec.price is not None:
        cost = cost_of(last.usage, entry.spec.price)
        assert cost and cost.micros >= 0 and (cost.micros > 0) is not provider.local

    header = provider.auth if provider.auth in ("api-key", "x-api-key") else "authorization"
    assert (CANARY in seen.headers.get(header, "")) is (provider.auth != "none")
    assert CANARY not in seen.path and CANARY.encode() not in seen.body
    body = body_of(seen, provider)
    assert body["messages"][-1]["content"].startswith(request.messages()[-1].content)
    assert body["messages"][0] == {"role": "system", "content": "Answer from the documents."}
    assert None not in body.values()
    if provider.dialect == "openai":
        assert seen.path == "/v1/chat/completions"
        assert seen.body.startswith(b'{"model":')
        assert body["stream"] is True
        assert body.get("stream_options") == ({"include_usage": True} if provider.stream_usage else None)
        limits = {"max_tokens", "max_completion_tokens"} & body.keys()
        assert limits == {entry.max_output_field or provider.max_output_field}
        assert body[limits.pop()] == request.max_output
        assert body["model"] == entry.spec.model_id
    else:
        assert body["output"] == request.max_output
    if provider.dialect == "ollama":
        assert body["truncate"] is False and body["options"]["num_ctx"] == 16_384


@pytest.mark.parametrize(("provider", "entry"), ROWS)
@pytest.mark.parametrize("thinking", [True, False, None])
async def test_a_row_thinks_as_it_is_told(
    provider: ProviderEntry, entry: ModelEntry, thinking: bool | None, request_for: Make
) -> None:
    async with serving(answering(provider.dialect, *stream_of(provider.dialect, ["Yes."]))) as server:
        await collect(open_at(server, entry.spec), request_for(thinking=thinking, max_output=12_288))
        body = body_of(server.seen[0], provider)
    preset = entry.thinking
    question = body["messages"][-1]["content"]
    if preset is None:
        assert (
            not {"reasoning_effort", "enable_thinking", "think", "reasoning", "chat_template_kwargs"}
            & body.keys()
        )
        return
    expected = {True: preset.on, False: preset.off, None: preset.unset}[thinking]
    assert {name: body[name] for name in expected} == dict(expected)
    assert question.endswith(" /no_think") is (thinking is False and bool(preset.off_suffix))
    if thinking and preset.budget_field:
        assert body[preset.budget_field] == 8_192
    if thinking is False and not preset.always:
        assert expected or preset.off_suffix
    if preset.always:
        assert "none" not in (body.get("reasoning_effort"), body.get("think"))


@pytest.mark.parametrize(("provider", "entry"), ROWS)
async def test_a_row_answers_through_langchain_alike(
    provider: ProviderEntry, entry: ModelEntry, request_for: Make
) -> None:
    frames = stream_of(provider.dialect, ["It ends ", "in 2030."], ["Hm."])
    async with serving(answering(provider.dialect, *frames)) as server:
        lookup = variables_for(provider, server).get
        chat_model = create_chat_model(provider.name, entry.spec.model_id, lookup=lookup)
        through = await collect(wrap_chat_model(chat_model), request_for())
        straight = await collect(open_at(server, entry.spec), request_for())
        bodies = [body_of(seen, provider) for seen in server.seen]
    assert joined(through) == joined(straight)
    assert (through[-1].usage, through[-1].finish_reason) == (straight[-1].usage, "stop")
    assert through[-1].model == straight[-1].model
    assert bodies[0]["messages"] == bodies[1]["messages"]
