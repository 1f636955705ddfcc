"""Whether a server on this machine runs a model itself, or forwards its requests to somebody else.

Ollama serves models of its own cloud at the address of the local server: `/api/show` then states
`remote_host` and `remote_model`, and such a model's tag ends in "cloud".
"""

from __future__ import annotations

from docanalyst.domain.errors import BadResponse
from docanalyst.domain.models import ModelSpec
from docanalyst.providers.catalog.catalog import Catalog
from docanalyst.providers.catalog.entry import Lookup
from docanalyst.providers.live.listings import OLLAMA_CLOUD, is_cloud_name, remote_host
from docanalyst.providers.wire.destinations import Destination
from docanalyst.providers.wire.endpoint import resolve
from docanalyst.providers.wire.exchange import client_for, post

_SECONDS = 10.0


async def located(target: Destination, spec: ModelSpec, catalog: Catalog, lookup: Lookup) -> Destination:
    """The destination, as the server there describes it. Nothing of a document is sent.

    Raises ProviderError for a server that may forward and does not say whether it does.
    """
    provider = catalog.providers.get(target.provider)
    if provider is None or provider.live != "ollama" or not target.address:
        return target
    if is_cloud_name(spec.model_id):
        return target.forwarding_to(OLLAMA_CLOUD)
    endpoint = resolve(provider, lambda name: target.address if name.endswith("_BASE_URL") else lookup(name))
    async with client_for(endpoint, _SECONDS) as client:
        try:
            shown = await post(client, endpoint, f"{endpoint.base_url}/api/show", {"model": spec.model_id})
        except ValueError:
            shown = None
    if not isinstance(shown, dict):
        raise BadResponse(
            f"{provider.title} at {endpoint.host} does not say whether it runs {spec.model_id} itself.",
            "Update the server; documents go only where that is known.",
            provider=provider.name,
        )
    host = remote_host(shown)
    return target.forwarding_to(host) if host else target
