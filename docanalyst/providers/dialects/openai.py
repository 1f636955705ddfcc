"""The OpenAI chat completions format, with the habits of the hosts that speak it."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from docanalyst.domain.models import Usage
from docanalyst.providers.dialects.base import FrameError, Malformed, Piece, count_of, text_of
from docanalyst.providers.dialects.parameters import (
    messages_of,
    sampling_fields,
    schema_fields,
    thinking_fields,
)

if TYPE_CHECKING:
    import httpx

    from docanalyst.providers.catalog.entry import ModelEntry, ProviderEntry
    from docanalyst.providers.model import Call

_REASONING_FIELDS = ("reasoning", "reasoning_content", "thinking")


class OpenAIDialect:
    """Chat completions over server-sent events."""

    accept = "text/event-stream"
    content_types: tuple[str, ...] = ("text/event-stream",)

    def path(self, call: Call) -> str:
        """The path after the base URL."""
        return "/chat/completions"

    def body(self, call: Call, provider: ProviderEntry, model: ModelEntry) -> dict[str, Any]:
        """The request's fields; the model comes first."""
        fields: dict[str, Any] = {
            "model": call.model,
            "messages": [{"role": item.role, "content": item.content} for item in messages_of(call, model)],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if call.max_output is not None:
            fields[model.max_output_field or provider.max_output_field] = call.max_output
        fields.update(sampling_fields(call, provider, model))
        if call.stop:
            fields["stop"] = list(call.stop)
        fields.update(provider.body)
        fields.update(thinking_fields(call, model))
        fields.update(schema_fields(call, provider, model))
        fields.update(call.extra)
        return fields

    async def pieces(self, response: httpx.Response) -> AsyncGenerator[Piece, None]:
        """The frames of a streamed response. Raises FrameError and Malformed."""
        from httpx_sse import EventSource

        response.encoding = "utf-8"
        async with aclosing(EventSource(response).aiter_sse()) as events:
            async for event in events:
                data = event.data.strip()
                if not data:
                    continue
                if data == "[DONE]":
                    yield Piece(done=True)
                    continue
                try:
                    payload = json.loads(data)
                except ValueError:
                    if event.event == "error":
                        raise FrameError(data) from None
                    raise Malformed("a frame that is not JSON") from None
                if event.event == "error":
                    raise FrameError(payload, _status_of(payload))
                yield self.whole(payload)

    def whole(self, payload: Any) -> Piece:
        """The piece that one payload carries, a frame or a whole reply."""
        if not isinstance(payload, dict):
            raise Malformed("a frame that is not an object")
        _raise_error(payload)
        extra = payload.get("x_groq")
        usage = read_usage(payload.get("usage")) or read_usage(
            extra.get("usage") if isinstance(extra, dict) else None
        )
        model = payload.get("model")
        content = reasoning = ""
        finish = None
        choices = payload.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if isinstance(choice, dict):
            step = choice.get("delta") or choice.get("message") or {}
            if isinstance(step, dict):
                content = text_of(step.get("content"))
                reasoning = next(
                    (text for name in _REASONING_FIELDS if (text := text_of(step.get(name)))), ""
                )
                if refusal := text_of(step.get("refusal")):
                    content += refusal
            finish = choice.get("finish_reason")
            if finish == "error" or choice.get("native_finish_reason") == "error":
                raise FrameError(choice.get("error") or payload)
        return Piece(
            content=content,
            reasoning=reasoning,
            usage=usage,
            finish_reason=str(finish) if finish else None,
            model=model if isinstance(model, str) and model else None,
        )


def read_usage(table: Any) -> Usage | None:
    """Tokens as billed, or None where the host has not said (no prompt has 0 tokens)."""
    if not isinstance(table, dict) or not count_of(table, "prompt_tokens"):
        return None
    prompt = table.get("prompt_tokens_details")
    completion = table.get("completion_tokens_details")
    billed = count_of(table, "prompt_tokens")
    output = count_of(table, "completion_tokens")
    cached = count_of(prompt, "cached_tokens") or count_of(table, "prompt_cache_hit_tokens", "cached_tokens")
    return Usage(
        input_tokens=billed,
        cached_tokens=min(cached, billed),
        output_tokens=output,
        reasoning_tokens=min(count_of(completion, "reasoning_tokens"), output),
    )


def _raise_error(payload: dict[str, Any]) -> None:
    if payload.get("error"):
        raise FrameError(payload, _status_of(payload))
    extra = payload.get("x_groq")
    if isinstance(extra, dict) and extra.get("error"):
        raise FrameError({"error": extra["error"]})
    if payload.get("object") == "error":
        raise FrameError(payload, _status_of(payload))


def _status_of(payload: Any) -> int:
    inner = payload.get("error", payload) if isinstance(payload, dict) else None
    code = inner.get("code") if isinstance(inner, dict) else None
    if isinstance(code, str) and code.isdigit():
        code = int(code)
    return code if isinstance(code, int) and 400 <= code < 600 else 0
