"""`docanalyst keys`: API keys in the system's keyring. A key is never shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, GlobalsGroup, argument
from docanalyst.cli.tables import show_table

if TYPE_CHECKING:
    from docanalyst.providers.catalog.entry import ProviderEntry


@click.group("keys", cls=GlobalsGroup, examples=("docanalyst keys set groq", "docanalyst keys list"))
def command() -> None:
    """Store API keys in the system's keyring."""


@command.command("set", cls=GlobalsCommand, examples=("docanalyst keys set groq",))
@argument("name", "A provider that needs a key.", metavar="PROVIDER")
@click.pass_obj
def set_command(shared: Globals, name: str) -> None:
    """Store a provider's key; type it without showing it, or pipe it in."""
    from docanalyst.analyst.setup.keys import require_keyed, save_key

    entry = shared.analyst(keep=False).catalog.provider(name)
    require_keyed(entry)
    piped = not sys.stdin.isatty()
    key = sys.stdin.readline() if piped else click.prompt(f"Key for {entry.title}", hide_input=True, err=True)
    save_key(entry, key)
    _tell(shared, entry, "saved in the keyring")


@command.command("remove", cls=GlobalsCommand, examples=("docanalyst keys remove groq",))
@argument("name", "A provider whose key is in the keyring.", metavar="PROVIDER")
@click.pass_obj
def remove_command(shared: Globals, name: str) -> None:
    """Remove a provider's key from the keyring."""
    from docanalyst.analyst.setup.keys import remove_key

    entry = shared.analyst(keep=False).catalog.provider(name)
    remove_key(entry)
    _tell(shared, entry, "removed from the keyring")


@command.command("list", cls=GlobalsCommand, examples=("docanalyst keys list", "docanalyst keys list --json"))
@click.pass_obj
def list_command(shared: Globals) -> None:
    """List the providers that have a key, and where it is: the environment or the keyring."""
    from docanalyst.analyst.setup.keys import list_keys

    keys, problem = list_keys(shared.analyst(keep=False).catalog)
    if problem is not None:
        output.note(f"note: {problem.message} {problem.hint}", quiet=shared.quiet)
    records = [
        {"provider": key.provider, "variable": key.variable, "place": key.place.value}
        for key in keys
        if key.place
    ]
    if shared.json:
        output.data_json(records)
        return
    if not records:
        way = " Save one with: docanalyst keys set PROVIDER" if problem is None else ""
        output.note(f"No keys found.{way}", quiet=shared.quiet)
        return
    show_table([("provider", "variable", "place"), *(tuple(record.values()) for record in records)])


def _tell(shared: Globals, entry: ProviderEntry, done: str) -> None:
    if shared.json:
        output.data_json({"provider": entry.name, "variable": entry.key_variables[0], "done": done})
    else:
        output.note(f"{entry.title}: key {done} as {entry.key_variables[0]}.", quiet=shared.quiet)
