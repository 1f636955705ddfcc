"""Access tokens for Vertex AI from Google's own library (the extra `vertex`)."""

from __future__ import annotations

import asyncio
from typing import Any

from docanalyst.domain.errors import AuthenticationFailed

_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_credentials: dict[tuple[str, ...], Any] = {}


async def access_token(source: tuple[str, ...] | None) -> str:
    """A token that is valid now; refreshed when it is about to expire.

    source: the path of a credentials file, or "" for the machine's default. Raises AuthenticationFailed.
    """
    return await asyncio.to_thread(_token, source or ("",))


def _token(source: tuple[str, ...]) -> str:
    try:
        import google.auth
        from google.auth.exceptions import GoogleAuthError
        from google.auth.transport.requests import Request
    except ImportError:
        raise AuthenticationFailed(
            "Vertex AI needs Google's own library for its access tokens.",
            "Install docanalyst[vertex], or set GOOGLE_VERTEX_ACCESS_TOKEN to a token of"
            " `gcloud auth print-access-token`.",
            provider="vertex",
        ) from None
    try:
        credentials = _credentials.get(source)
        if credentials is None:
            if source[0]:
                credentials, _ = google.auth.load_credentials_from_file(source[0], scopes=[_SCOPE])
            else:
                credentials, _ = google.auth.default(scopes=[_SCOPE])
            _credentials[source] = credentials
        if not credentials.valid:
            credentials.refresh(Request())
        return str(credentials.token)
    except GoogleAuthError as error:
        from docanalyst.providers.endpoint import redact

        raise AuthenticationFailed(
            f"Google gives no access token: {redact(str(error))[:300]}.",
            "Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS.",
            provider="vertex",
        ) from None
