"""The main screen: documents, answers, evidence and the question box."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from docanalyst.tui.breakpoints import BREAKPOINTS, WIDE
from docanalyst.tui.desk.counting import Counting, advice_of
from docanalyst.tui.desk.desk import Desk
from docanalyst.tui.main.openings import Openings
from docanalyst.tui.messages import (
    AnswerEnded,
    AnswerStarted,
    DocumentsChanged,
    PageWanted,
    PathsGiven,
    QuestionAsked,
    QuestionChanged,
    SessionChanged,
    TurnChosen,
)
from docanalyst.tui.panels.answers_panel import AnswersPanel
from docanalyst.tui.panels.context_bar import ContextBar
from docanalyst.tui.panels.documents import DocumentsPanel
from docanalyst.tui.panels.evidence import EvidencePanel
from docanalyst.tui.panels.header import HeaderLine
from docanalyst.tui.panels.key_bar import KeyBar
from docanalyst.tui.panels.prompt_box import PromptBox

if TYPE_CHECKING:
    pass


class MainScreen(Openings):
    """Connects the panels: an event of one updates the others."""

    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    AUTO_FOCUS = "#prompt"
    BINDINGS: ClassVar[list[BindingType]] = [
        # Priority, so that keys pressed right after it reach the panel and not the question box.
        Binding("f2", "panel('documents')", "Documents", id="panel.documents", priority=True),
        Binding("f3", "panel('answers')", "Answers", id="panel.answers", priority=True),
        Binding("f4", "panel('evidence')", "Evidence", id="panel.evidence", priority=True),
        Binding("escape", "leave", "Stop / back", show=False, id="leave"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.counting = Counting(desk)

    def compose(self) -> ComposeResult:
        """Show the panels from top to bottom."""
        yield HeaderLine(id="header")
        yield ContextBar(id="context")
        with Horizontal(id="panels"):
            yield DocumentsPanel(self.desk, id="documents")
            yield AnswersPanel(self.desk, id="answers-panel")
            yield EvidencePanel(self.find_document, id="evidence")
        yield PromptBox(self.desk, id="ask")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Refresh the reading progress regularly."""
        self.set_interval(0.2, self._tick)
        self.refresh_header()

    # Panels

    def show_panel(self, panel: str, *, focus: bool = True) -> None:
        """Show a panel, if only some are visible, and focus it."""
        self.panel = panel
        classes = {f"-{name}": name == panel for name in ("documents", "answers", "evidence")}
        if panel != "answers":
            classes["-side-evidence"] = panel == "evidence"
        self.update_classes(classes)
        self.refresh_header()
        if not focus:
            return
        target: Widget = self.documents.listed
        if panel == "answers":
            target = self.answers.view if self.answers.has_answers else self.prompt.input
        elif panel == "evidence":
            target = self.evidence.entrance
        self.set_focus(target)

    def action_panel(self, panel: str) -> None:
        """Show a panel (F2, F3, F4)."""
        self.show_panel(panel)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the next quote only if there is one."""
        return action != "next_quote" or bool(self.is_mounted and self.evidence.citations)

    @property
    def place(self) -> str:
        """Return where the cursor is: prompt, documents, answers or evidence."""
        focused = self.focused
        above = focused.ancestors_with_self if focused is not None else []
        for place, panel in (
            ("documents", self.documents),
            ("answers", self.answers),
            ("evidence", self.evidence),
        ):
            if panel in above:
                return place
        return "prompt"

    def on_header_line_panel_wanted(self, event: HeaderLine.PanelWanted) -> None:
        """Show the clicked panel."""
        self.show_panel(event.panel)

    def on_header_line_models_wanted(self) -> None:
        """Open the models."""
        self.action_models()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Make the focused panel the current one."""
        place = self.place
        if place not in ("prompt", self.panel):
            self.show_panel(place, focus=False)

    def action_leave(self) -> None:
        """Stop the answer, else cancel a fork, else go to the question box (Esc)."""
        if self.answers.stop() or self.answers.unfork():
            return
        self.set_focus(self.prompt.input)

    # Documents

    def on_paths_given(self, event: PathsGiven) -> None:
        """Open these PATHs."""
        self.add_paths(event.paths)

    def add_paths(self, paths: list[str]) -> None:
        """Read PATHs in the background."""

        async def read() -> None:
            await self.reading.add(await self.app.ready(), paths)

        self.app.go(read(), self)

    def documents_changed(self) -> None:
        """Refresh and count the documents."""
        if self.is_mounted:
            self.documents.refresh_list()
            self.post_message(DocumentsChanged())

    def _tick(self) -> None:
        if self.desk.reading:
            self.documents.refresh_list()
            self.answers.start.refresh()

    def on_documents_changed(self, event: DocumentsChanged) -> None:
        """Count again."""
        self.documents.refresh_list()
        self.answers.start.refresh()
        self.refresh_header()
        self.count()

    def on_page_wanted(self, event: PageWanted) -> None:
        """Show a document's text in the evidence panel."""
        document = event.entry.whole or event.entry.document
        if document is not None:
            name = self.desk.ids().get(id(event.entry), "")
            self.evidence.show_document(document, name, event.page)
            self.show_panel("evidence", focus=False)
            self.set_focus(self.evidence.view)

    # Counting

    def on_question_changed(self, event: QuestionChanged) -> None:
        """Count the changed question."""
        self.count()

    def count(self) -> None:
        """Count the next question in the background."""
        bar = self.query_one("#context", ContextBar)

        async def run() -> None:
            if self.desk.documents:
                bar.set_counting()
            counted = await self.counting.count(await self.app.ready(), self.prompt.text.strip())
            if counted is None:
                return
            self.plan, error = counted
            named = self.plan is not None and self.desk.is_packed(self.plan.documents)
            advice = advice_of(self.plan) if self.plan is not None and named else ""
            bar.show(self.plan, error, advice)
            self.answers.start.take_fit(self.plan is not None and not self.plan.budget.fits)
            if self.plan is not None:
                self.desk.take_counts(self.plan.documents, self.plan.shares)
                self.documents.refresh_list()
            self.refresh_header()

        self.app.go(run(), self)

    # Questions and answers

    def on_question_asked(self, event: QuestionAsked) -> None:
        """Ask, as soon as every document is read."""
        self.ask(event.text)

    def on_answer_started(self, event: AnswerStarted) -> None:
        """Clear the question box for the next question."""
        self.show_panel("answers", focus=False)
        self.refresh_header()

    def on_answer_ended(self, event: AnswerEnded) -> None:
        """Show the evidence and any error."""
        if event.error is not None:
            self.app.tell(event.error.message, event.error.hint, severity="error")
        if event.turn is None:
            self.give_back_question()
        self.count()
        self.refresh_header()
        if event.turn is not None and self.panel == "answers":
            self.set_class(bool(event.turn.citations), "-side-evidence")

    def on_session_changed(self, event: SessionChanged) -> None:
        """Show another turn or session."""
        for turn in self.desk.session.turns if self.desk.session else ():
            if not self.prompt.input.past:
                self.prompt.input.remember(turn.question)
        self.refresh_header()

    def on_turn_chosen(self, event: TurnChosen) -> None:
        """Show the evidence of the selected turn."""
        self.evidence.show_turn(event.turn, event.number)
        self.refresh_bindings()
        self.refresh_header()
        if event.focus:
            self.show_panel("evidence", focus=False)
            self.set_focus(self.evidence.view)

    def on_evidence_panel_stood(self, event: EvidencePanel.Stood) -> None:
        """Mark the selected quote in the answer too."""
        event.stop()
        self.answers.view.choose(event.citation.number)

    # The top line

    def refresh_header(self) -> None:
        """Update the title, the model and the cost of the session."""
        header = self.header
        header.tabs = self.size.width < WIDE
        header.panel = self.panel
        thinks = self.desk.choice.thinking
        header.show(
            self.desk,
            self.plan.spec if self.plan else None,
            self.app.standing.model,
            thinks if thinks is not None else self.app.thinks,
            len(self.evidence.citations),
        )

    def on_resize(self, event: events.Resize) -> None:
        """Show tabs in the top line if the panels do not all fit."""
        self.refresh_header()
