"""Sums up tokens, cost and time by group."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from docanalyst.domain.errors import UsageError

GROUPINGS = ("provider", "model", "month", "day", "session", "folder")


@dataclass(frozen=True, slots=True)
class Spending:
    """The spending of one group.

    Attributes:
        micros: Cost in millionths of the currency's unit; None if no answer has a known cost.
        key: The group.
        answers: Number of turns and batch units.
        unpriced: Number of answers without a known cost.
        estimated: Whether some cost is an estimate.
        doubt_micros: The most that providers may also charge, for requests that failed.
    """

    key: str
    currency: str | None
    answers: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    micros: int | None
    unpriced: int
    estimated: bool
    seconds: float
    doubt_micros: int = 0


_COLUMNS = """
    count(*), total(input_tokens), total(cached_tokens), total(output_tokens), sum(cost_micros),
    sum(cost_micros IS NULL), coalesce(max(estimated), 0), total(seconds), coalesce(sum(doubt_micros), 0)
"""
_KEYS = {
    "provider": "provider",
    "model": "provider || '/' || model",
    "month": "substr(at, 1, 7)",
    "day": "substr(at, 1, 10)",
}


def spent(
    connection: sqlite3.Connection, by: str = "provider", *, since: str | None = None
) -> list[Spending]:
    """Return spending by one of GROUPINGS; periods in order, other groups with the most expensive first.

    Args:
        since: ISO time, UTC.

    Raises:
        UsageError: An unknown grouping.
    """
    if by not in GROUPINGS:
        raise UsageError(f"Spending cannot be grouped by {by!r}.", f"Use one of {', '.join(GROUPINGS)}.")
    if by in _KEYS:
        rows = list(_grouped(connection, _KEYS[by], since))
    else:
        rows = _merged(_grouped(connection, "session_id", since), _names(connection, by))
    if by in ("month", "day"):
        return sorted(rows, key=lambda row: row.key)
    return sorted(rows, key=lambda row: (-(row.micros or 0), -row.input_tokens, row.key))


def _grouped(connection: sqlite3.Connection, key: str, since: str | None) -> Iterator[Spending]:
    rows = connection.execute(
        f"SELECT coalesce({key}, ''), currency, {_COLUMNS} FROM spending WHERE at >= ? GROUP BY 1, 2",
        (since or "",),
    )
    for group, currency, answers, taken, cached, given, micros, unpriced, estimated, seconds, doubt in rows:
        yield Spending(
            group, currency, answers, int(taken), int(cached), int(given), micros, unpriced, bool(estimated),
            seconds, doubt,
        )  # fmt: skip


def _names(connection: sqlite3.Connection, by: str) -> dict[str, str]:
    if by == "session":
        rows = connection.execute("SELECT id, title FROM sessions")
        return {session_id: f"{title} ({session_id})" for session_id, title in rows}
    folders: dict[str, list[str]] = {}
    for session_id, path in connection.execute("SELECT session_id, path FROM session_documents"):
        folders.setdefault(session_id, []).append(str(PurePath(path).parent))
    return {session_id: _common(paths) for session_id, paths in folders.items()}


def _common(folders: list[str]) -> str:
    try:
        return os.path.commonpath(folders) or "."
    except ValueError:
        return "several places"


def _merged(rows: Iterator[Spending], names: dict[str, str]) -> list[Spending]:
    found: dict[tuple[str, str | None], Spending] = {}
    for row in rows:
        key = names.get(row.key) or ("no documents" if row.key else "batch")
        known = found.get((key, row.currency))
        micros = [part for part in (row.micros, known.micros if known else None) if part is not None]
        found[key, row.currency] = Spending(
            key,
            row.currency,
            row.answers + (known.answers if known else 0),
            row.input_tokens + (known.input_tokens if known else 0),
            row.cached_tokens + (known.cached_tokens if known else 0),
            row.output_tokens + (known.output_tokens if known else 0),
            sum(micros) if micros else None,
            row.unpriced + (known.unpriced if known else 0),
            row.estimated or bool(known and known.estimated),
            row.seconds + (known.seconds if known else 0.0),
            row.doubt_micros + (known.doubt_micros if known else 0),
        )
    return list(found.values())
