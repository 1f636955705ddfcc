"""`docanalyst dates`: list dates, deadlines, periods, amounts and percentages without a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, read_options
from docanalyst.exporters.presentation.figures import count
from docanalyst.exporters.presentation.places import place, shortened

if TYPE_CHECKING:
    from docanalyst.domain.analysis.dates import Figure

_KINDS = ("date", "deadline", "period", "amount", "percentage")


@click.command(
    "dates",
    cls=GlobalsCommand,
    examples=(
        "docanalyst dates lease.pdf",
        "docanalyst dates deal/ --kind deadline --kind amount",
    ),
)
@read_options
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(_KINDS), help="List only this kind; repeatable."
)
@click.pass_obj
def command(shared: Globals, paths: tuple[str, ...], password: str | None, kinds: tuple[str, ...]) -> None:
    """List dates, deadlines, periods, amounts and percentages with their pages. Uses rules, no model.

    Dates are found in English, German, French and Chinese; deadlines and periods in English only. Numbers
    whose words and figures differ, such as "thirty (60) days", are reported.
    """
    from docanalyst.cli.opening import read_documents
    from docanalyst.domain.analysis.dates import find_dates
    from docanalyst.domain.documents import document_id

    analyst = shared.analyst(keep=False)
    documents = read_documents(analyst, paths, shared, password=password)
    records: list[dict[str, Any]] = []
    for position, document in enumerate(documents):
        for figure in find_dates(document):
            if not kinds or figure.kind in kinds:
                records.append(_record(figure, document_id(position), document.path))
    if shared.json:
        output.data_json(records)
        return
    for record in records:
        spot = place(record["document"], record["page"], record["page_label"], record["path"])
        value = f" = {record['value']}" if record["value"] and record["value"] != record["text"] else ""
        cue = f" ({record['cue']})" if record["cue"] else ""
        differs = f" ! {record['contradiction']}" if record["contradiction"] else ""
        section = f", {record['section']}" if record["section"] else ""
        output.data(
            f"{record['kind']:<10} ",
            output.styled(record["text"], bold=True),
            f"{value}{cue}",
            output.styled(differs, fg="red"),
        )
        output.data(f"           {spot}{section}: {shortened(record['context'], 160)}")
    found = count(len(records), "date, deadline or amount", "dates, deadlines and amounts")
    output.note(f"{found} found", quiet=shared.quiet)


def _record(figure: Figure, document: str, path: str) -> dict[str, Any]:
    return {
        "kind": figure.kind.value,
        "text": figure.text,
        "value": figure.value,
        "cue": figure.cue,
        "contradiction": figure.contradiction,
        "section": figure.section,
        "context": figure.context,
        "document": document,
        "path": path,
        "page": figure.span.page_number,
        "page_label": figure.page_label,
        "start": figure.span.start,
        "end": figure.span.end,
    }
