"""`docanalyst backup`: copy the database, even while it is in use."""

from __future__ import annotations

from pathlib import Path

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, argument, overwrite_option


@click.command(
    "backup",
    cls=GlobalsCommand,
    examples=("docanalyst backup ~/docanalyst.db",),
)
@argument("file", "File to write the copy to.", metavar="FILE")
@overwrite_option
@click.pass_obj
def command(shared: Globals, file: str, overwrite: bool) -> None:
    """Write a complete, checked copy of the database to FILE."""
    place = shared.analyst().store.maintenance.backup(Path(file), overwrite=overwrite)
    if shared.json:
        output.data_json({"path": str(place), "bytes": place.stat().st_size})
    output.note(f"Copied to {place} ({place.stat().st_size:,} bytes).", quiet=shared.quiet)
