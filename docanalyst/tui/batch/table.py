"""A table of units that paints only the rows in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from docanalyst.tui.batch.rows import Painter
from docanalyst.tui.batch.state import UnitLine
from docanalyst.tui.text.looks import palette


class BatchTable(ScrollView, can_focus=True):
    """Rows with a cursor.

    Args:
        painter: Returns the pieces of a row for a width.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "move(-1000000)", "First", show=False),
        Binding("end", "move(1000000)", "Last", show=False),
        Binding("enter", "open", "Open", show=False),
    ]

    class Opened(Message):
        """The user opens a row."""

    class Moved(Message):
        """The cursor moved to another row."""

    def __init__(self, painter: Painter, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: Sequence[UnitLine] = ()
        self.cursor = 0
        self.was_moved = False
        self._painter = painter
        self._styles: dict[str, Style] = {}
        self._cursor_styles: tuple[Style, Style] = (Style(), Style())

    @property
    def current(self) -> UnitLine | None:
        """The selected row."""
        return self.lines[self.cursor] if 0 <= self.cursor < len(self.lines) else None

    def show(self, lines: Sequence[UnitLine]) -> None:
        """Show these rows; the cursor stays on its unit if possible."""
        before = self.current if lines is not self.lines else None
        self.lines = lines
        if before is not None:
            names = [line.name for line in lines]
            self.cursor = names.index(before.name) if before.name in names else 0
        self.virtual_size = Size(self.scrollable_content_region.width, len(lines))
        self.refresh()

    def stand_on(self, place: int) -> None:
        """Move the cursor to a row."""
        place = max(0, min(place, len(self.lines) - 1))
        self.cursor = place
        top, height = self.scroll_offset.y, max(1, self.scrollable_content_region.height)
        if not top <= place < top + height:
            target = place if place < top else place - height + 1
            self.scroll_to(y=target, animate=False, immediate=True, force=True)
        self.refresh()
        self.post_message(self.Moved())

    # Painting

    def notify_style_update(self) -> None:
        """Reload the styles when the theme changes."""
        super().notify_style_update()
        self._styles = {}

    def _load_styles(self) -> None:
        self._styles = palette(self)
        found = []
        for name in ("block-cursor", "block-cursor-blurred"):
            style = self.app.stylesheet.parse_style(f"${name}-foreground on ${name}-background")
            if name == "block-cursor":
                style += self.app.stylesheet.parse_style("bold")
            found.append(style.rich_style)
        self._cursor_styles = (found[0], found[1])

    def render_line(self, y: int) -> Strip:
        """Return one row of the view."""
        if not self._styles:
            self._load_styles()
        width = self.scrollable_content_region.width
        place = self.scroll_offset.y + y
        base = self.rich_style
        if place >= len(self.lines):
            return Strip.blank(width, base)
        is_cursor = place == self.cursor
        cursor = self._cursor_styles[0 if self.has_focus else 1]
        segments = []
        for text, role in self._painter(self.lines[place], width):
            style = base + self._styles[role] if role in self._styles else base
            segments.append(Segment(text, style + cursor if is_cursor else style))
        return Strip(segments).adjust_cell_length(width, base + cursor if is_cursor else base)

    # Moving

    def action_move(self, by: int) -> None:
        """Move the cursor up or down."""
        self.was_moved = True
        self.stand_on(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by a page."""
        self.action_move(by * max(1, self.scrollable_content_region.height - 1))

    def action_open(self) -> None:
        """Open the selected row."""
        if self.current is not None:
            self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        """Select the clicked row; open it if it is already selected."""
        place = self.scroll_offset.y + event.y
        if not 0 <= place < len(self.lines):
            return
        self.was_moved = True
        if place == self.cursor or event.chain > 1:
            self.stand_on(place)
            self.action_open()
        else:
            self.stand_on(place)
