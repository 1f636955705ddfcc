"""The result of one unit: each field with its value, its quotes, their pages and verdicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from docanalyst.domain.grid.grids import FieldAnswer, Row
from docanalyst.domain.models import Cost
from docanalyst.exporters.presentation import figures
from docanalyst.exporters.presentation.marks import mark_of
from docanalyst.exporters.presentation.places import differences, place
from docanalyst.tui.batch.rows import state_of
from docanalyst.tui.batch.state import UnitLine, value_words
from docanalyst.tui.keys import bound
from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.screens.key_line import KeyLine
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import fit_path, one_line, plain
from docanalyst.tui.text.wrapping import wrap


class BatchUnitScreen(Dialog[str]):
    """Shows a unit; returns the session to open, if any."""

    HELP = (
        "Each value is shown with the words quoted for it. The sign tells whether those words are on the "
        "page given; whether they support the value is for you to judge."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("unit.open", "session"),
        bound("unit.copy", "copy"),
        bound("unit.next", "turn(1)"),
        bound("unit.previous", "turn(-1)"),
    ]

    def __init__(self, lines: Sequence[UnitLine], place: int, headings: Sequence[str]) -> None:
        super().__init__()
        self.lines = lines
        self.place = place
        self.headings = headings

    @property
    def line(self) -> UnitLine:
        """The unit shown."""
        return self.lines[self.place]

    def compose(self) -> ComposeResult:
        """Show the record, scrollable."""
        with Vertical(classes="window batch"):
            with VerticalScroll(id="unit-scroll"):
                yield Static(id="unit-record", markup=False)
            yield KeyLine()

    def on_mount(self) -> None:
        """Focus the text, so that the arrow keys scroll."""
        self.query_one("#unit-scroll").focus()

    def on_resize(self) -> None:
        """Wrap the text to the new width."""
        self.call_after_refresh(self.show)

    def show(self) -> None:
        """Show the unit."""
        line = self.line
        window = self.query_one(".window", Vertical)
        window.border_title = Content(line.shown)
        window.border_subtitle = f"unit {self.place + 1:,} of {len(self.lines):,}"
        width = self.query_one("#unit-scroll").scrollable_content_region.width or 80
        self.query_one("#unit-record", Static).update(
            record_of(line, self.headings, width - 1, self.app.worded)
        )
        self.query_one("#unit-scroll").scroll_home(animate=False)
        hints = [("unit.open", "opens it with its pages")] if self._has_session else []
        hints += [("unit.copy", "copies"), ("unit.previous", "before"), ("unit.next", "next")]
        self.query_one(KeyLine).show(*hints, ("escape", "back"))

    @property
    def _has_session(self) -> bool:
        return self.line.row is not None and bool(self.line.row.session_id and self.line.row.turns)

    def action_session(self) -> None:
        """Close and open the unit's session in the main window."""
        row = self.line.row
        if row is not None and self._has_session:
            self.dismiss(row.session_id)
        else:
            self.app.tell("This unit has no answer to open.", self.line.error, severity="warning")

    def action_copy(self) -> None:
        """Copy the record as text."""
        self.app.copy_to_clipboard(record_of(self.line, self.headings, worded=self.app.worded).plain)
        self.app.tell("The record was copied.")

    def action_turn(self, by: int) -> None:
        """Show the previous or next unit."""
        self.place = (self.place + by) % len(self.lines)
        self.show()


def record_of(
    line: UnitLine, headings: Sequence[str], width: int = 100, worded: Callable[[str], str] = str
) -> Content:
    """Return everything known of a unit, in rows of at most that many cells.

    Args:
        worded: Puts keys in place of command line options in an error.
    """
    mark = state_of(line)
    facts = [f"{mark.sign} {mark.word}"]
    row = line.row
    if row is not None and row.turns:
        facts.append(figures.model_name(row.provider, row.model))
        facts += [f"{figures.tokens(row.tokens)} tokens"] if row.tokens else []
        facts += [figures.money(Cost(line.micros)), figures.seconds(row.seconds)]
    lines = _rows(" · ".join(facts), width, mark.role)
    lines += _rows(worded(line.error), width, "doubt") if line.error else []
    is_one = row is not None and len(row.documents) == 1
    for number, answer in enumerate(row.answers if row is not None else ()):
        heading = headings[number] if number < len(headings) else answer.name
        lines += [Content(""), *_rows(one_line(heading, 300), width, "heading")]
        lines += _answer(answer, width, is_one)
    if row is not None:
        lines += _documents(row, width)
    else:
        lines += [Content(""), *_rows(line.name, width, "quiet")]
    return Content("\n").join(lines)


def _rows(text: str, width: int, role: str = "", indent: int = 0) -> list[Content]:
    """Return text wrapped into rows, indented by that many spaces."""
    shown = plain(text)
    room = max(16, width - indent)
    return [
        Content.assemble(" " * indent, (shown[start:end], look(role))) for start, end in wrap(shown, room)
    ]


def _answer(answer: FieldAnswer, width: int, is_one: bool) -> list[Content]:
    quotes = {one_line(citation.quote).strip(" ….;,") for citation in answer.citations}
    if answer.value is None:
        lines = _rows(value_words(answer), width, "doubt")
    else:
        is_quote = one_line(answer.text).strip(" ….;,") in quotes
        lines = [] if is_quote else _rows(answer.text, width, "strong")
    for citation in answer.citations:
        mark = mark_of(citation)
        path = "" if is_one else citation.path
        where = place(citation.document, citation.page, citation.page_label, path)
        lines.append(Content.assemble((str(mark), look(mark.role)), f" · {plain(where)}"))
        lines += _rows(f"“{one_line(citation.quote)}”", width, "quotation", indent=2)
        for words in differences(citation):
            lines += _rows(words, width, "bad", indent=2)
    if answer.value is not None and not answer.citations:
        lines += _rows("! no quotation for this value", width, "doubt")
    for note in (answer.problem, answer.note):
        lines += _rows(note, width, "quiet") if note else []
    return lines


def _documents(row: Row, width: int) -> list[Content]:
    lines = [Content("")] if row.documents or row.notes else []
    for number, item in enumerate(row.documents, 1):
        pages = f" · pages {item.pages_sent} of {item.page_count:,}"
        lines += _rows(
            f"D{number} {fit_path(item.path, max(20, width - len(pages) - 4))}{pages}", width, "quiet"
        )
    for note in row.notes:
        lines += _rows(f"note: {note}", width, "quiet")
    return lines
