"""The panel of questions and answers: asks, stops, asks again, forks and shows answers."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.timer import Timer

from docanalyst.domain.errors import DocanalystError
from docanalyst.exporters.presentation import figures
from docanalyst.tui.desk.desk import Desk
from docanalyst.tui.keys import bound
from docanalyst.tui.messages import AnswerEnded, AnswerStarted, SessionChanged, TurnChosen
from docanalyst.tui.panels.start import StartPage
from docanalyst.tui.text.plain import one_line

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.analyst.privacy import Consent
    from docanalyst.domain.turns import Turn
    from docanalyst.tui.desk.asking import Asking
    from docanalyst.tui.host import Host
    from docanalyst.tui.panels.answers import AnswersView
    from docanalyst.tui.text.turn_rows import TurnRows

REPAINT = 0.06
"""Seconds between two paints of a streaming answer."""

RETITLE = 0.25
"""Seconds between two changes of the panel's title: each repaints the whole panel."""
SILENCE = 5.0
"""Seconds without new text after which the progress line says so."""
SHARE = 4
"""A paint may take this fraction of the time, as 1/n; the next one waits accordingly."""


class AnswersPanel(Vertical):
    """Shows the turns before the next question."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("answers.fork", "fork"),
        bound("answers.branch", "branch", show=False),
        bound("answers.more", "screen.more_passages", show=False),
        bound("answers.copy", "screen.copy_answer"),
        bound("answers.receipt", "screen.receipt"),
        bound("answers.edit", "screen.edit", show=False),
        bound("answers.export", "screen.export", show=False),
    ]

    if TYPE_CHECKING:
        app: Host

    def __init__(self, desk: Desk, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.desk = desk
        self.asking: Asking | None = None
        self._view: AnswersView | None = None
        self._item: TurnRows | None = None
        self._timer: Timer | None = None
        self._paint_at = self._title_at = 0.0
        self.fork_at: str | None = None

    def compose(self) -> ComposeResult:
        """Show the start page until there is an answer."""
        yield StartPage(self.desk, id="start")

    def on_mount(self) -> None:
        """Name the panel."""
        self.title()

    @property
    def view(self) -> AnswersView:
        """The answers; created on first use, so that the first paint is faster."""
        if self._view is None:
            from docanalyst.tui.panels.answers import AnswersView

            self._view = AnswersView(id="answers")
            self._view.display = False
            self.mount(self._view)
        return self._view

    @property
    def has_answers(self) -> bool:
        """Whether there are answers to show."""
        return self._view is not None and bool(self._view.items)

    @property
    def start(self) -> StartPage:
        """The start page."""
        return self.query_one("#start", StartPage)

    @property
    def is_asking(self) -> bool:
        """Whether an answer is streaming."""
        return self.asking is not None

    @property
    def current_turn(self) -> Turn | None:
        """The selected turn."""
        item = self._view.current_item if self._view is not None else None
        return item.turn if item else None

    # Showing

    def show_session(self, stand_on: str | None = None, *, stay: bool = False) -> None:
        """Show the current branch of the session.

        Args:
            stand_on: ID of the turn to select.
            stay: Whether the reader, if he has scrolled, stays where he is.
        """
        from docanalyst.tui.desk import branches
        from docanalyst.tui.text.turn_rows import TurnRows

        session = self.desk.session
        shown = branches.line_of(session.turns, self.desk.leaf) if session else []
        known = {item.turn.id: item for item in self.view.items}
        items = []
        for number, entry in enumerate(shown, 1):
            item = known.get(entry.turn.id) or TurnRows(entry.turn, key=self.app.key)
            item.replace(entry.turn)
            item.number, item.place, item.of = number, entry.place, entry.of
            items.append(item)
        self.view.show(items, stay=stay)
        if stand_on is not None and not (stay and self.view.has_moved):
            self.view.current = next(
                (place for place, item in enumerate(items) if item.turn.id == stand_on), self.view.current
            )
        self._toggle()
        turn = self.current_turn
        if turn is not None:
            self.post_message(TurnChosen(turn))

    def take_review(self, turn: Turn) -> None:
        """Show a turn of the session after a review of one of its citations."""
        session = self.desk.session
        if session is not None:
            turns = tuple(turn if known.id == turn.id else known for known in session.turns)
            self.desk.session = replace(session, turns=turns)
        for item in self.view.items:
            if item.turn.id == turn.id:
                item.replace(turn)
                self.view.update_item(item)

    def _toggle(self) -> None:
        empty = not self.has_answers
        if empty and self.view.has_focus:
            self.screen.set_focus(None)
        self.start.display = empty
        self.view.display = not empty
        self.title()

    def title(self) -> None:
        """Show the position in the panel's title."""
        self.border_title = "Answers"
        count = len(self._view.items) if self._view is not None else 0
        words = figures.count(count, "question") if count else ""
        if self.fork_at is not None:
            words = f"the next question forks here: {self.app.key('leave')} cancels"
        elif self._item is not None and self._item.progress:
            words = self._item.progress
            if self._view is not None and self._view.has_more_below:
                words = f"more below: {self.app.key('answers.last')} · {words}"
        self.border_subtitle = words

    def on_answers_view_chosen(self, event: AnswersView.Chosen) -> None:
        """Update the title for the selected turn."""
        event.stop()
        self.post_message(TurnChosen(event.item.turn, event.number, focus=event.look))

    # Asking

    def ask(
        self,
        analyst: Analyst,
        question: str,
        *,
        parent: str | None,
        from_start: bool = False,
        consent: Consent | None = None,
    ) -> None:
        """Send a question that follows the turn `parent`; None for the current last turn."""
        from docanalyst.domain.turns import Turn, TurnStatus
        from docanalyst.tui.desk import branches
        from docanalyst.tui.desk.asking import Asking
        from docanalyst.tui.text.turn_rows import TurnRows

        session = self.desk.session
        if from_start and session is not None:
            session = branches.from_the_start(session)
            parent = None
        self.asking = self.desk.asking = Asking(
            analyst, self.desk.documents, question, self.desk.choice.options(), session, parent, consent
        )
        self.desk.choice.passages = None
        self.fork_at = None
        turn = Turn("", "", question, "", "", status=TurnStatus.RUNNING)
        self._cut_to(None if from_start else parent)
        self._item = TurnRows(turn, number=len(self.view.items) + 1, key=self.app.key)
        self.view.add(self._item)
        self._toggle()
        self.asking.start()
        self._timer = self.set_interval(REPAINT, self._take)
        self.post_message(AnswerStarted())

    def _cut_to(self, parent: str | None) -> None:
        """Show only the turns before the question."""
        items = self.view.items
        if self.desk.session is None:
            items = []
        elif parent is not None:
            last = next((n for n, item in enumerate(items) if item.turn.id == parent), len(items) - 1)
            items = items[: last + 1]
        if len(items) != len(self.view.items):
            self.view.show(items)

    def stop(self) -> bool:
        """Stop the streaming answer and save the partial answer; return False if there is none."""
        if self.asking is None:
            return False
        self.asking.stop()
        if self._item is not None:
            self._item.progress = "stopping; saving the partial answer …"
            self.view.update_item(self._item)
            self.title()
        return True

    def _take(self) -> None:
        asking, item = self.asking, self._item
        if asking is None or item is None:
            return
        now = time.monotonic()
        if asking.done:
            self._end(asking, item)
        elif now >= self._paint_at and not asking.stopping:
            answer, reasoning = asking.take()
            item.replace(replace(item.turn, answer=answer, reasoning=reasoning or None))
            item.progress = progress_of(asking, now, self.app.key("stop"))
            self.view.update_item(item)
            if now >= self._title_at:
                self.title()
                self._title_at = now + RETITLE
            self._paint_at = time.monotonic() + SHARE * (time.monotonic() - now)

    def _end(self, asking: Asking, item: TurnRows) -> None:
        if self._timer is not None:
            self._timer.stop()
        self.asking = self.desk.asking = self._item = self._timer = None
        turn = asking.turn
        if turn is not None:
            item.replace(turn)
            item.hint = self.app.worded(asking.error.hint) if asking.error else ""
            self.desk.session = asking.session
            self.desk.leaf = turn.id
            if turn.cost is not None:
                self.desk.spent_micros += turn.cost.micros
            self.show_session(stand_on=turn.id, stay=True)
            self.post_message(SessionChanged())
        else:
            self.view.show([known for known in self.view.items if known is not item])
            self.show_session()
        error = asking.error
        if asking.defect is not None:
            error = DocanalystError(
                f"Internal error ({type(asking.defect).__name__}). This is a bug in docanalyst.",
                "Saved data is intact. Ask again, or restart docanalyst.",
            )
        self.post_message(AnswerEnded(turn, error))

    # Branches

    def action_fork(self) -> None:
        """Make the next question follow this turn instead of the last one."""
        turn = self.current_turn
        if turn is None or self.is_asking:
            return
        self.fork_at = turn.id
        self.title()
        self.screen.query_one("#prompt").focus()

    def unfork(self) -> bool:
        """Make the next question follow the last turn again."""
        if self.fork_at is None:
            return False
        self.fork_at = None
        self.title()
        return True

    def action_branch(self) -> None:
        """Show the other answer to this question."""
        from docanalyst.tui.desk import branches

        turn = self.current_turn
        session = self.desk.session
        if turn is None or session is None or self.is_asking:
            return
        leaf = branches.beside(session.turns, turn, 1)
        if leaf is None:
            self.app.bell()
            return
        place = self.view.current
        self.desk.leaf = leaf.id
        self.show_session()
        self.view.current = min(place, len(self.view.items) - 1)
        self.view.refresh()

    def on_answers_view_branch_wanted(self, event: AnswersView.BranchWanted) -> None:
        """Show the other answer."""
        event.stop()
        self.action_branch()


def progress_of(asking: Asking, now: float, stop: str) -> str:
    """Return the progress of an answer in one line.

    Args:
        now: In monotonic seconds.
        stop: The key that stops it.
    """
    passed = figures.seconds(now - asking.started)
    if asking.planned is None:
        return f"{stop} stops · packing the documents … {passed}"
    if asking.first_at is None or asking.last_at is None:
        if asking.waiting is not None and now < asking.waiting[1]:
            why, until = asking.waiting
            left = figures.seconds(until - now, whole=True)
            retry = f"retry {why.attempt} of {why.retries} in {left}"
            return f"{stop} stops · {retry} · {one_line(why.message, 200)}"
        sent = figures.tokens(asking.planned.budget.used)
        words = f"{stop} stops · sent {sent} tokens; waiting for the answer to begin … {passed}"
        return words + _until_given_up(asking, now - asking.started)
    if now - asking.last_at > SILENCE:
        silent = figures.seconds(now - asking.last_at)
        words = f"{stop} stops · nothing new for {silent} · ≈ {asking.pieces:,} tokens"
        return words + _until_given_up(asking, now - asking.last_at)
    rate = asking.pieces / max(0.1, now - asking.first_at)
    return f"{stop} stops · ≈ {asking.pieces:,} tokens · {rate:,.0f} tokens/s · {passed}"


def _until_given_up(asking: Asking, silent: float) -> str:
    """Return when a silent provider is given up, once it is silent for long."""
    if asking.patience is None or silent <= SILENCE:
        return ""
    left = figures.seconds(max(0.0, asking.patience - silent), whole=True)
    return f" · gives up in {left}"
