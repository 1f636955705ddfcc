"""Models and who serves them: the only package that imports langchain-core and httpx.

Importing it is cheap; what a function needs is imported when it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import threading

    from langchain_core.language_models import BaseChatModel

    from docanalyst.domain.models import ModelSpec
    from docanalyst.providers.catalog import Catalog, Lookup
    from docanalyst.providers.model import Model, Options

__all__ = ["create_chat_model", "open_model", "prefetch", "wrap_chat_model"]


def open_model(
    spec: ModelSpec, *, lookup: Lookup, options: Options | None = None, catalog: Catalog | None = None
) -> Model:
    """A model ready to answer.

    spec: from `choose` or `live.refine`. lookup: gives keys, addresses and regions. Raises
    AuthenticationFailed without a key where one is needed, UsageError for an address that is none.
    """
    from docanalyst.providers.catalog import load_catalog

    catalog = catalog or load_catalog()
    provider = catalog.provider(spec.provider)
    if provider.dialect == "extractive":
        from docanalyst.providers.extractive import ExtractiveModel

        return ExtractiveModel(spec)
    if provider.dialect == "scripted":
        from docanalyst.providers.scripted import scripted_from

        return scripted_from(spec, lookup)
    if provider.dialect == "plugin":
        from docanalyst.providers.plugins import open_plugin

        return open_plugin(spec, lookup)
    from docanalyst.providers.remote import RemoteModel

    return RemoteModel.at(spec, provider, catalog.entry(spec), lookup, options)


def create_chat_model(provider: str, model: str | None = None, **options: Any) -> BaseChatModel:
    """A LangChain chat model.

    provider, model: names as in the catalog; without a model the provider's default. options: fields of
    `ProviderChatModel` (temperature, max_tokens, thinking, timeout, max_retries, stop, api_key, base_url …);
    `lookup` in place of the environment; `documents` for "extractive". Raises UsageError,
    AuthenticationFailed.
    """
    from docanalyst.providers.chat_model import create

    return create(provider, model, **options)


def wrap_chat_model(chat_model: BaseChatModel, spec: ModelSpec | None = None) -> Model:
    """Any LangChain chat model as a model of ours. spec: what is known of it, else read from its profile."""
    from docanalyst.providers.wrapping import WrappedChatModel

    return WrappedChatModel(chat_model, spec)


def prefetch() -> threading.Thread:
    """Import what a request needs in a thread, so that it overlaps with reading documents."""
    import threading

    def load() -> None:
        import httpx
        import httpx_sse
        import pydantic

        from docanalyst.providers import catalog, remote

        catalog.load_catalog()
        _ = (httpx, httpx_sse.EventSource, pydantic.SecretStr, remote)

    thread = threading.Thread(target=load, name="prefetch", daemon=True)
    thread.start()
    return thread
