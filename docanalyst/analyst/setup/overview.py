"""Models and who serves them, as rows of a table: what can be asked here, at what price, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from docanalyst.domain.models import ModelSpec

if TYPE_CHECKING:
    from docanalyst.analyst.service import Analyst


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model at a provider.

    ready: a key or an address is set, or none is needed. variable: what to set where it is not. stays_here:
    documents do not leave this machine. thinks: "always", "on or off", or "" for a model that cannot.
    """

    spec: ModelSpec
    title: str
    ready: bool
    variable: str
    stays_here: bool
    retired: bool
    thinks: str
    retention: str = ""


@dataclass(frozen=True, slots=True)
class LiveRow:
    """What a provider said of itself just now. windows: by model id. error: "" where it answered."""

    provider: str
    windows: dict[str, int | None]
    error: str = ""
    hint: str = ""
    seconds: float = 0.0


def list_models(analyst: Analyst, today: date) -> list[ModelRow]:
    """Every listed model, provider by provider; the ready ones first."""
    rows: list[ModelRow] = []
    lookup = analyst.settings.lookup
    for entry in analyst.catalog:
        if entry.hidden:
            continue
        ready = entry.offline or entry.is_configured(lookup)
        variable = entry.key_variables[0] if entry.key_variables else f"{entry.variable}_BASE_URL"
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
                )
            )
    return sorted(rows, key=lambda row: not row.ready)


async def ask_providers(analyst: Analyst, timeout: float = 8.0) -> list[LiveRow]:
    """What the configured providers say of themselves now. Their lists are read; no document is sent."""
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
