"""Collects the answers of a provider's batch API and checks them like any other answer."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from docanalyst.batch.events import Tally
from docanalyst.batch.jobs import Job
from docanalyst.batch.limits.pace import CostCap, Pace
from docanalyst.batch.planning import RunPlan, UnitPlan, in_one_line
from docanalyst.batch.remote.remote import Part, discounted, keep_parts, require_submitted
from docanalyst.batch.unit.accounts import Account
from docanalyst.batch.unit.asking import RunContext, ask_unit
from docanalyst.batch.unit.resuming import OPEN, SUBMITTED, sent_record, take_up
from docanalyst.batch.units import File, Unit
from docanalyst.domain.endings import failure_at_end
from docanalyst.domain.errors import BadResponse, DocanalystError, DocumentError, StorageError, UsageError
from docanalyst.domain.grid.grids import Row, RowStatus
from docanalyst.domain.models import Delta, ModelSpec
from docanalyst.domain.records.rows import row_from_record, row_record
from docanalyst.domain.request import Request

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.batch.workers import Workers
    from docanalyst.providers.wire.file_batches import Answered, FileBatch, FileBatches
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
            raise BadResponse(found.error.message, found.error.hint, provider=self.spec.provider, status=0)
        answer = reasoning = ""
        for delta in found.deltas:
            answer, reasoning = answer + delta.answer, reasoning + delta.reasoning
            yield delta
        finish = found.deltas[-1].finish_reason if found.deltas else None
        stopped = failure_at_end(self.spec.provider, finish, answer, reasoning)
        if stopped is not None:
            # It was answered and paid for; asking the collected answer again would bring the same.
            stopped.retryable = False
            raise stopped

    async def aclose(self) -> None:
        """Do nothing: there is no connection."""


@dataclass(frozen=True, slots=True)
class Collected:
    """The result of collecting.

    Attributes:
        waiting: Batches still running.
        unanswered: Units that the provider did not answer; they can be submitted again.
    """

    plan: RunPlan
    tally: Tally
    parts: tuple[Part, ...]
    waiting: int
    unanswered: int


def collecting_settings(settings: Settings, run: BatchRun, spec: ModelSpec, discount: float) -> Settings:
    """Return settings for collecting a run: its own provider and model, at the batch price."""
    pinned = replace(settings, provider=run.provider, model=run.model, fallback=())
    return discounted(pinned, spec, discount)


async def refresh(api: FileBatches, parts: list[Part]) -> dict[int, FileBatch]:
    """Fetch the status of each part from the provider and return it by part number."""
    found: dict[int, FileBatch] = {}
    for part in parts:
        if part.batch_id and not part.collected:
            found[part.number] = await api.get(part.batch_id)
            part.status = found[part.number].status
    return found


async def cancel(analyst: Analyst, run: BatchRun, api: FileBatches) -> list[Part]:
    """Cancel the parts still running; answers finished by then can be collected."""
    parts = require_submitted(run)
    for part in parts:
        if part.batch_id and not part.collected:
            batch = await api.get(part.batch_id)
            part.status = (batch if batch.ended else await api.cancel(part.batch_id)).status
    keep_parts(analyst.store, run, parts, SUBMITTED)
    return parts


class Collector:
    """Collects the answers of a submitted run.

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
        api: FileBatches,
        workers: Workers,
        done: Callable[[Row], None] = lambda row: None,
    ) -> None:
        if run.options.get("asked") != job.asked:
            raise UsageError(
                f"The prompt or the version of docanalyst has changed since run {run.id} was submitted.",
                "Restore the prompt, then collect again.",
            )
        self._analyst, self._models, self._run, self._api = analyst, models, run, api
        self._job = replace(job, repair=False)
        self._workers, self._done = workers, done
        self._store = analyst.store
        self._unanswered = 0

    async def collect(self) -> Collected:
        """Collect every finished part and delete its files at the provider. Raises ProviderError."""
        parts = require_submitted(self._run)
        found = await refresh(self._api, parts)
        for part in parts:
            batch = found.get(part.number)
            if batch is None or not batch.ended:
                continue
            await self._part(part, batch)
            part.collected = True
            keep_parts(self._store, self._run, parts, SUBMITTED)
            for file_id in (batch.output_file_id, batch.error_file_id, part.file_id):
                if file_id:
                    await self._api.delete(file_id)
        waiting = sum(not part.collected for part in parts)
        plan = self._plan()
        tally = self._tally(plan)
        status = SUBMITTED if waiting else "complete" if tally.complete == tally.units else "incomplete"
        keep_parts(self._store, self._run, parts, status)
        return Collected(plan, tally, tuple(parts), waiting, self._unanswered)

    async def _part(self, part: Part, batch: FileBatch) -> None:
        answers: dict[str, Answered] = {}
        for file_id in (batch.output_file_id, batch.error_file_id):
            if file_id:
                async for answered in self._api.answers(file_id):
                    answers[answered.custom_id] = answered
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
        for key in self._store.batches.positions(self._run.id):
            item = self._store.batches.item(self._run.id, key)
            if item is None or item.status != SUBMITTED or item.record.get("part") != part.number:
                continue
            if key in answers:
                row = await self._unit(context, item, answers[key])
                self._save(item, row.status.value, row.error or None, row_record(row))
                self._done(row)
            else:
                self._unanswered += 1
                self._save(item, OPEN, f"No answer: the provider's batch is {batch.status}.", {})

    async def _unit(self, context: RunContext, item: BatchItem, answered: Answered) -> Row:
        """Check one answer and return its row."""
        planned = planned_of(item)
        account = Account.of(item.record)
        try:
            documents, _ = await self._workers.read(planned.unit, self._job.password)
            if {document.sha256 for document in documents} != set(planned.unit.digests):
                raise DocumentError("The file changed after it was submitted.", "Run the batch again.")
            self._models.answers[tuple(document.sha256 for document in documents)] = answered
            account, turn = await take_up(self._store, item, self._job, documents)
            return await ask_unit(context, planned, documents, account, turn)
        except StorageError:
            raise
        except DocanalystError as error:
            return account.on(Row(planned.unit.name, RowStatus.FAILED, error=in_one_line(error)))
        finally:
            self._models.answers.clear()

    def _sending(self, planned: UnitPlan, account: Account, turn_id: str, most: int) -> None:
        item = self._store.batches.item(self._run.id, planned.key)
        assert item is not None
        self._save(item, SUBMITTED, None, item.record | sent_record(account, turn_id, 0))

    def _save(self, item: BatchItem, status: str, error: str | None, record: dict[str, object]) -> None:
        kept = {name: item.record[name] for name in ("files", "digests", "part") if name in item.record}
        self._store.batches.save(replace(item, status=status, error=error, record=kept | record))

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
            if item is None or item.status in (OPEN, SUBMITTED):
                continue
            row = row_from_record(item.record)
            name, first = row.status.value, not planned.twin_of
            tally = replace(
                tally,
                **{name: getattr(tally, name) + 1},
                spent_micros=tally.spent_micros + (row.cost_micros or 0) * first,
                input_tokens=tally.input_tokens + row.input_tokens * first,
                output_tokens=tally.output_tokens + row.output_tokens * first,
            )
        return tally


def planned_of(item: BatchItem) -> UnitPlan:
    """Return a unit as it was submitted."""
    files = tuple(File(str(path), pages) for path, pages in item.record.get("files") or ())
    digests = tuple(str(digest) for digest in item.record.get("digests") or ())
    return UnitPlan(Unit(item.unit, files, digests), item.key)
