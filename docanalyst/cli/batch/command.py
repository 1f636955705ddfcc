"""`docanalyst batch`: documents × questions, to a table."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.batch.remote import cancel_command, collect_command, status_command, submit
from docanalyst.cli.options import Globals, GlobalsCommand, GlobalsGroup, read_options
from docanalyst.domain.errors import UsageError

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.batch.limits.sharing import SharedModels
    from docanalyst.batch.workers import Workers


class BatchGroup(GlobalsGroup):
    """`batch PATH…` runs; `batch status`, `collect` and `cancel` look after runs at a provider."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what is no command of `batch` as the arguments of a run."""
        if not args or args[0] not in self.commands:
            args = ["run", *args]
        return super().parse_args(ctx, args)


class RunCommand(GlobalsCommand):
    """Shown under the name by which it is called: `batch`, not `batch run`."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The line of usage."""
        parent = ctx.parent or ctx
        formatter.write_usage(parent.command_path, " ".join(self.collect_usage_pieces(ctx)))


@click.group("batch", cls=BatchGroup)
def command() -> None:
    """Ask every document the same questions; one row each, with checked quotes."""


@command.command(
    "run",
    cls=RunCommand,
    examples=(
        "docanalyst batch contracts/ -p contract-review -o review.xlsx",
        "docanalyst batch ndas/ -q 'How long does it last?' -q 'Which law governs?' -o ndas.csv --max-cost 5",
        "docanalyst batch deals/ --by folder -p nda-triage -o deals.jsonl --dry-run",
        "docanalyst batch papers/ -p literature-table -o papers.csv --provider groq --provider-batch",
        "docanalyst batch status      (then: batch collect RUN, batch cancel RUN)",
    ),
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
@click.option("--together", type=click.IntRange(1, 50), default=1, metavar="N",
              help="Let up to N small files share a request; a row each all the same.")  # fmt: skip
@click.option("--cluster", metavar="ADDRESS", help="Read on a Dask cluster: tcp://HOST:PORT or local:N.")
@click.option("--provider-batch", is_flag=True, help="Submit to the provider's own batch API, and leave.")
@click.option("--watch", is_flag=True, help="Stay, and take new files as they come.")
@click.option("--yes", is_flag=True, help="Do not ask before sending.")
@click.pass_obj
def run_command(shared: Globals, /, paths: tuple[str, ...], target: str | None, **options: Any) -> int:
    """Ask every document the same questions: a row each, and beside every value its quote, page and verdict.

    Run the same command again to go on where it ended: what is answered is never asked, or paid for, twice.
    """
    if options["watch"] and options["provider_batch"]:
        raise UsageError("--watch stays and --provider-batch leaves.", "Choose one of them.")
    if options["watch"] and options["dry_run"]:
        raise UsageError("--watch stays to send what comes; --dry-run sends nothing.", "Choose one of them.")
    if not paths:
        raise UsageError("No PATH was given.", "Name PDFs, .txt or .md files, or folders.")
    if target is None:
        if not options["dry_run"]:
            raise UsageError("There is no output.", "Name one with -o FILE.csv, .xlsx, .jsonl or .md.")
        target = "dry-run.csv"
    return asyncio.run(_run(shared, paths, Path(target), options))


for sub in (status_command, collect_command, cancel_command):
    command.add_command(sub)


async def _run(shared: Globals, paths: tuple[str, ...], target: Path, options: dict[str, Any]) -> int:
    from docanalyst.analyst import Analyst, AskOptions
    from docanalyst.batch import collect_units
    from docanalyst.batch.limits.sharing import SharedModels
    from docanalyst.batch.requests import BatchRequest
    from docanalyst.cli.batch.run import BatchRun

    settings = shared.settings()
    models = SharedModels(settings)
    analyst = Analyst(settings, open_model=models.open)
    await analyst.refresh(AskOptions())
    request = BatchRequest(
        paths,
        target,
        prompt=options["prompt"],
        questions=tuple(options["questions"]),
        by=options["by"],
        thinking=options["think"],
        max_output=options["max_output"],
        concurrency=options["concurrency"],
        max_cost_usd=options["max_cost"],
    )
    job = replace(
        request.job(analyst, repair=not options["no_repair"], together=options["together"]),
        password=options["password"],
    )
    for line in job.warnings:
        output.warning(line)
    async with _workers(analyst, models, options) as workers:
        run = BatchRun(
            shared,
            analyst,
            models,
            job,
            workers,
            restart=options["restart"],
            yes=options["yes"],
            details=request.details(),
        )
        try:
            if options["provider_batch"]:
                return await submit(run, paths, options["by"], request.asked)
            if options["watch"]:
                return await run.watch(paths, options["by"])
            units = await asyncio.to_thread(collect_units, paths, options["by"])
            return await (run.dry(units) if options["dry_run"] else run.go(units))
        finally:
            await models.aclose()


def _workers(analyst: Analyst, models: SharedModels, options: dict[str, Any]) -> Workers:
    if options["cluster"]:
        from docanalyst.batch.cluster import ClusterWorkers

        workers = ClusterWorkers(options["cluster"], analyst.settings)
        if not workers.destination.stays_here and analyst.settings.local_only:
            raise UsageError(
                f"Nothing was sent: the cluster at {options['cluster']} may not be on this machine.",
                "Leave out --local-only, or use --cluster local:4.",
            )
        if workers.in_the_clear:
            output.warning(f"documents travel unencrypted to {options['cluster']}; tls:// would protect them")
        models.offline = workers.offline_model
        return workers
    from docanalyst.batch.workers import LocalWorkers

    return LocalWorkers(analyst.settings.cache_dir)
