"""Providers that other packages bring, by the entry point `docanalyst.providers`.

An entry point is a function `(model: str | None, lookup) -> chat model`, which returns any LangChain
`BaseChatModel` or a model of our own kind. Its name is the provider's name. Such a provider is used only when
it is named, and counts as one that documents leave this machine for.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from docanalyst.providers.catalog.entry import ProviderEntry

GROUP = "docanalyst.providers"


def plugin_names() -> list[str]:
    """The names of the providers that are installed."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def find_plugin(name: str) -> ProviderEntry | None:
    """The entry of an installed provider, or None."""
    if not entry_points_named(name):
        return None
    return ProviderEntry(
        name=name,
        title=name,
        dialect="plugin",
        auth="none",
        retention="depends on this plug-in's provider",
    )


def entry_points_named(name: str) -> list[EntryPoint]:
    """The installed entry points of this name; empty where there is none."""
    return list(entry_points(group=GROUP, name=name))
