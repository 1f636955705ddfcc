"""The line of a window that lists its keys; a click presses one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.style import Style
from textual.widget import Widget

from docanalyst.tui.keys import BY_ID, key_name
from docanalyst.tui.text.looks import look

if TYPE_CHECKING:
    from docanalyst.tui.host import Host

Hint = tuple[str, str]
"""A key or the ID of a binding, and its action."""
GAP = " · "


class KeyLine(Widget):
    """Keys and their actions, with the user's keymap; a key and its action stay on one line."""

    ALLOW_SELECT: ClassVar[bool] = False
    if TYPE_CHECKING:
        app: Host

    def __init__(self, *hints: Hint, id: str | None = None) -> None:
        super().__init__(id=id)
        self._hints = hints

    def show(self, *hints: Hint) -> None:
        """Show other hints."""
        if hints != self._hints:
            self._hints = hints
            self.refresh(layout=True)

    def render(self) -> Content:
        """Return the keys in order."""
        return Content("\n").join(self._lines(self.size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the number of lines needed."""
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Content]:
        lines = [Content("")]
        for name, words in self._hints:
            item = Content.assemble((self._key(name), look("key")), f" {words}")
            item = item.stylize(Style.from_meta({"hint": name}))
            line = lines[-1]
            if line.cell_length and line.cell_length + len(GAP) + item.cell_length > width:
                lines.append(item)
            else:
                lines[-1] = line + Content.styled(GAP, look("quiet")) + item if line.cell_length else item
        return lines

    def _key(self, name: str) -> str:
        return self.app.key(name) if name in BY_ID else key_name(name)

    def _binding(self, name: str) -> Binding | None:
        for cls in type(self.screen).__mro__:
            for binding in vars(cls).get("BINDINGS", ()):
                if isinstance(binding, Binding) and binding.id == name:
                    return binding
        return None

    async def on_click(self, event: events.Click) -> None:
        """Do the clicked action."""
        name = str(event.style.meta.get("hint") or "")
        binding = self._binding(name) if name else None
        if binding is not None:
            await self.screen.run_action(binding.action)
        elif name:
            self.app.simulate_key(name)
