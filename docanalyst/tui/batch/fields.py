"""Form fields that are not text: a value chosen in another window, and a choice of a few words."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import fit, one_line


class Field(Horizontal):
    """A label and its field.

    Args:
        remark: A note after the field.
    """

    def __init__(self, label: str, widget: Widget, remark: str = "") -> None:
        super().__init__(classes="field")
        self._label, self._widget, self._remark = label, widget, remark

    def compose(self) -> ComposeResult:
        """Show label, field and remark."""
        yield Static(self._label, markup=False, classes="label")
        yield self._widget
        if self._remark:
            yield Static(self._remark, markup=False, classes="remark")


class PickField(Widget, can_focus=True):
    """A value chosen in another window, opened by Enter or a click."""

    ALLOW_SELECT: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "pick", "Choose", show=False),
        Binding("delete,backspace", "clear", "Clear", show=False),
    ]

    class Picked(Message):
        """The user wants to choose a value."""

        def __init__(self, field: PickField) -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> PickField:
            """The field."""
            return self.field

    class Cleared(Picked):
        """The user wants to restore the default."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._value, self._quiet = "", ""

    def show(self, value: str, quiet: str = "") -> None:
        """Show a value and dimmed words after it; both may be untrusted text."""
        self._value, self._quiet = one_line(value, 400), one_line(quiet, 400)
        self.refresh()

    def render(self) -> Content:
        """Return the value and the mark of a choice."""
        width = max(10, self.size.width - 2)
        mark = " ▾"
        value = fit(self._value, width - 2)
        line = Content.assemble(" ", value)
        if self._quiet and width - line.cell_length > 8:
            line += Content.styled(fit(f"  {self._quiet}", width - line.cell_length - 1), look("quiet"))
        gap = max(0, width + 1 - line.cell_length - 1)
        return line + Content(" " * gap) + Content.styled(mark[1:], look("key"))

    def action_pick(self) -> None:
        """Ask for another value."""
        self.post_message(self.Picked(self))

    def action_clear(self) -> None:
        """Restore the default."""
        self.post_message(self.Cleared(self))

    def on_click(self, event: events.Click) -> None:
        """Ask for another value."""
        event.stop()
        self.action_pick()


class WordField(Widget, can_focus=True):
    """A choice of a few words, made by the arrow keys, space or a click."""

    ALLOW_SELECT: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Other", show=False),
        Binding("right,space,enter", "turn(1)", "Other", show=False),
    ]

    class Changed(Message):
        """The choice has changed."""

    def __init__(self, words: tuple[tuple[str, str], ...], value: str, *, id: str) -> None:
        super().__init__(id=id)
        self._words = words
        self.value = value

    def render(self) -> Content:
        """Return all words, the chosen one marked."""
        line = Content(" ")
        for value, words in self._words:
            sign, role = ("●", "key") if value == self.value else ("○", "quiet")
            item = Content.assemble((f"{sign} ", look(role)), words, "   ")
            line += item.stylize(Style.from_meta({"value": value}))
        return line

    def action_turn(self, by: int) -> None:
        """Choose the previous or next word."""
        values = [value for value, _ in self._words]
        self.value = values[(values.index(self.value) + by) % len(values)]
        self.refresh()
        self.post_message(self.Changed())

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked word."""
        value = event.style.meta.get("value")
        if value:
            self.value = str(value)
            self.refresh()
            self.post_message(self.Changed())
