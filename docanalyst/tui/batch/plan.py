"""The plan of a batch: what would be sent, its cost and time, and what will be skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from docanalyst.exporters.presentation import figures
from docanalyst.tui.batch.rows import plan_cells, plan_titles, shares_bar
from docanalyst.tui.batch.table import BatchTable
from docanalyst.tui.batch.work import BatchWork, Phase
from docanalyst.tui.keys import bound
from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.screens.key_line import KeyLine
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import fit, fit_path, one_line, plain

if TYPE_CHECKING:
    from docanalyst.batch.planning import RunPlan
    from docanalyst.tui.host import Host


class BatchPlanScreen(Dialog[bool]):
    """Counts, then asks whether to send; returns True for yes."""

    HELP = (
        "Every unit was read and counted on this machine; nothing has been sent. “At most” is the cost of a "
        "unit whose answer uses all its reserved tokens. A unit that does not fit is listed with the "
        "reason."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("batch.send", "send"),
        bound("batch.plan_cap", "cap"),
        bound("batch.problems", "problems"),
    ]

    def __init__(self, work: BatchWork) -> None:
        super().__init__()
        self.work = work
        self.only_problems = False

    def compose(self) -> ComposeResult:
        """Show the summary and the units."""
        with Vertical(classes="window batch") as window:
            window.border_title = "Batch: what would be sent"
            yield Static(id="batch-lead", markup=False)
            yield Static(id="batch-titles", markup=False)
            yield BatchTable(plan_cells, id="batch-table")
            with Horizontal(classes="buttons"):
                yield Button("Back", id="back")
                yield Button("Send", id="send", variant="primary", disabled=True)
            yield KeyLine()

    def on_mount(self) -> None:
        """Count, and show the progress."""
        self.query_one(".buttons").display = False
        self.table.focus()
        self.work.count()
        self._look()
        self._timer = self.set_interval(0.1, self._look)

    @property
    def table(self) -> BatchTable:
        """The units."""
        return self.query_one(BatchTable)

    def _look(self) -> None:
        work = self.work
        if work.phase is Phase.COUNTING:
            done, total = work.counted
            width = max(10, self.query_one("#batch-lead").size.width)
            words = (
                f"Reading and counting: {done:,} of {total:,} units" if total else "Looking for documents …"
            )
            bar = Content.assemble(
                *((text, look(role)) for text, role in shares_bar([(done, "━", "bar")], total, width))
            )
            self.query_one("#batch-lead", Static).update(
                Content("\n").join(
                    [Content.styled(words, look("strong")), bar, _quiet("Nothing has been sent.")]
                )
            )
            self.query_one(KeyLine).show(("escape", "back to the form"))
            return
        self._timer.stop()
        plan = work.plan
        if plan is None:
            self._failed()
            return
        self.query_one("#batch-lead", Static).update(self._summary())
        self.call_after_refresh(self.show_units)
        buttons = self.query_one(".buttons")
        buttons.display = True
        send = self.query_one("#send", Button)
        send.disabled = not plan.units
        send.label = self._verb()
        self.query_one("#back").focus()
        self.query_one(KeyLine).show(
            ("batch.send", "writes the table" if not plan.open else "reads" if plan.job.offline else "sends"),
            ("batch.plan_cap", "cap"),
            ("batch.problems", "skipped units"),
            ("tab", "list"),
            ("f1", "help"),
            ("escape", "back"),
        )

    def _summary(self) -> Content:
        assert self.work.plan is not None
        width = self.query_one("#batch-lead").size.width or 80
        return summary_of(self.work.plan, self.work.minutes, width)

    def _verb(self) -> str:
        plan = self.work.plan
        assert plan is not None
        count = len(plan.open)
        if not count:
            return "Write the table"
        return f"{'Read' if plan.job.offline else 'Send'} {figures.count(count, 'unit')}"

    def _failed(self) -> None:
        error = self.work.error
        message = error.message if error else "Internal error while counting. This is a bug in docanalyst."
        hint = error.hint if error else "Nothing was sent."
        message, hint = self.app.worded(message), self.app.worded(hint)
        lines = [Content.styled(f"✗ {plain(message)}", look("bad")), _quiet(plain(hint))]
        self.query_one("#batch-lead", Static).update(Content("\n").join(lines))
        self.query_one(KeyLine).show(("escape", "back to the form"))

    def show_units(self) -> None:
        """Show all units, or only those that will be skipped."""
        width = self.table.scrollable_content_region.width
        titles = Content.assemble(*((text, look(role)) for text, role in plan_titles(width)))
        self.query_one("#batch-titles", Static).update(titles)
        lines = self.work.state.lines
        shown = [line for line in lines if line.problem] if self.only_problems else lines
        self.table.show(shown)
        window = self.query_one(".window", Vertical)
        words = f"{len(shown):,} of {len(lines):,} units shown" if self.only_problems else ""
        window.border_subtitle = words or figures.count(len(lines), "unit")

    def on_unmount(self) -> None:
        """Stop counting when the program ends."""
        if self.work.phase is Phase.COUNTING:
            self.work.cancel()

    def on_resize(self) -> None:
        """Fit the columns to the width."""
        if self.work.plan is not None and self.work.phase is not Phase.COUNTING:
            self.query_one("#batch-lead", Static).update(self._summary())
            self.call_after_refresh(self.show_units)

    # Actions

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Send, or go back."""
        event.stop()
        if event.button.id == "send":
            self.action_send()
        else:
            self.action_close()

    def action_send(self) -> None:
        """Send the batch."""
        if self.work.phase is Phase.COUNTED and self.work.plan is not None and self.work.plan.units:
            self.dismiss(True)

    def action_cap(self) -> None:
        """Change the cost cap."""
        if self.work.phase is not Phase.COUNTED:
            return

        async def change() -> None:
            if await ask_for_cap(self.app, self.work) and self.work.plan is not None:
                self.query_one("#batch-lead", Static).update(self._summary())

        self.app.go(change(), self)

    def action_problems(self) -> None:
        """Toggle between skipped units and all units."""
        if self.work.phase is Phase.COUNTED:
            self.only_problems = not self.only_problems
            self.show_units()

    def action_close(self) -> None:
        """Go back to the form and stop counting."""
        self.work.cancel()
        self.dismiss(False)


async def ask_for_cap(app: Host, work: BatchWork) -> bool:
    """Ask for a cost cap; return whether it was changed.

    Raises:
        UsageError: An invalid amount.
    """
    from docanalyst.tui.batch.draft import dollars
    from docanalyst.tui.screens.line import LineScreen

    now = work.request.max_cost_usd
    given = await app.wait_for(
        LineScreen(
            "Spend at most",
            "US dollars for the whole batch, including the cost so far. Leave empty for no cap.",
            value="" if now is None else f"{now:g}",
        )
    )
    if given is None:
        return False
    work.with_cap(dollars(given))
    return True


def _quiet(text: str) -> Content:
    return Content.styled(text, look("quiet"))


def summary_of(plan: RunPlan, minutes: dict[str, float | None], width: int) -> Content:
    """Return the summary of a plan: units, model, tokens, cost and time."""
    job, todo = plan.job, plan.open
    answered = sum(unit.answered for unit in plan.units)
    problems = sum(bool(unit.problem) for unit in plan.units)
    twins = sum(bool(unit.twin_of) for unit in plan.units)
    verb = "to read offline" if job.offline else "to send"
    first = [(f"{figures.count(len(todo), 'unit')} {verb}", "strong")]
    first += [(f" · {answered:,} already answered", "good")] if answered else []
    first += [(f" · {twins:,} with the same content as another", "")] if twins else []
    first += [(f" · {problems:,} will be skipped", "doubt")] if problems else []
    first += [(f" · {figures.count(len(job.grid.columns), 'column')}", "")]
    lines = [Content.assemble(*((text, look(role)) for text, role in first))]

    def say(name: str, value: str, role: str = "") -> None:
        shown = fit(one_line(value), max(20, width - 9))
        lines.append(Content.assemble((f"{name:<9}", look("quiet")), (shown, look(role))))

    name = figures.model_name(job.spec.provider, job.spec.model_id)
    say("answers", job.reason if job.reason.startswith(name) else f"{name}: {job.reason}")
    if todo:
        largest = max(unit.tokens for unit in todo)
        how = "exactly" if all(unit.exact for unit in todo) else "as an estimate"
        counted = f"{figures.tokens(plan.tokens)}, counted {how}; largest unit: {figures.tokens(largest)}"
        say("tokens", counted)
    say("cost", _cost(plan))
    say("time", _time(plan, minutes))
    say("table", fit_path(str(job.output), max(20, width - 9)))
    for warning in job.warnings:
        lines.append(Content.styled(f"! {one_line(warning, 300)}", look("doubt")))
    return Content("\n").join(lines)


def _cost(plan: RunPlan) -> str:
    job = plan.job
    if job.offline or not plan.open:
        return "nothing: no model is asked" if job.offline else "nothing: every unit is answered"
    if plan.most_micros is None:
        return "unknown: this model has no known price"
    likely = f"about {figures.amount(plan.likely_micros or 0)}"
    words = f"{likely}, at most {figures.amount(plan.most_micros)} without repeats"
    if job.max_cost_micros is None:
        return f"{words} · no cap"
    cap = f"cap {figures.amount(job.max_cost_micros)}"
    return f"{words} · {cap}" + (", which it may reach" if plan.most_micros > job.max_cost_micros else "")


def _time(plan: RunPlan, minutes: dict[str, float | None]) -> str:
    if plan.job.offline or not plan.open:
        return "moments"
    if not minutes:
        at_once = f"{plan.job.concurrency} requests at once"
        return f"{at_once}; the limit in tokens per minute is unknown"
    said = []
    for name, value in minutes.items():
        said.append(f"{figures.minutes(value)} on the {name} plan")
    return "; ".join(said)
