"""How a batch looks on a terminal: its plan, its progress, and how it ended."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.domain.grids import Row, RowStatus, Stated

if TYPE_CHECKING:
    from docanalyst.batch.events import RunEnded, Tally, UnitEnded
    from docanalyst.batch.planning import Offer, RunPlan

_WIDTH = 24
_LISTED = 20


def money(micros: int | None) -> str:
    """Money for people; "?" where the price is not known."""
    return "?" if micros is None else f"${micros / 1_000_000:.4f}"


def minutes(value: float | None) -> str:
    """A time for people."""
    if value is None:
        return "never: a unit is larger than the limit"
    if value < 1:
        return "under a minute"
    return f"{value:.0f} min" if value < 120 else f"{value / 60:.1f} h"


def show_plan(plan: RunPlan, offers: list[Offer], write: Any = output.note, *, whole: bool = True) -> None:
    """The plan in words: units, tokens, what will not fit and why, money here and elsewhere, time.

    whole: False only counts what will not be sent, since the run names it at its end.
    """
    job, todo = plan.job, plan.open
    answered = sum(unit.answered for unit in plan.units)
    twins = sum(bool(unit.twin_of) for unit in plan.units)
    parts = ["1 unit" if len(plan.units) == 1 else f"{len(plan.units)} units", f"{len(todo)} to ask"]
    parts += [f"{answered} answered before"] if answered else []
    parts += [f"{twins} with the same content as another"] if twins else []
    write(" · ".join(parts) + f" · {len(job.grid.columns)} fields")
    write(f"{job.spec.provider} · {job.spec.model_id}: {job.reason}")
    about = "" if all(unit.exact for unit in todo) else "about "
    if todo:
        largest = max(todo, key=lambda unit: unit.tokens)
        verb = "read" if job.offline else "send"
        write(f"tokens to {verb}: {about}{plan.tokens:,}; the largest unit has {largest.tokens:,}")
    if not job.offline and todo:
        write(f"cost: about {money(plan.likely_micros)}, at most {money(plan.most_micros)} without repairs")
        if job.max_cost_micros is not None:
            write(f"cap: {money(job.max_cost_micros)}, counted before each sending")
    for unit in [unit for unit in plan.units if unit.changed][:_LISTED]:
        write(f"changed since it was answered, asked again: {unit.unit.name} ({unit.changed})")
    problems = [unit for unit in plan.units if unit.problem]
    if problems and not whole:
        count = "1 unit" if len(problems) == 1 else f"{len(problems)} units"
        write(f"{count} will not be asked about; named at the end (or now with --dry-run)")
    for unit in problems[:_LISTED] if whole else ():
        write(f"will not be sent: {unit.unit.name}: {unit.problem}")
    if whole and len(problems) > _LISTED:
        write(f"… and {len(problems) - _LISTED:,} more that will not be sent")
    offers = [offer for offer in offers if offer.likely_micros is not None]
    if offers:
        write("all units at other providers, with answers of usual length:")
    for offer in offers:
        tiers = "; ".join(f"{name} plan: {minutes(value)}" for name, value in offer.tiers.items())
        left = f", does not fit: {offer.left_out}" if offer.left_out else ""
        key = "" if offer.configured else " (no key here)"
        write(
            f"  {offer.provider:<20} {offer.model:<34} {money(offer.likely_micros):>10}{left}"
            f"{f'; {tiers}' if tiers else ''}{key}"
        )


def plan_record(plan: RunPlan, offers: list[Offer]) -> dict[str, Any]:
    """The plan as data."""
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
                "configured": offer.configured,
            }
            for offer in offers
        ],
    }


class Progress:
    """A bar on a terminal, a line a unit elsewhere, nothing with --quiet. All on stderr."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self._total = total
        self._quiet = quiet
        self._bar = sys.stderr.isatty() and not quiet
        self._started = time.monotonic()
        self._drawn = 0.0
        self._asked = 0

    def ended(self, event: UnitEnded) -> None:
        """A unit ended."""
        tally, row = event.tally, event.row
        self._asked += not event.reused
        if self._quiet or (event.reused and not row.error):
            self._draw(tally)
            return
        if not self._bar:
            output.note(
                f"[{tally.done}/{self._total}] {row.unit}: {row_words(row)} · {money(tally.spent_micros)}"
            )
        elif row.status is not RowStatus.COMPLETE:
            self._clear()
            output.note(f"{row.unit}: {row_words(row)}")
        self._draw(tally, force=tally.done == self._total)

    def say(self, text: str) -> None:
        """A note between."""
        if not self._quiet:
            self._clear()
            output.note(text)

    def counted(self, done: int, total: int) -> None:
        """A unit was read and counted."""
        now = time.monotonic()
        if self._bar and (now - self._drawn > 0.1 or done == total):
            self._drawn = now
            self._line(done, total, "reading and counting")

    def close(self) -> None:
        """Leave the line."""
        self._clear()

    def _draw(self, tally: Tally, *, force: bool = False) -> None:
        now = time.monotonic()
        if not self._bar or (now - self._drawn < 0.1 and not force):
            return
        self._drawn = now
        left = self._total - tally.done
        eta = ""
        if self._asked and left:
            seconds = (now - self._started) / self._asked * left
            eta = f" · {minutes(seconds / 60)} left"
        failed = f" · {tally.failed + tally.skipped} not answered" if tally.failed + tally.skipped else ""
        self._line(tally.done, self._total, f"{money(tally.spent_micros)}{failed}{eta}")

    def _line(self, done: int, total: int, words: str) -> None:
        filled = round(_WIDTH * done / total) if total else _WIDTH
        bar = "█" * filled + "·" * (_WIDTH - filled)
        click.echo(f"\r[{bar}] {done:,}/{total:,} · {words}\x1b[K", err=True, nl=False)

    def _clear(self) -> None:
        if self._bar:
            click.echo("\r\x1b[K", err=True, nl=False)


def row_words(row: Row) -> str:
    """How a unit ended, in a few words."""
    if not row.answers:
        return f"{row.status}: {row.error}"
    stated = [answer for answer in row.answers if answer.stated is Stated.STATED]
    verified = sum(answer.verified for answer in stated)
    words = f"{row.status}: {len(stated)} stated, {verified} with every quote verified"
    return f"{words} · {row.error}" if row.error else words


def show_end(event: RunEnded, failures: list[Row], written: str, *, quiet: bool) -> None:
    """How the run ended; the units without an answer at the end, with their reasons."""
    tally = event.tally
    doubt = (
        f" (up to {money(tally.doubt_micros)} more for requests that broke off)" if tally.doubt_micros else ""
    )
    output.note(
        f"{tally.complete} complete, {tally.partial} partial, {tally.failed} failed, {tally.skipped} skipped"
        f" of {tally.units} · {tally.reused} answered before · {money(tally.spent_micros)}{doubt} · "
        f"{event.seconds:.1f} s · run {event.run_id}",
        quiet=quiet,
    )
    for row in failures[:_LISTED]:
        output.warning(f"{row.unit}: {row.status}: {row.error}")
    if len(failures) > _LISTED:
        output.warning(f"… and {len(failures) - _LISTED:,} more; all are in {written}")
    output.note(f"written: {written}", quiet=quiet)


def end_record(event: RunEnded, written: str) -> dict[str, Any]:
    """How the run ended, as data."""
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
        "seconds": round(event.seconds, 3),
        "reason": event.reason or None,
    }
