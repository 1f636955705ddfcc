"""What a hosted provider said of its models, asked once and kept with its date.

The list says nothing of documents, and windows change by the week rather than by the minute: it is asked once
a day, and after a failure once an hour.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from docanalyst.domain.models import Price
from docanalyst.providers.catalog.entry import Lookup, ProviderEntry
from docanalyst.providers.live.listings import LiveModel
from docanalyst.providers.live.live import Live, probe

FILE = "live.json"
FRESH = timedelta(hours=24)
FRESH_FAILURE = timedelta(hours=1)
SECONDS = 3.0
"""Seconds that a provider has to list its models before it is asked without."""


def remembered(provider: ProviderEntry, address: str, directory: Path | None) -> Live | None:
    """What the provider at this address said within the last day; None where it must be asked."""
    entry = _read(directory).get(provider.name)
    try:
        if not isinstance(entry, dict) or entry["address"] != address:
            return None
        asked, failed = datetime.fromisoformat(entry["asked"]), bool(entry["error"])
        age = datetime.now(UTC) - asked
        if not timedelta(0) <= age < (FRESH_FAILURE if failed else FRESH):
            return None
        models = tuple(_model(row) for row in entry["models"])
        return Live(provider.name, address, models, str(entry["error"]), asked=asked.date().isoformat())
    except (KeyError, TypeError, ValueError):
        return None


async def asked_once(provider: ProviderEntry, address: str, lookup: Lookup, directory: Path | None) -> Live:
    """What the provider says of its models: as remembered, else asked now and remembered.

    directory: where it is kept; None for nowhere. Never raises for a provider that fails.
    """
    known = remembered(provider, address, directory)
    if known is not None:
        return known
    live = await probe(provider, lookup, timeout=SECONDS)
    _keep(live, address, directory)
    return replace(live, asked=datetime.now(UTC).date().isoformat())


def _keep(live: Live, address: str, directory: Path | None) -> None:
    if directory is None:
        return
    entry = {
        "address": address,
        "asked": datetime.now(UTC).isoformat(timespec="seconds"),
        "error": live.error,
        "models": [asdict(model) for model in live.models],
    }
    kept = _read(directory) | {live.provider: entry}
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = directory / f"{FILE}.new"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(kept), encoding="utf-8")
        draft.replace(directory / FILE)
    except OSError:
        return


def _read(directory: Path | None) -> dict[str, Any]:
    if directory is None:
        return {}
    try:
        kept = json.loads((directory / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _model(row: dict[str, Any]) -> LiveModel:
    price = row["price"]
    return LiveModel(
        str(row["model_id"]),
        row["window"],
        row["max_output"],
        Price(**price) if isinstance(price, dict) else None,
        str(row["remote"]),
    )
