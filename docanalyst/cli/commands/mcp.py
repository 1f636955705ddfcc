"""`docanalyst mcp`: the tools for other programs, over the Model Context Protocol."""

from __future__ import annotations

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand


@click.command(
    "mcp",
    cls=GlobalsCommand,
    examples=(
        "docanalyst mcp --root ~/matters",
        "docanalyst mcp --root ~/matters --http 8765",
    ),
)
@click.option(
    "--root",
    "roots",
    multiple=True,
    metavar="DIR",
    help="Folder that may be read; repeatable; by default the current folder.",
)
@click.option(
    "--http",
    "port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Serve over HTTP on this machine instead of stdin and stdout; 0 for any free port.",
)
@click.pass_obj
def command(shared: Globals, roots: tuple[str, ...], port: int | None) -> None:
    """Serve docanalyst's tools to other programs (extra `mcp`): reading, quote checks, search, asking.

    Only documents under --root are read. Only the tool `ask` may send documents, and only to a provider
    that you have agreed to before. Over HTTP, clients need the token that is printed (or that is set as
    DOCANALYST_MCP_TOKEN).
    """
    import os

    from docanalyst.mcp.http import TOKEN_VARIABLE, new_token, serve
    from docanalyst.mcp.roots import Roots
    from docanalyst.mcp.server import make_server
    from docanalyst.mcp.tools import Tools

    tools = Tools(shared.analyst(keep=False), shared.analyst(), Roots(roots or (".",)))
    server = make_server(tools)
    if port is None:
        server.run("stdio")
        return
    given = os.environ.get(TOKEN_VARIABLE)
    token = given or new_token()

    def announce(address: str) -> None:
        output.data(address)
        if not given:
            output.note(f"Token: {token}", quiet=False)

    serve(server, port, token, announce)
