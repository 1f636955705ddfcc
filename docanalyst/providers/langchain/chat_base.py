"""A LangChain chat model over a stream of deltas; subclasses say where the deltas come from."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from docanalyst.domain.errors import ProviderError
from docanalyst.domain.models import Delta
from docanalyst.providers.langchain.bridge import iterate
from docanalyst.providers.langchain.messages import to_piece, usage_metadata
from docanalyst.providers.langchain.tracing import switch_off_tracing
from docanalyst.providers.langchain.typed_errors import typed

switch_off_tracing()


class DeltaChatModel(BaseChatModel):
    """Generates and streams from `_deltas`, in both worlds. Errors are ours and LangChain's at once."""

    @abstractmethod
    def _deltas(
        self, messages: list[BaseMessage], stop: list[str] | None, **kwargs: Any
    ) -> AsyncGenerator[Delta, None]:
        """The deltas of one answer."""

    @property
    @abstractmethod
    def provider_name(self) -> str:
        """The provider's name, for metadata."""

    async def _typed_deltas(
        self, messages: list[BaseMessage], stop: list[str] | None, **kwargs: Any
    ) -> AsyncGenerator[Delta, None]:
        try:
            async with aclosing(self._deltas(messages, stop, **kwargs)) as deltas:
                async for delta in deltas:
                    yield delta
        except ProviderError as error:
            raise typed(error) from None

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        async with aclosing(self._typed_deltas(messages, stop, **kwargs)) as deltas:
            async for delta in deltas:
                piece = ChatGenerationChunk(message=to_piece(delta, self.provider_name))
                if run_manager:
                    await run_manager.on_llm_new_token(delta.answer, chunk=piece)
                yield piece

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for delta in iterate(lambda: self._typed_deltas(messages, stop, **kwargs)):
            piece = ChatGenerationChunk(message=to_piece(delta, self.provider_name))
            if run_manager:
                run_manager.on_llm_new_token(delta.answer, chunk=piece)
            yield piece

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        async with aclosing(self._typed_deltas(messages, stop, **kwargs)) as deltas:
            return self._result([delta async for delta in deltas])

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return self._result(list(iterate(lambda: self._typed_deltas(messages, stop, **kwargs))))

    def _result(self, deltas: list[Delta]) -> ChatResult:
        answer = reasoning = ""
        for delta in deltas:
            answer += delta.answer
            reasoning += delta.reasoning
        last = deltas[-1] if deltas else Delta(finish_reason="stop")
        metadata = {
            "model_name": last.model or "",
            "finish_reason": last.finish_reason,
            "model_provider": self.provider_name,
        }
        message = AIMessage(
            content=answer,
            additional_kwargs={"reasoning_content": reasoning} if reasoning else {},
            usage_metadata=usage_metadata(last.usage) if last.usage else None,
            response_metadata=metadata,
        )
        return ChatResult(generations=[ChatGeneration(message=message)], llm_output=metadata)

    def get_token_ids(self, text: str) -> list[int]:
        """Token ids by `custom_get_token_ids`. LangChain's default would fetch another model's tokenizer."""
        if self.custom_get_token_ids is not None:
            return self.custom_get_token_ids(text)
        raise NotImplementedError(
            "This chat model does not count tokens by itself: pass custom_get_token_ids, for Qwen3 models"
            " docanalyst.tokens.qwen3.encode."
        )
