"""`docanalyst completion`: print the script with which a shell completes commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from docanalyst.cli import output
from docanalyst.cli.options import GlobalsCommand, argument


@click.command(
    "completion",
    cls=GlobalsCommand,
    examples=(
        "docanalyst completion bash > ~/.local/share/bash-completion/completions/docanalyst",
        "docanalyst completion zsh > ~/.zfunc/_docanalyst",
        "docanalyst completion fish > ~/.config/fish/completions/docanalyst.fish",
    ),
)
@argument("shell", "Your shell.", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script for a shell."""
    completion = get_completion_class(shell)
    assert completion is not None
    root = ctx.find_root().command
    output.data(completion(root, {}, "docanalyst", "_DOCANALYST_COMPLETE").source())
