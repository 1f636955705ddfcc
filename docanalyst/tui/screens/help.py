"""The key help: the keys of the focused panel first, then all others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from docanalyst.tui.keys import key_name
from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import plain

if TYPE_CHECKING:
    from textual.dom import DOMNode
    from textual.screen import Screen

PLACES = {
    "prompt": ("Writing the question", ("prompt",)),
    "documents": ("Documents", ("documents",)),
    "answers": ("Answers", ("answers",)),
    "evidence": ("Evidence", ("evidence", "page")),
    "everywhere": (
        "Everywhere",
        ("add", "ask", "session", "models", "prompts", "batch", "settings", "panel", "leave", "help", "quit"),
    ),
}
"""The places with their names and the prefixes of their keys' IDs."""

WRITING = (
    ("/", "Choose a prompt"),
    ("@", "Name a document"),
    ("↑ ↓", "Earlier questions, on the first and last line"),
    ("\\ Enter", "New line, if the terminal does not send Shift+Enter"),
)
"""What can be typed in the question but is not a key binding."""


class HelpScreen(Dialog[None]):
    """A list of keys and their actions."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1,q", "close", "Close", show=False)]

    def __init__(self, place: str, over: Screen[Any] | None = None) -> None:
        super().__init__()
        self._place = place
        self._over = over if isinstance(over, Dialog) else None

    def compose(self) -> ComposeResult:
        """Show the keys, grouped by place."""
        with Vertical(classes="window") as window:
            window.border_title = "Keys"
            window.border_subtitle = "Esc closes"
            with VerticalScroll():
                yield Static(self._keys(), markup=False)

    def on_mount(self) -> None:
        """Focus the text, so that the arrow keys scroll."""
        self.query_one(VerticalScroll).focus()

    def _keys(self) -> Content:
        main = self.app.main
        nodes: list[DOMNode] = [self.app, *main.key_nodes()]
        bindings = list(bindings_of(nodes))
        places = sorted(PLACES, key=lambda place: (place != self._place, list(PLACES).index(place)))
        lines = self._window()
        for place in places:
            title, words = PLACES[place]
            lines.append(Content.styled(title, look("heading")))
            own = [binding for binding in bindings if (binding.id or "").split(".")[0] in words]
            for key, text in keys_of(own, self.app.keymap):
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
        for key, text in keys_of(bindings_of([over]), self.app.keymap):
            lines.append(Content.assemble((f"{key:>16}", look("key")), f"  {text}"))
        return [*lines, Content("")]


def bindings_of(nodes: Iterable[DOMNode]) -> Iterable[Binding]:
    """Yield docanalyst's own bindings of these nodes: those with an ID."""
    for node in nodes:
        for cls in type(node).__mro__:
            for binding in vars(cls).get("BINDINGS", ()):
                if isinstance(binding, Binding) and binding.id and binding.description:
                    yield binding


def keys_of(bindings: Iterable[Binding], keymap: dict[str, str]) -> list[tuple[str, str]]:
    """Return the keys of each binding, with the user's keymap, and their actions; each ID once."""
    found: dict[str, tuple[str, str]] = {}
    for binding in bindings:
        keys = keymap.get(binding.id or "", binding.key).split(",")
        names = [key_name(key.strip()) for key in keys]
        shown = f"{names[0]}–{names[-1]}" if len(names) > 3 else " ".join(names)
        found.setdefault(binding.id or "", (shown, binding.description))
    return list(found.values())
