"""The main screen: documents, answers, evidence and the question box."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from docanalyst.tui.breakpoints import BREAKPOINTS
from docanalyst.tui.desk.desk import Desk
from docanalyst.tui.keys import bound
from docanalyst.tui.main.actions import SessionActions
from docanalyst.tui.main.openings import Openings
from docanalyst.tui.main.parts import DeskScreen
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

SMALLEST = (32, 9)
"""Columns and rows below which nothing could be read."""


class MainScreen(DeskScreen):
    """Connects the panels: an event of one updates the others."""

    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    AUTO_FOCUS = "#prompt"
    BINDINGS: ClassVar[list[BindingType]] = [
        # Priority, so that keys pressed right after it reach the panel and not the question box.
        bound("panel.documents", "panel('documents')", priority=True),
        bound("panel.answers", "panel('answers')", priority=True),
        bound("panel.evidence", "panel('evidence')", priority=True),
        bound("leave", "leave", show=False),
        bound("stop", "stop", priority=True),
        bound("ask.again", "retry", show=False),
        bound("session.new", "new", show=False),
        bound("ask.thinking", "thinking", show=False),
        bound("ask.next_quote", "next_quote"),
        bound("add", "files"),
        bound("session.list", "sessions"),
        bound("models", "models"),
        bound("keys", "keys", show=False, priority=True),
        bound("prompts", "prompts", show=False),
        bound("batch", "batch"),
        bound("settings", "settings", show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.session = SessionActions(self)
        self.openings = Openings(self, self.session)

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
        yield Static("Too small: make this window larger.", id="too-small", markup=False)

    def on_mount(self) -> None:
        """Refresh the reading progress regularly."""
        self.set_interval(0.2, self._tick)
        self.refresh_header()

    def on_screen_resume(self) -> None:
        """Ignore an Enter that was typed for the window that has closed."""
        if self.is_mounted:
            self.prompt.input.entered()

    # Panels

    def action_panel(self, panel: str) -> None:
        """Show a panel (F2, F3, F4)."""
        self.show_panel(panel)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the next quotation only if there is one, and stopping only while an answer runs."""
        if action == "stop":
            # The same key copies selected text.
            return bool(self.is_mounted and self.answers.is_asking and not self._has_selection)
        return action != "next_quote" or bool(self.is_mounted and self.evidence.citations)

    @property
    def _has_selection(self) -> bool:
        return bool(self.selections or self.prompt.input.selected_text)

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
        self.openings.models()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Make the focused panel the current one."""
        place = self.place
        if place not in ("prompt", self.panel):
            self.show_panel(place, focus=False)

    def action_leave(self) -> None:
        """Cancel a fork, else go to the question box (Esc)."""
        if not self.answers.unfork():
            self.set_focus(self.prompt.input)

    def action_stop(self) -> None:
        """Stop the answer and save what was received."""
        self.answers.stop()

    # Documents

    def on_paths_given(self, event: PathsGiven) -> None:
        """Open these PATHs."""
        self.openings.add_paths(event.paths)

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

    # Questions and answers

    def on_question_asked(self, event: QuestionAsked) -> None:
        """Ask, as soon as every document is read."""
        self.session.ask(event.text)

    def on_answer_started(self, event: AnswerStarted) -> None:
        """Clear the question box for the next question."""
        self.show_panel("answers", focus=False)
        self.refresh_header()

    def on_answer_ended(self, event: AnswerEnded) -> None:
        """Show the evidence and any error."""
        if event.error is not None:
            self.app.tell(event.error.message, event.error.hint, severity="error")
        if event.turn is None:
            self.session.give_back_question()
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

    def on_resize(self, event: events.Resize) -> None:
        """Show tabs in the top line if the panels do not all fit; in a tiny terminal, only say so."""
        self.set_class(event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1], "-tiny")
        self.refresh_header()

    def open_session(self, session_id: str) -> None:
        """Open a session in place of the current one."""
        self.session.open_session(session_id)

    # Keys, by the part that acts

    def action_retry(self) -> None:
        """Ask the question of this turn again; both answers are kept."""
        self.session.retry()

    def action_more_passages(self) -> None:
        """Show all the closest passages of an offline answer."""
        self.session.more_passages()

    def action_edit(self) -> None:
        """Put the question of this turn into the question box, to edit it and ask it instead."""
        self.session.edit()

    def action_thinking(self) -> None:
        """Turn reasoning on or off."""
        self.session.thinking()

    def action_next_quote(self) -> None:
        """Go to the page of the next quote."""
        self.session.next_quote()

    def action_copy_answer(self) -> None:
        """Copy the answer with its evidence."""
        self.session.copy_answer()

    def action_new(self) -> None:
        """Start a new session about the same documents."""
        self.session.new()

    def action_files(self) -> None:
        """Add documents."""
        self.openings.files()

    def action_sessions(self) -> None:
        """Kept sessions."""
        self.openings.sessions()

    def action_models(self) -> None:
        """Choose the model."""
        self.openings.models()

    def action_keys(self) -> None:
        """Enter, see and remove API keys."""
        self.openings.keys()

    def action_prompts(self) -> None:
        """Show the prompts."""
        self.openings.prompts()

    def action_batch(self) -> None:
        """Open the batch window."""
        self.openings.batch()

    def action_settings(self) -> None:
        """Settings."""
        self.openings.settings()

    def action_receipt(self) -> None:
        """Show the receipt of the selected turn."""
        self.openings.receipt()

    def action_export(self) -> None:
        """Export the open session to a file."""
        self.openings.export_open()

    def on_evidence_panel_copy_wanted(self, event: EvidencePanel.CopyWanted) -> None:
        """Copy a quote."""
        self.session.copy_quoted(event)

    def on_evidence_panel_filter_wanted(self, event: EvidencePanel.FilterWanted) -> None:
        """Ask which citations to show."""
        event.stop()
        self.session.filter_cited()

    def on_evidence_panel_review_wanted(self, event: EvidencePanel.ReviewWanted) -> None:
        """Save a review of a citation."""
        self.session.review(event)

    def on_evidence_panel_open_wanted(self, event: EvidencePanel.OpenWanted) -> None:
        """Open a cited page in the PDF viewer."""
        self.session.open_cited(event)

    def on_evidence_panel_picture_wanted(self, event: EvidencePanel.PictureWanted) -> None:
        """Show a picture of a cited page."""
        self.session.picture_cited(event)

    def on_documents_panel_pages_wanted(self, event: DocumentsPanel.PagesWanted) -> None:
        """Choose the pages of a document to send."""
        self.openings.pages_wanted(event)

    def on_documents_panel_open_wanted(self, event: DocumentsPanel.OpenWanted) -> None:
        """Open a document in its own program."""
        self.openings.open_wanted(event)

    def on_documents_panel_unlock_wanted(self, event: DocumentsPanel.UnlockWanted) -> None:
        """Read a document again, with its password if it needs one."""
        self.openings.unlock_wanted(event)

    def on_documents_panel_removed(self, event: DocumentsPanel.Removed) -> None:
        """Notify the user that a document was removed, and how to undo it."""
        self.openings.removed(event)

    def on_documents_panel_fit_wanted(self, event: DocumentsPanel.FitWanted) -> None:
        """Propose which documents to switch off."""
        event.stop()
        self.openings.fit()

    def on_documents_panel_undo_wanted(self, event: DocumentsPanel.UndoWanted) -> None:
        """Undo the last removal."""
        self.openings.undo_wanted(event)
