"""Runs a batch in a thread with its own event loop, so that the screen never waits for it."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docanalyst.domain.errors import DocanalystError, UsageError
from docanalyst.tui.batch.state import ASKING, WAITING, BatchState, UnitLine, planned_state
from docanalyst.tui.desk.threads import LoopThread

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.analyst.privacy import Consent
    from docanalyst.batch.events import BatchEvent, RunEnded
    from docanalyst.batch.limits.sharing import SharedModels
    from docanalyst.batch.planning import RunPlan
    from docanalyst.batch.requests import BatchRequest
    from docanalyst.batch.runner import Runner
    from docanalyst.batch.workers import Workers

OFFLINE_AT_ONCE = 2
"""Units ranked at once offline: more would not be faster, and would slow the screen down."""

QUICK_QUALIFIERS = 0.001
"""Seconds after which a working thread yields to the screen."""

STOPPED = "Paused."


class Phase(StrEnum):
    """The phase of a batch."""

    NEW = "new"
    COUNTING = "counting"
    COUNTED = "counted"
    RUNNING = "running"
    STOPPING = "stopping"
    ENDED = "ended"


class BatchWork:
    """One batch, from counting to its end, and resumed.

    All attributes may be read while the thread writes them.

    Attributes:
        counted: Number of units counted and in all.
        plan: The counted plan.
        minutes: Duration by provider plan.
        asked: Units asked since the last start.
        is_seen: Whether its end was shown.
        waiting: What the run waits for, and until when.
        written: Path of the table.
        error: The error that ended it early.
        defect: The same for an unexpected exception.
    """

    def __init__(self, analyst: Analyst, request: BatchRequest, consent: Consent | None) -> None:
        self.request = request
        self.state = BatchState(request.output)
        self.phase = Phase.NEW
        self.counted = (0, 0)
        self.plan: RunPlan | None = None
        self.minutes: dict[str, float | None] = {}
        self.asked = 0
        self.is_seen = False
        self.started = 0.0
        self.waiting: tuple[str, float] | None = None
        self.ended: RunEnded | None = None
        self.written: Path | None = None
        self.error: DocanalystError | None = None
        self.defect: Exception | None = None
        self._given = analyst if analyst.router.is_given else None
        self._settings = request.settings(analyst.settings)
        self._consent = consent
        self._is_fresh = False
        self._thread = LoopThread("batch")
        self._runner: Runner | None = None
        self._lock = threading.Lock()

    @property
    def under_way(self) -> bool:
        """Whether the thread is running."""
        return self._thread.is_alive

    @property
    def is_pausing(self) -> bool:
        """Whether only running requests are waited for."""
        return self.under_way and self.phase is Phase.STOPPING

    @property
    def is_running(self) -> bool:
        """Whether units are being asked."""
        return self.under_way and self.phase in (Phase.RUNNING, Phase.STOPPING)

    def count(self) -> None:
        """Start reading and counting every unit; sends nothing."""
        self._begin(Phase.COUNTING, self._count)

    def send(self) -> None:
        """Start or resume asking the unanswered units."""
        self._begin(Phase.RUNNING, self._send)

    def pause(self) -> None:
        """Send no more requests and let the running ones finish."""
        with self._lock:
            if self.phase is Phase.RUNNING:
                self.phase = Phase.STOPPING
                if self._runner is not None:
                    self._runner.stop(STOPPED)

    def cancel(self) -> None:
        """Stop at once; partial answers are saved."""
        self._thread.cancel()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the thread to end; return whether it has.

        Args:
            timeout: In seconds.
        """
        return self._thread.join(timeout)

    # In the thread

    def _begin(self, phase: Phase, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if self.under_way:
            return
        self.phase, self.error, self.defect = phase, None, None
        self.ended, self.is_seen = None, False
        turns = sys.getswitchinterval()

        async def quick() -> None:
            sys.setswitchinterval(QUICK_QUALIFIERS)
            await work()

        def ended(thread: LoopThread) -> None:
            sys.setswitchinterval(turns)
            self.error, self.defect = thread.error, thread.defect
            counted = phase is Phase.COUNTING and self.plan is not None
            self.phase = Phase.COUNTED if counted else Phase.ENDED

        self._thread = LoopThread("batch")
        self._thread.start(quick, ended)

    @asynccontextmanager
    async def _open(self) -> AsyncGenerator[tuple[Analyst, SharedModels | None, Workers], None]:
        from docanalyst.analyst import Analyst, AskOptions
        from docanalyst.batch.limits.sharing import SharedModels
        from docanalyst.batch.workers import LocalWorkers

        if self._given is not None:
            async with LocalWorkers(
                self._given.settings.cache_dir,
                reread_scans=self._given.settings.reread_scans,
                double_check=self._given.settings.double_check,
                view=self._given.settings.view,
            ) as workers:
                yield self._given, None, workers
            return
        models = SharedModels(self._settings)
        analyst = Analyst(self._settings, open_model=models.open)
        try:
            await analyst.refresh(AskOptions())
            async with LocalWorkers(
                self._settings.cache_dir,
                reread_scans=self._settings.reread_scans,
                double_check=self._settings.double_check,
                view=self._settings.view,
            ) as workers:
                yield analyst, models, workers
        finally:
            await models.aclose()
            analyst.store.close()

    async def _count(self) -> None:
        async with self._open() as (analyst, _, workers):
            await self._plan(analyst, workers)

    async def _plan(self, analyst: Analyst, workers: Workers) -> RunPlan:
        from docanalyst.batch.planning import minutes_at, plan_run
        from docanalyst.batch.units import collect_units

        def progress(done: int, total: int) -> None:
            self.counted = (done, total)

        job = self.request.job(analyst)
        if job.offline:
            job = replace(job, concurrency=min(job.concurrency, OFFLINE_AT_ONCE))
        units = await asyncio.to_thread(collect_units, self.request.paths, self.request.by, job.output)
        self.counted = (0, len(units))
        plan = await plan_run(analyst, job, units, workers, progress=progress)
        limits = {} if job.offline else analyst.catalog.entry(job.spec).tokens_per_minute
        self.minutes = {name: minutes_at(plan.open, limit) for name, limit in limits.items()}
        self.plan, self._is_fresh = plan, True
        self.state = planned_state(plan, self.state)
        return plan

    async def _send(self) -> None:
        from docanalyst.batch.limits.consent import clear
        from docanalyst.batch.outputs import write_output
        from docanalyst.batch.runner import Runner

        async with self._open() as (analyst, models, workers):
            plan = self.plan if self._is_fresh else None
            plan = plan or await self._plan(analyst, workers)
            self._is_fresh = False
            if plan.open:
                try:
                    await clear(analyst, plan.job, self._consent)
                except UsageError as error:
                    raise UsageError(
                        error.message, "Resume the batch and agree, or choose another model."
                    ) from error
            runner = Runner(analyst, plan, workers, models, details=self.request.details())
            with self._lock:
                self._runner = runner
                if self.phase is Phase.STOPPING:
                    runner.stop(STOPPED)
            self.asked, self.started = 0, time.monotonic()
            self.state.status = "running"
            by_name = {line.name: line for line in self.state.lines}
            status = "interrupted"
            try:
                async with aclosing(runner.events()) as events:
                    async for event in events:
                        self._note(event, by_name)
                if self.ended is not None:
                    status = self.ended.status
            finally:
                self._runner, self.waiting = None, None
                self.state.run_id, self.state.status = runner.run_id, status
                for line in self.state.lines:
                    line.state = WAITING if line.state == ASKING else line.state
                if runner.run_id:
                    self.written = write_output(
                        analyst.store, runner.run_id, plan, runner.tally, self.state.status
                    )

    def _note(self, event: BatchEvent, by_name: dict[str, UnitLine]) -> None:
        from docanalyst.batch.events import RunEnded, UnitEnded, UnitStarted, Waiting

        if isinstance(event, UnitStarted):
            line = by_name.get(event.unit, UnitLine("", ""))
            line.since, line.state = time.monotonic(), ASKING
        elif isinstance(event, UnitEnded):
            line = by_name.get(event.row.unit, UnitLine("", ""))
            line.reused = event.reused
            line.take(event.row)
            self.asked += not event.reused
        elif isinstance(event, Waiting):
            self.waiting = (event.message, time.monotonic() + event.seconds)
        elif isinstance(event, RunEnded):
            self.ended = event

    @property
    def seconds_left(self) -> float | None:
        """Estimated seconds left at the rate so far; None while unknown."""
        left = len(self.state.lines) - self.state.done
        if not self.asked or not left or not self.is_running:
            return None
        return (time.monotonic() - self.started) / self.asked * left

    def with_cap(self, max_cost_usd: float | None) -> None:
        """Set another cost cap; not while units are being asked. Raises UsageError."""
        plan = self.plan
        micros = None if max_cost_usd is None else round(max_cost_usd * 1_000_000)
        if plan is not None and micros is not None and plan.job.spec.price is None:
            raise UsageError(
                "A cost cap needs a price, but the price of this model is unknown.", "Leave the cap empty."
            )
        self.request = replace(self.request, max_cost_usd=max_cost_usd)
        self.state.cap_micros = micros
        if plan is not None:
            self.plan = replace(plan, job=replace(plan.job, max_cost_micros=micros))
