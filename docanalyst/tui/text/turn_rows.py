"""A turn as rows: the question, folded thinking, the answer with its verdict marks, and the receipt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from docanalyst.domain.answers.body import answer_body, with_key
from docanalyst.domain.answers.lookalikes import set_apart
from docanalyst.domain.answers.marking import marked
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.exporters.presentation import figures
from docanalyst.exporters.presentation.marks import (
    marks_by_number,
    status_mark,
    status_sentence,
    verdict_summary,
)
from docanalyst.exporters.presentation.receipt import cut_short, receipt_parts
from docanalyst.tui.keys import shown_keys
from docanalyst.tui.text.layout import Row, lay_out
from docanalyst.tui.text.markdown import BLANK, Block, MarkdownReader, Span
from docanalyst.tui.text.plain import one_line, plain

QUESTION_ROWS = 4
"""Rows of a long question that are shown while it is folded."""

THINKING_TARGET = "thinking"
QUESTION_TARGET = "question"
BRANCH_TARGET = "branch"
NO_BREAK = "\u00a0"
"""A space at which no row is broken."""
SHORT_PART = 40
"""Characters of a part of a line that is kept on one row; the narrowest panel has some 44 cells."""

AT_ONCE = 4
"""Stretches of an answer that are read at once; the rest of a very long one follows in idle time."""

_DEFINITIONS = re.compile(r"\n[ \t>*-]*\[\^\d{1,5}\]:")


@dataclass(eq=False, slots=True)
class TurnRows:
    """A turn in the view, with its rows for the present width.

    Attributes:
        number: Its place in the line of questions.
        place, of: Among the answers to the same point.
        key: Returns the key of an action by its ID.
    """

    turn: Turn
    number: int = 1
    place: int = 1
    of: int = 1
    progress: str = ""
    hint: str = ""
    thinking_open: bool = False
    question_open: bool = False
    key: Callable[[str], str] = lambda name: shown_keys(name, {})[0]
    rows: list[Row] = field(default_factory=list)
    _width: int = 0
    _reader: MarkdownReader = field(default_factory=MarkdownReader)
    _checked: bool = False
    _question: tuple[object, list[Row]] = (None, [])
    _settled: tuple[object, int, list[Row]] = (None, 0, [])

    def lay_out(self, width: int) -> list[Row]:
        """The rows for this width; only what has changed since is done again."""
        self._width = width
        answer = self._answer_rows(width)
        self.rows = (
            self._question_rows(width) + lay_out(self._head(), width) + answer + lay_out(self._foot(), width)
        )
        return self.rows

    @property
    def unread(self) -> bool:
        """Whether there is more of the answer than has been laid out; `lay_out` goes on with it."""
        return self._reader.unread

    def replace(self, turn: Turn) -> None:
        """Show the current turn."""
        if turn.status is not self.turn.status or not turn.answer.startswith(self.turn.answer):
            self._reader = MarkdownReader()
            self._checked = False
        self.turn = turn

    @property
    def numbers(self) -> list[int]:
        """The citation numbers that can be selected, in the order of the answer."""
        marked = [number for number, _ in self._marked()]
        known = dict.fromkeys(citation.number for citation in self.turn.citations)
        return list(dict.fromkeys([*(number for number in marked if number in known), *known]))

    def row_of(self, number: int) -> int | None:
        """The row with the mark of a citation."""
        return next((row for marked, row in self._marked() if marked == number), None)

    def _marked(self) -> Iterator[tuple[int, int]]:
        """The citation marks of the rows: their numbers and their rows."""
        waiting: list[tuple[int, int]] = []
        block: Block | None = None
        for place, row in enumerate(self.rows):
            if row.block is not block:
                block = row.block
                waiting = sorted(
                    (span.start, int(span.target.partition(":")[2]))
                    for span in block.spans
                    if span.target.startswith("citation:")
                )[::-1]
            while waiting and waiting[-1][0] < row.end:
                yield waiting.pop()[1], place

    def _question_rows(self, width: int) -> list[Row]:
        """The question, folded where it is long; laid out once, for an answer coming in is laid out often."""
        key = (width, self.number, self.question_open, self.turn.question)
        if key != self._question[0]:
            self._question = key, self._lay_out_question(width)
        return self._question[1]

    def _lay_out_question(self, width: int) -> list[Row]:
        label = f"{self.number}  "
        question = plain(self.turn.question.strip()) or "(no question)"
        rest = " " * len(label)
        rows = lay_out([Block(question, first=label, rest=rest, role="question")], width)
        if len(rows) <= QUESTION_ROWS + 2 or self.question_open:
            return rows
        more = f"▸ {figures.count(len(rows) - QUESTION_ROWS, 'more row')} of the question"
        folded = Block(
            more, (Span(0, len(more), "quiet", QUESTION_TARGET),), first=rest, rest=rest, role="quiet"
        )
        return rows[:QUESTION_ROWS] + lay_out([folded], width)

    def _head(self) -> Iterator[Block]:
        if self.of > 1:
            text = f"‹ answer {self.place} of {self.of} ›  {self.key('answers.branch')} shows the next"
            rest = " " * len(f"{self.number}  ")
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
        text = f"{sign} Reasoning · {size}"
        yield Block(text, (Span(0, len(text), "quiet", THINKING_TARGET),), role="quiet")
        if self.thinking_open:
            for line in reasoning.split("\n"):
                yield Block(line, first="┊ ", rest="┊ ", role="thinking")
        yield BLANK

    def _answer_rows(self, width: int) -> list[Row]:
        turn, reader = self.turn, self._reader
        if turn.status is TurnStatus.RUNNING:
            body = with_key(body_so_far(turn.answer), self.key("answers.more"))
            reader.update(set_apart(body), at_once=AT_ONCE)
        elif not self._checked:
            reader.update(
                set_apart(
                    with_key(answer_body(marked(turn.answer, turn.citations)), self.key("answers.more"))
                ),
                marks_by_number(turn),
                at_once=AT_ONCE,
            )
            self._checked = True
        elif reader.unread:
            reader.read_more(AT_ONCE)
        key, done, rows = self._settled
        if key != (width, reader, reader.readings):
            key, done, rows = (width, reader, reader.readings), 0, []
        rows += lay_out(reader.settled[done:], width)
        self._settled = key, len(reader.settled), rows
        return rows + lay_out(reader.tail, width)

    def _foot(self) -> Iterator[Block]:
        turn = self.turn
        if self._reader.settled or self._reader.tail:
            yield BLANK
        if self._reader.unread:
            yield Block("… more of this answer is being laid out", role="quiet")
            return
        if turn.status is TurnStatus.RUNNING:
            text = self.progress or "packing the documents …"
            yield Block(plain(text), first="… ", rest="  ", role="quiet")
            return
        if turn.status is not TurnStatus.COMPLETE:
            mark = status_mark(turn)
            words = status_sentence(turn)
            if turn.status is TurnStatus.TRUNCATED and not turn.answer:
                words = (
                    "The model used its whole output limit on reasoning and gave no answer. "
                    "Turn reasoning off and ask again."
                )
            yield Block(f"{mark.sign} {words}", rest="  ", role=mark.role)
        if turn.error:
            yield Block(plain(turn.error), role="bad")
        if self.hint:
            yield Block(plain(self.hint), role="quiet")
        if turn.answer:
            mark, words = verdict_summary(turn)
            yield Block(f"{mark.sign} {_unbroken(words)}", rest="  ", role=mark.role)
        for remark in turn.remarks:
            yield Block(f"! {plain(remark.text)}", rest="  ", role="doubt")
        if turn.receipt is not None and turn.receipt.context_complete is False:
            yield Block(
                f"✗ {cut_short(turn.receipt).capitalize()}.",
                rest="  ",
                role="bad",
            )
        yield Block(receipt_line(turn), role="quiet")


def body_so_far(answer: str) -> str:
    """An unfinished answer without the citation lines at its end, which the evidence panel shows."""
    match = _DEFINITIONS.search(answer)
    return answer[: match.start()] if match else answer


def receipt_line(turn: Turn) -> str:
    """The receipt of a turn in a few words; a line ends between its parts only."""
    return _unbroken(" · ".join(one_line(part, 80) for part in receipt_parts(turn)))


def _unbroken(words: str) -> str:
    """Words whose short parts stay together where a row ends, so that no sign is cut from its word."""
    parts = words.split(" · ")
    return " · ".join(part.replace(" ", NO_BREAK) if len(part) <= SHORT_PART else part for part in parts)
