"""The catalog compared with public price lists: genai-prices' data and LiteLLM's map of prices and windows.

Neither is a dependency: genai-prices is read where it is installed, LiteLLM's map from a file
(`model_prices_and_context_window.json`) or from an installed litellm, without importing it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docanalyst.domain.models import ModelSpec
from docanalyst.providers.catalog.catalog import Catalog, load_catalog

_GENAI = {
    **{name: name for name in ("groq", "openrouter", "cerebras", "fireworks", "together", "azure", "novita")},
    **{name: name for name in ("openai", "anthropic", "mistral", "deepseek")},
    "gemini": "google",
    "vertex": "google",
    "xai": "x-ai",
    "bedrock": "aws",
    "bedrock-converse": "aws",
}
"""The catalog's provider → genai-prices'. Hosts of the Hugging Face router are "huggingface_HOST" there."""
_LITELLM = {
    **{name: (f"{name}/",) for name in ("groq", "openrouter", "cerebras", "deepinfra", "gemini", "mistral")},
    **{name: (f"{name}/",) for name in ("xai", "deepseek", "nebius", "novita")},
    "fireworks": ("fireworks_ai/",),
    "together": ("together_ai/",),
    "azure": ("azure/", "azure_ai/"),
    "vertex": ("vertex_ai/",),
    "bedrock": ("bedrock_mantle/",),
    "bedrock-converse": ("",),
    "alibaba-intl": ("qwencloud/", "dashscope/"),
    "digitalocean": ("gradient_ai/",),
    "openai": ("",),
    "anthropic": ("",),
}
"""The catalog's provider → how the keys of LiteLLM's map begin."""
_MAP = "model_prices_and_context_window_backup.json"
_CENT = 0.0005
"""Dollars per million tokens below which two prices are the same."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a public list says of a model: dollars per million tokens, tokens, ISO dates; None for nothing."""

    source: str
    input: float | None = None
    output: float | None = None
    cached: float | None = None
    window: int | None = None
    retired_on: str | None = None
    since: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of the catalog that a public list has otherwise."""

    provider: str
    model: str
    what: str
    here: object
    there: object
    source: str
    as_of: str
    since: str = ""

    def __str__(self) -> str:
        dated = f" since {self.since}" if self.since else ""
        return (
            f"{self.provider} {self.model}: {self.what} {self.here} (as of {self.as_of or 'no date'}), "
            f"{self.there} in {self.source}{dated}"
        )


def compare(catalog: Catalog, lists: Iterable[Any]) -> Iterator[Difference]:
    """Every difference between the catalog's models and these lists. lists: each gives `find(spec)`."""
    everywhere = list(lists)
    for provider in catalog:
        if provider.local or provider.hidden:
            continue
        for entry in provider.models.values():
            for source in everywhere:
                found = source.find(entry.spec)
                if found is not None:
                    yield from _differences(entry.spec, found)


def _differences(spec: ModelSpec, found: Published) -> Iterator[Difference]:
    as_of = spec.price.as_of if spec.price and spec.price.as_of else spec.as_of

    def differs(what: str, here: object, there: object) -> Difference:
        return Difference(spec.provider, spec.model_id, what, here, there, found.source, as_of, found.since)

    price = spec.price
    for what in ("input", "output", "cached"):
        there = getattr(found, what)
        here = getattr(price, what) if price else None
        if there is None or (spec.status == "retired" and found.retired_on is None):
            continue
        if here is None or abs(here - there) > _CENT:
            yield differs(what, here, there)
    windows = (spec.context_window, spec.max_input)
    if found.window and found.window not in windows and spec.status != "retired":
        yield differs("window", spec.context_window, found.window)
    if found.retired_on and found.retired_on != spec.retired_on:
        yield differs("retirement", spec.retired_on, found.retired_on)


class GenaiPrices:
    """genai-prices' data. providers: its list. today: the day whose prices count."""

    def __init__(self, providers: Iterable[Any], today: date) -> None:
        self._models = {provider.id: {model.id: model for model in provider.models} for provider in providers}
        self._today = today

    def find(self, spec: ModelSpec) -> Published | None:
        """What it says of a model, or None."""
        host = _GENAI.get(spec.provider, "")
        name = spec.model_id
        if spec.provider == "huggingface":
            name, _, behind = spec.model_id.partition(":")
            host = f"huggingface_{behind}"
        model = self._models.get(host, {}).get(name)
        if model is None:
            return None
        price, since = self._now(model.prices)
        return Published(
            "genai-prices",
            _number(getattr(price, "input_mtok", None)),
            _number(getattr(price, "output_mtok", None)),
            _number(getattr(price, "cache_read_mtok", None)),
            model.context_window,
            since=since,
        )

    def _now(self, prices: Any) -> tuple[Any, str]:
        """The price that holds today, and since when; of prices that begin on days, the last begun."""
        if not isinstance(prices, list):
            return prices, ""
        current, since = None, ""
        for item in prices:
            start = getattr(item.constraint, "start_date", None)
            if item.constraint is None or (start is not None and start <= self._today):
                current, since = item.prices, start.isoformat() if start else ""
        return current, since


class LiteLlmMap:
    """LiteLLM's map of prices and windows."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = table

    def find(self, spec: ModelSpec) -> Published | None:
        """What it says of a model, or None."""
        for prefix in _LITELLM.get(spec.provider, ()):
            row = self._table.get(prefix + spec.model_id)
            if isinstance(row, dict):
                return Published(
                    "LiteLLM's map",
                    _million(row.get("input_cost_per_token")),
                    _million(row.get("output_cost_per_token")),
                    _million(row.get("cache_read_input_token_cost")),
                    row.get("max_input_tokens"),
                    row.get("deprecation_date"),
                )
        return None


def main(arguments: list[str]) -> int:
    """Print what differs; 1 where something does, 2 where no list is here."""
    parser = argparse.ArgumentParser(prog="python -m docanalyst.providers.catalog")
    parser.add_argument("command", choices=["check"])
    parser.add_argument("--litellm", metavar="FILE", help="LiteLLM's map of prices, as a file")
    options = parser.parse_args(arguments)
    lists: list[GenaiPrices | LiteLlmMap] = []
    try:
        lists.append(GenaiPrices(import_module("genai_prices.data").providers, datetime.now(UTC).date()))
    except ImportError:
        print("genai-prices is not installed and is skipped.")
    path = Path(options.litellm) if options.litellm else _installed_map()
    if path is not None:
        lists.append(LiteLlmMap(json.loads(path.read_text(encoding="utf-8"))))
    else:
        print("LiteLLM's map was not found and is skipped (--litellm FILE, or install litellm).")
    if not lists:
        return 2
    found = list(compare(load_catalog(), lists))
    for difference in found:
        print(difference)
    print(f"{len(found)} differences, {datetime.now(UTC).date()}")
    return 1 if found else 0


def _installed_map() -> Path | None:
    spec = find_spec("litellm")
    places = spec.submodule_search_locations if spec else None
    return next((path for place in places or () if (path := Path(place) / _MAP).is_file()), None)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        # A price in tiers: its lowest tier is what the catalog's own price is.
        base = getattr(value, "base", None)
        return None if base is None else float(base)


def _million(value: Any) -> float | None:
    return round(value * 1_000_000, 6) if isinstance(value, int | float) else None
