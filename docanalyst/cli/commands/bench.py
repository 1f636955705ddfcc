"""`docanalyst bench`: compare providers on the user's own documents."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, read_options
from docanalyst.cli.tables import show_table
from docanalyst.domain.errors import DocanalystError, UsageError
from docanalyst.exporters.presentation.figures import amount

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst, AskOptions
    from docanalyst.analyst.privacy import Consent
    from docanalyst.domain.documents import Document
    from docanalyst.providers.live.measuring import Summary


@dataclass(frozen=True, slots=True)
class _Flags:
    """The options of the command, by the names that click gives them."""

    question: str
    places: tuple[str, ...]
    runs: int
    max_output: int | None
    think: bool | None
    yes: bool


@click.command(
    "bench",
    cls=GlobalsCommand,
    examples=("docanalyst bench lease.pdf -q 'Rent?' --provider groq --provider vllm -n 5",),
)
@read_options
@click.option("-q", "--question", required=True, metavar="TEXT", help="The question to ask.")
@click.option(
    "--provider",
    "places",
    multiple=True,
    metavar="NAME[/MODEL]",
    help="Provider and model to measure; repeatable.",
)
@click.option(
    "-n",
    "--runs",
    type=click.IntRange(1, 50),
    metavar="N",
    default=3,
    show_default=True,
    help="Runs for each provider.",
)
@click.option(
    "--max-output", type=click.IntRange(min=1), metavar="N", help="Tokens to reserve for the answer."
)
@click.option("--think/--no-think", default=None, help="Turn the models' reasoning on or off.")
@click.option("--yes", is_flag=True, help="Send without asking for confirmation.")
@click.pass_obj
def command(shared: Globals, /, paths: tuple[str, ...], password: str | None, **given: Any) -> int:
    """Measure the time to the first token, tokens per second, total time and cost; medians of several runs.

    Every provider gets the same packed context. Every run is a real, billed request.
    """
    from docanalyst.analyst import AskOptions
    from docanalyst.cli.opening import agree, ask_for_consent, read_documents

    flags = _Flags(**given)
    named = flags.places or ((shared.provider,) if shared.provider else ())
    if not named:
        raise UsageError(
            "No provider given.", "Name one or more with --provider NAME or --provider NAME/MODEL."
        )
    analyst = shared.analyst(keep=False)
    documents = read_documents(analyst, paths, shared, password=password)
    rows = []
    for place in named:
        provider, _, model = place.partition("/")
        options = AskOptions(
            provider, model or shared.model, thinking=flags.think, max_output=flags.max_output
        )
        consent = agree if flags.yes else ask_for_consent
        rows.append(asyncio.run(_measure(analyst, documents, options, flags, consent, quiet=shared.quiet)))
    if shared.json:
        output.data_json(rows)
    else:
        _show(rows)
    return 0 if all(row["error"] is None and not row.get("left_out") for row in rows) else 5


async def _measure(
    analyst: Analyst,
    documents: list[Document],
    options: AskOptions,
    flags: _Flags,
    consent: Consent,
    *,
    quiet: bool,
) -> dict[str, Any]:
    from docanalyst.providers.live.measuring import measure, stopped_words, summarize

    row: dict[str, Any] = {"provider": options.provider, "model": options.model, "error": None}
    try:
        model, request, plan = await analyst.prepare(documents, flags.question, options, consent)
    except DocanalystError as error:
        return row | {"error": error.message}
    row |= {"model": plan.spec.model_id, "counted_tokens": plan.budget.used}
    measured = []
    try:
        for number in range(1, flags.runs + 1):
            output.note(
                f"{plan.spec.provider} {plan.spec.model_id}: run {number} of {flags.runs}", quiet=quiet
            )
            measured.append(await measure(model, request))
    finally:
        await model.aclose()
    summary: Summary = summarize(measured)
    failures = [run.error for run in measured if run.error]
    everything = [asdict(run) for run in measured]
    return (
        row
        | asdict(summary)
        | {
            "error": failures[0] if failures else None,
            "left_out": stopped_words(measured),
            "measured": everything,
        }
    )


def _show(rows: list[dict[str, Any]]) -> None:
    head = ("provider", "model", "tokens", "first s", "cached s", "tok/s", "after s", "total s", "cost",
            "cached")  # fmt: skip
    table = [head]
    for row in rows:
        measured = row.get("runs", 0) - row.get("failed", 0) - row.get("cut", 0)
        if measured > 0:
            cells: tuple[str, ...] = (
                f"{row['counted_tokens']:,}",
                _figure(row["first_token_cold_s"], 2),
                _figure(row["first_token_cached_s"], 2),
                _figure(row["tokens_per_s"], 0),
                _figure(row["trailing_s"], 2),
                _figure(row["total_s"], 2),
                _cost(row["cost_cold_micros"], row["cost_micros"]),
                _cost(row["cost_cached_micros"]),
            )
        else:
            cells = ("", "", "", "", "", "", "", "cut off" if row.get("cut") else "failed")
        table.append((row["provider"], row["model"] or "", *cells))
    show_table(table, right=range(2, len(head)))
    for row in rows:
        if row["error"]:
            output.warning(f"{row['provider']}: {row['error']}")
        if row.get("left_out"):
            output.warning(f"{row['provider']}: {row['left_out']}")


def _cost(micros: float | None, overall: float | None = 0.0) -> str:
    """Return a cost; "?" if no price is known, "" if no such run was measured."""
    if micros is None:
        return amount(None) if overall is None else ""
    return amount(round(micros))


def _figure(value: float | None, places: int) -> str:
    return "" if value is None else f"{value:,.{places}f}"
