"""LangChain chat models for every provider of the catalog."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from langchain_core.language_models import ModelProfile
from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable
from pydantic import ConfigDict, Field, PrivateAttr, SecretStr, model_validator

from docanalyst.domain.documents import Document
from docanalyst.domain.models import Delta, ModelSpec
from docanalyst.domain.packing import document_mark, pack
from docanalyst.domain.request import Exchange, Request
from docanalyst.providers.catalog.catalog import Catalog, load_catalog
from docanalyst.providers.choice import choose
from docanalyst.providers.langchain.chat_base import DeltaChatModel
from docanalyst.providers.langchain.messages import to_ours
from docanalyst.providers.model import Call, Model, Options
from docanalyst.providers.preflight import destination_of
from docanalyst.providers.wire.destinations import Destination, destination_at, local_destination
from docanalyst.providers.wire.endpoint import resolve
from docanalyst.providers.wire.stream import Wire

if TYPE_CHECKING:
    from docanalyst.providers.local.model import LocalModel

_NO_TOOLS = "This chat model answers over documents and does not call tools."


class ProviderChatModel(DeltaChatModel):
    """A model at a provider of the catalog.

    provider, model: names as in the catalog. max_tokens: of the answer. timeout: seconds of silence.
    thinking: True, False, or None for the model's default. api_key, base_url: in place of the provider's
    variables, which are read from the environment.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, protected_namespaces=())

    provider: str
    model: str
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    timeout: float | None = None
    max_retries: int = 2
    stop: list[str] | None = None
    thinking: bool | None = None
    api_key: SecretStr | None = None
    base_url: str | None = None
    extra_body: dict[str, Any] = Field(default_factory=dict)
    catalog: Catalog = Field(default_factory=load_catalog, exclude=True, repr=False)
    lookup: Callable[[str], str | None] = Field(default=os.environ.get, exclude=True, repr=False)

    _spec: ModelSpec = PrivateAttr()

    @model_validator(mode="after")
    def _resolve(self) -> Self:
        provider = self.catalog.provider(self.provider)
        self.provider = provider.name
        if self.api_key is None and (key := provider.key(self.lookup)):
            self.api_key = SecretStr(key)
        choice = choose(
            self.catalog,
            provider=self.provider,
            model=self.model,
            lookup=self._lookup,
            today=date.today(),
        )
        self._spec = choice.spec
        if not provider.runs_files:
            resolve(provider, self._lookup, key=self._key)
        if self.profile is None:
            self.profile = ModelProfile(
                max_input_tokens=choice.spec.max_input or choice.spec.context_window,
                reasoning_output=choice.spec.reasoning,
            )
            if choice.spec.max_output_tokens:
                self.profile["max_output_tokens"] = choice.spec.max_output_tokens
        return self

    @property
    def _llm_type(self) -> str:
        return f"docanalyst-{self.provider}"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {
            "provider": self.provider,
            "model": self.model,
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "thinking": self.thinking,
            "stop": self.stop,
        }

    @property
    def lc_secrets(self) -> dict[str, str]:
        """The variable that holds the key."""
        variables = self.catalog.provider(self.provider).key_variables
        return {"api_key": variables[0]} if variables else {}

    @property
    def provider_name(self) -> str:
        """The provider's name, for metadata."""
        return self.provider

    @property
    def destination(self) -> Destination:
        """Where documents go that this model is asked over."""
        provider = self.catalog.provider(self.provider)
        if provider.runs_files:
            return local_destination(provider)
        address = resolve(provider, self._lookup, key=self._key).base_url
        return destination_at(address, self._spec, provider, self._lookup)

    @property
    def _key(self) -> str | None:
        return None if self.api_key is None else self.api_key.get_secret_value()

    def _lookup(self, name: str) -> str | None:
        if self.base_url and name == self.catalog.provider(self.provider).variable + "_BASE_URL":
            return self.base_url
        return self.lookup(name)

    def _answering(self, spec: ModelSpec) -> Wire | LocalModel:
        provider = self.catalog.provider(self.provider)
        options = Options(max_retries=self.max_retries, read_timeout=self.timeout)
        if provider.runs_files:
            from docanalyst.providers.local.model import LocalModel

            return LocalModel(spec, provider, self.catalog, options)
        endpoint = resolve(provider, self._lookup, key=self._key)
        return Wire(spec, endpoint, self.catalog.entry(spec), options)

    def bind_tools(self, tools: Any, *, tool_choice: str | None = None, **kwargs: Any) -> Any:
        """Not supported: raises NotImplementedError, as LangChain's models without tools do."""
        raise NotImplementedError(_NO_TOOLS)

    def with_structured_output(
        self,
        schema: Any = None,
        *,
        include_raw: bool = False,
        method: str = "json_schema",
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[Any, Any]:
        """A runnable that answers in a schema.

        schema: a Pydantic class, a typed dict, or a JSON schema. Raises NotImplementedError for a model that
        its provider does not hold to a schema.
        """
        from docanalyst.providers.langchain.structured import structured

        if not self.catalog.entry(self._spec).structured:
            raise NotImplementedError(
                f"{self._spec.model_id} at {self.provider} is not known to follow a JSON schema;"
                " ask for JSON in the prompt and parse it."
            )
        if schema is None:
            raise ValueError("A schema is needed: a Pydantic class, a typed dict, or a JSON schema.")
        return structured(self, schema, method=method, include_raw=include_raw, strict=strict)

    async def _deltas(
        self, messages: list[BaseMessage], stop: list[str] | None, **kwargs: Any
    ) -> AsyncGenerator[Delta, None]:
        spec = self._spec
        model = kwargs.pop("model", None) or self.model
        if model != spec.model_id:
            spec = choose(
                self.catalog, provider=self.provider, model=model, lookup=self._lookup, today=date.today()
            ).spec
        if kwargs.get("tools") or kwargs.get("functions"):
            raise NotImplementedError(_NO_TOOLS)
        for name in ("stream", "tools", "tool_choice", "functions", "ls_structured_output_format"):
            kwargs.pop(name, None)
        call = Call(
            model=model,
            messages=to_ours(messages),
            max_output=kwargs.pop("max_tokens", self.max_tokens),
            thinking=kwargs.pop("thinking", self.thinking),
            temperature=kwargs.pop("temperature", self.temperature),
            top_p=kwargs.pop("top_p", self.top_p),
            stop=tuple(stop or self.stop or ()),
            schema=kwargs.pop("response_schema", None),
            extra={**self.extra_body, **kwargs},
        )
        source = self._answering(spec)
        try:
            async with aclosing(source.answer(call)) as deltas:
                async for delta in deltas:
                    yield delta
        finally:
            await source.aclose()


class DocumentChatModel(DeltaChatModel):
    """One of our own models over given documents: the offline provider, or a script."""

    model_config = ConfigDict(arbitrary_types_allowed=True, protected_namespaces=())

    source: Any = Field(exclude=True, repr=False)
    documents: tuple[Document, ...] = Field(default=(), exclude=True, repr=False)

    @property
    def _llm_type(self) -> str:
        return f"docanalyst-{self.provider_name}"

    @property
    def provider_name(self) -> str:
        """The provider's name, for metadata."""
        model: Model = self.source
        return model.spec.provider

    @property
    def destination(self) -> Destination:
        """Where documents go that this model is asked over."""
        return destination_of(self.source)

    async def _deltas(
        self, messages: list[BaseMessage], stop: list[str] | None, **kwargs: Any
    ) -> AsyncGenerator[Delta, None]:
        model: Model = self.source
        async with aclosing(model.stream(self._request(messages))) as deltas:
            async for delta in deltas:
                yield delta

    def _request(self, messages: list[BaseMessage]) -> Request:
        ours = to_ours(messages)
        turns = [message for message in ours if message.role != "system"]
        questions = [message.content for message in turns if message.role == "user"] or [""]
        answers = [message.content for message in turns if message.role == "assistant"]
        mark = document_mark(self.documents, b"")
        return Request(
            instructions="\n".join(message.content for message in ours if message.role == "system"),
            packed=pack(self.documents, mark=mark, count=lambda text: len(text) // 4),
            documents=self.documents,
            reminder="",
            question=questions[-1],
            history=tuple(Exchange(q, a) for q, a in zip(questions, answers, strict=False)),
        )
