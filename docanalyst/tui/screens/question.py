"""A window with a question to be answered by a button."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from docanalyst.tui.screens.dialog import GuardedDialog
from docanalyst.tui.screens.key_line import KeyLine
from docanalyst.tui.text.plain import plain


class QuestionScreen(GuardedDialog[bool]):
    """Asks yes or no; Esc means no, and so does Enter until the other button is selected."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("left,right", "app.focus_next", "Other", show=False)]

    def __init__(self, title: str, text: str, *, yes: str = "Yes", no: str = "No") -> None:
        super().__init__()
        self._title = plain(title)
        self._text = plain(text)
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        """Show the question and the answers, the harmless one first."""
        with Vertical(classes="window small") as window:
            window.border_title = "Question"
            yield Static(self._title, markup=False, classes="headline")
            yield Static(self._text, markup=False)
            with Horizontal(classes="buttons"):
                yield Button(self._no, id="no")
                yield Button(self._yes, id="yes", variant="primary")
            yield KeyLine(("tab", "the other button"), ("enter", "presses it"), ("escape", self._no.lower()))

    def on_mount(self) -> None:
        """Focus the harmless answer."""
        self.query_one("#no").focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Close with the answer."""
        self.dismiss(event.button.id == "yes")

    def action_close(self) -> None:
        """No."""
        self.dismiss(False)
