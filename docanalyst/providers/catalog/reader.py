"""Reads one provider's table of the catalog into its entry, and refuses what it cannot read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from docanalyst.domain.errors import UsageError
from docanalyst.domain.models import ModelSpec, Price
from docanalyst.providers.catalog.entry import (
    ModelEntry,
    ProviderEntry,
    Sampling,
    Thinking,
    free_limit,
    nearest,
)

_MODEL_KEYS = [
    *("family", "window", "max_input", "max_output", "max_output_field", "price", "price_above", "tokenizer"),
    *(
        "status",
        "retired_on",
        "successor",
        "tokens_per_minute",
        "tier_windows",
        "thinking",
        "sampling",
        "structured",
        "confidence",
        "notes",
    ),
    *("notes", "as_of", "like"),
]
_PROVIDER_KEYS = [item.name for item in fields(ProviderEntry) if item.name != "name"]
_LISTS = {"key_variables", "base_url_variables", "defaults"}


def read_provider(
    name: str, table: Mapping[str, Any], tables: Mapping[str, Any], as_of: str
) -> ProviderEntry:
    """The entry of one provider. tables: the whole catalog, for its thinking and sampling presets.

    Raises UsageError naming the key that is wrong.
    """
    where = f"provider {name!r}"
    try:
        return _read_provider(name, table, tables, as_of, where)
    except (TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"The catalog entry of {where} cannot be read: {error}.") from None
    except KeyError as error:
        raise UsageError(f"The catalog entry of {where} lacks {error}.") from None


def _read_provider(
    name: str, table: Mapping[str, Any], tables: Mapping[str, Any], as_of: str, where: str
) -> ProviderEntry:
    _known_keys(table, _PROVIDER_KEYS, where)
    values: dict[str, Any] = {key: value for key, value in table.items() if key not in ("models", "thinking")}
    for key in _LISTS & values.keys():
        values[key] = tuple(values[key])
    for key in {"settings", "headers"} & values.keys():
        values[key] = {item: tuple(variables) for item, variables in values[key].items()}
    values.setdefault("title", name)
    thinking = _thinking(table.get("thinking"), tables, where)
    models = table.get("models", {})
    provider = ProviderEntry(name=name, thinking=thinking, **values)
    read = {
        model_id: _read_model(provider, model_id, _like(model_id, models, where), tables, as_of)
        for model_id in models
    }
    return replace(provider, models=read)


def _read_model(
    provider: ProviderEntry, model_id: str, table: Mapping[str, Any], tables: Mapping[str, Any], as_of: str
) -> ModelEntry:
    where = f"model {model_id!r} of {provider.name!r}"
    _known_keys(table, _MODEL_KEYS, where)
    limits = dict(table.get("tokens_per_minute", {}))
    preset = table.get("thinking")
    thinking = None if preset == "none" else _thinking(preset, tables, where) or provider.thinking
    above = table.get("price_above")
    spec = ModelSpec(
        provider=provider.name,
        model_id=model_id,
        context_window=int(table.get("window", provider.window)),
        max_output_tokens=table.get("max_output"),
        max_input=table.get("max_input"),
        reasoning=thinking is not None,
        price=_price(table.get("price"), as_of),
        tokenizer=str(table.get("tokenizer", "unknown")),
        status=str(table.get("status", "active")),
        retired_on=table.get("retired_on"),
        successor=table.get("successor"),
        tokens_per_minute=free_limit(limits),
        as_of=str(table.get("as_of", as_of)),
        notes=str(table.get("notes", "")),
        off_words=thinking.off_suffix if thinking else "",
    )
    return ModelEntry(
        spec=spec,
        family=str(table.get("family", "")),
        thinking=thinking,
        sampling=_sampling(table.get("sampling"), tables, where),
        tokens_per_minute=limits,
        tier_windows=dict(table.get("tier_windows", {})),
        price_above=(int(above["tokens"]), _price(above, as_of) or Price(0, 0)) if above else None,
        max_output_field=str(table.get("max_output_field", "")),
        structured=str(table.get("structured", provider.structured)),
        confidence=str(table.get("confidence", "assumed")),
    )


def _like(model_id: str, models: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    table: Mapping[str, Any] = models[model_id]
    example = table.get("like")
    if example is None:
        return table
    if example not in models or models[example].get("like"):
        raise UsageError(f"Model {model_id!r} of {where} is like {example!r}, which is not listed there.")
    return {**models[example], **table}


def _price(table: Mapping[str, Any] | None, as_of: str) -> Price | None:
    if table is None:
        return None
    cached = table.get("cached")
    return Price(
        input=float(table["input"]),
        output=float(table["output"]),
        cached=None if cached is None else float(cached),
        as_of=str(table.get("as_of", as_of)),
        written=None if table.get("written") is None else float(table["written"]),
    )


def _thinking(value: Any, tables: Mapping[str, Any], where: str) -> Thinking | None:
    preset = _preset(value, "thinking", tables, where)
    return None if preset is None else Thinking(**preset)


def _sampling(value: Any, tables: Mapping[str, Any], where: str) -> Sampling | None:
    preset = _preset(value, "sampling", tables, where)
    return None if preset is None else Sampling(**preset)


def _preset(value: Any, table: str, tables: Mapping[str, Any], where: str) -> dict[str, Any] | None:
    if value is None or isinstance(value, dict):
        return value
    presets = tables.get(table, {})
    if value not in presets:
        raise UsageError(f"{where} names {table} {value!r}.", nearest(str(value), list(presets), table))
    return dict(presets[value])


def _known_keys(table: Mapping[str, Any], known: list[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise UsageError(
                f"The catalog entry of {where} has an unknown key {key!r}.", nearest(key, known, "keys")
            )
