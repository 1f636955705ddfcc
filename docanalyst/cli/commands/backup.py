"""`docanalyst backup`: a copy of the store, made while it is in use."""

from __future__ import annotations

from pathlib import Path

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, argument


@click.command(
    "backup",
    cls=GlobalsCommand,
    examples=("docanalyst backup ~/docanalyst.db",),
)
@argument("file", "Where to write the copy.", metavar="FILE")
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
@click.pass_obj
def command(shared: Globals, file: str, overwrite: bool) -> None:
    """Write a whole, checked copy of the store to FILE."""
    place = shared.analyst().store.maintenance.backup(Path(file), overwrite=overwrite)
    if shared.json:
        output.data_json({"path": str(place), "bytes": place.stat().st_size})
    output.note(f"Copied to {place} ({place.stat().st_size:,} bytes).", quiet=shared.quiet)
