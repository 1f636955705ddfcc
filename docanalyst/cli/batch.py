"""`docanalyst batch`: documents × questions, to a table."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import aclosing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, GlobalsGroup, read_options
from docanalyst.domain.errors import BatchIncomplete, CostCapReached, UsageError

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.batch.events import RunEnded
    from docanalyst.batch.planning import RunPlan
    from docanalyst.batch.sharing import SharedModels
    from docanalyst.batch.workers import Workers


class BatchGroup(GlobalsGroup):
    """`batch PATH…` runs; `batch status`, `collect` and `cancel` look after runs at a provider."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in self.commands:
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group("batch", cls=BatchGroup)
def command() -> None:
    """Ask every document the same questions; one row each, with checked quotes."""


@command.command(
    "run",
    cls=GlobalsCommand,
    epilog="Examples:\n\n\b\n"
    "  docanalyst batch contracts/ -p contract-review -o review.xlsx\n"
    "  docanalyst batch ndas/ -q 'How long does it last?' -q 'Which law governs?' -o ndas.csv --max-cost 5\n"
    "  docanalyst batch deals/ --by folder -p nda-triage -o deals.jsonl --dry-run\n"
    "  docanalyst batch status | collect RUN | cancel RUN     runs at a provider's own batch API\n",
)
@read_options
@click.option("-q", "--question", "questions", multiple=True, metavar="TEXT", help="A column; repeatable.")
@click.option("-p", "--prompt", metavar="NAME", help="A prompt of the library; its fields are the columns.")
@click.option("-o", "--output", "target", metavar="FILE", help="The table: .csv, .xlsx, .jsonl or .md.")
@click.option("--by", type=click.Choice(["file", "folder"]), default="file", help="What a row is about.")
@click.option("--concurrency", type=click.IntRange(1, 64), default=8, show_default=True, metavar="N",
              help="Requests at once, at most.")  # fmt: skip
@click.option("--max-cost", type=click.FloatRange(min=0), metavar="USD", help="Never spend more than this.")
@click.option("--dry-run", is_flag=True, help="Show units, tokens, cost and what will not fit; send nothing.")
@click.option("--restart", is_flag=True, help="Ask everything again; answers from before do not count.")
@click.option("--think/--no-think", default=None, help="Let the model think first, or not.")
@click.option("--max-output", type=click.IntRange(min=1), metavar="N", help="Tokens to keep for an answer.")
@click.option("--no-repair", is_flag=True, help="Do not ask again for answers that could not be used.")
@click.option("--yes", is_flag=True, help="Do not ask before sending.")
@click.pass_obj
def run_command(shared: Globals, /, paths: tuple[str, ...], target: str | None, **options: Any) -> int:
    """Ask every document the same questions: a row each, and beside every value its quote, page and verdict.

    Run the same command again to go on where it ended: what is answered is never asked, or paid for, twice.
    """
    if not paths:
        raise UsageError("No PATH was given.", "Name PDFs, .txt or .md files, or folders.")
    if target is None:
        if not options["dry_run"]:
            raise UsageError("There is no output.", "Name one with -o FILE.csv, .xlsx, .jsonl or .md.")
        target = "dry-run.csv"
    return asyncio.run(_run(shared, paths, Path(target), options))


async def _run(shared: Globals, paths: tuple[str, ...], target: Path, options: dict[str, Any]) -> int:
    from docanalyst.analyst import Analyst, AskOptions
    from docanalyst.batch import collect_units, make_job
    from docanalyst.batch.sharing import SharedModels

    settings = shared.settings()
    models = SharedModels(settings)
    analyst = Analyst(settings, open_model=models.open)
    await analyst.refresh(AskOptions())
    job = make_job(
        analyst,
        target,
        prompt=options["prompt"],
        questions=options["questions"],
        by=options["by"],
        thinking=options["think"],
        max_output=options["max_output"],
        concurrency=options["concurrency"],
        max_cost_usd=options["max_cost"],
        password=options["password"],
        repair=not options["no_repair"],
    )
    for line in job.warnings:
        output.warning(line)
    units = await asyncio.to_thread(collect_units, paths, options["by"])
    async with _workers(analyst, options) as workers:
        try:
            return await _plan_and_run(shared, analyst, models, job, units, workers, options)
        finally:
            await models.aclose()


def _workers(analyst: Analyst, options: dict[str, Any]) -> Workers:
    from docanalyst.batch.workers import LocalWorkers

    return LocalWorkers(analyst.settings.cache_dir)


async def _plan_and_run(
    shared: Globals,
    analyst: Analyst,
    models: SharedModels,
    job: Any,
    units: Any,
    workers: Workers,
    options: dict[str, Any],
) -> int:
    from docanalyst.batch.clearing import clear
    from docanalyst.batch.planning import offers, plan_run
    from docanalyst.cli.batch_progress import Progress, plan_record, show_plan
    from docanalyst.cli.opening import agree, ask_for_consent

    progress = Progress(len(units), quiet=shared.quiet)
    plan = await plan_run(
        analyst,
        job,
        units,
        workers,
        restart=options["restart"],
        count_all=options["dry_run"],
        progress=progress.counted,
    )
    progress.close()
    if options["dry_run"]:
        elsewhere = offers(analyst, plan)
        if shared.json:
            output.data_json(plan_record(plan, elsewhere))
        else:
            show_plan(plan, elsewhere, output.data)
        return 0
    if not shared.quiet:
        show_plan(plan, [])
    if not job.offline and plan.open:
        await clear(analyst, job, agree if options["yes"] else ask_for_consent)
        _confirm(plan, yes=options["yes"])
    return await _go(shared, analyst, models, plan, workers, options)


def _confirm(plan: RunPlan, *, yes: bool) -> None:
    """Ask the person at the terminal before money is spent; a script is taken at its word."""
    if yes or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return
    from docanalyst.cli.batch_progress import money

    words = f"Send {len(plan.open)} units, for about {money(plan.likely_micros)}?"
    if not click.confirm(words, err=True, default=False):
        raise UsageError("Nothing was sent.", "See the plan again with --dry-run.")


async def _go(
    shared: Globals,
    analyst: Analyst,
    models: SharedModels,
    plan: RunPlan,
    workers: Workers,
    options: dict[str, Any],
) -> int:
    """Run the plan to its end, write the table, and say how it ended."""
    from docanalyst.batch.events import RunEnded, Tally, UnitEnded, Waiting
    from docanalyst.batch.outputs import rows_of, write_output
    from docanalyst.batch.runner import Runner
    from docanalyst.cli.batch_progress import Progress, end_record, show_end
    from docanalyst.domain.grids import Row

    runner = Runner(analyst, plan, workers, models, restart=options["restart"])
    progress = Progress(len(plan.units), quiet=shared.quiet)
    ended: RunEnded | None = None
    tally = Tally(units=len(plan.units))
    with Interruptible(runner.stop, progress.say):
        try:
            async with aclosing(runner.events()) as events:
                async for event in events:
                    if isinstance(event, UnitEnded):
                        tally = event.tally
                        progress.ended(event)
                    elif isinstance(event, Waiting) and event.seconds >= 5:
                        progress.say(f"waiting {event.seconds:.0f} s: {event.message}")
                    elif isinstance(event, RunEnded):
                        ended = event
        except asyncio.CancelledError:
            progress.close()
            if runner.run_id:
                write_output(analyst.store, runner.run_id, plan, tally, "interrupted")
            raise KeyboardInterrupt from None
    progress.close()
    assert ended is not None
    written = write_output(analyst.store, ended.run_id, plan, ended.tally, ended.status)
    failures = [
        Row(row.unit, row.status, error=row.error)
        for row in rows_of(analyst.store, ended.run_id, plan)
        if not row.status.answered
    ]
    if shared.json:
        output.data_json(end_record(ended, str(written)))
    show_end(ended, failures, str(written), quiet=shared.quiet)
    return _exit_code(ended, len(failures))


def _exit_code(ended: RunEnded, failures: int) -> int:
    if ended.status == "capped":
        output.fail("The cost cap was reached.", "Raise --max-cost and run the same command again.")
        return CostCapReached.exit_code
    if ended.status == "stopped" and ended.reason == STOPPED:
        output.note("Stopped. Run the same command again to go on.")
        return output.INTERRUPTED
    if failures:
        if ended.reason:
            output.fail(ended.reason)
        return BatchIncomplete.exit_code
    return 0


STOPPED = "Stopped at your word."


class Interruptible:
    """Ctrl-C sends nothing more and lets what is under way finish; a second one stops at once."""

    def __init__(self, stop: Callable[[str], None], say: Callable[[str], None]) -> None:
        self._stop, self._say = stop, say
        self._pressed = 0
        self._task: asyncio.Task[Any] | None = None
        self._before: Any = None

    def __enter__(self) -> None:
        self._task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        with suppress(ValueError):
            self._before = signal.signal(
                signal.SIGINT, lambda number, frame: loop.call_soon_threadsafe(self._press)
            )

    def __exit__(self, *error: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _press(self) -> None:
        self._pressed += 1
        if self._pressed == 1:
            self._say("Stopping: what is under way is finished. Press Ctrl-C again to stop at once.")
            self._stop(STOPPED)
        elif self._task is not None:
            self._task.cancel()
