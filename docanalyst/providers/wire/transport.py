"""The HTTP client that every request goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst.providers.model import Options
from docanalyst.providers.wire.endpoint import Endpoint
from docanalyst.providers.wire.faults import broken
from docanalyst.providers.wire.redaction import redact

DEFAULT_SILENCE = 600.0
"""Seconds of silence allowed to a host elsewhere: 131,072 tokens take it one or two minutes at worst."""

if TYPE_CHECKING:
    import ssl

    import httpx


def new_client(endpoint: Endpoint, options: Options) -> httpx.AsyncClient:
    """A client for one endpoint. Raises ConnectionFailed for a proxy that cannot be used.

    Redirects are not followed: a document goes nowhere but where it was sent. Proxies of the environment are
    used, except for this machine. The machine's own certificates count beside the usual ones, because offices
    inspect their traffic with certificates of their own.
    """
    import httpx

    from docanalyst._version import __version__

    timeout = httpx.Timeout(
        silence_allowed(endpoint, options),
        connect=options.connect_timeout,
        write=60.0,
        pool=options.connect_timeout,
    )
    try:
        return httpx.AsyncClient(
            timeout=timeout,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=60.0),
            headers={"User-Agent": f"docanalyst/{__version__}"},
            follow_redirects=False,
            trust_env=not endpoint.is_local,
            verify=_certificates() if endpoint.base_url.startswith("https:") else False,
        )
    except (ImportError, ValueError, OSError, httpx.InvalidURL) as error:
        raise broken(
            endpoint.provider,
            f"The proxy or certificates that the environment names cannot be used: {redact(str(error))}",
            "Check HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE; a SOCKS proxy needs `pip install httpx[socks]`.",
            retryable=False,
        ) from None


def silence_allowed(endpoint: Endpoint, options: Options) -> float | None:
    """How many seconds a server may stay silent; None for no limit.

    A local model may need an hour for a long prompt; the user can stop it with Ctrl-C.
    """
    if options.read_timeout is not None:
        return options.read_timeout
    own = endpoint.is_local and endpoint.provider.local
    return None if own else DEFAULT_SILENCE


def _certificates() -> ssl.SSLContext:
    import httpx

    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context
