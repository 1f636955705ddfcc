"""A server on a real socket that answers as its script says, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    closed_early: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    """What to send. parts: each is written and flushed alone; a callable or event is awaited in between.

    length: None streams with chunked coding, "close" ends with the connection. cut: the socket is torn down
    in place of a proper end. hold: nothing more is sent after the parts; the socket stays open.
    """

    parts: Sequence[bytes | asyncio.Event | float] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "text/event-stream"
    cut: bool = False
    hold: bool = False
    refuse: bool = False


Script = list[Answer] | Callable[[Seen], Answer]


class Server:
    """See the module. Answers are taken in order; the last one repeats."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.seen: list[Seen] = []
        self.port = 0
        self._handlers: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _next(self, seen: Seen) -> Answer:
        if callable(self.script):
            return self.script(seen)
        return self.script[min(len(self.seen), len(self.script)) - 1]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        try:
            while (seen := await _read(reader)) is not None:
                if seen.method == "GET" and seen.path.endswith("/models") and not callable(self.script):
                    # Lists of models are asked for beside the answers, which come in order.
                    await self._answer(error_answer(404, {"error": "no list"}), seen, reader, writer)
                    break
                self.seen.append(seen)
                answer = self._next(seen)
                if not await self._answer(answer, seen, reader, writer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._handlers.discard(task)
            writer.close()

    async def _answer(
        self, answer: Answer, seen: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        if answer.refuse:
            writer.transport.abort()
            return False
        headers = {"content-type": answer.content_type, "transfer-encoding": "chunked", "connection": "close"}
        headers |= answer.headers
        head = f"HTTP/1.1 {answer.status} X\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items())
        writer.write(head.encode() + b"\r\n")
        await writer.drain()
        gone = asyncio.create_task(reader.read(1))
        try:
            for part in answer.parts:
                if isinstance(part, asyncio.Event):
                    await part.wait()
                elif isinstance(part, float):
                    await asyncio.sleep(part)
                else:
                    writer.write(b"%x\r\n%s\r\n" % (len(part), part))
                    await writer.drain()
            if answer.hold:
                await gone
                seen.closed_early.set()
                return False
            if answer.cut:
                writer.transport.abort()
                return False
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        except ConnectionError:
            seen.closed_early.set()
            return False
        finally:
            gone.cancel()
            await asyncio.wait([gone])
        return False

    async def close(self) -> None:
        for task in self._handlers:
            task.cancel()
        if self._handlers:
            await asyncio.wait(self._handlers)


async def _read(reader: asyncio.StreamReader) -> Seen | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(method, path, headers, body)


@asynccontextmanager
async def serving(*answers: Answer, script: Script | None = None) -> AsyncIterator[Server]:
    """A running server. Without answers it answers every request with the plain reply of `sse`."""
    chosen = script if script is not None else list(answers)
    server = Server(chosen or [Answer(parts=[sse_reply("Yes.")])])
    listener = await asyncio.start_server(server.handle, "127.0.0.1", 0, limit=2**26)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        await server.close()


def frame(payload: Any) -> bytes:
    """One server-sent event."""
    data = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
    return b"".join(b"data: " + line.encode() + b"\n" for line in data.split("\n")) + b"\n"


def delta(content: str | None = None, finish: str | None = None, **fields: Any) -> dict[str, Any]:
    """One frame of the OpenAI format."""
    inner: dict[str, Any] = {} if content is None else {"content": content}
    extra = {name: fields.pop(name) for name in list(fields) if name in ("usage", "x_groq", "error")}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "model": "served-model",
        "choices": [{"index": 0, "delta": {**inner, **fields}, "finish_reason": finish}],
        **extra,
    }


USAGE = {
    "prompt_tokens": 120,
    "completion_tokens": 30,
    "total_tokens": 150,
    "prompt_tokens_details": {"cached_tokens": 100},
    "completion_tokens_details": {"reasoning_tokens": 20},
}


def sse_reply(*contents: str, usage: dict[str, Any] | None = USAGE, finish: str = "stop") -> bytes:
    """A whole stream in the OpenAI format."""
    frames = [delta("", role="assistant"), *(delta(text) for text in contents), delta(finish=finish)]
    if usage is not None:
        frames.append({"id": "chatcmpl-1", "model": "served-model", "choices": [], "usage": usage})
    return b"".join(map(frame, frames)) + b"data: [DONE]\n\n"


def error_answer(status: int, body: Any, **headers: str) -> Answer:
    """A refusal."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(
        [data] if data else [],
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        content_type="application/json",
    )
