"""The base of all windows over the main screen: a framed window, closed with Esc."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from docanalyst.tui.breakpoints import BREAKPOINTS

if TYPE_CHECKING:
    from docanalyst.tui.host import Host

Result = TypeVar("Result")


class Dialog(ModalScreen[Result]):
    """A window over the main screen."""

    CSS_PATH = "../dialogs.tcss"
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", id="dialog.close")]
    if TYPE_CHECKING:
        app: Host

    def action_close(self) -> None:
        """Close without a result."""
        self.dismiss(None)
