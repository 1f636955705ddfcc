"""One small JSON request to a provider, for lists of models or token counts, never for an answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from docanalyst.domain.models import ModelSpec
from docanalyst.providers.model import Options
from docanalyst.providers.wire.endpoint import Endpoint
from docanalyst.providers.wire.faults import broken, read_refusal, to_error
from docanalyst.providers.wire.transport import new_client

if TYPE_CHECKING:
    import httpx

_LARGEST_LIST = 32_000_000


def client_for(endpoint: Endpoint, timeout: float) -> httpx.AsyncClient:
    """A client that waits so many seconds at most."""
    return new_client(endpoint, Options(connect_timeout=timeout, read_timeout=timeout))


async def get(client: httpx.AsyncClient, endpoint: Endpoint, url: str) -> Any:
    """What the address answers. Raises ProviderError, ValueError for what is not JSON."""
    return await _exchange(client, endpoint, "GET", url, None)


async def post(client: httpx.AsyncClient, endpoint: Endpoint, url: str, body: Any) -> Any:
    """What the address answers to a body. Raises as `get` does."""
    return await _exchange(client, endpoint, "POST", url, body)


async def _exchange(client: httpx.AsyncClient, endpoint: Endpoint, method: str, url: str, body: Any) -> Any:
    import httpx

    provider = endpoint.provider
    headers = {**endpoint.headers, **await endpoint.authorisation()}
    try:
        async with client.stream(method, url, json=body, headers=headers) as response:
            data = bytearray()
            async for part in response.aiter_bytes():
                data += part
                if len(data) > _LARGEST_LIST:
                    break
    except httpx.HTTPError as error:
        what = f"{provider.title} cannot be reached at {endpoint.host}: {type(error).__name__}"
        hint = "Is the server running?" if endpoint.is_local else "Check the network and the address."
        raise broken(provider, what, hint) from None
    text = endpoint.redact(data.decode("utf-8", "replace"))
    if response.status_code != 200:
        nobody = ModelSpec(provider.name, "the list of models", 0)
        raise to_error(read_refusal(response.status_code, text), nobody, provider)
    return json.loads(text)
