"""The export formats of sessions: one module and one line in EXPORTERS for each."""

from __future__ import annotations

from pathlib import PurePath

from docanalyst.domain.errors import UsageError
from docanalyst.exporters.report import Exporter

EXPORTERS: tuple[Exporter, ...] = (
    Exporter("markdown", ".md", "Markdown, with the evidence and the receipt", "markdown"),
    Exporter(
        "html", ".html", "one self-contained page with pictures of the cited places", "html", pictures=True
    ),
    Exporter("json", ".json", "one complete JSON object, for `sessions import`", "json_lines"),
    Exporter(
        "jsonl",
        ".jsonl",
        "JSON lines, one for each document or turn, for `sessions import`",
        "json_lines",
    ),
    Exporter("word", ".docx", "a Word document", "word", pictures=True, extra="office"),
    Exporter(
        "pdf", ".pdf", "a copy of each cited PDF with its quotes highlighted", "annotated_pdf", copies=True
    ),
)


def exporter_for(path: str) -> Exporter:
    """Return the exporter for the suffix of a file. Raises UsageError that lists the formats."""
    suffix = PurePath(path).suffix.lower()
    for exporter in EXPORTERS:
        if exporter.suffix == suffix:
            return exporter
    known = ", ".join(exporter.suffix for exporter in EXPORTERS)
    raise UsageError(
        f"Cannot export to {suffix or 'a file without a suffix'}.",
        f"Name a file with one of these suffixes: {known}.",
    )
