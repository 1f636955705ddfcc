"""A provider on a real socket that answers grids, with the faults it is told to make, and counts its bill.

It reads the field names and the documents out of the request, quotes the first words of a page for every
field, and bills what it counts. Run as a program it serves until it is killed: `grid_server.py LATENCY`.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

NAMES = re.compile(r"Names, in this order: ([^\n]+)\.")
PAGE = re.compile(r"\[(D\d+) p\.(\d+)[^\]\n]*\]\n(.+?)\n\n(?=\[D|</doc)", re.DOTALL)
UNIT = re.compile(r"CONTRACT-(\d+)|<documents mark=\"(\w+)\">")
AGAIN = "could not be used"
FAULTS = (
    "429", "429 without a time", "500", "502 page", "503", "reset", "error frame", "malformed frame", "cut",
    "empty answer", "no fields", "half the fields", "cut at length", "no usage", "wrong quote", "json",
)  # fmt: skip


@dataclass
class Seen:
    """One request as it arrived."""

    unit: str
    number: int
    body: dict[str, Any]
    repair: bool


@dataclass
class Bill:
    """What the provider counts as delivered: tokens in and out, by unit, and the requests it saw."""

    tokens: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    most_at_once: int = 0

    @property
    def input_tokens(self) -> int:
        return sum(tokens for bills in self.tokens.values() for tokens, _ in bills)

    @property
    def micros(self) -> int:
        """The bill at $1 a million tokens in and $2 a million out, in millionths of a dollar."""
        return self.input_tokens + 2 * self.output_tokens

    @property
    def output_tokens(self) -> int:
        return sum(tokens for bills in self.tokens.values() for _, tokens in bills)


Behave = Callable[[Seen], str]

CHARGED = frozenset(
    {"500", "502 page", "504", "reset", "error frame", "malformed frame", "cut", "cut at the end", "stall"}
    | {"broken body"}
)
"""Faults after an answer was written, for which a provider may charge."""


class GridServer:
    """See the module.

    behave: the fault for a request, "" for none. latency: seconds before an answer. charged: faults for which
    the answer is billed although it never arrives whole.
    """

    def __init__(
        self,
        behave: Behave = lambda seen: "",
        *,
        latency: float = 0.0,
        headers: dict[str, str] | None = None,
        exact: bool = True,
        charged: frozenset[str] = frozenset(),
    ) -> None:
        self.behave = behave
        self.latency = latency
        self.headers = headers or {}
        self.bill = Bill()
        self.requests: list[Seen] = []
        self.port = 0
        self.now = 0
        self.charged = charged
        self._exact = exact
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> GridServer:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._handle, "127.0.0.1", 0, limit=2**26)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        try:
            self._loop.run_forever()
        finally:
            server.close()
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if head.startswith(b"GET"):
                    writer.write(_head(404, {"content-length": "0"}))
                    continue
                length = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])  # type: ignore[index]
                body = json.loads(await reader.readexactly(length))
                if not await self._answer(body, writer):
                    break
        writer.close()

    async def _answer(self, body: dict[str, Any], writer: asyncio.StreamWriter) -> bool:
        text = body["messages"][-1]["content"]
        whole = "\n".join(message["content"] for message in body["messages"])
        marks = UNIT.findall(whole)
        unit = next((number for number, _ in marks if number), marks[0][1] if marks else "?")
        self.bill.seen[unit] = self.bill.seen.get(unit, 0) + 1
        seen = Seen(unit, self.bill.seen[unit], body, AGAIN in text)
        self.requests.append(seen)
        self.now += 1
        self.bill.most_at_once = max(self.bill.most_at_once, self.now)
        try:
            if self.latency:
                await asyncio.sleep(self.latency)
            return await self._reply(self.behave(seen), seen, body, text, whole, writer)
        finally:
            self.now -= 1

    async def _reply(
        self,
        fault: str,
        seen: Seen,
        body: dict[str, Any],
        text: str,
        whole: str,
        writer: asyncio.StreamWriter,
    ) -> bool:
        answer = grid_answer(text, whole, fault)
        usage = {"prompt_tokens": self._count(body["messages"]), "completion_tokens": self._size(answer)}
        if fault == "half read":
            usage["prompt_tokens"] //= 4
        if fault in self.charged or (fault not in CHARGED and not fault[:3].isdigit()):
            # Billed when it is written, whether or not anybody is left to read it.
            bill = (usage["prompt_tokens"], usage["completion_tokens"])
            self.bill.tokens.setdefault(seen.unit, []).append(bill)
        if fault == "reset":
            writer.transport.abort()
            return False
        if fault[:3].isdigit():
            return await self._refuse(fault, writer)
        if fault == "broken body":
            body_text = json.dumps({"choices": [{"message": {"content": answer}}]}).encode()[:-30]
            head = {"content-type": "application/json", "content-length": str(len(body_text)), **self.headers}
            writer.write(_head(200, head) + body_text)
            await writer.drain()
            return True
        head = {"content-type": "text/event-stream", "transfer-encoding": "chunked", **self.headers}
        writer.write(_head(200, head))
        frames: list[bytes] = [_frame(delta={"role": "assistant", "content": ""})]
        if fault == "error frame":
            frames = [_data({"error": {"message": "overloaded", "code": 503}})]
        else:
            size = max(40, len(answer) // 4)
            frames += [
                _frame(delta={"content": answer[at : at + size]}) for at in range(0, len(answer), size)
            ]
            if fault == "malformed frame":
                frames[2:] = [b"data: {not json\n\n"]
        if fault in ("cut", "stall"):
            frames = frames[: len(frames) // 2]
        elif fault not in ("error frame", "malformed frame", "cut at the end"):
            reason = "length" if fault == "cut at length" else "stop"
            frames.append(_frame(delta={}, finish=reason))
            if fault != "no usage":
                frames.append(_data({"model": "m", "choices": [], "usage": usage}))
            frames.append(b"data: [DONE]\n\n")
        for frame in frames:
            writer.write(b"%x\r\n%s\r\n" % (len(frame), frame))
        await writer.drain()
        if fault == "stall":
            await asyncio.sleep(8)
        if fault in ("cut", "cut at the end", "stall"):
            writer.transport.abort()
            return False
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    def _count(self, messages: list[dict[str, str]]) -> int:
        if not self._exact:
            return sum(len(message["content"]) for message in messages) // 4
        from docanalyst.tokens import qwen3

        return qwen3.count_messages(messages, thinking=False)

    def _size(self, answer: str) -> int:
        if not self._exact:
            return max(1, len(answer) // 4)
        from docanalyst.tokens import qwen3

        return qwen3.count(answer)

    async def _refuse(self, fault: str, writer: asyncio.StreamWriter) -> bool:
        status = int(fault[:3])
        headers = {"content-type": "application/json", **self.headers}
        if fault == "429":
            headers["retry-after"] = "0.05"
        code = "rate_limit_exceeded" if status == 429 else "x"
        payload = json.dumps({"error": {"message": f"refused with {fault}", "code": code}}).encode()
        if "page" in fault:
            payload = b"<html><title>Bad gateway</title></html>"
        headers["content-length"] = str(len(payload))
        writer.write(_head(status, headers) + payload)
        await writer.drain()
        return True


def grid_answer(text: str, whole: str, fault: str = "") -> str:
    """A full answer to a grid, or one with the fault: a line and a quote for each field."""
    found = NAMES.findall(text)
    names = [name.strip() for name in found[-1].split(",")] if found else []
    pages = PAGE.findall(whole)
    if fault == "empty answer":
        return ""
    if not names and pages and not fault:
        return _one_quote_a_document(pages)
    if fault == "no fields" or not names or not pages:
        return "I have read the documents and find them very interesting."
    if fault == "half the fields":
        names = names[: max(1, len(names) // 2)]
    if fault == "cut at length":
        names = names[:1]
    if fault in ("silent", "half read"):
        return "".join(f"- {name}: not addressed\n" for name in names)
    lines, notes, members = [], [], {}
    for number, name in enumerate(names, 1):
        document, page, body = pages[number % len(pages)]
        quote = " ".join(body.split()[:9])
        if fault == "wrong quote":
            quote = "these words stand nowhere in it at all"
        lines.append(f"- {name}: value of {name} [^{number}]")
        notes.append(f'[^{number}]: {document} p.{page} "{quote}"')
        members[name] = {
            "answer": "stated",
            "value": f"value of {name}",
            "quotes": [{"document": document, "page": int(page), "quote": quote}],
        }
    return json.dumps(members) if fault == "json" else "\n".join(lines) + "\n\n" + "\n".join(notes) + "\n"


def _one_quote_a_document(pages: list[tuple[str, str, str]]) -> str:
    """An answer in prose that quotes the first words of the first page shown of each document."""
    firsts = list({name: (name, page, body) for name, page, body in reversed(pages)}.values())[::-1]
    said = (f"Document {name} says so. [^{number}]" for number, (name, _, _) in enumerate(firsts, 1))
    cited = (
        f'[^{number}]: {name} p.{page} "{" ".join(body.split()[:9])}"'
        for number, (name, page, body) in enumerate(firsts, 1)
    )
    return "\n".join([*said, "", *cited, ""])


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode()


def _frame(delta: dict[str, Any], finish: str | None = None) -> bytes:
    return _data({"model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def _data(payload: Any) -> bytes:
    return f"data: {json.dumps(payload, ensure_ascii=False)}\n\n".encode()


if __name__ == "__main__":
    with GridServer(latency=float(sys.argv[1]), exact=False) as served:
        print(served.port, flush=True)
        while True:
            time.sleep(60)
