"""A request through a real socket: what hosts send beyond the plain case, and how a stream is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import ssl
import subprocess
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from conftest import CANARY
from provider_server import USAGE, Answer, delta, error_answer, frame, serving, sse_reply
from wires import CATALOG, answering, collect, joined, open_at, stream_of

from docanalyst.domain import errors
from docanalyst.domain.models import Delta, ModelSpec, Usage
from docanalyst.domain.request import Exchange, Request
from docanalyst.providers import prefetch
from docanalyst.providers.model import Model, Options, Waiting
from docanalyst.providers.opening import open_model
from docanalyst.providers.wire.remote import RemoteModel
from docanalyst.providers.wire.transport import DEFAULT_SILENCE

pytestmark = pytest.mark.anyio

Make = Callable[..., Request]


def spec_of(provider: str, model: str | None = None) -> ModelSpec:
    entry = CATALOG.provider(provider)
    found = entry.model(model or entry.defaults[0])
    assert found
    return found.spec


GROQ = spec_of("groq", "openai/gpt-oss-120b")
END = [delta(finish="stop")]


def null_content(**fields: Any) -> dict[str, Any]:
    """A frame whose content is null."""
    found = delta(None, **fields)
    found["choices"][0]["delta"]["content"] = None
    return found


async def answer_to(request: Request, *frames: Any, spec: ModelSpec = GROQ) -> list[Delta]:
    """The deltas of a stream of these frames; bytes are sent as they are."""
    parts = [item if isinstance(item, bytes) else frame(item) for item in frames]
    async with serving(Answer([*parts, b"data: [DONE]\n\n"])) as server:
        return await collect(open_at(server, spec), request)


async def test_the_question_stands_last_and_history_before_it(request_for: Make) -> None:
    request = request_for("And then?", history=(Exchange("When?", "In 2030."),))
    async with serving() as server:
        await collect(open_at(server, GROQ), request)
    messages = server.seen[0].json["messages"]
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "user"]
    assert "It ends on 1 May 2030." in messages[1]["content"]
    assert messages[3]["content"] == "Question: And then?"


async def test_the_bytes_before_a_new_question_stay_the_same(request_for: Make) -> None:
    async with serving() as server:
        model = open_at(server, GROQ)
        await collect(model, request_for("When?"))
        await collect(model, request_for("And then?", history=(Exchange("When?", "In 2030."),)))
    first, second = (seen.body for seen in server.seen)
    shared = first.index(b"Question: When?") + len(b"Question: When?")
    assert first[:shared] == second[:shared]


async def test_text_is_sent_as_utf8_and_not_escaped(request_for: Make) -> None:
    question = "Gilt § 5 für die „Mieterin“? 合同 😀 \u2028"
    async with serving() as server:
        await collect(open_at(server, GROQ), request_for(question))
    assert "§ 5 für die „Mieterin“? 合同 😀".encode() in server.seen[0].body
    assert server.seen[0].json["messages"][1]["content"].endswith(question)


async def test_usage_given_twice_is_counted_once(request_for: Make) -> None:
    last = delta(finish="stop", usage=USAGE, x_groq={"id": "r", "usage": USAGE})
    deltas = await answer_to(request_for(), delta("Yes."), last, {"choices": [], "usage": USAGE})
    assert [item.usage for item in deltas if item.usage] == [Usage(120, 100, 30, 20)]


async def test_usage_only_in_groqs_own_field(request_for: Make) -> None:
    deltas = await answer_to(request_for(), delta("Yes."), delta(finish="stop", x_groq={"usage": USAGE}))
    assert deltas[-1].usage == Usage(120, 100, 30, 20)


async def test_usage_null_in_every_frame_but_the_last(request_for: Make) -> None:
    deltas = await answer_to(
        request_for(),
        delta(None, reasoning_content="", usage=None),
        null_content(reasoning_content="Hm.", usage=None),
        delta("Yes.", reasoning_content=None, usage=None),
        delta("", finish="stop", usage=None),
        {"choices": [], "usage": {**USAGE, "prompt_tokens_details": None}},
        spec=spec_of("alibaba-intl", "qwen3.8-flash"),
    )
    assert joined(deltas) == ("Yes.", "Hm.")
    assert deltas[-1].usage == Usage(120, 0, 30, 20)


async def test_a_usage_frame_with_an_empty_choice(request_for: Make) -> None:
    frames = [delta("Yes."), *END, {"choices": [{"index": 0, "delta": {}}], "usage": USAGE}]
    deltas = await answer_to(request_for(), *frames)
    assert (deltas[-1].finish_reason, deltas[-1].usage) == ("stop", Usage(120, 100, 30, 20))


async def test_no_usage_at_all(request_for: Make) -> None:
    assert (await answer_to(request_for(), delta("Yes."), *END))[-1].usage is None


async def test_senseless_usage_does_no_harm(request_for: Make) -> None:
    odd = {"prompt_tokens": -5, "completion_tokens": "many", "prompt_tokens_details": {"cached_tokens": 9}}
    assert (await answer_to(request_for(), delta("Yes."), *END, {"choices": [], "usage": odd}))[
        -1
    ].usage is None


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content", "thinking"])
async def test_reasoning_in_any_field(field: str, request_for: Make) -> None:
    deltas = await answer_to(request_for(), delta(None, **{field: "Hm."}), delta("Yes."), *END)
    assert joined(deltas) == ("Yes.", "Hm.")


async def test_reasoning_in_two_fields_counts_once(request_for: Make) -> None:
    both = delta(None, reasoning="Hm.", reasoning_content="Hm.")
    assert joined(await answer_to(request_for(), both, delta("Yes."), *END)) == ("Yes.", "Hm.")


async def test_reasoning_inline_with_split_tags(request_for: Make) -> None:
    frames = [delta(text) for text in ("<thi", "nk>H", "m.</th", "ink>\n\nYes.")]
    assert joined(await answer_to(request_for(), *frames, *END)) == ("Yes.", "Hm.")


async def test_a_local_server_whose_template_opened_the_tag(request_for: Make) -> None:
    frames = [delta("Let me see."), delta("</think>"), delta("Yes.")]
    deltas = await answer_to(request_for(thinking=True), *frames, *END, spec=spec_of("vllm"))
    assert joined(deltas) == ("Yes.", "Let me see.")


async def test_without_thinking_a_closing_tag_is_text_of_the_answer(request_for: Make) -> None:
    frames = [delta("The tag is "), delta("</think>"), delta(" there.")]
    deltas = await answer_to(request_for(thinking=False), *frames, *END, spec=spec_of("vllm"))
    assert joined(deltas) == ("The tag is </think> there.", "")


async def test_content_as_a_list_of_parts(request_for: Make) -> None:
    parts = null_content()
    parts["choices"][0]["delta"]["content"] = [{"type": "text", "text": "Ye"}, {"type": "text", "text": "s."}]
    assert joined(await answer_to(request_for(), parts, *END))[0] == "Yes."


async def test_a_refusal_is_shown_as_the_answer(request_for: Make) -> None:
    assert joined(await answer_to(request_for(), delta(None, refusal="I cannot."), *END))[0] == "I cannot."


async def test_comments_blank_lines_and_several_data_lines(request_for: Make) -> None:
    pretty = json.dumps(delta("Yes.\u2028"), indent=1, ensure_ascii=False)
    deltas = await answer_to(request_for(), b": PROCESSING\n\n", b"\n\r\n", frame(pretty), b"data:\n\n", *END)
    assert joined(deltas)[0] == "Yes.\u2028"


async def test_windows_line_ends_and_a_wrong_charset(request_for: Make) -> None:
    data = (frame(delta("für")) + frame(END[0])).replace(b"\n", b"\r\n")
    answer = Answer([data], content_type="text/event-stream; charset=iso-8859-1")
    async with serving(answer) as server:
        assert joined(await collect(open_at(server, GROQ), request_for()))[0] == "für"


async def test_length_is_passed_on(request_for: Make) -> None:
    deltas = await answer_to(request_for(), delta(None, reasoning="Hm"), delta(finish="length"))
    assert (joined(deltas), deltas[-1].finish_reason) == (("", "Hm"), "length")


async def test_done_without_a_finish_reason_is_no_end_of_an_answer(request_for: Make) -> None:
    with pytest.raises(errors.ConnectionFailed, match="without saying that the answer was finished"):
        await answer_to(request_for(), delta("Yes."))


async def test_done_without_anything_is_no_answer(request_for: Make) -> None:
    with pytest.raises(errors.ConnectionFailed, match="without saying"):
        await answer_to(request_for(), delta(""))


async def test_a_finish_reason_without_done_ends_an_answer(request_for: Make) -> None:
    async with serving(Answer([frame(delta("Yes.")), frame(END[0])])) as server:
        assert joined(await collect(open_at(server, GROQ), request_for()))[0] == "Yes."


async def test_an_answer_that_comes_whole(request_for: Make) -> None:
    whole = {
        "model": "served-model",
        "choices": [{"message": {"content": "Yes.", "reasoning": "Hm."}, "finish_reason": "stop"}],
        "usage": USAGE,
    }
    answer = Answer([json.dumps(whole).encode()], content_type="application/json")
    async with serving(answer) as server:
        deltas = await collect(open_at(server, GROQ), request_for())
    assert joined(deltas) == ("Yes.", "Hm.")
    assert deltas[-1].usage == Usage(120, 100, 30, 20)


@pytest.mark.parametrize("provider", ["ollama", "bedrock-converse"])
async def test_an_answer_that_comes_whole_in_another_format(provider: str, request_for: Make) -> None:
    whole: dict[str, Any] = {
        "model": "served-model",
        "message": {"content": "Yes.", "thinking": "Hm."},
        "done": True,
        "done_reason": "stop",
        "prompt_eval_count": 120,
        "eval_count": 30,
    }
    if provider == "bedrock-converse":
        blocks = [{"reasoningContent": {"reasoningText": {"text": "Hm."}}}, {"text": "Yes."}]
        whole = {
            "output": {"message": {"role": "assistant", "content": blocks}},
            "stopReason": "end_turn",
            "usage": {"inputTokens": 120, "outputTokens": 30, "totalTokens": 150},
        }
    answer = Answer([json.dumps(whole).encode()], content_type="application/json")
    async with serving(answer) as server:
        deltas = await collect(open_at(server, spec_of(provider)), request_for())
    assert joined(deltas) == ("Yes.", "Hm.")
    assert (deltas[-1].usage, deltas[-1].finish_reason) == (Usage(120, 0, 30, 0), "stop")


@pytest.mark.parametrize("provider", ["groq", "ollama", "bedrock-converse"])
@pytest.mark.parametrize("payload", [b"[]", b"3", b"null", b"{}", b'{"choices": 3}', b'{"choices": [3]}'])
async def test_a_whole_answer_that_is_none(provider: str, payload: bytes, request_for: Make) -> None:
    async with serving(Answer([payload], content_type="application/json")) as server:
        with pytest.raises(errors.ProviderError):
            await collect(open_at(server, spec_of(provider)), request_for())


IN_STREAM: dict[str, tuple[Any, type[errors.ProviderError]]] = {
    "an error object": ({"error": {"message": "over capacity", "code": 503}}, errors.BadResponse),
    "an error text": ({"error": "out of memory"}, errors.BadResponse),
    "groq's own field": (delta(None, x_groq={"error": "stopped early"}), errors.BadResponse),
    "openrouter": (
        {**delta("", finish="error"), "error": {"code": 502, "message": "upstream died"}},
        errors.BadResponse,
    ),
    "openrouter, in the choice": (
        {"choices": [{"delta": {}, "finish_reason": "stop", "native_finish_reason": "error"}]},
        errors.BadResponse,
    ),
    "vllm": ({"object": "error", "message": "cuda", "code": 500}, errors.BadResponse),
    "a rate limit": ({"error": {"message": "slow down", "code": "rate_limit_exceeded"}}, errors.RateLimited),
    "the key": ({"error": {"message": "bad key", "code": 401}}, errors.AuthenticationFailed),
    "not an object": (["x"], errors.BadResponse),
}


@pytest.mark.parametrize("name", IN_STREAM)
async def test_an_error_inside_a_stream(name: str, request_for: Make) -> None:
    payload, kind = IN_STREAM[name]
    kept: list[Delta] = []
    async with serving(Answer([frame(delta("It ends")), frame(payload), b"data: [DONE]\n\n"])) as server:
        model = open_at(server, GROQ)
        with pytest.raises(kind):
            async with aclosing(model.stream(request_for())) as deltas:
                async for item in deltas:
                    kept.append(item)
        await model.aclose()
    assert joined(kept)[0] == "It ends"
    assert len(server.seen) == 1


async def test_a_rate_limit_event_before_the_answer_is_waited_out(request_for: Make) -> None:
    event = b"event: error\n" + frame(
        {"error": {"code": "rate_limit_exceeded", "message": "try again in 3s"}}
    )
    waits: list[Waiting] = []
    async with serving(Answer([event]), Answer([sse_reply("Yes.")])) as server:
        deltas = await collect(open_at(server, GROQ, on_wait=waits.append), request_for())
    assert joined(deltas)[0] == "Yes."
    assert [(wait.seconds, wait.attempt) for wait in waits] == [(3.0, 1)]


async def test_a_lasting_error_before_the_answer_is_not_tried_again(request_for: Make) -> None:
    async with serving(Answer([frame({"error": {"message": "bad key", "code": 401}})])) as server:
        with pytest.raises(errors.AuthenticationFailed):
            await collect(open_at(server, GROQ), request_for())
    assert len(server.seen) == 1


async def test_the_last_word_on_usage_counts(request_for: Make) -> None:
    growing = [delta("Yes.", usage={"prompt_tokens": 120, "completion_tokens": count}) for count in (1, 2, 3)]
    assert (await answer_to(request_for(), *growing, *END))[-1].usage == Usage(120, 0, 3, 0)


async def test_an_error_event_that_is_not_json(request_for: Make) -> None:
    async with serving(Answer([b"event: error\ndata: gateway timeout\n\n"])) as server:
        with pytest.raises(errors.BadResponse, match="gateway timeout"):
            await collect(open_at(server, GROQ), request_for())


async def test_the_wait_is_what_the_provider_asks_for(request_for: Make) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    busy = error_answer(429, {"error": {"message": "Please try again in 5.25s."}})
    headers = error_answer(429, {"error": {"message": "Please try again in 5.25s."}}, retry_after="2")
    async with serving(headers, busy, Answer([sse_reply("Yes.")])) as server:
        await collect(open_at(server, GROQ, sleep=sleep), request_for())
    assert slept == [2.0, 5.25]
    assert len({seen.body for seen in server.seen}) == 1


async def test_a_wait_longer_than_our_patience_is_an_error_that_says_how_long(request_for: Make) -> None:
    async with serving(error_answer(429, {"error": {"message": "later"}}, retry_after="900")) as server:
        with pytest.raises(errors.RateLimited) as raised:
            await collect(open_at(server, GROQ), request_for())
    assert (raised.value.retry_after, raised.value.retryable) == (900.0, True)
    assert len(server.seen) == 1


async def test_no_retries_when_none_are_wanted(request_for: Make) -> None:
    async with serving(error_answer(503, {})) as server:
        with pytest.raises(errors.BadResponse):
            await collect(open_at(server, GROQ, max_retries=0), request_for())
    assert len(server.seen) == 1


async def test_a_server_that_is_not_there(request_for: Make) -> None:
    async with serving() as server:
        pass
    with pytest.raises(errors.ConnectionFailed) as raised:
        await collect(open_at(server, GROQ), request_for())
    assert str(server.port) in raised.value.message
    assert "running" in raised.value.hint


async def test_the_limits_that_a_provider_states_are_remembered(request_for: Make) -> None:
    headers = {"x-ratelimit-limit-tokens": "8000"}
    async with serving(Answer([sse_reply("Yes.")], headers=headers)) as server:
        model = open_at(server, GROQ)
        await collect(model, request_for())
    assert isinstance(model, RemoteModel)
    assert model.limits.tokens_per_minute == 8000


@pytest.mark.parametrize("provider", ["groq", "ollama", "bedrock-converse"])
async def test_closing_the_stream_closes_the_socket(provider: str, request_for: Make) -> None:
    dialect = CATALOG.provider(provider).dialect
    parts = stream_of(dialect, ["It ends"], end=False)
    async with serving(answering(dialect, *parts, hold=True)) as server:
        model = open_at(server, spec_of(provider))
        async with aclosing(model.stream(request_for())) as deltas:
            assert (await anext(deltas)).answer == "It ends"
        await asyncio.wait_for(server.seen[0].closed_early.wait(), 10)
        await model.aclose()


@pytest.mark.parametrize("first", [True, False])
async def test_cancelling_the_task_closes_the_socket(first: bool, request_for: Make) -> None:
    parts = [] if first else stream_of("openai", ["It ends"], end=False)
    begun = asyncio.Event()
    async with serving(Answer(parts, hold=True)) as server:
        model = open_at(server, GROQ)

        async def ask() -> None:
            async with aclosing(model.stream(request_for())) as deltas:
                async for _ in deltas:
                    begun.set()

        task = asyncio.create_task(ask())
        while not server.seen:
            await asyncio.sleep(0.001)
        if not first:
            await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.seen[0].closed_early.wait(), 10)
        await model.aclose()


async def test_cancelling_during_a_wait_sends_nothing_more(request_for: Make) -> None:
    waiting = asyncio.Event()

    async def sleep(seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    async with serving(error_answer(429, {}, retry_after="5")) as server:
        task = asyncio.create_task(collect(open_at(server, GROQ, sleep=sleep), request_for()))
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert len(server.seen) == 1


async def test_connections_are_kept_between_questions_and_let_go_at_the_end(request_for: Make) -> None:
    async with serving() as server:
        model = open_at(server, GROQ)
        assert isinstance(model, RemoteModel)
        client = await model._wire.client()
        async with aclosing(model.stream(request_for())) as deltas:
            assert joined([item async for item in deltas])[0] == "Yes."
        assert await model._wire.client() is client and not client.is_closed
        await model.aclose()
        assert client.is_closed
        await model.aclose()


async def test_many_questions_at_once(request_for: Make) -> None:
    async with serving() as server:
        model = open_at(server, GROQ)

        async def ask() -> str:
            async with aclosing(model.stream(request_for())) as deltas:
                return joined([item async for item in deltas])[0]

        assert await asyncio.gather(*(ask() for _ in range(40))) == ["Yes."] * 40
        await model.aclose()
    assert len(server.seen) == 40


async def test_a_prompt_of_half_a_megabyte_arrives_whole(request_for: Make) -> None:
    question = "§ The Tenant shall pay. " * 30_000
    async with serving() as server:
        await collect(open_at(server, GROQ), request_for(question))
    assert server.seen[0].json["messages"][1]["content"].endswith(question)


async def test_lone_surrogates_do_not_stop_a_request(request_for: Make) -> None:
    async with serving() as server:
        assert joined(await collect(open_at(server, GROQ), request_for("a\ud800b")))[0] == "Yes."


def test_one_model_in_two_event_loops(request_for: Make) -> None:
    async def once() -> str:
        async with serving() as server:
            model = open_at(server, GROQ)
            return joined(await collect(model, request_for()))[0]

    assert [asyncio.run(once()) for _ in range(2)] == ["Yes.", "Yes."]


@pytest.mark.parametrize("stop", [True, False])
async def test_extra_fields_lie_over_ours(stop: bool, request_for: Make) -> None:
    extra = {"service_tier": "flex", "max_completion_tokens": 7, "stop": ["END"] if stop else None}
    async with serving() as server:
        await collect(open_at(server, GROQ, extra_body=extra, temperature=0.1, top_p=0.5), request_for())
    body = server.seen[0].json
    assert (body["service_tier"], body["max_completion_tokens"]) == ("flex", 7)
    assert (body["temperature"], body["top_p"]) == (0.1, 0.5)
    assert body.get("stop") == (["END"] if stop else None)


async def test_the_sampling_of_the_model_card(request_for: Make) -> None:
    async with serving() as server:
        model = open_at(server, spec_of("vllm"))
        for thinking in (True, False):
            await collect(model, request_for(thinking=thinking))
    thinks, plain = (seen.json for seen in server.seen)
    assert (thinks["temperature"], thinks["top_p"], thinks["top_k"]) == (0.6, 0.95, 20)
    assert (plain["temperature"], plain["top_p"], plain["top_k"]) == (0.7, 0.8, 20)


async def test_openrouter_is_told_to_use_only_hosts_that_keep_nothing(request_for: Make) -> None:
    async with serving() as server:
        await collect(open_at(server, spec_of("openrouter")), request_for())
    assert server.seen[0].json["provider"] == {"require_parameters": True, "data_collection": "deny"}


async def test_the_window_of_ollama_follows_the_request(request_for: Make) -> None:
    async with serving(answering("ollama", *stream_of("ollama", ["Yes."]))) as server:
        model = open_at(server, spec_of("ollama"))
        await collect(model, request_for("x" * 60_000))
        await collect(model, request_for("x" * 600_000))
    assert [seen.json["options"]["num_ctx"] for seen in server.seen] == [49_152, 131_072]


async def test_the_model_id_of_bedrock_is_encoded(request_for: Make) -> None:
    async with serving(answering("bedrock", *stream_of("bedrock", ["Yes."]))) as server:
        await collect(open_at(server, spec_of("bedrock-converse")), request_for())
    assert server.seen[0].path == "/model/qwen.qwen3-32b-v1%3A0/converse-stream"


def test_a_key_is_asked_for_before_anything_is_sent() -> None:
    with pytest.raises(errors.AuthenticationFailed, match="No key for Groq"):
        open_model(GROQ, lookup={}.get)


def test_the_model_shows_no_key() -> None:
    model = open_model(GROQ, lookup={"GROQ_API_KEY": CANARY}.get)
    assert isinstance(model, Model)
    assert CANARY not in repr(model) + repr(vars(model)) + repr(vars(model._wire))  # type: ignore[attr-defined]


def test_what_a_request_needs_can_be_loaded_early() -> None:
    thread = prefetch()
    thread.join()
    assert not thread.is_alive()


async def test_proxies_are_not_used_for_this_machine(
    request_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with serving() as server:
        assert joined(await collect(open_at(server, GROQ), request_for()))[0] == "Yes."


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "nonsense://x"])
async def test_a_proxy_that_cannot_be_used(
    proxy: str, request_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    model = open_model(GROQ, lookup={"GROQ_API_KEY": CANARY}.get)
    with pytest.raises(errors.ConnectionFailed, match="proxy") as raised:
        await collect(model, request_for())
    assert "ALL_PROXY" in raised.value.hint


async def test_a_certificate_that_nobody_trusts(request_for: Make, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    listener = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    port = listener.sockets[0].getsockname()[1]
    waits: list[Waiting] = []
    variables = {"GROQ_API_KEY": CANARY, "DOCANALYST_GROQ_BASE_URL": f"https://localhost:{port}/v1"}
    model = open_model(GROQ, lookup=variables.get, options=Options(on_wait=waits.append))
    try:
        with pytest.raises(errors.ConnectionFailed, match="not trusted") as raised:
            await collect(model, request_for())
    finally:
        listener.close()
    assert waits == [] and "SSL_CERT_FILE" in raised.value.hint


def self_signed(folder: Path) -> Path:
    """A certificate for localhost that no one vouches for, with its key."""
    program = shutil.which("openssl")
    if not program:
        pytest.skip("openssl is not on this machine")
    both = folder / "both.pem"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run(
        [program, *made, "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True,
        capture_output=True,
    )
    both.write_text((folder / "key.pem").read_text() + (folder / "cert.pem").read_text())
    return both


def test_options_have_room_for_a_long_prefill() -> None:
    assert Options().connect_timeout == 10.0
    assert Options().read_timeout is None and DEFAULT_SILENCE >= 300.0


TAILS = {
    "ends": ([b"0\r\n\r\n"], 1),
    "ends late": ([0.01, b"0\r\n\r\n"], 1),
    "stays open": ([60.0], 2),
    "goes on for ever": ([b"5\r\nwords\r\n"] * 20_000, 2),
    "breaks": ([None], 2),
}


@pytest.mark.parametrize(("tail", "connections"), TAILS.values(), ids=TAILS)
async def test_a_connection_serves_the_next_request_if_the_body_ends_with_the_answer(
    tail: list[bytes | float | None], connections: int, request_for: Make
) -> None:
    opened: list[asyncio.StreamWriter] = []
    reply_of = sse_reply("Yes.")

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n")
                writer.write(b"transfer-encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(reply_of), reply_of))
                for part in tail:
                    if part is None:
                        writer.transport.abort()
                        return
                    if isinstance(part, float):
                        await asyncio.sleep(part)
                    else:
                        writer.write(part)
                        await writer.drain()

    listener = await asyncio.start_server(handle, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/v1"
    lookup = {"GROQ_API_KEY": CANARY, "DOCANALYST_GROQ_BASE_URL": address}.get
    model = open_model(GROQ, lookup=lookup)
    try:
        async with asyncio.timeout(20):
            for _ in range(2):
                async with aclosing(model.stream(request_for())) as stream:
                    deltas = [item async for item in stream]
                assert joined(deltas)[0] == "Yes."
                assert deltas[-1].finish_reason == "stop"
        assert len(opened) == connections
    finally:
        await model.aclose()
        listener.close()
        for writer in opened:
            writer.transport.abort()


@pytest.mark.parametrize("times", [1, 20_000], ids=["short", "long"])
async def test_a_request_is_the_same_text_however_long_it_is(times: int, request_for: Make) -> None:
    words = 'é 漢字 😀 "quoted" \\ \t\x01 line\n' * times
    async with serving() as server:
        model = open_at(server, GROQ)
        for question, sent in ((words, words), (words + "\ud800", words + "?")):
            assert joined(await collect(model, request_for(question)))[0] == "Yes."
            body = json.loads(server.seen[-1].body)
            assert body["messages"][-1]["content"].endswith(sent)
            assert body["stream"] is True
