"""The actions of the main screen on questions, answers and sessions."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType

from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.main.parts import DeskScreen
from docanalyst.tui.panels.evidence import EvidencePanel
from docanalyst.tui.screens.consent import ask_from_thread

if TYPE_CHECKING:
    from docanalyst.domain.turns import Turn


FIRST = ""
"""Marks a question that replaces the first question of the session."""


class SessionActions(DeskScreen):
    """Asking, asking again, going on elsewhere. Expects the panels of the main screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "retry", "Ask again", show=False, id="ask.again"),
        Binding("ctrl+n", "new", "New session", show=False, id="session.new"),
        Binding("ctrl+t", "thinking", "Thinking", show=False, id="ask.thinking"),
        Binding("ctrl+g", "next_quote", "Quote", id="ask.next_quote"),
    ]
    _asked = ""

    # Asking

    def ask(self, question: str, *, parent: str | None = None, from_start: bool = False) -> None:
        """Ask as soon as every open document is read."""
        if self.answers.is_asking:
            self.app.tell("An answer is streaming.", "Press Esc to stop it; the partial answer is saved.")
            return
        if not self.desk.sent and not self.desk.reading:
            self.app.tell("No documents are open.", "Press Ctrl+O to add some.", severity="warning")
            self.show_panel("documents", focus=False)
            return
        fork = self.answers.fork_at
        from_start = from_start or (parent is None and fork == FIRST)
        parent = parent or fork or self.desk.leaf

        async def send() -> None:
            analyst = await self.app.ready()
            if waits := bool(self.desk.reading):
                self.app.tell("The question will be sent as soon as every document is read.")
            while self.desk.reading:
                await asyncio.sleep(0.1)
            if not self.desk.sent:
                self.app.tell("No document could be read, so nothing was sent.", severity="error")
                return
            if waits and self.desk.missing:
                names = ", ".join(entry.name for entry in self.desk.missing)
                self.app.tell(f"Sent without {names}.", "Press F2 to see why.", severity="warning")
            self._asked = question
            self.prompt.clear()
            self.answers.ask(
                analyst,
                question,
                parent=parent,
                from_start=from_start,
                consent=partial(ask_from_thread, self.app),
            )

        self.app.go(send(), self, group="ask")

    def give_back_question(self) -> None:
        """Put a question that was not sent back into the question box."""
        if self._asked and not self.prompt.text:
            self.prompt.take(self._asked)

    def action_retry(self) -> None:
        """Ask the question of this turn again; both answers are kept."""
        turn = self.answers.current_turn
        if turn is None or self.answers.is_asking:
            return
        self.ask_again(turn, words_of(turn))

    def ask_again(self, turn: Turn, question: str) -> None:
        """Ask a question as an alternative to a turn."""
        self.desk.choice.prompt = None
        self.prompt.show_prompt()
        self.ask(question, parent=turn.parent_id, from_start=turn.parent_id is None)

    def action_edit(self) -> None:
        """Put the question of this turn into the question box, to edit it and ask it instead."""
        turn = self.answers.current_turn
        if turn is None:
            return
        self.prompt.take(words_of(turn))
        self.answers.fork_at = turn.parent_id or FIRST
        self.answers.title()

    def action_thinking(self) -> None:
        """Turn reasoning on or off."""
        choice = self.desk.choice
        now = choice.thinking if choice.thinking is not None else self.app.thinks
        choice.thinking = not now
        self.app.tell("Reasoning is on." if choice.thinking else "Reasoning is off.")
        self.refresh_header()
        self.count()

    # Reading the answer

    def action_next_quote(self) -> None:
        """Go to the page of the next quote."""
        self.answers.view.action_citation(1)
        if self.answers.view.chosen is not None:
            self.show_panel("evidence", focus=False)

    def action_copy_answer(self) -> None:
        """Copy the answer with its evidence."""
        from docanalyst.domain.answers.body import answer_body

        turn = self.answers.current_turn
        if turn is not None and turn.answer:
            self.app.copy_to_clipboard(answer_body(turn.answer).strip())
            self.app.tell("The answer was copied.")

    def on_evidence_panel_copy_wanted(self, event: EvidencePanel.CopyWanted) -> None:
        """Copy a quote."""
        self.app.copy_to_clipboard(event.text)
        self.app.tell("The quote was copied with its page reference.")

    def on_evidence_panel_open_wanted(self, event: EvidencePanel.OpenWanted) -> None:
        """Open a cited page in the PDF viewer."""
        self.app.open_outside(event.document.path, event.page)

    def on_evidence_panel_picture_wanted(self, event: EvidencePanel.PictureWanted) -> None:
        """Show a picture of a cited page."""
        from docanalyst.tui.main.picture import show_page

        self.app.go(show_page(self.app, event.document, event.page, event.quotes), self)

    # Sessions

    def action_new(self) -> None:
        """Start a new session about the same documents."""
        if self.answers.is_asking:
            self.app.tell("An answer is streaming.", "Press Esc to stop it; the partial answer is saved.")
            return
        self.desk.session = None
        self.desk.leaf = None
        self.desk.spent_micros = 0
        self.answers.fork_at = None
        self.answers.show_session()
        self.evidence.show_turn(None)
        self.refresh_header()
        self.prompt.input.focus()
        self.count()

    def open_session(self, session_id: str, *, fork: bool = False) -> None:
        """Open a saved session with its documents as they were read.

        Args:
            fork: Whether to start a fork.
        """

        async def fetch() -> None:
            analyst = await self.app.ready()
            session = await in_thread(analyst.store.sessions.get, session_id)
            documents: Any = await in_thread(analyst.session_documents, session)
            self.desk.replace_documents(documents)
            self.desk.session = session
            self.desk.leaf = session.turns[-1].id if session.turns else None
            self.desk.spent_micros = sum(turn.cost.micros for turn in session.turns if turn.cost)
            self.prompt.input.past = list(dict.fromkeys(words_of(turn) for turn in session.turns))
            self.documents.refresh_list()
            self.answers.fork_at = None
            self.answers.show_session()
            self.show_panel("answers")
            self.refresh_header()
            self.count()
            if fork:
                self.call_after_refresh(self.answers.action_fork)

        self.app.go(fetch(), self, group="open")


def words_of(turn: Turn) -> str:
    """Return the user's question of a turn."""
    return turn.question
