"""Runs a batch: many units in parallel, within the cost cap and the limits, every state saved."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from docanalyst.batch.events import BatchEvent, RunEnded, Tally, UnitEnded, UnitStarted, Waiting
from docanalyst.batch.limits.pace import CostCap, Pace
from docanalyst.batch.limits.sharing import Halted
from docanalyst.batch.outputs import require_writable, row_of
from docanalyst.batch.planning import RunPlan, UnitPlan, in_one_line
from docanalyst.batch.unit.accounts import Account
from docanalyst.batch.unit.asking import RunContext, StopRun, ask_unit
from docanalyst.batch.unit.resuming import (
    OPEN,
    RECEIVED,
    SENT,
    SUBMITTED,
    UNANSWERED,
    Claimed,
    at_the_provider,
    money_of,
    open_run,
    reused_row,
    sent_record,
    take_up,
    twin_row,
)
from docanalyst.batch.workers import Workers, each
from docanalyst.domain.errors import DocanalystError, DocumentError, StorageError, UsageError
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
LOOK_AGAIN = 0.5
"""Seconds between two looks at a unit that another run is asking about."""
HEED_STOP = 0.1
"""Seconds after which a waiting unit notices that the run was stopped."""


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
        self._claimed: list[UnitPlan] = []
        self._paid_before: dict[str, Account] = {}

    def stop(self, reason: str = "Stopped.") -> None:
        """Send no more requests and let the running ones finish. Cancel the task to stop at once."""
        self._halted = True
        self._reason = self._reason or reason

    async def events(self) -> AsyncGenerator[BatchEvent, None]:
        """Run and yield events, `RunEnded` last. Raises UsageError, StorageError."""
        started = time.monotonic()
        store = self.analyst.store
        documents = [file.path for planned in self.plan.units for file in planned.unit.files]
        if self.job.writes_table:
            require_writable(store.directory, self.job, documents)
        await asyncio.to_thread(store.turns.recover)
        grid = self.job.grid
        details = {"grid": [column.heading for column in grid.columns], "prompt": grid.prompt}
        run = await asyncio.to_thread(
            lambda: open_run(store, self.plan, restart=self._restart, details=details | self._details)
        )
        self.run_id = run.id
        if RECEIVED in await asyncio.to_thread(store.batches.counts, run.id):
            from docanalyst.batch.remote.collecting import check_received

            await check_received(self.analyst, run, self.job, self.workers)
        self._positions = await asyncio.to_thread(store.batches.positions, run.id)
        self._untouched = store.batches.untouched(run.id)
        status = "interrupted"
        work, disk = asyncio.create_task(self._work()), asyncio.create_task(self._reach_disk())
        try:
            while (event := await self._queue.get()) is not None:
                yield event
            await work
            status = self._status()
            money = await asyncio.to_thread(money_of, store, run.id)
            seconds = time.monotonic() - started
            yield RunEnded(run.id, status, self.tally, seconds, self._reason, money.cost, money.doubt)
        finally:
            disk.cancel()
            work.cancel()
            with suppress(asyncio.CancelledError, Exception):
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
            spent = 0
            if job.max_cost_micros is not None:
                spent = (await asyncio.to_thread(money_of, store, self.run_id)).most
            self._cost_cap = CostCap(job.max_cost_micros, spent)
            pace = Pace(job.concurrency, sleep=self._pause)
            context = RunContext(
                analyst=self.analyst,
                job=job,
                workers=self.workers,
                cost_cap=self._cost_cap,
                pace=pace,
                sending=self._sending,
                wait=self._wait,
                halted=lambda: self._halted,
                pause=self._pause,
                retries=self.analyst.settings.retries,
            )
            if self.models is not None:
                self.models.pace, self.models.on_wait = pace, self._wait
                self.models.pause = self._pause
            firsts = [planned for planned in self.plan.units if not planned.twin_of]

            at_once = job.concurrency + max(AHEAD, job.concurrency)
            await each(firsts, at_once, partial(self._unit, context))
            while self._claimed and not self._halted:
                waiting, self._claimed = self._claimed, []
                await each(waiting, at_once, partial(self._when_free, context))
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
        account = Account.of(item.record) if item is not None else Account()
        self._paid_before[planned.key] = replace(account)
        if planned.answered or (item is not None and item.status in ("complete", "partial")):
            await self._reuse(planned, item)
            return
        if item is not None and item.status in (SUBMITTED, RECEIVED):
            self._show(planned, await asyncio.to_thread(row_of, store, self.run_id, planned), reused=True)
            return
        if planned.problem:
            status = RowStatus.SKIPPED if planned.kind == "context_too_large" else RowStatus.FAILED
            await self._end(planned, account.on(Row(planned.unit.name, status, error=planned.problem)))
            return
        if self._halted:
            return
        # A look-up of a tenth of a millisecond: changing threads takes longer.
        if store.batches.claimed(planned.key, self.run_id):
            self._claimed.append(planned)
            return
        self._queue.put_nowait(UnitStarted(planned.unit.name))
        try:
            documents, notes = await self.workers.read(planned.unit, self.job.password)
            if {document.sha256 for document in documents} != set(planned.unit.digests):
                raise DocumentError("The file changed during the run.", "Run the same command again.")
            account, turn = await take_up(store, item, self.job, documents)
            row = await ask_unit(context, planned, documents, account, turn)
            row = replace(row, notes=(*notes, *row.notes))
        except Claimed:
            self._claimed.append(planned)
            return
        except Halted:
            await asyncio.to_thread(self._leave_open, planned, account)
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

    async def _when_free(self, context: RunContext, planned: UnitPlan) -> None:
        """Wait until no other run asks about a unit, then reuse the answer or ask."""
        batches, name, key = self.analyst.store.batches, planned.unit.name, planned.key
        answer = None if self._restart else await asyncio.to_thread(batches.answered, key)
        is_told = False
        with suppress(Halted):
            while (claim := await asyncio.to_thread(batches.claimed, key, self.run_id)) is not None:
                other, status = claim
                if status != SENT:
                    row = Row(name, RowStatus.SKIPPED, error=at_the_provider(other))
                    self._show(planned, row, reused=False)
                    return
                words = f"Run {other} is asking about {name}; its answer will be used."
                self._queue.put_nowait(Waiting(words, LOOK_AGAIN, is_long=not is_told))
                is_told = True
                await self._pause(LOOK_AGAIN)
                answer = await asyncio.to_thread(batches.item, other, key)
            if answer is not None and answer.status in ("complete", "partial"):
                await self._reuse(planned, None)
            else:
                await self._unit(context, planned)

    async def _pause(self, seconds: float) -> None:
        """Sleep. Raises Halted as soon as the run is stopped."""
        until = time.monotonic() + seconds
        while not self._halted:
            left = until - time.monotonic()
            if left <= 0:
                return
            await asyncio.sleep(min(left, HEED_STOP))
        raise Halted

    def _leave_open(self, planned: UnitPlan, account: Account) -> None:
        """Save a unit that was not sent; a session without anything that was sent is not kept."""
        if not account.turns:
            with suppress(UsageError):
                self.analyst.store.sessions.delete(account.session_id)
            account.session_id = ""
        self._save(planned, OPEN, None, account.record())

    async def _reuse(self, planned: UnitPlan, item: BatchItem | None) -> None:
        """Reuse an earlier answer."""
        store = self.analyst.store
        if item is None or item.status not in ("complete", "partial"):
            found = await asyncio.to_thread(store.batches.answered, planned.key)
            assert found is not None
            item = found
            kept = reused_row(row_from_record(item.record), planned.unit.name)
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
        before = self._paid_before.pop(planned.key, None) or Account()
        self._count(row, before, reused=reused)
        self._ended.add(planned.unit.name)
        self._queue.put_nowait(UnitEnded(row, self.tally, reused=reused))

    def _twin(self, planned: UnitPlan) -> None:
        """Give a unit the row of an earlier unit with the same content; it costs nothing."""
        item = self.analyst.store.batches.item(self.run_id, planned.key)
        known = item is not None and item.status not in UNANSWERED
        if item is not None and known and planned.twin_of in self._ended:
            self._show(planned, twin_row(row_from_record(item.record), planned), reused=True)

    def _count(self, row: Row, before: Account, *, reused: bool) -> None:
        """Count a unit, with what this command has added to its cost."""
        tally = self.tally
        name = row.status.value
        tally = replace(tally, **{name: getattr(tally, name) + 1}, reused=tally.reused + reused)
        if not reused:
            tally = replace(
                tally,
                spent_micros=tally.spent_micros + (row.cost_micros or 0) - (before.cost or 0),
                doubt_micros=tally.doubt_micros + row.doubt_micros - before.doubt,
                input_tokens=tally.input_tokens + row.input_tokens - before.input_tokens,
                output_tokens=tally.output_tokens + row.output_tokens - before.output_tokens,
            )
        self.tally = tally

    def _sending(self, planned: UnitPlan, account: Account, turn_id: str, most: int) -> None:
        """Save that a unit is sent, in the transaction that saves its turn. Raises Claimed."""
        batches = self.analyst.store.batches
        answered_elsewhere = not self._restart and batches.is_answered(planned.key)
        if answered_elsewhere or batches.claimed(planned.key, self.run_id):
            raise Claimed
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
