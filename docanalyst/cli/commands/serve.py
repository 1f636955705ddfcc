"""`docanalyst serve`: the terminal UI in a browser."""

from __future__ import annotations

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, paths_argument


@click.command(
    "serve",
    cls=GlobalsCommand,
    examples=(
        "docanalyst serve contracts/",
        "docanalyst serve --port 8080",
    ),
)
@paths_argument("[PATH...]")
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="N", default=0, help="Port; by default any free port."
)
@click.pass_obj
def command(shared: Globals, paths: tuple[str, ...], port: int) -> None:
    """Open the terminal UI in a browser on this machine (extra `web`).

    The printed address contains a secret; only those who have it can connect.
    """
    from docanalyst.tui.web import serve

    named = {"--provider": shared.provider, "--model": shared.model, "--config": shared.config}
    named["--data-dir"] = shared.data_dir
    options = [word for name, value in named.items() if value for word in (name, value)]
    if shared.local_only:
        options.append("--local-only")
    serve([*options, "tui", *paths], port, lambda address: output.data(address))
