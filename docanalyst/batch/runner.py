"""Runs a batch: many units in parallel, within the cost cap and the limits, every state saved."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from docanalyst.batch.events import BatchEvent, RunEnded, Tally, UnitEnded, UnitStarted, Waiting
from docanalyst.batch.limits.pace import CostCap, Pace
from docanalyst.batch.limits.sharing import Halted
from docanalyst.batch.outputs import require_writable
from docanalyst.batch.planning import RunPlan, UnitPlan, in_one_line
from docanalyst.batch.unit.accounts import Account
from docanalyst.batch.unit.asking import RunContext, StopRun, ask_unit
from docanalyst.batch.unit.resuming import (
    OPEN,
    SENT,
    SUBMITTED,
    at_the_provider,
    money_of,
    open_run,
    sent_record,
    take_up,
    twin_row,
)
from docanalyst.batch.workers import Workers, each
from docanalyst.domain.errors import DocanalystError, DocumentError, StorageError
from docanalyst.domain.grid.grids import Row, RowStatus
from docanalyst.domain.records.rows import row_from_record, row_record

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.batch.limits.sharing import SharedModels
    from docanalyst.storage.batches import BatchItem

ON_DISK_EVERY = 1.0
"""Seconds after which a saved answer survives a power cut."""
AHEAD = 4
"""Minimum number of units that are read or checked while others are being answered."""


class Runner:
    """Runs a plan. Iterate over `events` inside `contextlib.aclosing`, then write the output.

    Args:
        analyst: Opens its models through `models`, so that they are shared.
        restart: Whether to ignore earlier answers.
        details: Saved with the run.
    """

    def __init__(
        self,
        analyst: Analyst,
        plan: RunPlan,
        workers: Workers,
        models: SharedModels | None = None,
        *,
        restart: bool = False,
        details: dict[str, Any] | None = None,
    ) -> None:
        self.analyst = analyst
        self.plan = plan
        self.job = plan.job
        self.workers = workers
        self.models = models
        self.run_id = ""
        self.tally = Tally(units=len(plan.units))
        self._restart = restart
        self._details = details or {}
        self._reason = ""
        self._halted = False
        self._cost_cap = CostCap(None)
        self._positions: dict[str, int] = {}
        self._untouched: set[str] = set()
        self._queue: asyncio.Queue[BatchEvent | None] = asyncio.Queue()
        self._ended: set[str] = set()

    def stop(self, reason: str = "Stopped.") -> None:
        """Send no more requests and let the running ones finish. Cancel the task to stop at once."""
        self._halted = True
        self._reason = self._reason or reason

    async def events(self) -> AsyncGenerator[BatchEvent, None]:
        """Run and yield events, `RunEnded` last. Raises UsageError, StorageError."""
        started = time.monotonic()
        store = self.analyst.store
        documents = [file.path for planned in self.plan.units for file in planned.unit.files]
        require_writable(store.directory, self.job, documents)
        await asyncio.to_thread(store.turns.recover)
        grid = self.job.grid
        details = {"grid": [column.heading for column in grid.columns], "prompt": grid.prompt}
        run = await asyncio.to_thread(
            lambda: open_run(store, self.plan, restart=self._restart, details=details | self._details)
        )
        self.run_id = run.id
        self._positions = await asyncio.to_thread(store.batches.positions, run.id)
        self._untouched = store.batches.untouched(run.id)
        status = "interrupted"
        work, disk = asyncio.create_task(self._work()), asyncio.create_task(self._reach_disk())
        try:
            while (event := await self._queue.get()) is not None:
                yield event
            await work
            status = self._status()
            yield RunEnded(run.id, status, self.tally, time.monotonic() - started, self._reason)
        finally:
            disk.cancel()
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await work
            store.batches.finish(run.id, status)

    def _status(self) -> str:
        if self._halted:
            return "stopped"
        if self._cost_cap.refused:
            return "capped"
        return "incomplete" if self.tally.failed or self.tally.skipped else "complete"

    async def _reach_disk(self) -> None:
        """Flush commits to the disk every second, so that they survive a power cut."""
        while True:
            await asyncio.sleep(ON_DISK_EVERY)
            await asyncio.to_thread(self.analyst.store.batches.reach_disk)

    async def _work(self) -> None:
        with self.analyst.store.batches.many_writes():
            await self._units()

    async def _units(self) -> None:
        try:
            job, store = self.job, self.analyst.store
            spent = await asyncio.to_thread(money_of, store, self.run_id) if job.max_cost_micros else 0
            self._cost_cap = CostCap(job.max_cost_micros, spent)
            pace = Pace(job.concurrency)
            context = RunContext(
                analyst=self.analyst,
                job=job,
                workers=self.workers,
                cost_cap=self._cost_cap,
                pace=pace,
                sending=self._sending,
                wait=self._wait,
                halted=lambda: self._halted,
            )
            if self.models is not None:
                self.models.pace, self.models.on_wait = pace, self._wait
                self.models.halted = context.halted
            firsts = [planned for planned in self.plan.units if not planned.twin_of]

            at_once = job.concurrency + max(AHEAD, job.concurrency)
            await each(firsts, at_once, partial(self._unit, context))
            for planned in self.plan.units:
                if planned.twin_of:
                    self._twin(planned)
        finally:
            self._queue.put_nowait(None)

    async def _unit(self, context: RunContext, planned: UnitPlan) -> None:
        """Answer one unit. Only a failing database stops the other units."""
        store = self.analyst.store
        fresh = planned.key in self._untouched
        item = None if fresh else await asyncio.to_thread(store.batches.item, self.run_id, planned.key)
        if planned.answered:
            await self._reuse(planned, item)
            return
        if item is not None and item.status == SUBMITTED:
            row = Row(planned.unit.name, RowStatus.SKIPPED, error=at_the_provider(self.run_id))
            self._show(planned, row, reused=False)
            return
        if planned.problem:
            status = RowStatus.SKIPPED if planned.kind == "context_too_large" else RowStatus.FAILED
            await self._end(planned, Row(planned.unit.name, status, error=planned.problem))
            return
        if self._halted:
            return
        self._queue.put_nowait(UnitStarted(planned.unit.name))
        account = Account.of(item.record) if item is not None else Account()
        try:
            documents, notes = await self.workers.read(planned.unit, self.job.password)
            if {document.sha256 for document in documents} != set(planned.unit.digests):
                raise DocumentError("The file changed during the run.", "Run the same command again.")
            account, turn = await take_up(store, item, self.job, documents)
            row = await ask_unit(context, planned, documents, account, turn)
            row = replace(row, notes=(*notes, *row.notes))
        except Halted:
            await asyncio.to_thread(self._save, planned, OPEN, None, account.record())
            return
        except StopRun as stopped:
            self.stop(in_one_line(stopped.error))
            if isinstance(stopped.error, StorageError):
                raise stopped.error from stopped
            row = stopped.row
        except DocanalystError as error:
            if isinstance(error, StorageError):
                raise
            row = account.on(Row(planned.unit.name, RowStatus.FAILED, error=in_one_line(error)))
        await self._end(planned, row)

    async def _reuse(self, planned: UnitPlan, item: BatchItem | None) -> None:
        """Reuse an earlier answer."""
        store = self.analyst.store
        if item is None or item.status not in ("complete", "partial"):
            found = await asyncio.to_thread(store.batches.answered, planned.key)
            assert found is not None
            item = found
            kept = row_from_record(item.record)
            note = f"answered {kept.answered_at[:10]} by an earlier run".replace("  ", " ")
            kept = replace(kept, unit=planned.unit.name, notes=tuple(dict.fromkeys((*kept.notes, note))))
            await asyncio.to_thread(
                self._save, planned, kept.status.value, kept.error or None, row_record(kept)
            )
        else:
            kept = replace(row_from_record(item.record), unit=planned.unit.name)
        self._show(planned, kept, reused=True)

    async def _end(self, planned: UnitPlan, row: Row) -> None:
        self._save(planned, row.status.value, row.error or None, row_record(row))
        self._show(planned, row, reused=False)

    def _show(self, planned: UnitPlan, row: Row, *, reused: bool) -> None:
        self._count(row, reused=reused)
        self._ended.add(planned.unit.name)
        self._queue.put_nowait(UnitEnded(row, self.tally, reused=reused))

    def _twin(self, planned: UnitPlan) -> None:
        """Give a unit the row of an earlier unit with the same content; it costs nothing."""
        item = self.analyst.store.batches.item(self.run_id, planned.key)
        known = item is not None and item.status not in (OPEN, SENT, SUBMITTED)
        if item is not None and known and planned.twin_of in self._ended:
            self._show(planned, twin_row(row_from_record(item.record), planned), reused=True)

    def _count(self, row: Row, *, reused: bool) -> None:
        tally = self.tally
        name = row.status.value
        self.tally = replace(
            tally,
            **{name: getattr(tally, name) + 1},
            reused=tally.reused + reused,
            spent_micros=tally.spent_micros + (0 if reused else row.cost_micros or 0),
            doubt_micros=tally.doubt_micros + (0 if reused else row.doubt_micros),
            input_tokens=tally.input_tokens + (0 if reused else row.input_tokens),
            output_tokens=tally.output_tokens + (0 if reused else row.output_tokens),
        )

    def _sending(self, planned: UnitPlan, account: Account, turn_id: str, most: int) -> None:
        self._save(planned, SENT, None, sent_record(account, turn_id, most))

    def _save(self, planned: UnitPlan, status: str, error: str | None, record: dict[str, Any]) -> None:
        from docanalyst.storage.batches import BatchItem

        self._untouched.discard(planned.key)
        self.analyst.store.batches.save(
            BatchItem(
                run_id=self.run_id,
                position=self._positions[planned.key],
                key=planned.key,
                unit=planned.unit.name,
                status=status,
                error=error,
                record=record,
                input_tokens=record.get("input_tokens"),
                output_tokens=record.get("output_tokens"),
                cost_micros=record.get("cost_micros"),
                currency="USD",
                seconds=record.get("seconds"),
            )
        )

    def _wait(self, message: str, seconds: float) -> None:
        self._queue.put_nowait(Waiting(message, seconds))
