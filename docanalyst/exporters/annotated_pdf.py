"""Exports copies of the cited PDFs with the quotes highlighted and annotated."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from docanalyst.domain.documents import Span
from docanalyst.domain.errors import UsageError
from docanalyst.exporters.presentation.marks import mark_of
from docanalyst.exporters.presentation.places import differences
from docanalyst.exporters.report import Made, Report
from docanalyst.exporters.wording import line, notes

COLOURS = {"good": "ffd400", "doubt": "ffb347", "bad": "ff8a80"}
"""Colour of a highlight by tone, as RRGGBB."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One quote to highlight in a PDF.

    Attributes:
        spans: Its range in the text of each page.
        note: Plain text.
    """

    sha256: str
    path: str
    spans: tuple[Span, ...]
    note: str
    colour: str


def marks(report: Report) -> dict[str, list[Mark]]:
    """Return the quotes to highlight by the SHA-256 of their document, including altered quotes."""
    found: dict[str, list[Mark]] = {}
    paths = {document.sha256: document.path for document in report.session.documents}
    paths |= {document.sha256: document.path for document in report.documents if document.path}
    for turn in report.session.turns:
        for citation in turn.citations:
            if not citation.spans or not citation.found_sha256:
                continue
            verdict = mark_of(citation)
            note = "\n".join(
                [
                    f"[{citation.number}] {verdict}",
                    *notes(citation),
                    *map(line, differences(citation)),
                    f"Question: {line(turn.question)}",
                ]
            )
            mark = Mark(
                citation.found_sha256,
                paths.get(citation.found_sha256, ""),
                citation.spans,
                note,
                COLOURS[verdict.role],
            )
            found.setdefault(citation.found_sha256, []).append(mark)
    return found


def export(report: Report, name: str) -> list[Made]:
    """Return one file for each copy in the report, in the order of the session's documents.

    Raises:
        UsageError: No citation could be marked.
    """
    titles = {document.sha256: document.path or document.title for document in report.session.documents}
    order = [sha256 for sha256 in titles if sha256 in report.copies]
    order += [sha256 for sha256 in report.copies if sha256 not in titles]
    if not order:
        raise UsageError(
            "There is nothing to highlight: no quote was found in a PDF that still exists unchanged.",
            "Export to .html or .md instead.",
        )
    if len(order) == 1:
        return [Made(report.copies[order[0]])]
    seen: Counter[str] = Counter()
    made: list[Made] = []
    for sha256 in order:
        stem = titles.get(sha256, sha256[:12]).replace("\\", "/").rsplit("/", 1)[-1]
        stem = (
            re.sub(r"[^\w.-]+", "-", re.sub(r"\.pdf$", "", stem, flags=re.IGNORECASE)).strip("-.")[:60]
            or sha256[:12]
        )
        seen[stem] += 1
        made.append(Made(report.copies[sha256], f"-{stem}" + (f"-{seen[stem]}" if seen[stem] > 1 else "")))
    return made
