"""`docanalyst eval`: score models on questions with known passages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, argument, overwrite_option
from docanalyst.cli.tables import show_table
from docanalyst.exporters.presentation.figures import amount

if TYPE_CHECKING:
    from docanalyst.domain.evaluation.questions import Evaluation, Outcome
    from docanalyst.storage.user_files import UserFiles


@dataclass(frozen=True, slots=True)
class _Flags:
    """The options of the command, by the names that click gives them."""

    places: tuple[str, ...]
    limit: int | None
    plot: str | None
    overwrite: bool
    think: bool | None
    max_output: int | None
    yes: bool


_GROUPS = ("hit@1", "hit@3", "hit@5", "recall", "right page", "verified", "supported", "correctly not found")


@click.command(
    "eval",
    cls=GlobalsCommand,
    examples=("docanalyst eval samples/ --provider extractive --provider groq -o plot.svg",),
)
@argument("folder", "Folder with questions.jsonl and the documents it names.", metavar="DIR")
@click.option(
    "--provider",
    "places",
    multiple=True,
    metavar="NAME[/MODEL]",
    help="Provider and model to score; repeatable.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Ask only the first N questions.")
@click.option("-o", "--output", "plot", metavar="FILE.svg", help="Write a chart of the scores.")
@overwrite_option
@click.option("--think/--no-think", default=None, help="Turn the models' reasoning on or off.")
@click.option(
    "--max-output", type=click.IntRange(min=1), metavar="N", help="Tokens to reserve for each answer."
)
@click.option("--yes", is_flag=True, help="Send without asking for confirmation.")
@click.pass_obj
def command(shared: Globals, /, folder: str, **given: Any) -> None:
    """Ask the questions in DIR/questions.jsonl and score the answers.

    Each question names its documents and the passages or pages that answer it.
    """
    from docanalyst.analyst import AskOptions
    from docanalyst.analyst.evaluating import evaluate, find_questions
    from docanalyst.cli.files import user_files
    from docanalyst.cli.opening import agree, ask_for_consent
    from docanalyst.domain.evaluation.questions import DEPTHS, summarise

    flags = _Flags(**given)
    questions = find_questions(Path(folder))[: flags.limit]
    inputs = [f"{folder}/questions.jsonl"]
    inputs += [str(Path(folder) / name) for question in questions for name in question.documents]
    files = user_files(shared, inputs=inputs, overwrite=flags.overwrite)
    if flags.plot:
        files.check(Path(flags.plot))
    analyst = shared.analyst(keep=False)
    consent = agree if flags.yes else ask_for_consent

    def show(outcome: Outcome, number: int, total: int) -> None:
        found = (
            "failed: " + outcome.error
            if outcome.error
            else f"right passage at rank {outcome.rank}"
            if outcome.rank
            else "right passage not found"
        )
        output.note(f"[{number}/{total}] {outcome.id}: {found}", quiet=shared.quiet)

    results: dict[str, tuple[Evaluation, list[Outcome]]] = {}
    for place in flags.places or (shared.provider or "extractive",):
        provider, _, model = place.partition("/")
        options = AskOptions(
            provider,
            model or shared.model,
            thinking=flags.think,
            max_output=flags.max_output,
            passages=max(DEPTHS),
        )
        outcomes = asyncio.run(
            evaluate(analyst, Path(folder), questions, options, consent=consent, progress=show)
        )
        results[place] = (summarise(outcomes), outcomes)
    if flags.plot:
        _write_plot(files, flags.plot, {name: evaluation for name, (evaluation, _) in results.items()})
        output.note(f"Wrote {flags.plot}.", quiet=shared.quiet)
    if shared.json:
        output.data_json(
            [
                {"at": name} | asdict(evaluation) | {"outcomes": [asdict(item) for item in outcomes]}
                for name, (evaluation, outcomes) in results.items()
            ]
        )
        return
    _show({name: evaluation for name, (evaluation, _) in results.items()})


def shares(evaluation: Evaluation) -> list[float | None]:
    """Return the figures of the chart, in the order of its groups."""
    hits = evaluation.hits
    return [
        hits[1],
        hits[3],
        hits[5],
        evaluation.recall,
        evaluation.page_hits[5],
        evaluation.verified,
        evaluation.supported,
        evaluation.refused_rightly,
    ]


def _write_plot(files: UserFiles, name: str, evaluations: dict[str, Evaluation]) -> None:
    from docanalyst.exporters.plot import bars

    series = {place: shares(evaluation) for place, evaluation in evaluations.items()}
    questions = next(iter(evaluations.values())).questions
    files.write(Path(name), bars(f"{questions} questions with known passages", _GROUPS, series).encode())


def _show(evaluations: dict[str, Evaluation]) -> None:
    head = ("", *evaluations)
    rows: list[tuple[str, ...]] = [head]
    figures = {name: shares(evaluation) for name, evaluation in evaluations.items()}
    for place, group in enumerate(_GROUPS):
        rows.append((group, *(_percent(figures[name][place]) for name in evaluations)))
    for name, column in _OTHERS.items():
        rows.append((name, *(column(item) for item in evaluations.values())))
    show_table(rows, right=range(1, len(head)))


def _seconds(evaluation: Evaluation) -> str:
    return "–" if evaluation.median_seconds is None else f"{evaluation.median_seconds:.2f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


_OTHERS: dict[str, Callable[[Evaluation], str]] = {
    "wrongly not found": lambda evaluation: _percent(evaluation.refused_wrongly),
    "failed": lambda evaluation: f"{evaluation.failed} of {evaluation.questions}",
    "cost": lambda evaluation: amount(evaluation.cost_micros),
    "median seconds": _seconds,
}
