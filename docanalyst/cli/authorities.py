"""`docanalyst verify --authorities`: a table of authorities, with the pages that cite them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from docanalyst.cli import output
from docanalyst.cli.files import STDIN, read_words
from docanalyst.cli.options import Globals
from docanalyst.cli.tables import show_table
from docanalyst.domain.documents import format_ranges
from docanalyst.domain.errors import UnverifiedCitations
from docanalyst.exporters.presentation.figures import count

if TYPE_CHECKING:
    from docanalyst.domain.answers.authorities.pairing import Mispaired
    from docanalyst.domain.answers.authorities.table import Entry, Place


def list_authorities(
    shared: Globals, paths: Sequence[str], password: str | None, answer_file: str | None, *, strict: bool
) -> None:
    """Print the authorities that documents cite, or those of a brief beside the documents.

    Args:
        shared: the global options.
        paths: documents and folders, as given.
        password: of encrypted PDFs.
        answer_file: a brief whose authorities are looked up in the documents; None to list their own.
        strict: raise where the documents do not name an authority of the brief, or pair it otherwise.

    Raises:
        UnverifiedCitations: with strict, when an authority of the brief is not in the documents so.
    """
    from docanalyst.analyst.review.briefs import read_brief
    from docanalyst.cli.opening import read_documents
    from docanalyst.domain.answers.authorities import mispaired_cases
    from docanalyst.domain.answers.authorities.table import cited_in

    analyst = shared.analyst(keep=False)
    documents = read_documents(analyst, paths, shared, password=password)
    if answer_file is None:
        entries, wrong = analyst.authorities(documents), []
    else:
        brief = read_words(STDIN) if answer_file == STDIN else read_brief(answer_file).text
        entries, wrong = cited_in(brief, documents), mispaired_cases(brief, documents)
    if shared.json:
        output.data_json({"authorities": list(map(record, entries)), "mispaired": list(map(_wrong, wrong))})
    else:
        _show(entries, wrong, one=len(documents) == 1)
    missing = [entry for entry in entries if not entry.places]
    if answer_file is not None and strict and (missing or wrong):
        cited = count(len(entries), "authority", "authorities")
        raise UnverifiedCitations(
            f"{len(missing)} of {cited} not found in the documents; "
            f"{len(wrong)} found with another name, court or year.",
            "Check each authority that the table marks.",
        )


def record(entry: Entry) -> dict[str, Any]:
    """An authority as JSON data."""
    places = [{"document": place.document, "pages": list(place.pages)} for place in entry.places]
    return {"kind": entry.kind, "text": entry.text, "places": places}


def _wrong(case: Mispaired) -> dict[str, str]:
    return {"text": case.text, "part": case.part, "given": case.given, "found": case.found}


def _show(entries: Sequence[Entry], wrong: Sequence[Mispaired], *, one: bool) -> None:
    from docanalyst.domain.answers.authorities.table import GROUPS

    if not entries:
        output.data("No authorities found.")
    for kind, members in groupby(entries, key=lambda entry: entry.kind):
        rows = [(GROUPS[kind], "PDF pages")]
        rows += [(entry.text, places_words(entry.places, one=one)) for entry in members]
        show_table(rows)
        output.data()
    for case in wrong:
        output.data(output.styled(f"! {case.sentence}", fg="yellow"))


def places_words(places: Sequence[Place], *, one: bool) -> str:
    """Where an authority is cited: "2, 19" in one document, "D1: 2, 19; D3: 4" in several, or "not found"."""
    if not places:
        return "not found"
    return "; ".join(
        ("" if one else f"{place.document}: ") + format_ranges(list(place.pages), ", ") for place in places
    )
