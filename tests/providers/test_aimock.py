"""The same questions to a server that we did not write: aimock, which speaks seven hosts' dialects.

It is an npm package (MIT), put into a directory outside of the project. Without Node these tests are skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from conftest import CANARY
from wires import CATALOG, at_once, collect, joined

from docanalyst.domain import errors
from docanalyst.domain.models import Delta, ModelSpec
from docanalyst.domain.request import Request
from docanalyst.providers import create_chat_model, wrap_chat_model
from docanalyst.providers.model import Model, Options, Waiting
from docanalyst.providers.opening import open_model
from docanalyst.providers.wire.faults import Overflow

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

Make = Callable[..., Request]

VERSION = "1.43.0"
SAID = "It ends on 1 May 2030, unless it is renewed."
USAGE = {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150}
TOO_LARGE = "Request too large for model on tokens per minute (TPM): Limit 8000, Requested 38891"
OVERFLOW = "Please reduce the length of the messages or completion."


def refusal(status: int, message: str, code: str, **match: Any) -> dict[str, Any]:
    error = {"message": message, "type": "invalid_request_error", "code": code}
    return {"match": match, "response": {"error": error, "status": status}}


def answer(question: str, **fields: Any) -> dict[str, Any]:
    return {"match": {"userMessage": question}, "response": {"content": SAID, "usage": USAGE, **fields}}


HOSTS = {
    "groq": "/openai/v1",
    "azure": "/openai/v1",
    "alibaba-intl": "/compatible-mode/v1",
    "openrouter": "/api/v1",
    "vllm": "/v1",
    "ollama": "",
    "bedrock-converse": "",
}

FIXTURES = [
    *(
        fixture
        for host in HOSTS
        for fixture in (
            refusal(
                429, "Slow down", "rate_limit_exceeded", userMessage=f"busy host {host}", sequenceIndex=0
            ),
            answer(f"busy host {host}"),
        )
    ),
    answer("plain question"),
    answer("hard question", reasoning="Let me see the term."),
    answer("long answer", finishReason="length"),
    refusal(429, "Rate limit reached", "rate_limit_exceeded", userMessage="host always busy"),
    refusal(413, TOO_LARGE, "rate_limit_exceeded", userMessage="whole library"),
    refusal(400, OVERFLOW, "context_length_exceeded", userMessage="too long"),
    refusal(401, "Invalid API Key", "invalid_api_key", userMessage="wrong key"),
    {**answer("cut answer"), "truncateAfterChunks": 2, "latency": 30, "chunkSize": 6},
]


def executable() -> Path:
    """The program, installed on first use."""
    given = os.environ.get("DOCANALYST_AIMOCK")
    if given:
        return Path(given)
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("aimock needs Node and npm, which are not on this machine")
    home = Path(tempfile.gettempdir()) / f"docanalyst-aimock-{VERSION}"
    program = home / "node_modules" / ".bin" / "llmock"
    if not program.exists():
        home.mkdir(parents=True, exist_ok=True)
        install = [
            npm,
            "install",
            "--no-audit",
            "--no-fund",
            "--prefix",
            str(home),
            f"@copilotkit/aimock@{VERSION}",
        ]
        done = subprocess.run(install, capture_output=True, text=True, timeout=240, check=False)
        if done.returncode or not program.exists():
            pytest.skip("aimock could not be installed from npm")
    return program


@pytest.fixture(scope="module")
def aimock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address."""
    program = executable()
    fixtures = tmp_path_factory.mktemp("aimock") / "fixtures.json"
    fixtures.write_text(json.dumps({"fixtures": FIXTURES}))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(program),
        "-p",
        str(port),
        "-h",
        "127.0.0.1",
        "-f",
        str(fixtures),
        "--strict",
        "--validate-on-load",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/v1/_requests", timeout=1).close()
                break
            except OSError:
                if process.poll() is not None:
                    pytest.fail(f"aimock did not start: {process.stdout.read() if process.stdout else ''}")
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def open_host(url: str, provider: str, **options: Any) -> Model:
    options.setdefault("sleep", at_once)
    return open_model(spec_at(provider), lookup=variables(url, provider).get, options=Options(**options))


def spec_at(provider: str) -> ModelSpec:
    entry = CATALOG.provider(provider)
    return entry.models[entry.defaults[-1]].spec


def variables(url: str, provider: str) -> dict[str, str]:
    entry = CATALOG.provider(provider)
    found = {f"{entry.variable}_BASE_URL": url + HOSTS[provider]}
    if entry.key_variables:
        found[entry.key_variables[0]] = CANARY
    return found


@pytest.mark.parametrize("provider", HOSTS)
async def test_a_plain_answer(aimock: str, provider: str, request_for: Make) -> None:
    deltas = await collect(open_host(aimock, provider), request_for("A plain question."))
    assert joined(deltas) == (SAID, "")
    last = deltas[-1]
    assert last.finish_reason == "stop"
    if provider == "ollama":  # aimock always says 0 here
        assert last.usage is None
    else:
        assert last.usage and (last.usage.input_tokens, last.usage.output_tokens) == (120, 30)
    assert len([item for item in deltas if item.answer]) > 1


@pytest.mark.parametrize("provider", HOSTS)
async def test_the_same_through_langchain(aimock: str, provider: str, request_for: Make) -> None:
    lookup = variables(aimock, provider).get
    chat_model = create_chat_model(provider, spec_at(provider).model_id, lookup=lookup)
    deltas = await collect(wrap_chat_model(chat_model), request_for("A plain question."))
    assert joined(deltas) == (SAID, "")
    assert deltas[-1].finish_reason == "stop"


@pytest.mark.parametrize("provider", HOSTS)
async def test_reasoning(aimock: str, provider: str, request_for: Make) -> None:
    request = request_for("A hard question.", thinking=True)
    assert joined(await collect(open_host(aimock, provider), request)) == (SAID, "Let me see the term.")


@pytest.mark.parametrize("provider", [name for name in HOSTS if name != "ollama"])
async def test_the_output_limit(aimock: str, provider: str, request_for: Make) -> None:
    assert (await collect(open_host(aimock, provider), request_for("A long answer.")))[
        -1
    ].finish_reason == "length"


@pytest.mark.parametrize("provider", HOSTS)
async def test_a_busy_host_is_asked_again(aimock: str, provider: str, request_for: Make) -> None:
    waits: list[Waiting] = []
    model = open_host(aimock, provider, on_wait=waits.append)
    assert joined(await collect(model, request_for(f"A busy host {provider}.")))[0] == SAID
    assert [wait.attempt for wait in waits] == [1]


@pytest.mark.parametrize("provider", HOSTS)
@pytest.mark.parametrize(
    ("question", "kind", "requests"),
    [
        ("A host always busy.", errors.RateLimited, 3),
        ("The whole library.", errors.TooLargeForTier, 1),
        ("This is too long.", Overflow, 1),
        ("The wrong key.", errors.AuthenticationFailed, 1),
    ],
)
async def test_refusals(
    aimock: str,
    provider: str,
    question: str,
    kind: type[errors.ProviderError],
    requests: int,
    request_for: Make,
) -> None:
    waits: list[Waiting] = []
    with pytest.raises(kind) as raised:
        await collect(open_host(aimock, provider, on_wait=waits.append), request_for(question))
    assert len(waits) == requests - 1
    assert CANARY not in raised.value.message


@pytest.mark.parametrize("provider", HOSTS)
async def test_a_cut_answer_is_never_complete(aimock: str, provider: str, request_for: Make) -> None:
    kept: list[Delta] = []
    model = open_host(aimock, provider)
    with pytest.raises(errors.ProviderError):
        async with aclosing(model.stream(request_for("A cut answer."))) as deltas:
            async for item in deltas:
                kept.append(item)
    await model.aclose()
    assert SAID.startswith(joined(kept)[0])
    assert all(item.finish_reason is None for item in kept)


@pytest.mark.parametrize("chaos", ["drop", "malformed", "disconnect", "ratelimit"])
async def test_chaos(aimock: str, chaos: str, request_for: Make) -> None:
    headers = {f"x-aimock-chaos-{chaos}": "1.0"}
    model = open_host(aimock, "groq", extra_headers=headers, max_retries=1)
    with pytest.raises(errors.ProviderError) as raised:
        await collect(model, request_for("A plain question."))
    expected: dict[str, type[errors.ProviderError]] = {
        "drop": errors.BadResponse,
        "malformed": errors.BadResponse,
        "disconnect": errors.ConnectionFailed,
        "ratelimit": errors.RateLimited,
    }
    assert type(raised.value) is expected[chaos]


async def test_a_prompt_of_two_megabytes(aimock: str, request_for: Make) -> None:
    question = "word " * 400_000 + "A plain question."
    assert joined(await collect(open_host(aimock, "groq"), request_for(question)))[0] == SAID
