"""One question, from the plan to the kept turn: the only place that runs a model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from docanalyst.analyst.planning import Plan
from docanalyst.analyst.remarks import remarks_on
from docanalyst.domain.answers.coverage import coverage
from docanalyst.domain.answers.grammar import read_quotes
from docanalyst.domain.answers.settling import settle_answer
from docanalyst.domain.citations import Citation
from docanalyst.domain.errors import DocanalystError, ProviderError
from docanalyst.domain.events import (
    AnswerDelta,
    AnswerRetracted,
    CitationsChecked,
    Event,
    Finished,
    Planned,
    ReasoningDelta,
)
from docanalyst.domain.models import Delta, Usage, cost_of
from docanalyst.domain.receipt import context_complete
from docanalyst.domain.turns import Remark, Timings, Turn, TurnStatus
from docanalyst.domain.verification.verify import VerificationIndex

if TYPE_CHECKING:
    from docanalyst.providers.model import Model

PREPARED_EARLY = 10_000
"""Characters of packed documents above which they are prepared for checking while the answer comes in."""

PARTIAL_EVERY = 1.0
"""Seconds between two savings of an answer that is still coming in."""


class TurnKeeper(Protocol):
    """Where a turn is kept while it runs and when it ends."""

    def start(self, turn: Turn) -> Turn:
        """Keep a turn that is about to be sent; returns it with its place in the session."""

    def save_partial(self, turn: Turn) -> None:
        """Keep what has come in so far."""

    def finish(self, turn: Turn) -> None:
        """Keep the turn as it ended."""


@dataclass(slots=True)
class Recording:
    """What has come in of one answer."""

    plan: Plan
    turn: Turn
    started: float = field(default_factory=time.monotonic)
    first_token: float | None = None
    answer: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    usage: Usage | None = None
    finish_reason: str | None = None
    saved_at: float = 0.0

    def take(self, delta: Delta) -> Iterator[Event]:
        """Add one step of the stream; the events it makes."""
        if (delta.answer or delta.reasoning) and self.first_token is None:
            self.first_token = time.monotonic() - self.started
        self.usage = delta.usage or self.usage
        self.finish_reason = delta.finish_reason or self.finish_reason
        if delta.was_reasoning and self.answer:
            retracted = "".join(self.answer)
            self.reasoning.append(retracted)
            self.answer.clear()
            yield AnswerRetracted(retracted)
        if delta.reasoning:
            self.reasoning.append(delta.reasoning)
            yield ReasoningDelta(delta.reasoning)
        if delta.answer:
            self.answer.append(delta.answer)
            yield AnswerDelta(delta.answer)

    def fall_back(self, failure: ProviderError, plan: Plan, model: Model) -> Model:
        """Go on with another provider; what was kept so far says so."""
        told = (
            f"{self.plan.spec.provider} failed ({failure.message}); {plan.spec.provider} was asked instead."
        )
        self.plan = plan
        self.turn = replace(
            self.turn,
            provider=plan.spec.provider,
            model=plan.spec.model_id,
            receipt=plan.receipt(),
            remarks=(*self.turn.remarks, Remark("fallback", told)),
        )
        return model

    def due(self) -> bool:
        """Whether what has come in should be saved now."""
        now = time.monotonic()
        if now - self.saved_at < PARTIAL_EVERY:
            return False
        self.saved_at = now
        return True

    def as_turn(self, status: TurnStatus, error: str | None = None) -> Turn:
        """The turn with what has come in, not yet checked."""
        return replace(
            self.turn,
            status=status,
            answer="".join(self.answer),
            reasoning="".join(self.reasoning) or None,
            finish_reason=self.finish_reason,
            error=error,
        )

    def finished(self, status: TurnStatus, citations: tuple[Citation, ...], error: str | None) -> Turn:
        """The turn with its check, receipt, usage, cost and times."""
        turn = self.as_turn(status, error)
        plan, receipt = self.plan, self.turn.receipt
        billed = self.usage.input_tokens if self.usage and not self.usage.estimated else None
        usage = self.usage or self._counted_usage(turn)
        if receipt is not None:
            complete = context_complete(plan.budget.used, billed, exact=plan.counter.exact)
            receipt = replace(receipt, billed_tokens=billed or None, context_complete=complete)
        total = time.monotonic() - self.started
        writing = total - (self.first_token or 0.0)
        return replace(
            turn,
            citations=citations,
            coverage=coverage(turn.answer, citations),
            receipt=receipt,
            usage=usage,
            cost=cost_of(usage, plan.spec.price),
            timings=Timings(
                first_token_s=self.first_token,
                total_s=total,
                tokens_per_s=usage.output_tokens / writing if usage.output_tokens and writing > 0 else None,
            ),
        )

    def _counted_usage(self, turn: Turn) -> Usage:
        sent = self.plan.budget.used if self.first_token is not None else 0
        reasoning = self.plan.counter.count(turn.reasoning or "")
        return Usage(
            input_tokens=sent,
            output_tokens=self.plan.counter.count(turn.answer) + reasoning,
            reasoning_tokens=reasoning,
            estimated=True,
        )


NextAttempt = Callable[[ProviderError], Awaitable[tuple[Plan, "Model"] | None]]
"""Gives the plan and model to try after a failure before the first word; None when there is none."""


async def no_other(failure: ProviderError) -> None:
    """No other provider to try."""


async def run_turn(
    plan: Plan, turn: Turn, model: Model, keeper: TurnKeeper, next_attempt: NextAttempt = no_other
) -> AsyncGenerator[Event, None]:
    """Send a planned request and yield its events; the turn is kept however this ends.

    Raises the ProviderError that ended the stream, after Finished, and StorageError when the turn could not
    be kept. Closing this generator, or cancelling the task that runs it, keeps what has come in.
    """
    recording: Recording | None = None
    kept = False
    index: asyncio.Task[VerificationIndex] | None = None
    try:
        recording = Recording(plan, keeper.start(turn))
        while True:
            plan = recording.plan
            yield _planned(recording)
            recording.started = recording.saved_at = time.monotonic()
            failure: ProviderError | None = None
            try:
                async with aclosing(model.stream(plan.request)) as deltas:
                    if index is None and _is_prepared_early(plan):
                        index = asyncio.create_task(asyncio.to_thread(VerificationIndex, plan.documents))
                    async for delta in deltas:
                        for event in recording.take(delta):
                            yield event
                        if recording.due():
                            keeper.save_partial(recording.as_turn(TurnStatus.RUNNING))
            except ProviderError as error:
                failure = error
            following = await next_attempt(failure) if failure and recording.first_token is None else None
            if failure is None or following is None:
                break
            await model.aclose()
            model = recording.fall_back(failure, *following)
        keeper.save_partial(recording.as_turn(TurnStatus.RUNNING))
        finished = await _checked(recording, failure, index)
        problem: DocanalystError | None = failure
        try:
            kept = True
            keeper.finish(finished)
        except DocanalystError as error:
            problem = problem or error
        yield CitationsChecked(finished.citations)
        yield Finished(finished)
        if problem is not None:
            raise problem
    finally:
        try:
            if recording is not None and not kept:
                keeper.finish(_interrupted(recording, index))
        finally:
            if index is not None:
                index.cancel()
            await model.aclose()


def _is_prepared_early(plan: Plan) -> bool:
    """Whether the documents take so long to prepare for checking that it is done while the answer comes.

    Quotes in JSON are no citations: who asked for JSON checks them.
    """
    return len(plan.request.packed.text) > PREPARED_EARLY and not plan.request.structured


def _planned(recording: Recording) -> Planned:
    plan, turn = recording.plan, recording.turn
    notes = (*(remark.text for remark in turn.remarks), *plan.notes)
    return Planned(turn.id, turn.session_id, plan.spec, plan.budget, plan.cost, notes, plan.warnings)


async def _checked(
    recording: Recording, failure: ProviderError | None, index: asyncio.Task[VerificationIndex] | None
) -> Turn:
    """The turn of a stream that ended, with every quote checked and what else there is to know of it."""
    prepared = await index if index and read_quotes("".join(recording.answer)) else None
    return await asyncio.to_thread(_examined, recording, failure, prepared)


def _examined(
    recording: Recording, failure: ProviderError | None, prepared: VerificationIndex | None
) -> Turn:
    plan, answer = recording.plan, "".join(recording.answer)
    quotes = read_quotes(answer)
    citations: tuple[Citation, ...] = ()
    if quotes:
        checked = (prepared or VerificationIndex(plan.documents)).verify(quotes)
        citations = settle_answer(answer, checked, plan.documents).citations
    remarks = remarks_on(answer, plan.request.question, citations, plan.documents, plan.spec.provider)
    turn = recording.finished(_status(recording, failure), citations, failure.message if failure else None)
    return replace(turn, remarks=(*turn.remarks, *remarks))


def _interrupted(recording: Recording, index: asyncio.Task[VerificationIndex] | None) -> Turn:
    """The turn of a stream that was stopped: what came in, checked like any other answer."""
    answer = "".join(recording.answer)
    quotes = read_quotes(answer)
    citations: tuple[Citation, ...] = ()
    if quotes:
        ready = index is not None and index.done() and not index.cancelled() and index.exception() is None
        prepared = index.result() if index and ready else VerificationIndex(recording.plan.documents)
        checked = prepared.verify(quotes)
        citations = settle_answer(answer, checked, recording.plan.documents).citations
    return recording.finished(TurnStatus.INTERRUPTED, citations, None)


def _status(recording: Recording, failure: ProviderError | None) -> TurnStatus:
    if failure is not None:
        return TurnStatus.INTERRUPTED if recording.answer or recording.reasoning else TurnStatus.FAILED
    return TurnStatus.TRUNCATED if recording.finish_reason == "length" else TurnStatus.COMPLETE
