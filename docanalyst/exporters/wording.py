"""What all export formats share: cleaning of untrusted text, and texts that only exports have."""

from __future__ import annotations

from collections.abc import Iterator

from docanalyst.domain.answers.pincite import pin_cite
from docanalyst.domain.citations import Citation, Verdict
from docanalyst.domain.documents import Document, file_name
from docanalyst.domain.text import seen
from docanalyst.domain.turns import Turn
from docanalyst.domain.verification.side_by_side import Piece, passage, side_by_side
from docanalyst.exporters.presentation.figures import count, moment
from docanalyst.exporters.presentation.marks import review_words, verdict_summary
from docanalyst.exporters.presentation.places import claim, occurrences
from docanalyst.exporters.presentation.receipt import receipt_rows
from docanalyst.exporters.report import Report

CHECKED = (
    "Every quote was checked word for word against the documents. A verified quote is on the page that the "
    "answer gives; whether it supports the statement is for the reader to judge. Later versions, repeals and "
    "retractions were not checked."
)


def clean(text: str) -> str:
    """Return text without control, bidi and other invisible characters."""
    return seen(text.replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str) -> str:
    """Return clean text on one line."""
    return " ".join(clean(text).split())


def place(report: Report, citation: Citation) -> str:
    """Return where a quote was found, else where the answer says it is."""
    return line(pin_cite(citation, report.source_of(citation), style=report.style))


def notes(citation: Citation) -> list[str]:
    """Return the notes on a quote besides its verdict, each on one line."""
    words = (claim(citation), citation.note, occurrences(citation), review_words(citation))
    return [line(note) for note in words if note]


def source_text(report: Report, citation: Citation) -> str:
    """Return the source text of a quote that is not verbatim."""
    document = report.source_of(citation)
    if document and citation.spans:
        return passage(document, citation.spans)
    return citation.closest


def comparison(report: Report, citation: Citation) -> tuple[Piece, ...]:
    """Return a word-by-word comparison of an altered quote with its source; empty for other quotes."""
    source = source_text(report, citation)
    if citation.verdict is not Verdict.ALTERED or not source:
        return ()
    return side_by_side(clean(citation.quote), clean(source))


def summary(turn: Turn) -> str:
    """Return the result of the check of an answer, in one line."""
    return f"{verdict_summary(turn)[1]}."


def receipt_lines(turn: Turn) -> Iterator[tuple[str, str]]:
    """Yield the receipt of a turn as names and values of clean text."""
    for row in receipt_rows(turn):
        yield row.name, line(row.value)


def documents_of(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the ID of each document of the session, with its title, file, pages and digest."""
    for position, document in enumerate(report.session.documents, 1):
        whole = count(document.page_count, "page")
        pages = whole if document.is_whole else f"pages {document.pages} of {whole}"
        name = file_name(document.path)
        yield f"D{position}", line(f"{document.title} · {name} · {pages} · sha256 {document.sha256[:16]}…")


def origin(report: Report) -> str:
    """Return who made the report and when."""
    when = f" on {moment(report.exported_at)}" if report.exported_at else ""
    return line(f"Made with docanalyst {report.version}{when}. Answers were written by a language model.")


def title_of(document: Document) -> str:
    """Return a document's title, or its file name."""
    return line(document.title or document.name)
