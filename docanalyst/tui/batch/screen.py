"""A running or saved batch: every unit with its state, values, quotes and cost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from docanalyst.tui.batch.rows import progress_cells, progress_titles
from docanalyst.tui.batch.state import ANSWERED, ASKING, BatchState, UnitLine, value_words
from docanalyst.tui.batch.summary import lead_of
from docanalyst.tui.batch.table import BatchTable
from docanalyst.tui.batch.work import BatchWork, Phase
from docanalyst.tui.keys import bound
from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.screens.key_line import Hint, KeyLine
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import fit, one_line, plain


@dataclass(frozen=True, slots=True)
class BatchWish:
    """What to do next: open a session, resume a saved batch or begin a new one."""

    action: str
    session_id: str = ""


class BatchScreen(Dialog[BatchWish]):
    """The table of a batch.

    Args:
        work: The counted batch, started here; None for a saved batch.
    """

    HELP = (
        "Closing this window does not stop the batch. Pausing waits for the running "
        "requests and sends no more; resuming asks only unanswered units, so that nothing is paid for "
        "twice. The table is written when the batch pauses or ends."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("batch.pause", "pause", priority=True),
        bound("batch.resume", "resume"),
        bound("batch.open", "open", show=False),
        bound("batch.gaps", "gaps"),
        bound("batch.cap", "cap"),
        bound("batch.table", "table"),
        bound("batch.new", "new"),
    ]

    def __init__(self, state: BatchState, work: BatchWork | None = None) -> None:
        super().__init__()
        self._kept = state
        self.work = work
        self.only_gaps = False
        self._was_running = False

    @property
    def state(self) -> BatchState:
        """The current state."""
        return self.work.state if self.work is not None else self._kept

    @property
    def table(self) -> BatchTable:
        """The units."""
        return self.query_one(BatchTable)

    def compose(self) -> ComposeResult:
        """Show the summary, the units, and details of the selected unit."""
        with Vertical(classes="window batch") as window:
            window.border_title = Content(f"Batch {one_line(self.state.output.name, 80)}")
            yield Static(id="batch-lead", markup=False)
            yield Static(id="batch-titles", markup=False)
            yield BatchTable(partial(progress_cells, worded=self.app.worded), id="batch-table")
            yield Static(id="batch-details", markup=False)
            yield KeyLine()

    def on_mount(self) -> None:
        """Refresh the state regularly."""
        self.table.focus()
        self.call_after_refresh(self.look)
        if self.work is not None:
            self.set_interval(0.2, self._tick)
            if self.work.phase is Phase.COUNTED:
                self.work.send()

    def on_resize(self) -> None:
        """Fit the columns to the width."""
        self.call_after_refresh(self.look)

    def _tick(self) -> None:
        if (self.work is not None and self.work.under_way) or self._was_running:
            self.look()

    def look(self) -> None:
        """Show the current state."""
        state, work, followed = self.state, self.work, self._was_running
        self._was_running = work is not None and work.under_way
        if work is not None and not self._was_running:
            work.is_seen = True
        width = self.table.scrollable_content_region.width
        self.query_one("#batch-lead", Static).update(lead_of(state, work, width, self.app.worded))
        titles = Content.assemble(*((text, look(role)) for text, role in progress_titles(width)))
        self.query_one("#batch-titles", Static).update(titles)
        shown: list[UnitLine] = state.lines
        if self.only_gaps:
            shown = [
                line
                for line in state.lines
                if line.state not in ("complete", "waiting", ASKING) or line.has_doubt
            ]
        self.table.show(shown)
        if not self.table.was_moved and self._was_running and not self.only_gaps:
            asking = [place for place, line in enumerate(shown) if line.state == ASKING]
            if asking and self.table.cursor != asking[0]:
                self.table.stand_on(asking[0])
        elif followed and not self._was_running and not self.table.was_moved:
            self.table.stand_on(0)
        gaps = f"{len(shown):,} of {len(state.lines):,} units to review · "
        words = (gaps if self.only_gaps else "") + "✓ verified → on another page ≠ altered ✗ not found"
        self.query_one(".window", Vertical).border_subtitle = words
        self._say_more()
        self.query_one(KeyLine).show(*self._hints())

    def _hints(self) -> list[Hint]:
        work, hints = self.work, [("batch.open", "result")]
        if work is not None and work.under_way:
            hints.insert(0, ("batch.pause", "stops at once" if work.is_pausing else "pauses"))
            hints += [("batch.gaps", "units to review"), ("f1", "help"), ("escape", "closes, keeps running")]
            return hints
        if self.state.can_go_on:
            hints.insert(0, ("batch.resume", "resumes"))
            hints.append(("batch.cap", "cap"))
        hints += [
            ("batch.gaps", "units to review"),
            ("batch.table", "table"),
            ("batch.new", "new"),
            ("f1", "help"),
        ]
        return [*hints, ("escape", "closes")]

    def _say_more(self) -> None:
        line = self.table.current
        lines: list[Content] = []
        width = max(20, self.table.scrollable_content_region.width)
        room = max(1, self.query_one("#batch-details").size.height)
        if line is not None and line.error and line.state not in ("complete", ASKING):
            lines.append(Content.styled(plain(one_line(self.app.worded(line.error), 600)), look("doubt")))
        elif line is not None and line.row is not None and line.state in ANSWERED:
            for number, answer in enumerate(line.row.answers):
                heading = self.state.headings[number] if number < len(self.state.headings) else answer.name
                name = fit(one_line(heading), width * 2 // 5)
                value = fit(one_line(value_words(answer), 400), max(8, width - len(name) - 3))
                lines.append(Content.assemble((f"{name}  ", look("quiet")), value))
            if len(lines) > room:
                more = len(lines) - room + 1
                lines = [*lines[: room - 1], Content.styled(f"… {more} more: Enter", look("quiet"))]
        elif line is not None:
            lines.append(Content.styled(plain(line.name), look("quiet")))
        self.query_one("#batch-details", Static).update(Content("\n").join(lines))

    # Events and actions

    def on_batch_table_moved(self, event: BatchTable.Moved) -> None:
        """Show details of the selected unit."""
        event.stop()
        self._say_more()

    def on_batch_table_opened(self, event: BatchTable.Opened) -> None:
        """Open the unit's result."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Show a unit's result."""
        line = self.table.current
        if line is None or (line.row is None and not line.error):
            self.app.tell("This unit has no result yet.")
            return

        async def look() -> None:
            from docanalyst.tui.batch.unit import BatchUnitScreen

            known = [item for item in self.table.lines if item.row is not None or item.error]
            screen = BatchUnitScreen(known, known.index(line), self.state.headings)
            session_id = await self.app.wait_for(screen)
            if session_id:
                self.dismiss(BatchWish("session", session_id))

        self.app.go(look(), self, group="unit")

    def action_pause(self) -> None:
        """Send no more requests; while those that run are waited for, ask whether to stop them."""
        work = self.work
        if work is None or not work.under_way:
            return
        if work.phase is Phase.RUNNING:
            work.pause()
            self.look()
        else:
            self.app.go(self._end_at_once(work), self, group="unit")

    def action_resume(self) -> None:
        """Ask the unanswered units."""
        work = self.work
        if work is not None and work.under_way:
            self.app.tell("This batch is running.")
        elif self.state.status == "submitted":
            self.app.tell(
                "This batch is at the provider's batch API.",
                f"Run `docanalyst batch collect {self.state.run_id}`.",
            )
        elif not self.state.can_go_on:
            self.app.tell("Every unit is answered.", f"{self.app.key('batch.table')} opens the table.")
        elif work is not None:
            work.send()
            self.look()
        else:
            self.dismiss(BatchWish("go on"))

    async def _end_at_once(self, work: BatchWork) -> None:
        from docanalyst.tui.screens.question import QuestionScreen

        agreed = await self.app.wait_for(
            QuestionScreen(
                "Stop the running requests at once?",
                "Partial answers are saved, but these units will be asked again and may cost twice.",
                yes="Stop",
                no="Wait",
            )
        )
        if agreed:
            work.cancel()

    def action_gaps(self) -> None:
        """Toggle between the units to review and all units."""
        self.only_gaps = not self.only_gaps
        self.look()

    def action_cap(self) -> None:
        """Change the cost cap of the units still to be sent."""
        work = self.work
        if work is None or work.under_way:
            self.app.tell(
                "The cost cap can be changed only while the batch is paused.",
                f"{self.app.key('batch.pause')} pauses it.",
            )
            return

        async def change() -> None:
            from docanalyst.tui.batch.plan import ask_for_cap

            if await ask_for_cap(self.app, work):
                self.look()

        self.app.go(change(), self, group="unit")

    def action_table(self) -> None:
        """Open the table in the system's default program."""
        output = self.state.output
        if not output.exists():
            self.app.tell("The table is written when the batch pauses or ends.")
            return
        self.app.open_outside(str(output), 1)

    def action_new(self) -> None:
        """Begin another batch."""
        if self.work is not None and self.work.under_way:
            self.app.tell(
                "Only one batch can run at a time.", f"{self.app.key('batch.pause')} pauses this one."
            )
            return
        self.dismiss(BatchWish("new"))
