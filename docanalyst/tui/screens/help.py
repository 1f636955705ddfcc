"""All keys: those of the place where one stands first."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from docanalyst.tui.screens.dialog import Dialog


class HelpScreen(Dialog[None]):
    """A list of keys with what they do."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1,q", "close", "Close", show=False)]

    def __init__(self, of: Screen[Any]) -> None:
        super().__init__()
        self._of = of

    def compose(self) -> ComposeResult:
        """The keys, grouped by place."""
        with Vertical(classes="window") as window:
            window.border_title = "Keys"
            window.border_subtitle = "Esc closes"
            with VerticalScroll():
                yield Static(self._keys(), markup=False)

    def _keys(self) -> Content:
        groups: dict[str, list[tuple[str, str]]] = {}
        for node, binding, _, _ in self._of.active_bindings.values():
            if not binding.description or binding.system:
                continue
            name = type(node).__name__
            groups.setdefault(name, []).append((self.app.get_key_display(binding), binding.description))
        lines: list[Content] = []
        for name, keys in groups.items():
            lines.append(Content.styled(name, ".text--heading"))
            lines += [Content.assemble((f"{key:>14}", ".text--key"), f"  {words}") for key, words in keys]
            lines.append(Content(""))
        return Content("\n").join(lines)
