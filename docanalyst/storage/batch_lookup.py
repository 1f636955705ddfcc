"""Units of batch runs one by one: a run of a hundred thousand is never held in memory."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from docanalyst.storage.base import StoreBase
from docanalyst.storage.faults import translated

if TYPE_CHECKING:
    from docanalyst.storage.batches import BatchItem

ITEM = (
    "run_id, position, key, unit, status, error, record, input_tokens, cached_tokens, output_tokens, "
    "cost_micros, currency, seconds"
)
_AT_ONCE = 500


class BatchLookup(StoreBase):
    """The reading side of `Batches`."""

    @contextmanager
    def many_writes(self) -> Iterator[None]:
        """Commits do not wait for the disk inside, so that thousands take seconds.

        A process that is killed still loses nothing. A power cut may lose what was written since the last
        `reach_disk`; the file stays whole.
        """
        self._synchronous("NORMAL")
        try:
            yield
        finally:
            self._synchronous("FULL")
            self.reach_disk()

    def reach_disk(self) -> None:
        """Return when everything that was committed is on the disk."""
        log = self.path.with_name(f"{self.path.name}-wal")
        with translated(log), suppress(FileNotFoundError):
            descriptor = os.open(log, os.O_RDWR)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _synchronous(self, how: str) -> None:
        with self._database.lock, translated(self.path):
            self._database.connection.execute(f"PRAGMA synchronous={how}")

    def item_positions(self, run_id: str) -> dict[str, int]:
        """Key and position of every unit of a run, without their results."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT key, position FROM batch_items WHERE run_id = ?", (run_id,))
            return {str(key): int(position) for key, position in rows}

    def untouched_items(self, run_id: str) -> set[str]:
        """The keys of the units of a run that nothing is known of yet."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT key FROM batch_items WHERE run_id = ? AND status = 'open' AND record = '{}'",
                (run_id,),
            )
            return {str(key) for (key,) in rows}

    def item_counts(self, run_id: str) -> dict[str, int]:
        """How many units of a run are in each state."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT status, count(*) FROM batch_items WHERE run_id = ? GROUP BY status ORDER BY status",
                (run_id,),
            )
            return {str(status): int(count) for status, count in rows}

    def get_item(self, run_id: str, key: str) -> BatchItem | None:
        """One unit of a run, or None."""
        with self._database.reading() as connection:
            row = connection.execute(
                f"SELECT {ITEM} FROM batch_items WHERE run_id = ? AND key = ?", (run_id, key)
            ).fetchone()
        return None if row is None else item_from_row(list(row))

    def items_by_key(self, run_id: str, keys: Sequence[str]) -> Iterator[BatchItem | None]:
        """The units of a run in the order of these keys; None for one that the run does not have."""
        for start in range(0, len(keys), _AT_ONCE):
            for key in keys[start : start + _AT_ONCE]:
                yield self.get_item(run_id, key)

    def answered_item(self, key: str) -> BatchItem | None:
        """The latest unit with this key, of any run, that has an answer; None where it was never answered."""
        with self._database.reading() as connection:
            row = connection.execute(
                f"SELECT {ITEM} FROM batch_items WHERE key = ? AND status IN ('complete', 'partial')"
                " ORDER BY updated_at DESC LIMIT 1",
                (key,),
            ).fetchone()
        return None if row is None else item_from_row(list(row))

    def latest_of_unit(self, unit: str, output: str) -> BatchItem | None:
        """The latest unit of this name in a run into this file, or None."""
        with self._database.reading() as connection:
            columns = ", ".join(f"batch_items.{name}" for name in ITEM.split(", "))
            row = connection.execute(
                f"SELECT {columns} FROM batch_items JOIN batch_runs ON batch_runs.id = batch_items.run_id"
                " WHERE batch_items.unit = ? AND batch_runs.output = ?"
                " ORDER BY batch_items.updated_at DESC LIMIT 1",
                (unit, output),
            ).fetchone()
        return None if row is None else item_from_row(list(row))


def item_from_row(values: list[Any]) -> BatchItem:
    """A unit from the columns of `ITEM`."""
    from docanalyst.storage.batches import BatchItem

    values[6] = json.loads(values[6])
    return BatchItem(*values)
