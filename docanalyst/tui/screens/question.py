"""A window with a yes-or-no question."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.text.plain import plain


class QuestionScreen(Dialog[bool]):
    """Asks yes or no; Esc means no.

    Args:
        careful: Enter means no too, unless the user selects yes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False, id="question.yes"),
        Binding("n", "answer(False)", "No", show=False, id="question.no"),
        Binding("left,right", "app.focus_next", "Other", show=False),
    ]

    def __init__(
        self, title: str, text: str, *, yes: str = "Yes", no: str = "No", careful: bool = False
    ) -> None:
        super().__init__()
        self._title = plain(title)
        self._text = plain(text)
        self._yes = yes
        self._no = no
        self._careful = careful

    def compose(self) -> ComposeResult:
        """Show the question and the answers."""
        with Vertical(classes="window small") as window:
            window.border_title = "Question"
            yield Static(self._title, markup=False, classes="headline")
            yield Static(self._text, markup=False)
            with Horizontal(classes="buttons"):
                yield Button(f"Y  {self._yes}", id="yes", variant="primary")
                yield Button(f"N  {self._no}", id="no")

    def on_mount(self) -> None:
        """Focus the answer that Enter gives."""
        self.query_one("#no" if self._careful else "#yes").focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Close with the answer."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """Answer with Y or N."""
        self.dismiss(answer)

    def action_close(self) -> None:
        """No."""
        self.dismiss(False)
