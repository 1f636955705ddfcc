"""A page of a document as text, with the quote marked in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message

from docanalyst.domain.documents import Page
from docanalyst.tui.keys import bound
from docanalyst.tui.text.layout import Row, lay_out
from docanalyst.tui.text.markdown import Block, Span
from docanalyst.tui.text.plain import plain
from docanalyst.tui.text.rows_view import RowsView


class PageView(RowsView):
    """One page. Its lines are wrapped to the panel's width unless the panel is as wide as the page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("page.down", "scroll_down", show=False),
        bound("page.up", "scroll_up", show=False),
        bound("page.next", "turn(1)"),
        bound("page.previous", "turn(-1)", show=False),
        bound("page.lines", "flow", show=False),
    ]

    class Turned(Message):
        """The user wants another page."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.page: Page | None = None
        self.spans: tuple[Span, ...] = ()
        self.flows = True
        self._rows: list[Row] = []
        self._width = 0

    def show(self, page: Page | None, spans: Sequence[Span] = ()) -> None:
        """Show a page and scroll to its first marked span."""
        self.page = page
        self.spans = tuple(spans)
        self._lay_out()
        self.scroll_to(y=0, animate=False, immediate=True, force=True)
        self._reveal_quote()

    def _reveal_quote(self) -> None:
        quote = next((span for span in self.spans if span.role == "quote"), None)
        if quote is not None:
            self.reveal(next((place for place, row in enumerate(self._rows) if row.end > quote.start), 0))

    @property
    def line_count(self) -> int:
        """The number of rows of the page."""
        return len(self._rows)

    def row_at(self, line: int) -> Row | None:
        """Return the row on a line."""
        return self._rows[line] if 0 <= line < len(self._rows) else None

    def is_current(self, line: int) -> bool:
        """Return whether the quote is on this line."""
        row = self.row_at(line)
        return row is not None and any(
            span.role == "quote" and span.start < row.end and span.end > row.start for span in self.spans
        )

    def laid_over(self, line: int, row: Row) -> Iterable[Span]:
        """Yield the spans of the quote."""
        return self.spans

    def on_resize(self) -> None:
        """Wrap the lines to the new width."""
        if self.text_width != self._width:
            self._lay_out()
        self._reveal_quote()

    def action_turn(self, step: int) -> None:
        """Ask for another page."""
        self.post_message(self.Turned(step))

    def action_flow(self) -> None:
        """Toggle between lines as printed and wrapped lines."""
        self.flows = not self.flows
        self._lay_out()

    def _lay_out(self) -> None:
        self._width = self.text_width
        if self.page is None:
            self._rows = []
        elif not self.page.text.strip():
            words = "This page has no text: it is a picture or blank."
            self._rows = lay_out([Block(words, role="doubt")], self._width)
        else:
            text = plain(self.page.text)
            self._rows = lay_out([Block(flowing(text, self._width) if self.flows else text)], self._width)
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._rows))
        self.refresh()


def flowing(text: str, width: int) -> str:
    """Return the text with line feeds inside a paragraph replaced by spaces, so that offsets stay valid.

    A line feed is kept after a line that is short for its page and before a list item or heading; all are
    kept if the longest lines fit the width.
    """
    lines = text.split("\n")
    lengths = sorted(len(line) for line in lines if line.strip())
    usual = lengths[int(len(lengths) * 0.8)] if lengths else 0
    if usual <= width:
        return text
    pieces: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        runs_on = len(line) > 0.7 * usual and following[:1].strip() and not _begins_item(following)
        pieces.append(line + (" " if runs_on else "\n"))
    return "".join(pieces)[:-1]


def _begins_item(line: str) -> bool:
    word = line.split(maxsplit=1)[0] if line.strip() else ""
    return word[:1] in "•–-(*§" or (word[:1].isdigit() and word[-1:] in ".)")
