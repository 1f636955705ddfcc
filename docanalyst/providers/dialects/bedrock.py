"""AWS Bedrock's Converse format, over its binary event stream, with a bearer key."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from docanalyst.domain.models import Usage
from docanalyst.providers.dialects.base import FrameError, Malformed, Piece, count_of, text_of
from docanalyst.providers.dialects.endings import read_ending
from docanalyst.providers.dialects.eventstream import Corrupt, Event, EventDecoder
from docanalyst.providers.dialects.parameters import messages_of, sampling_fields, thinking_fields

if TYPE_CHECKING:
    from docanalyst.providers.catalog.entry import ModelEntry, ProviderEntry
    from docanalyst.providers.model import Call

_NORMAL = frozenset({"end_turn", "stop_sequence"})
_STATUS = {
    "throttlingException": 429,
    "validationException": 400,
    "modelStreamErrorException": 424,
    "internalServerException": 500,
    "serviceUnavailableException": 503,
    "modelTimeoutException": 408,
    "accessDeniedException": 403,
}


class BedrockDialect:
    """`/model/{id}/converse-stream`."""

    accept = "application/vnd.amazon.eventstream"

    def is_stream(self, content_type: str, head: bytes) -> bool:
        """Whether a body is AWS's event stream: such a one begins with a length, so never with a letter."""
        return content_type == self.accept or head[:1] == b"\x00"

    def path(self, call: Call) -> str:
        """The path after the base URL; the colon of a model's version is encoded."""
        return f"/model/{quote(call.model, safe='')}/converse-stream"

    def body(self, call: Call, provider: ProviderEntry, model: ModelEntry) -> dict[str, Any]:
        """The request's fields; the model is in the path."""
        settings: dict[str, Any] = {}
        if call.max_output is not None:
            settings["maxTokens"] = call.max_output
        sampling = sampling_fields(call, provider, model)
        if "temperature" in sampling:
            settings["temperature"] = sampling["temperature"]
        if "top_p" in sampling:
            settings["topP"] = sampling["top_p"]
        if call.stop:
            settings["stopSequences"] = list(call.stop)
        system = [
            {"text": item.content}
            for item in messages_of(call, model)
            if item.role == "system" and item.content
        ]
        fields: dict[str, Any] = {
            "messages": [
                {"role": item.role, "content": [{"text": item.content}]}
                for item in messages_of(call, model)
                if item.role != "system"
            ],
        }
        if system:
            fields["system"] = system
        if settings:
            fields["inferenceConfig"] = settings
        more = {**thinking_fields(call, model)}
        if more:
            fields["additionalModelRequestFields"] = more
        fields.update(call.extra)
        return fields

    async def pieces(self, body: AsyncIterator[bytes]) -> AsyncGenerator[Piece, None]:
        """The messages of a streamed body. Raises FrameError and Malformed."""
        decoder = EventDecoder()
        try:
            async for data in body:
                for event in decoder.feed(data):
                    yield _piece(event)
        except Corrupt as error:
            raise Malformed(f"an event stream that cannot be read: {error}") from None

    def whole(self, payload: Any) -> Piece:
        """The piece of a reply that came whole (`/converse`)."""
        if not isinstance(payload, dict):
            raise Malformed("a reply that is not an object")
        output = payload.get("output")
        if not isinstance(output, dict):
            raise FrameError(payload)
        message = output.get("message")
        blocks = message.get("content") if isinstance(message, dict) else None
        content = reasoning = ""
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, dict):
                content += text_of(block.get("text"))
                reasoning += _reasoning(block)
        return Piece(content, reasoning, _usage(payload.get("usage")),
                     read_ending(payload.get("stopReason"), _NORMAL))  # fmt: skip


def _piece(event: Event) -> Piece:
    kind = event.headers.get(":event-type") or event.headers.get(":exception-type") or ""
    try:
        payload = json.loads(event.payload) if event.payload else {}
    except ValueError:
        raise Malformed("an event that is not JSON") from None
    if event.headers.get(":message-type") in ("exception", "error"):
        code = kind or event.headers.get(":error-code", "")
        message = event.headers.get(":error-message") or (
            payload.get("message") if isinstance(payload, dict) else ""
        )
        raise FrameError({"error": {"code": code, "message": message or code}}, _STATUS.get(code, 0))
    if not isinstance(payload, dict):
        raise Malformed("an event that is not an object")
    if kind == "contentBlockDelta":
        delta = payload.get("delta")
        delta = delta if isinstance(delta, dict) else {}
        return Piece(content=text_of(delta.get("text")), reasoning=_reasoning(delta))
    if kind == "messageStop":
        return Piece(finish_reason=read_ending(payload.get("stopReason"), _NORMAL), done=True)
    if kind == "metadata":
        return Piece(usage=_usage(payload.get("usage")))
    return Piece()


def _reasoning(block: dict[str, Any]) -> str:
    inner = block.get("reasoningContent")
    if not isinstance(inner, dict):
        return ""
    whole = inner.get("reasoningText")
    return text_of(inner.get("text")) or text_of(whole.get("text") if isinstance(whole, dict) else None)


def _usage(table: Any) -> Usage | None:
    if not isinstance(table, dict) or "inputTokens" not in table:
        return None
    if not any(count_of(table, name) for name in ("inputTokens", "cacheReadInputTokens", "outputTokens")):
        return None
    # Bedrock counts cached tokens beside the input, everyone else within it.
    cached = count_of(table, "cacheReadInputTokens", "cacheReadInputTokenCount")
    written = count_of(table, "cacheWriteInputTokens", "cacheWriteInputTokenCount")
    return Usage(
        input_tokens=count_of(table, "inputTokens") + cached + written,
        cached_tokens=cached,
        output_tokens=count_of(table, "outputTokens"),
    )
