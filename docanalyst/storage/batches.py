"""Batch runs and their units: what is done, what is open, so that a run resumes without paying twice."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from docanalyst.storage import lookup
from docanalyst.storage.batch_lookup import ITEM, BatchLookup, item_from_row
from docanalyst.storage.columns import to_json
from docanalyst.storage.words import storable


@dataclass(frozen=True, slots=True)
class BatchRun:
    """One run. status: "running", "complete", "interrupted", … options: what is needed to resume it."""

    id: str
    output: str
    provider: str
    model: str
    status: str = "running"
    options: dict[str, Any] = field(default_factory=dict)
    started_at: str = ""
    updated_at: str = ""


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One unit of a run. key: a digest of all that its result depends on, unique in the run.

    status: "open", "complete", "partial", "failed", "skipped". record: the unit's result, as JSON data.
    """

    run_id: str
    position: int
    key: str
    unit: str
    status: str = "open"
    error: str | None = None
    record: dict[str, Any] = field(default_factory=dict)
    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None
    cost_micros: int | None = None
    currency: str | None = None
    seconds: float | None = None


class Batches(BatchLookup):
    """The batch side of `Store`."""

    def start_run(self, run: BatchRun, items: Sequence[BatchItem] = ()) -> BatchRun:
        """Writes a new run with its units, or takes an interrupted one of that id up again as running.

        Units already stored keep their results: only those of new keys are added.
        """
        now = self._now()
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO batch_runs"
                " (id, started_at, updated_at, status, output, provider, model, options, owner)"
                " VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                " updated_at = excluded.updated_at, status = 'running', output = excluded.output,"
                " options = excluded.options, owner = excluded.owner",
                (
                    run.id,
                    now,
                    now,
                    run.output,
                    run.provider,
                    run.model,
                    to_json(run.options),
                    self._owner.name,
                ),
            )
            _insert(connection, items, now, "ON CONFLICT DO NOTHING")
            return _runs(connection, "WHERE id = ?", (run.id,))[0]

    def save_item(self, item: BatchItem) -> None:
        """Writes the state of a unit, with its result."""
        self.save_items([item])

    def save_items(self, items: Iterable[BatchItem]) -> None:
        """Writes the states of several units in one transaction."""
        now = self._now()
        with self._database.writing() as connection:
            _insert(
                connection,
                items,
                now,
                "ON CONFLICT (run_id, key) DO UPDATE SET unit = excluded.unit, status = excluded.status,"
                " error = excluded.error, record = excluded.record, input_tokens = excluded.input_tokens,"
                " cached_tokens = excluded.cached_tokens, output_tokens = excluded.output_tokens,"
                " cost_micros = excluded.cost_micros, currency = excluded.currency,"
                " seconds = excluded.seconds, updated_at = excluded.updated_at",
            )

    def finish_run(self, run_id: str, status: str) -> None:
        """Writes how a run ended."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE batch_runs SET status = ?, updated_at = ?, owner = NULL WHERE id = ?",
                (status, self._now(), run_id),
            )

    def get_run(self, run_id: str) -> BatchRun:
        """A run, by its whole or shortened id."""
        with self._database.reading() as connection:
            whole = lookup.resolve(connection, lookup.RUN, run_id)
            return _runs(connection, "WHERE id = ?", (whole,))[0]

    def list_runs(self, limit: int = 50, *, output: str | None = None) -> list[BatchRun]:
        """Runs, the latest first. output: only those into this file."""
        where, values = ("WHERE output = ?", (output,)) if output is not None else ("", ())
        with self._database.reading() as connection:
            return _runs(connection, f"{where} ORDER BY started_at DESC, id DESC LIMIT ?", (*values, limit))

    def run_items(self, run_id: str, *, status: str | None = None) -> list[BatchItem]:
        """The units of a run, in order. status: only those in this state."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {ITEM} FROM batch_items WHERE run_id = ? AND (? IS NULL OR status = ?)"
                " ORDER BY position",
                (run_id, status, status),
            )
            return [item_from_row(list(row)) for row in rows]

    def delete_run(self, run_id: str) -> None:
        """Deletes a run with the results of its units."""
        with self._database.writing() as connection:
            whole = lookup.resolve(connection, lookup.RUN, run_id)
            connection.execute("DELETE FROM batch_runs WHERE id = ?", (whole,))

    def recover_runs(self) -> list[BatchRun]:
        """Makes the running runs of dead processes `interrupted`; returns them."""
        with self._database.writing() as connection:
            rows = connection.execute("SELECT id, owner FROM batch_runs WHERE status = 'running'").fetchall()
            dead = [run_id for run_id, owner in rows if not self._owner.is_alive(owner)]
            for run_id in dead:
                connection.execute(
                    "UPDATE batch_runs SET status = 'interrupted', owner = NULL WHERE id = ?", (run_id,)
                )
            return [_runs(connection, "WHERE id = ?", (run_id,))[0] for run_id in dead]


def _insert(connection: sqlite3.Connection, items: Iterable[BatchItem], now: str, conflict: str) -> None:
    connection.executemany(
        f"INSERT INTO batch_items ({ITEM}, updated_at)"
        f" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) {conflict}",
        [
            (
                item.run_id, item.position, item.key, storable(item.unit), item.status, storable(item.error),
                to_json(item.record), item.input_tokens, item.cached_tokens, item.output_tokens,
                item.cost_micros, item.currency, item.seconds, now,
            )
            for item in items
        ],
    )  # fmt: skip


def _runs(connection: sqlite3.Connection, clause: str, values: tuple[Any, ...]) -> list[BatchRun]:
    rows = connection.execute(
        "SELECT id, output, provider, model, status, options, started_at, updated_at FROM batch_runs "
        + clause,
        values,
    )
    return [_run(list(row)) for row in rows]


def _run(values: list[Any]) -> BatchRun:
    values[5] = json.loads(values[5])
    return BatchRun(*values)
