"""Words that every format shares: marks, places, receipts, what was and was not checked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docanalyst.domain.answers.pincite import pin_cite
from docanalyst.domain.citations import VERDICT_WORDS, Citation, Verdict, Where
from docanalyst.domain.documents import Document
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.domain.verification.side_by_side import Piece, passage, side_by_side
from docanalyst.exporters.report import Report

MARKS = VERDICT_WORDS
_WORST_FIRST = ("bad", "doubt", "good")
STATUSES = {
    TurnStatus.RUNNING: "The answer had not come when this was exported.",
    TurnStatus.TRUNCATED: "The answer was cut off at the model's output limit.",
    TurnStatus.INTERRUPTED: "The answer was stopped; what had come in is kept.",
    TurnStatus.FAILED: "The answer failed.",
}
CHECKED = (
    "Every quote was looked up in the documents word for word. A verified quote stands where the answer says "
    "it does; whether it supports the statement is for the reader to judge. Later versions, repeals and "
    "retractions were not looked for."
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069"
    "\ufeff\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)


def clean(text: str) -> str:
    """Text without control, bidi and other invisible characters: none may reach a reader's program."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str) -> str:
    """Clean text on one line."""
    return " ".join(clean(text).split())


def tones(turn: Turn) -> dict[int, str]:
    """For each citation number the worst tone among its quotes: bad, doubt or good."""
    found: dict[int, str] = {}
    for citation in turn.citations:
        tone = MARKS[citation.verdict][2]
        found[citation.number] = min(found.get(citation.number, "good"), tone, key=_WORST_FIRST.index)
    return found


def place(report: Report, citation: Citation) -> str:
    """Where a quote was found, else where the answer says it is."""
    return line(pin_cite(citation, report.source_of(citation), style=report.style))


def claim(citation: Citation) -> str:
    """Whether a quote stands in the answer's text, and where the answer says that it is when it was found
    elsewhere; else ""."""
    said = "quoted in the text" if citation.where is Where.BODY else ""
    if citation.verdict in (Verdict.WRONG_PAGE, Verdict.WRONG_DOCUMENT, Verdict.UNKNOWN_DOCUMENT):
        where = f"page {citation.page}" if citation.page is not None else citation.page_label or "no page"
        cited = f"cited as {citation.document or 'no document'}, {where}"
        return line(" · ".join(filter(None, (said, cited))))
    return said


def source_text(report: Report, citation: Citation) -> str:
    """The words of the source beside a quote that is not word for word."""
    document = report.source_of(citation)
    if document and citation.spans:
        return passage(document, citation.spans)
    return citation.closest


def comparison(report: Report, citation: Citation) -> tuple[Piece, ...]:
    """A quote that was altered beside its source, word by word; empty for any other."""
    source = source_text(report, citation)
    if citation.verdict is not Verdict.ALTERED or not source:
        return ()
    return side_by_side(clean(citation.quote), clean(source))


def summary(turn: Turn) -> str:
    """What the check of an answer found, in one line."""
    total = len(turn.citations)
    if not total:
        return "The answer cites nothing: none of it is verified."
    verified = sum(citation.verified for citation in turn.citations)
    words = f"{verified} of {total} quotes verified"
    if turn.coverage:
        words += (
            f" · {turn.coverage.supported} of {turn.coverage.statements} statements carry a verified citation"
        )
    return words


def receipt_rows(turn: Turn) -> Iterator[tuple[str, str]]:
    """The receipt of a turn, as names and values; what is unknown is left out."""
    yield "Model", line(f"{turn.provider} · {turn.model}")
    if turn.started_at:
        yield "Asked", line(turn.started_at)
    if turn.prompt:
        yield "Prompt", line(f"{turn.prompt.name} (sha256 {turn.prompt.sha256[:12]})")
    receipt = turn.receipt
    if receipt:
        for document in receipt.documents:
            sent = (
                f"pages {document.pages_sent} of {document.pages}"
                if document.pages_sent
                else f"{document.pages} pages"
            )
            missing = ", ".join(map(str, document.pages_without_text))
            yield (
                line(document.id),
                line(
                    f"{document.path} · {sent} · {document.tokens:,} tokens · sha256 {document.sha256[:12]}"
                    + (f" · no text on page {missing}" if missing else "")
                ),
            )
        exact = "counted exactly" if receipt.token_count == "exact" else "estimated"
        yield "Sent", f"{receipt.counted_tokens:,} tokens, {exact}, of a window of {receipt.window:,}"
        if receipt.billed_tokens is not None:
            yield "Billed", f"{receipt.billed_tokens:,} tokens of input"
        complete = {
            True: "yes",
            False: "NO: the provider counted fewer tokens than were sent",
            None: "not known",
        }
        yield "Context complete", complete[receipt.context_complete]
        yield "Context sha256", receipt.context_sha256[:16]
    if turn.usage:
        estimated = " (estimated)" if turn.usage.estimated else ""
        yield "Tokens", f"{turn.usage.input_tokens:,} in, {turn.usage.output_tokens:,} out{estimated}"
    if turn.cost:
        estimated = " (estimated)" if turn.cost.estimated else ""
        yield "Cost", f"{turn.cost.micros / 1_000_000:.4f} {line(turn.cost.currency)}{estimated}"
    if turn.timings.total_s:
        yield "Seconds", f"{turn.timings.total_s:.1f}"
    if turn.finish_reason:
        yield "Ended", line(turn.finish_reason)


def documents_of(report: Report) -> Iterator[tuple[str, str]]:
    """The session's documents: id, and title with file, pages and digest."""
    for position, document in enumerate(report.session.documents, 1):
        pages = f"pages {document.pages} of {document.page_count}"
        name = document.path.replace("\\", "/").rsplit("/", 1)[-1]
        yield f"D{position}", line(f"{document.title} · {name} · {pages} · sha256 {document.sha256[:12]}")


def origin(report: Report) -> str:
    """Who made the report and when."""
    when = f" on {report.exported_at}" if report.exported_at else ""
    return line(f"Made with docanalyst {report.version}{when}. Answers were written by a language model.")


def title_of(document: Document) -> str:
    """A document's name for people."""
    return line(document.title or document.name)
