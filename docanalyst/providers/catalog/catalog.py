"""The catalog: providers and models as data, with the dates of what is known.

`catalog.toml` is merged with the user's own entries; live answers are laid over a spec by `live.refine`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from docanalyst.domain.errors import UsageError
from docanalyst.domain.models import Estimate, ModelSpec
from docanalyst.providers.catalog.entry import ModelEntry, ProviderEntry, nearest

REFERENCE_FAMILY = "qwen3-32b"


_TABLES = ("providers", "thinking", "sampling", "tokenizers")


@dataclass(frozen=True, slots=True)
class Catalog:
    """All providers, in the order in which a default is looked for."""

    providers: Mapping[str, ProviderEntry]
    as_of: str
    tokenizers: Mapping[str, Estimate] = field(default_factory=dict)

    def __iter__(self) -> Iterator[ProviderEntry]:
        """The providers that have an address or need none; not the one whose models are files to be named."""
        return (entry for entry in self.providers.values() if not entry.runs_files)

    def provider(self, name: str) -> ProviderEntry:
        """The entry of this name, or the one that an installed package brings.

        Raises UsageError with the nearest name and what exists.
        """
        found = self.providers.get(name.strip().lower())
        if found is None:
            from docanalyst.providers.catalog.plugins import find_plugin, plugin_names

            found = find_plugin(name)
        if found is None:
            known = [*(entry.name for entry in self.providers.values() if not entry.hidden), *plugin_names()]
            raise UsageError(f"No provider named {name!r}.", nearest(name, known, "providers"))
        return found

    def entry(self, spec: ModelSpec) -> ModelEntry:
        """The entry behind a spec; for a model that is not listed, one with the provider's habits."""
        provider = self.providers.get(spec.provider)
        known = provider.model(spec.model_id) if provider else None
        if known is not None or provider is None:
            return known or ModelEntry(spec=spec)
        return ModelEntry(spec=spec, thinking=provider.thinking, structured=provider.structured)

    def estimate(self, spec: ModelSpec) -> Estimate:
        """How this model's tokens are estimated from Qwen3's."""
        return self.tokenizers.get(spec.tokenizer) or self.tokenizers.get("unknown") or Estimate()

    def specs(self) -> Iterator[ModelSpec]:
        """Every listed model, provider by provider."""
        for provider in self:
            for entry in provider.models.values():
                yield entry.spec


@cache
def shipped() -> dict[str, Any]:
    """The catalog as it is shipped, parsed."""
    return tomllib.loads(Path(__file__).parents[1].joinpath("catalog.toml").read_text(encoding="utf-8"))


def load_catalog(own: Mapping[str, Any] | None = None) -> Catalog:
    """The shipped catalog with the user's own entries laid over it.

    own: tables as in catalog.toml (providers, thinking, sampling, tokenizers); a model may say `like = "ID"`
    to take over what is known of another model at that provider. Raises UsageError for what cannot be read.
    """
    if not own:
        return _shipped_catalog()
    tables = deepcopy(shipped())
    for table, entries in own.items():
        if table not in _TABLES:
            raise UsageError(f"The catalog has no table {table!r}.", nearest(table, list(_TABLES), "tables"))
        if not isinstance(entries, Mapping):
            raise UsageError(f"The catalog's {table!r} must be a table.")
        _merge(tables[table], entries)
    return _read(tables)


@cache
def _shipped_catalog() -> Catalog:
    return _read(shipped())


def _read(tables: Mapping[str, Any]) -> Catalog:
    from docanalyst.providers.catalog.reader import read_provider

    as_of = str(tables.get("as_of", ""))
    entries = tables["providers"].items()
    try:
        estimates = {name: Estimate(**table) for name, table in tables["tokenizers"].items()}
    except TypeError as error:
        raise UsageError(f"The catalog's table of tokenizers cannot be read: {error}.") from None
    return Catalog(
        {name: read_provider(name, table, tables, as_of) for name, table in entries}, as_of, estimates
    )


def _merge(base: dict[str, Any], over: Mapping[str, Any]) -> None:
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(base.get(key), dict):
            _merge(base[key], value)
        else:
            base[key] = deepcopy(dict(value)) if isinstance(value, Mapping) else value
