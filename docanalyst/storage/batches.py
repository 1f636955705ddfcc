"""Saves batch runs and the states of their units, so that a run resumes without paying twice."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from docanalyst.storage import lookup
from docanalyst.storage.base import Ground
from docanalyst.storage.faults import translated
from docanalyst.storage.schema.shapes import to_json
from docanalyst.storage.words import storable

ITEM = (
    "run_id, position, key, unit, status, error, record, input_tokens, cached_tokens, output_tokens, "
    "cost_micros, currency, seconds"
)


@dataclass(frozen=True, slots=True)
class BatchRun:
    """One run.

    Attributes:
        status: "running", "complete", "interrupted", … options: what is needed to resume it.
    """

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
    """One unit of a run.

    Attributes:
        key: A digest of everything that its result depends on, unique in the run.
        status: "open", "complete", "partial", "failed", "skipped".
        record: The unit's result, as JSON data.
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


class Batches:
    """Batch runs with their units and results."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._database = ground.database

    def start(self, run: BatchRun, items: Sequence[BatchItem] = ()) -> BatchRun:
        """Writes a new run with its units, or takes an interrupted one of that id up again as running.

        Stored units keep their results; only units with new keys are added.
        """
        now = self._ground.now()
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
                    storable(run.output),
                    run.provider,
                    run.model,
                    to_json(run.options),
                    self._ground.owner.name,
                ),
            )
            _insert(connection, items, now, "ON CONFLICT DO NOTHING")
            return _runs(connection, "WHERE id = ?", (run.id,))[0]

    def save(self, item: BatchItem) -> None:
        """Save the state of a unit, with its result."""
        self.save_all([item])

    def save_all(self, items: Iterable[BatchItem]) -> None:
        """Save the states of several units in one transaction."""
        now = self._ground.now()
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

    def finish(self, run_id: str, status: str) -> None:
        """Save how a run ended."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE batch_runs SET status = ?, updated_at = ?, owner = NULL WHERE id = ?",
                (status, self._ground.now(), run_id),
            )

    def get(self, run_id: str) -> BatchRun:
        """Return a run by its full or shortened ID."""
        with self._database.reading() as connection:
            whole = lookup.resolve(connection, lookup.RUN, run_id)
            return _runs(connection, "WHERE id = ?", (whole,))[0]

    def recent(self, limit: int = 50, *, output: str | None = None) -> list[BatchRun]:
        """Return runs, newest first.

        Args:
            output: Only runs that write this file; None for all that write one.
        """
        which = "output = ?" if output is not None else "json_extract(options, '$.each') IS NULL"
        values = [] if output is None else [storable(output)]
        with self._database.reading() as connection:
            order = "ORDER BY started_at DESC, id DESC LIMIT ?"
            return _runs(connection, f"WHERE {which} {order}", (*values, limit))

    def items(self, run_id: str, *, status: str | None = None) -> list[BatchItem]:
        """Return the units of a run, in order.

        Args:
            status: Only units in this state.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {ITEM} FROM batch_items WHERE run_id = ? AND (? IS NULL OR status = ?)"
                " ORDER BY position",
                (run_id, status, status),
            )
            return [item_from_row(list(row)) for row in rows]

    def delete(self, run_id: str) -> None:
        """Delete a run with the results of its units."""
        with self._database.writing() as connection:
            whole = lookup.resolve(connection, lookup.RUN, run_id)
            connection.execute("DELETE FROM batch_runs WHERE id = ?", (whole,))

    def recover(self) -> list[BatchRun]:
        """Mark the running runs of dead processes as interrupted and return them."""
        with self._database.writing() as connection:
            rows = connection.execute("SELECT id, owner FROM batch_runs WHERE status = 'running'").fetchall()
            dead = [run_id for run_id, owner in rows if not self._ground.owner.is_alive(owner)]
            for run_id in dead:
                connection.execute(
                    "UPDATE batch_runs SET status = 'interrupted', owner = NULL WHERE id = ?", (run_id,)
                )
            return [_runs(connection, "WHERE id = ?", (run_id,))[0] for run_id in dead]

    @contextmanager
    def many_writes(self) -> Iterator[None]:
        """Let commits not wait for the disk inside this context, so that thousands take seconds.

        If the process is killed, nothing is lost. A power cut may lose what was written since the last
        `reach_disk`; the file stays intact.
        """
        self._synchronous("NORMAL")
        try:
            yield
        finally:
            self._synchronous("FULL")
            self.reach_disk()

    def reach_disk(self) -> None:
        """Wait until every commit is on the disk."""
        log = self._ground.path.with_name(f"{self._ground.path.name}-wal")
        with translated(log), suppress(FileNotFoundError):
            descriptor = os.open(log, os.O_RDWR)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _synchronous(self, how: str) -> None:
        with self._database.lock, translated(self._ground.path):
            self._database.connection.execute(f"PRAGMA synchronous={how}")

    def positions(self, run_id: str) -> dict[str, int]:
        """Return the position of every unit of a run by key, without the results."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT key, position FROM batch_items WHERE run_id = ?", (run_id,))
            return {str(key): int(position) for key, position in rows}

    def untouched(self, run_id: str) -> set[str]:
        """Return the keys of the units of a run without any saved state."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT key FROM batch_items WHERE run_id = ? AND status = 'open' AND record = '{}'",
                (run_id,),
            )
            return {str(key) for (key,) in rows}

    def counts(self, run_id: str) -> dict[str, int]:
        """Return the number of units of a run in each state."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT status, count(*) FROM batch_items WHERE run_id = ? GROUP BY status ORDER BY status",
                (run_id,),
            )
            return {str(status): int(count) for status, count in rows}

    def item(self, run_id: str, key: str) -> BatchItem | None:
        """Return one unit of a run, or None."""
        with self._database.reading() as connection:
            row = connection.execute(
                f"SELECT {ITEM} FROM batch_items WHERE run_id = ? AND key = ?", (run_id, key)
            ).fetchone()
        return None if row is None else item_from_row(list(row))

    def settled_micros(self, run_id: str, unsettled: Sequence[str]) -> tuple[int, int]:
        """Return the cost of the ended units of a run, and the most that may also be charged for them.

        Args:
            unsettled: Statuses of units that have not ended.
        """
        marks = ", ".join("?" * len(unsettled))
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT coalesce(sum(json_extract(record, '$.cost_micros')), 0),"
                " coalesce(sum(json_extract(record, '$.doubt_micros')), 0)"
                f" FROM batch_items WHERE run_id = ? AND status NOT IN ({marks})",
                (run_id, *unsettled),
            ).fetchone()
        return int(row[0]), int(row[1])

    def claimed(self, key: str, run_id: str) -> tuple[str, str] | None:
        """Return the ID of another run that is asking about a unit, and the unit's status there; else None.

        A unit in status "sent" is claimed as long as the process of its run lives; one at a provider's batch
        API, or collected from it, until it was checked.

        Args:
            run_id: The run that wants to ask.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT batch_runs.id, batch_items.status, batch_runs.status, batch_runs.owner"
                " FROM batch_items JOIN batch_runs ON batch_runs.id = batch_items.run_id"
                " WHERE batch_items.key = ? AND batch_items.run_id <> ?"
                " AND batch_items.status IN ('sent', 'submitted', 'received')",
                (key, run_id),
            ).fetchall()
        for other, status, run_status, owner in rows:
            if status != "sent" or (run_status == "running" and self._ground.owner.is_alive(owner)):
                return str(other), str(status)
        return None

    def answered(self, key: str) -> BatchItem | None:
        """Return the latest answered unit with this key, of any run; None if it was never answered."""
        with self._database.reading() as connection:
            row = connection.execute(
                f"SELECT {ITEM} FROM batch_items WHERE key = ? AND status IN ('complete', 'partial')"
                " ORDER BY updated_at DESC LIMIT 1",
                (key,),
            ).fetchone()
        return None if row is None else item_from_row(list(row))

    def is_answered(self, key: str) -> bool:
        """Return whether any run has answered the unit with this key."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT 1 FROM batch_items WHERE key = ? AND status IN ('complete', 'partial') LIMIT 1",
                (key,),
            ).fetchone()
        return row is not None

    def latest_of_unit(self, unit: str, output: str) -> BatchItem | None:
        """Return the latest unit of this name in a run that wrote this file, or None."""
        with self._database.reading() as connection:
            columns = ", ".join(f"batch_items.{name}" for name in ITEM.split(", "))
            row = connection.execute(
                f"SELECT {columns} FROM batch_items JOIN batch_runs ON batch_runs.id = batch_items.run_id"
                " WHERE batch_items.unit = ? AND batch_runs.output = ?"
                " ORDER BY batch_items.updated_at DESC LIMIT 1",
                (storable(unit), storable(output)),
            ).fetchone()
        return None if row is None else item_from_row(list(row))


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


def item_from_row(values: list[Any]) -> BatchItem:
    """Return a unit from the columns of `ITEM`."""
    values[6] = json.loads(values[6])
    return BatchItem(*values)
