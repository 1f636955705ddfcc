"""The bases of all windows over the main screen: framed, closed with Esc, some safe from typed-ahead keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.message import Message
from textual.screen import ModalScreen

from docanalyst.tui.breakpoints import BREAKPOINTS
from docanalyst.tui.keys import bound

if TYPE_CHECKING:
    from docanalyst.tui.host import Host

Result = TypeVar("Result")


class Dialog(ModalScreen[Result]):
    """A window over the main screen."""

    CSS_PATH = "../dialogs.tcss"
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    BINDINGS: ClassVar[list[BindingType]] = [bound("dialog.close", "close")]
    if TYPE_CHECKING:
        app: Host

    def __init__(self) -> None:
        super().__init__()
        self._is_closed = False

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close with a result, once: a second key typed ahead must not close the window below."""
        if self._is_closed or self.app.screen is not self:
            return AwaitComplete()
        self._is_closed = True
        return super().dismiss(result)

    def action_close(self) -> None:
        """Close without a result."""
        self.dismiss(None)


class GuardedDialog(Dialog[Result]):
    """A window whose answer sends, deletes, overwrites or saves; it ignores keys that were typed ahead.

    Attributes:
        opened_at: When it could be read, on the clock of events; later than any event before.
    """

    opened_at = float("inf")

    def on_screen_resume(self) -> None:
        """Start the time in which keys are ignored once the window is painted."""
        self.call_after_refresh(self._opened)

    def _opened(self) -> None:
        self.opened_at = Message().time
