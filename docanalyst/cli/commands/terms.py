"""`docanalyst terms`: list defined terms, their uses, and undefined terms, without a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, read_options
from docanalyst.domain.documents import page_reference
from docanalyst.exporters.presentation.figures import count
from docanalyst.exporters.presentation.places import shortened

if TYPE_CHECKING:
    from docanalyst.domain.analysis.terms import Definition, Term


@click.command(
    "terms",
    cls=GlobalsCommand,
    examples=(
        "docanalyst terms agreement.pdf",
        "docanalyst terms agreement.pdf amendment.pdf --json",
    ),
)
@read_options
@click.pass_obj
def command(shared: Globals, paths: tuple[str, ...], password: str | None) -> None:
    """List defined terms with definitions and uses, undefined terms, and terms defined twice.

    Definitions are recognised in English only.
    """
    from docanalyst.cli.opening import read_documents
    from docanalyst.domain.analysis.terms import find_terms
    from docanalyst.domain.documents import document_id

    analyst = shared.analyst(keep=False)
    documents = read_documents(analyst, paths, shared, password=password)
    records: list[dict[str, Any]] = []
    for place, document in enumerate(documents):
        terms = find_terms(document)
        records.append(
            {
                "document": document_id(place),
                "path": document.path,
                "defined": [_term(term) for term in terms.defined],
                "undefined": [_term(term) for term in terms.undefined],
                "defined_twice": [term.name for term in terms.defined_twice],
                "defined_elsewhere": [_definition(item) for item in terms.elsewhere],
            }
        )
    if shared.json:
        output.data_json(records)
        return
    for record in records:
        output.data(output.styled(f"{record['document']}  {record['path']}", bold=True))
        for term in record["defined"]:
            first = term["definitions"][0]
            again = (
                f", defined {len(term['definitions'])} times"
                if term["name"] in record["defined_twice"]
                else ""
            )
            uses = _uses(term)
            where = page_reference(first["page"], first["page_label"])
            output.data("  ", output.styled(term["name"], bold=True), f"  {where}, {uses}{again}")
            output.data(f"      {shortened(first['text'], 200)}")
        if record["undefined"]:
            output.data("\n  used like a defined term, but not defined:")
        for term in record["undefined"]:
            output.data(f"  {term['name']}  {_uses(term)}")
    found = sum(len(record["defined"]) for record in records)
    output.note(count(found, "defined term"), quiet=shared.quiet)


def _uses(term: dict[str, Any]) -> str:
    from docanalyst.domain.documents import format_ranges

    uses = count(term["uses"], "use")
    pages: list[int] = term["pages"]
    where = format_ranges(pages, ", ")
    return f"{uses} on {'p.' if len(pages) == 1 else 'pp.'} {where}" if pages else uses


def _term(term: Term) -> dict[str, Any]:
    return {
        "name": term.name,
        "definitions": [_definition(item) for item in term.definitions],
        "uses": len(term.uses),
        "pages": list(term.pages),
    }


def _definition(item: Definition) -> dict[str, Any]:
    return {
        "text": " ".join(item.text.split()),
        "page": item.span.page_number,
        "page_label": item.page_label,
        "section": item.section,
        "reference": item.reference,
        "start": item.span.start,
        "end": item.span.end,
    }
