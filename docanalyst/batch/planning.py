"""Plans a run before anything is sent: tokens, what does not fit and why, cost and time."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from docanalyst.batch.jobs import LIKELY_TOKENS_PER_FIELD, Job
from docanalyst.batch.units import Unit, identify, unit_key
from docanalyst.batch.workers import each
from docanalyst.domain.errors import DocanalystError, UsageError
from docanalyst.domain.models import ModelSpec, Usage, cost_of
from docanalyst.pdf.enclosures.members import container_of

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.analyst.planning import Plan
    from docanalyst.batch.workers import Workers

READ_AT_ONCE = 4
"""Units that are read at the same time in processes of their own."""
TEXTS_AT_ONCE = 32
"""Text files that one thread reads and counts in turn: threads would only wait for each other."""


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """One unit and its token count.

    Attributes:
        tokens: Tokens to send.
        reserved: Tokens reserved for the answer.
        most_micros: Maximum cost in millionths of a dollar.
        problem: Why it cannot be sent, or "".
        kind: Kind of that error.
        answered: Whether an earlier run has answered it.
        twin_of: An earlier unit with the same content, whose answer it shares.
        changed: What changed since it was last answered.
    """

    unit: Unit
    key: str
    tokens: int = 0
    reserved: int = 0
    most_micros: int | None = None
    problem: str = ""
    kind: str = ""
    answered: bool = False
    twin_of: str = ""
    changed: str = ""
    exact: bool = True

    @property
    def open(self) -> bool:
        """Whether the unit must be sent."""
        return not (self.answered or self.problem or self.twin_of)


@dataclass(frozen=True, slots=True)
class RunPlan:
    """All units of a run, in order."""

    job: Job
    units: tuple[UnitPlan, ...]
    warnings: tuple[str, ...] = ()

    @property
    def open(self) -> list[UnitPlan]:
        """The units to send."""
        return [unit for unit in self.units if unit.open]

    @property
    def tokens(self) -> int:
        """Total tokens to send."""
        return sum(unit.tokens for unit in self.open)

    @property
    def most_micros(self) -> int | None:
        """Maximum cost of the run without repeated questions; None if the price is unknown."""
        costs = [unit.most_micros for unit in self.open]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) else None

    @property
    def likely_micros(self) -> int | None:
        """Cost of the run with answers of usual length; None if the price is unknown."""
        return price_of(self.open, self.job.spec, self.likely_output)

    @property
    def likely_output(self) -> int:
        """Output tokens of an answer of usual length."""
        return 60 + LIKELY_TOKENS_PER_FIELD * len(self.job.grid.fields)


def minutes_at(units: Sequence[UnitPlan], tokens_per_minute: int) -> float | None:
    """Return the minutes that the units take at a limit in tokens per minute; None if a unit exceeds it."""
    needed = [unit.tokens + unit.reserved for unit in units]
    if any(tokens > tokens_per_minute for tokens in needed):
        return None
    return sum(needed) / tokens_per_minute


async def plan_run(
    analyst: Analyst,
    job: Job,
    units: Sequence[Unit],
    workers: Workers,
    *,
    restart: bool = False,
    count_all: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> RunPlan:
    """Identify, read and count every unit; a unit that cannot be read gets a problem. Sends nothing.

    Args:
        restart: Whether to ignore earlier answers.
        count_all: Whether to count answered units too.
        progress: Called with the number of units done and in all.
    """
    from docanalyst.providers import prefetch

    warming = None if job.offline else prefetch()
    plans = await asyncio.to_thread(_identify_all, analyst, job, units, restart=restart)
    done = 0

    async def count(places: Sequence[int]) -> None:
        nonlocal done
        counted = [place for place in places if plans[place].open or (count_all and plans[place].answered)]
        found = await count_units(analyst, job, [plans[place] for place in counted], workers)
        for place, planned in zip(counted, found, strict=True):
            plans[place] = planned
        done += len(places)
        if progress:
            progress(done, len(plans))

    texts = [place for place, planned in enumerate(plans) if planned.unit.is_text]
    others = [[place] for place, planned in enumerate(plans) if not planned.unit.is_text]
    parts = [texts[first : first + TEXTS_AT_ONCE] for first in range(0, len(texts), TEXTS_AT_ONCE)]
    await asyncio.gather(each(parts, 1, count), each(others, READ_AT_ONCE, count))
    if warming is not None:
        await asyncio.to_thread(warming.join)
    return RunPlan(job, tuple(plans), job.warnings)


def _identify_all(analyst: Analyst, job: Job, units: Sequence[Unit], *, restart: bool) -> list[UnitPlan]:
    """Return every unit with its key, marked if it was answered before or occurs twice."""
    names: dict[str, str] = {}
    found: list[UnitPlan] = []
    is_known = bool(analyst.store.batches.recent(1, output=str(job.output)))
    for unit in units:
        planned = _identified(job, unit)
        if planned.problem:
            planned = _moved_away(analyst, job, planned)
        if planned.key in names:
            planned = replace(planned, twin_of=names[planned.key])
        elif not planned.problem:
            names[planned.key] = unit.name
            if not restart and analyst.store.batches.is_answered(planned.key):
                planned = replace(planned, answered=True)
            elif is_known:
                planned = replace(planned, changed=_changed(analyst, job, planned))
        found.append(planned)
    return found


def _identified(job: Job, unit: Unit) -> UnitPlan:
    try:
        known = identify(unit)
    except DocanalystError as error:
        key = hashlib.sha256(f"unread\0{unit.name}".encode()).hexdigest()
        return UnitPlan(unit, key, problem=in_one_line(error), kind=error.kind)
    return UnitPlan(known, unit_key(known, job.asked))


def _moved_away(analyst: Analyst, job: Job, planned: UnitPlan) -> UnitPlan:
    """Return a unit whose files are gone with the key of its earlier answer, so that its row stays."""
    unit = planned.unit
    if any(container_of(file.path).exists() for file in unit.files):
        return planned
    earlier = analyst.store.batches.latest_of_unit(unit.name, str(job.output))
    documents = earlier.record.get("documents") or () if earlier is not None else ()
    digests = tuple(str(document.get("sha256")) for document in documents)
    if len(digests) != len(unit.files):
        return planned
    known = replace(unit, digests=digests)
    key = unit_key(known, job.asked)
    return UnitPlan(known, key, answered=True) if analyst.store.batches.is_answered(key) else planned


def _changed(analyst: Analyst, job: Job, planned: UnitPlan) -> str:
    """Return what changed since this unit was last answered for the same output; "" if it never was."""
    earlier = analyst.store.batches.latest_of_unit(planned.unit.name, str(job.output))
    if earlier is None or earlier.key == planned.key or earlier.status not in ("complete", "partial"):
        return ""
    digests = [document.get("sha256") for document in earlier.record.get("documents", ())]
    return "the file" if digests != list(planned.unit.digests) else "the question, prompt or model"


async def count_units(
    analyst: Analyst, job: Job, units: Sequence[UnitPlan], workers: Workers
) -> list[UnitPlan]:
    """Return the units with their tokens and cost, or with the problem that prevents sending them."""
    units_read = [planned.unit for planned in units]
    plan = analyst.planning(job.question(), job.options)
    plans = await workers.read_then(units_read, job.password, plan)
    return [_counted(planned, plan) for planned, plan in zip(units, plans, strict=True)]


def _counted(planned: UnitPlan, plan: Plan | DocanalystError) -> UnitPlan:
    """Return the unit with the figures of its plan, or with the error that prevents one."""
    from docanalyst.analyst.planning import require_fit

    try:
        if isinstance(plan, DocanalystError):
            raise plan
        planned = replace(
            planned,
            tokens=plan.budget.used,
            reserved=plan.budget.reserved_output,
            most_micros=plan.most_micros,
            exact=plan.counter.exact,
        )
        require_fit(plan)
    except DocanalystError as error:
        return replace(planned, problem=in_one_line(error), kind=error.kind)
    return planned


def in_one_line(error: DocanalystError) -> str:
    """Return the message and hint of an error on one line, for a table."""
    return " ".join(f"{error.message} {error.hint}".split())


def price_of(units: Sequence[UnitPlan], spec: ModelSpec, output: int) -> int | None:
    """Return the cost of these units at a model, with answers of that many tokens."""
    tokens = sum(unit.tokens for unit in units)
    cost = cost_of(Usage(input_tokens=tokens, output_tokens=output * len(units)), spec.price)
    return None if cost is None else cost.micros


@dataclass(frozen=True, slots=True)
class Offer:
    """The same run at another provider.

    Attributes:
        left_out: Number of units that do not fit its window.
        tiers: Minutes by plan, None if a unit exceeds the plan's limit.
        configured: Whether there is an API key.
        batch_discount: Share by which its batch API is cheaper, 0 without one.
    """

    provider: str
    model: str
    window: int
    likely_micros: int | None
    left_out: int
    tiers: dict[str, float | None]
    configured: bool
    batch_discount: float = 0.0

    @property
    def batch_micros(self) -> int | None:
        """Cost of the run through the provider's batch API."""
        return None if self.likely_micros is None else round(self.likely_micros * (1 - self.batch_discount))


def offers(analyst: Analyst, plan: RunPlan) -> list[Offer]:
    """Return the run at every hosted provider's default model, cheapest first, with estimated tokens."""
    from docanalyst.providers.choice import choose

    counted = [unit for unit in plan.units if unit.tokens and not unit.twin_of]
    found: list[Offer] = []
    for entry in analyst.catalog:
        if entry.hidden or entry.offline or entry.local or not entry.defaults:
            continue
        try:
            choice = choose(
                analyst.catalog,
                provider=entry.name,
                lookup=analyst.settings.lookup,
                today=datetime.now(UTC).date(),
            )
        except UsageError:
            continue
        spec = choice.spec
        room = min(spec.context_window, (spec.max_input or spec.context_window))
        fitting = [unit for unit in counted if unit.tokens + unit.reserved <= room]
        tiers = analyst.catalog.entry(spec).tokens_per_minute
        found.append(
            Offer(
                provider=entry.name,
                model=spec.model_id,
                window=spec.context_window,
                likely_micros=price_of(fitting, spec, plan.likely_output),
                left_out=len(counted) - len(fitting),
                tiers={name: minutes_at(fitting, limit) for name, limit in tiers.items()},
                configured=entry.is_configured(analyst.settings.lookup),
                batch_discount=float(entry.batch.get("discount", 0.0)),
            )
        )
    return sorted(
        found, key=lambda offer: (offer.likely_micros is None, offer.left_out, offer.likely_micros or 0)
    )
