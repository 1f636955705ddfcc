"""The OpenAI chat completions format, with the habits of the hosts that speak it."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any

from docanalyst.domain.models import Usage
from docanalyst.providers.dialects.base import FrameError, Malformed, Piece, count_of, text_of
from docanalyst.providers.dialects.endings import read_ending, worse
from docanalyst.providers.dialects.events import events_of, is_event_stream
from docanalyst.providers.dialects.parameters import (
    messages_of,
    sampling_fields,
    schema_fields,
    thinking_fields,
)

if TYPE_CHECKING:
    from docanalyst.providers.catalog.entry import ModelEntry, ProviderEntry
    from docanalyst.providers.model import Call

_NORMAL = frozenset({"stop", "eos", "eos_token", "end_turn", "stop_sequence", "completed"})
"""Normal stops: OpenAI's, Together's, TGI's, Anthropic's passed on, OpenAI's newer one by routers."""

_HARMLESS = frozenset(
    {
        *("id", "object", "created", "model", "choices", "usage", "x_groq", "system_fingerprint", "type"),
        *("prompt_filter_results", "service_tier", "provider", "timings", "obfuscation", "metadata"),
    }
)
"""Fields of frames that carry no part of an answer and no error."""

_ERROR_FIELDS = frozenset({"code", "message", "detail", "errors", "error_msg", "error_code", "msg", "reason"})
"""Fields of which an error frame has one, so that its words can be shown."""

_REASONING_FIELDS = ("reasoning", "reasoning_content", "thinking")


class OpenAIDialect:
    """Chat completions over server-sent events."""

    accept = "text/event-stream"

    def is_stream(self, content_type: str, head: bytes) -> bool:
        """Whether a body is server-sent events, whatever proxies made of its type; a page is not."""
        return is_event_stream(content_type, head)

    def path(self, call: Call) -> str:
        """The path after the base URL."""
        return "/chat/completions"

    def body(self, call: Call, provider: ProviderEntry, model: ModelEntry) -> dict[str, Any]:
        """The request's fields; the model comes first."""
        fields: dict[str, Any] = {
            "model": call.model,
            "messages": [{"role": item.role, "content": item.content} for item in messages_of(call, model)],
            "stream": True,
            "stream_options": {"include_usage": True} if provider.stream_usage else None,
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

    async def pieces(self, body: AsyncIterator[bytes]) -> AsyncGenerator[Piece, None]:
        """The frames of a streamed body, up to [DONE]. Raises FrameError and Malformed."""
        async for event in events_of(body):
            data = event.data.strip()
            if not data:
                continue
            if data == "[DONE]":
                yield Piece(done=True)
                return
            try:
                payload = json.loads(data)
            except ValueError:
                if event.name == "error" or not data.startswith(("{", "[")):
                    raise FrameError(data) from None
                raise Malformed("a frame that is not JSON") from None
            if event.name == "error":
                raise FrameError(payload, _status_of(payload))
            yield self.whole(payload)

    def whole(self, payload: Any) -> Piece:
        """The piece that one payload carries, a frame or a whole reply."""
        if isinstance(payload, list) and payload and isinstance(payload[0], dict):
            payload = payload[0]
        if not isinstance(payload, dict):
            raise Malformed("a frame that is not an object")
        _raise_error(payload)
        extra = payload.get("x_groq")
        usage = read_usage(payload.get("usage")) or read_usage(
            extra.get("usage") if isinstance(extra, dict) else None
        )
        model = payload.get("model")
        choice = _first_choice(payload.get("choices"))
        step = choice.get("delta") or choice.get("message") or {}
        content = reasoning = ""
        finish = _ending(choice)
        if isinstance(step, dict):
            content = text_of(step.get("content")) + text_of(step.get("refusal"))
            reasoning = next((text for name in _REASONING_FIELDS if (text := text_of(step.get(name)))), "")
            reasoning = (
                reasoning or _thoughts(step.get("reasoning_details")) or _thoughts(step.get("content"))
            )
            if step.get("tool_calls") or step.get("function_call"):
                finish = "tool_calls"
        return Piece(
            content=content,
            reasoning=reasoning,
            usage=usage,
            finish_reason=finish,
            model=model if isinstance(model, str) and model else None,
        )


def _first_choice(choices: Any) -> dict[str, Any]:
    """The choice with index 0, which hosts may leave out; one answer is asked for."""
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, dict) and choice.get("index") in (0, None):
            return choice
    return {}


def _ending(choice: dict[str, Any]) -> str | None:
    """How a choice says that the model ended: by the router's word and, where it gives it, the host's own."""
    stated = read_ending(choice.get("finish_reason"), _NORMAL)
    native = read_ending(choice.get("native_finish_reason"), _NORMAL)
    return worse(stated, native) if stated else None


def _thoughts(parts: Any) -> str:
    """The text of parts that are thoughts: Mistral's content, OpenRouter's details."""
    found = []
    for part in parts if isinstance(parts, list) else ():
        kind = part.get("type") if isinstance(part, dict) else None
        if isinstance(kind, str) and (kind == "thinking" or kind.startswith("reasoning")):
            found.append(text_of(part.get("thinking") or part.get("text") or part.get("summary")))
    return "".join(found)


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
    """Raises FrameError for a payload that is not part of an answer, whatever shape its error has.

    By an allow-list: a frame without choices is harmless only if all of its fields are known to be.
    """
    if payload.get("error") or payload.get("object") == "error" or payload.get("type") == "error":
        raise FrameError(payload, _status_of(payload))
    extra = payload.get("x_groq")
    if isinstance(extra, dict) and extra.get("error"):
        raise FrameError({"error": extra["error"]})
    choices = payload.get("choices")
    if not isinstance(choices, list | None):
        raise Malformed("a frame whose choices are not a list")
    counted = isinstance(payload.get("usage"), dict)
    if not choices and not counted and not payload.keys() <= _HARMLESS:
        if payload.keys() & _ERROR_FIELDS:
            raise FrameError(payload, _status_of(payload))
        raise Malformed(f"{json.dumps(payload, ensure_ascii=False)[:200]} instead of an answer")
    choice = _first_choice(choices)
    if choice.get("error"):
        raise FrameError({"error": choice["error"]}, _status_of(choice))
    if "error" in (choice.get("finish_reason"), choice.get("native_finish_reason")):
        raise FrameError({"error": {"message": "the host reported an error and did not name it"}})


def _status_of(payload: Any) -> int:
    inner = payload.get("error", payload) if isinstance(payload, dict) else None
    code = inner.get("code") if isinstance(inner, dict) else None
    if isinstance(code, str) and code.isdigit():
        code = int(code)
    return code if isinstance(code, int) and 400 <= code < 600 else 0
