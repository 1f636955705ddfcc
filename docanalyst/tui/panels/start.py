"""The start page: what to do next, until a question is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from docanalyst.exporters.presentation import figures
from docanalyst.tui.desk.desk import Desk, Entry, State
from docanalyst.tui.desk.surroundings import Standing
from docanalyst.tui.keys import BY_ID, keys_of
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import fit, one_line

if TYPE_CHECKING:
    from docanalyst.tui.host import Host


class StartPage(Widget):
    """Shows the next steps and the model that would answer."""

    ALLOW_SELECT: ClassVar[bool] = False
    if TYPE_CHECKING:
        app: Host

    def __init__(self, desk: Desk, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.desk = desk
        self.standing = Standing()
        self.over = False

    def take_fit(self, over: bool) -> None:
        """Set whether the documents exceed the context window."""
        if over != self.over:
            self.over = over
            self.refresh()

    def render(self) -> Content:
        """Return the page."""
        width = max(20, self.size.width)
        lines: list[Content] = []
        documents = self.desk.documents
        reading = self.desk.reading
        if reading:
            done = sum(entry.done for entry in reading)
            total = sum(entry.total for entry in reading)
            of = f", page {done:,} of {total:,}" if total else ""
            lines.append(_strong(f"Reading {figures.count(len(reading), 'document')}{of} …"))
            if self.over:
                lines.append(
                    _quiet("The documents already exceed the context window; nothing is ever cut off.")
                )
            else:
                lines.append(
                    _quiet("You can write the question now; it is sent when all documents are read.")
                )
        elif documents and self.over:
            lines.append(_strong("The documents exceed the model's context window."))
            lines.append(_quiet("Nothing is ever cut off: the line at the top shows by how much."))
        elif documents:
            pages = sum(len(document.pages) for document in documents)
            lines.append(
                _strong(f"{figures.count(len(documents), 'document')}, {figures.count(pages, 'page')}: ask.")
            )
            lines.append(_quiet("Whole documents are sent, and every quotation is checked against its page."))
        else:
            lines.append(_strong("Ask questions about whole documents."))
            lines.append(_quiet("Every quotation of an answer is checked against the page it cites."))
        if self.desk.missing:
            lines.append(
                Content.styled(
                    missing_words(self.desk.missing, self.app.key("panel.documents")), look("doubt")
                )
            )
        lines.append(Content(""))
        lines += self._steps(bool(documents or reading), width)
        lines.append(Content(""))
        lines += self._model(width)
        return Content("\n").join(lines)

    def _steps(self, has_documents: bool, width: int) -> list[Content]:
        steps = [("add", "add PDFs or a folder (or drop them here)")]
        if has_documents and self.over:
            steps = [
                ("panel.documents", f"then {self.app.key('documents.fit')}: make the documents fit"),
                (
                    "panel.documents",
                    f"switch documents off, or select pages with {self.app.key('documents.pages')}",
                ),
                ("models", "choose a model with a larger window"),
                ("batch", "ask each document separately, in a batch"),
                ("help", "all keys"),
            ]
            if len(self.desk.entries) == 1:
                steps = [step for step in steps[1:] if step[0] != "batch"]
            return [self._step(name, words, width) for name, words in steps]
        if has_documents:
            steps = [
                ("prompt.ask", "ask the question below"),
                ("/", "choose a prompt, such as contract review"),
                ("@", "name a document in the question"),
                ("panel.evidence", "see the evidence of an answer, page by page"),
                ("add", "add more documents"),
            ]
        if self.standing.sessions:
            number = self.standing.sessions
            which = "the saved session" if number == 1 else f"one of {number:,} saved sessions"
            steps.append(("session.list", f"open {which}"))
        if not self.standing.ready:
            steps.append(("keys", "enter an API key, so that a model answers"))
        steps.append(("models", "choose the model"))
        steps.append(("help", "all keys"))
        return [self._step(name, words, width) for name, words in steps]

    def _model(self, width: int) -> list[Content]:
        standing = self.standing
        if not standing.model:
            return [_quiet("Looking for a model …")]
        lines = [Content.assemble(("Answers from ", look("quiet")), one_line(standing.model, width - 13))]
        if not standing.ready:
            lines.append(
                _quiet(
                    "It shows the closest passages, verbatim: it needs no API key, and nothing leaves this "
                    f"machine. For answers by a model, press {self.app.key('keys')} to enter an API key."
                )
            )
        return lines

    def _step(self, name: str, words: str, width: int) -> Content:
        """Return one line: the key of an action, or a character to type, and what it is for."""
        shown = self.app.key(name) if name in BY_ID else name
        line = Content.assemble((f"{shown:>7}", look("key")), "  ", fit(words, width - 9))
        key = keys_of(name, self.app.keymap)[0] if name in BY_ID and name != "prompt.ask" else ""
        return line.stylize(Style.from_meta({"press": key})) if key else line

    def on_click(self, event: events.Click) -> None:
        """Press the clicked key."""
        key = event.style.meta.get("press")
        if key:
            self.app.simulate_key(str(key))


def missing_words(missing: list[Entry], key: str) -> str:
    """Return how many documents cannot be read, and the key that shows them."""
    locked = sum(entry.state is State.LOCKED for entry in missing)
    failed = len(missing) - locked
    words = [f"{figures.count(failed, 'document')} could not be read"] if failed else []
    if locked:
        amount = f"{locked:,}" if words else figures.count(locked, "document")
        words.append(f"{amount} {'needs a' if locked == 1 else 'need a'} password")
    return f"! {', '.join(words)}: {key} shows {'it' if len(missing) == 1 else 'them'}."


def _strong(text: str) -> Content:
    return Content.styled(text, look("heading"))


def _quiet(text: str) -> Content:
    return Content.styled(text, look("quiet"))
