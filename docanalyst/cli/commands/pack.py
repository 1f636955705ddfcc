"""`docanalyst pack`: count what would be sent. Sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, read_options
from docanalyst.cli.tables import columns, padded
from docanalyst.domain.documents import document_id
from docanalyst.exporters.presentation import figures

if TYPE_CHECKING:
    from docanalyst.analyst import Plan


@click.command(
    "pack",
    cls=GlobalsCommand,
    examples=(
        "docanalyst pack contract.pdf                      tokens, free space and cost",
        "docanalyst pack deal/ --provider groq --think     at another provider, with reasoning",
        "docanalyst pack contract.pdf:1-5 --text           the exact text that would be sent",
    ),
)
@read_options
@click.option("-q", "--question", default="", metavar="TEXT", help="The question to count.")
@click.option("-p", "--prompt", metavar="NAME", help="The prompt to count (see `prompts list`).")
@click.option("--think/--no-think", default=None, help="Count with or without reasoning.")
@click.option(
    "--max-output", type=click.IntRange(min=1), metavar="N", help="Tokens to reserve for the answer."
)
@click.option("--text", "as_text", is_flag=True, help="Print the packed context exactly as it would be sent.")
@click.pass_obj
def command(
    shared: Globals,
    paths: tuple[str, ...],
    password: str | None,
    question: str,
    prompt: str | None,
    think: bool | None,
    max_output: int | None,
    as_text: bool,
) -> int:
    """Show tokens per document, the budget and the cost; exit with code 4 if the request does not fit."""
    from docanalyst.analyst import AskOptions
    from docanalyst.analyst.planning import suggest
    from docanalyst.analyst.warming import warm_up
    from docanalyst.cli.opening import read_documents
    from docanalyst.domain.errors import ContextTooLarge

    analyst = shared.analyst()
    options = AskOptions(prompt=prompt, thinking=think, max_output=max_output)
    warm_up(analyst, options, sending=False)
    documents = read_documents(analyst, paths, shared, password=password)
    if analyst.router.needs_refresh(options):
        import asyncio

        asyncio.run(analyst.refresh(options))
    plan = analyst.plan(documents, question, options)
    if as_text:
        click.echo(plan.request.packed.text, nl=False)
    elif shared.json:
        record = plan_record(plan)
        if not plan.budget.fits:
            record["suggestion"] = suggest(plan)
            record |= output.error_record(
                ContextTooLarge.kind, _too_many(plan), suggest(plan), ContextTooLarge.exit_code
            )
        output.data_json(record)
    else:
        _show(plan, shared)
    for line in plan.warnings:
        output.warning(line)
    if plan.budget.fits:
        return 0
    output.fail(_too_many(plan), suggest(plan))
    return ContextTooLarge.exit_code


def _too_many(plan: Plan) -> str:
    window, overflow = plan.budget.window, plan.budget.overflow
    excess = "1 token" if overflow == 1 else f"{overflow:,} tokens"
    return f"The request exceeds the context window of {window:,} tokens by {excess}."


def plan_record(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON data."""
    budget = plan.budget
    return {
        "window": budget.window,
        "reserved_output": budget.reserved_output,
        "instructions_tokens": budget.instructions,
        "question_tokens": budget.question,
        "index_tokens": budget.documents - sum(plan.shares.values()),
        "margin_tokens": budget.margin,
        "documents": [
            {
                "id": document_id(place),
                "path": document.path,
                "sha256": document.sha256,
                "title": document.title,
                "pages": document.page_count,
                "pages_sent": document.pages_sent,
                "tokens": plan.shares[document_id(place)],
                "pages_without_text": list(document.pages_without_text),
                "lines_left_out": [{"line": line, "pages": where} for line, where in document.left_out],
                "warnings": list(document.warnings),
            }
            for place, document in enumerate(plan.documents)
        ],
        "total_tokens": budget.used,
        "free_tokens": max(0, budget.free),
        "fits": budget.fits,
        "overflow_tokens": budget.overflow,
        "token_count": plan.counter.label,
        "estimated_cost": None
        if plan.cost is None
        else {"micros": plan.cost.micros, "currency": plan.cost.currency, "estimated": True},
        "provider": plan.spec.provider,
        "model": plan.spec.model_id,
        "context_sha256": plan.request.packed.sha256,
    }


def _show(plan: Plan, shared: Globals) -> None:
    budget = plan.budget
    rows = [
        (
            output.plain(f"{document_id(place)}  {document.name}"),
            f"{document.pages_sent}",
            plan.shares[document_id(place)],
        )
        for place, document in enumerate(plan.documents)
    ]
    width = max((columns(name) for name, _, _ in rows), default=0)
    pages_width = max((len(pages) for _, pages, _ in rows), default=0)
    for name, pages, tokens in rows:
        output.data(f"{padded(name, width)}  pages {pages:<{pages_width}}  {tokens:>9,} tokens")
    output.data("")
    for label, tokens in (
        ("documents and index", budget.documents),
        ("instructions", budget.instructions),
        ("question and rules", budget.question),
        ("reserved for answer", budget.reserved_output),
        ("margin", budget.margin),
        ("free", budget.free),
    ):
        if tokens or label != "margin":
            output.data(f"{label:<22}{tokens:>9,}")
    output.data(
        f"{'window':<22}{budget.window:>9,}  {figures.model_name(plan.spec.provider, plan.spec.model_id)}"
    )
    output.data(f"{'token counts':<22}{plan.counter.label:>9}")
    if plan.cost is not None:
        output.data(f"{'cost at most':<22}{figures.money(plan.cost).removeprefix('about '):>9}")
    for line in plan.notes:
        output.note(line, quiet=shared.quiet)
