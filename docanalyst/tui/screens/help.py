"""The key help: the keys of the focused panel first, then all others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from docanalyst.tui.keys import BY_ID, KEYS, shown_keys
from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import plain

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.screen import Screen

PLACES = {
    "prompt": "Writing the question",
    "documents": "Documents",
    "answers": "Answers",
    "evidence": "Evidence",
    "everywhere": "Everywhere",
}
"""The places of the main screen and their names in the table of keys."""

WRITING = (
    ("/", "Choose a prompt"),
    ("@", "Name a document"),
    ("↑ ↓", "Earlier questions, on the first and last line"),
    ("\\ Enter", "New line, if the terminal does not send Shift+Enter"),
)
"""What can be typed in the question but is not a key binding."""


class HelpScreen(Dialog[None]):
    """A list of keys and their actions."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1,q,question_mark", "close", "Close", show=False)]

    def __init__(self, place: str, over: Screen[Any] | None = None) -> None:
        super().__init__()
        self._place = place
        self._over = over if isinstance(over, Dialog) else None

    def compose(self) -> ComposeResult:
        """Show the keys, grouped by place."""
        with Vertical(classes="window") as window:
            window.border_title = "Keys"
            window.border_subtitle = f"{self.app.key('dialog.close')} closes"
            with VerticalScroll():
                yield Static(self._keys(), markup=False)

    def on_mount(self) -> None:
        """Focus the text, so that the arrow keys scroll."""
        self.query_one(VerticalScroll).focus()

    def _keys(self) -> Content:
        places = sorted(PLACES, key=lambda place: (place != self._place, list(PLACES).index(place)))
        lines = self._window()
        for place in places:
            lines.append(Content.styled(PLACES[place], look("heading")))
            for name, known in KEYS[PLACES[place]].items():
                key, text = names_of(name, self.app.keymap), known.words
                lines.append(Content.assemble((f"{key:>16}", look("key")), f"  {text}"))
            for key, text in WRITING if place == "prompt" else ():
                lines.append(Content.assemble((f"{key:>16}", look("key")), f"  {text}"))
            lines.append(Content(""))
        return Content("\n").join(lines)

    def _window(self) -> list[Content]:
        """Return the purpose and the keys of the window below."""
        over = self._over
        if over is None:
            return []
        title = over.query_one(".window").border_title or "This window"
        lines = [Content.styled(plain(str(title)), look("heading"))]
        if over.HELP:
            lines += [Content(over.HELP), Content("")]
        for name in ids_of(over):
            key = names_of(name, self.app.keymap)
            lines.append(Content.assemble((f"{key:>16}", look("key")), f"  {BY_ID[name].words}"))
        return [*lines, Content("")]


def ids_of(node: DOMNode) -> list[str]:
    """Return the IDs of the actions of a window, each once."""
    found: dict[str, None] = {}
    for cls in type(node).__mro__:
        for binding in vars(cls).get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.id:
                found[binding.id] = None
    return list(found)


def names_of(name: str, keymap: Mapping[str, str]) -> str:
    """Return the keys of an action in a few characters, such as "1–9" or "Del"."""
    names = shown_keys(name, keymap)
    return f"{names[0]}–{names[-1]}" if len(names) > 3 else " ".join(names)
