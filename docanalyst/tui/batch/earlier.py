"""Earlier batches: view, resume or delete them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from docanalyst.exporters.presentation import figures
from docanalyst.tui.batch.rows import RUNS
from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.keys import bound
from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.screens.key_line import KeyLine
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import fit_path, one_line
from docanalyst.tui.text.spread import Spread

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.storage.batches import BatchRun

LISTED = 200


@dataclass(frozen=True, slots=True)
class RunWish:
    """What to do with a saved run: open or resume it."""

    action: str
    run_id: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A run and the number of its units in each state."""

    run: BatchRun
    counts: dict[str, int]

    @property
    def left(self) -> int:
        """Units without an answer."""
        return sum(number for state, number in self.counts.items() if state not in ("complete", "partial"))


class BatchesScreen(Dialog[RunWish]):
    """A list of runs; returns what to do with the chosen one."""

    HELP = (
        "Batches started here or on the command line. Resuming one reads the documents again, asks only "
        "unanswered questions, and writes the same table."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("batches.resume", "wish('go on')"),
        bound("batches.delete", "remove"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Listed] = []

    def compose(self) -> ComposeResult:
        """Show the list, and details of the selected run."""
        with Vertical(classes="window batch") as window:
            window.border_title = "Earlier batches"
            yield OptionList(id="batches")
            yield Static(id="batch-run", markup=False)
            yield KeyLine(
                ("enter", "opens"),
                ("batches.resume", "resumes it"),
                ("batches.delete", "deletes"),
                ("f1", "help"),
                ("escape", "back"),
            )

    def on_mount(self) -> None:
        """Read the saved runs."""
        self.listed.focus()
        self.fetch()

    @property
    def listed(self) -> OptionList:
        """The list of runs."""
        return self.query_one("#batches", OptionList)

    @property
    def current(self) -> Listed | None:
        """The run under the cursor."""
        place = self.listed.highlighted
        return self.found[place] if place is not None and place < len(self.found) else None

    def fetch(self) -> None:
        """Refresh the list."""

        async def look() -> None:
            analyst = await self.app.ready()
            self.found = await in_thread(list_runs, analyst)
            place = self.listed.highlighted or 0
            now = datetime.now().astimezone()
            self.listed.clear_options()
            self.listed.add_options(Option(_line(item, now)) for item in self.found)
            self.listed.highlighted = min(place, len(self.found) - 1) if self.found else None
            window = self.query_one(".window", Vertical)
            window.border_subtitle = figures.count(len(self.found), "batch", "batches")
            if not self.found:
                self._say(Content.styled("No batches yet.", _style("quiet")))

        self.app.go(look(), self)

    def _say(self, words: Content) -> None:
        self.query_one("#batch-run", Static).update(words)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show details of a run."""
        event.stop()
        item = self.current
        if item is None:
            return
        run = item.run
        width = max(20, self.listed.size.width)
        lines = [
            Content(fit_path(run.output, width)),
            Content.styled(_asked(run), _style("quiet")),
            Content.styled(
                f"{figures.model_name(run.provider, run.model)} · run {run.id[:10]}", _style("quiet")
            ),
        ]
        self._say(Content("\n").join(lines))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the run."""
        event.stop()
        self.action_wish("open")

    def action_wish(self, action: str) -> None:
        """Close and return what to do with this run."""
        item = self.current
        if item is None:
            return
        if action != "open" and not item.left:
            self.app.tell("Every unit of this batch is answered.", "Press Enter to open it.")
        elif action != "open" and item.run.status == "submitted":
            self.app.tell(
                "This batch is at the provider's batch API.", f"Run `docanalyst batch collect {item.run.id}`."
            )
        else:
            self.dismiss(RunWish(action, item.run.id))

    def action_remove(self) -> None:
        """Delete a run from the database; its table and sessions are kept."""
        item = self.current
        if item is None:
            return
        if item.run.status in ("running", "submitted"):
            self.app.tell("This batch is running.", "Delete it once it has ended.")
            return

        async def remove() -> None:
            from docanalyst.tui.screens.question import QuestionScreen

            agreed = await self.app.wait_for(
                QuestionScreen(
                    f"Delete the batch {one_line(Path(item.run.output).name, 60)}?",
                    "Its table and sessions are kept. Asking the same questions later will cost again.",
                    yes="Delete",
                    no="Keep",
                )
            )
            if agreed:
                analyst = await self.app.ready()
                await in_thread(analyst.store.batches.delete, item.run.id)
                self.fetch()

        self.app.go(remove(), self)


def list_runs(analyst: Analyst) -> list[Listed]:
    """Return the saved runs, newest first; runs of dead processes are marked as interrupted."""
    store = analyst.store
    store.batches.recover()
    return [Listed(run, store.batches.counts(run.id)) for run in store.batches.recent(LISTED)]


def _style(role: str) -> str:
    return look(role)


def _asked(run: BatchRun) -> str:
    headings = [str(heading) for heading in run.options.get("grid") or ()]
    prompt = f"/{run.options['prompt']} · " if run.options.get("prompt") else ""
    return one_line(f"{prompt}{figures.count(len(headings), 'column')}: {', '.join(headings)}", 300)


def _line(item: Listed, now: datetime) -> Spread:
    run = item.run
    mark = RUNS.get(run.status, RUNS["interrupted"])
    total = sum(item.counts.values())
    answered = total - item.left
    words = f"{answered:,} of {figures.count(total, 'unit')} answered"
    words += f" · {item.left:,} left" if item.left and run.status != "running" else ""
    return Spread(
        (
            [(f"{mark.sign} ", mark.role), (one_line(Path(run.output).name, 100), "strong")],
            [(figures.when(run.started_at, now), "quiet")],
        ),
        ([(f"  {mark.word}", mark.role), (f" · {words}", "quiet")], []),
    )
