"""Resumes an earlier run, however it ended, without sending answered units again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from docanalyst.batch.jobs import Job
from docanalyst.batch.planning import RunPlan, UnitPlan
from docanalyst.batch.unit.accounts import Account
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError
from docanalyst.domain.grid.checking import check_reply, problems_of, read_reply
from docanalyst.domain.grid.grids import Row
from docanalyst.domain.models import Usage, cost_of
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.domain.verification.verify import verify

if TYPE_CHECKING:
    from docanalyst.storage import Store
    from docanalyst.storage.batches import BatchItem, BatchRun

OPEN = "open"
SENT = "sent"
"""Status of a unit whose request may have been sent."""
SUBMITTED = "submitted"
"""Status of a unit or run submitted to a provider's batch API."""


def open_run(store: Store, plan: RunPlan, *, restart: bool, details: dict[str, Any]) -> BatchRun:
    """Return the run to resume for this output, or a new one, with all units of the plan.

    Raises:
        UsageError: Another process is running it.
    """
    from docanalyst.storage import new_id
    from docanalyst.storage.batches import BatchItem, BatchRun

    job = plan.job
    store.batches.recover()
    earlier = store.batches.recent(1, output=str(job.output))
    run = earlier[0] if earlier else None
    if run is not None and run.status == "running":
        raise UsageError(
            f"Another process is working on {job.output.name} (run {run.id}).",
            "Wait until it ends, or choose another output file with -o.",
        )
    if run is None or restart or run.options.get("asked") != job.asked:
        run = BatchRun(new_id(), str(job.output), job.spec.provider, job.spec.model_id)
    run = replace(run, options={**run.options, "asked": job.asked, **details})
    known = store.batches.positions(run.id)
    fresh = [planned for planned in plan.units if not planned.twin_of and planned.key not in known]
    first = max(known.values(), default=-1) + 1
    items = [
        BatchItem(run.id, first + place, planned.key, planned.unit.name, OPEN)
        for place, planned in enumerate(fresh)
    ]
    return store.batches.start(run, items)


def money_of(store: Store, run_id: str) -> int:
    """Return what the units of a run have cost or may have cost so far, in millionths of a dollar."""
    total = 0
    for item in store.batches.by_key(run_id, list(store.batches.positions(run_id))):
        if item is not None:
            account = Account.of(item.record)
            total += (account.cost or 0) + account.doubt
            if item.status == SENT:
                total += int(item.record.get("most_micros") or 0)
    return total


async def take_up(
    store: Store, item: BatchItem | None, job: Job, documents: list[Document]
) -> tuple[Account, Turn | None]:
    """Return the cost of a unit so far, and its answer if one was received before the unit was finished.

    A request whose process died may have been billed: its cost is counted as doubt.
    """
    if item is None:
        return Account(), None
    account = Account.of(item.record)
    turn_id = str(item.record.get("sending") or "")
    if not turn_id:
        return account, None
    most = int(item.record.get("most_micros") or 0)
    try:
        turn = await asyncio.to_thread(store.turns.get, turn_id)
    except UsageError:
        # The turn was deleted, but its request went out.
        account.doubt += most
        return account, None
    if turn.status in (TurnStatus.COMPLETE, TurnStatus.TRUNCATED):
        account.add(turn)
        return account, turn
    broken = turn.status in (TurnStatus.INTERRUPTED, TurnStatus.RUNNING)
    if broken and turn.answer and await asyncio.to_thread(_is_whole, job, turn, documents):
        whole = _counted(turn, job)
        account.add(whole)
        return account, whole
    account.turns.append(turn.id)
    account.doubt += most
    return account, None


def _is_whole(job: Job, turn: Turn, documents: list[Document]) -> bool:
    """Return whether an interrupted answer nevertheless has every field."""
    replies = read_reply(turn.answer, job.grid.fields)
    answers = check_reply(
        replies, job.grid.fields, lambda quotes: verify(quotes, documents), offline=job.offline
    )
    return not problems_of(answers)


def _counted(turn: Turn, job: Job) -> Turn:
    """Count the tokens of a complete answer for which the provider reported none."""
    from docanalyst.tokens.estimates import counter_for

    counter = counter_for(job.spec)
    usage = Usage(
        input_tokens=turn.receipt.counted_tokens if turn.receipt else 0,
        output_tokens=counter.count(turn.answer) + counter.count(turn.reasoning or ""),
        estimated=True,
    )
    return replace(
        turn, status=TurnStatus.COMPLETE, usage=usage, cost=cost_of(usage, job.spec.price), citations=()
    )


def sent_record(account: Account, turn_id: str, most: int) -> dict[str, Any]:
    """Return what is saved of a unit while its request is being answered."""
    return account.record() | {"sending": turn_id, "most_micros": most}


def at_the_provider(run_id: str) -> str:
    """Return why a submitted unit has no row yet."""
    return f"Submitted to the provider's batch API. Run `docanalyst batch collect {run_id}` to collect it."


def twin_row(row: Row, planned: UnitPlan) -> Row:
    """Return the row of a unit that has the same content as an earlier one."""
    note = f"same content as {planned.twin_of}; asked once"
    return replace(
        row,
        unit=planned.unit.name,
        input_tokens=0,
        output_tokens=0,
        cost_micros=0,
        doubt_micros=0,
        seconds=0.0,
        notes=(*row.notes, note),
    )
