"""LangChain messages to ours and back, text only."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    ChatMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.messages.ai import UsageMetadata

from docanalyst.domain.errors import UsageError
from docanalyst.domain.models import Delta, Usage
from docanalyst.domain.request import Message

_REASONING_BLOCKS = ("reasoning", "thinking", "reasoning_content")


def to_ours(messages: Sequence[BaseMessage]) -> tuple[Message, ...]:
    """Role and text of each message. Earlier reasoning is left out. Raises UsageError for files."""
    return tuple(Message(_role(message), text_content(message)) for message in messages)


def to_langchain(messages: Sequence[Message]) -> list[BaseMessage]:
    """The same messages for a LangChain chat model."""
    kinds: dict[str, type[BaseMessage]] = {"system": SystemMessage, "assistant": AIMessage}
    return [kinds.get(message.role, HumanMessage)(content=message.content) for message in messages]


def text_content(message: BaseMessage, *, strict: bool = True) -> str:
    """The text of a message.

    strict: anything but text and reasoning is refused, by UsageError, instead of left out.
    """
    if isinstance(message.content, str):
        return message.content
    parts: list[str] = []
    for block in message.content:
        if isinstance(block, str):
            parts.append(block)
        elif block.get("type") in ("text", "text-plain") and isinstance(block.get("text"), str):
            parts.append(block["text"])
        elif strict and block.get("type") not in (*_REASONING_BLOCKS, "tool_use", "tool_call"):
            kind = block.get("type", "something else")
            raise UsageError(f"Only text can be sent, and a message holds {kind!r}.")
    return "".join(parts)


def reasoning_content(message: BaseMessage) -> str:
    """The reasoning of a message, wherever its provider puts it."""
    for name in ("reasoning_content", "reasoning", "thinking"):
        value = message.additional_kwargs.get(name)
        if isinstance(value, str) and value:
            return value
    if isinstance(message.content, str):
        return ""
    parts: list[str] = []
    for block in message.content:
        if isinstance(block, dict) and block.get("type") in _REASONING_BLOCKS:
            value = block.get("reasoning") or block.get("thinking") or block.get("text")
            parts.append(value if isinstance(value, str) else "")
    return "".join(parts)


def usage_of(metadata: UsageMetadata) -> Usage:
    """Usage from LangChain's form."""
    read = metadata.get("input_token_details") or {}
    written = metadata.get("output_token_details") or {}
    return Usage(
        input_tokens=metadata["input_tokens"],
        cached_tokens=min(read.get("cache_read") or 0, metadata["input_tokens"]),
        output_tokens=metadata["output_tokens"],
        reasoning_tokens=min(written.get("reasoning") or 0, metadata["output_tokens"]),
    )


def usage_metadata(usage: Usage) -> UsageMetadata:
    """Usage in LangChain's form."""
    return UsageMetadata(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        total_tokens=usage.input_tokens + usage.output_tokens,
        input_token_details={"cache_read": usage.cached_tokens},
        output_token_details={"reasoning": usage.reasoning_tokens},
    )


def to_piece(delta: Delta, provider: str) -> AIMessageChunk:
    """A delta as a message piece. The last one carries usage, the model's name and the finish reason."""
    extra = {"reasoning_content": delta.reasoning} if delta.reasoning else {}
    if delta.finish_reason is None:
        return AIMessageChunk(content=delta.answer, additional_kwargs=extra)
    return AIMessageChunk(
        content=delta.answer,
        additional_kwargs=extra,
        usage_metadata=None if delta.usage is None else usage_metadata(delta.usage),
        response_metadata={
            "finish_reason": delta.finish_reason,
            "model_name": delta.model or "",
            "model_provider": provider,
        },
        chunk_position="last",
    )


def _role(message: BaseMessage) -> str:
    if isinstance(message, ChatMessage):
        return message.role
    if isinstance(message, SystemMessage):
        return "system"
    if isinstance(message, AIMessage):
        return "assistant"
    if isinstance(message, ToolMessage):
        return "user"
    return "user"
