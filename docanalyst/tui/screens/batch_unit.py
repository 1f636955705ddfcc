"""The result of one unit: each field with its value, its quotes, their pages and verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from docanalyst.domain.grids import FieldAnswer, Row
from docanalyst.tui import figures
from docanalyst.tui.batch_rows import STATES, money
from docanalyst.tui.batch_state import UnitLine
from docanalyst.tui.looks import look
from docanalyst.tui.marks import mark_of, place_of
from docanalyst.tui.plain import one_line, plain
from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.screens.key_line import KeyLine

WORDS = {
    "stated_as_none": "stated as none",
    "not_addressed": "not addressed in the documents",
    "incomplete": "not known",
}


class BatchUnitScreen(Dialog[str]):
    """Read it; the result is the session to open, where that is wanted."""

    HELP = (
        "Each value stands with the words it was taken from. The sign tells whether those words are on the "
        "page that is named; whether they support the value is for you to judge."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "session", "Open in the main window", id="unit.open"),
        Binding("enter", "session", "Open", show=False),
        Binding("c", "copy", "Copy", id="unit.copy"),
        Binding("right,n", "turn(1)", "Next unit", id="unit.next"),
        Binding("left,p", "turn(-1)", "Unit before", id="unit.previous"),
    ]

    def __init__(self, lines: Sequence[UnitLine], place: int, headings: Sequence[str]) -> None:
        super().__init__()
        self.lines = lines
        self.place = place
        self.headings = headings

    @property
    def line(self) -> UnitLine:
        """The unit on show."""
        return self.lines[self.place]

    def compose(self) -> ComposeResult:
        """The record, scrolled."""
        with Vertical(classes="window batch"):
            with VerticalScroll(id="unit-scroll"):
                yield Static(id="unit-record", markup=False)
            yield KeyLine(id="unit-keys")

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one("#unit-scroll").focus()
        self.show()

    def show(self) -> None:
        """Show the unit."""
        line = self.line
        window = self.query_one(".window", Vertical)
        window.border_title = Content(line.shown)
        window.border_subtitle = f"unit {self.place + 1:,} of {len(self.lines):,}"
        self.query_one("#unit-record", Static).update(record_of(line, self.headings))
        self.query_one("#unit-scroll").scroll_home(animate=False)
        hints = [("unit.open", "opens it in the main window, with its pages")] if self._has_session else []
        hints += [("unit.copy", "copies"), ("unit.previous", "before"), ("unit.next", "next")]
        self.query_one(KeyLine).show(*hints, ("escape", "back"))

    @property
    def _has_session(self) -> bool:
        return self.line.row is not None and bool(self.line.row.session_id and self.line.row.turns)

    def action_session(self) -> None:
        """Close, and open its session in the main window."""
        row = self.line.row
        if row is not None and self._has_session:
            self.dismiss(row.session_id)
        else:
            self.app.tell("This unit has no answer to open.", self.line.error, severity="warning")

    def action_copy(self) -> None:
        """Copy the record as text."""
        self.app.copy_to_clipboard(record_of(self.line, self.headings).plain)
        self.app.tell("The record was copied.")

    def action_turn(self, by: int) -> None:
        """The unit before or after."""
        self.place = (self.place + by) % len(self.lines)
        self.show()


def record_of(line: UnitLine, headings: Sequence[str]) -> Content:
    """All that is known of a unit."""
    mark = STATES.get(line.state, STATES["waiting"])
    facts = [f"{mark.sign} {mark.word}"]
    row = line.row
    if row is not None and row.turns:
        facts += [figures.model_name(row.provider, row.model), f"{figures.tokens(row.tokens)} tokens"]
        facts += [money(line.micros) if line.micros else "no cost", figures.seconds(row.seconds)]
    lines = [Content.styled(plain(line.name), look("quiet"))]
    lines.append(Content.styled(" · ".join(facts), look(mark.role)))
    if line.error:
        lines.append(Content.styled(plain(line.error), look("doubt")))
    for number, answer in enumerate(row.answers if row is not None else ()):
        heading = headings[number] if number < len(headings) else answer.name
        lines += [Content(""), Content.styled(one_line(heading, 300), look("heading")), *_answer(answer)]
    if row is not None:
        lines += _documents(row)
    return Content("\n").join(lines)


def _answer(answer: FieldAnswer) -> list[Content]:
    if answer.value is not None:
        lines = [Content.styled(plain(answer.text), look("strong"))]
    else:
        lines = [Content.styled(WORDS.get(answer.stated.value, answer.stated.value), look("doubt"))]
    for citation in answer.citations:
        mark = mark_of(citation)
        place = place_of(citation.document, citation.path, citation.page, citation.page_label)
        lines.append(Content.assemble((f"  {mark.sign} {mark.word}", look(mark.role)), f"  {plain(place)}"))
        lines.append(Content.styled(f"    “{one_line(citation.quote)}”", look("quotation")))
        for difference in citation.differences:
            words = (
                f"    quoted “{one_line(difference.quoted)}”, the page has “{one_line(difference.source)}”"
            )
            lines.append(Content.styled(words, look("bad")))
    if answer.value is not None and not answer.citations:
        lines.append(Content.styled("  ! nothing is quoted for it", look("doubt")))
    for note in (answer.problem, answer.note):
        if note:
            lines.append(Content.styled(f"  {plain(note)}", look("quiet")))
    return lines


def _documents(row: Row) -> list[Content]:
    lines = [Content("")] if row.documents or row.notes else []
    for number, item in enumerate(row.documents, 1):
        pages = f"pages {item.pages_sent} of {item.page_count:,}"
        lines.append(Content.styled(f"D{number} {one_line(item.path)} · {pages}", look("quiet")))
    return lines + [Content.styled(f"note: {plain(note)}", look("quiet")) for note in row.notes]
