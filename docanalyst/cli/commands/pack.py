"""`docanalyst pack`: count what would be sent. Sends nothing."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, read_options, skip_option
from docanalyst.cli.tables import columns, padded
from docanalyst.domain.documents import document_id
from docanalyst.exporters.presentation import figures

if TYPE_CHECKING:
    from docanalyst.analyst import Plan
    from docanalyst.analyst.documents.packs import Packs
    from docanalyst.domain.documents import Document


@dataclass(frozen=True, slots=True)
class _Flags:
    """The options of the command, by the names that click gives them."""

    question: str
    prompt: str | None
    think: bool | None
    max_output: int | None
    as_text: bool
    as_packs: bool


@click.command(
    "pack",
    cls=GlobalsCommand,
    examples=(
        "docanalyst pack contract.pdf                      tokens, free space and cost",
        "docanalyst pack deal/ --provider groq --think     at another provider, with reasoning",
        "docanalyst pack contract.pdf:1-5 --text           the exact text that would be sent",
        "docanalyst pack matter/ --plan                    a matter in as few requests as possible",
    ),
)
@read_options
@skip_option
@click.option("-q", "--question", default="", metavar="TEXT", help="The question to count.")
@click.option("-p", "--prompt", metavar="NAME", help="The prompt to count (see `prompts list`).")
@click.option("--think/--no-think", default=None, help="Count with or without reasoning.")
@click.option(
    "--max-output", type=click.IntRange(min=1), metavar="N", help="Tokens to reserve for the answer."
)
@click.option("--text", "as_text", is_flag=True, help="Print the packed context exactly as it would be sent.")
@click.option(
    "--plan",
    "as_packs",
    is_flag=True,
    help="Divide the documents, each whole, among as few requests as possible.",
)
@click.pass_obj
def command(shared: Globals, /, paths: tuple[str, ...], password: str | None, **given: Any) -> int:
    """Show tokens per document, the budget and the cost; exit with code 4 if the request does not fit."""
    from docanalyst.analyst import AskOptions
    from docanalyst.analyst.planning import plan_record
    from docanalyst.analyst.warming import warm_up
    from docanalyst.cli.opening import read_documents
    from docanalyst.domain.errors import UsageError

    flags = _Flags(**given)
    if flags.as_text and flags.as_packs:
        raise UsageError("--text prints one request, and --plan may make several.", "Use only one of them.")
    analyst = shared.analyst()
    options = AskOptions(prompt=flags.prompt, thinking=flags.think, max_output=flags.max_output)
    warm_up(analyst, options, sending=False)
    documents = read_documents(analyst, paths, shared, password=password)
    if analyst.router.needs_refresh(options):
        import asyncio

        asyncio.run(analyst.refresh(options))
    if flags.as_packs:
        return _show_packs(analyst.packs(documents, flags.question, options), shared, flags)
    plan = analyst.plan(documents, flags.question, options)
    if flags.as_text:
        click.echo(plan.request.packed.text, nl=False)
    elif shared.json:
        output.data_json(plan_record(plan) | ({} if plan.budget.fits else _too_large(plan)))
    else:
        _show(plan, shared)
    return _ended(plan)


def _ended(plan: Plan) -> int:
    """Print the warnings of a plan and the error if it does not fit; return the exit code."""
    from docanalyst.domain.errors import ContextTooLarge

    for line in plan.warnings:
        output.warning(line)
    if plan.budget.fits:
        return 0
    output.fail(_too_many(plan), _ways_out(plan))
    return ContextTooLarge.exit_code


def _ways_out(plan: Plan) -> str:
    from docanalyst.analyst.planning import suggest

    several = " `--plan` divides the documents among several requests." if len(plan.documents) > 1 else ""
    return suggest(plan) + several


def _too_large(plan: Plan) -> dict[str, Any]:
    """Return what JSON data says of a plan that does not fit."""
    from docanalyst.domain.errors import ContextTooLarge

    hint = _ways_out(plan)
    error = output.error_record(ContextTooLarge.kind, _too_many(plan), hint, ContextTooLarge.exit_code)
    return {"suggestion": hint, **error}


def _too_many(plan: Plan) -> str:
    window, overflow = plan.budget.window, plan.budget.overflow
    excess = "1 token" if overflow == 1 else f"{overflow:,} tokens"
    return f"The request exceeds the context window of {window:,} tokens by {excess}."


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


def _show_packs(packs: Packs, shared: Globals, flags: _Flags) -> int:
    """Print the documents of each request with its tokens, cost and command; return the exit code."""
    from docanalyst.analyst.planning import suggest
    from docanalyst.domain.errors import ContextTooLarge

    if shared.json:
        output.data_json(_packs_record(packs, shared, flags))
    for number, plan in enumerate(packs.plans if not shared.json else (), 1):
        budget = plan.budget
        output.data(
            f"request {number} of {len(packs.plans)}: {budget.used:,} tokens ({plan.counter.label}) of "
            f"{budget.window:,}, {figures.money(plan.cost)}"
        )
        for place, document in enumerate(plan.documents):
            name = output.plain(document.name)
            tokens = plan.shares[document_id(place)]
            output.data(f"  {tokens:>9,}  {name}, {figures.count(len(document.pages), 'page')}")
        output.data(f"  {output.plain(_command(plan.documents, shared, flags))}\n")
    for plan in packs.too_large:
        output.fail(f"{plan.documents[0].name}: {_too_many(plan)}", suggest(plan))
    return ContextTooLarge.exit_code if packs.too_large else 0


def _packs_record(packs: Packs, shared: Globals, flags: _Flags) -> dict[str, Any]:
    """Return the division as JSON data."""
    from docanalyst.analyst.planning import cost_record

    plans = (*packs.plans, *packs.too_large)
    return {
        "window": plans[0].budget.window if plans else None,
        "packs": [
            {
                "documents": [document.path for document in plan.documents],
                "tokens": plan.budget.used,
                "estimated_cost": cost_record(plan.cost),
                "command": _command(plan.documents, shared, flags),
            }
            for plan in packs.plans
        ],
        "too_large": [plan.documents[0].path for plan in packs.too_large],
    }


def _command(documents: tuple[Document, ...], shared: Globals, flags: _Flags) -> str:
    """Return the command that asks over these documents, as a shell takes it."""
    paths = [
        f"{document.path}:{document.pages_sent}" if document.is_selection else document.path
        for document in documents
    ]
    options: list[str] = []
    for name, value in (
        ("--provider", shared.provider),
        ("--model", shared.model),
        ("-p", flags.prompt),
        ("--max-output", flags.max_output),
    ):
        options += [name, str(value)] if value else []
    if flags.think is not None:
        options.append("--think" if flags.think else "--no-think")
    question = [] if flags.prompt and not flags.question else ["-q", flags.question or "Your question"]
    return shlex.join(["docanalyst", "ask", *paths, *options, *question])
