"""Anthropic's messages format: the system text apart, thinking in blocks, documents marked for its cache."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any

from docanalyst.domain.models import Usage
from docanalyst.providers.dialects.base import FrameError, Malformed, Piece, count_of, text_of
from docanalyst.providers.dialects.endings import read_ending
from docanalyst.providers.dialects.events import events_of, is_event_stream
from docanalyst.providers.dialects.parameters import messages_of, sampling_fields, thinking_fields

if TYPE_CHECKING:
    from docanalyst.providers.catalog.entry import ModelEntry, ProviderEntry
    from docanalyst.providers.model import Call

_NORMAL = frozenset({"end_turn", "stop_sequence"})
_DEFAULT_OUTPUT = 4_096
_CACHE = {"cache_control": {"type": "ephemeral"}}
_STATUS = {
    "overloaded_error": 529,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "authentication_error": 401,
    "permission_error": 403,
    "billing_error": 402,
    "not_found_error": 404,
    "request_too_large": 413,
    "invalid_request_error": 400,
}
_QUIET = frozenset({"ping", "content_block_start", "content_block_stop", "message_stop", "message_start"})


class AnthropicDialect:
    """`/messages` over server-sent events."""

    accept = "text/event-stream"

    def is_stream(self, content_type: str, head: bytes) -> bool:
        """Whether a body is server-sent events, whatever proxies made of its type."""
        return is_event_stream(content_type, head)

    def path(self, call: Call) -> str:
        """The path after the base URL."""
        return "/messages"

    def body(self, call: Call, provider: ProviderEntry, model: ModelEntry) -> dict[str, Any]:
        """The request's fields; the model comes first."""
        messages = messages_of(call, model)
        fields: dict[str, Any] = {
            "model": call.model,
            "max_tokens": call.max_output or model.spec.max_output_tokens or _DEFAULT_OUTPUT,
        }
        system = "\n\n".join(item.content for item in messages if item.role == "system" and item.content)
        if system:
            fields["system"] = system
        fields["messages"] = [
            {"role": item.role, "content": _blocks(item.content, call.documents)}
            for item in messages
            if item.role != "system"
        ]
        fields["stream"] = True
        fields.update(sampling_fields(call, provider, model))
        if call.stop:
            fields["stop_sequences"] = list(call.stop)
        fields.update(thinking_fields(call, model))
        fields.update(call.extra)
        return fields

    async def pieces(self, body: AsyncIterator[bytes]) -> AsyncGenerator[Piece, None]:
        """The events of a streamed body. Raises FrameError and Malformed."""
        begun: Any = None
        async for event in events_of(body):
            try:
                payload = json.loads(event.data)
            except ValueError:
                raise FrameError(event.data) from None
            if not isinstance(payload, dict):
                raise Malformed("an event that is not an object")
            kind = payload.get("type") or event.name
            if kind == "error" or payload.get("error") or event.name == "error":
                raise _failure(payload)
            if kind == "message_start":
                message = payload.get("message")
                begun = message.get("usage") if isinstance(message, dict) else None
                yield Piece(usage=_usage(begun), model=_model(message))
            elif kind == "content_block_delta":
                yield _delta(payload.get("delta"))
            elif kind == "message_delta":
                delta, counts = payload.get("delta"), payload.get("usage")
                reason = delta.get("stop_reason") if isinstance(delta, dict) else None
                both = {**(begun if isinstance(begun, dict) else {}), **_stated(counts)}
                yield Piece(usage=_usage(both), finish_reason=read_ending(reason, _NORMAL))
            elif kind == "message_stop":
                yield Piece(done=True)
                return
            elif kind not in _QUIET:
                raise Malformed(f"an event of the unknown type {str(kind)[:60]!r}")

    def whole(self, payload: Any) -> Piece:
        """The piece of a message that came whole."""
        if not isinstance(payload, dict):
            raise Malformed("a reply that is not an object")
        blocks = payload.get("content")
        if payload.get("type") == "error" or not isinstance(blocks, list):
            raise _failure(payload)
        found = [_delta(block) for block in blocks]
        return Piece(
            "".join(piece.content for piece in found),
            "".join(piece.reasoning for piece in found),
            _usage(payload.get("usage")),
            read_ending(payload.get("stop_reason"), _NORMAL),
            _model(payload),
        )


def _blocks(content: str, documents: str) -> Any:
    """The content of a message; up to the end of the documents it is a block of its own, to be cached."""
    end = content.find(documents) + len(documents) if documents and documents in content else 0
    if not end:
        return content
    blocks: list[dict[str, Any]] = [{"type": "text", "text": content[:end], **_CACHE}]
    if content[end:].strip():
        blocks.append({"type": "text", "text": content[end:]})
    return blocks


def _delta(block: Any) -> Piece:
    if not isinstance(block, dict):
        return Piece()
    if block.get("type") in ("input_json_delta", "tool_use", "server_tool_use"):
        return Piece(finish_reason="tool_use")
    return Piece(content=text_of(block.get("text")), reasoning=text_of(block.get("thinking")))


def _failure(payload: dict[str, Any]) -> FrameError:
    inner = payload.get("error")
    kind = inner.get("type") if isinstance(inner, dict) else None
    return FrameError(payload, _STATUS.get(kind, 0) if isinstance(kind, str) else 0)


def _stated(counts: Any) -> dict[str, Any]:
    return {name: value for name, value in counts.items() if value} if isinstance(counts, dict) else {}


def _model(message: Any) -> str | None:
    name = message.get("model") if isinstance(message, dict) else None
    return name if isinstance(name, str) and name else None


def _usage(table: Any) -> Usage | None:
    # Cached tokens are counted beside the input here, everywhere else within it.
    read = count_of(table, "cache_read_input_tokens")
    written = count_of(table, "cache_creation_input_tokens")
    billed = count_of(table, "input_tokens") + read + written
    if not billed:
        return None
    output = count_of(table, "output_tokens")
    return Usage(billed, read, output, 0, written_tokens=written)
