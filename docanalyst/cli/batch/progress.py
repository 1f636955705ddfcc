"""Shows a batch on a terminal: its plan, its progress and its result."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from docanalyst.batch.units import short_names
from docanalyst.cli import output
from docanalyst.domain.grid.grids import Row, RowStatus, Stated
from docanalyst.domain.models import OFFLINE as OFFLINE_READER
from docanalyst.exporters.presentation.figures import amount, count, minutes, seconds

if TYPE_CHECKING:
    from docanalyst.batch.events import RunEnded, Tally, UnitEnded
    from docanalyst.batch.planning import Offer, RunPlan

_WIDTH = 24
_LISTED = 20
_NAMED = 3
"""Units named for each reason that a unit failed."""
OFFLINE = "offline: finds the closest passages; no model reads them"


def show_plan(plan: RunPlan, offers: list[Offer], write: Any = output.note, *, whole: bool = True) -> None:
    """Write the plan: units, tokens, what does not fit and why, time, and cost here and at other providers.

    Args:
        plan: The counted units.
        offers: The same run at other providers.
        write: Writes one line.
        whole: False to only count the units that will not be sent; the run names them at its end.
    """
    name_of = short_names([unit.unit.name for unit in plan.units])
    for lines in (
        _count_lines(plan),
        _cost_lines(plan),
        _skipped_lines(plan, name_of, whole=whole),
        _offer_lines([offer for offer in offers if offer.likely_micros is not None]),
    ):
        for line in lines:
            write(line)


def _count_lines(plan: RunPlan) -> Iterator[str]:
    """Units, fields, who answers, tokens."""
    job, todo = plan.job, plan.open
    answered = sum(unit.answered for unit in plan.units)
    twins = sum(bool(unit.twin_of) for unit in plan.units)
    parts = [count(len(plan.units), "unit"), f"{len(todo)} to ask"]
    parts += [f"{answered} already answered"] if answered else []
    parts += [f"{twins} with the same content as another unit"] if twins else []
    yield " · ".join([*parts, count(len(job.grid.columns), "field")])
    yield OFFLINE if job.offline else job.reason
    if todo:
        about = "" if all(unit.exact for unit in todo) else "about "
        largest = max(todo, key=lambda unit: unit.tokens)
        verb = "read" if job.offline else "send"
        yield f"tokens to {verb}: {about}{plan.tokens:,}; largest unit: {largest.tokens:,}"


def _cost_lines(plan: RunPlan) -> Iterator[str]:
    """What it costs, and the cap."""
    if not plan.open:
        return
    if plan.most_micros is None and not plan.job.offline:
        yield "cost: unknown, because the configuration has no price for this model"
    elif plan.most_micros:
        yield f"cost: about {amount(plan.likely_micros)}, at most {amount(plan.most_micros)} without repeats"
        if plan.job.max_cost_micros is not None:
            yield f"cost cap: {amount(plan.job.max_cost_micros)}, checked before each request"


def _skipped_lines(plan: RunPlan, name_of: Callable[[str], str], *, whole: bool) -> Iterator[str]:
    """Which units are asked again, and which are not sent, with the reasons."""
    for unit in [unit for unit in plan.units if unit.changed][:_LISTED]:
        yield f"will be asked again: {name_of(unit.unit.name)} (changed: {unit.changed})"
    problems = [unit for unit in plan.units if unit.problem]
    if problems and not whole:
        skipped = count(len(problems), "unit")
        yield f"{skipped} will be skipped; --dry-run lists them, and so does the end of the run"
    for unit in problems[:_LISTED] if whole else ():
        yield f"will be skipped: {name_of(unit.unit.name)}: {unit.problem}"
    if whole and len(problems) > _LISTED:
        yield f"… and {len(problems) - _LISTED:,} more will be skipped"


def _offer_lines(offers: list[Offer]) -> Iterator[str]:
    """The same run at other providers, in columns."""
    if offers:
        yield "the same run at other providers, with answers of usual length:"
    widths = [max((len(text) for text in column), default=0) for column in
              ([offer.provider for offer in offers], [offer.model for offer in offers])]  # fmt: skip
    for offer in offers:
        notes = [f"{offer.left_out} do not fit" if offer.left_out else ""]
        notes += [f"{name} plan: {minutes(value)}" for name, value in offer.tiers.items()]
        if offer.batch_discount:
            notes.append(f"with --provider-batch {amount(offer.batch_micros)}")
        notes.append("" if offer.configured else "no API key")
        names = f"{offer.provider:<{widths[0]}}  {offer.model:<{widths[1]}}"
        yield "; ".join(filter(None, [f"  {names} {amount(offer.likely_micros):>10}", *notes]))


def plan_record(plan: RunPlan, offers: list[Offer]) -> dict[str, Any]:
    """Return the plan as JSON data."""
    job = plan.job
    return {
        "provider": job.spec.provider,
        "model": job.spec.model_id,
        "fields": [column.heading for column in job.grid.columns],
        "units": [
            {
                "unit": unit.unit.name,
                "tokens": unit.tokens,
                "reserved_output": unit.reserved,
                "token_count": "exact" if unit.exact else "estimate",
                "fits": not unit.problem,
                "problem": unit.problem or None,
                "answered": unit.answered,
                "same_as": unit.twin_of or None,
                "changed": unit.changed or None,
                "most_micros": unit.most_micros,
            }
            for unit in plan.units
        ],
        "units_to_ask": len(plan.open),
        "tokens": plan.tokens,
        "likely_micros": plan.likely_micros,
        "most_micros": plan.most_micros,
        "currency": "USD",
        "elsewhere": [
            {
                "provider": offer.provider,
                "model": offer.model,
                "window": offer.window,
                "likely_micros": offer.likely_micros,
                "units_that_do_not_fit": offer.left_out,
                "minutes_by_plan": offer.tiers,
                "batch_api_micros": offer.batch_micros if offer.batch_discount else None,
                "configured": offer.configured,
            }
            for offer in offers
        ],
    }


class Progress:
    """Shows progress on stderr: a bar on a terminal, otherwise one line for each unit; nothing with --quiet.

    Args:
        names: Names of all units.
        quiet: Whether to show nothing.
        free: Whether the run costs nothing, so that no amounts are shown.
    """

    def __init__(self, names: Sequence[str], *, quiet: bool, free: bool = False) -> None:
        self._total = len(names)
        self._name_of = short_names(names)
        self._free = free
        self._quiet = quiet
        self._bar = sys.stderr.isatty() and not quiet
        self._started = time.monotonic()
        self._drawn = 0.0
        self._shown = ""
        self._asked = 0

    def ended(self, event: UnitEnded) -> None:
        """Show that a unit ended."""
        tally, row = event.tally, event.row
        self._asked += not event.reused
        if self._quiet or (event.reused and not row.error):
            self._draw(tally)
            return
        if not self._bar:
            spent = "" if self._free else f" · {amount(tally.spent_micros)}"
            place = f"[{tally.done}/{self._total}]"
            output.note(f"{place} {self._name_of(row.unit)}: {row_words(row)}{spent}")
        elif row.status is not RowStatus.COMPLETE:
            self.say(f"{self._name_of(row.unit)}: {row_words(row)}")
        self._draw(tally, force=tally.done == self._total or row.status is not RowStatus.COMPLETE)

    def say(self, text: str) -> None:
        """Show a note above the bar."""
        if not self._quiet:
            self._clear()
            output.note(text)
            if self._bar:
                click.echo(self._shown, err=True, nl=False)

    def counted(self, done: int, total: int) -> None:
        """Show that units were read and counted."""
        now = time.monotonic()
        if self._bar and (now - self._drawn > 0.1 or done == total):
            self._drawn = now
            self._line(done, total, "reading and counting")

    def close(self) -> None:
        """Remove the bar."""
        self._clear()

    def _draw(self, tally: Tally, *, force: bool = False) -> None:
        now = time.monotonic()
        if not self._bar or (now - self._drawn < 0.1 and not force):
            return
        self._drawn = now
        left = self._total - tally.done
        words = [] if self._free else [amount(tally.spent_micros)]
        if tally.failed + tally.skipped:
            words.append(f"{tally.failed + tally.skipped} not answered")
        if self._asked and left:
            seconds = (now - self._started) / self._asked * left
            words.append(f"{minutes(seconds / 60)} left")
        self._line(tally.done, self._total, " · ".join(words))

    def _line(self, done: int, total: int, words: str) -> None:
        filled = round(_WIDTH * done / total) if total else _WIDTH
        bar = "█" * filled + "·" * (_WIDTH - filled)
        after = f" · {words}" if words else ""
        self._shown = f"\r[{bar}] {done:,}/{total:,}{after}\x1b[K"
        click.echo(self._shown, err=True, nl=False)

    def _clear(self) -> None:
        if self._bar:
            click.echo("\r\x1b[K", err=True, nl=False)


def row_words(row: Row) -> str:
    """Return how a unit ended, in a few words."""
    if not row.answers or not row.status.answered:
        return f"{row.status}: {row.error}"
    if row.reader == OFFLINE_READER:
        found = sum(answer.stated is Stated.PASSAGE for answer in row.answers)
        words = f"passages found for {found} of {count(len(row.answers), 'field')}"
        return f"{words} · {row.error}" if row.error else words
    stated = [answer for answer in row.answers if answer.stated is Stated.STATED]
    verified = sum(answer.verified for answer in stated)
    quotes = "all with verified quotes" if verified == len(stated) else f"{verified} with verified quotes"
    words = f"{row.status}: {len(stated)} of {len(row.answers)} stated{f', {quotes}' if stated else ''}"
    return f"{words} · {row.error}" if row.error else words


def show_end(
    event: RunEnded, failures: list[Row], written: str, names: Sequence[str], *, quiet: bool, free: bool
) -> None:
    """Show how the run ended and which units have no answer, with the reasons."""
    tally = event.tally
    counts = {"partial": tally.partial, "failed": tally.failed, "skipped": tally.skipped}
    ways = [f"{tally.complete} complete", *(f"{number} {way}" for way, number in counts.items() if number)]
    words = [f"{', '.join(ways)} of {tally.units}"]
    words += [f"{tally.reused} already answered"] if tally.reused else []
    words += [] if free and not event.run_micros else [_spent(event)]
    if event.run_doubt_micros:
        words.append(f"up to {amount(event.run_doubt_micros)} in doubt, for requests that failed")
    output.note(" · ".join([*words, seconds(event.seconds), f"run {event.run_id}"]), quiet=quiet)
    show_failures(failures, names, written)
    output.note(f"Wrote {written}.", quiet=quiet)


def _spent(event: RunEnded) -> str:
    """Return the cost of the command, and of the run if earlier commands of it have cost something too."""
    spent, whole = event.tally.spent_micros, event.run_micros
    return amount(spent) if spent == whole else f"{amount(spent)} now, {amount(whole)} in all"


def show_failures(failures: Sequence[Row], names: Sequence[str], written: str) -> None:
    """Warn about the units without an answer.

    Args:
        failures: Their rows, with the reasons.
        names: Names of all units of the run.
        written: Path of the table, or "" if none was written.
    """
    name_of = short_names(names)
    reasons: dict[str, list[str]] = {}
    for row in failures:
        reasons.setdefault(f"{row.status}: {row.error}", []).append(name_of(row.unit))
    for reason, units in list(reasons.items())[:_LISTED]:
        more = f" and {len(units) - _NAMED:,} more" if len(units) > _NAMED else ""
        output.warning(f"{', '.join(units[:_NAMED])}{more}: {reason}")
    left = sum(len(units) for units in list(reasons.values())[_LISTED:])
    if left:
        where = f"; {written} lists all of them" if written else ""
        output.warning(f"… and {left:,} more{where}")


def end_record(event: RunEnded, written: str) -> dict[str, Any]:
    """Return the result of the run as JSON data."""
    tally = event.tally
    return {
        "run_id": event.run_id,
        "status": event.status,
        "output": written,
        "units": tally.units,
        "complete": tally.complete,
        "partial": tally.partial,
        "failed": tally.failed,
        "skipped": tally.skipped,
        "reused": tally.reused,
        "input_tokens": tally.input_tokens,
        "output_tokens": tally.output_tokens,
        "cost_usd": tally.spent_micros / 1_000_000,
        "may_also_be_billed_usd": tally.doubt_micros / 1_000_000,
        "run_cost_usd": event.run_micros / 1_000_000,
        "run_may_also_be_billed_usd": event.run_doubt_micros / 1_000_000,
        "seconds": round(event.seconds, 3),
        "reason": event.reason or None,
    }
