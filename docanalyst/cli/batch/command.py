"""`docanalyst batch`: ask the same questions of many documents and write a table."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.batch.remote import cancel_command, collect_command, status_command, submit
from docanalyst.cli.options import Globals, GlobalsCommand, GlobalsGroup, overwrite_option, read_options
from docanalyst.domain.errors import UsageError

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.batch.limits.sharing import SharedModels
    from docanalyst.batch.workers import Workers


class BatchGroup(GlobalsGroup):
    """`batch PATH…` starts a run; `batch status`, `collect` and `cancel` manage runs at a provider."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Treat arguments that do not begin with a subcommand as the arguments of a run."""
        if not args or args[0] not in self.commands:
            args = ["run", *args]
        return super().parse_args(ctx, args)


class RunCommand(GlobalsCommand):
    """The `run` subcommand; its usage line reads `batch`, as users type it."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        parent = ctx.parent or ctx
        formatter.write_usage(parent.command_path, " ".join(self.collect_usage_pieces(ctx)))


@click.group("batch", cls=BatchGroup)
def command() -> None:
    """Ask the same questions of many documents; write one row each, with checked quotes."""


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
@click.option(
    "-q",
    "--question",
    "questions",
    multiple=True,
    metavar="TEXT",
    help="A question, one column of the table; repeatable.",
)
@click.option(
    "-p", "--prompt", metavar="NAME", help="A prompt (see `prompts list`); its fields are the columns."
)
@click.option(
    "-o", "--output", "target", metavar="FILE", help="File for the table: .csv, .xlsx, .jsonl or .md."
)
@overwrite_option
@click.option(
    "--by",
    type=click.Choice(["file", "folder"]),
    default="file",
    help="One row for each file or each folder.",
)
@click.option("--concurrency", type=click.IntRange(1, 64), default=8, show_default=True, metavar="N",
              help="Maximum number of simultaneous requests.")  # fmt: skip
@click.option(
    "--max-cost",
    type=click.FloatRange(min=0),
    metavar="USD",
    help="Cost cap in US dollars, for all commands of this run together.",
)
@click.option(
    "--dry-run", is_flag=True, help="Show the plan, tokens, cost and what does not fit; send nothing."
)
@click.option("--restart", is_flag=True, help="Ask everything again, ignoring earlier answers.")
@click.option("--think/--no-think", default=None, help="Turn the model's reasoning on or off.")
@click.option(
    "--max-output", type=click.IntRange(min=1), metavar="N", help="Tokens to reserve for each answer."
)
@click.option("--no-repair", is_flag=True, help="Do not ask again when an answer is unusable.")
@click.option(
    "--cluster", metavar="ADDRESS", help="Read files on a Dask cluster: tcp://HOST:PORT or local:N."
)
@click.option("--provider-batch", is_flag=True, help="Submit to the provider's batch API and exit.")
@click.option("--watch", is_flag=True, help="Keep running and process new files.")
@click.option("--yes", is_flag=True, help="Send without asking for confirmation.")
@click.pass_obj
def run_command(shared: Globals, /, paths: tuple[str, ...], target: str | None, **options: Any) -> int:
    """Ask the same questions of many documents: one row each, every value with its quote, page and verdict.

    Run the same command again to resume: no answered question is sent, or paid for, twice.
    """
    if options["watch"] and options["provider_batch"]:
        raise UsageError("--watch and --provider-batch cannot be combined.", "Use only one of them.")
    if options["watch"] and options["dry_run"]:
        raise UsageError("--watch and --dry-run cannot be combined.", "Use only one of them.")
    if not paths:
        from docanalyst.formats.detection import READABLE

        raise UsageError("No documents given.", f"Name {READABLE} file, or a folder.")
    if target is None:
        if not options["dry_run"]:
            raise UsageError(
                "No output file given.",
                "Name one with -o, such as -o table.xlsx (.csv, .xlsx, .jsonl or .md).",
            )
        target = "dry-run.csv"
    return asyncio.run(_run(shared, paths, Path(target), options))


for sub in (status_command, collect_command, cancel_command):
    command.add_command(sub)


async def _run(shared: Globals, paths: tuple[str, ...], target: Path, options: dict[str, Any]) -> int:
    from docanalyst.analyst import Analyst, AskOptions
    from docanalyst.batch import collect_units
    from docanalyst.batch.limits.sharing import SharedModels
    from docanalyst.batch.outputs import require_writable
    from docanalyst.batch.requests import BatchRequest
    from docanalyst.cli.batch.run import BatchRun
    from docanalyst.cli.files import documents_at
    from docanalyst.cli.opening import announce_left_out

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
        overwrite=options["overwrite"],
    )
    job = replace(
        request.job(analyst, repair=not options["no_repair"]),
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
            if not options["dry_run"]:
                require_writable(analyst.store.directory, job, documents_at(paths, target))
            if options["provider_batch"]:
                return await submit(run, paths, options["by"], request.asked)
            if options["watch"]:
                return await run.watch(paths, options["by"])
            units = await asyncio.to_thread(collect_units, paths, options["by"], target)
            announce_left_out(paths, quiet=shared.quiet)
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
                "Drop --local-only, or use --cluster local:4.",
            )
        if workers.in_the_clear:
            output.warning(
                f"documents are sent unencrypted to {options['cluster']}; use tls:// to encrypt them"
            )
        models.offline = workers.offline_model
        return workers
    from docanalyst.batch.workers import LocalWorkers

    return LocalWorkers(
        analyst.settings.cache_dir,
        reread_scans=analyst.settings.reread_scans,
        double_check=analyst.settings.double_check,
        view=analyst.settings.view,
    )
