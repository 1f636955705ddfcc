"""`docanalyst batch --provider-batch`, `batch status`, `collect` and `cancel`."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.batch.progress import row_words, show_failures
from docanalyst.cli.options import Globals, GlobalsCommand, argument, overwrite_option
from docanalyst.domain.errors import BatchIncomplete, UsageError
from docanalyst.exporters.presentation import figures

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.batch.remote.remote import Part
    from docanalyst.cli.batch.run import BatchRun
    from docanalyst.domain.grid.grids import Row
    from docanalyst.providers.wire.file_batches import FileBatches
    from docanalyst.storage import Store
    from docanalyst.storage.batches import BatchRun as StoredRun

_LISTED = 20


async def submit(run: BatchRun, paths: Any, by: str, job_options: dict[str, Any]) -> int:
    """Submit the units to the provider's batch API and return the exit code."""
    from docanalyst.batch import collect_units
    from docanalyst.batch.remote.remote import Submitter

    analyst, job, quiet = run.analyst, run.job, run.shared.quiet
    api = _api(analyst, job.spec)
    output.warning(
        f"{api.provider.title} stores the documents until you collect the answers, even if it otherwise "
        "stores nothing"
    )
    units = await asyncio.to_thread(collect_units, paths, by)
    plan = await run.cleared(units)
    submitter = Submitter(
        analyst,
        plan,
        run.workers,
        api,
        analyst.settings.make_data_dir() / "batches",
        lambda text: output.note(text, quiet=quiet),
    )
    try:
        done = await submitter.submit({"job": job_options}, restart=run.restart)
    finally:
        await api.aclose()
    if run.shared.json:
        output.data_json(
            {
                "run_id": done.run_id,
                "status": "submitted",
                "submitted": done.units,
                "not_submitted": [{"unit": row.unit, "error": row.error} for row in done.left],
                "most_micros": done.most_micros,
                "parts": [asdict(part) for part in done.parts],
            }
        )
    show_failures(done.left, [planned.unit.name for planned in plan.units], "")
    off = f"{api.discount:.0%} off"
    batches = figures.count(len(done.parts), "batch", "batches")
    requests = figures.count(done.units, "request")
    output.note(
        f"Submitted {requests} in {batches}; cost at most {figures.amount(done.most_micros)} ({off}). "
        f"Collect the answers with `docanalyst batch collect {done.run_id}`.",
        quiet=quiet,
    )
    return BatchIncomplete.exit_code if done.left else 0


@click.command(
    "status", cls=GlobalsCommand, examples=("docanalyst batch status", "docanalyst batch status --json")
)
@argument("run_id", "Run ID or its first characters; without it, all runs are listed.", metavar="[RUN]",
          required=False)  # fmt: skip
@click.pass_obj
def status_command(shared: Globals, run_id: str | None) -> int:
    """List batch runs, or show the status of one at its provider."""
    analyst = shared.analyst()
    runs = [analyst.store.batches.get(run_id)] if run_id else analyst.store.batches.recent(_LISTED)
    records = []
    for run in runs:
        parts = _parts(run)
        if run_id and parts:
            asyncio.run(_refreshed(_analyst_of(shared, run), parts))
        records.append(_record(analyst.store, run, parts))
    if shared.json:
        output.data_json(records[0] if run_id else records)
        return 0
    if not records:
        output.note("No batch runs yet.", quiet=shared.quiet)
    for record in records:
        states = ", ".join(f"{count} {state}" for state, count in record["units"].items())
        when = figures.moment(record["started_at"])
        who = figures.model_name(record["provider"], record["model"])
        output.data(
            f"{record['run_id']}  {when}  {record['status']:<11}  {who}  {states}  {record['output']}"
        )
        for part in record["parts"] if run_id else ():
            collected = ", collected" if part["collected"] else ""
            output.data(
                f"  batch {part['batch_id'] or '(none)'}: {part['status'] or 'not confirmed'}{collected}"
            )
    return 0


@click.command("collect", cls=GlobalsCommand, examples=("docanalyst batch collect RUN",))
@argument("run_id", "Run ID or its first characters (see `batch status`).", metavar="RUN")
@click.option(
    "-o", "--output", "target", metavar="FILE", help="Write the table here instead of to the run's own file."
)
@overwrite_option
@click.pass_obj
def collect_command(shared: Globals, run_id: str, target: str | None, overwrite: bool) -> int:
    """Fetch the finished answers from the provider's batch API, check them and write the table."""
    return asyncio.run(_collect(shared, run_id, target, overwrite=overwrite))


@click.command("cancel", cls=GlobalsCommand, examples=("docanalyst batch cancel RUN",))
@argument("run_id", "Run ID or its first characters (see `batch status`).", metavar="RUN")
@click.pass_obj
def cancel_command(shared: Globals, run_id: str) -> int:
    """Cancel a run at its provider. Answers finished by then are billed and can be collected."""
    return asyncio.run(_cancel(shared, run_id))


async def _collect(shared: Globals, run_id: str, target: str | None, *, overwrite: bool) -> int:
    from docanalyst.analyst import Analyst
    from docanalyst.batch.jobs import JobOptions, make_job
    from docanalyst.batch.outputs import require_writable, rows_of, write_output
    from docanalyst.batch.remote.collecting import CollectedModels, Collector, collecting_settings
    from docanalyst.batch.remote.remote import require_submitted
    from docanalyst.batch.workers import LocalWorkers

    first = shared.analyst()
    run = first.store.batches.get(run_id)
    require_submitted(run)
    pinned = _analyst_of(shared, run)
    options = dict(run.options.get("job", {}))
    place = Path(target or run.output)
    job = make_job(pinned, place, JobOptions(**options, overwrite=overwrite))
    documents = [item.unit for item in first.store.batches.items(run.id)]
    require_writable(first.store.directory, job, documents)
    api = _api(pinned, job.spec)
    models = CollectedModels()

    def show(row: Row) -> None:
        if row.status.answered:
            output.note(f"{Path(row.unit).name}: {row_words(row)}", quiet=shared.quiet)

    settings = collecting_settings(pinned.settings, run, job.spec, api.discount)
    analyst = Analyst(settings, open_model=models.open)
    try:
        async with LocalWorkers(
            settings.cache_dir, reread_scans=settings.reread_scans, double_check=settings.double_check
        ) as workers:
            collector = Collector(analyst, models, job, run, api, workers, show)
            done = await collector.collect()
    finally:
        await api.aclose()
    status = (
        "submitted"
        if done.waiting
        else "complete"
        if done.tally.complete == done.tally.units
        else "incomplete"
    )
    written = write_output(analyst.store, run.id, done.plan, done.tally, status, output.warning)
    failures = [row for row in rows_of(analyst.store, run.id, done.plan) if not row.status.answered]
    names = [planned.unit.name for planned in done.plan.units]
    if shared.json:
        output.data_json(
            {
                "run_id": run.id,
                "status": status,
                "output": str(written),
                "units": done.tally.units,
                "complete": done.tally.complete,
                "partial": done.tally.partial,
                "failed": done.tally.failed,
                "waiting_batches": done.waiting,
                "unanswered": done.unanswered,
                "cost_usd": done.tally.spent_micros / 1_000_000,
            }
        )
    show_failures(failures, names, str(written))
    if done.unanswered:
        units = "1 unit" if done.unanswered == 1 else f"{done.unanswered} units"
        output.warning(f"{units} got no answer; run the same batch command again to submit them")
    if done.waiting:
        batches = "1 batch is" if done.waiting == 1 else f"{done.waiting} batches are"
        output.note(f"{batches} still running; collect again later.", quiet=shared.quiet)
    output.note(f"Wrote {written}.", quiet=shared.quiet)
    return BatchIncomplete.exit_code if failures else 0


async def _cancel(shared: Globals, run_id: str) -> int:
    from docanalyst.batch.remote.collecting import cancel

    first = shared.analyst()
    run = first.store.batches.get(run_id)
    analyst = _analyst_of(shared, run)
    api = _api(analyst, analyst.choose().spec)
    try:
        parts = await cancel(analyst, run, api)
    finally:
        await api.aclose()
    if shared.json:
        output.data_json(_record(first.store, first.store.batches.get(run.id), parts))
    for part in parts:
        output.note(f"batch {part.batch_id}: {part.status}", quiet=shared.quiet)
    return 0


async def _refreshed(analyst: Analyst, parts: list[Part]) -> None:
    from docanalyst.batch.remote.collecting import refresh

    api = _api(analyst, analyst.choose().spec)
    try:
        await refresh(api, parts)
    finally:
        await api.aclose()


def _analyst_of(shared: Globals, run: StoredRun) -> Analyst:
    """Return an Analyst fixed to the provider and model of a run."""
    from docanalyst.analyst import Analyst

    settings = replace(shared.settings(), provider=run.provider, model=run.model)
    return Analyst(settings)


def _api(analyst: Analyst, spec: Any) -> FileBatches:
    from docanalyst.providers.wire.file_batches import FileBatches

    catalog = analyst.catalog
    provider = catalog.provider(spec.provider)
    return FileBatches(spec, provider, catalog.entry(spec), analyst.settings.lookup)


def _parts(run: StoredRun) -> list[Part]:
    from docanalyst.batch.remote.remote import parts_of

    try:
        return parts_of(run)
    except TypeError as error:
        raise UsageError(
            f"Run {run.id} was submitted by another version of docanalyst.", "Use that version to collect it."
        ) from error


def _record(store: Store, run: StoredRun, parts: list[Part]) -> dict[str, Any]:
    return {
        "run_id": run.id,
        "status": run.status,
        "provider": run.provider,
        "model": run.model,
        "output": run.output,
        "started_at": run.started_at,
        "updated_at": run.updated_at,
        "units": store.batches.counts(run.id),
        "parts": [asdict(part) for part in parts],
    }
