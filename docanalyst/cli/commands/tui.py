"""`docanalyst [PATH…]`: the terminal UI."""

from __future__ import annotations

import os
import sys

import click

from docanalyst.cli.options import Globals, GlobalsCommand, paths_argument
from docanalyst.domain.errors import UsageError


@click.command(
    "tui",
    cls=GlobalsCommand,
    examples=(
        "docanalyst tui contracts/",
        "docanalyst lease.pdf amendment.pdf",
    ),
)
@paths_argument("[PATH...]")
@click.pass_obj
def command(shared: Globals, paths: tuple[str, ...]) -> int:
    """Open the terminal UI with the given documents."""
    served = os.environ.get("TEXTUAL_DRIVER")
    if not served and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The terminal UI needs a terminal.", "In scripts, use `docanalyst ask FILE -q QUESTION --json`."
        )
    from docanalyst.tui import run

    return run(shared.analyst, paths)
