"""The same answers and faults in every wire format that the tests speak."""

from __future__ import annotations

import asyncio
import json
import struct
from contextlib import aclosing
from typing import Any
from zlib import crc32

from conftest import CANARY
from provider_server import Answer, Server, delta, frame

from docanalyst.domain.models import Delta, ModelSpec
from docanalyst.domain.request import Request
from docanalyst.providers.catalog.catalog import Catalog, load_catalog
from docanalyst.providers.catalog.entry import ProviderEntry
from docanalyst.providers.model import Model, Options
from docanalyst.providers.opening import open_model

CATALOG = load_catalog()
USED = {"input": 120, "cached": 100, "output": 30, "reasoning": 20}


def variables_for(provider: ProviderEntry, server: Server, path: str = "/v1") -> dict[str, str]:
    """The variables that point a provider at a test server, with the canary as its key."""
    base = server.url + (path if provider.dialect in ("openai", "anthropic") else "")
    variables = {f"{provider.variable}_BASE_URL": base}
    if provider.key_variables:
        variables[provider.key_variables[0]] = CANARY
    return variables


async def at_once(seconds: float) -> None:
    """A wait that takes no time."""
    await asyncio.sleep(0)


def open_at(
    server: Server, spec: ModelSpec, *, catalog: Catalog = CATALOG, path: str = "/v1", **options: Any
) -> Model:
    """A model of the catalog at a test server."""
    options.setdefault("sleep", at_once)
    lookup = variables_for(catalog.provider(spec.provider), server, path).get
    return open_model(spec, lookup=lookup, options=Options(**options), catalog=catalog)


async def collect(model: Model, request: Request) -> list[Delta]:
    """All deltas of one answer."""
    async with aclosing(model.stream(request)) as deltas:
        found = [item async for item in deltas]
    await model.aclose()
    return found


def joined(deltas: list[Delta]) -> tuple[str, str]:
    """Answer and reasoning."""
    answer = reasoning = ""
    for item in deltas:
        answer += item.answer
        reasoning += item.reasoning
    return answer, reasoning


def stream_of(
    dialect: str,
    answer: list[str],
    reasoning: list[str] = (),  # type: ignore[assignment]
    finish: str = "stop",
    *,
    field: str = "reasoning",
    usage: bool = True,
    end: bool = True,
) -> list[bytes]:
    """The frames of an answer. end: False leaves out whatever says that the model has ended."""
    if dialect == "ollama":
        rows: list[dict[str, Any]] = [{"message": {"thinking": text, "content": ""}} for text in reasoning]
        rows += [{"message": {"content": text}} for text in answer]
        if end:
            counts = {"prompt_eval_count": 120, "eval_count": 30} if usage else {}
            rows.append({"message": {"content": ""}, "done": True, "done_reason": finish, **counts})
        return [json.dumps({"model": "served-model", "done": False, **row}).encode() + b"\n" for row in rows]
    if dialect == "anthropic":
        begun = {"input_tokens": 20, "cache_read_input_tokens": 100, "output_tokens": 1}
        found: list[dict[str, Any]] = [
            {"type": "message_start", "message": {"model": "served-model", "usage": begun if usage else {}}},
            *(_block("thinking_delta", "thinking", text) for text in reasoning),
            {"type": "ping"},
            *(_block("text_delta", "text", text) for text in answer),
        ]
        if end:
            reason = {"stop": "end_turn", "length": "max_tokens"}.get(finish, finish)
            counts = {"output_tokens": 30} if usage else {}
            found.append({"type": "message_delta", "delta": {"stop_reason": reason}, "usage": counts})
            found.append({"type": "message_stop"})
        return [b"event: " + item["type"].encode() + b"\n" + frame(item) for item in found]
    if dialect == "bedrock":
        events = [("messageStart", {"role": "assistant"})]
        for text in reasoning:
            events.append(("contentBlockDelta", {"delta": {"reasoningContent": {"text": text}}}))
        for text in answer:
            events.append(("contentBlockDelta", {"delta": {"text": text}, "contentBlockIndex": 1}))
        if end:
            reason = {"stop": "end_turn", "length": "max_tokens"}[finish]
            events += [("contentBlockStop", {}), ("messageStop", {"stopReason": reason})]
            if usage:
                counts = {
                    "inputTokens": 20,
                    "outputTokens": 30,
                    "totalTokens": 50,
                    "cacheReadInputTokens": 100,
                }
                events.append(("metadata", {"usage": counts}))
        return [aws_event(kind, payload) for kind, payload in events]
    frames = [frame(delta("", role="assistant"))]
    frames += [frame(delta(None, **{field: text})) for text in reasoning]
    frames += [frame(delta(text)) for text in answer]
    if end:
        frames.append(frame(delta(finish=finish)))
        if usage:
            counts = {
                "prompt_tokens": 120,
                "completion_tokens": 30,
                "prompt_tokens_details": {"cached_tokens": 100},
                "completion_tokens_details": {"reasoning_tokens": 20},
            }
            frames.append(frame({"model": "served-model", "choices": [], "usage": counts}))
        frames.append(b"data: [DONE]\n\n")
    return frames


def _block(kind: str, name: str, text: str) -> dict[str, Any]:
    return {"type": "content_block_delta", "delta": {"type": kind, name: text}}


CONTENT_TYPES = {
    "openai": "text/event-stream; charset=utf-8",
    "anthropic": "text/event-stream; charset=utf-8",
    "ollama": "application/x-ndjson",
    "bedrock": "application/vnd.amazon.eventstream",
}


def answering(dialect: str, *parts: Any, **fields: Any) -> Answer:
    """An answer with the format's content type."""
    return Answer(list(parts), content_type=CONTENT_TYPES[dialect], **fields)


def error_frame(dialect: str, message: str, code: str) -> bytes:
    """An error inside a stream that began well."""
    if dialect == "ollama":
        return json.dumps({"error": message}).encode() + b"\n"
    if dialect == "anthropic":
        failure = {"type": "error", "error": {"type": code, "message": message}}
        return b"event: error\n" + frame(failure)
    if dialect == "bedrock":
        return aws_event(code, {"message": message}, exception=True)
    return b"event: error\n" + frame({"error": {"message": message, "code": code, "type": "server_error"}})


def aws_event(kind: str, payload: Any, *, exception: bool = False) -> bytes:
    """One message of AWS's binary event stream."""
    headers = {
        ":exception-type" if exception else ":event-type": kind,
        ":content-type": "application/json",
        ":message-type": "exception" if exception else "event",
    }
    head = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for name, value in headers.items()
    )
    body = json.dumps(payload).encode()
    prelude = struct.pack(">II", 12 + len(head) + len(body) + 4, len(head))
    prelude += struct.pack(">I", crc32(prelude))
    return prelude + head + body + struct.pack(">I", crc32(prelude + head + body))
