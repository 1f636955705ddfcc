"""What the screens above the main one share: a framed window, closed with Esc."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from docanalyst.tui.painting import COMPONENTS

if TYPE_CHECKING:
    from docanalyst.tui.app import DocanalystApp

Result = TypeVar("Result")

BREAKPOINTS = [(0, "-narrow"), (96, "-medium"), (128, "-wide")]
"""Columns from which two panels, and all three, stand side by side; windows fill a narrow screen."""


class Dialog(ModalScreen[Result]):
    """A window over the main screen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENTS)
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", id="dialog.close")]
    if TYPE_CHECKING:
        app: DocanalystApp

    def action_close(self) -> None:
        """Close without a result."""
        self.dismiss(None)
