"""Resumes an earlier run, however it ended, without sending answered units again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from docanalyst.batch.jobs import Job
from docanalyst.batch.planning import RunPlan, UnitPlan
from docanalyst.batch.unit.accounts import Account
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError
from docanalyst.domain.grid.checking import check_reply, problems_of, read_reply
from docanalyst.domain.grid.grids import Row
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
RECEIVED = "received"
"""Status of a unit whose answer was collected and saved, but not checked yet."""
NOT_CHECKED = "Kept, not checked."
"""How the error of a unit begins whose answer is saved but could not be checked."""
UNANSWERED = (OPEN, SENT, SUBMITTED, RECEIVED)


class Claimed(Exception):
    """Another run asks about this unit, so that it must not be sent here."""


@dataclass(frozen=True, slots=True)
class Money:
    """The cost of a run, in millionths of a dollar.

    Attributes:
        cost: As billed.
        doubt: The most that the provider may also charge, for requests that failed.
        submitted: The most that submitted units can cost that were not collected yet.
    """

    cost: int = 0
    doubt: int = 0
    submitted: int = 0

    @property
    def most(self) -> int:
        """What counts against the cost cap."""
        return self.cost + self.doubt + self.submitted


def open_run(store: Store, plan: RunPlan, *, restart: bool, details: dict[str, Any]) -> BatchRun:
    """Return the run to resume for this output, or a new one, with all units of the plan.

    Everything happens in one transaction, so that two processes cannot both take the run.

    Raises:
        UsageError: Another process is running it.
    """
    from docanalyst.storage import new_id
    from docanalyst.storage.batches import BatchItem, BatchRun

    job = plan.job
    store.batches.recover()
    with store.at_once():
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


def money_of(store: Store, run_id: str) -> Money:
    """Return what all commands of a run have cost so far, including what is not known for certain."""
    cost, doubt = store.batches.settled_micros(run_id, UNANSWERED)
    submitted = 0
    for status in UNANSWERED:
        for item in store.batches.items(run_id, status=status):
            account, _ = account_of(store, item)
            cost, doubt = cost + (account.cost or 0), doubt + account.doubt
            if status == SUBMITTED:
                submitted += int(item.record.get("most_micros") or 0)
    return Money(cost, doubt, submitted)


def account_of(store: Store, item: BatchItem) -> tuple[Account, Turn | None]:
    """Return what a unit has cost so far, and the turn of its last request if that is not in its account yet.

    A request whose process died may have been billed: the most that it can cost is in doubt.
    """
    account = Account.of(item.record)
    if item.status == RECEIVED:
        account.cost = None if account.cost is None else account.cost + (item.cost_micros or 0)
        account.input_tokens += item.input_tokens or 0
        account.output_tokens += item.output_tokens or 0
        return account, None
    turn_id = str(item.record.get("sending") or "")
    if not turn_id or turn_id in account.turns:
        return account, None
    most = int(item.record.get("most_micros") or 0)
    try:
        turn = store.turns.get(turn_id)
    except UsageError:
        # The turn was deleted, but its request went out.
        account.doubt += most
        return account, None
    if turn.usage is None and not turn.doubt_micros:
        # Saved by a version that did not keep the doubt with the turn.
        turn = replace(turn, doubt_micros=most)
    account.add(turn)
    return account, turn


async def take_up(
    store: Store, item: BatchItem | None, job: Job, documents: list[Document]
) -> tuple[Account, Turn | None]:
    """Return the cost of a unit so far, and its answer if one was received before the unit was finished."""
    if item is None:
        return Account(), None
    account, turn = await asyncio.to_thread(account_of, store, item)
    if turn is None or turn.status in (TurnStatus.COMPLETE, TurnStatus.TRUNCATED):
        return account, turn
    broken = turn.status in (TurnStatus.INTERRUPTED, TurnStatus.RUNNING)
    if broken and turn.answer and await asyncio.to_thread(_is_whole, job, turn, documents):
        return account, replace(turn, citations=())
    return account, None


def _is_whole(job: Job, turn: Turn, documents: list[Document]) -> bool:
    """Return whether an interrupted answer nevertheless has every field."""
    replies = read_reply(turn.answer, job.grid.fields)
    answers = check_reply(
        replies, job.grid.fields, lambda quotes: verify(quotes, documents), offline=job.offline
    )
    return not problems_of(answers)


def sent_record(account: Account, turn_id: str, most: int) -> dict[str, Any]:
    """Return what is saved of a unit while its request is being answered."""
    return account.record() | {"sending": turn_id, "most_micros": most}


def at_the_provider(run_id: str) -> str:
    """Return why a submitted unit has no row yet."""
    return f"Submitted to the provider's batch API. Run `docanalyst batch collect {run_id}` to collect it."


def reused_row(row: Row, name: str) -> Row:
    """Return the row of a unit that another run has answered, and paid for."""
    note = f"answered {row.answered_at[:10]} by an earlier run".replace("  ", " ")
    return _free(row, name, note)


def twin_row(row: Row, planned: UnitPlan) -> Row:
    """Return the row of a unit that has the same content as an earlier one."""
    return _free(row, planned.unit.name, f"same content as {planned.twin_of}; asked once")


def _free(row: Row, name: str, note: str) -> Row:
    """Return a row under another name that costs nothing."""
    return replace(
        row,
        unit=name,
        input_tokens=0,
        output_tokens=0,
        cost_micros=0,
        doubt_micros=0,
        seconds=0.0,
        notes=tuple(dict.fromkeys((*row.notes, note))),
    )
