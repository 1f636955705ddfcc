"""Lists models and providers for a table: price, availability and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from docanalyst.domain.errors import UsageError
from docanalyst.domain.models import ModelSpec

if TYPE_CHECKING:
    from docanalyst.analyst.service import Analyst
    from docanalyst.providers.choice import Choice


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model at a provider.

    Attributes:
        ready: Whether it can be used now.
        variable: The variable to set if not.
        needs_key: Whether only an API key is missing.
        stays_here: Whether documents stay on this machine.
        thinks: "always", "on or off", or "" for a model that cannot reason.
    """

    spec: ModelSpec
    title: str
    ready: bool
    variable: str
    stays_here: bool
    retired: bool
    thinks: str
    retention: str = ""
    needs_key: bool = False


@dataclass(frozen=True, slots=True)
class LiveRow:
    """The live answer of a provider.

    Attributes:
        windows: By model ID.
        error: "" if it answered.
    """

    provider: str
    windows: dict[str, int | None]
    error: str = ""
    hint: str = ""
    seconds: float = 0.0


def list_models(analyst: Analyst, today: date) -> list[ModelRow]:
    """Return every model by provider, those ready for use first."""
    rows: list[ModelRow] = []
    lookup = analyst.settings.lookup
    for entry in analyst.catalog:
        if entry.hidden:
            continue
        ready = entry.offline or entry.is_configured(lookup)
        variable = entry.key_variables[0] if entry.key_variables else f"{entry.variable}_BASE_URL"
        needs_key = (
            not ready
            and bool(entry.key_variables)
            and not (
                entry.key(lookup) or entry.missing_setting(lookup) or entry.local or entry.needs_base_url
            )
        )
        for model in entry.models.values():
            thinking = model.thinking
            rows.append(
                ModelRow(
                    spec=model.spec,
                    title=entry.title,
                    ready=ready,
                    variable=entry.missing_setting(lookup) or variable,
                    stays_here=entry.offline or entry.local,
                    retired=model.is_retired(today),
                    thinks="" if thinking is None else "always" if thinking.always else "on or off",
                    retention=entry.retention,
                    needs_key=needs_key,
                )
            )
    rows += _file_rows(analyst)
    return sorted(rows, key=lambda row: not row.ready)


def _file_rows(analyst: Analyst) -> list[ModelRow]:
    """The model file that the settings name, as a row; nothing if there is none or it cannot be read."""
    try:
        choice = named_file(analyst)
    except UsageError:
        return []
    if choice is None:
        return []
    thinks = "on or off" if choice.spec.reasoning else ""
    return [ModelRow(choice.spec, choice.provider.title, True, "", True, False, thinks)]


def named_file(analyst: Analyst, provider: str | None = None, model: str | None = None) -> Choice | None:
    """The model file that the options, else the settings name; None if no file is named.

    Raises:
        UsageError: A file that cannot answer questions.
    """
    from docanalyst.analyst.options import AskOptions
    from docanalyst.providers.local.files import RUNS_FILES, is_model_file

    named = model or analyst.settings.model
    usual = provider or analyst.settings.provider
    if not named or usual not in (None, RUNS_FILES) or not (usual or is_model_file(named)):
        return None
    return analyst.router.chosen(AskOptions(provider=RUNS_FILES, model=named))


async def ask_providers(analyst: Analyst, timeout: float = 8.0) -> list[LiveRow]:
    """Ask the configured providers for their models now; no document is sent."""
    from docanalyst.providers.live.live import probe_all

    found = await probe_all(analyst.catalog, analyst.settings.lookup, timeout=timeout)
    return [
        LiveRow(
            live.provider,
            {model.model_id: model.window for model in live.models},
            live.error,
            live.hint,
            live.seconds,
        )
        for live in found
    ]
