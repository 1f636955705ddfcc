"""The table of authorities of an export: what the answers cite, and where the documents cite it."""

from __future__ import annotations

from collections.abc import Iterator

from docanalyst.domain.answers.authorities.table import GROUPS, cited_in
from docanalyst.domain.answers.body import answer_body
from docanalyst.domain.documents import document_id, format_ranges
from docanalyst.exporters.report import Report

TITLE = "Authorities cited"
COLUMNS = ("Authority", "Kind", "Cited in the documents (PDF pages)")


def authority_rows(report: Report) -> Iterator[tuple[str, str, str]]:
    """Authority, kind and places of each authority that the answers cite, as foreign text: not yet clean."""
    at_hand = [
        (document_id(position), document)
        for position, member in enumerate(report.session.documents)
        if (document := report.document(member.sha256))
    ]
    answers = "\n\n".join(answer_body(turn.answer) for turn in report.session.turns)
    entries = cited_in(answers, [document for _, document in at_hand], [name for name, _ in at_hand])
    for entry in entries:
        places = "; ".join(
            f"{place.document}: {format_ranges(list(place.pages), ', ')}" for place in entry.places
        )
        yield entry.text, GROUPS[entry.kind], places or "not found"
