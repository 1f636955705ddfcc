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
    from docanalyst.batch.remote.collecting import Checked
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
    units = await asyncio.to_thread(collect_units, paths, by, job.output)
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
@click.option(
    "--give-up",
    is_flag=True,
    help="Let units be asked, and paid for, again whose answers the provider has lost.",
)
@click.pass_obj
def collect_command(shared: Globals, run_id: str, target: str | None, give_up: bool, overwrite: bool) -> int:
    """Save the finished answers of the provider's batch API, check them and write the table."""
    return asyncio.run(_collect(shared, run_id, target, give_up=give_up, overwrite=overwrite))


@click.command("cancel", cls=GlobalsCommand, examples=("docanalyst batch cancel RUN",))
@argument("run_id", "Run ID or its first characters (see `batch status`).", metavar="RUN")
@click.pass_obj
def cancel_command(shared: Globals, run_id: str) -> int:
    """Cancel a run at its provider. Answers finished by then are billed and can be collected."""
    return asyncio.run(_cancel(shared, run_id))


async def _collect(
    shared: Globals, run_id: str, target: str | None, *, give_up: bool, overwrite: bool
) -> int:
    """Save what the provider has answered, then check it and write the table."""
    from docanalyst.batch.outputs import rows_of, write_output
    from docanalyst.batch.remote.fetching import Fetched, fetch
    from docanalyst.batch.remote.remote import keep_parts, require_submitted
    from docanalyst.batch.unit.resuming import SUBMITTED, money_of

    store = shared.analyst().store
    run = store.batches.get(run_id)
    parts = require_submitted(run)
    pinned = _analyst_of(shared, run)
    fetched = Fetched(parts)
    if not all(part.collected for part in parts):
        api = _api(pinned, pinned.choose().spec)
        try:
            fetched = await fetch(store, run, api, give_up=give_up)
        finally:
            await api.aclose()
        run = store.batches.get(run.id)
    for words in fetched.notes:
        output.warning(words)
    checked = await _checked(shared, pinned, run, Path(target or run.output), overwrite=overwrite)
    status = "incomplete"
    if fetched.waiting:
        status = SUBMITTED
    elif checked.tally.complete == checked.tally.units:
        status = "complete"
    keep_parts(store, run, fetched.parts, status)
    written = write_output(store, run.id, checked.plan, checked.tally, status, output.warning)
    money = money_of(store, run.id)
    failures = [row for row in rows_of(store, run.id, checked.plan) if not row.status.answered]
    names = [planned.unit.name for planned in checked.plan.units]
    if shared.json:
        output.data_json(
            {
                "run_id": run.id,
                "status": status,
                "output": str(written),
                "units": checked.tally.units,
                "complete": checked.tally.complete,
                "partial": checked.tally.partial,
                "failed": checked.tally.failed,
                "waiting_batches": fetched.waiting,
                "unanswered": fetched.unanswered,
                "not_checked": checked.kept,
                "lost": fetched.lost,
                "notes": fetched.notes,
                "cost_usd": money.cost / 1_000_000,
                "may_also_be_billed_usd": money.doubt / 1_000_000,
            }
        )
    show_failures(failures, names, str(written))
    if fetched.unanswered:
        units = figures.count(fetched.unanswered, "unit")
        output.warning(f"{units} got no answer; run the same batch command again to submit them")
    if fetched.waiting:
        batches = "1 batch is" if fetched.waiting == 1 else f"{fetched.waiting} batches are"
        output.note(f"{batches} still running; collect again later.", quiet=shared.quiet)
    more = f"; up to {figures.amount(money.doubt)} more is in doubt, for requests that failed"
    cost = f"{figures.amount(money.cost)}{more if money.doubt else ''}"
    output.note(f"Wrote {written}. The run has cost {cost}.", quiet=shared.quiet)
    return BatchIncomplete.exit_code if failures else 0


async def _checked(
    shared: Globals, pinned: Analyst, run: StoredRun, place: Path, *, overwrite: bool
) -> Checked:
    """Check the saved answers of a run at the price and with the model of its submission."""
    from docanalyst.analyst import Analyst
    from docanalyst.batch.jobs import JobOptions, make_job
    from docanalyst.batch.outputs import require_writable
    from docanalyst.batch.remote.collecting import Checker, CollectedModels, collecting_settings
    from docanalyst.batch.workers import LocalWorkers

    def show(row: Row) -> None:
        if row.status.answered:
            output.note(f"{Path(row.unit).name}: {row_words(row)}", quiet=shared.quiet)

    job = make_job(pinned, place, JobOptions(**run.options.get("job", {}), overwrite=overwrite))
    documents = [item.unit for item in pinned.store.batches.items(run.id)]
    require_writable(pinned.store.directory, job, documents)
    discount = float(pinned.catalog.provider(run.provider).batch.get("discount", 0.0))
    settings = collecting_settings(pinned.settings, run, job.spec, discount)
    models = CollectedModels()
    analyst = Analyst(settings, open_model=models.open)
    async with LocalWorkers(
        settings.cache_dir,
        reread_scans=settings.reread_scans,
        double_check=settings.double_check,
        view=settings.view,
    ) as workers:
        return await Checker(analyst, models, job, run, workers, show).check()


async def _cancel(shared: Globals, run_id: str) -> int:
    from docanalyst.batch.remote.fetching import cancel

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
    from docanalyst.batch.remote.fetching import refresh

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
