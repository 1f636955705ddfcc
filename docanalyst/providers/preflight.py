"""Checks before anything is sent: the limit of the user's plan, and who will see the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst.domain.errors import TooLargeForTier, UsageError
from docanalyst.domain.models import ModelSpec
from docanalyst.providers.catalog.catalog import Catalog
from docanalyst.providers.catalog.entry import Lookup, ModelEntry, ProviderEntry, nearest
from docanalyst.providers.wire.destinations import (
    LOCAL,
    Destination,
    destination_at,
    local_destination,
    offline_destination,
)
from docanalyst.providers.wire.endpoint import resolve

if TYPE_CHECKING:
    from docanalyst.providers.model import Model

__all__ = [
    "LOCAL",
    "Destination",
    "check_plan",
    "destination",
    "destination_of",
    "offline_destination",
    "plan_limit",
]


def destination(spec: ModelSpec, catalog: Catalog, lookup: Lookup) -> Destination:
    """Where a request to this model goes, as far as names and addresses tell.

    A server that may forward is asked by `live.forwarding.located`. Raises AuthenticationFailed without a
    key, UsageError.
    """
    provider = catalog.provider(spec.provider)
    if provider.offline:
        return offline_destination(provider.name, provider.title)
    if provider.runs_files:
        return local_destination(provider)
    if provider.dialect == "plugin":
        host = f"the plug-in {provider.name}"
        return Destination(provider.name, provider.title, "", host, False, False, provider.retention, "")
    return destination_at(resolve(provider, lookup).base_url, spec, provider, lookup)


def destination_of(model: Model) -> Destination:
    """Where a model that was given goes: what it says itself, else elsewhere, under its provider's name."""
    own = getattr(model, "destination", None)
    if isinstance(own, Destination):
        return own
    name = model.spec.provider
    return Destination(name, name, "", f"the model {model.spec.model_id}", False, False, "", "")


def plan_limit(provider: ProviderEntry, entry: ModelEntry, lookup: Lookup) -> tuple[int, str] | None:
    """The tokens a minute that the account's plan admits, and where that is known from; None if unknown.

    The user says it: DOCANALYST_GROQ_TPM, or DOCANALYST_GROQ_TIER naming a plan of the catalog. Raises
    UsageError for a plan that is none.
    """
    number = provider.setting(lookup, "TPM")
    if number:
        digits = number.replace(",", "").replace("_", "")
        if not digits.isdigit():
            raise UsageError(f"{provider.variable}_TPM must be a number of tokens, and is {number!r}.")
        return int(digits), f"{provider.variable}_TPM"
    tier = provider.setting(lookup, "TIER")
    if tier and entry.tokens_per_minute:
        name = tier.lower()
        if name not in entry.tokens_per_minute:
            known = list(entry.tokens_per_minute)
            raise UsageError(f"{provider.title} has no known plan {tier!r}.", nearest(name, known, "plans"))
        return entry.tokens_per_minute[name], f"the {name} plan"
    return None


def check_plan(
    spec: ModelSpec,
    catalog: Catalog,
    lookup: Lookup,
    *,
    prompt_tokens: int,
    max_output: int,
) -> tuple[str, ...]:
    """Refuse what the account's plan can never admit; otherwise warnings for people.

    prompt_tokens, max_output: both count, because providers admit a request by their sum. Raises
    TooLargeForTier with the figures.
    """
    provider, entry = catalog.provider(spec.provider), catalog.entry(spec)
    needed = prompt_tokens + max_output
    known = plan_limit(provider, entry, lookup)
    others = [name for name, limit in entry.tokens_per_minute.items() if limit >= needed]
    larger = f" ({', '.join(others)} {'is' if len(others) == 1 else 'are'} enough)" if others else ""
    if known is not None:
        limit, source = known
        if needed <= limit:
            return ()
        raise TooLargeForTier(
            f"{provider.title} allows {limit:,} tokens per minute for {spec.model_id} ({source}), and this"
            f" request needs {needed:,} at once: {prompt_tokens:,} of prompt and {max_output:,} reserved for"
            " the answer.",
            f"Waiting does not help. Use a larger plan{larger}, another provider, or fewer documents.",
            provider=provider.name,
        )
    smallest = min(entry.tokens_per_minute.items(), key=lambda item: item[1], default=None)
    if smallest and needed > smallest[1]:
        return (
            f"{provider.title}'s {smallest[0]} plan allows {smallest[1]:,} tokens per minute for"
            f" {spec.model_id}, and this request needs {needed:,} at once: on that plan it will be refused."
            f" Name your plan in {provider.variable}_TIER to check this before sending.",
        )
    return ()
