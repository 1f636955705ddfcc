"""A turn as rows: the question, folded thinking, the answer with its verdict marks, and the receipt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from docanalyst.domain.body import answer_body
from docanalyst.domain.citations import read_places
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.tui import figures
from docanalyst.tui.layout import Row, lay_out
from docanalyst.tui.markdown import BLANK, Block, MarkdownReader, Span
from docanalyst.tui.marks import STATUSES, marks_by_number, verdict_summary
from docanalyst.tui.plain import one_line, plain

QUESTION_ROWS = 4
"""Rows of a long question that are shown while it is folded."""

THINKING_TARGET = "thinking"
QUESTION_TARGET = "question"
BRANCH_TARGET = "branch"
NO_BREAK = "\u00a0"
"""A space at which no row is broken."""

_DEFINITIONS = re.compile(r"\n[ \t>*-]*\[\^\d{1,5}\]:")


@dataclass(eq=False, slots=True)
class TurnRows:
    """A turn in the view, with its rows for the present width.

    number: its place in the line of questions. place, of: among the answers to the same point.
    """

    turn: Turn
    number: int = 1
    place: int = 1
    of: int = 1
    progress: str = ""
    hint: str = ""
    thinking_open: bool = False
    question_open: bool = False
    rows: list[Row] = field(default_factory=list)
    _width: int = 0
    _reader: MarkdownReader = field(default_factory=MarkdownReader)
    _checked: bool = False

    def lay_out(self, width: int) -> list[Row]:
        """The rows for this width; only what has changed since is done again."""
        self._width = width
        self.rows = (
            lay_out(self._head(width), width) + self._answer_rows(width) + lay_out(self._foot(), width)
        )
        return self.rows

    def replace(self, turn: Turn) -> None:
        """Take the turn as it now stands."""
        if turn.status is not self.turn.status or not turn.answer.startswith(self.turn.answer):
            self._reader = MarkdownReader()
            self._checked = False
        self.turn = turn

    @property
    def numbers(self) -> list[int]:
        """The citation numbers that can be looked at, in the order in which they stand in the answer."""
        marked = [
            int(span.target.partition(":")[2])
            for row in self.rows
            for span in row.block.spans
            if span.target.startswith("citation:") and row.start <= span.start < row.end
        ]
        known = [citation.number for citation in self.turn.citations]
        order = [number for number in marked if number in known] + known
        return list(dict.fromkeys(order))

    def row_of(self, number: int) -> int | None:
        """The row with the mark of a citation."""
        target = f"citation:{number}"
        for place, row in enumerate(self.rows):
            if any(span.target == target and row.start <= span.start < row.end for span in row.block.spans):
                return place
        return None

    def _head(self, width: int) -> Iterator[Block]:
        label = f"{self.number}  "
        question = plain(self.turn.question.strip()) or "(no question)"
        rest = " " * len(label)
        rows = lay_out([Block(question, first=label, rest=rest)], width)
        if len(rows) > QUESTION_ROWS + 2 and not self.question_open:
            shown = rows[QUESTION_ROWS - 1].end
            hidden = len(rows) - QUESTION_ROWS
            yield Block(question[:shown], first=label, rest=rest, role="question")
            more = f"▸ {figures.count(hidden, 'more row')} of the question"
            yield Block(
                more, (Span(0, len(more), "quiet", QUESTION_TARGET),), first=rest, rest=rest, role="quiet"
            )
        else:
            yield Block(question, first=label, rest=rest, role="question")
        if self.of > 1:
            text = f"‹ answer {self.place} of {self.of} ›  b shows the next"
            yield Block(
                text, (Span(0, len(text), "quiet", BRANCH_TARGET),), first=rest, rest=rest, role="quiet"
            )
        yield BLANK
        if self.turn.reasoning:
            yield from self._thinking()

    def _thinking(self) -> Iterator[Block]:
        reasoning = plain(self.turn.reasoning or "").strip()
        usage = self.turn.usage
        size = (
            f"{figures.tokens(usage.reasoning_tokens)} tokens"
            if usage and usage.reasoning_tokens
            else figures.count(len(reasoning.split()), "word")
        )
        sign = "▾" if self.thinking_open else "▸"
        doing = "Thinking" if self.turn.status is TurnStatus.RUNNING and not self.turn.answer else "Thought"
        text = f"{sign} {doing} · {size}"
        yield Block(text, (Span(0, len(text), "quiet", THINKING_TARGET),), role="quiet")
        if self.thinking_open:
            for line in reasoning.split("\n"):
                yield Block(line, first="┊ ", rest="┊ ", role="thinking")
        yield BLANK

    def _answer_rows(self, width: int) -> list[Row]:
        turn = self.turn
        if turn.status is TurnStatus.RUNNING:
            self._reader.update(body_so_far(turn.answer))
        elif not self._checked:
            self._reader.update(answer_body(with_marks(turn)), marks_by_number(turn))
            self._checked = True
        return lay_out(self._reader.blocks, width)

    def _foot(self) -> Iterator[Block]:
        turn = self.turn
        if self._reader.blocks:
            yield BLANK
        if turn.status is TurnStatus.RUNNING:
            text = self.progress or "packing the documents …"
            yield Block(plain(text), first="… ", rest="  ", role="quiet")
            return
        if turn.status is not TurnStatus.COMPLETE:
            mark = STATUSES[turn.status]
            words = mark.word
            if turn.status is TurnStatus.TRUNCATED and not turn.answer:
                words = (
                    "the whole output went into thinking: no answer. Turn thinking off (Ctrl+T) and ask again"
                )
            yield Block(f"{mark.sign} {words[:1].upper()}{words[1:]}.", role=mark.role)
        if turn.error:
            yield Block(plain(turn.error), role="bad")
        if self.hint:
            yield Block(plain(self.hint), role="quiet")
        if turn.answer:
            mark, words = verdict_summary(turn)
            yield Block(f"{mark.sign} {words[:1].upper()}{words[1:]}", rest="  ", role=mark.role)
        for remark in turn.remarks:
            yield Block(f"! {plain(remark.text)}", rest="  ", role="doubt")
        if turn.receipt is not None and turn.receipt.context_complete is False:
            yield Block(
                f"✗ The provider counted {figures.tokens(turn.receipt.billed_tokens or 0)} tokens where "
                f"{figures.tokens(turn.receipt.counted_tokens)} were sent: it did not read all of them.",
                rest="  ",
                role="bad",
            )
        yield Block(receipt_line(turn), role="quiet")


def body_so_far(answer: str) -> str:
    """An unfinished answer without the citation lines at its end, which the evidence panel shows."""
    match = _DEFINITIONS.search(answer)
    return answer[: match.start()] if match else answer


def with_marks(turn: Turn) -> str:
    """The answer with a citation mark after each quote that stands in its text without one."""
    answer = turn.answer
    for item in sorted(read_places(answer), key=lambda item: -item.end):
        if not item.defined and item.quote.number is not None:
            answer = f"{answer[: item.end]}[^{item.quote.number}]{answer[item.end :]}"
    return answer


def receipt_line(turn: Turn) -> str:
    """The receipt of a turn in a few words."""
    parts = []
    receipt = turn.receipt
    if receipt is not None:
        whole = all(item.is_whole for item in receipt.documents)
        what = "whole" if whole else "pages as chosen"
        parts.append(f"{figures.count(len(receipt.documents), 'document')}, {what}")
        parts.append(f"{figures.tokens(receipt.counted_tokens)} tokens ({receipt.token_count})")
    if turn.cost is not None:
        parts.append(figures.money(turn.cost))
    if turn.timings.total_s:
        parts.append(figures.seconds(turn.timings.total_s))
    parts.append(one_line(f"{turn.model} at {turn.provider}", 60))
    return " · ".join(part.replace(" ", NO_BREAK) for part in parts)
