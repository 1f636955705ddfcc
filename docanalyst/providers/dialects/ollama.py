"""Ollama's own chat format: one JSON object a line.

Its OpenAI path cannot set the window, and drops earlier messages silently when they do not fit; here the
window is set with each request and truncation is forbidden.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from docanalyst.domain.models import Usage
from docanalyst.providers.dialects.base import FrameError, Malformed, Piece, count_of, text_of
from docanalyst.providers.dialects.endings import read_ending
from docanalyst.providers.dialects.lines import lines_of
from docanalyst.providers.dialects.parameters import messages_of, sampling_fields, thinking_fields

if TYPE_CHECKING:
    from docanalyst.providers.catalog.entry import ModelEntry, ProviderEntry
    from docanalyst.providers.model import Call

_STEP = 16_384
"""The window is set in steps, because another window makes the server load the model again."""

_CONTENT_TYPES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
_NORMAL = frozenset({"stop"})
_DEFAULT_OUTPUT = 4_096


class OllamaDialect:
    """`/api/chat`, newline-delimited JSON."""

    accept = "application/x-ndjson"

    def is_stream(self, content_type: str, head: bytes) -> bool:
        """Whether a body is objects line by line; a page or plain text is not."""
        return content_type in _CONTENT_TYPES or head.lstrip()[:1] == b"{"

    def path(self, call: Call) -> str:
        """The path after the base URL."""
        return "/api/chat"

    def body(self, call: Call, provider: ProviderEntry, model: ModelEntry) -> dict[str, Any]:
        """The request's fields; the model comes first."""
        options: dict[str, Any] = {"num_ctx": window_for(call, model.spec.context_window)}
        if call.max_output is not None:
            options["num_predict"] = call.max_output
        options.update(sampling_fields(call, provider, model))
        if call.stop:
            options["stop"] = list(call.stop)
        fields: dict[str, Any] = {
            "model": call.model,
            "messages": [{"role": item.role, "content": item.content} for item in messages_of(call, model)],
            "stream": True,
            "truncate": False,
            "shift": False,
        }
        fields.update(thinking_fields(call, model))
        if call.schema is not None and model.structured:
            fields["format"] = dict(call.schema)
        extra = dict(call.extra)
        options.update(extra.pop("options", {}))
        fields["options"] = options
        fields.update(extra)
        return fields

    async def pieces(self, body: AsyncIterator[bytes]) -> AsyncGenerator[Piece, None]:
        """The frames of a streamed body. Raises FrameError and Malformed."""
        async with aclosing(lines_of(body)) as lines:
            async for line in lines:
                try:
                    payload = json.loads(line)
                except ValueError:
                    raise Malformed("a line that is not JSON") from None
                yield self.whole(payload)

    def whole(self, payload: Any) -> Piece:
        """The piece that one object carries."""
        if not isinstance(payload, dict):
            raise Malformed("a line that is not an object")
        if payload.get("error") or not ({"message", "done"} & payload.keys()):
            raise FrameError(payload)
        message = payload.get("message")
        message = message if isinstance(message, dict) else {}
        done = payload.get("done") is True
        model = payload.get("model")
        return Piece(
            content=text_of(message.get("content")),
            reasoning=text_of(message.get("thinking")) or text_of(message.get("reasoning_content")),
            usage=_usage(payload) if done else None,
            finish_reason=_ending(payload, message) if done else None,
            model=model if isinstance(model, str) else None,
            done=done,
        )


def _ending(payload: dict[str, Any], message: dict[str, Any]) -> str | None:
    """How the last line says that the model ended. Servers before done_reason (2024) said `done` alone."""
    if message.get("tool_calls"):
        return "tool_calls"
    stated = payload.get("done_reason", "stop" if "done_reason" not in payload else None)
    return read_ending(stated, _NORMAL)


def window_for(call: Call, window: int) -> int:
    """The window to ask for: prompt and answer rounded up to a step, at most the model's own.

    Without a count of the prompt, one token a character is assumed, which is never too few.
    """
    prompt = call.prompt_tokens
    if prompt is None:
        prompt = sum(len(message.content) for message in call.messages)
    needed = prompt + (call.max_output or _DEFAULT_OUTPUT) + 64 * len(call.messages)
    return min(window, -(-needed // _STEP) * _STEP)


def _usage(payload: dict[str, Any]) -> Usage | None:
    prompt = count_of(payload, "prompt_eval_count")
    # No prompt has no tokens: a server that says 0 has not counted.
    return Usage(input_tokens=prompt, output_tokens=count_of(payload, "eval_count")) if prompt else None
