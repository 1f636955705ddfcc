"""Streams as broken, proxied and lying hosts send them, and how each ends.

Long frames stay on one line, as they are on the wire.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import pytest
from provider_server import Answer, delta, frame, serving
from wires import CATALOG, aws_event, joined, open_at

from docanalyst.domain.endings import failure_at_end, status_of_end
from docanalyst.domain.errors import DocanalystError, ProviderError
from docanalyst.domain.models import Delta
from docanalyst.domain.request import Request

pytestmark = pytest.mark.anyio

Make = Callable[..., Request]
GROQ = CATALOG.provider("groq").models["openai/gpt-oss-120b"].spec
OLLAMA = CATALOG.provider("ollama").models["qwen3:32b"].spec
BEDROCK = next(iter(CATALOG.provider("bedrock-converse").models.values())).spec
VLLM = CATALOG.provider("vllm").models["Qwen/Qwen3-32B"].spec
TEXT = "The rent is due, except"
DONE = b"data: [DONE]\n\n"
STOP = frame(delta(finish="stop"))


async def outcome(
    answer: Answer, request: Request, spec: Any = GROQ, **options: Any
) -> tuple[str, str, str, int]:
    """How a turn over this answer would stand: status, answer, reasoning or the error's words, requests."""
    kept: list[Delta] = []
    words = ""
    async with serving(answer) as server:
        model = open_at(server, spec, max_retries=0, **options)
        try:
            async with aclosing(model.stream(request)) as deltas:
                async for item in deltas:
                    kept.append(item)
        except ProviderError as error:
            words = error.message
        await model.aclose()
        sent = len(server.seen)
    text, reasoning = joined(kept)
    finish = kept[-1].finish_reason if kept else None
    if words:
        return ("interrupted" if text or reasoning else "failed"), text, words, sent
    stopped = failure_at_end("groq", finish, text, reasoning)
    return status_of_end(finish, text).value, text, stopped.message if stopped else reasoning, sent


def parts(*items: Any) -> list[bytes]:
    return [item if isinstance(item, bytes) else frame(item) for item in items]


def rows(*items: dict[str, Any]) -> list[bytes]:
    return [json.dumps(item).encode() + b"\n" for item in items]


OPENAI: dict[str, tuple[list[bytes], str, str, str]] = {
    # name: (frames, status, answer, words that the error or the reasoning holds)
    "a finish in capitals with blanks": (
        parts(delta(TEXT), delta(finish=" Stop "), DONE),
        "complete",
        TEXT,
        "",
    ),
    "a word of tomorrow": (
        parts(delta(TEXT), delta(finish="budget_spent"), DONE),
        "interrupted",
        TEXT,
        "budget",
    ),
    "a stop that is an object": (
        parts(delta(TEXT), delta(finish={"reason": "stop"}), DONE),
        "interrupted",
        TEXT,
        "stopped the answer",
    ),
    "a stop that is true": (parts(delta(TEXT), delta(finish=True), DONE), "interrupted", TEXT, "True"),
    "a stop, and then a filter": (
        parts(delta(TEXT), STOP, delta(finish="content_filter"), DONE),
        "interrupted",
        TEXT,
        "filter",
    ),
    "a limit, and then a filter": (
        parts(delta(TEXT), delta(finish="length"), delta(finish="content_filter"), DONE),
        "interrupted",
        TEXT,
        "filter",
    ),
    "the host's own word behind a router's stop": (
        parts(
            delta(TEXT),
            {"choices": [{"delta": {}, "finish_reason": "stop", "native_finish_reason": "pause"}]},
            DONE,
        ),
        "interrupted",
        TEXT,
        "pause",
    ),
    "a tool call under a stop": (
        parts(delta(TEXT), delta(None, tool_calls=[{"index": 0}]), STOP, DONE),
        "interrupted",
        TEXT,
        "tool",
    ),
    "an old function call": (
        parts(delta(TEXT), delta(None, function_call={"name": "f"}), STOP, DONE),
        "interrupted",
        TEXT,
        "tool",
    ),
    "a finish of another choice alone": (
        parts(delta(TEXT), {"choices": [{"index": 1, "delta": {}, "finish_reason": "stop"}]}, DONE),
        "interrupted",
        TEXT,
        "without saying",
    ),
    "errors as a list": (parts(delta(TEXT), {"errors": [{"msg": "x"}]}, DONE), "interrupted", TEXT, "failed"),
    "an error that is only a code": (parts(delta(TEXT), {"code": 1302}, DONE), "interrupted", TEXT, "1302"),
    "an error that is true": (parts(delta(TEXT), {"error": True}, DONE), "interrupted", TEXT, "failed"),
    "an error beside a choice": (
        parts(delta(TEXT), {**delta(""), "error": {"message": "gone"}}, DONE),
        "interrupted",
        TEXT,
        "gone",
    ),
    "a type that says error": (
        parts(delta(TEXT), {"type": "error", "message": "overloaded"}, DONE),
        "interrupted",
        TEXT,
        "overloaded",
    ),
    "an error line between frames": (
        parts(delta(TEXT), b'error: {"message":"slot died","code":500}\n', STOP, DONE),
        "interrupted",
        TEXT,
        "slot died",
    ),
    "an error line without JSON": (
        parts(delta(TEXT), b"error: out of memory\n\n", DONE),
        "interrupted",
        TEXT,
        "out of memory",
    ),
    "a page in the middle": (
        parts(delta(TEXT), b"<html><title>504 Gateway Time-out</title></html>"),
        "interrupted",
        TEXT,
        "broke off",
    ),
    "an object that says nothing known": (
        parts(delta(TEXT), {"status": "queued"}, DONE),
        "interrupted",
        TEXT,
        "queued",
    ),
    "unknown fields beside a choice": (
        parts({**delta(TEXT), "citations": [], "perf": {"x": 1}}, STOP, DONE),
        "complete",
        TEXT,
        "",
    ),
    "usage beside unknown fields": (
        parts(delta(TEXT), STOP, {"choices": [], "usage": {"prompt_tokens": 9}, "perf_metrics": {}}, DONE),
        "complete",
        TEXT,
        "",
    ),
    "frames parted by one line end": (
        [
            b"".join(
                part[:-1] for part in parts(delta("The rent "), delta("is due."), delta(finish="stop"), DONE)
            )
        ],
        "complete",
        "The rent is due.",
        "",
    ),
    "a mark of byte order and carriage returns": (
        [b"\xef\xbb\xbf" + b"".join(parts(delta(TEXT), STOP, DONE)).replace(b"\n", b"\r")],
        "complete",
        TEXT,
        "",
    ),
    "a character cut in two escapes over three frames": (
        [
            b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\n',
            b'data: {"choices":[{"delta":{"content":""}}]}\n\n',
            b'data: {"choices":[{"delta":{"content":"\\ude00!"}}]}\n\n',
            STOP,
        ],
        "complete",
        "😀!",
        "",
    ),
    "thoughts and no word": (
        parts(delta(None, reasoning="Hm."), STOP, DONE),
        "interrupted",
        "",
        "only reasoning",
    ),
    "blanks alone": (parts(delta(" \n"), STOP, DONE), "interrupted", " \n", "no answer"),
    "text that goes on after a stop": (
        parts(delta(TEXT, finish="stop"), delta(" in May"), delta(finish="stop")),
        "interrupted",
        TEXT + " in May",
        "broke off",
    ),
    "channels that never reach the last": (
        parts(delta("<|channel|>analysis<|message|>Let me see"), STOP, DONE),
        "interrupted",
        "",
        "only reasoning",
    ),
    "a quoted tag after true thoughts": (
        parts(delta("<think>Hm.</think>It ends with </think> there."), STOP, DONE),
        "complete",
        "It ends with </think> there.",
        "Hm.",
    ),
    "an integer that JSON has no end for": (
        parts(
            delta(TEXT),
            delta(finish="stop"),
            b'data: {"choices":[],"usage":{"prompt_tokens":1e999}}\n\n',
            DONE,
        ),
        "complete",
        TEXT,
        "",
    ),
    "counts that are no numbers": (
        parts(delta(TEXT), STOP, b'data: {"choices":[],"usage":{"prompt_tokens":NaN}}\n\n', DONE),
        "complete",
        TEXT,
        "",
    ),
}


@pytest.mark.parametrize("name", OPENAI)
async def test_a_stream_of_events(name: str, request_for: Make) -> None:
    frames, status, text, words = OPENAI[name]
    found = await outcome(Answer(frames), request_for())
    assert (found[0], found[1], found[3]) == (status, text, 1), found
    assert words in found[2]


@pytest.mark.parametrize("name", OPENAI)
async def test_the_same_under_another_content_type_and_in_single_bytes(name: str, request_for: Make) -> None:
    frames, status, text, _ = OPENAI[name]
    if sum(map(len, frames)) > 600:
        frames = [b"".join(frames)]
    single = [bytes([byte]) for part in frames for byte in part]
    found = await outcome(Answer(single, content_type="text/plain"), request_for())
    assert (found[0], found[1]) == (status, text)


@pytest.mark.parametrize(
    ("last", "status"),
    [
        ({"done": True, "done_reason": "stop"}, "complete"),
        ({"done": True}, "complete"),
        ({"done": True, "done_reason": "length"}, "truncated"),
        ({"done": True, "done_reason": "unload"}, "interrupted"),
        ({"done": True, "done_reason": "load"}, "interrupted"),
        ({"done": True, "done_reason": ""}, "interrupted"),
        ({"done": True, "done_reason": None}, "interrupted"),
        ({"done": "true", "message": {}}, "interrupted"),
        ({"error": "llama runner died"}, "interrupted"),
        ({"status": "pulling"}, "interrupted"),
    ],
)
async def test_ollama(last: dict[str, Any], status: str, request_for: Make) -> None:
    lines = rows({"message": {"content": TEXT}, "done": False}, last)
    found = await outcome(Answer(lines, content_type="application/json"), request_for(), OLLAMA)
    assert found[:2] == (status, TEXT)


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("end_turn", "complete"),
        ("stop_sequence", "complete"),
        ("max_tokens", "truncated"),
        ("model_context_window_exceeded", "truncated"),
        ("guardrail_intervened", "interrupted"),
        ("content_filtered", "interrupted"),
        ("tool_use", "interrupted"),
        ("malformed_model_output", "interrupted"),
        ("", "interrupted"),
        (None, "interrupted"),
    ],
)
async def test_bedrock(reason: str | None, status: str, request_for: Make) -> None:
    events = [
        aws_event("contentBlockDelta", {"delta": {"text": TEXT}}),
        aws_event("messageStop", {"stopReason": reason} if reason is not None else {}),
    ]
    answer = Answer(events, content_type="application/vnd.amazon.eventstream")
    assert (await outcome(answer, request_for(), BEDROCK))[:2] == (status, TEXT)


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"<html><title>Portal</title></html>", "text/event-stream", "Portal"),
        (b"Service unavailable", "text/plain", "Service unavailable"),
        (b"", "application/json", "nothing"),
        (b'{"choices":[{"message":{"content":"Half', "application/json", "instead of an answer"),
        (b'\xef\xbb\xbf{"error":{"message":"no GPU","code":400}}', "application/json", "no GPU"),
        (b'{"choices":[{"message":{"content":"Half"}}]}', "application/json", "without saying"),
    ],
)
async def test_what_is_no_stream(body: bytes, kind: str, words: str, request_for: Make) -> None:
    found = await outcome(Answer([body] if body else [], content_type=kind), request_for())
    assert found[0] in ("failed", "interrupted") and words in found[2]


async def test_no_limit_of_silence_on_ones_own_server(request_for: Make) -> None:
    from docanalyst.providers.model import Options
    from docanalyst.providers.wire.endpoint import resolve
    from docanalyst.providers.wire.transport import silence_allowed

    here = resolve(CATALOG.provider("vllm"), {}.get)
    away = resolve(CATALOG.provider("vllm"), {"VLLM_BASE_URL": "http://gpu.example.com/v1"}.get)
    proxy = {"GROQ_API_KEY": "k" * 9, "DOCANALYST_GROQ_BASE_URL": "http://127.0.0.1:1/v1"}
    assert silence_allowed(here, Options()) is None
    assert silence_allowed(away, Options()) == 600.0
    assert silence_allowed(resolve(CATALOG.provider("groq"), proxy.get), Options()) == 600.0
    assert silence_allowed(here, Options(read_timeout=7.0)) == 7.0
    slow = Answer([frame(delta("Yes.")), 0.3, STOP, DONE])
    assert (await outcome(slow, request_for(), VLLM))[0] == "complete"
    silent = Answer([frame(delta("Yes.")), 0.5, STOP, DONE])
    status, _, words, _ = await outcome(silent, request_for(), VLLM, read_timeout=0.1)
    assert status == "interrupted" and "silent for 0.1 s" in words


def test_every_error_of_an_end_says_what_and_what_next() -> None:
    for reason in ("abort", "content_filter", "tool_calls", "stop", None, "x" * 500, "a\x1b[2J\n"):
        for text in ("", "Half an answer"):
            found = failure_at_end("groq", reason, text)
            if reason == "stop" and text:
                assert found is None
                continue
            assert isinstance(found, DocanalystError) and found.exit_code == 5
            assert found.message.endswith(".") and found.hint.endswith(".")
            assert len(found.message) < 200 and found.message.isprintable()
