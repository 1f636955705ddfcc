"""Providers that other packages bring, by the entry point `docanalyst.providers`.

An entry point is a function `(model: str | None, lookup) -> chat model`, which returns any LangChain
`BaseChatModel` or a model of our own kind. Its name is the provider's name. Such a provider is used only when
it is named, and counts as one that documents leave this machine for.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from docanalyst.domain.errors import UsageError
from docanalyst.domain.models import ModelSpec
from docanalyst.providers.catalog import DEFAULT_MODEL, Lookup, ProviderEntry
from docanalyst.providers.model import Model

GROUP = "docanalyst.providers"


def plugin_names() -> list[str]:
    """The names of the providers that are installed."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def find_plugin(name: str) -> ProviderEntry | None:
    """The entry of an installed provider, or None."""
    if not _points(name):
        return None
    return ProviderEntry(
        name=name,
        title=name,
        dialect="plugin",
        auth="none",
        retention="whatever this plug-in's provider does",
    )


def open_plugin(spec: ModelSpec, lookup: Lookup) -> Model:
    """The model of an installed provider. Raises UsageError when it cannot be made."""
    from docanalyst.providers import wrap_chat_model
    from docanalyst.providers.endpoint import redact

    try:
        make = _points(spec.provider)[0].load()
        made = make(None if spec.model_id == DEFAULT_MODEL else spec.model_id, lookup)
        return made if isinstance(made, Model) else wrap_chat_model(made, spec)
    except UsageError:
        raise
    except Exception as error:
        said = redact(str(error))[:300] or type(error).__name__
        raise UsageError(
            f"The plug-in for {spec.provider!r} does not work: {said}.",
            "Update it, or use another provider.",
        ) from None


def _points(name: str) -> list[EntryPoint]:
    return list(entry_points(group=GROUP, name=name))
