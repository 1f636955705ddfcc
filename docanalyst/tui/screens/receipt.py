"""The receipt of a turn: what was sent, counted, billed and received, in full."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from docanalyst.domain.turns import Turn
from docanalyst.exporters.presentation.marks import verdict_summary
from docanalyst.exporters.presentation.receipt import Row, Section, receipt_sections
from docanalyst.tui.keys import bound
from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.screens.key_line import KeyLine
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import one_line, plain

NAMES = 16
"""Cells for the names of the rows."""


class ReceiptScreen(Dialog[None]):
    """Shows a receipt, which can be copied."""

    HELP = (
        "What was sent, what was counted here and billed by the provider, and what it cost. “Complete” says "
        "whether the provider counted everything that was sent."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("receipt.copy", "copy", show=False),
        Binding("i,q", "close", "Close", show=False),
    ]

    def __init__(self, turn: Turn) -> None:
        super().__init__()
        self.turn = turn

    def compose(self) -> ComposeResult:
        """Show the receipt."""
        with Vertical(classes="window") as window:
            window.border_title = "Receipt"
            with VerticalScroll():
                yield Static(receipt_of(self.turn), id="receipt", markup=False)
            yield KeyLine(("receipt.copy", "copies"), ("escape", "closes"))

    def on_mount(self) -> None:
        """Focus the text, so that the arrow keys scroll."""
        self.query_one(VerticalScroll).focus()

    def action_copy(self) -> None:
        """Copy the receipt as text."""
        self.app.copy_to_clipboard(receipt_of(self.turn).plain)
        self.app.tell("The receipt was copied.")


def receipt_of(turn: Turn) -> Content:
    """Everything that is known of how an answer came about."""
    lines = [Content.styled(one_line(turn.question, 400), look("heading"))]
    rows = [Row("Error", turn.error, "bad")] if turn.error else []
    if turn.answer:
        mark, words = verdict_summary(turn)
        rows.append(Row("Quotations", f"{mark.sign} {words}", mark.role))
    rows += [Row("Note", f"! {remark.text}", "doubt") for remark in turn.remarks]
    kept = Section("Where it is kept", (Row("Session", turn.session_id), Row("Turn", turn.id)))
    for section in (*receipt_sections(turn), Section("What the check found", tuple(rows)), kept):
        if not section.rows:
            continue
        lines.append(Content(""))
        if section.title:
            lines.append(Content.styled(section.title, look("strong")))
        lines += [_row(row) for row in section.rows]
    return Content("\n").join(lines)


def _row(row: Row) -> Content:
    return Content.assemble((f"{row.name:<{NAMES}}", look("quiet")), (plain(row.value), look(row.role)))
