"""A screen over a desk: its panels by name, what they show, and the count of the next question."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from textual.screen import Screen
from textual.widget import Widget

from docanalyst.tui.breakpoints import BREAKPOINTS, WIDE
from docanalyst.tui.desk.counting import Counting, advice_of
from docanalyst.tui.desk.desk import Desk
from docanalyst.tui.messages import DocumentsChanged
from docanalyst.tui.panels.answers_panel import AnswersPanel
from docanalyst.tui.panels.context_bar import ContextBar
from docanalyst.tui.panels.documents import DocumentsPanel
from docanalyst.tui.panels.evidence import EvidencePanel
from docanalyst.tui.panels.header import HeaderLine
from docanalyst.tui.panels.prompt_box import PromptBox

if TYPE_CHECKING:
    from docanalyst.analyst import Plan
    from docanalyst.domain.documents import Document
    from docanalyst.tui.host import Host


class DeskScreen(Screen[None]):
    """A screen with its state.

    Attributes:
        plan: The count of the next question.
        panel: The panel in front.
    """

    if TYPE_CHECKING:
        app: Host

    def __init__(self, desk: Desk) -> None:
        columns = shutil.get_terminal_size().columns
        width = next(name for least, name in reversed(BREAKPOINTS) if columns >= least)
        super().__init__(classes=f"-answers {width}")
        self.desk = desk
        self.plan: Plan | None = None
        self.panel = "answers"
        self.counting = Counting(desk)

    @property
    def header(self) -> HeaderLine:
        """The top line."""
        return self.query_one("#header", HeaderLine)

    @property
    def bar(self) -> ContextBar:
        """The context bar."""
        return self.query_one("#context", ContextBar)

    @property
    def documents(self) -> DocumentsPanel:
        """The documents."""
        return self.query_one("#documents", DocumentsPanel)

    @property
    def answers(self) -> AnswersPanel:
        """The panel of questions and answers."""
        return self.query_one("#answers-panel", AnswersPanel)

    @property
    def evidence(self) -> EvidencePanel:
        """The evidence."""
        return self.query_one("#evidence", EvidencePanel)

    @property
    def prompt(self) -> PromptBox:
        """The box where questions are written."""
        return self.query_one("#ask", PromptBox)

    def find_document(self, sha256: str) -> Document | None:
        """Return a document by its digest, with all its pages if it is open."""
        entry = self.desk.find(sha256)
        return entry.whole or entry.document if entry else self.app.kept_documents.get(sha256)

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

    def documents_changed(self) -> None:
        """Refresh and count the documents."""
        if self.is_mounted:
            self.documents.refresh_list()
            self.post_message(DocumentsChanged())

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
            advice = advice_of(self.plan, self.app.key) if self.plan is not None and named else ""
            bar.show(self.plan, error, advice)
            self.answers.start.take_fit(self.plan is not None and not self.plan.budget.fits)
            if self.plan is not None:
                self.desk.take_counts(self.plan.documents, self.plan.shares)
                self.documents.refresh_list()
            self.refresh_header()

        self.app.go(run(), self)

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
