"""What every wire format gives: pieces of an answer, errors inside a stream, the protocol of a dialect."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from docanalyst.domain.models import Usage

if TYPE_CHECKING:
    from docanalyst.providers.catalog.entry import ModelEntry, ProviderEntry
    from docanalyst.providers.model import Call


_MOST_TOKENS = 1_000_000_000
"""No model's window comes near; a larger count is a fault of the host."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One frame, read. finish_reason: "stop", "length" or the provider's own word, once the model has ended.
    done: the frame that ends the stream.

    usage: as far as this frame knows; a later one replaces it.
    """

    content: str = ""
    reasoning: str = ""
    usage: Usage | None = None
    finish_reason: str | None = None
    model: str | None = None
    done: bool = False


class FrameError(Exception):
    """An error inside a stream that began well. body: as the provider sent it; status: its own, or 0."""

    def __init__(self, body: Any, status: int = 0) -> None:
        super().__init__("error inside a stream")
        self.text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        self.status = status


class Malformed(Exception):
    """A frame that cannot be read. what: in words."""


class Dialect(Protocol):
    """A wire format."""

    accept: str

    def is_stream(self, content_type: str, head: bytes) -> bool:
        """Whether a body is a stream of this format, by its type and its first bytes; else it came whole."""

    def path(self, call: Call) -> str:
        """The path after the base URL."""

    def body(self, call: Call, provider: ProviderEntry, model: ModelEntry) -> dict[str, Any]:
        """The request's fields, in order: the model first, because routers read only a prefix."""

    def pieces(self, body: AsyncIterator[bytes]) -> AsyncGenerator[Piece, None]:
        """The frames of a streamed body. Raises FrameError and Malformed."""

    def whole(self, payload: Any) -> Piece:
        """The one piece of a response that came whole, although a stream was asked for."""


def text_of(value: Any) -> str:
    """A field that should be text: text as it is, a list of text parts joined, anything else as nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(
            text_of(part.get("text")) if isinstance(part, dict) else text_of(part) for part in value
        )
    return ""


def count_of(table: Any, *names: str) -> int:
    """The first of these fields that is a number of tokens, else 0. Numbers may come as floats or as text;
    one that no window could hold is none."""
    if isinstance(table, dict):
        for name in names:
            value = table.get(name)
            if isinstance(value, str) and value.strip().isdecimal() and len(value) < 20:
                value = int(value)
            if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS:
                return int(value)
    return 0
