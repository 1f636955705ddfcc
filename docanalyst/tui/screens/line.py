"""A line of text asked of the user: a title, a password, page ranges, a file to write."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.text.plain import plain


class LineScreen(Dialog[str]):
    """One line; Enter takes it, Esc leaves things as they are."""

    def __init__(
        self, title: str, text: str, *, value: str = "", placeholder: str = "", secret: bool = False
    ) -> None:
        super().__init__()
        self._headline = plain(title)
        self._words = plain(text)
        self._value = value
        self._placeholder = placeholder
        self._secret = secret

    def compose(self) -> ComposeResult:
        """What is asked, and where it is typed."""
        with Vertical(classes="window small") as window:
            window.border_title = Content(self._headline)
            window.border_subtitle = "Enter takes it · Esc leaves it"
            yield Static(Content(self._words), markup=False, classes="words")
            yield Input(
                self._value, placeholder=self._placeholder, password=self._secret, select_on_focus=False
            )

    def on_mount(self) -> None:
        """Begin to type at once."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the line."""
        event.stop()
        self.dismiss(event.value)
