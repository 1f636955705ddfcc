"""The state of a batch as a window shows it: its units in order, and their totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.domain.grid.grids import Stated
from docanalyst.exporters.presentation.marks import VERDICTS
from docanalyst.tui.text.plain import one_line

if TYPE_CHECKING:
    from docanalyst.batch.planning import RunPlan
    from docanalyst.domain.grid.grids import FieldAnswer, Row
    from docanalyst.storage import Store
    from docanalyst.storage.batches import BatchRun

WAITING, ASKING = "waiting", "asking"
ANSWERED = ("complete", "partial")
NOT_ANSWERED = ("failed", "skipped")


@dataclass(eq=False, slots=True)
class UnitLine:
    """A unit and its state.

    Attributes:
        shown: Its name without the folder that all units share.
        state: Waiting, asking, complete, partial, failed or skipped.
        since: Start of the request, in monotonic seconds.
        reused: Whether it was answered before.
        has_doubt: Whether some quote is not verified.
        tokens, most_micros, problem, same_as, changed: As in the plan.
    """

    name: str
    shown: str
    state: str = WAITING
    row: Row | None = None
    since: float = 0.0
    reused: bool = False
    tokens: int = 0
    most_micros: int | None = None
    problem: str = ""
    same_as: str = ""
    changed: str = ""
    has_doubt: bool = False

    def take(self, row: Row) -> None:
        """Take the answer of the unit, or the reason why there is none."""
        self.has_doubt = any(not quote.verified for answer in row.answers for quote in answer.citations)
        self.row, self.state = row, row.status.value

    @property
    def micros(self) -> int:
        """What the unit has cost or may have cost, in millionths of a dollar."""
        return (self.row.cost_micros or 0) + self.row.doubt_micros if self.row is not None else 0

    @property
    def error(self) -> str:
        """Why the answer is incomplete."""
        return (self.row.error if self.row is not None else "") or self.problem


@dataclass(slots=True)
class BatchState:
    """A running or saved batch.

    Attributes:
        output: Path of the table.
        headings: Headings of its columns.
        cap_micros: Cost cap in millionths of a dollar, None for no cap.
        status: Status of the run, "running" while it runs.
    """

    output: Path
    provider: str = ""
    model: str = ""
    headings: tuple[str, ...] = ()
    lines: list[UnitLine] = field(default_factory=list)
    cap_micros: int | None = None
    run_id: str = ""
    status: str = ""

    def counts(self) -> Counter[str]:
        """Return the number of units in each state; "doubt" are complete units with an unverified quote."""
        counts = Counter(line.state for line in self.lines)
        counts["doubt"] = sum(line.has_doubt and line.state == "complete" for line in self.lines)
        return counts

    def count(self, *states: str) -> int:
        """Return the number of units in these states."""
        return sum(line.state in states for line in self.lines)

    @property
    def done(self) -> int:
        """Number of units that have ended."""
        return self.count(*ANSWERED, *NOT_ANSWERED)

    @property
    def micros(self) -> int:
        """What all units have cost or may have cost, in millionths of a dollar."""
        return sum(line.micros for line in self.lines)

    @property
    def can_go_on(self) -> bool:
        """Whether some unit has no answer."""
        return any(line.state not in ANSWERED for line in self.lines)


def lines_of(names: Sequence[str]) -> list[UnitLine]:
    """Return a line for each unit, named without the folder they share."""
    folder = common_folder(names)
    return [UnitLine(name, one_line(name[len(folder) :]) or one_line(name)) for name in names]


def common_folder(names: Sequence[str]) -> str:
    """Return the folder that all names begin with, including its separator; "" for none."""
    plain = [name.replace("\\", "/") for name in names]
    if not plain:
        return ""
    first, last = min(plain), max(plain)
    same = next(
        (place for place, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first)
    )
    return first[: first.rfind("/", 0, same) + 1]


def planned_state(plan: RunPlan, before: BatchState) -> BatchState:
    """Return the state of a plan; known answers are kept."""
    job = plan.job
    known = {line.name: line for line in before.lines}
    lines = lines_of([planned.unit.name for planned in plan.units])
    for line, planned in zip(lines, plan.units, strict=True):
        line.tokens, line.most_micros = planned.tokens, planned.most_micros
        line.problem, line.same_as, line.changed = planned.problem, planned.twin_of, planned.changed
        line.reused = planned.answered
        last = known.get(line.name)
        if last is not None and last.row is not None and last.row.status.answered:
            line.take(last.row)
    return BatchState(
        output=job.output,
        provider=job.spec.provider,
        model=job.spec.model_id,
        headings=tuple(column.heading for column in job.grid.columns),
        lines=lines,
        cap_micros=job.max_cost_micros,
        run_id=before.run_id,
        status=before.status,
    )


def read_kept(store: Store, run_id: str) -> BatchState:
    """Return the state of a saved batch. Raises UsageError, StorageError."""
    from docanalyst.domain.records.rows import row_from_record

    run = store.batches.get(run_id)
    items = store.batches.items(run.id)
    lines = lines_of([item.unit for item in items])
    for line, item in zip(lines, items, strict=True):
        if item.status in (*ANSWERED, *NOT_ANSWERED):
            line.take(row_from_record(item.record))
        else:
            line.problem = item.error or ""
    return BatchState(
        output=Path(run.output),
        provider=run.provider,
        model=run.model,
        headings=tuple(str(heading) for heading in run.options.get("grid") or ()),
        lines=lines,
        cap_micros=cap_of(run),
        run_id=run.id,
        status=run.status,
    )


def cap_of(run: BatchRun) -> int | None:
    """Return the last cost cap of a run, in millionths of a dollar."""
    cap = (run.options.get("limits") or {}).get("max_cost_usd")
    return None if cap is None else round(cap * 1_000_000)


WORDS = {
    "stated_as_none": "stated as none",
    "not_addressed": "not addressed",
    "passage": "passage",
    "no_close_passage": "no close passage",
    "incomplete": "not known",
}


def value_words(answer: FieldAnswer) -> str:
    """Return the value of a field, or the reason why there is none."""
    return answer.text if answer.value is not None else WORDS[answer.stated.value]


def stated_of(row: Row) -> str:
    """Return how many of a unit's fields have a value or a passage, such as "2 of 3"."""
    stated = sum(answer.value is not None or answer.stated is Stated.PASSAGE for answer in row.answers)
    return f"{stated} of {len(row.answers)}"


def verdicts_of(row: Row) -> list[tuple[str, str]]:
    """Return the number of quotes for each verdict, such as "5✓", with its role, best first."""
    counts: dict[tuple[str, str], int] = {(mark.sign, mark.role): 0 for mark in VERDICTS.values()}
    for answer in row.answers:
        for citation in answer.citations:
            mark = VERDICTS[citation.verdict]
            counts[mark.sign, mark.role] += 1
    return [(f"{number}{sign}", role) for (sign, role), number in counts.items() if number]
