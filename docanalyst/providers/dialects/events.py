"""Server-sent events, read as hosts really send them.

Written here, because a library that follows the standard (httpx-sse was used) loses what broken hosts send:
an `error:` line, JSON without `data:`, frames parted by one line end, a last frame without a blank line, a
byte order mark. Lines end at LF, CR or CRLF and at nothing else, wherever the bytes are cut.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"
_FIELDS = (b"data:", b"event:", b"id:", b"retry:", b"error:", b":", b"data\n", b"event\n")


@dataclass(frozen=True, slots=True)
class Event:
    """One event. name: "" where none is given."""

    name: str
    data: str


def looks_like_events(head: bytes) -> bool:
    """Whether a body that begins like this is a stream of events, whatever its content type says."""
    return head.removeprefix(_BOM).lstrip().startswith(_FIELDS)


def is_event_stream(content_type: str, head: bytes) -> bool:
    """Whether a body is server-sent events, whatever proxies made of its content type; a page is not."""
    if looks_like_events(head):
        return True
    return content_type == "text/event-stream" and not head.lstrip().startswith(b"<")


async def events_of(body: AsyncIterator[bytes]) -> AsyncIterator[Event]:
    """Each event with data. A last one that is cut is left out."""
    reader = _Reader()
    async for line in _lines_of(body):
        for event in reader.take(line):
            yield event
    for event in reader.close():
        yield event


async def _lines_of(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The lines without their ends, blank ones too; the last one as far as it came."""
    rest: list[bytes] = []
    first, after_return = True, False
    async for data in body:
        if after_return and data.startswith(b"\n"):
            data = data[1:]
            after_return = False
        if not data:
            continue
        after_return = data.endswith(b"\r")
        head, *others = _LINE_END.split(data)
        rest.append(head)
        for other in others:
            line = b"".join(rest)
            rest = [other]
            yield line.removeprefix(_BOM) if first else line
            first = False
    yield b"".join(rest).removeprefix(_BOM) if first else b"".join(rest)


class _Reader:
    """Gathers lines into events."""

    def __init__(self) -> None:
        self._name = ""
        self._data: list[bytes] = []
        self._bare: list[bytes] = []

    def take(self, line: bytes) -> list[Event]:
        """The events that are whole with this line."""
        if self._bare:
            self._bare.append(line)
            return []
        if line.startswith(b"data:"):
            value = line[6:] if line.startswith(b"data: ") else line[5:]
            done = self._flush() if self._data and _begins_anew(value) and self._is_whole() else []
            self._data.append(value)
            return done
        if not line:
            return self._flush()
        if line.startswith(b"event:"):
            self._name = line[6:].strip().decode("utf-8", "replace")
        elif line.startswith(b"error:"):
            return [*self._flush(), Event("error", line[6:].strip().decode("utf-8", "replace"))]
        elif line.lstrip().startswith(b"{"):
            if _is_json(line):
                return [*self._flush(), Event("", line.decode("utf-8", "replace"))]
            self._bare.append(line)
        return []

    def close(self) -> list[Event]:
        """What is whole at the end of the stream, though no blank line followed it."""
        if self._bare:
            self._data = [b"\n".join(self._bare)]
        return self._flush() if self._data and self._is_whole() else []

    def _flush(self) -> list[Event]:
        name, data = self._name, self._data
        self._name, self._data = "", []
        return [Event(name, b"\n".join(data).decode("utf-8", "replace"))] if data else []

    def _is_whole(self) -> bool:
        data = b"\n".join(self._data)
        return data.strip() == b"[DONE]" or not _begins_anew(data) or _is_json(data)


def _begins_anew(value: bytes) -> bool:
    return value.lstrip().startswith((b"{", b"[DONE]"))


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True
