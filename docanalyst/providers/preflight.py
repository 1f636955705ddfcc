"""What can be known before anything is sent: the plan's limit, who sees the documents, and a way out."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from docanalyst.domain.errors import TooLargeForTier, UsageError
from docanalyst.domain.models import ModelSpec
from docanalyst.providers.catalog.catalog import Catalog
from docanalyst.providers.catalog.entry import Lookup, ModelEntry, ProviderEntry, nearest
from docanalyst.providers.choice import names_a_host
from docanalyst.providers.wire.endpoint import is_loopback, resolve


@dataclass(frozen=True, slots=True)
class Destination:
    """Who gets the documents. retention: what is known of how long they are kept, on a date (ISO).

    stays_here: nothing leaves this machine. fixed_host: False where a router picks who answers.
    """

    provider: str
    title: str
    address: str
    host: str
    stays_here: bool
    fixed_host: bool
    retention: str
    retention_as_of: str

    @property
    def sentence(self) -> str:
        """The facts in one sentence, for the question before the first sending."""
        if self.stays_here:
            return f"{self.title} at {self.host or 'this machine'}: nothing leaves this machine."
        picks = "" if self.fixed_host else " A router picks the host that sees the documents."
        known = self.retention or "No retention text was found."
        if self.address.startswith("http://"):
            picks += " The way there is not encrypted (http): anyone on it can read them."
        dated = f" (as of {self.retention_as_of})" if self.retention_as_of else ""
        return f"The documents go to {self.title} at {self.host}.{picks} Retention{dated}: {known}."


def destination(spec: ModelSpec, catalog: Catalog, lookup: Lookup) -> Destination:
    """Where a request to this model goes. Raises AuthenticationFailed without a key, UsageError."""
    provider = catalog.provider(spec.provider)
    if provider.offline:
        return Destination(provider.name, provider.title, "", "", True, True, "", "")
    if provider.dialect == "plugin":
        host = f"the plug-in {provider.name}"
        return Destination(provider.name, provider.title, "", host, False, False, provider.retention, "")
    address = resolve(provider, lookup).base_url
    elsewhere = provider.own_base_url(lookup) is not None and not provider.local
    retention = provider.retention
    if elsewhere and urlsplit(address).netloc != urlsplit(provider.base_url).netloc:
        retention = "whatever the server at your own address does"
    return Destination(
        provider=provider.name,
        title=provider.title,
        address=address,
        host=urlsplit(address).netloc,
        stays_here=is_loopback(address),
        fixed_host=names_a_host(provider, spec.model_id),
        retention=retention,
        retention_as_of=provider.retention_as_of,
    )


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
    larger = f" ({', '.join(others)} would do)" if others else ""
    if known is not None:
        limit, source = known
        if needed <= limit:
            return ()
        raise TooLargeForTier(
            f"{provider.title} admits {limit:,} tokens a minute for {spec.model_id} ({source}), and this"
            f" request needs {needed:,} at once: {prompt_tokens:,} of prompt and {max_output:,} reserved for"
            " the answer.",
            f"Waiting does not help. Use a larger plan{larger}, another provider, or fewer documents.",
            provider=provider.name,
        )
    smallest = min(entry.tokens_per_minute.items(), key=lambda item: item[1], default=None)
    if smallest and needed > smallest[1]:
        return (
            f"{provider.title}'s {smallest[0]} plan admits {smallest[1]:,} tokens a minute for"
            f" {spec.model_id}, and this request needs {needed:,} at once: on that plan it will be refused."
            f" Name your plan in {provider.variable}_TIER to check this before sending.",
        )
    return ()


def require_allowed(provider: ProviderEntry, allowed: tuple[str, ...], lookup: Lookup) -> None:
    """Refuse a provider that may not see these documents.

    allowed: names of providers, or "local" for any on this machine; empty for all. Raises UsageError.
    """
    if not allowed or provider.name in allowed or provider.offline:
        return
    if "local" in allowed and is_loopback(provider.own_base_url(lookup) or provider.base_url):
        return
    raise UsageError(
        f"{provider.title} may not be sent these documents.",
        f"Allowed here: {', '.join(allowed)}. The list is `allowed_providers` in the configuration or in"
        " .docanalyst.toml beside the documents.",
    )
