"""Chooses the provider and model for a question, and says why; uses no network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from docanalyst.domain.errors import UsageError
from docanalyst.domain.models import OFFLINE, ModelSpec
from docanalyst.providers.catalog.catalog import REFERENCE_FAMILY, Catalog
from docanalyst.providers.catalog.entry import (
    DEFAULT_MODEL,
    KEYED,
    Lookup,
    ModelEntry,
    ProviderEntry,
    names_a_host,
    nearest,
)
from docanalyst.providers.catalog.tokenizers import tokenizer_by_name
from docanalyst.providers.local.files import RUNS_FILES, entry_of, is_model_file, no_file_named


@dataclass(frozen=True, slots=True)
class Choice:
    """A provider and a model, with the reason in one sentence and warnings for people."""

    provider: ProviderEntry
    spec: ModelSpec
    reason: str
    warnings: tuple[str, ...] = ()


def choose(
    catalog: Catalog,
    *,
    provider: str | None = None,
    model: str | None = None,
    needed_tokens: int | None = None,
    lookup: Lookup,
    today: date,
    local_only: bool = False,
) -> Choice:
    """The provider and model for a request.

    Without `provider`: the first configured one, in catalog order, whose window holds `needed_tokens`, else
    `extractive`. Without `model`: Qwen3-32B where that provider still serves it on `today`, else its
    successor, or another default of a provider that was not named where that one is too small. A model asked
    for by name is taken as asked, retired or not; the name of a GGUF file is a model of this machine.
    local_only: never a provider to which documents would leave this machine. Raises UsageError for names that
    do not exist.
    """
    if not provider and model and is_model_file(model):
        provider = RUNS_FILES
    if provider:
        entry = catalog.provider(provider)
        if local_only and not _stays_here(entry, lookup):
            raise UsageError(
                f"{entry.title} is not on this machine, and only local providers are allowed.",
                f"Leave out --local-only, or use one of: {', '.join(_local_names(catalog))}.",
            )
        why = "the chosen model" if model else "the chosen provider"
        choice = _at(entry, model, needed_tokens, lookup, today, why)
        return replace(choice, reason=_offline_reason(why)) if entry.name == OFFLINE else choice
    passed_over: list[str] = []
    for entry in catalog:
        if not entry.is_configured(lookup) or (local_only and not _stays_here(entry, lookup)):
            continue
        if model and not entry.model(model):
            continue
        why = _configured(entry)
        choice = _at(entry, model, needed_tokens, lookup, today, why, may_enlarge=True)
        if model or needed_tokens is None or _room(choice.spec) >= needed_tokens:
            return replace(choice, warnings=(*passed_over, *choice.warnings))
        passed_over.append(
            f"{entry.name} was skipped: {choice.spec.model_id} takes {_room(choice.spec):,} tokens, "
            f"and {needed_tokens:,} are needed."
        )
    if model and not catalog.providers[OFFLINE].model(model):
        return _by_model_alone(catalog, model, needed_tokens, lookup, today, local_only)
    why = "no configured provider has a large enough window" if passed_over else "no API key found"
    offline = _at(catalog.providers[OFFLINE], None, needed_tokens, lookup, today, why)
    return replace(offline, reason=_offline_reason(why), warnings=(*passed_over, *offline.warnings))


def _offline_reason(why: str) -> str:
    return f"{OFFLINE}, offline, with verbatim passages only: {why}."


def _at(
    entry: ProviderEntry,
    model: str | None,
    needed: int | None,
    lookup: Lookup,
    today: date,
    why: str,
    *,
    may_enlarge: bool = False,
) -> Choice:
    if entry.dialect == "plugin":
        model = model or DEFAULT_MODEL
    if entry.runs_files and not model:
        raise no_file_named()
    asked_by_name = bool(model)
    larger: ModelEntry | None = None
    if model:
        found = entry.model(model)
        chosen = found or _unlisted(entry, model)
        reason = f"{model} at {entry.name}: {why}"
    else:
        chosen = _default_model(entry, today)
        reason = f"{chosen.spec.model_id} at {entry.name}: {why}{_model_reason(entry, chosen, today)}"
        if entry.setting(lookup, "WINDOW") is None:
            larger = _larger_default(entry, chosen, needed, today)
        if larger and may_enlarge:
            reason = (
                f"{larger.spec.model_id} at {entry.name}: {why}; {chosen.spec.model_id} takes only"
                f" {_room(chosen.spec):,} tokens there"
            )
            chosen, larger = larger, None
    spec = _with_own_window(entry, chosen, chosen.spec_for(needed), lookup)
    warnings = _warnings(entry, chosen, spec, asked_by_name, today, lookup)
    if larger:
        fits = f"{larger.spec.model_id} at {entry.name} takes {_room(larger.spec):,} tokens"
        warnings = (*warnings, f"{fits}: --model {larger.spec.model_id}.")
    return Choice(entry, spec, reason + ".", warnings)


def _default_model(entry: ProviderEntry, today: date) -> ModelEntry:
    order = _defaults(entry, today)
    if not order:
        raise UsageError(
            f"No model is known at {entry.title}.", f"Name one with --model. {_models_hint(entry)}".strip()
        )
    return order[0]


def _defaults(entry: ProviderEntry, today: date) -> list[ModelEntry]:
    """The provider's default models in order: those certainly served, else those that may be, else all."""
    listed = [found for name in entry.defaults if (found := entry.model(name))]
    served = [found for found in listed if not found.is_retired(today)]
    certain = [found for found in served if found.spec.status != "unknown"]
    return certain or served or listed


def _larger_default(
    entry: ProviderEntry, chosen: ModelEntry, needed: int | None, today: date
) -> ModelEntry | None:
    """Another default of the provider that holds what the chosen one does not."""
    if needed is None or _room(chosen.spec) >= needed:
        return None
    return next((found for found in _defaults(entry, today) if _room(found.spec) >= needed), None)


def _model_reason(entry: ProviderEntry, chosen: ModelEntry, today: date) -> str:
    if chosen.family == REFERENCE_FAMILY or entry.offline:
        return ""
    retired = next(
        (m for m in entry.models.values() if m.family == REFERENCE_FAMILY and m.is_retired(today)), None
    )
    if retired:
        return f"; Qwen3-32B was retired there on {retired.spec.retired_on}, and this is its successor"
    return "; Qwen3-32B is not certain to be served there"


def _unlisted(entry: ProviderEntry, model: str) -> ModelEntry:
    """A model that the catalog does not list: taken, with what is known of the provider or of a namesake."""
    if entry.runs_files:
        return entry_of(entry, model)
    base = model.partition(":")[0]
    namesakes = [m for name, m in entry.models.items() if entry.routed and name.partition(":")[0] == base]
    if namesakes:
        smallest = min(namesakes, key=lambda m: m.spec.context_window)
        return replace(smallest, spec=replace(smallest.spec, model_id=model, price=None, status="unlisted"))
    if entry.offline:
        raise UsageError(f"{entry.title} has no model {model!r}.", _models_hint(entry))
    spec = ModelSpec(
        provider=entry.name,
        model_id=model,
        context_window=entry.window,
        reasoning=entry.thinking is not None,
        tokenizer=tokenizer_by_name(model),
        status="unlisted",
        off_words=entry.thinking.off_suffix if entry.thinking else "",
    )
    return ModelEntry(spec=spec, thinking=entry.thinking)


def _with_own_window(entry: ProviderEntry, chosen: ModelEntry, spec: ModelSpec, lookup: Lookup) -> ModelSpec:
    """The spec with the window that the user states, or that the plan which the user names has."""
    value = entry.setting(lookup, "WINDOW")
    if value is None:
        most = chosen.tier_windows.get((entry.setting(lookup, "TIER") or "").lower())
        return replace(spec, context_window=min(spec.context_window, most)) if most else spec
    window = value.replace(",", "").replace("_", "")
    if not window.isdigit() or int(window) < 256:
        raise UsageError(f"{entry.variable}_WINDOW must be a number of tokens, not {value!r}.")
    return replace(spec, context_window=int(window), max_input=None)


def _warnings(
    entry: ProviderEntry, chosen: ModelEntry, spec: ModelSpec, by_name: bool, today: date, lookup: Lookup
) -> tuple[str, ...]:
    found: list[str] = []
    if chosen.is_retired(today):
        heir = f"; its successor there is {spec.successor}" if spec.successor else ""
        when = f" on {spec.retired_on}" if spec.retired_on else ""
        found.append(f"{entry.title} retired {spec.model_id}{when}{heir}. The request is sent anyway.")
    elif spec.retired_on:
        found.append(f"{entry.title} will retire {spec.model_id} on {spec.retired_on}.")
    if spec.status == "unlisted" and entry.setting(lookup, "WINDOW") is None:
        listed = f" Listed at {entry.name}: {', '.join(entry.models)}." if entry.models else ""
        found.append(
            f"{spec.model_id} is not in the catalog: a window of {spec.context_window:,} tokens is assumed"
            f" (set {entry.variable}_WINDOW to change it).{listed}"
        )
    if spec.status == "unknown":
        found.append(f"{spec.model_id} was last seen at {entry.title} {_seen(spec)}; it may be retired.")
    if spec.status == "preview":
        found.append(f"{spec.model_id} is a preview at {entry.title}: it may be withdrawn at short notice.")
    if entry.name == "huggingface" and not names_a_host(entry, spec.model_id) and by_name:
        found.append(
            "No host named, so the router chooses who sees the documents and how large the window is;"
            f" name one with {spec.model_id.partition(':')[0]}:HOST."
        )
    return tuple(found)


def _seen(spec: ModelSpec) -> str:
    as_of = spec.price.as_of if spec.price and spec.price.as_of else spec.as_of
    return f"in lists of {as_of}" if as_of else "long ago"


def _room(spec: ModelSpec) -> int:
    return min(spec.context_window, spec.max_input or spec.context_window)


def _configured(entry: ProviderEntry) -> str:
    if entry.local or entry.needs_base_url:
        return "the first configured provider (its address is set)"
    return "the first provider with an API key and a large enough context window"


def _by_model_alone(
    catalog: Catalog, model: str, needed: int | None, lookup: Lookup, today: date, local_only: bool
) -> Choice:
    """A model without a provider, which no configured provider lists."""
    allowed = [entry for entry in catalog if not local_only or _stays_here(entry, lookup)]
    hosts = [entry for entry in allowed if entry.model(model)]
    configured = [entry for entry in allowed if entry.is_configured(lookup)]
    if not hosts and configured:
        return _at(configured[0], model, needed, lookup, today, "the first configured provider")
    if hosts:
        keys = ", ".join(f"{entry.name} ({_what_to_set(entry)})" for entry in hosts)
        raise UsageError(f"No provider that serves {model!r} is configured.", f"It is served by: {keys}.")
    every = sorted({spec.model_id for spec in catalog.specs()})
    raise UsageError(f"No model named {model!r}.", nearest(model, every, "models"))


def _stays_here(entry: ProviderEntry, lookup: Lookup) -> bool:
    from docanalyst.providers.wire.endpoint import is_loopback

    if entry.offline or entry.runs_files:
        return True
    return entry.local and is_loopback(entry.own_base_url(lookup) or entry.base_url)


def _local_names(catalog: Catalog) -> list[str]:
    return [entry.name for entry in catalog.providers.values() if entry.local and not entry.hidden]


def _models_hint(entry: ProviderEntry) -> str:
    return f"Known models: {', '.join(entry.models)}." if entry.models else ""


def _what_to_set(entry: ProviderEntry) -> str:
    return entry.key_variables[0] if entry.auth in KEYED else f"{entry.variable}_BASE_URL"
