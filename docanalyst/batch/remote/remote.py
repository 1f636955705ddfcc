"""Submits a run to the provider's batch API, usually at half the price; its answers are collected later.

Every step is saved before and after it is done, so that nothing is submitted twice after a crash: which units
are in which file, then the ID of the uploaded file, then the ID of its batch.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docanalyst.batch.jobs import Job
from docanalyst.batch.planning import RunPlan, UnitPlan, in_one_line
from docanalyst.batch.unit.accounts import Account
from docanalyst.batch.unit.resuming import (
    OPEN,
    RECEIVED,
    SENT,
    SUBMITTED,
    account_of,
    at_the_provider,
    money_of,
    open_run,
    reused_row,
)
from docanalyst.domain.errors import (
    ContextTooLarge,
    DocanalystError,
    ProviderError,
    StorageError,
    UsageError,
)
from docanalyst.domain.grid.grids import Row, RowStatus
from docanalyst.domain.models import ModelSpec, Price, highest_cost
from docanalyst.domain.records.rows import row_from_record, row_record
from docanalyst.settings import Settings

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.batch.workers import Workers
    from docanalyst.providers.wire.file_batches import FileBatches
    from docanalyst.storage import Store
    from docanalyst.storage.batches import BatchItem, BatchRun


@dataclass(slots=True)
class Part:
    """One file of requests and its batch.

    Attributes:
        collected: Whether its answers were collected.
    """

    number: int
    file_id: str = ""
    batch_id: str = ""
    status: str = ""
    collected: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """What was submitted.

    Attributes:
        left: Rows of the units that were not, with the reasons.
    """

    run_id: str
    units: int
    parts: tuple[Part, ...]
    most_micros: int
    left: tuple[Row, ...]


def discounted(settings: Settings, spec: ModelSpec, discount: float) -> Settings:
    """Return settings in which this model has its batch price."""
    if spec.price is None:
        return settings
    price = {"input": spec.price.input * (1 - discount), "output": spec.price.output * (1 - discount)}
    own = dict(settings.providers)
    provider = dict(own.get(spec.provider, {}))
    models = dict(provider.get("models", {}))
    models[spec.model_id] = {**models.get(spec.model_id, {}), "price": price}
    own[spec.provider] = provider | {"models": models}
    return replace(settings, providers=own)


def discounted_spec(spec: ModelSpec, discount: float) -> ModelSpec:
    """Return the spec at its batch price, which has no discount for cached tokens."""
    if spec.price is None:
        return spec
    price = Price(
        spec.price.input * (1 - discount), spec.price.output * (1 - discount), as_of=spec.price.as_of
    )
    return replace(spec, price=price)


def parts_of(run: BatchRun) -> list[Part]:
    """Return the parts of a submitted run."""
    return [Part(**item) for item in run.options.get("parts", ())]


class Submitter:
    """Submits the open units of a plan, file by file.

    Args:
        directory: Where request files are written, readable by their owner alone.
        say: Called with each message.
    """

    def __init__(
        self,
        analyst: Analyst,
        plan: RunPlan,
        workers: Workers,
        api: FileBatches,
        directory: Path,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._analyst, self._plan, self._workers, self._api = analyst, plan, workers, api
        self._directory, self._say = directory, say
        self._store = analyst.store
        self._spec = discounted_spec(plan.job.spec, api.discount)
        self._left: list[Row] = []
        self._most = 0
        self._earlier = 0

    async def submit(self, details: dict[str, Any], *, restart: bool = False) -> Submission:
        """Submit the open units; what was submitted before is not sent again.

        Raises ProviderError, UsageError.
        """
        job = self._plan.job
        units = [[planned.unit.name, planned.key, planned.twin_of] for planned in self._plan.units]
        details = {**details, "units": units}
        run = await asyncio.to_thread(
            lambda: open_run(self._store, self._plan, restart=restart, details=details)
        )
        self._run = run
        self._parts = parts_of(run)
        self._positions = self._store.batches.positions(run.id)
        self._earlier = (await asyncio.to_thread(money_of, self._store, run.id)).most
        try:
            await self._adopt()
            count = await self._submit_open(job)
        finally:
            self._store.batches.finish(run.id, SUBMITTED)
        return Submission(run.id, count, tuple(self._parts), self._most, tuple(self._left))

    async def _adopt(self) -> None:
        """Finish what an earlier process had begun to submit."""
        for part in list(self._parts):
            if part.batch_id:
                continue
            if not part.file_id:
                # A provider that cannot list its files leaves nothing to adopt.
                with suppress(ProviderError):
                    part.file_id = await self._api.uploaded(self._path(part).name)
            if part.file_id:
                found = await self._api.find(part.file_id) or await self._api.create(
                    part.file_id, self._label(part)
                )
                part.batch_id, part.status = found.id, found.status
                self._keep()
            else:
                self._parts.remove(part)
                with self._store.at_once():
                    self._reopen(part)
                    self._keep()

    async def _submit_open(self, job: Job) -> int:
        count, size = 0, 0
        part = self._new_part()
        keys: list[tuple[UnitPlan, int]] = []
        submitted = 0
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for planned in self._plan.units:
            item = self._store.batches.item(self._run.id, planned.key)
            if planned.answered:
                self._take_over(planned, item)
            at_provider = item is not None and item.status in (SUBMITTED, RECEIVED)
            if planned.twin_of or planned.answered or at_provider:
                continue
            found = await self._line(job, planned)
            if found is None:
                continue
            line, most = found
            if keys and (size + len(line) > self._api.largest_file or count >= self._api.most_lines):
                submitted += await self._send(part, keys)
                part, keys, size, count = self._new_part(), [], 0, 0
            with self._file(part) as target:
                target.write(line)
            keys.append((planned, most))
            size, count = size + len(line), count + 1
        if keys:
            submitted += await self._send(part, keys)
        return submitted

    async def _line(self, job: Job, planned: UnitPlan) -> tuple[bytes, int] | None:
        """Return the request of a unit as a line, and the most that it can cost; the unit is then claimed.

        Returns None, with its row saved, if it cannot be sent.
        """
        if planned.problem:
            status = RowStatus.SKIPPED if planned.kind == "context_too_large" else RowStatus.FAILED
            self._refuse(planned, status, planned.problem)
            return None
        try:
            documents, _ = await self._workers.read(planned.unit, job.password)
            cleared = await self._analyst.clear(documents, job.question(), job.options, at_once=False)
        except StorageError:
            raise
        except ContextTooLarge as error:
            self._refuse(planned, RowStatus.SKIPPED, in_one_line(error))
            return None
        except DocanalystError as error:
            self._refuse(planned, RowStatus.FAILED, in_one_line(error))
            return None
        budget = cleared.plan.budget
        most = highest_cost(self._spec.price, budget.used + budget.margin, budget.reserved_output) or 0
        cap = job.max_cost_micros
        if cap is not None and self._earlier + self._most + most > cap:
            self._refuse(planned, RowStatus.SKIPPED, "Not submitted: it could exceed the cost cap.")
            return None
        with self._store.at_once():
            claim = self._store.batches.claimed(planned.key, self._run.id)
            if claim is None:
                self._store.batches.save(self._item(planned, SENT, {}))
        if claim is not None:
            other, how = claim
            asking = f"Run {other} is asking about this unit. Run the same command again when it has ended."
            self._refuse(planned, RowStatus.SKIPPED, asking if how == SENT else at_the_provider(other))
            return None
        self._most += most
        return self._api.line(planned.key, cleared.plan.request), most

    async def _send(self, part: Part, units: list[tuple[UnitPlan, int]]) -> int:
        """Upload one file and start its batch, saving each step before the next."""
        path = self._path(part)
        self._parts.append(part)
        # Together, because a unit of a part that is not saved would never be submitted.
        with self._store.at_once():
            self._store.batches.save_all(
                self._item(planned, SUBMITTED, {"part": part.number, "most_micros": most})
                for planned, most in units
            )
            self._keep()
        self._say(f"Uploading {len(units):,} requests, {path.stat().st_size / 1_000_000:.1f} MB")
        part.file_id = await self._api.upload(path)
        self._keep()
        batch = await self._api.create(part.file_id, self._label(part))
        part.batch_id, part.status = batch.id, batch.status
        self._keep()
        with suppress(OSError):
            path.unlink()
        return len(units)

    def _reopen(self, part: Part) -> None:
        """Reopen the units of a part that was never uploaded."""
        for key in self._positions:
            item = self._store.batches.item(self._run.id, key)
            if item is not None and item.status == SUBMITTED and item.record.get("part") == part.number:
                self._store.batches.save(replace(item, status=OPEN, record=Account.of(item.record).record()))

    def _take_over(self, planned: UnitPlan, item: BatchItem | None) -> None:
        """Reuse the answer of an earlier run."""
        found = self._store.batches.answered(planned.key)
        if found is not None and (item is None or item.status != found.status):
            row = reused_row(row_from_record(found.record), planned.unit.name)
            self._store.batches.save(
                replace(self._item(planned, found.status, row_record(row)), error=found.error)
            )

    def _refuse(self, planned: UnitPlan, status: RowStatus, error: str) -> None:
        row = self._account(planned).on(Row(planned.unit.name, status, error=error))
        self._left.append(row)
        self._store.batches.save(replace(self._item(planned, status.value, row_record(row)), error=error))

    def _item(self, planned: UnitPlan, status: str, record: dict[str, Any]) -> BatchItem:
        from docanalyst.storage.batches import BatchItem

        # Absolute, because the answers may be collected from another working directory.
        files = [[str(Path(file.path).expanduser().absolute()), file.pages] for file in planned.unit.files]
        kept = record if "version" in record else {**self._account(planned).record(), **record}
        kept = kept | {"files": files, "digests": list(planned.unit.digests)}
        return BatchItem(
            self._run.id,
            self._positions[planned.key],
            planned.key,
            planned.unit.name,
            status,
            record=kept,
            cost_micros=kept.get("cost_micros") if "version" in kept else None,
        )

    def _account(self, planned: UnitPlan) -> Account:
        """Return what a unit has cost so far in this run."""
        item = self._store.batches.item(self._run.id, planned.key)
        return Account() if item is None else account_of(self._store, item)[0]

    def _keep(self) -> None:
        """Save the parts."""
        options = {**self._run.options, "parts": [asdict(part) for part in self._parts]}
        self._run = self._store.batches.start(replace(self._run, options=options))

    def _new_part(self) -> Part:
        part = Part(number=max((part.number for part in self._parts), default=0) + 1)
        with suppress(OSError):
            self._path(part).unlink()
        return part

    def _label(self, part: Part) -> str:
        return f"{self._run.id}/{part.number}"

    def _path(self, part: Part) -> Path:
        return self._directory / f"{self._run.id}-{part.number}.jsonl"

    def _file(self, part: Part) -> Any:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        return os.fdopen(os.open(self._path(part), flags, 0o600), "ab")


def keep_parts(store: Store, run: BatchRun, parts: list[Part], status: str) -> None:
    """Save the parts and status of a submitted run."""
    store.batches.start(replace(run, options={**run.options, "parts": [asdict(part) for part in parts]}))
    store.batches.finish(run.id, status)


def require_submitted(run: BatchRun) -> list[Part]:
    """Return the parts of a run.

    Raises:
        UsageError: It was never submitted.
    """
    parts = parts_of(run)
    if not parts:
        raise UsageError(
            f"Run {run.id} was not submitted to a provider's batch API.",
            "Run `docanalyst batch status` to list the runs.",
        )
    return parts
