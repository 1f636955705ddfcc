"""Any LangChain chat model as a model of ours."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, cast

from langchain_core.language_models.chat_models import BaseChatModel

from docanalyst.domain.errors import DocanalystError
from docanalyst.domain.models import Delta, ModelSpec, Usage
from docanalyst.domain.request import Request
from docanalyst.providers.dialects.endings import read_ending, worse
from docanalyst.providers.langchain.messages import reasoning_content, text_content, to_langchain, usage_of
from docanalyst.providers.langchain.tracing import switch_off_tracing
from docanalyst.providers.langchain.typed_errors import from_foreign
from docanalyst.providers.wire.destinations import Destination
from docanalyst.providers.wire.reasoning import ReasoningSplitter

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

_ASSUMED_WINDOW = 131_072
_FINISH_FIELDS = ("finish_reason", "stop_reason", "done_reason", "stopReason")
_NORMAL = frozenset(
    {"stop", "end_turn", "stop_sequence", "eos", "eos_token", "completed", "finish_reason_stop"}
)
"""Normal stops in the words of the providers behind LangChain's packages."""
_FAKES = "langchain_core.language_models.fake_chat_models"


class WrappedChatModel:
    """Streams from a LangChain chat model. Tracing stays off."""

    def __init__(self, chat_model: BaseChatModel, spec: ModelSpec | None = None) -> None:
        switch_off_tracing()
        self._chat_model = chat_model
        self._spec = spec or spec_of(chat_model)

    @property
    def spec(self) -> ModelSpec:
        """What is known of it."""
        return self._spec

    @property
    def destination(self) -> Destination:
        """Where it sends: known of our own chat models; of others only what they call their provider."""
        own = getattr(self._chat_model, "destination", None)
        if _is_ours(self._chat_model) and isinstance(own, Destination):
            return own
        name = self._spec.provider
        called = self._chat_model._get_ls_params().get("ls_provider") or name
        host = f"wherever {type(self._chat_model).__name__} sends them"
        names = tuple(dict.fromkeys((name, called)))
        return Destination(name, name, "", host, False, False, "", "", names)

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """One answer. Raises ProviderError and its kinds."""
        options: dict[str, Any] = {}
        fields = type(self._chat_model).model_fields
        if "max_tokens" in fields and getattr(self._chat_model, "max_tokens", None) is None:
            options["max_tokens"] = request.max_output
        if "thinking" in fields and request.thinking is not None and _is_ours(self._chat_model):
            options["thinking"] = request.thinking
        splitter = ReasoningSplitter()
        usage = _Counted()
        finish: str | None = None
        model: str | None = None
        pieces = 0
        stream = self._chat_model.astream(to_langchain(request.messages()), **options)
        try:
            async for piece in stream:
                usage.take(piece)
                pieces += 1
                stated = read_ending(_first(piece.response_metadata, *_FINISH_FIELDS), _NORMAL)
                finish = worse(finish, "tool_calls" if piece.tool_call_chunks else stated)
                model = _first(piece.response_metadata, "model_name", "model", "model_id") or model
                split = splitter.feed(text_content(piece, strict=False), reasoning_content(piece))
                if split.answer or split.reasoning:
                    yield Delta(split.answer, split.reasoning)
        except DocanalystError:
            raise
        except Exception as error:
            raise from_foreign(error, self._spec.provider) from None
        finally:
            await cast("AsyncGenerator[AIMessageChunk, None]", stream).aclose()
        finish = finish or self._end_of_whole(pieces)
        rest = splitter.finish(finish)
        yield Delta(rest.answer, rest.reasoning, usage.total, finish, model or self._spec.model_id)

    def _end_of_whole(self, pieces: int) -> str | None:
        """A normal stop where no end is stated, but the answer came whole, or is one of LangChain's fakes."""
        kind = type(self._chat_model)
        streams = kind._stream is not BaseChatModel._stream or kind._astream is not BaseChatModel._astream
        return "stop" if pieces and (not streams or kind.__module__ == _FAKES) else None

    async def aclose(self) -> None:
        """Nothing to let go of: the chat model belongs to the caller."""


def spec_of(chat_model: BaseChatModel) -> ModelSpec:
    """What a chat model says of itself; the window is assumed where it says nothing."""
    profile = chat_model.profile or {}
    name = next(
        (
            value
            for field in ("model", "model_name", "model_id")
            if isinstance(value := getattr(chat_model, field, None), str) and value
        ),
        type(chat_model).__name__,
    )
    window = profile.get("max_input_tokens")
    return ModelSpec(
        provider=str(getattr(chat_model, "provider", "") or chat_model._llm_type),
        model_id=name,
        context_window=window or _ASSUMED_WINDOW,
        max_output_tokens=profile.get("max_output_tokens"),
        tokenizer="unknown",
        status="unlisted",
        notes="" if window else "The window is assumed.",
    )


def _is_ours(chat_model: BaseChatModel) -> bool:
    return type(chat_model).__module__.startswith("docanalyst.")


class _Counted:
    """The usage of a stream: portions that add up, as LangChain has it, or totals so far in every piece."""

    def __init__(self) -> None:
        self.total: Usage | None = None
        self._prompts = 0

    def take(self, piece: AIMessageChunk) -> None:
        """Add what a piece states. A second statement of the prompt means that the figures are totals."""
        if piece.usage_metadata is None:
            return
        new = usage_of(piece.usage_metadata)
        self._prompts += new.input_tokens > 0
        old = self.total or Usage()
        both = max if self._prompts > 1 and new.input_tokens else _sum
        self.total = Usage(
            both(old.input_tokens, new.input_tokens),
            both(old.cached_tokens, new.cached_tokens),
            both(old.output_tokens, new.output_tokens),
            both(old.reasoning_tokens, new.reasoning_tokens),
        )


def _sum(one: int, other: int) -> int:
    return one + other


def _first(metadata: dict[str, Any], *names: str) -> str | None:
    return next((value for name in names if isinstance(value := metadata.get(name), str) and value), None)
