"""`docanalyst models`: list providers and models with their prices."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand
from docanalyst.cli.tables import show_table

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.domain.models import ModelSpec
    from docanalyst.providers.catalog.entry import ProviderEntry


@click.command(
    "models",
    cls=GlobalsCommand,
    examples=(
        "docanalyst models",
        "docanalyst models --live --provider groq",
        "docanalyst models --provider local --model Qwen3-32B.gguf",
    ),
)
@click.option("--all", "everything", is_flag=True, help="Include retired models.")
@click.option("--live", is_flag=True, help="Ask the configured providers which models they serve now.")
@click.pass_obj
def command(shared: Globals, everything: bool, live: bool) -> None:
    """List providers and models with context window, price per million tokens, API key and status."""
    analyst = shared.analyst()
    if live:
        _show_live(analyst, shared)
        return
    if shared.provider:
        analyst.catalog.provider(shared.provider)
    today = datetime.now(UTC).date()
    records = []
    for entry in analyst.catalog:
        if entry.hidden or (shared.provider and entry.name != shared.provider):
            continue
        ready = entry.offline or entry.is_configured(analyst.settings.lookup)
        for model in entry.models.values():
            retired = model.is_retired(today)
            if retired and not everything and not shared.json:
                continue
            records.append(_record(entry, model.spec, ready=ready, retired=retired))
    records += _files(analyst, shared)
    if shared.json:
        output.data_json(records)
        return
    rows: list[tuple[str, ...]] = [
        ("provider", "model", "window", "max output", "in $/M", "out $/M", "key", "status")
    ]
    rows += [_row(record) for record in records]
    show_table(rows, right=range(2, 6))
    if not shared.provider:
        output.note(f"\nDefault: {analyst.choose().reason}", quiet=shared.quiet)
    output.note(
        f"Windows and prices as of {analyst.catalog.as_of}; --live asks the providers.", quiet=shared.quiet
    )


def _files(analyst: Analyst, shared: Globals) -> list[dict[str, Any]]:
    """The record of the model file that the options or the settings name; [] if none is named."""
    from docanalyst.analyst.setup.overview import named_file

    choice = named_file(analyst, shared.provider, shared.model)
    if choice is None:
        return []
    from docanalyst.providers.local.files import about

    found = _record(choice.provider, choice.spec, ready=True, retired=False)
    return [found | {"file": asdict(about(choice.spec.model_id))}]


def _show_live(analyst: Analyst, shared: Globals) -> None:
    import asyncio

    from docanalyst.providers.live.live import probe_all

    only = shared.provider
    answers = asyncio.run(probe_all(analyst.catalog, analyst.settings.lookup, only=only))
    if shared.json:
        output.data_json([asdict(answer) for answer in answers])
        return
    if not answers:
        output.note(
            "No provider is configured. Set an API key first; `docanalyst models` shows its variable.",
            quiet=shared.quiet,
        )
    for answer in answers:
        summary = answer.error or f"{len(answer.models)} models in {answer.seconds:.1f} s"
        output.data(output.styled(answer.provider, bold=True), f"  {answer.address}  {summary}")
        for model in answer.models:
            window = f"{model.window:,} tokens" if model.window else "window not stated"
            price = f"  ${model.price.input:.3g} in, ${model.price.output:.3g} out" if model.price else ""
            output.data(f"  {model.model_id}  {window}{price}")


def _record(entry: ProviderEntry, spec: ModelSpec, *, ready: bool, retired: bool) -> dict[str, Any]:
    price = spec.price
    return {
        "provider": entry.name,
        "model": spec.model_id,
        "context_window": spec.context_window,
        "max_input": spec.max_input,
        "max_output_tokens": spec.max_output_tokens,
        "price": None
        if price is None
        else {"input": price.input, "output": price.output, "cached": price.cached, "as_of": price.as_of},
        "token_count": "exact" if spec.counts_exactly else "estimate",
        "key_present": ready,
        "key_variables": list(entry.key_variables),
        "status": "retired" if retired else spec.status,
        "retired_on": spec.retired_on,
        "successor": spec.successor,
        "as_of": spec.as_of,
    }


def _row(record: dict[str, Any]) -> tuple[str, ...]:
    price = record["price"] or {}
    status = record["status"]
    if file := record.get("file"):
        from docanalyst.providers.local.memory import gib

        status = f"{file['title']} ({file['family']}), {gib(file['size'])}"
    if status == "retired" and record["retired_on"]:
        status = f"retired {record['retired_on']}"
    return (
        record["provider"],
        record["model"],
        f"{record['context_window']:,}",
        f"{record['max_output_tokens']:,}" if record["max_output_tokens"] else "",
        f"{price['input']:.3g}" if price else "?",
        f"{price['output']:.3g}" if price else "?",
        "yes" if record["key_present"] else "no",
        "" if status == "active" else status,
    )
