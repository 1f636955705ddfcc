"""A scrolled text made of rows: painted line by line, selectable with the mouse."""

from __future__ import annotations

from collections.abc import Iterable

from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from docanalyst.tui.text.layout import Row
from docanalyst.tui.text.looks import palette
from docanalyst.tui.text.markdown import Span
from docanalyst.tui.text.painting import paint

GUTTER = 2
"""Cells before each row, for the bar beside what is current."""


class RowsView(ScrollView, can_focus=True):
    """What a view of rows needs beside its rows: looks, selection, width."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._styles: dict[str, Style] = {}
        self._seen: tuple[Size, int, list[Row | None]] = (Size(), 0, [])

    # What a view says of itself

    @property
    def bar(self) -> str:
        """The role of the bar beside what is current."""
        return "bar"

    @property
    def line_count(self) -> int:
        """Lines of the whole text."""
        raise NotImplementedError

    def row_at(self, line: int) -> Row | None:
        """The row on a line; None for an empty one."""
        raise NotImplementedError

    def is_current(self, line: int) -> bool:
        """Whether the bar is drawn beside this line."""
        return False

    def laid_over(self, line: int, row: Row) -> Iterable[Span]:
        """Spans over the row's text, in its block's offsets, laid over its own."""
        return ()

    # Painting

    @property
    def text_width(self) -> int:
        """Cells for the text of a row."""
        return max(8, (self.scrollable_content_region.width or 80) - GUTTER - 1)

    def notify_style_update(self) -> None:
        """Reload the styles when the theme changes."""
        super().notify_style_update()
        self._styles = {}

    def take_height(self, height: int) -> None:
        """So many lines are there now. Where that changes nothing in the frame, only the scroll bar is new:
        laying out the whole screen for each piece of a stream would keep typing waiting."""
        size = Size(self.scrollable_content_region.width, max(0, height))
        room = self.container_size.height
        if self.show_vertical_scrollbar and size.height > room and size.width == self.virtual_size.width:
            self.set_reactive(ScrollView.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
            self.scroll_y = self.validate_scroll_y(self.scroll_y)
        else:
            self.virtual_size = size

    def refresh_rows(self, all_rows: bool = False) -> None:
        """Paint the rows in view that are not what they were when this was last called, or all of them."""
        top, size = self.scroll_offset.y, self.size
        rows = [self.row_at(line) for line in range(top, top + size.height)]
        before, self._seen = self._seen, (size, top, rows)
        if all_rows or before[:2] != (size, top):
            self.refresh()
            return
        changed = [place for place, row in enumerate(rows) if row != before[2][place]]
        if changed:
            self.refresh(Region(0, changed[0], size.width, changed[-1] - changed[0] + 1))

    def render_line(self, y: int) -> Strip:
        """Return one row of the view."""
        if not self._styles:
            self._styles = palette(self)
        base = self.rich_style
        line = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        row = self.row_at(line)
        if row is None:
            return Strip.blank(width, base)
        bar = ("▌ ", base + self._styles[self.bar]) if self.is_current(line) else ("  ", base)
        strip = paint(row, self._styles, base, extra=self.laid_over(line, row), gutter=bar)
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(line)) is not None:
            strip = self._selected(strip, span)
        return strip.crop_extend(0, width, base).apply_offsets(0, line)

    def _selected(self, strip: Strip, span: tuple[int, int]) -> Strip:
        start = strip.index_to_cell_position(max(span[0], 0))
        end = strip.cell_length if span[1] < 0 else strip.index_to_cell_position(span[1])
        style = self.screen.get_component_rich_style("screen--selection")
        before, middle, after = strip.crop(0, start), strip.crop(start, end), strip.crop(end)
        return Strip.join([before, middle.apply_style(style), after])

    # Selecting with the mouse

    @property
    def allow_select(self) -> bool:
        """The text may be selected and copied."""
        return True

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text, without the bar, with broken rows joined again."""
        parts: list[str] = []
        for line in range(self.line_count):
            span = selection.get_span(line)
            if span is None:
                continue
            row = self.row_at(line)
            if row is None:
                parts.append("\n")
                continue
            start, end = max(0, span[0] - GUTTER), None if span[1] < 0 else max(0, span[1] - GUTTER)
            parts.append(row.text[start:end] + self._after(line, row))
        return "".join(parts).rstrip("\n"), "\n"

    def _after(self, line: int, row: Row) -> str:
        """What stood between this row and the next: a word that was broken is whole again."""
        following = self.row_at(line + 1) if line + 1 < self.line_count else None
        if row.ends or following is None:
            return "\n"
        return row.block.text[row.end : following.start] if following.block is row.block else ""

    def selection_updated(self, selection: Selection | None) -> None:
        """Show the current selection."""
        self.refresh()

    def reveal(self, line: int) -> None:
        """Bring a line into view, with a little of what is around it."""
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        if top + 1 <= line < top + height - 2:
            return
        self.scroll_to(y=max(0, line - height // 3), animate=False, immediate=True, force=True)
