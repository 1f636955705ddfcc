"""The catalog: providers and models as data, with the dates of what is known.

`catalog.toml` is merged with the user's own entries; live answers are laid over a spec by `live.refine`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from docanalyst.domain.errors import UsageError
from docanalyst.domain.models import Estimate, ModelSpec, Price

Lookup = Callable[[str], str | None]
"""Gives the value of a variable (environment, keyring or settings), or None."""

REFERENCE_FAMILY = "qwen3-32b"

DEFAULT_MODEL = "default"
"""What stands for a plug-in's own choice of model."""

_TABLES = ("providers", "thinking", "sampling", "tokenizers")

_FREE_TIERS = ("free", "trial")


@dataclass(frozen=True, slots=True)
class Thinking:
    """How thinking is asked for: fields merged into the request, or words after the question.

    always: it cannot be switched off.
    """

    on: Mapping[str, Any] = field(default_factory=dict)
    off: Mapping[str, Any] = field(default_factory=dict)
    unset: Mapping[str, Any] = field(default_factory=dict)
    off_suffix: str = ""
    budget_field: str = ""
    always: bool = False


@dataclass(frozen=True, slots=True)
class Sampling:
    """What the model card recommends, by mode."""

    on: Mapping[str, float] = field(default_factory=dict)
    off: Mapping[str, float] = field(default_factory=dict)
    top_k: int | None = None


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model at a provider: what the rest of the program sees (`spec`), and how it is asked.

    structured: "json_schema" where answers hold to a schema, also while they are streamed;
    "json_schema_whole" where such answers cannot be streamed; "" where they do not.
    """

    spec: ModelSpec
    family: str = ""
    thinking: Thinking | None = None
    sampling: Sampling | None = None
    tokens_per_minute: Mapping[str, int] = field(default_factory=dict)
    price_above: tuple[int, Price] | None = None
    max_output_field: str = ""
    structured: str = ""
    confidence: str = "assumed"

    def is_retired(self, today: date) -> bool:
        """Whether the provider no longer serves it on that day."""
        if self.spec.retired_on:
            return date.fromisoformat(self.spec.retired_on) <= today
        return self.spec.status == "retired"

    def spec_for(self, tokens: int | None) -> ModelSpec:
        """The spec with the price that holds for a request of so many tokens."""
        if self.price_above and tokens is not None and tokens > self.price_above[0]:
            return replace(self.spec, price=self.price_above[1])
        return self.spec


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    """A provider: where it is, how it is spoken to, what it keeps. window: for models not listed."""

    name: str
    title: str
    base_url: str = ""
    dialect: str = "openai"
    auth: str = "bearer"
    key_variables: tuple[str, ...] = ()
    base_url_variables: tuple[str, ...] = ()
    settings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    setting_defaults: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    max_output_field: str = "max_tokens"
    live: str = ""
    window: int = 131_072
    thinking: Thinking | None = None
    top_k: bool = False
    local: bool = False
    offline: bool = False
    hidden: bool = False
    routed: bool = False
    needs_base_url: bool = False
    region_bound_keys: bool = False
    defaults: tuple[str, ...] = ()
    retention: str = ""
    retention_as_of: str = ""
    structured: str = ""
    structured_body: Mapping[str, Any] = field(default_factory=dict)
    batch: Mapping[str, Any] = field(default_factory=dict)
    models: Mapping[str, ModelEntry] = field(default_factory=dict)

    @property
    def variable(self) -> str:
        """The stem of this provider's own variables: "DOCANALYST_GROQ"."""
        return "DOCANALYST_" + self.name.upper().replace("-", "_").replace(".", "_")

    def setting(self, lookup: Lookup, name: str) -> str | None:
        """One of this provider's own variables: setting(lookup, "WINDOW") reads DOCANALYST_GROQ_WINDOW."""
        return _clean(lookup(f"{self.variable}_{name}"))

    def key(self, lookup: Lookup) -> str | None:
        """The key, or None: from this provider's own variable (DOCANALYST_GROQ_API_KEY), else the usual one.

        It is never to be shown.
        """
        if self.auth == "none":
            return None
        names = (f"{self.variable}_API_KEY", *self.key_variables)
        return next((value for name in names if (value := _clean(lookup(name)))), None)

    def own_base_url(self, lookup: Lookup) -> str | None:
        """The endpoint that the user set, or None."""
        names = (f"{self.variable}_BASE_URL", *self.base_url_variables)
        return next((value for name in names if (value := _clean(lookup(name)))), None)

    def is_configured(self, lookup: Lookup) -> bool:
        """Whether the user has set up this provider: a key, or for a local server its address."""
        if self.offline:
            return False
        if self.local or self.needs_base_url:
            return self.own_base_url(lookup) is not None
        if self.auth == "google" and not self.key(lookup):
            return self.missing_setting(lookup) is None
        return self.key(lookup) is not None and self.missing_setting(lookup) is None

    def missing_setting(self, lookup: Lookup) -> str | None:
        """The variable that the endpoint still needs, or None."""
        if self.own_base_url(lookup):
            return None
        for name, variables in self.settings.items():
            if name in self.setting_defaults or "{" + name + "}" not in self.base_url:
                continue
            if not any(_clean(lookup(variable)) for variable in variables):
                return variables[0]
        return None

    def model(self, model_id: str) -> ModelEntry | None:
        """The entry of a model by its id at this provider, or None."""
        return self.models.get(model_id)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All providers, in the order in which a default is looked for."""

    providers: Mapping[str, ProviderEntry]
    as_of: str
    tokenizers: Mapping[str, Estimate] = field(default_factory=dict)

    def __iter__(self) -> Iterator[ProviderEntry]:
        return iter(self.providers.values())

    def provider(self, name: str) -> ProviderEntry:
        """The entry of this name, or the one that an installed package brings.

        Raises UsageError with the nearest name and what exists.
        """
        found = self.providers.get(name.strip().lower())
        if found is None:
            from docanalyst.providers.plugins import find_plugin, plugin_names

            found = find_plugin(name)
        if found is None:
            known = [*(entry.name for entry in self if not entry.hidden), *plugin_names()]
            raise UsageError(f"There is no provider {name!r}.", nearest(name, known, "providers"))
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


def nearest(name: str, known: list[str], plural: str) -> str:
    """A hint for a name that does not exist: the nearest one, then all of them."""
    import difflib

    close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    meant = f"Did you mean {close[0]!r}? " if close else ""
    return f"{meant}Known {plural}: {', '.join(known)}."


@cache
def shipped() -> dict[str, Any]:
    """The catalog as it is shipped, parsed."""
    return tomllib.loads(Path(__file__).with_name("catalog.toml").read_text(encoding="utf-8"))


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
    from docanalyst.providers.entries import read_provider

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


def _clean(value: str | None) -> str | None:
    return (value or "").strip() or None


def free_limit(limits: Mapping[str, int]) -> int | None:
    """The tokens a minute of the smallest plan, where they are known."""
    return next((limits[name] for name in _FREE_TIERS if name in limits), None)
