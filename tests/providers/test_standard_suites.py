"""LangChain's own standard suites on our chat model, against a server of the test's.

Their plugins need settings that this project's own run does not know, so they run alone:

    python -m pytest tests/providers/test_standard_suites.py -c /dev/null --rootdir . -p no:cacheprovider
        -o asyncio_mode=auto -o asyncio_default_fixture_loop_scope=function --import-mode=importlib
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("langchain_tests", reason="langchain-tests is installed for its own run alone")

sys.path.insert(0, str(Path(__file__).parent))

from langchain_tests.integration_tests import ChatModelIntegrationTests
from langchain_tests.unit_tests import ChatModelUnitTests
from provider_server import Answer, Seen, delta, frame, serving

from docanalyst.providers.langchain.chat_model import ProviderChatModel

USAGE = {
    "prompt_tokens": 120,
    "completion_tokens": 30,
    "total_tokens": 150,
    "prompt_tokens_details": {"cached_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0},
}


addresses: dict[str, str] = {}
"""Where the server listens, while it runs."""


def answer(seen: Seen) -> Answer:
    """A plain answer that says which model was asked; an object in the schema where one is sent."""
    shape = seen.json.get("response_format")
    if shape:
        wanted = shape["json_schema"]["schema"]["properties"]
        text = json.dumps(dict.fromkeys(wanted, "Why?"))
        choice = {"index": 0, "message": {"content": text}, "finish_reason": "stop"}
        whole = {"model": seen.json["model"], "choices": [choice], "usage": USAGE}
        return Answer([json.dumps(whole).encode()], content_type="application/json")
    frames: list[Any] = [delta(text) for text in ("Hello ", "there, ", "friend.")]
    frames += [delta(finish="stop"), {"choices": [], "usage": USAGE}]
    for item in frames:
        item["model"] = seen.json["model"]
    return Answer([*(frame(item) for item in frames), b"data: [DONE]\n\n"])


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[None]:
    """A server for the whole run."""
    ready, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        async with serving(script=answer) as found:
            addresses["groq"] = found.url + "/openai/v1"
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    ready.wait(10)
    yield
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    del addresses["groq"]


class Switches:
    """What the suites may expect."""

    @property
    def chat_model_class(self) -> type[ProviderChatModel]:
        return ProviderChatModel

    @property
    def chat_model_params(self) -> dict[str, Any]:
        own = {"provider": "groq", "model": "openai/gpt-oss-120b", "api_key": "key-of-no-one"}
        return own | {"base_url": addresses["groq"]}

    has_tool_calling = False
    has_structured_output = True
    supports_json_mode = False

    @property
    def structured_output_kwargs(self) -> dict[str, Any]:
        return {"method": "json_schema"}

    supports_model_override = True
    model_override_value = "openai/gpt-oss-20b"


class TestUnit(Switches, ChatModelUnitTests):
    """Construction, options, the environment."""

    has_structured_output = False
    """The suite asks for function calling and JSON mode as well; ours is the JSON schema, tested below."""

    @property
    def init_from_env_params(self) -> tuple[dict[str, str], dict[str, Any], dict[str, Any]]:
        return (
            {"GROQ_API_KEY": "key-of-no-one"},
            {"provider": "groq", "model": "openai/gpt-oss-120b"},
            {"api_key": "key-of-no-one"},
        )


class TestIntegration(Switches, ChatModelIntegrationTests):
    """Invoking, streaming, batches, usage, stopping, both worlds."""
