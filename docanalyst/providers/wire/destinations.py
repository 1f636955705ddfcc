"""Where documents go: the provider, the host behind a router, the cloud behind a server on this machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from docanalyst.domain.models import ModelSpec
from docanalyst.providers.catalog.entry import Lookup, ProviderEntry, names_a_host
from docanalyst.providers.wire.endpoint import is_loopback

LOCAL = "local"
"""What an allow-list calls every model that certainly runs on this machine."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Who gets the documents. retention: what is known of how long they are kept, on a date (ISO).

    stays_here: nothing leaves this machine, for certain. fixed_host: False where a router picks who answers.
    host: the party to whom consent is given; for a pinned host behind a router "router/host", for a server
    that forwards to another "server > other". names: what an allow-list may call this destination; empty for
    the provider's name alone. on_this_machine: the address is on this machine, whatever is behind it.
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

        Choosing an address on this machine is no consent to a server there that forwards elsewhere.
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
        known = self.retention or "unknown"
        if self.address.startswith("http://") and not self.on_this_machine:
            picks += " The connection is not encrypted (http): anyone on the network path can read them."
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
        retention = "depends on the server at your own address"
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


def local_destination(provider: ProviderEntry) -> Destination:
    """The destination of a model file: a server process that belongs to this one."""
    return Destination(
        provider=provider.name,
        title=provider.title,
        address="",
        host="this machine",
        stays_here=True,
        fixed_host=True,
        retention=provider.retention,
        retention_as_of=provider.retention_as_of,
        on_this_machine=True,
    )


def offline_destination(provider: str, title: str) -> Destination:
    """The destination of a model that works in this process: nobody."""
    return Destination(provider, title, "", "", True, True, "", "", sends=False)
