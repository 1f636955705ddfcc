"""API keys: where each provider's key is, and saving and removing one. A key itself is never returned."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from docanalyst import settings
from docanalyst.domain.errors import UsageError

if TYPE_CHECKING:
    from docanalyst.providers.catalog.entry import ProviderEntry


class Place(StrEnum):
    """Where a provider's key is."""

    SESSION = "this session"
    ENVIRONMENT = "environment"
    KEYRING = "keyring"
    NONE = ""


@dataclass(frozen=True, slots=True)
class ProviderKey:
    """A provider that takes a key.

    Attributes:
        variable: The variable that has the key, or in which it is usually kept.
    """

    provider: str
    title: str
    variable: str
    place: Place


def list_keys(catalog: Iterable[ProviderEntry]) -> tuple[list[ProviderKey], UsageError | None]:
    """Return every provider that takes a key, in the order of the catalog.

    Returns:
        The providers, and why the keyring could not be read, if so.
    """
    problem: UsageError | None = None
    found: list[ProviderKey] = []
    for entry in catalog:
        if entry.hidden or not entry.key_variables:
            continue
        own = _own_variable(entry)
        variable, place = entry.key_variables[0], Place.NONE
        if settings.is_held(own):
            place = Place.SESSION
        elif named := [name for name in (own, *entry.key_variables) if os.environ.get(name)]:
            variable, place = named[0], Place.ENVIRONMENT
        elif problem is None:
            try:
                kept = [name for name in entry.key_variables if settings.has_kept_key(name)]
            except UsageError as error:
                problem, kept = error, []
            if kept:
                variable, place = kept[0], Place.KEYRING
        found.append(ProviderKey(entry.name, entry.title, variable, place))
    return found, problem


def keyring_problem() -> UsageError | None:
    """Return why no key can be saved in the keyring; None if it works."""
    try:
        settings.has_kept_key("DOCANALYST")
    except UsageError as error:
        return error
    return None


def save_key(entry: ProviderEntry, typed: str, place: Place = Place.KEYRING) -> None:
    """Save a provider's key in the keyring, or hold it for this session only.

    Raises:
        UsageError: The provider takes no key, the text is no key, or the keyring cannot be used.
    """
    require_keyed(entry)
    key = typed.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError("No usable key given; nothing was saved.", "Paste the key on one line.")
    if place is Place.SESSION:
        settings.hold_key(_own_variable(entry), key)
        return
    settings.keep_key(entry.key_variables[0], key)
    settings.drop_key(_own_variable(entry))


def remove_key(entry: ProviderEntry) -> Place:
    """Remove a provider's key from this session, else from the keyring; return where it was.

    Raises:
        UsageError: Neither has one, or the keyring cannot be used.
    """
    require_keyed(entry)
    if settings.drop_key(_own_variable(entry)):
        return Place.SESSION
    removed = [name for name in entry.key_variables if settings.forget_key(name)]
    if not removed:
        raise UsageError(f"The keyring has no key for {entry.title}.", "See them with: docanalyst keys list.")
    return Place.KEYRING


def require_keyed(entry: ProviderEntry) -> None:
    """Raise UsageError if the provider takes no key."""
    if not entry.key_variables:
        raise UsageError(f"{entry.title} needs no key.", "See the providers with: docanalyst models.")


def _own_variable(entry: ProviderEntry) -> str:
    """Return the variable that goes before all others, so that a typed key is the one used."""
    return f"{entry.variable}_API_KEY"
