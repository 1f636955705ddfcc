"""Checks the saved answers of a provider's batch API like any other answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.batch.events import Tally
from docanalyst.batch.jobs import Job
from docanalyst.batch.limits.pace import CostCap, Pace
from docanalyst.batch.outputs import row_of
from docanalyst.batch.planning import RunPlan, UnitPlan, in_one_line
from docanalyst.batch.remote.remote import discounted
from docanalyst.batch.unit.accounts import Account
from docanalyst.batch.unit.asking import RunContext, StopRun, ask_unit
from docanalyst.batch.unit.resuming import NOT_CHECKED, OPEN, RECEIVED, SENT, SUBMITTED, sent_record
from docanalyst.batch.units import File, Unit
from docanalyst.domain.endings import failure_at_end
from docanalyst.domain.errors import BadResponse, DocumentError, UsageError
from docanalyst.domain.grid.grids import Row
from docanalyst.domain.models import Cost, Delta, ModelSpec, Usage
from docanalyst.domain.records.rows import row_record
from docanalyst.domain.request import Request
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.providers.wire.file_batches import read_line

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.batch.workers import Workers
    from docanalyst.providers.wire.file_batches import Answered
    from docanalyst.settings import Settings
    from docanalyst.storage.batches import BatchItem, BatchRun


class CollectedModels:
    """Opens models that return collected answers and send nothing."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, ...], Answered] = {}

    def open(self, spec: ModelSpec) -> CollectedModel:
        """Return the model of a spec."""
        return CollectedModel(spec, self.answers)


class CollectedModel:
    """A model that returns the collected answer of the unit whose documents are in the request."""

    def __init__(self, spec: ModelSpec, answers: Mapping[tuple[str, ...], Answered]) -> None:
        self.spec = spec
        self._answers = answers

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """Yield the collected answer.

        Raises:
            BadResponse: The provider refused the request.
        """
        found = self._answers[tuple(document.sha256 for document in request.documents)]
        if found.error is not None:
            refused = BadResponse(
                found.error.message, found.error.hint, provider=self.spec.provider, status=0
            )
            refused.accepted = found.error.accepted
            raise refused
        answer = reasoning = ""
        for delta in found.deltas:
            answer, reasoning = answer + delta.answer, reasoning + delta.reasoning
            yield delta
        finish = found.deltas[-1].finish_reason if found.deltas else None
        stopped = failure_at_end(self.spec.provider, finish, answer, reasoning)
        if stopped is not None:
            raise stopped

    async def aclose(self) -> None:
        """Do nothing: there is no connection."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows of a run after checking.

    Attributes:
        kept: Units whose answer is saved and could not be checked.
    """

    plan: RunPlan
    tally: Tally
    kept: int


def collecting_settings(settings: Settings, run: BatchRun, spec: ModelSpec, discount: float) -> Settings:
    """Return settings for collecting a run: its own provider and model, at the batch price."""
    pinned = replace(settings, provider=run.provider, model=run.model, fallback=())
    return discounted(pinned, spec, discount)


async def check_received(analyst: Analyst, run: BatchRun, job: Job, workers: Workers) -> None:
    """Check the saved answers of a run that could not be checked when they were collected."""
    from docanalyst.analyst import Analyst

    provider = analyst.catalog.provider(run.provider)
    models = CollectedModels()
    discount = float(provider.batch.get("discount", 0.0))
    pinned = Analyst(collecting_settings(analyst.settings, run, job.spec, discount), open_model=models.open)
    try:
        await Checker(pinned, models, job, run, workers).check()
    finally:
        pinned.store.close()


class Checker:
    """Checks the saved answers of a submitted run.

    Args:
        analyst: Opens its models through `models`, under `collecting_settings`.
        done: Called with each row.
    """

    def __init__(
        self,
        analyst: Analyst,
        models: CollectedModels,
        job: Job,
        run: BatchRun,
        workers: Workers,
        done: Callable[[Row], None] = lambda row: None,
    ) -> None:
        self._analyst, self._models, self._run = analyst, models, run
        self._job = replace(job, repair=False)
        self._workers, self._done = workers, done
        self._store = analyst.store
        self._same = run.options.get("asked") == job.asked

    async def check(self) -> Checked:
        """Check every saved answer whose documents are as they were when it was submitted."""
        context = RunContext(
            analyst=self._analyst,
            job=self._job,
            workers=self._workers,
            cost_cap=CostCap(None),
            pace=Pace(1),
            sending=self._sending,
            wait=lambda message, seconds: None,
            halted=lambda: False,
        )
        kept = 0
        for key in self._store.batches.positions(self._run.id):
            item = self._store.batches.item(self._run.id, key)
            if item is None or item.status != RECEIVED:
                continue
            try:
                row = await self._unit(context, item)
            except _Unchecked as unchecked:
                kept += 1
                self._store.batches.save(replace(item, error=f"{NOT_CHECKED} {unchecked}"))
                continue
            self._save(item, row)
            self._done(row)
        plan = self._plan()
        return Checked(plan, self._tally(plan), kept)

    async def _unit(self, context: RunContext, item: BatchItem) -> Row:
        """Check one answer and return its row. Raises _Unchecked if that is not possible now."""
        planned = planned_of(item)
        if not self._same:
            raise _Unchecked(
                "The prompt or the version of docanalyst has changed since it was submitted. "
                "Restore the prompt, then collect again."
            )
        answered = read_line(
            str(item.record.get("reply") or ""),
            self._job.spec,
            self._analyst.catalog.provider(self._run.provider),
        )
        if answered is None:
            raise _Unchecked("The saved answer cannot be read.")
        account, turn = await asyncio.to_thread(self._taken_up, item)
        known = len(account.turns)
        try:
            documents, _ = await self._workers.read(planned.unit, self._job.password)
        except DocumentError as error:
            raise _Unchecked(f"{in_one_line(error)} When the file is back, collect again.") from error
        if {document.sha256 for document in documents} != set(planned.unit.digests):
            raise _Unchecked(
                f"{_named(planned)} changed after it was submitted. Restore the file, then collect again."
            )
        self._models.answers[tuple(document.sha256 for document in documents)] = answered
        try:
            row = await ask_unit(context, planned, documents, account, turn)
        except StopRun as stopped:
            raise stopped.error from stopped
        finally:
            self._models.answers.clear()
        is_asked = turn is not None or len(account.turns) > known
        if answered.error is None and not row.status.answered and not is_asked:
            raise _Unchecked(row.error)
        return row

    def _taken_up(self, item: BatchItem) -> tuple[Account, Turn | None]:
        """Return what a unit had cost before it was collected, and its turn if it was checked already."""
        account = Account.of(item.record)
        sending = str(item.record.get("sending") or "")
        if not sending:
            return account, None
        try:
            turn = self._store.turns.get(sending)
        except UsageError:
            return account, None
        if turn.is_settled:
            account.add(turn)
            return account, turn
        # The check was interrupted. The saved answer is checked once more, and nothing was sent.
        error = "The check was interrupted; the next turn repeats it."
        nothing = Cost(0) if turn.cost is None else replace(turn.cost, micros=0)
        void = replace(
            turn, status=TurnStatus.FAILED, usage=Usage(), cost=nothing, doubt_micros=0, error=error
        )
        account.add(self._store.turns.finish(void))
        return account, None

    def _sending(self, planned: UnitPlan, account: Account, turn_id: str, most: int) -> None:
        item = self._store.batches.item(self._run.id, planned.key)
        assert item is not None
        self._store.batches.save(replace(item, record=item.record | sent_record(account, turn_id, 0)))

    def _save(self, item: BatchItem, row: Row) -> None:
        record = {name: item.record[name] for name in ("files", "digests", "part") if name in item.record}
        self._store.batches.save(
            replace(
                item,
                status=row.status.value,
                error=row.error or None,
                record=record | row_record(row),
                input_tokens=row.input_tokens,
                output_tokens=row.output_tokens,
                cost_micros=row.cost_micros,
                seconds=row.seconds,
            )
        )

    def _plan(self) -> RunPlan:
        """Return all units of the run, in their original order."""
        units = []
        for name, key, twin_of in self._run.options.get("units", ()):
            item = self._store.batches.item(self._run.id, key)
            known = planned_of(item) if item is not None else UnitPlan(Unit(name, ()), key)
            unit = Unit(name, known.unit.files, known.unit.digests)
            units.append(
                replace(known, unit=unit, twin_of=twin_of, problem=(item.error or "") if item else "")
            )
        return RunPlan(self._job, tuple(units))

    def _tally(self, plan: RunPlan) -> Tally:
        tally = Tally(units=len(plan.units))
        for planned in plan.units:
            item = self._store.batches.item(self._run.id, planned.key)
            if item is None or item.status in (OPEN, SENT, SUBMITTED):
                continue
            row = row_of(self._store, self._run.id, planned)
            name = row.status.value
            tally = replace(
                tally,
                **{name: getattr(tally, name) + 1},
                spent_micros=tally.spent_micros + (row.cost_micros or 0),
                doubt_micros=tally.doubt_micros + row.doubt_micros,
                input_tokens=tally.input_tokens + row.input_tokens,
                output_tokens=tally.output_tokens + row.output_tokens,
            )
        return tally


class _Unchecked(Exception):
    """A saved answer that cannot be checked now; the text says why."""


def _named(planned: UnitPlan) -> str:
    return ", ".join(Path(file.path).name for file in planned.unit.files)


def planned_of(item: BatchItem) -> UnitPlan:
    """Return a unit as it was submitted."""
    files = tuple(File(str(path), pages) for path, pages in item.record.get("files") or ())
    digests = tuple(str(digest) for digest in item.record.get("digests") or ())
    return UnitPlan(Unit(item.unit, files, digests), item.key)
