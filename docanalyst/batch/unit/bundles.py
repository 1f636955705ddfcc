"""Small units that share a context when the user asks for it: one request, a row each, no unit split."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

from docanalyst.batch.jobs import Job, reserve_for_fields
from docanalyst.batch.limits.sharing import before_sending
from docanalyst.batch.planning import UnitPlan, most_micros
from docanalyst.batch.unit.accounts import Account
from docanalyst.batch.unit.asking import Desk, ask_unit
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import DocanalystError, StorageError
from docanalyst.domain.events import Finished
from docanalyst.domain.grid.extractive import QUESTIONS
from docanalyst.domain.grid.grids import Row, RowStatus
from docanalyst.domain.grid.sections import section_of, section_rules
from docanalyst.domain.models import Cost, Usage
from docanalyst.domain.prompts import describe_fields
from docanalyst.domain.turns import Session, Turn, TurnStatus

SHARE = 0.5
"""Share of the window that a bundle's documents may fill: recall falls in a full one."""


def bundles(units: Sequence[UnitPlan], most: int, window: int) -> Iterator[list[UnitPlan]]:
    """Units in bundles of at most so many, in order. What is not small stays by itself."""
    bundle: list[UnitPlan] = []
    tokens = 0
    for planned in units:
        small = planned.open and len(planned.unit.files) == 1 and planned.tokens <= window * SHARE / 2
        if bundle and (not small or len(bundle) >= most or tokens + planned.tokens > window * SHARE):
            yield bundle
            bundle, tokens = [], 0
        if small and most > 1:
            bundle.append(planned)
            tokens += planned.tokens
        else:
            yield [planned]
    if bundle:
        yield bundle


async def ask_bundle(
    desk: Desk, units: Sequence[UnitPlan], documents: Sequence[Document]
) -> list[tuple[Row | None, Account]]:
    """A row for each unit, in order; None for one that must be asked by itself, with what it has cost so far.

    documents: one for each unit. Whatever goes wrong with the request, the units are still asked singly.
    """
    job = _job(desk.job, len(units))
    turn: Turn | None = None
    try:
        turn = await _send(desk, job, units, documents)
    except StorageError:
        raise
    except DocanalystError:
        pass
    found: list[tuple[Row | None, Account]] = []
    for number, (planned, document) in enumerate(zip(units, documents, strict=True), 1):
        account = Account()
        if turn is None:
            found.append((None, account))
            continue
        own = part_of(turn, number, [item.tokens for item in units])
        account.add(own)
        row = None
        if turn.status is TurnStatus.COMPLETE:
            alone = replace(desk, job=replace(desk.job, repair=False))
            account.session_id, account.attempts = turn.session_id, 1
            row = await ask_unit(alone, planned, [document], account, own)
        if row is not None and row.status is RowStatus.COMPLETE:
            notes = (*row.notes, f"asked together with {len(units) - 1} others")
            found.append((replace(row, notes=notes), account))
        else:
            found.append((None, replace(account, session_id="", turns=[])))
    return found


def part_of(turn: Turn, number: int, tokens: Sequence[int]) -> Turn:
    """The share of one unit in the turn of a bundle: its section, its part of tokens and money.

    number: 1 for the first. tokens: of each unit; shares are by them, and add up to the whole.
    """

    def share(whole: int) -> int:
        total = sum(tokens) or 1
        return whole * sum(tokens[:number]) // total - whole * sum(tokens[: number - 1]) // total

    usage = turn.usage or Usage(estimated=True)
    return replace(
        turn,
        answer=section_of(turn.answer, number),
        citations=(),
        usage=replace(
            usage, input_tokens=share(usage.input_tokens), output_tokens=share(usage.output_tokens)
        ),
        cost=None
        if turn.cost is None
        else Cost(share(turn.cost.micros), turn.cost.currency, turn.cost.estimated),
    )


def _job(job: Job, count: int) -> Job:
    fields = job.grid.fields
    own = tuple(item for item in fields if item.group == QUESTIONS or job.grid.prompt is None)
    rules = section_rules(fields, count)
    question = f"{describe_fields(own)}\n\n{rules}" if own else rules
    reserve = reserve_for_fields(len(fields) * count, bool(job.options.thinking))
    options = replace(job.options, structured=False, fields=(), max_output=reserve)
    return replace(job, options=options, grid=replace(job.grid, question=question))


async def _send(
    desk: Desk, job: Job, units: Sequence[UnitPlan], documents: Sequence[Document]
) -> Turn | None:
    """One request for all; None where it does not fit the window, the money, or did not end well."""
    from docanalyst.storage import new_id

    plan = await asyncio.to_thread(desk.analyst.plan, documents, job.question(), job.options)
    if not plan.budget.fits or plan.budget.reserved_output < (job.options.max_output or 0):
        return None
    most = most_micros(plan.spec, plan.budget.used + plan.budget.margin, plan.budget.reserved_output) or 0
    if desk.halted() or not await desk.purse.reserve(most):
        return None
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    session = Session(new_id(), f"{job.grid.prompt or 'batch'} · {len(units)} documents", now, now)
    turn: Turn | None = None
    spent = most
    try:
        turn_id = ""

        async def leaves() -> None:
            each = most // len(units) + 1
            for number, planned in enumerate(units, 1):
                account = Account(session_id=session.id)
                await asyncio.to_thread(
                    desk.sending, planned, account, f"{turn_id}#{number}/{len(units)}", each
                )

        asking = desk.analyst.ask(documents, job.question(), options=job.options, session=session)
        async with aclosing(asking) as events:
            async for event in events:
                turn_id = getattr(event, "turn_id", turn_id)
                before_sending.set(leaves)
                if isinstance(event, Finished):
                    turn = event.turn
    finally:
        if turn is not None:
            spent = turn.cost.micros if turn.cost else 0
        await desk.purse.settle(most, spent)
    return turn
