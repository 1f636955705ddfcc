"""The form of a batch: documents, questions, table and cost cap."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input, Static, TextArea

from docanalyst.domain.errors import UsageError
from docanalyst.exporters.presentation import figures
from docanalyst.tui.batch.draft import BatchDraft
from docanalyst.tui.batch.fields import Field, PickField, WordField
from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.keys import bound
from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.screens.key_line import KeyLine
from docanalyst.tui.text.editing import LineInput
from docanalyst.tui.text.plain import one_line

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.batch.requests import BatchRequest

HEIGHTS = [(0, "-short"), (38, "-tall")]
"""Terminal rows from which blank lines separate the fields."""

EARLIER = "earlier"
"""The result that opens the earlier batches."""


FIELDS = (
    ("documents", "#batch-documents"),
    ("each folder", "#batch-documents"),
    ("question", "#batch-questions"),
    ("cap", "#batch-at-most"),
    ("At once", "#batch-at-once"),
)
"""Words of an error message and the field it is about; other messages are about the table."""


class BatchStartScreen(Dialog["BatchRequest | str"]):
    """The form; returns the request, or the wish to see earlier batches."""

    VERTICAL_BREAKPOINTS = HEIGHTS
    HELP = (
        "A batch asks many documents the same questions and writes a table: one row for each document, and "
        "for every value its quotation, page and verdict. Counting sends nothing; you see the cost first."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("batch.count", "count", priority=True),
        bound("batch.earlier", "earlier", priority=True),
        Binding("up", "app.focus_previous", "Previous field", show=False),
        Binding("down", "app.focus_next", "Next field", show=False),
    ]

    def __init__(self, draft: BatchDraft) -> None:
        super().__init__()
        self.draft = draft

    def compose(self) -> ComposeResult:
        """Show the fields, the most important ones first."""
        draft = self.draft
        ways = (("file", "for each file"), ("folder", "for each folder"))
        with Vertical(classes="window batch") as window:
            window.border_title = "Batch"
            with VerticalScroll(id="batch-form", can_focus=False):
                words = "Ask many documents the same questions; get a table with checked quotations."
                yield Static(words, markup=False, classes="lead")
                yield Field("Documents", PickField(id="batch-documents"))
                yield Field("One row", WordField(ways, draft.by, id="batch-by"))
                yield Field("Prompt", PickField(id="batch-prompt"))
                questions = TextArea(
                    draft.questions,
                    id="batch-questions",
                    compact=True,
                    highlight_cursor_line=False,
                    placeholder="One question on each line; each becomes a column",
                )
                yield Field("Questions", questions)
                yield Field("Table", LineInput(draft.output, id="batch-output"), ".xlsx .csv .jsonl .md")
                yield Field(
                    "Spend at most",
                    LineInput(draft.at_most, id="batch-at-most", placeholder="no cap"),
                    "US dollars in total",
                )
                yield Field("At once", LineInput(draft.at_once, id="batch-at-once"), "requests, 1 to 64")
                yield Field("Answers from", PickField(id="batch-model"))
            with Horizontal(classes="buttons"):
                yield Button("Count (sends nothing)", id="count", variant="primary")
            yield KeyLine(
                ("tab", "next field"),
                ("batch.count", "counts"),
                ("batch.earlier", "earlier batches"),
                ("f1", "help"),
                ("escape", "closes"),
            )

    def on_mount(self) -> None:
        """Focus the first field that is missing."""
        self.refresh_fields()
        missing = "#batch-documents" if not self.draft.paths else "#batch-questions"
        self.query_one(missing).focus()

        async def look() -> None:
            analyst = await self.app.ready()
            runs = await in_thread(analyst.store.batches.recent, 200)
            open_runs = [run for run in runs if run.status in ("stopped", "interrupted", "capped")]
            window = self.query_one(".window", Vertical)
            words = figures.count(len(runs), "earlier batch", "earlier batches") if runs else ""
            words += f", {len(open_runs)} unfinished" if open_runs else ""
            window.border_subtitle = f"{words}: {self.app.key('batch.earlier')}" if words else ""

        self.app.go(look(), self)

    def refresh_fields(self) -> None:
        """Show the values chosen in other windows."""
        draft = self.draft
        self.query_one("#batch-documents", PickField).show(*draft.documents)
        prompt = f"/{draft.prompt}" if draft.prompt else "none"
        known = {item.name: item for item in self.app.main.prompt.prompts}
        found = known.get(draft.prompt or "")
        quiet = "its fields are columns" if not draft.prompt else "Backspace clears it"
        if found is not None and found.fields:
            quiet = f"{figures.count(len(found.fields), 'column')} · {quiet}"
        self.query_one("#batch-prompt", PickField).show(prompt, quiet)
        if draft.provider and draft.model:
            name = figures.model_name(draft.provider, draft.model)
        else:
            name = one_line(self.app.standing.model) or "chosen by docanalyst"
        thinks = draft.thinking if draft.thinking is not None else self.app.thinks
        self.query_one("#batch-model", PickField).show(name, "reasoning" if thinks else "")

    def take(self) -> BatchDraft:
        """Return the draft with the current contents of the fields."""
        draft = self.draft
        draft.by = self.query_one("#batch-by", WordField).value
        draft.questions = self.query_one("#batch-questions", TextArea).text
        draft.output = self.query_one("#batch-output", Input).value
        draft.at_most = self.query_one("#batch-at-most", Input).value
        draft.at_once = self.query_one("#batch-at-once", Input).value
        return draft

    # Fields that other windows fill

    def on_pick_field_picked(self, event: PickField.Picked) -> None:
        """Open the window for documents, prompts or models."""
        event.stop()
        if isinstance(event, PickField.Cleared):
            self._clear(event.field.id or "")
            return
        work = {"batch-documents": self._documents, "batch-prompt": self._prompt, "batch-model": self._model}
        self.app.go(work[event.field.id or ""](), self, group="field")

    on_pick_field_cleared = on_pick_field_picked

    def _clear(self, field: str) -> None:
        if field == "batch-documents":
            self.draft.paths = list(self.draft.desk)
        elif field == "batch-prompt":
            self.draft.prompt = None
        else:
            self.draft.provider = self.draft.model = None
        self.refresh_fields()

    async def _documents(self) -> None:
        from docanalyst.tui.screens.files import FilesScreen

        first = Path(self.draft.paths[0]).expanduser() if self.draft.paths else Path.cwd()
        folder = first if first.is_dir() else first.parent
        chosen = await self.app.wait_for(FilesScreen(folder.absolute() if folder.is_dir() else Path.cwd()))
        if chosen:
            self.draft.paths = chosen
            self.refresh_fields()

    async def _prompt(self) -> None:
        from docanalyst.tui.screens.prompts import PromptsScreen

        name = await self.app.wait_for(PromptsScreen())
        if name:
            self.draft.prompt = name
            self.refresh_fields()

    async def _model(self) -> None:
        from docanalyst.tui.screens.models import ModelsScreen

        draft = self.draft
        chosen = (draft.provider, draft.model) if draft.provider and draft.model else None
        thinks = draft.thinking if draft.thinking is not None else self.app.thinks
        made = await self.app.wait_for(ModelsScreen(chosen, thinks, 0))
        if made is not None:
            draft.provider, draft.model = made.provider, made.model
            draft.thinking = made.thinking if made.thinking != thinks else draft.thinking
            self.refresh_fields()

    # Going on

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next field."""
        event.stop()
        self.app.action_focus_next()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Count, as F8 does."""
        event.stop()
        self.action_count()

    def action_earlier(self) -> None:
        """Show earlier batches; the form is kept."""
        self.take()
        self.dismiss(EARLIER)

    def action_count(self) -> None:
        """Count, if the form is complete."""
        request = self._request()
        if request is None:
            return

        async def check() -> None:
            from docanalyst.tui.screens.question import QuestionScreen

            analyst = await self.app.ready()
            if await in_thread(_would_replace, analyst, request):
                agreed = await self.app.wait_for(
                    QuestionScreen(
                        f"{one_line(request.output.name, 60)} already exists.",
                        "The table of this batch would replace it.",
                        yes="Replace it",
                        no="Choose another name",
                    )
                )
                if not agreed:
                    self.query_one("#batch-output").focus()
                    return
                self.dismiss(replace(request, overwrite=True))
                return
            self.dismiss(request)

        self.app.go(check(), self, group="field")

    def _request(self) -> BatchRequest | None:
        try:
            return self.take().request()
        except UsageError as error:
            self.app.tell(error.message, error.hint, severity="warning")
            target = next((field for word, field in FIELDS if word in error.message), "#batch-output")
            self.query_one(target).focus()
            return None

    def action_close(self) -> None:
        """Close; the contents of the form are kept."""
        self.take()
        self.dismiss(None)


def _would_replace(analyst: Analyst, request: BatchRequest) -> bool:
    """Return whether the table would replace a file that is not a table of these questions."""
    output = request.output.absolute()
    if not output.exists():
        return False
    runs = analyst.store.batches.recent(1, output=str(output))
    known = runs[0].options.get("job") if runs else None
    return not (
        known
        and known.get("prompt") == request.prompt
        and list(known.get("questions") or ()) == list(request.questions)
    )
