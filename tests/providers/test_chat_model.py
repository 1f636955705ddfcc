"""The LangChain chat model: options, both worlds, errors that are ours and LangChain's, no tracing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from conftest import CANARY
from langchain_core import exceptions as langchain
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from provider_server import Answer, Server, delta, error_answer, frame, serving, sse_reply

from docanalyst.domain import errors
from docanalyst.domain.documents import Document, Page
from docanalyst.providers import create_chat_model

Chat = Any


@contextmanager
def server_in_a_thread(*answers: Answer) -> Iterator[Server]:
    """A running server for callers without an event loop."""
    ready = threading.Event()
    found: list[Server] = []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        async with serving(*answers) as server:
            found.append(server)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    ready.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def chat_at(
    server: Server, provider: str = "groq", model: str = "openai/gpt-oss-120b", **options: Any
) -> Chat:
    options.setdefault("api_key", CANARY)
    return create_chat_model(provider, model, base_url=server.url + "/v1", **options)


def test_a_plain_call() -> None:
    with server_in_a_thread() as server:
        message = chat_at(server).invoke([SystemMessage("Be brief."), HumanMessage("Is it so?")])
    assert isinstance(message, AIMessage)
    assert message.content == "Yes."
    assert message.usage_metadata == {
        "input_tokens": 120,
        "output_tokens": 30,
        "total_tokens": 150,
        "input_token_details": {"cache_read": 100},
        "output_token_details": {"reasoning": 20},
    }
    assert message.response_metadata["model_name"] == "served-model"
    assert message.response_metadata["finish_reason"] == "stop"
    assert server.seen[0].json["messages"][0] == {"role": "system", "content": "Be brief."}


def test_a_stream_without_a_loop() -> None:
    frames = [frame(delta(None, reasoning="Hm.")), sse_reply("It ends ", "in 2030.")]
    with server_in_a_thread(Answer([b"".join(frames)])) as server:
        pieces = list(chat_at(server).stream("When?"))
    assert [piece.content for piece in pieces] == ["", "It ends ", "in 2030.", ""]
    whole = pieces[0]
    for piece in pieces[1:]:
        whole += piece
    assert whole.content == "It ends in 2030."
    assert whole.additional_kwargs["reasoning_content"] == "Hm."
    assert whole.content_blocks[0] == {"type": "reasoning", "reasoning": "Hm."}
    assert whole.usage_metadata["input_tokens"] == 120
    assert whole.response_metadata["model_name"] == "served-model"
    assert [piece.chunk_position for piece in pieces] == [None, None, None, "last"]


def test_leaving_a_stream_early_closes_the_socket() -> None:
    parts = [frame(delta("It ends"))]
    with server_in_a_thread(Answer(parts, hold=True)) as server:
        stream = chat_at(server).stream("When?")
        assert next(stream).content == "It ends"
        stream.close()
        for _ in range(500):
            if server.seen[0].closed_early.is_set():
                break
            threading.Event().wait(0.01)
        assert server.seen[0].closed_early.is_set()


@pytest.mark.anyio
async def test_a_plain_call_where_a_loop_already_runs() -> None:
    async with serving() as server:
        model = chat_at(server)
        assert (await model.ainvoke("Is it so?")).content == "Yes."
        assert (await asyncio.to_thread(model.invoke, "Is it so?")).content == "Yes."
        assert [piece.content async for piece in model.astream("Is it so?")] == ["Yes.", ""]


@pytest.mark.anyio
async def test_a_plain_call_inside_a_running_loop_as_in_a_notebook() -> None:
    with server_in_a_thread() as server:
        assert chat_at(server).invoke("Is it so?").content == "Yes."


def test_options_reach_the_request() -> None:
    with server_in_a_thread() as server:
        model = chat_at(
            server, temperature=0.2, max_tokens=77, stop=["END"], thinking=False, extra_body={"seed": 7}
        )
        model.invoke("Is it so?")
        model.invoke("So?", model="openai/gpt-oss-20b", max_tokens=5, stop=["X"], thinking=True, user="u")
    first, second = (seen.json for seen in server.seen)
    assert (first["temperature"], first["max_completion_tokens"], first["stop"]) == (0.2, 77, ["END"])
    assert (first["reasoning_effort"], first["seed"]) == ("low", 7)
    assert (second["model"], second["max_completion_tokens"], second["stop"]) == (
        "openai/gpt-oss-20b",
        5,
        ["X"],
    )
    assert (second["reasoning_effort"], second["user"]) == ("medium", "u")


def test_without_options_nothing_is_said_about_them() -> None:
    with server_in_a_thread() as server:
        chat_at(server).invoke("Is it so?")
    assert set(server.seen[0].json) == {"model", "messages", "stream", "stream_options"}


def test_content_in_blocks_is_text_and_earlier_reasoning_is_left_out() -> None:
    said = AIMessage(content=[{"type": "reasoning", "reasoning": "Hm."}, {"type": "text", "text": "Yes."}])
    with server_in_a_thread() as server:
        chat_at(server).invoke(
            [HumanMessage([{"type": "text", "text": "So?"}, "!"]), said, HumanMessage("Why?")]
        )
    contents = [message["content"] for message in server.seen[0].json["messages"]]
    assert contents == ["So?!", "Yes.", "Why?"]


def test_a_picture_is_refused_before_anything_is_sent() -> None:
    picture = HumanMessage([{"type": "image_url", "image_url": {"url": "data:,"}}])
    with server_in_a_thread() as server:
        with pytest.raises(errors.UsageError, match="image_url"):
            chat_at(server).invoke([picture])
        assert server.seen == []


REFUSALS: list[tuple[int, dict[str, Any], type[errors.ProviderError], type[langchain.ModelError]]] = [
    (401, {}, errors.AuthenticationFailed, langchain.ModelAuthenticationError),
    (402, {}, errors.PaymentRequired, langchain.ModelPermissionDeniedError),
    (403, {}, errors.AuthenticationFailed, langchain.ModelPermissionDeniedError),
    (404, {}, errors.ModelUnavailable, langchain.ModelNotFoundError),
    (413, {}, errors.TooLargeForTier, langchain.ModelInvalidRequestError),
    (422, {}, errors.BadResponse, langchain.ModelInvalidRequestError),
    (429, {}, errors.RateLimited, langchain.ModelRateLimitError),
    (500, {}, errors.BadResponse, langchain.ModelAPIError),
    (
        400,
        {"error": {"code": "context_length_exceeded"}},
        errors.ProviderError,
        langchain.ContextOverflowError,
    ),
]


@pytest.mark.parametrize(("status", "body", "ours", "theirs"), REFUSALS)
def test_errors_are_ours_and_langchains(
    status: int, body: Any, ours: type[errors.ProviderError], theirs: type[langchain.ModelError]
) -> None:
    with server_in_a_thread(error_answer(status, body)) as server:
        model = chat_at(server, max_retries=0)
        with pytest.raises(ours) as raised:
            model.invoke("So?")
        assert isinstance(raised.value, theirs)
        assert raised.value.status == status and raised.value.hint
        with pytest.raises(theirs):
            list(model.stream("So?"))


def test_a_server_that_is_not_there() -> None:
    with server_in_a_thread() as server:
        pass
    with pytest.raises(langchain.ModelConnectionError):
        chat_at(server, max_retries=0).invoke("So?")


def test_the_key_comes_from_the_environment_and_stays_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", CANARY)
    model: Chat = create_chat_model("groq")
    assert model.api_key.get_secret_value() == CANARY
    assert model.lc_secrets == {"api_key": "GROQ_API_KEY"}
    shown = [
        repr(model),
        str(model),
        repr(model._identifying_params),
        repr(model.model_dump()),
        repr(model.asdict()),
    ]
    assert not [text for text in shown if CANARY in text]


def test_without_a_key() -> None:
    with pytest.raises(errors.AuthenticationFailed):
        create_chat_model("groq")


def test_the_window_is_in_the_profile() -> None:
    model: Chat = create_chat_model("groq", "openai/gpt-oss-120b", api_key="k" * 9)
    assert model.profile["max_input_tokens"] == 131_072
    assert model.profile["max_output_tokens"] == 65_536


def test_tokens_are_not_counted_with_another_models_tokenizer() -> None:
    model: Chat = create_chat_model("vllm")
    with pytest.raises(NotImplementedError, match="custom_get_token_ids"):
        model.get_num_tokens("word")
    counting: Chat = create_chat_model("vllm", custom_get_token_ids=lambda text: list(range(len(text))))
    assert counting.get_num_tokens("word") == 4


def test_the_offline_provider_as_a_chat_model() -> None:
    document = Document(
        "0" * 64, "Lease", (Page(1, "1", "The rent is 900 euros a month, due on the first day."),)
    )
    message = create_chat_model("extractive", documents=[document]).invoke("How much is the rent?")
    assert "900 euros" in str(message.content)
    assert message.response_metadata["model_name"] == "extractive"


def test_the_scripted_provider_as_a_chat_model() -> None:
    model = create_chat_model("scripted")
    assert model.invoke("So?").content == "The documents do not address this."
    assert (
        "".join(str(piece.content) for piece in model.stream("So?")) == "The documents do not address this."
    )


def test_no_trace_is_sent_whatever_the_shell_says() -> None:
    code = """
import http.server, os, threading
hits = []
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        hits.append(self.path)
        self.send_response(200); self.end_headers(); self.wfile.write(b"{}")
    do_GET = do_PATCH = do_POST
    def log_message(self, *a): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGCHAIN_TRACING"):
    os.environ[name] = "true"
os.environ["LANGSMITH_API_KEY"] = "lsv2_pt_fake"
os.environ["LANGSMITH_ENDPOINT"] = f"http://127.0.0.1:{server.server_port}"
from docanalyst.providers import create_chat_model, wrap_chat_model
model = create_chat_model("scripted")
model.invoke("secret")
wrap_chat_model(model)
from langchain_core.language_models import FakeListChatModel
FakeListChatModel(responses=["x"]).invoke("secret")
from langsmith.utils import tracing_is_enabled
from langchain_core.tracers.langchain import wait_for_all_tracers
wait_for_all_tracers()
print(tracing_is_enabled(), hits)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False []"
