"""Our overhead on a request of 131,072 tokens, beside a bare httpx client, in one run.

    python tests/benchmarks/bench_streaming.py [--runs N] [--json]

A server in a process of its own answers at once. The same bytes go through (a) a bare httpx client that posts
the body and reads the lines, (b) our model, (c) our model as a LangChain chat model. Runs alternate; figures
are medians, and the ratio to (a) is what counts, because the machine may be busy. A fresh process is measured
in seconds of processor too: its ratio is that of the medians of those.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
from measuring import Cost, cost_of, in_turn, table

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.packing import pack
from docanalyst.domain.request import Request
from docanalyst.providers import create_chat_model, wrap_chat_model
from docanalyst.providers.catalog.catalog import load_catalog
from docanalyst.providers.opening import open_model

SPEC = load_catalog().provider("groq").models["openai/gpt-oss-120b"].spec
PARAGRAPH = (
    "The Tenant shall pay the rent of 4,500 dollars on the first day of each month without deduction. "
)
TOKENS = 20_000
PACED, PACE = 4_000, 2_000

SERVER = """
import asyncio, json, sys, time
def frame(text, finish=None):
    delta = {"content": text} if text else {}
    body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}
    return b"data: " + json.dumps(body).encode() + b"\\n\\n"
def wrap(data):
    return b"%x\\r\\n%s\\r\\n" % (len(data), data)
USAGE = b'data: {"choices":[],"usage":{"prompt_tokens":131072,"completion_tokens":9}}\\n\\n'
TAIL = wrap(frame("", "stop") + USAGE + b"data: [DONE]\\n\\n") + b"0\\r\\n\\r\\n"
HEAD = b"HTTP/1.1 200 OK\\r\\ncontent-type: text/event-stream\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n"
async def handle(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            arrived = time.perf_counter()
            length = int(head.lower().split(b"content-length:")[1].split(b"\\r\\n")[0])
            body = await reader.readexactly(length)
            whole = time.perf_counter()
            wanted = json.loads(body[body.rindex(b"PLAN") + 4 : body.rindex(b"END")].replace(b'\\\\"', b'"'))
            writer.write(HEAD + wrap(frame(json.dumps([arrived, whole]) + " ")))
            if wanted["pace"]:
                started = time.perf_counter()
                for number in range(wanted["tokens"]):
                    due = started + number / wanted["pace"]
                    delay = due - time.perf_counter()
                    if delay > 0:
                        await asyncio.sleep(delay)
                    writer.write(wrap(frame(f"{time.perf_counter()!r} ")))
                await writer.drain()
            else:
                block = wrap(frame(" word"))
                for _ in range(wanted["tokens"]):
                    writer.write(block)
                await writer.drain()
            writer.write(TAIL)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
async def main():
    server = await asyncio.start_server(handle, "127.0.0.1", 0, limit=2**24)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""

WORDS = {
    "request_first_byte_ms": "request to its first byte at the server, ms",
    "request_whole_ms": "request to its last byte at the server, ms",
    "first_token_ms": "request to the first token here, ms",
    "first_token_ratio": "first token, as a ratio (bar 1.1)",
    "per_token_us": "each further token, µs",
    "lag_at_2000_per_s_ms": "lag behind 2,000 tokens a second, ms (bar 50)",
    "fresh_process_ms": "a fresh process to its first token, ms",
    "fresh_process_cpu_ms": "the same, ms of processor",
    "fresh_process_ratio": "the same, as a ratio (bar 1.1)",
}

COLD = {
    "bare httpx": """
import asyncio, httpx, json
async def main():
    async with httpx.AsyncClient() as client:
        body = {"model": "m", "messages": [{"role": "user", "content": QUESTION}], "stream": True}
        async with client.stream("POST", URL + "/chat/completions", json=body) as response:
            async for line in response.aiter_lines():
                if line:
                    return
asyncio.run(main())
""",
    "ours": """
import asyncio
from contextlib import aclosing
from docanalyst.domain.packing import pack
from docanalyst.domain.request import Request
from docanalyst.providers.opening import open_model
from docanalyst.providers.catalog.catalog import load_catalog
async def main():
    spec = load_catalog().provider("groq").models["openai/gpt-oss-120b"].spec
    model = open_model(spec, lookup={"GROQ_API_KEY": "k" * 9, "DOCANALYST_GROQ_BASE_URL": URL}.get)
    request = Request("", pack([], mark="x", count=len), (), "", QUESTION)
    async with aclosing(model.stream(request)) as deltas:
        await anext(deltas)
    await model.aclose()
asyncio.run(main())
""",
    "LangChain alone": """
import asyncio, httpx
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import HumanMessage
async def main():
    async with httpx.AsyncClient() as client:
        body = {"model": "m", "messages": [{"role": "user", "content": HumanMessage(QUESTION).text}]}
        async with client.stream("POST", URL + "/chat/completions", json=body) as response:
            async for line in response.aiter_lines():
                if line:
                    return
asyncio.run(main())
""",
    "through LangChain": """
import asyncio
from docanalyst.providers import create_chat_model
async def main():
    lookup = {"GROQ_API_KEY": "k" * 9, "DOCANALYST_GROQ_BASE_URL": URL}.get
    async for _ in create_chat_model("groq", "openai/gpt-oss-120b", lookup=lookup).astream(QUESTION):
        return
asyncio.run(main())
""",
}


@dataclass
class Figures:
    """Seconds, run by run."""

    first_byte: list[float] = field(default_factory=list)
    whole_body: list[float] = field(default_factory=list)
    first_token: list[float] = field(default_factory=list)
    per_token: list[float] = field(default_factory=list)
    lag: list[float] = field(default_factory=list)


Stream = Callable[[Request], AsyncIterator[str]]


def plan(tokens: int, pace: int = 0) -> str:
    return f"PLAN{json.dumps({'tokens': tokens, 'pace': pace})}END"


def request_for(tokens: int, pace: int = 0) -> Request:
    """A request of about 131,072 tokens; its question tells the server what to send."""
    pages = tuple(Page(number, str(number), PARAGRAPH * 30) for number in range(1, 226))
    document = Document("0" * 64, "Lease", pages)
    packed = pack([document], mark="abcd1234", count=lambda text: len(text) // 5)
    return Request("Answer from the documents.", packed, (document,), "\nCite.", plan(tokens, pace))


def bare(url: str, client: httpx.AsyncClient) -> Stream:
    async def stream(request: Request) -> AsyncIterator[str]:
        messages = [{"role": item.role, "content": item.content} for item in request.messages()]
        body = json.dumps({"model": "m", "messages": messages, "stream": True}, ensure_ascii=False).encode()
        async with client.stream("POST", f"{url}/chat/completions", content=body) as response:
            async for line in response.aiter_lines():
                if line.startswith("data: {"):
                    choices = json.loads(line[6:])["choices"]
                    if choices and (text := choices[0]["delta"].get("content")):
                        yield text

    return stream


def ours(model: object) -> Stream:
    async def stream(request: Request) -> AsyncIterator[str]:
        async with aclosing(model.stream(request)) as deltas:  # type: ignore[attr-defined]
            async for delta in deltas:
                if delta.answer:
                    yield delta.answer

    return stream


async def once(stream: Stream, figures: Figures) -> None:
    """The start of a request, then a long answer at full speed."""
    request = request_for(TOKENS)
    started = time.perf_counter()
    first = 0.0
    number = 0
    async for text in stream(request):
        if not number:
            first = time.perf_counter()
            arrived, whole = json.loads(text)
        number += 1
    ended = time.perf_counter()
    assert number == TOKENS + 1, number
    figures.first_byte.append(arrived - started)
    figures.whole_body.append(whole - started)
    figures.first_token.append(first - started)
    figures.per_token.append((ended - first) / TOKENS)


async def paced(stream: Stream, figures: Figures) -> None:
    """An answer at 2,000 tokens a second: how long after its sending the slowest of the last tokens came."""
    lags: list[float] = []
    number = 0
    async for text in stream(request_for(PACED, PACE)):
        now = time.perf_counter()
        if number:
            lags.append(now - float(text))
        number += 1
    assert number == PACED + 1
    figures.lag.append(statistics.median(lags[-200:]))


async def measure(url: str, runs: int) -> dict[str, Figures]:
    lookup = {"GROQ_API_KEY": "k" * 9, "DOCANALYST_GROQ_BASE_URL": url}.get
    direct = open_model(SPEC, lookup=lookup)
    chained = wrap_chat_model(create_chat_model("groq", SPEC.model_id, lookup=lookup), SPEC)
    found = {"bare httpx": Figures(), "ours": Figures(), "through LangChain": Figures()}
    async with httpx.AsyncClient(timeout=60) as client:
        streams = dict(zip(found, (bare(url, client), ours(direct), ours(chained)), strict=True))
        for stream in streams.values():
            await once(stream, Figures())
        for _ in range(runs):
            for name, stream in streams.items():
                await once(stream, found[name])
        for name, stream in streams.items():
            await paced(stream, found[name])
    await direct.aclose()
    return found


def cold(url: str, runs: int) -> dict[str, Cost]:
    """What a fresh process costs that ends with its first token."""
    head = f"URL = {url!r}\nQUESTION = {plan(1)!r}\n"
    ways = {
        name: partial(cost_of, [sys.executable, "-c", head + code], environment=environment())
        for name, code in COLD.items()
    }
    return in_turn(ways, 1) and in_turn(ways, runs)


def environment() -> dict[str, str]:
    """The environment, with the code that this file belongs to first on the path."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


def main() -> None:
    """Measure, print a table or JSON, and fail when the promise is broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    try:
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
        found = asyncio.run(measure(url, options.runs))
        started = cold(url, options.runs)
    finally:
        server.terminate()
        server.wait()
    rows = {
        name: {
            "request_first_byte_ms": 1e3 * statistics.median(figures.first_byte),
            "request_whole_ms": 1e3 * statistics.median(figures.whole_body),
            "first_token_ms": 1e3 * statistics.median(figures.first_token),
            "per_token_us": 1e6 * statistics.median(figures.per_token),
            "lag_at_2000_per_s_ms": 1e3 * statistics.median(figures.lag),
            "fresh_process_ms": 1e3 * started[name].wall,
            "fresh_process_cpu_ms": 1e3 * started[name].cpu,
            "fresh_process_ratio": started[name].cpu / started["bare httpx"].cpu,
        }
        for name, figures in found.items()
    }
    # Of each round, because a busy second that hits one way alone would decide a ratio of medians.
    bare_times = found["bare httpx"].first_token
    for name, row in rows.items():
        pairs = zip(found[name].first_token, bare_times, strict=True)
        row["first_token_ratio"] = statistics.median(ours / theirs for ours, theirs in pairs)
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        lines = [[words, *(f"{row[figure]:.2f}" for row in rows.values())] for figure, words in WORDS.items()]
        print(table([f"what, median of {options.runs}", *rows], lines))
        floor = started["LangChain alone"]
        print(f"\nA fresh process that imports LangChain and posts by httpx: {1e3 * floor.wall:.0f} ms,"
              f" {1e3 * floor.cpu:.0f} ms of processor.")  # fmt: skip
    ratio, lag = rows["ours"]["first_token_ratio"], rows["ours"]["lag_at_2000_per_s_ms"]
    fresh = rows["ours"]["fresh_process_ratio"]
    if ratio > 1.1 or fresh > 1.1 or lag > 50:
        sys.exit(
            f"missed: first token {ratio:.2f} times bare httpx (1.1), in a fresh process {fresh:.2f} (1.1),"
            f" lag {lag:.1f} ms (50)"
        )


if __name__ == "__main__":
    main()
