"""Answers one unit: asks, checks the answer, and asks once more if it is unusable."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from docanalyst.batch.jobs import Job
from docanalyst.batch.limits.pace import CostCap, Pace
from docanalyst.batch.limits.sharing import Halted, current_slot
from docanalyst.batch.planning import UnitPlan, in_one_line
from docanalyst.batch.unit.accounts import Account, row_documents
from docanalyst.batch.wording import cap_words, error_of
from docanalyst.batch.workers import Workers
from docanalyst.domain.answers.grammar import read_quotes
from docanalyst.domain.citations import Citation, Quote
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import (
    AnswerStopped,
    AuthenticationFailed,
    BadResponse,
    ContextTooLarge,
    CostCapReached,
    DocanalystError,
    ModelUnavailable,
    PaymentRequired,
    ProviderError,
    RateLimited,
    StorageError,
    TooLargeForTier,
    UsageError,
)
from docanalyst.domain.events import Finished, Planned
from docanalyst.domain.grid.checking import check_reply, distrust_absence, merge, problems_of, read_reply
from docanalyst.domain.grid.extractive import close_passages
from docanalyst.domain.grid.grids import FieldAnswer, Row, RowStatus, Stated, status_of
from docanalyst.domain.models import highest_cost
from docanalyst.domain.request import Exchange
from docanalyst.domain.turns import Session, Turn
from docanalyst.domain.verification.verify import verify
from docanalyst.providers.wire.retry import backoff

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst

PATIENCE = 900.0
"""Seconds that a run waits for an account's limit before it stops; it can be resumed later."""

_FATAL = (AuthenticationFailed, PaymentRequired, ModelUnavailable, StorageError)
_NEVER_SENT = (ContextTooLarge, TooLargeForTier, UsageError, CostCapReached)


class StopRun(Exception):
    """The run cannot continue.

    Args:
        error: Why.
        row: Result of the unit.
    """

    def __init__(self, error: DocanalystError, row: Row) -> None:
        super().__init__(error.message)
        self.error = error
        self.row = row


@dataclass(frozen=True, slots=True)
class RunContext:
    """What asking a unit needs.

    Attributes:
        sending: Called in the transaction that saves a running turn, to save that the unit is sent; raises
            Claimed if another run asks about it.
        halted: Whether no more requests may be sent.
        pause: Sleeps; raises Halted when the run is stopped.
        retries: How often a request is sent again when the provider may charge for the failed one.
    """

    analyst: Analyst
    job: Job
    workers: Workers
    cost_cap: CostCap
    pace: Pace
    sending: Callable[[UnitPlan, Account, str, int], None]
    wait: Callable[[str, float], None]
    halted: Callable[[], bool]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    retries: int = 0


async def ask_unit(
    context: RunContext,
    planned: UnitPlan,
    documents: list[Document],
    account: Account,
    turn: Turn | None = None,
) -> Row:
    """Return the row of a unit.

    Raises StopRun if the run cannot continue, Halted if it was stopped, Claimed if another run asks about the
    unit; every other error is in the row.

    Args:
        turn: Its answer, if it was received earlier and only has to be checked.
    """
    asker = _Asker(context, planned, documents, account)
    started = time.monotonic() - account.seconds
    try:
        row = await asker.ask(turn)
    except _FATAL as error:
        account.seconds = time.monotonic() - started
        raise StopRun(error, asker.row(RowStatus.FAILED, error=in_one_line(error))) from error
    except _NEVER_SENT as error:
        row = asker.row(RowStatus.SKIPPED, error=in_one_line(error))
    except DocanalystError as error:
        row = asker.row(RowStatus.FAILED, error=in_one_line(error))
    account.seconds = time.monotonic() - started
    return replace(row, seconds=account.seconds)


class _Asker:
    """Asks about one unit."""

    def __init__(
        self, context: RunContext, planned: UnitPlan, documents: list[Document], account: Account
    ) -> None:
        from docanalyst.storage import new_id

        self.context = context
        self.job = context.job
        self.planned = planned
        self.documents = documents
        self.account = account
        account.session_id = account.session_id or new_id()
        self.notes: list[str] = []
        self.model = ("", "")

    def row(self, status: RowStatus, answers: Sequence[FieldAnswer] = (), error: str = "") -> Row:
        row = Row(
            self.planned.unit.name,
            status,
            answers=tuple(answers),
            documents=row_documents(self.documents),
            error=error,
            provider=self.model[0] or self.job.spec.provider,
            model=self.model[1] or self.job.spec.model_id,
            answered_at=datetime.now(UTC).isoformat(timespec="seconds") if status.answered else "",
            notes=tuple(dict.fromkeys(self.notes)),
        )
        return self.account.on(row)

    async def ask(self, known: Turn | None = None) -> Row:
        turn, failure = (known, None) if known is not None else await self._until_answered()
        answers = await self.checked(turn)
        problems = problems_of(answers)
        if problems and self.job.repair and failure is None and turn.answer:
            answers = merge(answers, await self._repaired(turn, problems))
        if turn.receipt is not None and turn.receipt.context_complete is False:
            read = f"{turn.receipt.billed_tokens:,} of {turn.receipt.counted_tokens:,} tokens"
            reason = f"the provider may have read only {read}"
            self.notes.append(f"{reason}: a field that it did not find may be in the rest")
            answers = distrust_absence(answers, reason)
        answers = await self._looked_for(answers)
        error = error_of(answers, turn, failure)
        return self.row(status_of(answers), answers, error)

    async def _until_answered(self) -> tuple[Turn, ProviderError | None]:
        """Return a turn with an answer, or with the longest partial answer if every try failed.

        Only this function sends a request again for which the provider may charge twice.
        """
        job, tries, waited = self.job, 0, 0.0
        best: Turn | None = None
        failure: ProviderError | None = None
        while True:
            try:
                turn, failure = await self._send(job, job.question(), (), self.planned.most_micros or 0)
            except CostCapReached:
                if best is None or failure is None:
                    raise
                return best, failure
            if failure is None and turn is not None:
                return turn, None
            assert failure is not None
            if turn is not None and len(turn.answer) > len(best.answer if best else ""):
                best = turn
            charged = failure.accepted or isinstance(failure, AnswerStopped)
            if isinstance(failure, RateLimited) and not charged:
                waited += self._over_limit(failure, waited)
                continue
            if isinstance(failure, BadResponse) and failure.status == 400 and job.options.structured:
                job = job.plain()
                self.notes.append("the provider rejected the JSON schema; asked in plain text")
                continue
            tries += 1
            broken = isinstance(failure, BadResponse) and failure.status is None
            if not charged or tries > self.context.retries or not (failure.retryable or broken):
                if best is not None:
                    return best, failure
                raise failure
            await self.context.pause(failure.retry_after or backoff(tries))

    def _over_limit(self, failure: RateLimited, waited: float) -> float:
        """Slow the run down after a refusal and return the seconds to wait. Raises StopRun after PATIENCE."""
        seconds = max(failure.retry_after or 15.0, 1.0)
        if waited + seconds > PATIENCE:
            raise StopRun(failure, self.row(RowStatus.FAILED, error=in_one_line(failure)))
        self.context.pace.over_limit(seconds)
        self.context.wait(failure.message, seconds)
        return seconds

    async def _send(
        self, job: Job, question: str, turns: tuple[Turn, ...], most: int
    ) -> tuple[Turn | None, ProviderError | None]:
        """Send one request within the cost cap; return its turn and the error that ended it."""
        context, account = self.context, self.account
        if context.halted():
            raise Halted
        if not await context.cost_cap.reserve(most):
            raise CostCapReached(*cap_words(context.cost_cap, most))
        spent = 0
        turn: Turn | None = None
        failure: ProviderError | None = None
        slot = context.pace.slot()
        current_slot.set(slot)
        try:
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            known = turns or (await asyncio.to_thread(self._known_turns) if account.turns else ())
            session = Session(account.session_id, self._title(), now, now, turns=known)
            asking = context.analyst.ask(
                self.documents,
                question,
                options=job.options,
                session=session,
                started=lambda started: self._started(started, most),
            )
            try:
                async with aclosing(asking) as events:
                    async for event in events:
                        if isinstance(event, Planned):
                            most = await self._reserve(event, most)
                            await slot.enter(event.budget.used + event.budget.reserved_output)
                            if context.halted():
                                raise Halted
                        elif isinstance(event, Finished):
                            turn = event.turn
            except ProviderError as error:
                failure = error
            if turn is not None:
                self.model = (turn.provider, turn.model)
                self.notes += [remark.text for remark in turn.remarks]
                spent = account.add(turn)
        finally:
            await slot.leave(well=failure is None and turn is not None)
            await context.cost_cap.settle(most, spent)
        return turn, failure

    async def _reserve(self, event: Planned, most: int) -> int:
        """Reserve what the counted request can cost at most, and return it."""
        budget = event.budget
        costs = highest_cost(event.model.price, budget.used + budget.margin, budget.reserved_output) or 0
        if costs > most:
            if not await self.context.cost_cap.reserve(costs - most):
                raise CostCapReached(*cap_words(self.context.cost_cap, costs))
            return costs
        return most

    def _started(self, turn: Turn, most: int) -> None:
        """Save, together with its running turn, that a request is sent."""
        self.account.attempts += 1
        try:
            self.context.sending(self.planned, self.account, turn.id, most)
        except BaseException:
            self.account.attempts -= 1
            raise

    def _known_turns(self) -> tuple[Turn, ...]:
        """Return the turns of this unit so far, so that the next one joins their session."""
        from docanalyst.storage import new_id

        store, found = self.context.analyst.store, []
        for turn_id in self.account.turns:
            with suppress(UsageError):
                found.append(store.turns.get(turn_id))
        if self.account.turns and not found:
            # The user deleted their session.
            self.account.session_id = new_id()
        return tuple(found)

    def _title(self) -> str:
        name = self.planned.unit.name.replace("\\", "/").rsplit("/", 1)[-1]
        return f"{self.job.grid.prompt or 'batch'} · {name}"

    async def checked(self, turn: Turn) -> tuple[FieldAnswer, ...]:
        """Return the answers of a turn with every quote checked once."""
        fields = self.job.grid.fields
        replies = read_reply(turn.answer, fields)
        known: dict[Quote, Citation] = dict(zip(read_quotes(turn.answer), turn.citations, strict=False))
        others = [quote for reply in replies.values() for quote in reply.quotes if quote not in known]
        if others:
            known.update(
                zip(others, await self.context.workers.run(verify, others, self.documents), strict=True)
            )
        return check_reply(
            replies, fields, lambda quotes: [known[quote] for quote in quotes], offline=self.job.offline
        )

    async def _repaired(self, turn: Turn, problems: dict[str, str]) -> tuple[FieldAnswer, ...]:
        """Ask again for the unusable fields and return their answers; empty if that is impossible."""
        context, job = self.context, self.job
        question = job.repair_question(problems)
        again = tuple(item for item in job.grid.fields if item.name in problems)
        job = replace(job, options=replace(job.options, fields=again))
        history = (Exchange(turn.question, turn.answer),)
        try:
            plan = await asyncio.to_thread(
                context.analyst.plan, self.documents, question, job.options, history
            )
            if not plan.budget.fits:
                return ()
            second, _ = await self._send(job, question, (turn,), plan.most_micros or 0)
        except StorageError:
            raise
        except DocanalystError as error:
            self.notes.append(f"not asked again: {error.message}")
            return ()
        return await self.checked(second) if second is not None and second.answer else ()

    async def _looked_for(self, answers: tuple[FieldAnswer, ...]) -> tuple[FieldAnswer, ...]:
        """Search offline for every field that the model found "not addressed"."""
        absent = [item.name for item in answers if item.stated is Stated.NOT_ADDRESSED]
        if not absent or self.job.offline:
            return answers
        wanted = [item for item in self.job.grid.fields if item.name in absent]
        passages = await self.context.workers.run(close_passages, self.documents, wanted)
        return tuple(
            replace(item, note="; ".join(filter(None, (item.note, passages[item.name]))))
            if item.name in passages and item.stated is Stated.NOT_ADDRESSED
            else item
            for item in answers
        )
