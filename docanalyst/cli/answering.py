"""Prints an answer as it arrives, then its evidence and its receipt."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.cli import output
from docanalyst.cli.evidence import AnswerPrinter, budget_line, evidence_lines, receipt_line, usage_line
from docanalyst.domain.events import AnswerDelta, Event, Finished, Planned
from docanalyst.domain.turns import TurnStatus
from docanalyst.exporters.presentation.receipt import cut_short

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.cli.options import Globals
    from docanalyst.domain.models import ModelSpec
    from docanalyst.domain.turns import Turn


@dataclass(slots=True)
class Answering:
    """Prints the answers of one command.

    Attributes:
        stream: Whether to print an answer while it arrives.
        answered: Number of answers so far.
        shown: Notes and warnings that were printed already.
    """

    analyst: Analyst
    shared: Globals
    stream: bool = True
    answered: int = 0
    shown: set[str] = field(default_factory=set)

    async def show(self, events: AsyncGenerator[Event, None], spec: ModelSpec) -> Turn:
        """Print the answer of these events and return its turn. Raises the errors of `Analyst.ask`."""
        printer = AnswerPrinter(stream=self.stream and not self.shared.json)
        finished: Turn | None = None
        from asyncio import CancelledError

        from docanalyst.cli.heartbeat import heartbeat

        try:
            async with heartbeat(quiet=self.shared.quiet) as alive, aclosing(events):
                if self.analyst.router.counts_itself(spec):
                    alive.sent(Path(spec.model_id).name, "is loading")
                async for event in events:
                    if isinstance(event, Planned):
                        self._announce(event)
                        alive.sent(event.model.provider)
                        continue
                    alive.came()
                    if isinstance(event, AnswerDelta):
                        printer.write(event.text)
                    elif isinstance(event, Finished):
                        finished = event.turn
                        self.answered += 1
                        self._stopping(finished.session_id, "")
                        _show(finished, printer, self.shared, kept=self.analyst.keep)
        except (CancelledError, KeyboardInterrupt):
            printer.end()
            raise
        assert finished is not None
        return finished

    def _announce(self, planned: Planned) -> None:
        """Print notes and warnings about the request, each only once."""
        for line in planned.notes:
            if line not in self.shown:
                output.note(line, quiet=self.shared.quiet)
        for line in planned.warnings:
            if line not in self.shown:
                output.warning(line)
        self.shown.update(planned.notes, planned.warnings)
        output.detail(budget_line(planned.budget, planned.cost), self.shared)
        if self.analyst.keep:
            output.detail(f"saving to {self.analyst.store.path}", self.shared)
        self._stopping(planned.session_id, "The partial answer was saved.")

    def _stopping(self, session_id: str, of_this: str) -> None:
        """Set the message for Ctrl-C.

        Args:
            of_this: About the partial answer; "" between two answers.
        """
        if not self.analyst.keep:
            self.shared.if_stopped = ("Nothing was saved (--no-store).", "")
            return
        before = f"Answers saved: {self.answered}." if self.answered else ""
        saved = " ".join(filter(None, (before, of_this)))
        self.shared.if_stopped = (saved, f"Run `docanalyst sessions show {session_id}` to see it.")


def _show(turn: Turn, printer: AnswerPrinter, shared: Globals, *, kept: bool) -> None:
    if shared.json:
        from docanalyst.domain.records.turns import turn_record

        output.data_json(turn_record(turn))
    else:
        printer.finish(turn.answer)
        for line in evidence_lines(turn):
            output.data(*line)
    if turn.status is TurnStatus.TRUNCATED:
        output.warning(
            "the answer was cut off at the output limit; raise it with --max-output N"
            if turn.answer
            else "the model used its whole output limit on reasoning and gave no answer; "
            "raise --max-output or use --no-think"
        )
    if turn.status is TurnStatus.PARTIAL:
        output.warning(f"the answer is partial. {turn.error}")
    if turn.receipt is not None and turn.receipt.context_complete is False:
        output.warning(cut_short(turn.receipt))
    output.detail(usage_line(turn), shared)
    output.note(receipt_line(turn, kept=kept), quiet=shared.quiet)
