"""The HTTP client that every request goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst.providers.endpoint import Endpoint
from docanalyst.providers.model import Options

if TYPE_CHECKING:
    import ssl

    import httpx


def new_client(endpoint: Endpoint, options: Options) -> httpx.AsyncClient:
    """A client for one endpoint.

    Redirects are not followed: a document goes nowhere but where it was sent. Proxies of the environment are
    used, except for this machine. The machine's own certificates count beside the usual ones, because offices
    inspect their traffic with certificates of their own.
    """
    import httpx

    import docanalyst

    return httpx.AsyncClient(
        timeout=httpx.Timeout(
            connect=options.connect_timeout,
            read=options.read_timeout,
            write=60.0,
            pool=options.connect_timeout,
        ),
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=60.0),
        headers={"User-Agent": f"docanalyst/{docanalyst.__version__}"},
        follow_redirects=False,
        trust_env=not endpoint.is_local,
        verify=_certificates() if endpoint.base_url.startswith("https:") else False,
    )


def _certificates() -> ssl.SSLContext:
    import httpx

    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context
