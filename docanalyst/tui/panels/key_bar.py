"""The bottom line: the keys that work here, the most useful first, as many as fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from docanalyst.tui.text.looks import look

if TYPE_CHECKING:
    from textual.screen import Screen

LAST = ("command_palette", "help")
"""The actions always shown, at the right end."""


class KeyBar(Widget):
    """The keys of the focused panel, then those of the screen; a click presses a key."""

    ALLOW_SELECT: ClassVar[bool] = False

    def on_mount(self) -> None:
        """Update when the focus changes."""
        self.screen.bindings_updated_signal.subscribe(self, self._update)

    def _update(self, screen: Screen[object]) -> None:
        if self.is_attached:
            self.refresh()

    def render(self) -> Content:
        """Return one line of keys and their actions."""
        width = self.size.width - 1
        last: Content = Content("")
        shown: list[Content] = []
        seen: set[str] = set()
        for _, binding, enabled, _ in self.screen.active_bindings.values():
            if not binding.show or not enabled or binding.action in seen:
                continue
            if binding.action.startswith("panel(") and not self.screen.has_class("-wide"):
                continue
            seen.add(binding.action)
            key = self.app.get_key_display(binding)
            item = Content.assemble((f" {key}", look("key")), (f" {binding.description} ", ""))
            item = item.stylize(Style.from_meta({"press": binding.key}))
            if binding.action in LAST:
                last += item
            else:
                shown.append(item)
        line = Content("")
        for item in shown:
            if line.cell_length + item.cell_length + last.cell_length > width:
                break
            line += item
        gap = max(0, width - line.cell_length - last.cell_length)
        return line + Content(" " * gap) + last

    def on_click(self, event: events.Click) -> None:
        """Press the clicked key."""
        key = event.style.meta.get("press")
        if key:
            self.app.simulate_key(str(key))
