"""Fetches the answers of a provider's batch API and saves each as it came, before anything is checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from docanalyst.batch.remote.remote import Part, discounted_spec, keep_parts, require_submitted
from docanalyst.batch.unit.accounts import Account
from docanalyst.batch.unit.resuming import NOT_CHECKED, OPEN, RECEIVED, SUBMITTED
from docanalyst.domain.errors import ProviderError
from docanalyst.domain.models import Usage, cost_of
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.exporters.presentation.figures import count

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.providers.wire.file_batches import Answered, FileBatch, FileBatches
    from docanalyst.storage import Store
    from docanalyst.storage.batches import BatchItem, BatchRun

_SAVED_AT_ONCE = 100
LOST = (
    "The provider has answered and billed this unit, but its file of answers lacks it. The file stays there: "
    "collect again later, or ask again with `docanalyst batch collect RUN --give-up`."
)


@dataclass(slots=True)
class Fetched:
    """The result of fetching.

    Attributes:
        waiting: Batches still running.
        received: Answers saved now.
        unanswered: Units that the provider did not answer; they can be submitted again.
        lost: Units that the provider counts as answered and did not deliver.
        notes: What was wrong with the files of answers.
    """

    parts: list[Part]
    waiting: int = 0
    received: int = 0
    unanswered: int = 0
    lost: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Contents:
    """What the files of one batch hold."""

    keys: set[str] = field(default_factory=set)
    unreadable: int = 0
    duplicate: int = 0
    unknown: int = 0
    broken: list[str] = field(default_factory=list)

    def notes(self, batch_id: str) -> list[str]:
        """Return what is wrong with the files, in words."""
        found = [f"batch {batch_id}: {message}" for message in self.broken]
        if self.unreadable:
            found.append(f"batch {batch_id}: {count(self.unreadable, 'line')} cannot be read")
        if self.duplicate:
            answers = count(self.duplicate, "answer")
            found.append(f"batch {batch_id}: {answers} came twice; the first one counts")
        if self.unknown:
            found.append(f"batch {batch_id}: {count(self.unknown, 'answer')} to no unit of this run")
        return found


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


async def fetch(store: Store, run: BatchRun, api: FileBatches, *, give_up: bool = False) -> Fetched:
    """Save every answer of the finished batches; delete their files at the provider if all are saved.

    Args:
        give_up: Whether units whose answers the provider has lost may be asked again.

    Raises:
        ProviderError: The provider does not tell the status of a batch.
    """
    parts = require_submitted(run)
    result = Fetched(parts)
    found = await refresh(api, parts)
    for part in parts:
        batch = found.get(part.number)
        if batch is not None and batch.ended:
            await _Fetching(store, run, api, result).part(part, batch, give_up=give_up)
    result.waiting = sum(not part.collected and part.number in found and not found[part.number].ended
                         for part in parts)  # fmt: skip
    result.waiting += sum(not part.batch_id for part in parts)
    keep_parts(store, run, parts, SUBMITTED)
    return result


class _Fetching:
    """Fetches the files of a run's batches."""

    def __init__(self, store: Store, run: BatchRun, api: FileBatches, result: Fetched) -> None:
        self._store, self._run, self._api, self._result = store, run, api, result
        self._spec = discounted_spec(api.spec, api.discount)

    async def part(self, part: Part, batch: FileBatch, *, give_up: bool) -> None:
        """Fetch the files of one ended batch."""
        contents = _Contents()
        for file_id in filter(None, (batch.output_file_id, batch.error_file_id)):
            await self._file(file_id, contents)
        self._result.notes += contents.notes(batch.id)
        items = [item for item in self._items() if item.record.get("part") == part.number]
        missing = [item for item in items if item.status == SUBMITTED]
        whole = _is_whole(batch, contents, delivered=len(items) - len(missing), missing=len(missing))
        if not whole:
            self._result.lost += 0 if give_up else len(missing)
            delivered = f"{len(items) - len(missing)} of {count(batch.counts[1] + batch.counts[2], 'answer')}"
            kept = "its files are deleted" if give_up else "its files stay at the provider"
            self._result.notes.append(f"batch {batch.id}: only {delivered} delivered; {kept}")
        if whole or give_up:
            self._reopen(missing, batch, billed=not whole)
            part.collected = True
            keep_parts(self._store, self._run, self._result.parts, SUBMITTED)
            for file_id in filter(None, (batch.output_file_id, batch.error_file_id, part.file_id)):
                await self._api.delete(file_id)
        else:
            self._store.batches.save_all(replace(item, error=LOST.replace("RUN", self._run.id))
                                         for item in missing)  # fmt: skip

    async def _file(self, file_id: str, contents: _Contents) -> None:
        """Save the answers in one file, also when it breaks off."""
        pending: list[BatchItem] = []
        try:
            async for line in self._api.lines(file_id):
                item = self._received(line, contents)
                if item is not None:
                    pending.append(item)
                if len(pending) >= _SAVED_AT_ONCE:
                    self._save(pending)
        except ProviderError as error:
            contents.broken.append(error.message)
        finally:
            self._save(pending)

    def _save(self, pending: list[BatchItem]) -> None:
        self._store.batches.save_all(pending)
        self._result.received += len(pending)
        pending.clear()

    def _received(self, line: str, contents: _Contents) -> BatchItem | None:
        """Return the unit of a line with its raw answer; None if there is nothing to save."""
        if not line.strip():
            return None
        answered = self._api.read(line)
        if answered is None:
            contents.unreadable += 1
            return None
        key = answered.custom_id
        item = self._store.batches.item(self._run.id, key)
        if item is None:
            contents.unknown += 1
        elif key in contents.keys:
            contents.duplicate += 1
        elif item.status == SUBMITTED:
            contents.keys.add(key)
            return self._with_reply(item, line, answered)
        contents.keys.add(key)
        return None

    def _with_reply(self, item: BatchItem, line: str, answered: Answered) -> BatchItem:
        """Return a unit with its raw answer and what that costs."""
        usage = next((delta.usage for delta in reversed(answered.deltas) if delta.usage), None) or Usage()
        cost = cost_of(usage, self._spec.price)
        return replace(
            item,
            status=RECEIVED,
            error=f"{NOT_CHECKED} Run `docanalyst batch collect {item.run_id}`.",
            record=item.record | {"reply": line},
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cost_micros=None if cost is None else cost.micros,
            currency="USD",
        )

    def _items(self) -> Iterable[BatchItem]:
        for key in self._store.batches.positions(self._run.id):
            item = self._store.batches.item(self._run.id, key)
            if item is not None:
                yield item

    def _reopen(self, missing: list[BatchItem], batch: FileBatch, *, billed: bool) -> None:
        """Let units be asked again that were not answered.

        Args:
            billed: Whether the provider may charge for them all the same.
        """
        for item in missing:
            account = Account.of(item.record)
            account.doubt += self._lost(item) if billed else 0
            error = f"No answer: the provider's batch is {batch.status}."
            self._store.batches.save(replace(item, status=OPEN, error=error, record=account.record()))
        self._result.unanswered += len(missing)

    def _lost(self, item: BatchItem) -> int:
        """Save the request of a lost answer as a failed turn, for `spending`; return what it may cost."""
        from docanalyst.storage import new_id

        most, session_id = int(item.record.get("most_micros") or 0), new_id()
        lost = Turn(
            id=new_id(),
            session_id=session_id,
            question=f"{item.unit}, submitted to the provider's batch API",
            provider=self._run.provider,
            model=self._run.model,
            status=TurnStatus.FAILED,
            doubt_micros=most,
            error="The provider counted an answer and did not deliver it.",
        )
        with self._store.at_once():
            self._store.sessions.create(session_id, f"batch · {item.unit}")
            self._store.turns.finish(lost)
        return most


def _is_whole(batch: FileBatch, contents: _Contents, *, delivered: int, missing: int) -> bool:
    """Return whether all that the provider counts as answered is saved."""
    if not missing:
        return True
    if contents.broken:
        return False
    total, completed, failed = batch.counts
    if total:
        return delivered >= completed + failed
    return batch.status != "completed" and not contents.unreadable
