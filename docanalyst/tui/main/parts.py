"""The main screen's panels by name."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.dom import DOMNode
from textual.screen import Screen

from docanalyst.tui.breakpoints import BREAKPOINTS
from docanalyst.tui.desk.desk import Desk
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
        """Questions and answers."""
        return self.query_one("#answers-panel", AnswersPanel)

    @property
    def evidence(self) -> EvidencePanel:
        """The evidence."""
        return self.query_one("#evidence", EvidencePanel)

    @property
    def prompt(self) -> PromptBox:
        """The box where questions are written."""
        return self.query_one("#ask", PromptBox)

    def key_nodes(self) -> Iterable[DOMNode]:
        """Return the screen and its panels, in the order of the key help."""
        yield from (self, self.documents, self.answers, self.answers.view)
        yield from (self.evidence, self.evidence.view, self.prompt.input)

    def find_document(self, sha256: str) -> Document | None:
        """Return a document by its digest, with all its pages if it is open."""
        entry = self.desk.find(sha256)
        return entry.whole or entry.document if entry else self.app.kept_documents.get(sha256)

    def count(self) -> None:
        """Count the next question."""
        raise NotImplementedError

    def refresh_header(self) -> None:
        """Update the top line."""
        raise NotImplementedError

    def show_panel(self, panel: str, *, focus: bool = True) -> None:
        """Bring a panel to the front."""
        raise NotImplementedError
