"""The summary of a batch, in four lines above its table."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content

from docanalyst.domain.models import OFFLINE, Cost
from docanalyst.exporters.presentation import figures
from docanalyst.tui.batch.rows import RUNS, shares_bar
from docanalyst.tui.batch.state import ANSWERED, ASKING, BatchState
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import fit, fit_path, one_line

if TYPE_CHECKING:
    from docanalyst.tui.batch.work import BatchWork


def lead_of(
    state: BatchState, work: BatchWork | None, width: int, worded: Callable[[str], str] = str
) -> Content:
    """Return the summary: a bar and the counts in words.

    Args:
        worded: Puts keys in place of command line options in an error.
    """
    total, number = len(state.lines), state.counts()
    answered = sum(number[name] for name in ANSWERED)
    failed, skipped = number["failed"], number["skipped"]
    parts = [(answered, "━", "good"), (failed, "╍", "bad")]
    bar = Content.assemble(*((text, look(role)) for text, role in shares_bar(parts, total, width)))
    mark = RUNS.get(state.status, RUNS["stopped"])
    word = mark.word
    if work is not None and work.under_way:
        mark = RUNS["running"]
        word = "pausing after the running requests" if work.is_pausing else "running"
    first = Content.assemble((f"{mark.sign} {word}", look(mark.role)))
    # A skipped unit was not asked, so it is not done.
    first += Content(f" · {answered + number['failed']:,} of {figures.count(total, 'unit')} done")
    counts = [f"{number['complete']:,} complete"]
    for name, words in (
        ("doubt", "with quotations to check"),
        ("partial", "partial"),
        ("failed", "failed"),
        ("skipped", "skipped"),
        (ASKING, "answering"),
    ):
        counts += [f"{number[name]:,} {words}"] if number[name] else []
    left = total - answered - failed - skipped - number[ASKING]
    counts += [f"{left:,} left"] if left else []
    micros = state.micros
    spent = figures.money(Cost(micros))
    if state.cap_micros is not None:
        spent = f"{figures.amount(micros)} of the cap of {figures.amount(state.cap_micros)}"
    second = Content(" · ".join([*counts, spent]))
    if work is not None and work.seconds_left is not None:
        second += Content(f" · about {figures.seconds(work.seconds_left)} left")
    third = Content.styled(_below(state, work, width), look("quiet"))
    if work is not None and (work.error or work.defect) and not work.under_way:
        third = Content.styled(fit(worded(_trouble(work)), width * 2), look("bad"))
    elif work is not None and work.ended is not None and work.ended.reason and state.status == "stopped":
        third = Content.styled(fit(one_line(work.ended.reason, 400), width * 2), look("doubt"))
    return Content("\n").join([first, bar, second, third])


def _below(state: BatchState, work: BatchWork | None, width: int) -> str:
    if work is not None and work.waiting is not None and work.under_way:
        words, until = work.waiting
        left = figures.seconds(max(0.0, until - time.monotonic()), whole=True)
        return fit(f"Trying again in {left}: {one_line(words, 300)}", width)
    name = figures.model_name(state.provider, state.model)
    unread = ": passages that no model has read" if state.provider == OFFLINE else ""
    if work is not None and work.under_way:
        return fit(f"{name}{unread} · the table is written when it pauses or ends", width)
    written = "written" if state.output.exists() else "not yet written"
    lead = f"{name}{unread}"
    return fit(f"{lead} · {written}: {fit_path(str(state.output), max(20, width - len(lead) - 14))}", width)


def _trouble(work: BatchWork) -> str:
    if work.error is not None:
        return one_line(f"✗ {work.error.message} {work.error.hint}", 600)
    kind = type(work.defect).__name__
    return f"✗ Internal error ({kind}). This is a bug in docanalyst. The answers are saved."
