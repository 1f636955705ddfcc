"""Every provider against every fault: which error, how many requests, what was kept, and no key anywhere."""

from __future__ import annotations

import gzip
import json
import logging
import traceback
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import pytest
from conftest import CANARY
from provider_server import Answer, error_answer, serving
from wires import CATALOG, CONTENT_TYPES, answering, error_frame, joined, open_at, stream_of

from docanalyst.domain import errors
from docanalyst.domain.models import Delta
from docanalyst.domain.request import Request
from docanalyst.providers.catalog.entry import ProviderEntry
from docanalyst.providers.model import Waiting
from docanalyst.providers.wire.faults import Overflow

pytestmark = pytest.mark.anyio

Make = Callable[..., Request]


def refusal(message: str, code: Any = None) -> dict[str, Any]:
    """A body as the OpenAI format has it; it repeats the key, as some providers do."""
    return {"error": {"message": f"{message} (key {CANARY})", "code": code}}


def good(dialect: str, **fields: Any) -> Answer:
    return answering(dialect, *stream_of(dialect, ["It ends ", "in 2030."]), **fields)


def cut(dialect: str, **fields: Any) -> Answer:
    return answering(dialect, *stream_of(dialect, ["It ends"], end=False), **fields)


@dataclass(frozen=True)
class Fault:
    """What a server does (answer after answer), and what must come of it. kept: the answer so far."""

    answers: Callable[[str], Sequence[Answer]]
    error: type[errors.ProviderError] | None
    requests: int
    kept: str = ""
    words: str = ""
    options: tuple[tuple[str, Any], ...] = ()


def always(status: int, body: Any, **headers: str) -> Callable[[str], Sequence[Answer]]:
    return lambda dialect: [error_answer(status, body, **headers)]


def once(status: int, body: Any, **headers: str) -> Callable[[str], Sequence[Answer]]:
    return lambda dialect: [error_answer(status, body, **headers), good(dialect)]


def malformed(dialect: str) -> bytes:
    start = b"".join(stream_of(dialect, ["It ends"], end=False))
    broken = {
        "openai": b'data: {"choices": [\n\n',
        "ollama": b'{"message":\n',
        "bedrock": b"\x00" * 40,
        "anthropic": b'data: {"type":\n\n',
    }
    return start + broken[dialect]


WHOLE = "It ends in 2030."
BUSY = refusal("Rate limit reached", "rate_limit_exceeded")
FAULTS = {
    "400 overflow": Fault(
        always(400, refusal("Please reduce the length of the messages", "context_length_exceeded")),
        Overflow,
        1,
        words="does not fit",
    ),
    "400 of another kind": Fault(always(400, refusal("nonsense")), errors.BadResponse, 1),
    "401": Fault(always(401, refusal("Incorrect API key")), errors.AuthenticationFailed, 1),
    "402": Fault(always(402, {"error": f"no credits {CANARY}"}), errors.PaymentRequired, 1, words="credit"),
    "403": Fault(always(403, {"message": "denied"}), errors.AuthenticationFailed, 1),
    "404 retired": Fault(
        always(404, refusal("The model does not exist", "model_not_found")), errors.ModelUnavailable, 1
    ),
    "413": Fault(
        always(
            413,
            refusal("Request too large: Limit 8000, Requested 120000", "rate_limit_exceeded"),
            retry_after="1",
        ),
        errors.TooLargeForTier,
        1,
        words="Limit 8000, Requested 120000",
    ),
    "422": Fault(always(422, refusal("semantic")), errors.BadResponse, 1),
    "429 for ever": Fault(always(429, BUSY), errors.RateLimited, 3),
    "429 once, with a wait": Fault(once(429, BUSY, retry_after="2"), None, 2, WHOLE),
    "429 once, without": Fault(once(429, BUSY), None, 2, WHOLE),
    "429 with a wait too long": Fault(always(429, BUSY, retry_after="3600"), errors.RateLimited, 1),
    "498": Fault(once(498, refusal("full", "capacity_exceeded")), None, 2, WHOLE),
    "500 once": Fault(once(500, refusal("oops")), None, 2, WHOLE),
    "503 for ever": Fault(always(503, b"<html><title>Busy</title></html>"), errors.BadResponse, 3),
    "503 that forbids another try": Fault(always(503, b"", x_should_retry="false"), errors.BadResponse, 1),
    "a redirect": Fault(
        always(307, b"", location="http://127.0.0.1:9/v1"), errors.BadResponse, 1, words="redirects"
    ),
    "the connection torn before an answer": Fault(
        lambda d: [Answer(refuse=True)], errors.ConnectionFailed, 3
    ),
    "torn once": Fault(lambda d: [Answer(refuse=True), good(d)], None, 2, WHOLE),
    "torn in the answer": Fault(lambda d: [cut(d, cut=True)], errors.ConnectionFailed, 1, "It ends"),
    "ended in the answer": Fault(lambda d: [cut(d)], errors.ConnectionFailed, 1, "It ends", "broke off"),
    "silence before the answer": Fault(
        lambda d: [answering(d, hold=True)],
        errors.ConnectionFailed,
        1,
        words="silent for 0.05 s",
        options=(("read_timeout", 0.05),),
    ),
    "silence in the answer": Fault(
        lambda d: [cut(d, hold=True)],
        errors.ConnectionFailed,
        1,
        "It ends",
        "silent",
        options=(("read_timeout", 0.05),),
    ),
    "a malformed frame": Fault(lambda d: [answering(d, malformed(d))], errors.BadResponse, 1, "It ends"),
    "an error event in the answer": Fault(
        lambda d: [cut_with_error(d)], errors.ProviderError, 1, "It ends", "overloaded"
    ),
    "an error event before the answer, once": Fault(
        lambda d: [answering(d, error_frame(d, "rate limit reached", "throttlingException")), good(d)],
        None,
        2,
        WHOLE,
    ),
    "a web page": Fault(
        lambda d: [Answer([b"<!doctype html><title>Sign in</title>"], content_type="text/html")],
        errors.BadResponse,
        1,
        words="Sign in",
    ),
    "nothing at all": Fault(lambda d: [answering(d)], errors.ConnectionFailed, 1, words="broke off"),
    "gzip": Fault(
        lambda d: [
            answering(
                d,
                gzip.compress(b"".join(stream_of(d, ["It ends ", "in 2030."]))),
                headers={"content-encoding": "gzip"},
            )
        ],
        None,
        1,
        WHOLE,
    ),
    "gzip that is none": Fault(
        lambda d: [answering(d, b"not gzip at all", headers={"content-encoding": "gzip"})],
        errors.BadResponse,
        1,
    ),
    "a line of 2 MB": Fault(lambda d: [big(d)], None, 1, "x" * 2_000_000),
    "byte by byte": Fault(
        lambda d: [
            answering(d, *(bytes([byte]) for byte in b"".join(stream_of(d, ["It ends ", "in 2030."]))))
        ],
        None,
        1,
        WHOLE,
    ),
}


def cut_with_error(dialect: str) -> Answer:
    frames = stream_of(dialect, ["It ends"], end=False)
    return answering(
        dialect, *frames, error_frame(dialect, f"overloaded {CANARY}", "serviceUnavailableException")
    )


def big(dialect: str) -> Answer:
    return answering(dialect, *stream_of(dialect, ["x" * 2_000_000]))


CASES = [
    pytest.param(provider, name, id=f"{provider.name}-{name}")
    for provider in CATALOG
    for name in FAULTS
    if not provider.offline
    and (name != "byte by byte" or provider.name in ("groq", "ollama", "bedrock-converse"))
]


@pytest.mark.parametrize(("provider", "name"), CASES)
async def test_a_fault(
    provider: ProviderEntry,
    name: str,
    request_for: Make,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    fault = FAULTS[name]
    waits: list[Waiting] = []
    spec = next(iter(provider.models.values())).spec
    deltas: list[Delta] = []
    error: errors.ProviderError | None = None
    async with serving(*fault.answers(provider.dialect)) as server:
        model = open_at(server, spec, on_wait=waits.append, **dict(fault.options))
        try:
            async with aclosing(model.stream(request_for())) as stream:
                async for item in stream:
                    deltas.append(item)
        except errors.ProviderError as raised:
            error = raised
        await model.aclose()
    if fault.error is None:
        assert error is None
        assert deltas[-1].finish_reason == "stop"
    else:
        assert isinstance(error, fault.error)
        assert error.exit_code == 5 and error.provider == provider.name
        assert fault.words in error.message
        assert all(item.finish_reason is None for item in deltas)
    assert joined(deltas)[0] == fault.kept
    assert len(server.seen) == fault.requests
    assert len(waits) == fault.requests - 1
    assert all(wait.seconds >= 0 and wait.message for wait in waits)

    shown = [caplog.text, *capfd.readouterr(), repr(model), repr(model.spec), repr(waits)]
    if error is not None:
        shown += [error.message, error.hint, json.dumps(error.details()), repr(error)]
        shown += traceback.format_exception(error)
        # Variables too, because crash reports show them.
        shown += [
            str(line)
            for line in traceback.TracebackException.from_exception(error, capture_locals=True).format()
            if "tests/providers" not in line and "/site-packages/" not in line
        ]
    assert not [text for text in shown if CANARY in text]


def test_the_matrix_covers_every_wire_format() -> None:
    assert {provider.dialect for provider in CATALOG if not provider.offline} == set(CONTENT_TYPES)
