"""Serves the tools over HTTP on this machine alone, for those who have the token."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

HOST = "127.0.0.1"
TOKEN_VARIABLE = "DOCANALYST_MCP_TOKEN"

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
_App = Callable[[_Message, _Receive, _Send], Awaitable[None]]


def new_token() -> str:
    """Return a random token."""
    return secrets.token_urlsafe(32)


def guarded(app: _App, token: str) -> _App:
    """Return the application behind `Authorization: Bearer TOKEN`; others get status 401."""
    wanted = f"Bearer {token}".encode()

    async def guard(scope: _Message, receive: _Receive, send: _Send) -> None:
        if scope["type"] == "http":
            given = dict(scope["headers"]).get(b"authorization", b"")
            if not hmac.compare_digest(given, wanted):
                headers = [(b"www-authenticate", b"Bearer"), (b"content-length", b"0")]
                await send({"type": "http.response.start", "status": 401, "headers": headers})
                await send({"type": "http.response.body", "body": b""})
                return
        await app(scope, receive, send)

    return guard


def serve(server: MCPServer[Any], port: int, token: str, announce: Callable[[str], None]) -> None:
    """Serve until interrupted. announce: called with the address once the port is open."""
    import socket

    import uvicorn

    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        announce(f"http://{HOST}:{listening.getsockname()[1]}/mcp")
        config = uvicorn.Config(guarded(server.streamable_http_app(), token), log_level="warning")
        uvicorn.Server(config).run(sockets=[listening])
