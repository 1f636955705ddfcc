"""`docanalyst help`: the guides."""

from __future__ import annotations

from importlib.resources import files

import click

from docanalyst.cli import output
from docanalyst.cli.options import GlobalsCommand, argument
from docanalyst.domain.errors import UsageError


@click.command("help", cls=GlobalsCommand, examples=("docanalyst help", "docanalyst help security"))
@argument("topic", "Name of a guide; without it, all guides are listed.", metavar="[TOPIC]", required=False)
def command(topic: str | None) -> None:
    """Show a guide: architecture, benchmarks, extending, keys, local, python or security."""
    folder = files("docanalyst").joinpath("help")
    texts = {item.name.removesuffix(".md"): item for item in folder.iterdir() if item.name.endswith(".md")}
    if topic is None:
        for name in sorted(texts):
            title = texts[name].read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
            output.data(f"{name:<14}{title}")
        output.data("\nHelp for a command: docanalyst COMMAND --help")
    elif topic in texts:
        output.data(texts[topic].read_text(encoding="utf-8").rstrip())
    else:
        raise UsageError(f"No guide named {topic!r}.", f"Guides: {', '.join(sorted(texts))}.")
