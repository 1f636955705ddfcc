"""Serves the terminal UI in a browser, on this machine only (extra `web`).

textual-serve has no authentication, so every request must carry a secret token: first in the printed address,
then in a cookie. Other pages cannot read the token, and other host names are refused.
"""

from __future__ import annotations

import hmac
import secrets
import shlex
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from docanalyst.domain.errors import UsageError, install_extra

if TYPE_CHECKING:
    from aiohttp import web

HOST = "127.0.0.1"
COOKIE = "docanalyst_token"
POLICY = (
    "default-src 'self'; connect-src 'self' ws://127.0.0.1:* ws://localhost:*; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
)

Handler = Callable[["web.Request"], Awaitable["web.StreamResponse"]]


def serve(arguments: Sequence[str], port: int, announce: Callable[[str], None]) -> None:
    """Serve the terminal UI until Ctrl-C.

    Args:
        arguments: Command line arguments of the program shown in the browser.
        port: 0 for any free port.
        announce: Called with the address.

    Raises:
        UsageError: The extra is missing or the port is in use.
    """
    try:
        from textual_serve.server import Server
    except ModuleNotFoundError as error:
        raise UsageError(
            "Serving needs a package that is not installed: textual-serve.",
            install_extra("web"),
        ) from error
    port = port or _free_port()
    token = secrets.token_urlsafe(24)

    class LocalServer(Server):
        """A server that refuses requests without the token."""

        def initialize_logging(self) -> None:
            """Log nothing: a log would name documents."""

        async def on_startup(self, app: web.Application) -> None:
            """Announce the address."""
            announce(f"http://{HOST}:{port}/?token={token}")

        async def _make_app(self) -> web.Application:
            app = await super()._make_app()
            app.middlewares.append(guard(token, port))
            app.on_response_prepare.append(shield)
            return app

    command = shlex.join([sys.executable, "-m", "docanalyst", *arguments])
    try:
        LocalServer(command, host=HOST, port=port, title="docanalyst").serve()
    except OSError as error:
        raise UsageError(f"Port {port} is in use.", "Choose another one with --port.") from error


def guard(token: str, port: int) -> Any:
    """Return middleware that requires the token and this machine's own host name."""
    from aiohttp import web

    hosts = {f"{HOST}:{port}", f"localhost:{port}"}
    # Browsers share cookies among the ports of a host, so two servers need different cookie names.
    cookie = f"{COOKIE}-{port}"

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.host not in hosts:
            raise web.HTTPForbidden(text="This host name is not served.")
        origin = request.headers.get("Origin")
        if origin is not None and origin.removeprefix("http://") not in hosts:
            raise web.HTTPForbidden(text="Requests from other pages are refused.")
        given = request.query.get("token") or request.cookies.get(cookie, "")
        if not hmac.compare_digest(given.encode(), token.encode()):
            raise web.HTTPForbidden(text="Open the address printed by docanalyst; it contains the token.")
        if "token" in request.query:
            answer: web.StreamResponse = web.HTTPFound("/")
            answer.set_cookie(cookie, token, httponly=True, samesite="Strict", path="/")
            return answer
        return await handler(request)

    return check


async def shield(request: web.Request, response: web.StreamResponse) -> None:
    """Stop the page from loading a font from another server, which would reveal that it was opened."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
