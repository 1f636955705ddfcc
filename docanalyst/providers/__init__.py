"""Models and who serves them: the only package that imports langchain-core and httpx.

Importing it is cheap; what a function needs is imported when it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import threading

    from langchain_core.language_models import BaseChatModel as BaseChatModel

    from docanalyst.domain.models import ModelSpec
    from docanalyst.providers.model import Model

__all__ = ["create_chat_model", "prefetch", "wrap_chat_model"]


def create_chat_model(provider: str, model: str | None = None, **options: Any) -> BaseChatModel:
    """A LangChain chat model.

    provider, model: names as in the catalog; without a model the provider's default. options: fields of
    `ProviderChatModel` (temperature, max_tokens, thinking, timeout, max_retries, stop, api_key, base_url …);
    `lookup` in place of the environment; `documents` for "extractive". Raises UsageError,
    AuthenticationFailed.
    """
    from docanalyst.providers.opening import open_chat_model

    return open_chat_model(provider, model, **options)


def wrap_chat_model(chat_model: BaseChatModel, spec: ModelSpec | None = None) -> Model:
    """Any LangChain chat model as a model of ours. spec: what is known of it, else read from its profile."""
    from docanalyst.providers.langchain.wrapping import WrappedChatModel

    return WrappedChatModel(chat_model, spec)


def prefetch() -> threading.Thread:
    """Import what a request needs in a thread, so that it overlaps with reading documents."""
    import threading

    def load() -> None:
        import httpx

        from docanalyst.providers.catalog import catalog
        from docanalyst.providers.dialects import openai
        from docanalyst.providers.wire import remote

        catalog.load_catalog()
        _ = (httpx, remote, openai)

    thread = threading.Thread(target=load, name="prefetch", daemon=True)
    thread.start()
    return thread
