"""Runs a batch on the command line: plan, confirmation, run, table, Ctrl-C."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docanalyst.batch.events import RunEnded, Tally, UnitEnded, Waiting
from docanalyst.cli import output
from docanalyst.cli.batch.progress import Progress, end_record, plan_record, show_end, show_plan
from docanalyst.cli.interruption import STOPPED, Interruptible
from docanalyst.cli.options import Globals
from docanalyst.domain.errors import BatchIncomplete, CostCapReached, UsageError
from docanalyst.domain.grid.grids import UNREAD, Row
from docanalyst.exporters.presentation.figures import amount

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.batch.jobs import Job
    from docanalyst.batch.limits.sharing import SharedModels
    from docanalyst.batch.planning import RunPlan
    from docanalyst.batch.units import Unit
    from docanalyst.batch.workers import Workers

CAPPED, RAISE_CAP = "The cost cap was reached.", "Raise --max-cost and run the same command again."


@dataclass(slots=True)
class BatchRun:
    """One running batch command.

    Attributes:
        details: Saved with the run, so that the terminal UI can resume it.
        agreed: Whether the user has already agreed to send.
    """

    shared: Globals
    analyst: Analyst
    models: SharedModels
    job: Job
    workers: Workers
    restart: bool = False
    yes: bool = False
    details: dict[str, Any] = field(default_factory=dict)
    agreed: bool = field(default=False)

    async def plan(self, units: Sequence[Unit], *, count_all: bool = False) -> RunPlan:
        """Read and count every unit, showing progress."""
        from docanalyst.batch.planning import plan_run

        progress = Progress([unit.name for unit in units], quiet=self.shared.quiet)
        plan = await plan_run(
            self.analyst,
            self.job,
            units,
            self.workers,
            restart=self.restart,
            count_all=count_all,
            progress=progress.counted,
        )
        progress.close()
        return plan

    async def dry(self, units: Sequence[Unit]) -> int:
        """Show the plan on stdout; send nothing."""
        from docanalyst.batch.planning import offers

        plan = await self.plan(units, count_all=True)
        elsewhere = offers(self.analyst, plan)
        if self.shared.json:
            output.data_json(plan_record(plan, elsewhere))
        else:
            show_plan(plan, elsewhere, output.data)
        return 0

    async def cleared(
        self, units: Sequence[Unit], check: Callable[[RunPlan], None] = lambda plan: None
    ) -> RunPlan:
        """Return the plan after the user has seen it and agreed to send.

        Args:
            check: Raises an error if it must not be sent.
        """
        from docanalyst.batch.limits.consent import clear
        from docanalyst.cli.opening import agree, ask_for_consent

        plan = await self.plan(units)
        check(plan)
        if not self.shared.quiet:
            show_plan(plan, [], whole=False)
        if not self.job.offline and plan.open and not self.agreed:
            await clear(self.analyst, self.job, agree if self.yes else ask_for_consent)
            _confirm(plan, yes=self.yes)
            self.agreed = True
        return plan

    async def asked(
        self, plan: RunPlan, at_end: Callable[[str, str, Tally], None]
    ) -> tuple[RunEnded | None, str]:
        """Ask about all units, showing progress; return how the run ended, None if at once, and its ID.

        Args:
            at_end: Called with the run's ID, its status and the tally, also when it was stopped at once.
        """
        from docanalyst.batch.runner import Runner

        runner = Runner(
            self.analyst, plan, self.workers, self.models, restart=self.restart, details=self.details
        )
        names, free = [planned.unit.name for planned in plan.units], plan.most_micros == 0
        progress = Progress(names, quiet=self.shared.quiet, free=free)
        ended: RunEnded | None = None
        tally = Tally(units=len(plan.units))
        # `at_end` is called inside, so that a second Ctrl-C or signal cannot prevent it.
        with Interruptible(runner.stop, progress.say):
            with suppress(asyncio.CancelledError):
                async with aclosing(runner.events()) as events:
                    async for event in events:
                        if isinstance(event, UnitEnded):
                            tally = event.tally
                            progress.ended(event)
                        elif isinstance(event, Waiting) and event.is_long:
                            progress.say(event.message)
                        elif isinstance(event, Waiting) and event.seconds >= 5:
                            progress.say(f"Waiting {event.seconds:.0f} s: {event.message}")
                        elif isinstance(event, RunEnded):
                            ended = event
            progress.close()
            if runner.run_id:
                at_end(runner.run_id, "interrupted" if ended is None else ended.status, tally)
        return ended, runner.run_id

    async def go(self, units: Sequence[Unit]) -> int:
        """Run to the end, write the table, report the result and return the exit code."""
        from docanalyst.batch.outputs import rows_of, write_output

        plan = await self.cleared(units)
        names, free = [planned.unit.name for planned in plan.units], plan.most_micros == 0
        store, written = self.analyst.store, None

        def write(run_id: str, status: str, tally: Tally) -> None:
            nonlocal written
            written = write_output(store, run_id, plan, tally, status, output.warning)

        ended, _ = await self.asked(plan, write)
        if ended is None:
            if written is not None:
                output.note(
                    f"Wrote {written}. Run the same command again to resume.", quiet=self.shared.quiet
                )
            raise KeyboardInterrupt
        failures = [
            Row(row.unit, row.status, error=row.error)
            for row in rows_of(store, ended.run_id, plan)
            if not row.status.answered
        ]
        bad = bad_end(ended, len(failures))
        if self.shared.json:
            output.data_json(end_record(ended, str(written)) | (output.error_record(*bad) if bad else {}))
        show_end(ended, failures, str(written), names, quiet=self.shared.quiet, free=free)
        output.note(UNREAD, quiet=self.shared.quiet or not plan.job.offline)
        self.restart = False
        return _report(ended, bad)

    async def watch(self, paths: Sequence[str], by: str) -> int:
        """Run, then run again for new files until Ctrl-C; return the exit code of the last run."""
        from docanalyst.batch.watching import Watcher

        watcher = Watcher(paths, by, table=self.job.output)
        code, known = 0, False
        while True:
            units = await asyncio.to_thread(watcher.units)
            if units:
                code = await self.go(units)
                if code not in (0, BatchIncomplete.exit_code):
                    return code
            elif not known:
                output.note("No documents yet.", quiet=self.shared.quiet)
            known = True
            output.note("Watching for new files. Press Ctrl-C to stop.", quiet=self.shared.quiet)
            change = asyncio.create_task(watcher.changed())
            with Interruptible(_ender(change), lambda text: None):
                try:
                    await change
                except asyncio.CancelledError:
                    return code


def _ender(task: asyncio.Task[None]) -> Callable[[str], Any]:
    return lambda reason: task.cancel()


def _confirm(plan: RunPlan, *, yes: bool) -> None:
    """Ask the user before money is spent; a script is not asked."""
    if yes or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return
    from docanalyst.cli.opening import confirm

    units = "1 unit" if len(plan.open) == 1 else f"{len(plan.open)} units"
    price = f", for about {amount(plan.likely_micros)}" if plan.most_micros else ""
    if not confirm(f"Send {units} to {plan.job.spec.provider}{price}?"):
        raise UsageError("Nothing was sent.", "Use --dry-run to see the plan again.")


def bad_end(ended: RunEnded, failures: int) -> tuple[str, str, str, int] | None:
    """Return kind, message, hint and exit code of the error for a run that did not succeed, else None."""
    again = "Run the same command again to resume."
    if ended.status == "capped":
        return CostCapReached.kind, CAPPED, RAISE_CAP, CostCapReached.exit_code
    if ended.status == "stopped" and ended.reason == STOPPED:
        return "interrupted", STOPPED, again, output.INTERRUPTED
    if failures:
        words = ended.reason or f"{failures} of {ended.tally.units} units have no answer."
        return BatchIncomplete.kind, words, again, BatchIncomplete.exit_code
    return None


def _report(ended: RunEnded, bad: tuple[str, str, str, int] | None) -> int:
    """Print why a run did not succeed, unless the summary already says so; return the exit code."""
    if bad is None:
        return 0
    _, words, hint, code = bad
    if code == output.INTERRUPTED:
        output.note("Stopped. Run the same command again to resume.")
    elif ended.status == "capped":
        output.fail(words, hint)
    elif ended.reason:
        output.fail(ended.reason)
    return code
