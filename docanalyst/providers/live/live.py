"""The models, windows and prices that providers report now, which override the catalog.

No document leaves the machine here: only lists are read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from docanalyst.domain.errors import DocanalystError
from docanalyst.domain.models import ModelSpec
from docanalyst.providers.catalog.catalog import Catalog
from docanalyst.providers.catalog.entry import Lookup, ProviderEntry
from docanalyst.providers.catalog.tokenizers import tokenizer_by_name
from docanalyst.providers.choice import Choice
from docanalyst.providers.live.listings import LiveModel, models_in, ollama_window, price_of
from docanalyst.providers.wire.endpoint import Endpoint, resolve
from docanalyst.providers.wire.exchange import client_for, get, post

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Live:
    """A provider's answer about itself.

    error: "" where it answered. seconds: how long that took. asked: the day (ISO) where it is not from now.
    """

    provider: str
    address: str
    models: tuple[LiveModel, ...] = ()
    error: str = ""
    hint: str = ""
    seconds: float = 0.0
    asked: str = ""

    def model(self, model_id: str) -> LiveModel | None:
        """What it says of this model, or None."""
        return next((model for model in self.models if model.model_id == model_id), None)


async def probe(provider: ProviderEntry, lookup: Lookup, *, timeout: float = 10.0) -> Live:
    """Ask a provider for its models. Never raises for a provider that fails: `error` says so."""
    started = time.monotonic()
    address = ""
    try:
        endpoint = resolve(provider, lookup)
        address = endpoint.base_url
        if not provider.live:
            return Live(provider.name, address, error="It has no list of models to read.")
        async with client_for(endpoint, timeout) as client:
            models = await _models(provider, endpoint, client)
    except DocanalystError as error:
        return Live(provider.name, address, (), error.message, error.hint, time.monotonic() - started)
    except Exception as error:
        text = f"{provider.title} did not answer as expected: {type(error).__name__}"
        return Live(provider.name, address, error=text, seconds=time.monotonic() - started)
    return Live(provider.name, address, tuple(models), seconds=time.monotonic() - started)


async def probe_all(
    catalog: Catalog, lookup: Lookup, *, only: str | None = None, timeout: float = 10.0
) -> list[Live]:
    """Every configured provider's answer, asked at the same time, in catalog order.

    only: ask this provider and no other, configured or not. Raises UsageError where it does not exist.
    """
    if only:
        return [await probe(catalog.provider(only), lookup, timeout=timeout)]
    configured = [entry for entry in catalog if entry.is_configured(lookup)]
    return list(await asyncio.gather(*(probe(entry, lookup, timeout=timeout) for entry in configured)))


async def refine(choice: Choice, lookup: Lookup, *, named: bool, timeout: float = 3.0) -> Choice:
    """The choice with the window, limits and price that the provider states now.

    named: the user named the model, so it stays; otherwise a server of one's own that does not serve it is
    asked for what it does serve. A provider that does not answer leaves the choice as it was.
    """
    if choice.provider.offline or not choice.provider.live:
        return choice
    live = await probe(choice.provider, lookup, timeout=timeout)
    return laid_over(choice, live, lookup, named=named)


def laid_over(choice: Choice, live: Live, lookup: Lookup, *, named: bool) -> Choice:
    """The choice with what its provider said laid over it. named: as for `refine`."""
    if live.error or not live.models:
        return choice
    found = live.model(choice.spec.model_id)
    warnings = list(choice.warnings)
    spec = choice.spec
    if found is None and not named and (choice.provider.local or choice.provider.needs_base_url):
        found = _nearest_served(live.models)
        spec = replace(spec, model_id=found.model_id, tokenizer=tokenizer_by_name(found.model_id))
        warnings.append(f"{choice.provider.title} serves {found.model_id}; it is used.")
    if found is None:
        heir = f" Its successor there is {spec.successor}." if spec.successor else ""
        warnings.append(f"{choice.provider.title} does not list {spec.model_id} now.{heir}")
        return replace(choice, warnings=tuple(warnings))
    own_window = choice.provider.setting(lookup, "WINDOW") is not None
    new = overlay(spec, found, keep_window=own_window)
    if live.asked and new.context_window != spec.context_window:
        warnings.append(
            f"{choice.provider.title} states a context window of {new.context_window:,} tokens for"
            f" {spec.model_id} (asked on {live.asked}); the catalog has {spec.context_window:,}."
        )
    return replace(choice, spec=new, warnings=tuple(warnings))


def _nearest_served(models: Sequence[LiveModel]) -> LiveModel:
    """Of the models a server has, a true Qwen3 one if it has any, else the first that can answer."""
    here = [model for model in models if not model.remote] or list(models)
    answering = [model for model in here if "embed" not in model.model_id.lower()] or here
    qwen3 = [model for model in answering if tokenizer_by_name(model.model_id) == "qwen3"]
    return (qwen3 or answering)[0]


def overlay(spec: ModelSpec, found: LiveModel, *, keep_window: bool = False) -> ModelSpec:
    """A spec with what the provider states in place of what the catalog knows."""
    window = found.window if found.window and not keep_window else spec.context_window
    return replace(
        spec,
        context_window=window,
        max_input=None if found.window and not keep_window else spec.max_input,
        max_output_tokens=found.max_output or spec.max_output_tokens,
        price=found.price or spec.price,
    )


async def _models(
    provider: ProviderEntry, endpoint: Endpoint, client: httpx.AsyncClient
) -> Iterable[LiveModel]:
    if provider.live == "ollama":
        return await _ollama(endpoint, client)
    if provider.live == "lmstudio":
        try:
            return models_in(await get(client, endpoint, f"{_root(endpoint)}/api/v0/models"), "lmstudio")
        except DocanalystError:
            return models_in(await get(client, endpoint, f"{endpoint.base_url}/models"), "openai")
    models = models_in(await get(client, endpoint, f"{endpoint.base_url}/models"), provider.live)
    if provider.live == "llamacpp":
        props = await get(client, endpoint, f"{_root(endpoint)}/props")
        settings = props.get("default_generation_settings") if isinstance(props, dict) else None
        window = settings.get("n_ctx") if isinstance(settings, dict) else None
        if isinstance(window, int):
            return [replace(model, window=window) for model in models]
    return models


async def _ollama(endpoint: Endpoint, client: httpx.AsyncClient) -> list[LiveModel]:
    tags = models_in(await get(client, endpoint, f"{endpoint.base_url}/api/tags"), "ollama")

    async def with_window(model: LiveModel) -> LiveModel:
        body = {"model": model.model_id}
        try:
            shown = await post(client, endpoint, f"{endpoint.base_url}/api/show", body)
        except (DocanalystError, ValueError):
            return model
        return replace(model, window=ollama_window(shown))

    return list(await asyncio.gather(*(with_window(model) for model in tags)))


def _root(endpoint: Endpoint) -> str:
    return endpoint.base_url.removesuffix("/v1")


__all__ = ["Live", "LiveModel", "overlay", "price_of", "probe", "probe_all", "refine"]
