"""What can be known before anything is sent: the plan's limit, who sees the documents, and a way out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from docanalyst.domain.errors import TooLargeForTier, UsageError
from docanalyst.domain.models import ModelSpec
from docanalyst.providers.catalog.catalog import Catalog
from docanalyst.providers.catalog.entry import Lookup, ModelEntry, ProviderEntry, nearest
from docanalyst.providers.choice import names_a_host
from docanalyst.providers.wire.endpoint import is_loopback, resolve

if TYPE_CHECKING:
    from docanalyst.providers.model import Model


LOCAL = "local"
"""What an allow-list calls every model that certainly runs on this machine."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Who gets the documents. retention: what is known of how long they are kept, on a date (ISO).

    stays_here: nothing leaves this machine, for certain. fixed_host: False where a router picks who answers.
    host: whom an agreement is given to; for a pinned host behind a router "router/host", for a server that
    forwards to another "server > other". names: what an allow-list may call this destination; empty for the
    provider's name alone. on_this_machine: the address is on this machine, whatever stands behind it.
    forwarded: the server at the address passes documents on to somebody else. sends: False where nothing is
    sent to anybody.
    """

    provider: str
    title: str
    address: str
    host: str
    stays_here: bool
    fixed_host: bool
    retention: str
    retention_as_of: str
    names: tuple[str, ...] = ()
    on_this_machine: bool = False
    forwarded: bool = False
    sends: bool = True

    @property
    def allowed_as(self) -> tuple[str, ...]:
        """The names of which an allow-list must hold one."""
        return (*(self.names or (self.provider,)), *((LOCAL,) if self.stays_here else ()))

    @property
    def needs_consent(self) -> bool:
        """Whether the user must agree before the first sending.

        An address on this machine was set by the user; a server there that forwards was not agreed to by it.
        """
        return not self.stays_here and (self.forwarded or not self.on_this_machine)

    @property
    def sentence(self) -> str:
        """The facts in one sentence, for the question before the first sending."""
        if self.stays_here:
            return f"{self.title} at {self.host or 'this machine'}: nothing leaves this machine."
        picks = "" if self.fixed_host else " A router picks the host that sees the documents."
        if self.forwarded:
            picks = " The server there forwards them to another machine."
        known = self.retention or "No retention text was found."
        if self.address.startswith("http://") and not self.on_this_machine:
            picks += " The connection is not encrypted (http): anyone on the way can read them."
        dated = f" (as of {self.retention_as_of})" if self.retention_as_of else ""
        return f"The documents go to {self.title} at {self.host}.{picks} Retention{dated}: {known}."

    def forwarding_to(self, host: str) -> Destination:
        """This destination, known to pass documents on to a host; its allow-list name is PROVIDER:HOST."""
        return replace(
            self,
            host=f"{self.host} > {host}",
            stays_here=False,
            forwarded=True,
            names=(f"{self.provider}:{host}",),
            retention=f"whatever {host} does",
            retention_as_of="",
        )


def destination(spec: ModelSpec, catalog: Catalog, lookup: Lookup) -> Destination:
    """Where a request to this model goes, as far as names and addresses tell.

    A server that may forward is asked by `live.forwarding.located`. Raises AuthenticationFailed without a
    key, UsageError.
    """
    provider = catalog.provider(spec.provider)
    if provider.offline:
        return offline_destination(provider.name, provider.title)
    if provider.dialect == "plugin":
        host = f"the plug-in {provider.name}"
        return Destination(provider.name, provider.title, "", host, False, False, provider.retention, "")
    return destination_at(resolve(provider, lookup).base_url, spec, provider, lookup)


def destination_at(address: str, spec: ModelSpec, provider: ProviderEntry, lookup: Lookup) -> Destination:
    """Where a request to this model at this address goes.

    Only a server of a kind that runs models itself (`local` in the catalog), at an address on this machine,
    keeps documents here. Anything else at such an address may be a proxy.
    """
    here = is_loopback(address)
    host = urlsplit(address).netloc
    retention = provider.retention
    elsewhere = provider.own_base_url(lookup) is not None and not provider.local
    if elsewhere and host != urlsplit(provider.base_url).netloc:
        retention = "whatever the server at your own address does"
    pinned = names_a_host(provider, spec.model_id)
    names: tuple[str, ...] = (provider.name,)
    if provider.routed and pinned:
        behind = spec.model_id.partition(":")[2]
        host, names = f"{host}/{behind}", (provider.name, f"{provider.name}:{behind}")
    return Destination(
        provider=provider.name,
        title=provider.title,
        address=address,
        host=host,
        stays_here=here and provider.local,
        fixed_host=pinned,
        retention=retention,
        retention_as_of=provider.retention_as_of,
        names=names,
        on_this_machine=here,
    )


def offline_destination(provider: str, title: str) -> Destination:
    """The destination of a model that works in this process: nobody."""
    return Destination(provider, title, "", "", True, True, "", "", sends=False)


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
