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
    from docanalyst.domain.errors import UsageError
    from docanalyst.settings import keep_key

    entry = _entry(shared, name)
    piped = not sys.stdin.isatty()
    key = sys.stdin.readline() if piped else click.prompt(f"Key for {entry.title}", hide_input=True, err=True)
    key = key.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError("No usable key given; nothing was saved.", "Paste the key on one line.")
    keep_key(entry.key_variables[0], key)
    _tell(shared, entry, "saved in the keyring")


@command.command("remove", cls=GlobalsCommand, examples=("docanalyst keys remove groq",))
@argument("name", "A provider whose key is in the keyring.", metavar="PROVIDER")
@click.pass_obj
def remove_command(shared: Globals, name: str) -> None:
    """Remove a provider's key from the keyring."""
    from docanalyst.domain.errors import UsageError
    from docanalyst.settings import forget_key

    entry = _entry(shared, name)
    if not forget_key(entry.key_variables[0]):
        raise UsageError(f"The keyring has no key for {entry.title}.", "See them with: docanalyst keys list.")
    _tell(shared, entry, "removed from the keyring")


@command.command("list", cls=GlobalsCommand, examples=("docanalyst keys list", "docanalyst keys list --json"))
@click.pass_obj
def list_command(shared: Globals) -> None:
    """List the providers that have a key, and where it is: the environment or the keyring."""
    import os

    from docanalyst.domain.errors import UsageError
    from docanalyst.settings import has_kept_key

    records: list[dict[str, str]] = []
    in_ring = True
    for entry in shared.analyst(keep=False).catalog:
        own = (f"{entry.variable}_API_KEY", *entry.key_variables)
        places = [(name, "environment") for name in own if os.environ.get(name)]
        if not places and in_ring:
            try:
                places = [(name, "keyring") for name in entry.key_variables if has_kept_key(name)]
            except UsageError as error:
                in_ring = False
                output.note(f"note: {error.message} {error.hint}", quiet=shared.quiet)
        if places and not entry.hidden:
            variable, place = places[0]
            records.append({"provider": entry.name, "variable": variable, "place": place})
    if shared.json:
        output.data_json(records)
        return
    if not records:
        way = " Save one with: docanalyst keys set PROVIDER" if in_ring else ""
        output.note(f"No keys found.{way}", quiet=shared.quiet)
        return
    show_table([("provider", "variable", "place"), *(tuple(record.values()) for record in records)])


def _entry(shared: Globals, provider: str) -> ProviderEntry:
    from docanalyst.domain.errors import UsageError

    entry = shared.analyst(keep=False).catalog.provider(provider)
    if not entry.key_variables:
        raise UsageError(f"{entry.title} needs no key.", "See the providers with: docanalyst models.")
    return entry


def _tell(shared: Globals, entry: ProviderEntry, done: str) -> None:
    if shared.json:
        output.data_json({"provider": entry.name, "variable": entry.key_variables[0], "done": done})
    else:
        output.note(f"{entry.title}: key {done} as {entry.key_variables[0]}.", quiet=shared.quiet)
