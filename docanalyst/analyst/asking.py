"""Asks one question, from the plan to the saved turn."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from docanalyst.analyst.planning import Plan
from docanalyst.domain.documents import file_name
from docanalyst.domain.endings import failure_at_end, status_of_end
from docanalyst.domain.errors import DocanalystError, ProviderError
from docanalyst.domain.events import AnswerDelta, CitationsChecked, Event, Finished, Planned, ReasoningDelta
from docanalyst.domain.models import Delta, Usage, cost_of, is_free
from docanalyst.domain.receipt import context_complete
from docanalyst.domain.reported import corrected
from docanalyst.domain.turns import Remark, Timings, Turn, TurnStatus

# The rules of checking are imported while the provider reads.
if TYPE_CHECKING:
    from docanalyst.analyst.examination import Examination, VerificationIndex
    from docanalyst.providers.model import Model

PREPARED_EARLY = 10_000
"""Packed documents longer than this many characters are indexed for checking while the answer streams."""

PARTIAL_EVERY = 1.0
"""Seconds between two saves of an answer while it streams."""


class TurnSaver(Protocol):
    """Saves a turn while it runs and when it ends."""

    def start(self, turn: Turn) -> Turn:
        """Save a turn that is about to be sent; return it with its position in the session."""

    def save_partial(self, turn: Turn) -> None:
        """Save the partial answer."""

    def finish(self, turn: Turn) -> None:
        """Save the finished turn."""


@dataclass(slots=True)
class Recording:
    """The answer received so far."""

    plan: Plan
    turn: Turn
    started: float = field(default_factory=time.monotonic)
    first_token: float | None = None
    last_token: float = 0.0
    answer: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    usage: Usage | None = None
    finish_reason: str | None = None
    saved_at: float = 0.0
    is_saved: bool = True
    """Whether everything received is in the database."""
    accepted: bool = False
    """Whether the provider may charge for the request, whatever came of it."""
    doubt: int = 0
    """The most that it may charge for earlier attempts, in millionths of a dollar."""

    def take(self, delta: Delta) -> Iterator[Event]:
        """Add one delta of the stream and yield its events."""
        if delta.lost:
            self.doubt += delta.lost * (self.plan.most_micros or 0)
            return
        self.accepted = True
        if delta.answer or delta.reasoning:
            self.last_token = time.monotonic() - self.started
            if self.first_token is None:
                self.first_token = self.last_token
        self.is_saved = False
        self.usage = delta.usage or self.usage
        self.finish_reason = delta.finish_reason or self.finish_reason
        if delta.reasoning:
            self.reasoning.append(delta.reasoning)
            yield ReasoningDelta(delta.reasoning)
        if delta.answer:
            self.answer.append(delta.answer)
            yield AnswerDelta(delta.answer)

    def fall_back(self, failure: ProviderError, plan: Plan, model: Model) -> Model:
        """Switch to another provider and record it in the turn's remarks."""
        text = (
            f"{self.plan.spec.provider} failed ({failure.message}); {plan.spec.provider} was asked instead."
        )
        self.doubt += (self.plan.most_micros or 0) if self.accepted else 0
        self.plan, self.accepted = plan, False
        self.turn = replace(
            self.turn,
            provider=plan.spec.provider,
            model=plan.spec.model_id,
            receipt=plan.receipt(),
            remarks=(*self.turn.remarks, Remark("fallback", text)),
        )
        return model

    def failure_at_end(self) -> ProviderError | None:
        """What went wrong where the stream ended by itself and the answer is not whole."""
        return failure_at_end(
            self.plan.spec.provider, self.finish_reason, "".join(self.answer), "".join(self.reasoning)
        )

    def save(self, saver: TurnSaver) -> None:
        """Save the answer so far, unless nothing has come in since it was last saved."""
        if not self.is_saved:
            saver.save_partial(self.as_turn(TurnStatus.RUNNING))
            self.saved_at, self.is_saved = time.monotonic(), True

    def due(self) -> bool:
        """Return whether the partial answer should be saved now: once in a while, and at its end.

        At its end it is saved before anything else happens, because it is paid for.
        """
        return self.finish_reason is not None or time.monotonic() - self.saved_at >= PARTIAL_EVERY

    def as_turn(self, status: TurnStatus, error: str | None = None) -> Turn:
        """Return the turn with the answer so far, not yet checked."""
        return replace(
            self.turn,
            status=status,
            answer="".join(self.answer),
            reasoning="".join(self.reasoning) or None,
            finish_reason=self.finish_reason,
            error=error,
        )

    def finished(self, status: TurnStatus, found: Examination, error: str | None) -> Turn:
        """Return the turn with what was found in its answer, and its receipt, usage, cost and times."""
        turn = self.as_turn(status, error)
        plan, receipt = self.plan, self.turn.receipt
        usage = self._usage(turn)
        stated = self.usage is not None and not self.usage.estimated
        trusted = stated and self.usage is not None and usage.input_tokens == self.usage.input_tokens
        billed = usage.input_tokens if trusted else None
        if receipt is not None:
            counter = plan.counter
            complete = context_complete(plan.budget.used, billed, exact=counter.exact, margin=counter.margin)
            receipt = replace(receipt, billed_tokens=billed or None, context_complete=complete)
        doubt = self.doubt
        if self.accepted and not replace(turn, usage=usage).is_settled:
            doubt += plan.most_micros or 0
        total = time.monotonic() - self.started
        writing = self.last_token - (self.first_token or 0.0)
        return replace(
            turn,
            citations=found.citations,
            coverage=found.coverage,
            remarks=(*turn.remarks, *found.remarks),
            receipt=receipt,
            usage=usage,
            cost=cost_of(usage, plan.spec.price),
            doubt_micros=doubt,
            timings=Timings(
                first_token_s=self.first_token,
                total_s=total,
                tokens_per_s=usage.output_tokens / writing if usage.output_tokens and writing > 0 else None,
            ),
        )

    def _usage(self, turn: Turn) -> Usage:
        """What was used: as reported where that can be right, else as counted here."""
        counted, budget = self._counted_usage(turn), self.plan.budget
        if self.usage is None:
            return counted
        if self.usage.estimated or is_free(self.plan.spec.price):
            return self.usage
        return corrected(
            self.usage,
            sent=budget.used,
            answered=counted.output_tokens,
            window=budget.window,
            max_output=budget.reserved_output,
        )

    def _counted_usage(self, turn: Turn) -> Usage:
        sent = self.plan.budget.used if self.accepted else 0
        reasoning = self.plan.counter.count(turn.reasoning or "")
        return Usage(
            input_tokens=sent,
            output_tokens=self.plan.counter.count(turn.answer) + reasoning,
            reasoning_tokens=reasoning,
            estimated=True,
        )


NextAttempt = Callable[[ProviderError], Awaitable[tuple[Plan, "Model"] | None]]
"""Returns the plan and model to try after a failure before the first word; None if there is none."""


async def no_other(failure: ProviderError) -> None:
    """Return no other provider to try."""


async def run_turn(
    plan: Plan, turn: Turn, model: Model, saver: TurnSaver, next_attempt: NextAttempt = no_other
) -> AsyncGenerator[Event, None]:
    """Send a planned request and yield its events; the turn is saved however this ends.

    Raises the ProviderError that ended the stream, after Finished, and StorageError if the turn could not be
    saved. Closing this generator, or cancelling its task, saves the partial answer.
    """
    is_saved = kept = False
    index: asyncio.Task[VerificationIndex | None] | None = None
    try:
        recording, is_saved = Recording(plan, turn), False
        while True:
            plan = recording.plan
            # The consumer may wait here, or stop: a turn that is never sent is never saved.
            yield _planned(recording)
            if not is_saved:
                # Until its end is known, a request may cost the most that it can.
                recording.turn = saver.start(replace(turn, doubt_micros=plan.most_micros or 0))
                is_saved = True
            recording.started = recording.saved_at = time.monotonic()
            failure: ProviderError | None = None
            try:
                async with aclosing(model.stream(plan.request)) as deltas:
                    if index is None:
                        index = asyncio.create_task(asyncio.to_thread(_prepared, plan))
                    async for delta in deltas:
                        for event in recording.take(delta):
                            yield event
                        if recording.due():
                            recording.save(saver)
                failure = recording.failure_at_end()
            except ProviderError as error:
                failure = error
                recording.accepted = recording.accepted or error.accepted
            except BaseException as error:
                # Stopped while the provider reads: what it has read by then it may bill.
                recording.accepted = recording.accepted or getattr(error, "accepted", True)
                raise
            following = await next_attempt(failure) if failure and recording.first_token is None else None
            if failure is None or following is None:
                break
            await model.aclose()
            model = recording.fall_back(failure, *following)
        recording.save(saver)
        finished = await _checked(recording, failure, index)
        problem: DocanalystError | None = failure
        try:
            kept = True
            saver.finish(finished)
        except DocanalystError as error:
            problem = problem or error
        yield CitationsChecked(finished.citations)
        yield Finished(finished)
        if problem is not None:
            raise problem
    finally:
        try:
            if is_saved and not kept:
                saver.finish(_interrupted(recording, index))
        finally:
            if index is not None:
                index.cancel()
            await model.aclose()


def _prepared(plan: Plan) -> VerificationIndex | None:
    """Load what checks the answer; return the index of its documents if they are long.

    Quotes in JSON are not citations: the caller that asked for JSON checks them.
    """
    from docanalyst.analyst.examination import VerificationIndex

    is_long = len(plan.request.packed.text) > PREPARED_EARLY
    return VerificationIndex(plan.documents) if is_long and not plan.request.structured else None


def _planned(recording: Recording) -> Planned:
    plan, turn = recording.plan, recording.turn
    notes = (*(remark.text for remark in turn.remarks), *plan.notes)
    return Planned(turn.id, turn.session_id, plan.spec, plan.budget, plan.cost, notes, plan.warnings)


async def _checked(
    recording: Recording, failure: ProviderError | None, index: asyncio.Task[VerificationIndex | None] | None
) -> Turn:
    """Return the finished turn with every quote checked, and with remarks."""
    from docanalyst.analyst.examination import has_quotes

    prepared = await index if index and has_quotes("".join(recording.answer)) else None
    return await asyncio.to_thread(_examined, recording, failure, prepared)


def _examined(
    recording: Recording, failure: ProviderError | None, prepared: VerificationIndex | None
) -> Turn:
    from docanalyst.analyst.examination import examine, remarks_on

    plan, answer = recording.plan, "".join(recording.answer)
    found = examine(answer, plan.documents, prepared)
    remarks = remarks_on(answer, plan.request.question, found.citations, plan.documents, plan.spec.provider)
    status, missing = _status(recording, failure), missing_parts(recording.turn)
    if status is TurnStatus.COMPLETE and missing:
        status = TurnStatus.PARTIAL
    error = failure.message if failure else missing or None
    return recording.finished(status, replace(found, remarks=remarks), error)


def missing_parts(turn: Turn) -> str:
    """Return which documents an answer over evidence lacks, and why; "" if none."""
    receipt = turn.receipt
    names = {item.id: file_name(item.path) or item.id for item in receipt.documents} if receipt else {}
    failed = [part for part in turn.parts if not part.is_whole]
    return " ".join(
        f"Not or not wholly read: {', '.join(names.get(item, item) for item in part.documents)}"
        f" ({(part.error or part.status).rstrip('.')})."
        for part in failed
    )


def _interrupted(recording: Recording, index: asyncio.Task[VerificationIndex | None] | None) -> Turn:
    """Return the turn of an interrupted stream, its partial answer checked like any other."""
    from docanalyst.analyst.examination import examine

    ready = index is not None and index.done() and not index.cancelled() and index.exception() is None
    found = examine(
        "".join(recording.answer), recording.plan.documents, index.result() if index and ready else None
    )
    return recording.finished(TurnStatus.INTERRUPTED, found, None)


def _status(recording: Recording, failure: ProviderError | None) -> TurnStatus:
    if failure is not None:
        return TurnStatus.INTERRUPTED if recording.answer or recording.reasoning else TurnStatus.FAILED
    return status_of_end(recording.finish_reason, "".join(recording.answer))
