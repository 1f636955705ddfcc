"""What the main screen does with a question, an answer and a session: one of its parts."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.main.parts import DeskScreen
from docanalyst.tui.panels.evidence import EvidencePanel
from docanalyst.tui.screens.consent import ask_from_thread

if TYPE_CHECKING:
    from docanalyst.domain.turns import Turn


FIRST = ""
"""Marks a question that replaces the first question of the session."""


class SessionActions:
    """Asking, asking again, reading the answer, opening another session."""

    def __init__(self, screen: DeskScreen) -> None:
        self.screen = screen
        self._asked = ""
        self._is_sending = False

    # Asking

    def ask(
        self, question: str, *, parent: str | None = None, from_start: bool = False, again: bool = False
    ) -> None:
        """Ask as soon as every open document is read.

        Args:
            again: The question is not from the question box, so it is not given back if it is not sent.
        """
        given = "" if again else question
        if self.screen.answers.is_asking or self._is_sending:
            if self._is_sending:
                self.screen.app.tell("The question before is about to be sent.", "Ask this one after it.")
            else:
                self.screen.app.tell_streaming()
            self.screen.prompt.give_back(given)
            return
        if not self.screen.desk.sent and not self.screen.desk.reading:
            self.screen.app.tell(
                "No documents are open.",
                f"Press {self.screen.app.key('add')} to add some.",
                severity="warning",
            )
            self.screen.show_panel("documents", focus=False)
            self.screen.prompt.give_back(given)
            return
        fork = self.screen.answers.fork_at
        from_start = from_start or (parent is None and fork == FIRST)
        parent = parent or fork or self.screen.desk.leaf

        self._asked, self._is_sending = given, True

        async def send() -> None:
            try:
                await prepare()
            finally:
                self._is_sending = False

        async def prepare() -> None:
            analyst = await self.screen.app.ready()
            if waits := bool(self.screen.desk.reading):
                self.screen.app.tell("The question will be sent as soon as every document is read.")
            while self.screen.desk.reading:
                await asyncio.sleep(0.1)
            if not self.screen.desk.sent:
                self.screen.app.tell("No document could be read, so nothing was sent.", severity="error")
                self.give_back_question()
                return
            if waits and self.screen.desk.missing:
                names = ", ".join(entry.name for entry in self.screen.desk.missing)
                self.screen.app.tell(
                    f"Sent without {names}.",
                    f"Press {self.screen.app.key('panel.documents')} to see why.",
                    severity="warning",
                )
            self.screen.answers.ask(
                analyst,
                question,
                parent=parent,
                from_start=from_start,
                consent=partial(ask_from_thread, self.screen.app),
            )

        self.screen.app.go(send(), self.screen, group="ask")

    def give_back_question(self) -> None:
        """Put a question that was not sent back into the question box."""
        self.screen.prompt.give_back(self._asked)
        self._asked = ""

    def retry(self) -> None:
        """Ask the question of this turn again; both answers are kept."""
        turn = self.screen.answers.current_turn
        if turn is None or self.screen.answers.is_asking:
            return
        self.ask_again(turn, turn.question)

    def ask_again(self, turn: Turn, question: str) -> None:
        """Ask a question as an alternative to a turn."""
        self.screen.desk.choice.prompt = None
        self.screen.prompt.show_prompt()
        self.ask(question, parent=turn.parent_id, from_start=turn.parent_id is None, again=True)

    def more_passages(self) -> None:
        """Ask the question of an offline answer again, for all the passages that it left out."""
        from docanalyst.domain.answers.body import passages_in_all

        turn = self.screen.answers.current_turn
        number = passages_in_all(turn.answer) if turn is not None else None
        if turn is None or number is None or self.screen.answers.is_asking:
            self.screen.app.bell()
            return
        self.screen.desk.choice.passages = number
        self.ask_again(turn, turn.question)

    def edit(self) -> None:
        """Put the question of this turn into the question box, to edit it and ask it instead."""
        turn = self.screen.answers.current_turn
        if turn is None:
            return
        self.screen.prompt.take(turn.question)
        self.screen.answers.fork_at = turn.parent_id or FIRST
        self.screen.answers.title()

    def thinking(self) -> None:
        """Turn reasoning on or off."""
        choice = self.screen.desk.choice
        now = choice.thinking if choice.thinking is not None else self.screen.app.thinks
        choice.thinking = not now
        self.screen.app.tell("Reasoning is on." if choice.thinking else "Reasoning is off.")
        self.screen.refresh_header()
        self.screen.count()

    # Reading the answer

    def next_quote(self) -> None:
        """Go to the page of the next quote."""
        self.screen.answers.view.action_citation(1)
        if self.screen.answers.view.chosen is not None:
            self.screen.show_panel("evidence", focus=False)

    def copy_answer(self) -> None:
        """Copy the answer with its evidence."""
        from docanalyst.domain.answers.body import answer_body, with_key

        turn = self.screen.answers.current_turn
        if turn is not None and turn.answer:
            body = with_key(answer_body(turn.answer), "not shown")
            self.screen.app.copy_to_clipboard(body.strip())
            self.screen.app.tell("The answer was copied.")

    def copy_quoted(self, event: EvidencePanel.CopyWanted) -> None:
        """Copy a quote."""
        self.screen.app.copy_to_clipboard(event.text)
        self.screen.app.tell("The quotation was copied with its page reference.")

    def review(self, event: EvidencePanel.ReviewWanted) -> None:
        """Save what the user says of a citation, and show it."""
        app, number = self.screen.app, event.citation.number

        async def save() -> None:
            from docanalyst.tui.screens.line import LineScreen

            analyst = await app.ready()
            note = event.citation.review.note if event.citation.review else ""
            if event.asks:
                title = f"Note on quotation {number}"
                given = await app.wait_for(LineScreen(title, "It is saved and exported.", value=note))
                if given is None:
                    return
                note = given.strip()
            if not analyst.keep:
                app.tell("This window does not save anything, so there are no reviews.", severity="warning")
                return
            await in_thread(lambda: analyst.store.turns.review(event.turn.id, number, event.mark, note))
            turn = await in_thread(analyst.store.turns.get, event.turn.id)
            self.screen.answers.take_review(turn)
            if self.screen.evidence.turn is not None and self.screen.evidence.turn.id == turn.id:
                goes_on = not event.asks and event.mark in ("accept", "reject")
                self.screen.evidence.take_review(turn, number, goes_on=goes_on)

        app.go(save(), self.screen, group="review")

    def filter_cited(self) -> None:
        """Ask which citations to show."""
        screen = self.screen

        async def ask() -> None:
            from docanalyst.tui.screens.line import LineScreen

            words = (
                "Words of the verdict, document or review, such as: altered D2, flag, unreviewed. Empty: all."
            )
            now = " ".join(screen.evidence.words)
            given = await screen.app.wait_for(LineScreen("Show only quotations with", words, value=now))
            if given is not None:
                screen.evidence.take_filter(given)

        screen.app.go(ask(), screen, group="review")

    def open_cited(self, event: EvidencePanel.OpenWanted) -> None:
        """Open a cited page in the PDF viewer."""
        self.screen.app.open_outside(event.document.path, event.page)

    def picture_cited(self, event: EvidencePanel.PictureWanted) -> None:
        """Show a picture of a cited page."""
        from docanalyst.tui.main.picture import show_page

        self.screen.app.go(show_page(self.screen.app, event.document, event.page, event.quotes), self.screen)

    # Sessions

    def new(self) -> None:
        """Start a new session about the same documents."""
        if self.screen.answers.is_asking:
            self.screen.app.tell_streaming()
            return
        self.screen.desk.session = None
        self.screen.desk.leaf = None
        self.screen.desk.spent_micros = 0
        self.screen.answers.fork_at = None
        self.screen.answers.show_session()
        self.screen.evidence.show_turn(None)
        self.screen.refresh_header()
        self.screen.prompt.input.focus()
        self.screen.count()

    def open_session(self, session_id: str, *, fork: bool = False) -> None:
        """Open a saved session with its documents as they were read.

        Args:
            fork: Whether to start a fork.
        """

        async def fetch() -> None:
            analyst = await self.screen.app.ready()
            session = await in_thread(analyst.store.sessions.get, session_id)
            documents: Any = await in_thread(analyst.session_documents, session)
            self.screen.desk.replace_documents(documents)
            self.screen.desk.session = session
            self.screen.desk.leaf = session.turns[-1].id if session.turns else None
            self.screen.desk.spent_micros = sum(turn.cost.micros for turn in session.turns if turn.cost)
            self.screen.prompt.input.past = list(dict.fromkeys(turn.question for turn in session.turns))
            self.screen.documents.refresh_list()
            self.screen.answers.fork_at = None
            self.screen.answers.show_session()
            self.screen.show_panel("answers")
            self.screen.refresh_header()
            self.screen.count()
            if fork:
                self.screen.call_after_refresh(self.screen.answers.action_fork)

        self.screen.app.go(fetch(), self.screen, group="open")
