"""A window that asks for one line: a title, a password, page ranges, a file name."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from docanalyst.tui.screens.dialog import GuardedDialog
from docanalyst.tui.text.editing import LineInput
from docanalyst.tui.text.plain import plain


class LineScreen(GuardedDialog[str]):
    """Asks for one line; Enter accepts it, Esc cancels."""

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
        """Show the question and the text field."""
        with Vertical(classes="window small") as window:
            window.border_title = Content(self._headline)
            window.border_subtitle = f"Enter accepts · {self.app.key('dialog.close')} cancels"
            yield Static(Content(self._words), markup=False, classes="words")
            yield LineInput(
                self._value, placeholder=self._placeholder, password=self._secret, select_on_focus=False
            )

    def on_mount(self) -> None:
        """Focus the text field."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Accept the line."""
        event.stop()
        self.dismiss(event.value)
