"""Thinking, sampling and schemas as each provider and model takes them, from the catalog's tables."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from docanalyst.domain.request import ended_with

if TYPE_CHECKING:
    from docanalyst.domain.request import Message
    from docanalyst.providers.catalog.entry import ModelEntry, ProviderEntry
    from docanalyst.providers.model import Call

_ANSWER_SHARE = 4_096
"""Tokens of the output limit that stay for the answer when thinking has a budget of its own."""


def messages_of(call: Call, model: ModelEntry) -> tuple[Message, ...]:
    """The messages, with the words that switch thinking off where there is no field for it."""
    return ended_with(call.messages, model.spec.off_words if call.thinking is False else "")


def thinking_fields(call: Call, model: ModelEntry) -> dict[str, Any]:
    """The fields that switch thinking on or off, or those that hold when it is left to the model."""
    thinking = model.thinking
    if thinking is None:
        return {}
    if call.thinking is None:
        return deepcopy(dict(thinking.unset))
    fields = deepcopy(dict(thinking.on if call.thinking else thinking.off))
    if call.thinking and thinking.budget_field and call.max_output:
        fields[thinking.budget_field] = max(call.max_output - _ANSWER_SHARE, call.max_output // 2, 1)
    return fields


def sampling_fields(call: Call, provider: ProviderEntry, model: ModelEntry) -> dict[str, Any]:
    """Temperature and top_p: what was asked for, else what the model card recommends for the mode."""
    fields: dict[str, Any] = {}
    sampling = model.sampling
    if sampling is not None:
        fields.update(sampling.off if call.thinking is False else sampling.on)
        if sampling.top_k is not None and provider.top_k:
            fields["top_k"] = sampling.top_k
    if call.temperature is not None:
        fields["temperature"] = call.temperature
    if call.top_p is not None:
        fields["top_p"] = call.top_p
    return fields


def schema_fields(call: Call, provider: ProviderEntry, model: ModelEntry) -> dict[str, Any]:
    """The fields that hold the answer to a schema, where the model keeps to one."""
    if call.schema is None or not model.structured:
        return {}
    shape = {"name": "answer", "strict": True, "schema": deepcopy(dict(call.schema))}
    fields: dict[str, Any] = {"response_format": {"type": "json_schema", "json_schema": shape}}
    if model.structured == "json_schema_whole":
        fields |= {"stream": False, "stream_options": None}
    return fields | deepcopy(dict(provider.structured_body))
