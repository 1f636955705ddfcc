"""How an answer and its evidence look on a plain terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from docanalyst.cli import output
from docanalyst.cli.output import Line, styled
from docanalyst.domain.answers.lookalikes import safe_length, set_apart
from docanalyst.domain.citations import Citation, Where
from docanalyst.domain.models import OFFLINE
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.exporters.presentation.figures import amount, tokens
from docanalyst.exporters.presentation.marks import mark_of, review_words, status_mark, verdict_summary
from docanalyst.exporters.presentation.places import (
    claimed_place,
    differences,
    found_words,
    occurrences,
    shortened,
)
from docanalyst.exporters.presentation.receipt import receipt_parts, receipt_sections

if TYPE_CHECKING:
    from docanalyst.domain.budget import ContextBudget
    from docanalyst.domain.models import Cost

_COLOURS = {"good": "green", "doubt": "yellow", "bad": "red"}
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
        # Reading answers takes 40 ms to import, and the first words are printed without it.
        from docanalyst.domain.answers.body import answer_body

        body = set_apart(answer_body(answer).rstrip())
        if body.startswith(self._printed):
            self._emit(body[len(self._printed) :])
        elif not self._printed.startswith(body):
            self._emit("\n" + body)
        self.end()

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
    if turn.answer or turn.citations:
        yield (f"\nEvidence: {verdict_summary(turn)[1]}",)
    if turn.provider == OFFLINE:
        yield from _place_lines(turn.citations)
    else:
        for citation in turn.citations:
            yield from citation_lines(citation)
    for remark in turn.remarks:
        yield ("  ", styled("! note", fg="yellow"), f"  {remark.text}")
        if remark.quote and remark.kind == "absence":
            yield (f"      “{shortened(remark.quote, 300)}”",)


def _place_lines(citations: Sequence[Citation]) -> Iterator[Line]:
    """One line a place: the answer of the offline analyst is its quotes, which are not shown again."""
    for (mark, where, review), group in groupby(
        citations, lambda item: (mark_of(item), claimed_place(item), item.review)
    ):
        found = list(group)
        if review or not found[0].verified:
            for citation in found:
                yield from citation_lines(citation)
            continue
        numbers = "".join(f"[{citation.number}]" for citation in found)
        yield ("  ", styled(str(mark), fg=_COLOURS[mark.role]), f"  {numbers} {where}")


def citation_lines(citation: Citation) -> Iterator[Line]:
    """The line of one citation, and what the check has to say."""
    mark = mark_of(citation)
    where = claimed_place(citation)
    shown = set_apart(shortened(citation.quote, 160))
    said = "in the text, " if citation.where is Where.BODY else ""
    yield ("  ", styled(str(mark), fg=_COLOURS[mark.role]), f"  [{citation.number}] {said}{where}  “{shown}”")
    details = (
        found_words(citation),
        *differences(citation),
        citation.note,
        occurrences(citation),
        review_words(citation),
    )
    yield from ((f"      {words}",) for words in details if words)


def receipt_line(turn: Turn, *, kept: bool = True) -> str:
    """The receipt in one line. kept: whether the turn is in the store, under its session."""
    parts = receipt_parts(turn)
    if turn.status is not TurnStatus.COMPLETE:
        parts.append(status_mark(turn).word)
    if kept:
        parts.append(f"session {turn.session_id}")
    return "receipt: " + " · ".join(parts)


def budget_line(budget: ContextBudget, cost: Cost | None) -> str:
    """What a request takes of the context window, part by part, and what it may cost."""
    parts = {
        "instructions": budget.instructions,
        "documents": budget.documents,
        "history": budget.history,
        "question": budget.question,
        "reserved for answer": budget.reserved_output,
        "margin": budget.margin,
        "free": budget.free,
    }
    words = [f"{name} {tokens(count)}" for name, count in parts.items() if count or name == "free"]
    most = f" · at most {amount(cost.micros, cost.currency)}" if cost and cost.micros else ""
    return f"window {tokens(budget.window)}: {' · '.join(words)}{most}"


def usage_line(turn: Turn) -> str:
    """What an answer took: tokens of each kind, who counted them, and how long it took."""
    used = receipt_sections(turn)[-1]
    parts = [f"{row.name.lower()} {row.value}" for row in used.rows if row.name != "Cost"]
    if turn.finish_reason:
        parts.append(f"ended with “{turn.finish_reason}”")
    return " · ".join(parts)
