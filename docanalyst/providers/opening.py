"""Opens the model of a spec: offline, scripted, from a plug-in, or at a provider's address."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Any

from docanalyst.domain.errors import UsageError
from docanalyst.providers.catalog.entry import DEFAULT_MODEL
from docanalyst.providers.model import Model

if TYPE_CHECKING:
    from docanalyst.domain.models import ModelSpec
    from docanalyst.providers.catalog.catalog import Catalog
    from docanalyst.providers.catalog.entry import Lookup
    from docanalyst.providers.langchain.chat_base import DeltaChatModel
    from docanalyst.providers.model import Options


def open_plugin(spec: ModelSpec, lookup: Lookup) -> Model:
    """The model of an installed provider. Raises UsageError when it cannot be made."""
    from docanalyst.providers.catalog.plugins import entry_points_named
    from docanalyst.providers.langchain.wrapping import WrappedChatModel
    from docanalyst.providers.wire.redaction import redact

    try:
        make = entry_points_named(spec.provider)[0].load()
        made = make(None if spec.model_id == DEFAULT_MODEL else spec.model_id, lookup)
        return made if isinstance(made, Model) else WrappedChatModel(made, spec)
    except UsageError:
        raise
    except Exception as error:
        said = redact(str(error))[:300] or type(error).__name__
        raise UsageError(
            f"The plug-in for {spec.provider!r} does not work: {said}.",
            "Update it, or use another provider.",
        ) from None


def open_model(
    spec: ModelSpec, *, lookup: Lookup, options: Options | None = None, catalog: Catalog | None = None
) -> Model:
    """A model ready to answer.

    spec: from `choose` or `live.refine`. lookup: gives keys, addresses and regions. Raises
    AuthenticationFailed without a key where one is needed, UsageError for an address or a model file that is
    none.
    """
    from docanalyst.providers.catalog.catalog import load_catalog

    catalog = catalog or load_catalog()
    provider = catalog.provider(spec.provider)
    if provider.dialect == "extractive":
        from docanalyst.providers.extractive import ExtractiveModel

        return ExtractiveModel(spec)
    if provider.dialect == "scripted":
        from docanalyst.providers.scripted import scripted_from

        return scripted_from(spec, lookup)
    if provider.dialect == "plugin":
        return open_plugin(spec, lookup)
    if provider.runs_files:
        from docanalyst.providers.local.model import LocalModel

        return LocalModel(spec, provider, catalog, options)
    from docanalyst.providers.wire.remote import RemoteModel

    return RemoteModel.at(spec, provider, catalog.entry(spec), lookup, options)


def open_chat_model(provider: str, model: str | None = None, **options: Any) -> DeltaChatModel:
    """A LangChain chat model: see `docanalyst.providers.create_chat_model`."""
    from docanalyst.providers.catalog.catalog import load_catalog
    from docanalyst.providers.choice import choose
    from docanalyst.providers.langchain.chat_model import DocumentChatModel, ProviderChatModel

    catalog: Catalog = options.pop("catalog", None) or load_catalog()
    lookup: Lookup = options.pop("lookup", None) or os.environ.get
    entry = catalog.provider(provider)
    choice = choose(catalog, provider=entry.name, model=model, lookup=lookup, today=date.today())
    if entry.offline:
        documents = tuple(options.pop("documents", ()))
        source = open_model(choice.spec, lookup=lookup, catalog=catalog)
        return DocumentChatModel(source=source, documents=documents, **options)
    if entry.dialect == "plugin":
        raise UsageError(
            f"{entry.title} comes from another package.",
            "Create its LangChain chat model with that package.",
        )
    options.pop("documents", None)
    return ProviderChatModel(
        provider=entry.name, model=choice.spec.model_id, catalog=catalog, lookup=lookup, **options
    )
