"""The server over HTTP: on this machine alone, and only with the token."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from docanalyst.mcp.http import HOST, guarded, new_token


def _status(headers: list[tuple[bytes, bytes]], kind: str = "http") -> int:
    """The status that a request with these headers gets: 200 if it reaches the application."""
    sent: list[MutableMapping[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> MutableMapping[str, Any]:
        return {}

    scope = {"type": kind, "headers": headers}
    asyncio.run(guarded(app, "the-token")(scope, receive, send))  # type: ignore[arg-type]
    return int(sent[0]["status"])


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"authorization", b"")],
        [(b"authorization", b"Bearer")],
        [(b"authorization", b"Bearer the-toke")],
        [(b"authorization", b"Bearer the-token ")],
        [(b"authorization", b"Basic the-token")],
        [(b"cookie", b"Bearer the-token")],
    ],
)
def test_a_request_without_the_token_is_refused(headers: list[tuple[bytes, bytes]]) -> None:
    assert _status(headers) == 401


def test_a_request_with_the_token_reaches_the_tools() -> None:
    assert _status([(b"authorization", b"Bearer the-token")]) == 200


def test_tokens_are_long_and_differ() -> None:
    assert len({new_token() for _ in range(20)}) == 20 and len(new_token()) >= 40 and HOST == "127.0.0.1"
