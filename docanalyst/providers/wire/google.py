"""Access tokens for Vertex AI from Google's own library (the extra `vertex`)."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import Any

from docanalyst.domain.errors import AuthenticationFailed, install_extra

_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_credentials: list[Any] = []


async def access_token() -> str:
    """A token that is valid now, from the machine's credentials; refreshed when it is about to expire.

    The library itself reads GOOGLE_APPLICATION_CREDENTIALS. Raises AuthenticationFailed.
    """
    return await asyncio.to_thread(_token)


def _token() -> str:
    try:
        auth: Any = import_module("google.auth")
        transport: Any = import_module("google.auth.transport.requests")
        failures: type[Exception] = import_module("google.auth.exceptions").GoogleAuthError
    except ImportError:
        raise AuthenticationFailed(
            "Vertex AI needs Google's own library for its access tokens.",
            f"{install_extra('vertex')} Or set GOOGLE_VERTEX_ACCESS_TOKEN to a token of"
            " `gcloud auth print-access-token`.",
            provider="vertex",
        ) from None
    try:
        if not _credentials:
            _credentials.append(auth.default(scopes=[_SCOPE])[0])
        credentials = _credentials[0]
        if not credentials.valid:
            credentials.refresh(transport.Request())
        return str(credentials.token)
    except (failures, OSError, ValueError) as error:
        from docanalyst.providers.wire.redaction import redact

        raise AuthenticationFailed(
            f"Google gives no access token: {redact(str(error))[:300]}.",
            "Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS.",
            provider="vertex",
        ) from None
