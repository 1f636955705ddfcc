"""Answers one unit: asks, checks the answer, and asks once more if it is unusable."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from docanalyst.batch.jobs import Job
from docanalyst.batch.limits.pace import CostCap, Pace
from docanalyst.batch.limits.sharing import Halted, before_sending
from docanalyst.batch.planning import UnitPlan, in_one_line, most_micros
from docanalyst.batch.unit.accounts import Account, row_documents
from docanalyst.batch.wording import cap_words, error_of
from docanalyst.batch.workers import Workers
from docanalyst.domain.answers.grammar import read_quotes
from docanalyst.domain.citations import Citation, Quote
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import (
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
from docanalyst.domain.request import Exchange
from docanalyst.domain.turns import Session, Turn
from docanalyst.domain.verification.verify import verify

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst

TRIES = 3
"""How often a unit is sent if its answer is interrupted; refused requests do not count."""

PATIENCE = 900.0
"""Seconds that a run waits for an account's limit before it stops; it can be resumed later."""

_FATAL = (AuthenticationFailed, PaymentRequired, ModelUnavailable, StorageError)
_NEVER_SENT = (ContextTooLarge, TooLargeForTier, UsageError)


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
        sending: Called before each request, to save that it is sent.
        halted: Whether no more requests may be sent.
    """

    analyst: Analyst
    job: Job
    workers: Workers
    cost_cap: CostCap
    pace: Pace
    sending: Callable[[UnitPlan, Account, str, int], None]
    wait: Callable[[str, float], None]
    halted: Callable[[], bool]


async def ask_unit(
    context: RunContext,
    planned: UnitPlan,
    documents: list[Document],
    account: Account,
    turn: Turn | None = None,
) -> Row:
    """Return the row of a unit.

    Raises StopRun if the run cannot continue, and Halted if it was stopped; every other error is in the row.

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
    except CostCapReached as error:
        row = asker.row(RowStatus.SKIPPED, error=in_one_line(error))
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
        """Return a turn with an answer, or with a partial answer if all tries were interrupted."""
        job, tries, waited = self.job, 0, 0.0
        while True:
            most = self.planned.most_micros or 0
            turn, failure = await self._send(job, job.question(), (), most)
            if failure is None and turn is not None:
                if turn.answer or tries:
                    return turn, None
                tries += 1
                continue
            assert failure is not None
            if isinstance(failure, RateLimited):
                pause = max(failure.retry_after or 15.0, 1.0)
                waited += pause
                if waited > PATIENCE:
                    raise StopRun(failure, self.row(RowStatus.FAILED, error=in_one_line(failure)))
                self.context.pace.over_limit(pause)
                self.context.wait(failure.message, pause)
                continue
            if isinstance(failure, BadResponse) and failure.status == 400 and job.options.structured:
                job = job.plain()
                self.notes.append("the provider rejected the JSON schema; asked in plain text")
                continue
            tries += 1
            broken = isinstance(failure, BadResponse) and failure.status is None
            if tries >= TRIES or not (failure.retryable or broken):
                if turn is not None and turn.answer:
                    return turn, failure
                raise failure

    async def _send(
        self, job: Job, question: str, turns: tuple[Turn, ...], most: int
    ) -> tuple[Turn | None, ProviderError | None]:
        """Send one request within the cost cap; return its turn and the error that ended it."""
        context, account = self.context, self.account
        if context.halted():
            raise Halted
        if not await context.cost_cap.reserve(most):
            raise CostCapReached(*cap_words(context.cost_cap, most))
        spent, announced = 0, ""
        turn: Turn | None = None
        failure: ProviderError | None = None
        try:
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            session = Session(account.session_id, self._title(), now, now, turns=turns)
            if account.turns and not turns:
                session = replace(session, turns=tuple(await asyncio.to_thread(self._known_turns)))
            asking = context.analyst.ask(self.documents, question, options=job.options, session=session)
            try:
                async with aclosing(asking) as events:
                    async for event in events:
                        if isinstance(event, Planned):
                            announced = event.turn_id
                            most = await self._announce(event, most)
                        elif isinstance(event, Finished):
                            turn = event.turn
            except ProviderError as error:
                failure = error
            if turn is not None:
                self.model = (turn.provider, turn.model)
                self.notes += [remark.text for remark in turn.remarks]
                spent = account.add(turn)
        finally:
            if announced and announced not in account.turns:
                account.turns.append(announced)
            await context.cost_cap.settle(most, spent)
        return turn, failure

    async def _announce(self, event: Planned, most: int) -> int:
        """Save that a request is about to be sent; return the reserved cost."""
        if self.context.halted():
            raise Halted
        margin = event.budget.used + event.budget.margin
        costs = most_micros(event.model, margin, event.budget.reserved_output) or 0
        if costs > most:
            if not await self.context.cost_cap.reserve(costs - most):
                raise CostCapReached(*cap_words(self.context.cost_cap, costs))
            most = costs

        async def leaves() -> None:
            self.account.attempts += 1
            self.context.sending(self.planned, self.account, event.turn_id, most)

        before_sending.set(leaves)
        if self.context.analyst.router.is_given:
            await leaves()
        return most

    def _known_turns(self) -> list[Turn]:
        """Return the turns of this unit so far, so that the next one joins their session."""
        store = self.context.analyst.store
        return [store.turns.get(turn_id) for turn_id in self.account.turns]

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
            tokens = plan.budget.used + plan.budget.margin
            most = most_micros(plan.spec, tokens, plan.budget.reserved_output) or 0
            second, _ = await self._send(job, question, (turn,), most)
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
