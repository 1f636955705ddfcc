"""One provider and one model of the catalog, as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from docanalyst.domain.models import ModelSpec, Price

Lookup = Callable[[str], str | None]
"""Gives the value of a variable (environment, keyring or settings), or None."""

KEYED = ("bearer", "api-key", "x-api-key")
"""Ways of authorisation that need a key."""

DEFAULT_MODEL = "default"
"""The model name that leaves the choice to the plug-in."""

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
    "json_schema_whole" where such answers cannot be streamed; "" where they do not. tier_windows: windows of
    plans of the provider that are smaller than the model's, by the plan's name.
    """

    spec: ModelSpec
    family: str = ""
    thinking: Thinking | None = None
    sampling: Sampling | None = None
    tokens_per_minute: Mapping[str, int] = field(default_factory=dict)
    tier_windows: Mapping[str, int] = field(default_factory=dict)
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
    stream_usage: bool = True
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
        if self.offline or self.runs_files:
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

    @property
    def runs_files(self) -> bool:
        """Whether its models are files on this machine, which a request names."""
        return self.dialect == "local"

    def model(self, model_id: str) -> ModelEntry | None:
        """The entry of a model by its id at this provider, or None."""
        return self.models.get(model_id)


def names_a_host(entry: ProviderEntry, model_id: str) -> bool:
    """Whether a request goes to one host for certain, rather than to one that a router picks."""
    if not entry.routed:
        return True
    suffix = model_id.partition(":")[2] if entry.name == "huggingface" else ""
    return suffix not in ("", "fastest", "cheapest", "preferred")


def nearest(name: str, known: list[str], plural: str) -> str:
    """A hint for a name that does not exist: the nearest one, then all of them."""
    import difflib

    close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    meant = f"Did you mean {close[0]!r}? " if close else ""
    return f"{meant}Known {plural}: {', '.join(known)}."


def _clean(value: str | None) -> str | None:
    return (value or "").strip() or None


def free_limit(limits: Mapping[str, int]) -> int | None:
    """The tokens a minute of the smallest plan, where they are known."""
    return next((limits[name] for name in _FREE_TIERS if name in limits), None)
