"""How an answer and its evidence look on a plain terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from docanalyst.cli import output
from docanalyst.cli.output import Line, styled, who
from docanalyst.domain.answers.body import answer_body
from docanalyst.domain.answers.lookalikes import safe_length, set_apart
from docanalyst.domain.citations import VERDICT_WORDS, Citation, Where
from docanalyst.domain.documents import file_name
from docanalyst.domain.turns import Turn, TurnStatus

if TYPE_CHECKING:
    from docanalyst.domain.budget import ContextBudget
    from docanalyst.domain.models import Cost

_COLOURS = {"good": "green", "doubt": "yellow", "bad": "red"}
_DIFFERENCES = 8
"""Differences named of one quote."""
_DEFINITION_LINE = re.compile(r"^[ \t>*-]*\[\^?\d{1,5}\]:")


class AnswerPrinter:
    """Prints an answer as it comes, up to its citation lines, which the evidence list shows instead.

    Line ends are held back until something follows them, so that the body ends without blank lines.
    """

    def __init__(self, *, stream: bool) -> None:
        self._stream = stream
        self._waiting = ""
        self._printed = ""
        self._holding = False

    def write(self, text: str) -> None:
        """Print what is sure to belong to the body of the answer."""
        if not self._stream or self._holding:
            return
        self._waiting += text
        while not self._holding:
            stripped = self._waiting.lstrip("\n")
            line, end, rest = stripped.partition("\n")
            if not line or (not end and _may_be_definition(line)):
                return
            if not end:
                self._write_part(len(self._waiting) - len(stripped))
                return
            if _DEFINITION_LINE.match(line):
                self._holding = True
                return
            self._emit(set_apart(self._waiting[: len(self._waiting) - len(stripped)] + line))
            self._waiting = end + rest

    def _write_part(self, start: int) -> None:
        """Print what is there of an unfinished line, but for an end that may turn out a look-alike."""
        cut = safe_length(self._waiting)
        if cut > start:
            self._emit(set_apart(self._waiting[:cut]))
            self._waiting = self._waiting[cut:]

    def finish(self, answer: str) -> None:
        """Print the rest of the body."""
        body = set_apart(answer_body(answer).rstrip())
        if body.startswith(self._printed):
            self._emit(body[len(self._printed) :])
        elif not self._printed.startswith(body):
            self._emit("\n" + body)
        self.end()

    def retract(self) -> None:
        """Say that what was printed so far was reasoning, and begin the answer anew."""
        if self._printed:
            self._emit("\n")
            output.note("note: the lines above are the model's reasoning; its answer follows")
        self._waiting = self._printed = ""
        self._holding = False

    def end(self) -> None:
        """Close the line of the answer."""
        if self._printed:
            self._emit("\n")

    def _emit(self, text: str) -> None:
        self._printed += text
        output.data(text, newline=False)


def _may_be_definition(start_of_line: str) -> bool:
    bare = start_of_line.lstrip(" \t>*-")
    return not bare or (
        bare[0] == "[" and (len(bare) < 12 or _DEFINITION_LINE.match(start_of_line) is not None)
    )


def evidence_lines(turn: Turn) -> Iterator[Line]:
    """One line a citation, with what differs below it; then what else there is to know."""
    if turn.citations:
        verified = sum(citation.verified for citation in turn.citations)
        yield (f"\nEvidence: {verified} of {len(turn.citations)} citations verified{_coverage(turn)}",)
        for citation in turn.citations:
            yield from citation_lines(citation)
    elif turn.answer:
        yield ("\nEvidence: the answer cites nothing; none of it is verified.",)
    for remark in turn.remarks:
        yield ("  ", styled("! look", fg="yellow"), f"  {remark.text}")
        if remark.quote and remark.kind == "absence":
            yield (f"      “{output.shortened(remark.quote, 300)}”",)


def _coverage(turn: Turn) -> str:
    coverage = turn.coverage
    if coverage is None or coverage.supported == coverage.statements:
        return ""
    return f"; {coverage.supported} of {coverage.statements} statements have one"


def citation_lines(citation: Citation) -> Iterator[Line]:
    """The line of one citation, and what the check has to say."""
    mark, word, tone = VERDICT_WORDS[citation.verdict]
    page, label = citation.page, citation.page_label
    if page is None and label is None and citation.verified:
        page, label = citation.found_page, citation.found_page_label
    place = where(citation.document, citation.path, page, label)
    shown = set_apart(output.shortened(citation.quote, 160))
    said = "in the text, " if citation.where is Where.BODY else ""
    yield (
        "  ",
        styled(f"{mark} {word}", fg=_COLOURS[tone]),
        f"  [{citation.number}] {said}{place}  “{shown}”",
    )
    if not citation.verified and citation.found_page is not None:
        found = where(citation.found_document or "", "", citation.found_page, citation.found_page_label)
        yield (f"      {'nearest passage' if citation.differences else 'stands'} at {found}",)
    for difference in citation.differences[:_DIFFERENCES]:
        yield (f"      {difference.kind}: quoted “{difference.quoted}”, the page has “{difference.source}”",)
    if more := len(citation.differences[_DIFFERENCES:]):
        yield (f"      and {more} more {'difference' if more == 1 else 'differences'}",)
    if citation.note:
        yield (f"      {citation.note}",)


def where(document: str, path: str, page: int | None, label: str | None) -> str:
    """ "D1 lease.pdf, p. 12 (PDF 15)": the printed page first, then the PDF's."""
    name = f"{document} {file_name(path)}".strip()
    if page is None:
        return f"{name}, printed p. {label}" if label else f"{name}, no page cited"
    return f"{name}, p. {label} (PDF {page})" if label and label != str(page) else f"{name}, p. {page}"


def receipt_line(turn: Turn, *, kept: bool = True) -> str:
    """The receipt in one line. kept: whether the turn is in the store, under its session."""
    receipt, parts = turn.receipt, []
    if receipt is not None:
        count = len(receipt.documents)
        without = sum(len(item.pages_without_text) for item in receipt.documents)
        whole = all(item.is_whole for item in receipt.documents)
        parts.append(
            f"{count} document{'' if count == 1 else 's'}, {'whole' if whole else 'pages as chosen'}"
        )
        if without:
            parts.append(f"{without} pages without text")
        counted = f"{receipt.counted_tokens:,} tokens ({receipt.token_count}) of {receipt.window:,}"
        billed = f", {receipt.billed_tokens:,} billed" if receipt.billed_tokens is not None else ""
        parts.append(counted + billed)
    parts.append(who(turn.provider, turn.model))
    if turn.cost is not None:
        about = "about " if turn.cost.estimated and turn.cost.micros else ""
        parts.append(f"{about}${turn.cost.micros / 1_000_000:.4f}" if turn.cost.micros else "no cost")
    parts.append(f"{turn.timings.total_s:.1f} s")
    if turn.status is not TurnStatus.COMPLETE:
        parts.append(turn.status.value)
    if kept:
        parts.append(f"session {turn.session_id}")
    return "receipt: " + " · ".join(parts)


def budget_line(budget: ContextBudget, cost: Cost | None) -> str:
    """What a request takes of the window, part by part, and what it may cost."""
    parts = {
        "instructions": budget.instructions,
        "documents": budget.documents,
        "history": budget.history,
        "question": budget.question,
        "kept for the answer": budget.reserved_output,
        "margin": budget.margin,
        "free": budget.free,
    }
    words = [f"{name} {tokens:,}" for name, tokens in parts.items() if tokens or name == "free"]
    most = f" · at most ${cost.micros / 1_000_000:.4f}" if cost and cost.micros else ""
    return f"window {budget.window:,}: {' · '.join(words)}{most}"


def usage_line(turn: Turn) -> str:
    """What an answer took: time to the first token, speed, tokens of each kind and who counted them."""
    timings, usage = turn.timings, turn.usage
    parts = []
    if timings.first_token_s is not None:
        parts.append(f"first token after {timings.first_token_s:.2f} s")
    if timings.tokens_per_s:
        parts.append(f"{timings.tokens_per_s:,.0f} tokens/s")
    if usage is not None:
        counted = "counted here" if usage.estimated else "reported"
        parts.append(
            f"input {usage.input_tokens:,}, of it cached {usage.cached_tokens:,}; "
            f"output {usage.output_tokens:,}, of it reasoning {usage.reasoning_tokens:,} ({counted})"
        )
    if turn.finish_reason:
        parts.append(f"ended with “{turn.finish_reason}”")
    return " · ".join(parts)
