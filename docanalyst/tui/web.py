"""The terminal UI in a browser, on this machine alone (extra `web`).

textual-serve has no authentication, so every request must carry a token: in the address that is printed,
then in a cookie. A foreign page cannot read the token, and a foreign host name is refused.
"""

from __future__ import annotations

import hmac
import secrets
import shlex
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from docanalyst.domain.errors import UsageError

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

    arguments: of the command line that the browser's program is started with. port: 0 for a free one.
    announce: told the address. Raises UsageError without the extra, or when the port is taken.
    """
    try:
        from textual_serve.server import Server
    except ModuleNotFoundError as error:
        raise UsageError(
            "Serving needs a package that is not installed: textual-serve.",
            "Install it with: pip install 'docanalyst[web]'",
        ) from error
    port = port or _free_port()
    token = secrets.token_urlsafe(24)

    class LocalServer(Server):
        """Refuses whoever does not bring the token."""

        def initialize_logging(self) -> None:
            """No log: it would name documents."""

        async def on_startup(self, app: web.Application) -> None:
            """Say where it is."""
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
        raise UsageError(f"Port {port} is taken.", "Name another one with --port.") from error


def guard(token: str, port: int) -> Any:
    """The middleware that lets only the holder of the token in, and only by this machine's own name."""
    from aiohttp import web

    hosts = {f"{HOST}:{port}", f"localhost:{port}"}
    # A browser keeps cookies by host alone: two served at once must not take each other's place.
    cookie = f"{COOKIE}-{port}"

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.host not in hosts:
            raise web.HTTPForbidden(text="This address is not served.")
        origin = request.headers.get("Origin")
        if origin is not None and origin.removeprefix("http://") not in hosts:
            raise web.HTTPForbidden(text="Another page may not do that.")
        given = request.query.get("token") or request.cookies.get(cookie, "")
        if not hmac.compare_digest(given.encode(), token.encode()):
            raise web.HTTPForbidden(text="Open the address that docanalyst printed: it holds the token.")
        if "token" in request.query:
            answer: web.StreamResponse = web.HTTPFound("/")
            answer.set_cookie(cookie, token, httponly=True, samesite="Strict", path="/")
            return answer
        return await handler(request)

    return check


async def shield(request: web.Request, response: web.StreamResponse) -> None:
    """Keep the page to itself: it asks for a font elsewhere, which would tell that it was opened."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
