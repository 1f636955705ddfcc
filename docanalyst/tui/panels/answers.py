"""The questions and answers of a session as one scrollable text that paints only the visible rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from docanalyst.tui.keys import bound
from docanalyst.tui.text.layout import Row
from docanalyst.tui.text.markdown import Span
from docanalyst.tui.text.rows_view import RowsView
from docanalyst.tui.text.turn_rows import BRANCH_TARGET, QUESTION_TARGET, THINKING_TARGET, TurnRows

AT_ONCE = 12
"""Turns laid out before the first paint of a session; the others follow when idle."""


class Keep(Enum):
    """What stays visible while an answer grows: its question at the top, its end, or the current position."""

    QUESTION = 1
    END = 2
    PLACE = 3


class AnswersView(RowsView):
    """Shows turns. A new answer starts at its question; the view follows its end only if scrolled there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("answers.down", "scroll_down", show=False),
        bound("answers.up", "scroll_up", show=False),
        bound("answers.first", "scroll_home", show=False),
        bound("answers.last", "scroll_end", show=False),
        bound("answers.before", "turn(-1)", show=False),
        bound("answers.after", "turn(1)", show=False),
        bound("answers.next_quote", "citation(1)"),
        bound("answers.previous_quote", "citation(-1)", show=False),
        bound("answers.look", "look"),
        bound("answers.number", "number", show=False),
        bound("answers.thinking", "fold('thinking')", show=False),
        bound("answers.question", "fold('question')", show=False),
    ]

    @dataclass
    class Chosen(Message):
        """The user selected a turn.

        Attributes:
            number: A citation of it.
            look: Whether to go to its page.
        """

        item: TurnRows
        number: int | None = None
        look: bool = False

    @dataclass
    class BranchWanted(Message):
        """The user wants the other answer to this question."""

        item: TurnRows

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.items: list[TurnRows] = []
        self.current = -1
        self.chosen: int | None = None
        self._tops: list[int] = [0]
        self._waiting = 0
        self._keep = Keep.QUESTION
        self._moving = False
        self._going_on = False

    # What is shown

    def show(self, items: Sequence[TurnRows], *, stay: bool = False) -> None:
        """Show these turns and select the last one.

        Args:
            stay: Whether the reader stays where he is, if he has scrolled and that turn is still shown.
        """
        place, into = self._at(self.scroll_offset.y)
        stood, chosen = self.current_item, self.chosen
        seen = self.items[place] if self.items else None
        self.items = list(items)
        self._waiting = max(0, len(self.items) - AT_ONCE)
        for item in self.items:
            item.rows = []
        for item in self.items[self._waiting :]:
            item.lay_out(self.text_width)
        if stay and self._keep is not Keep.QUESTION and seen in self.items and stood in self.items:
            self.current, self.chosen = self.items.index(stood), chosen
            place = self.items.index(seen)
            self._waiting = min(self._waiting, place)
            for item in self.items[place:]:
                if not item.rows:
                    item.lay_out(self.text_width)
            above = sum(len(item.rows) + 1 for item in self.items[:place] if item.rows)
            self._measure(above + into)
            self._go_on()
            return
        self.current = len(self.items) - 1
        self.chosen = None
        self._keep = Keep.QUESTION
        self._measure()
        self._go_on()

    def add(self, item: TurnRows) -> None:
        """Add a turn at the end and select it."""
        item.lay_out(self.text_width)
        self.items.append(item)
        self.current = len(self.items) - 1
        self.chosen = None
        self._keep = Keep.QUESTION
        self._measure()

    def update_item(self, item: TurnRows) -> None:
        """Refresh a turn."""
        item.lay_out(self.text_width)
        self._measure(all_rows=False)
        self._go_on()

    @property
    def current_item(self) -> TurnRows | None:
        """The selected turn."""
        return self.items[self.current] if 0 <= self.current < len(self.items) else None

    def choose(self, number: int | None) -> None:
        """Select a citation of the current turn and scroll to its mark."""
        self.chosen = number
        item = self.current_item
        if item is not None and number is not None:
            row = item.row_of(number)
            if row is not None:
                self.reveal(self._tops[self.current] + row)
        self.refresh()

    # Layout

    def _measure(self, top: int | None = None, *, all_rows: bool = True) -> None:
        """Add up the rows and keep the current position, or scroll to the line `top`.

        Args:
            all_rows: Whether to paint unchanged rows too.
        """
        heights = (len(item.rows) + 1 if item.rows else 0 for item in self.items)
        self._tops = [0, *accumulate(heights)]
        self._moving = True
        self.take_height(self._tops[-1] - 1)
        if self._keep is Keep.END:
            top = self.max_scroll_y
        elif self._keep is Keep.QUESTION and self.items:
            top = min(self.max_scroll_y, self._tops[-2])
        if top is not None:
            self.scroll_to(y=top, animate=False, immediate=True, force=True)
        self._moving = False
        self.refresh_rows(all_rows)

    def _go_on(self) -> None:
        """Lay out the remaining turns and the rest of a very long answer when idle."""
        if not self._going_on and (self._waiting or any(item.unread for item in self.items)):
            self._going_on = True
            self.set_timer(0.02, self._lay_out_more)

    def _lay_out_more(self) -> None:
        self._going_on = False
        first = max(0, self._waiting - AT_ONCE)
        added = 0
        for item in self.items[first : self._waiting]:
            added += len(item.lay_out(self.text_width)) + 1
        self._waiting = first
        unread = next((item for item in self.items if item.unread and item.rows), None)
        if unread is not None:
            unread.lay_out(self.text_width)
        self._measure(self.scroll_offset.y + added)
        self._go_on()

    def on_resize(self) -> None:
        """Wrap all rows to the new width and keep the top row in place."""
        if not self.items:
            return
        place, into = self._at(self.scroll_offset.y)
        share = into / max(1, len(self.items[place].rows))
        for item in self.items[self._waiting :]:
            item.lay_out(self.text_width)
        rows = sum(len(item.rows) + 1 for item in self.items[:place] if item.rows)
        self._measure(rows + round(share * len(self.items[place].rows)))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Decide from the scroll position what stays visible and which turn is current."""
        super().watch_scroll_y(old_value, new_value)
        if self._moving:
            return
        # One line up already says that the reader wants to stay there.
        reached = new_value >= self.max_scroll_y - (1 if new_value > old_value else 0)
        self._keep = Keep.END if reached else Keep.PLACE
        if self.items:
            self._stand_in_view()

    @property
    def has_moved(self) -> bool:
        """Whether the reader has scrolled since the last question."""
        return self._keep is not Keep.QUESTION

    @property
    def has_more_below(self) -> bool:
        """Whether rows are hidden below the view."""
        return bool(self.max_scroll_y - self.scroll_offset.y >= 1)

    def _stand_in_view(self) -> None:
        """Make the turn in view the current one: that at a third of the height, or at either end."""
        top = self.scroll_offset.y
        line = top + self.size.height // 3
        if top <= 0:
            line = 0
        elif not self.has_more_below:
            line = self.line_count - 1
        place, _ = self._at(line)
        shown = range(self._at(top)[0], self._at(top + self.size.height - 1)[0] + 1)
        if place != self.current and not (self.current in shown and (top <= 0 or not self.has_more_below)):
            self.current, self.chosen = place, None
            self.post_message(self.Chosen(self.items[place]))
            self.refresh()

    def action_scroll_end(self) -> None:
        """Go to the end and follow it."""
        self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True, force=True)
        self._keep = Keep.END
        if self.items:
            self._stand_in_view()

    def _scroll_unasked(self, line: int) -> None:
        """Scroll to a line without changing the current turn."""
        self._moving = True
        self.scroll_to(y=line, animate=False, immediate=True, force=True)
        self._moving = False
        self._keep = Keep.PLACE

    # What the rows are

    @property
    def bar(self) -> str:
        """The style role of the bar, brighter while the view has focus."""
        return "bar" if self.has_focus else "bar-idle"

    @property
    def line_count(self) -> int:
        """The number of lines of all turns."""
        return self._tops[-1]

    def row_at(self, line: int) -> Row | None:
        """Return the row on a line; None between turns."""
        if not self.items:
            return None
        place, into = self._at(line)
        rows = self.items[place].rows
        return rows[into] if into < len(rows) else None

    def is_current(self, line: int) -> bool:
        """Return whether the line belongs to the selected turn."""
        return self._at(line)[0] == self.current

    def laid_over(self, line: int, row: Row) -> Iterable[Span]:
        """Yield the mark of the selected citation."""
        if self.chosen is None or not self.is_current(line):
            return ()
        target = f"citation:{self.chosen}"
        return [
            Span(span.start, span.end, "mark-chosen", span.target)
            for span in row.block.spans
            if span.target == target
        ]

    def _at(self, line: int) -> tuple[int, int]:
        """Return the turn at a line, and the row within it."""
        place = min(max(bisect_right(self._tops, line) - 1, 0), max(len(self.items) - 1, 0))
        return place, line - self._tops[place]

    # Actions

    def on_click(self, event: events.Click) -> None:
        """Select the clicked turn and do what the clicked words offer."""
        offset = event.get_content_offset(self)
        if offset is None or not self.items:
            return
        place, _ = self._at(self.scroll_offset.y + offset.y)
        target = str(event.style.meta.get("target", ""))
        self.current = place
        item = self.items[place]
        if target.startswith("citation:"):
            self.chosen = int(target.partition(":")[2])
            self.post_message(self.Chosen(item, self.chosen))
        elif target in (THINKING_TARGET, QUESTION_TARGET):
            self.action_fold(target)
        elif target == BRANCH_TARGET:
            self.post_message(self.BranchWanted(item))
        else:
            self.chosen = None
            self.post_message(self.Chosen(item))
        self.refresh()

    def action_turn(self, step: int) -> None:
        """Select the previous or next question."""
        if not self.items:
            return
        self.current = min(max(self.current + step, 0), len(self.items) - 1)
        self.chosen = None
        self._scroll_unasked(self._tops[self.current])
        self.post_message(self.Chosen(self.items[self.current]))
        self.refresh()

    def action_citation(self, step: int) -> None:
        """Select the next or previous quote of this answer."""
        item = self.current_item
        numbers = item.numbers if item else []
        if item is None or not numbers:
            return
        if self.chosen in numbers:
            place = (numbers.index(self.chosen) + step) % len(numbers)
        else:
            place = 0 if step > 0 else len(numbers) - 1
        self.choose(numbers[place])
        self.post_message(self.Chosen(item, numbers[place]))

    def action_look(self) -> None:
        """Go to the page of the selected quote, else of the first one."""
        item = self.current_item
        if item is None:
            return
        numbers = item.numbers
        if self.chosen is None and numbers:
            self.choose(numbers[0])
        self.post_message(self.Chosen(item, self.chosen, look=True))

    def on_key(self, event: events.Key) -> None:
        """Select the quote with the typed number."""
        if event.character and event.character in "123456789":
            item = self.current_item
            if item is not None and int(event.character) in item.numbers:
                event.stop()
                self.choose(int(event.character))
                self.post_message(self.Chosen(item, self.chosen, look=True))

    def action_number(self) -> None:
        """Do nothing: `on_key` handles digits; this action exists for the key help."""

    def action_fold(self, what: str) -> None:
        """Fold or unfold the reasoning or a long question of this turn."""
        item = self.current_item
        if item is None:
            return
        if what == THINKING_TARGET:
            item.thinking_open = not item.thinking_open
        else:
            item.question_open = not item.question_open
        self._keep = Keep.PLACE
        self.update_item(item)
