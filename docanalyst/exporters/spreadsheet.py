"""Writes a grid as an Excel workbook, with typed cells, comments and colours, or as CSV.

openpyxl writes the workbook row by row, so that a table of thousands of units is never held in memory. No
cell is ever a formula, whatever a document or a model wrote.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, BinaryIO, TextIO

from docanalyst.domain.grid.grids import FieldAnswer, Grid, GridReceipt, Row, RowStatus, Stated
from docanalyst.domain.grid.values import Quantity
from docanalyst.domain.records.rows import cost_usd, document_of, in_doubt_usd, joined_pages, joined_quotes
from docanalyst.exporters.grid_cells import (
    AMBER,
    COLOURS,
    DARK,
    FORMULA,
    GREEN,
    GREY,
    MOST_COMMENTS,
    RED,
    comment_of,
    fitting,
    guarded,
    tone_of,
    typed_cell,
)
from docanalyst.exporters.presentation.marks import verdict_words

LINE = 13.5
"""Height of one line of text, in points."""
MOST_LINES = 6

LEGEND = (
    (GREEN, "every quote is on the page that the answer gives"),
    (AMBER, "a quote is on another page, the value is not in the quoted words, or there is no quote"),
    (RED, "a quote is altered or not found"),
    (GREY, "stated as none, or not addressed"),
    (DARK, "INCOMPLETE: no answer, see the error"),
)


def headings(grid: Grid) -> list[str]:
    """Return the column names of a table, the same in every format."""
    names = ["unit", "status", "error"]
    for column in grid.columns:
        parts = ["", "__quote", "__page", "__verdict", *(["__document"] if grid.by == "folder" else [])]
        names += [f"{column.heading}{part}" for part in parts]
    return [*names, "in_doubt_usd", "tokens", "cost_usd", "seconds"]


def write_csv(target: TextIO, grid: Grid, rows: Iterable[Row], receipt: GridReceipt) -> None:
    """Write one row for each unit; text that looks like a formula gets a leading apostrophe."""
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([guarded(name) for name in headings(grid)])
    for row in rows:
        cells = [guarded(row.unit), row.status.value, guarded(row.error)]
        for column in grid.columns:
            answer = row.answer(column.field.name)
            typed = isinstance(answer.value, Decimal | Quantity)
            cells += [answer.text if typed else guarded(answer.text), guarded(joined_quotes(answer))]
            cells += [joined_pages(answer), answer.verdict]
            if grid.by == "folder":
                cells.append(guarded("; ".join(dict.fromkeys(map(document_of, answer.citations)))))
        cost = cost_usd(row)
        cells += [f"{in_doubt_usd(row):.6f}", str(row.tokens), "" if cost is None else f"{cost:.6f}"]
        writer.writerow([*cells, f"{row.seconds:.3f}"])


def write_xlsx(target: BinaryIO, grid: Grid, rows: Iterable[Row], receipt: GridReceipt) -> None:
    """Write three sheets: the grid, the documents, and the receipt with all incomplete units."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "docanalyst"
    pen = _Pen(book.create_sheet("Grid"), grid)
    documents = _Lines(book.create_sheet("Documents"), (50, 50, 66, 10, 12, 24, 30))
    notes = _Lines(book.create_sheet("Receipt"), (34, 90, 90))
    pen.head()
    documents.sheet.freeze_panes = "A2"
    documents.append(
        [
            pen.text(name, bold=True)
            for name in ("unit", "path", "sha256", "pages", "sent", "provider", "model")
        ]
    )
    missing: list[Row] = []
    for row in rows:
        pen.row(row)
        if row.status is not RowStatus.COMPLETE:
            missing.append(Row(row.unit, row.status, error=row.error))
        for item in row.documents:
            cells = (
                row.unit,
                item.path,
                item.sha256,
                item.page_count,
                item.pages_sent,
                row.provider,
                row.model,
            )
            documents.append(
                [pen.text(cell) if isinstance(cell, str) else pen.number(cell, "0") for cell in cells]
            )
    pen.foot()
    for line in _receipt_rows(pen, receipt, missing):
        notes.append(line)
    book.save(target)


def _receipt_rows(pen: _Pen, receipt: GridReceipt, missing: list[Row]) -> Iterator[list[Any]]:
    for name, value in receipt.lines:
        yield [pen.text(name, bold=True), pen.text(value)]
    if pen.comments > MOST_COMMENTS:
        yield [pen.text("comments", bold=True), pen.text(f"only on the first {MOST_COMMENTS:,} values")]
    yield []
    for tone, words in LEGEND:
        yield [pen.text("", fill=tone), pen.text(words)]
    yield []
    title = f"Incomplete units: {len(missing)}"
    yield [pen.text(title, bold=True)]
    for row in missing:
        yield [pen.text(row.status.value), pen.text(row.unit), pen.text(row.error)]


class _Lines:
    """A sheet of plain lines, each as high as its longest text.

    Args:
        widths: Column widths in characters.
    """

    def __init__(self, sheet: Any, widths: Sequence[float]) -> None:
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.properties import PageSetupProperties

        self.sheet, self._widths, self._rows = sheet, widths, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
        for number, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width

    def append(self, cells: Sequence[Any]) -> None:
        """Add one line."""
        self._rows += 1
        self.sheet.row_dimensions[self._rows].height = _height(cells, self._widths)
        self.sheet.append(cells)


def _height(cells: Sequence[Any], widths: Sequence[float]) -> float:
    """Return the height that shows the longest text, up to a limit; programs do not compute it themselves."""
    lines = 1
    for cell, width in zip(cells, widths, strict=False):
        value = getattr(cell, "value", None)
        if isinstance(value, str):
            lines = max(lines, sum(-(-len(part) // int(width)) or 1 for part in value.split("\n")))
    return LINE * min(lines, MOST_LINES)


class _Pen:
    """Writes the cells of one sheet."""

    def __init__(self, sheet: Any, grid: Grid) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.comments import Comment
        from openpyxl.styles import Alignment, Font, PatternFill

        self._make, self._comment = WriteOnlyCell, Comment
        self._sheet, self._grid = sheet, grid
        self._fills = {tone: PatternFill("solid", fgColor=tone) for tone in (*COLOURS.values(), GREY, DARK)}
        self._bold = Font(name="Calibri", size=11, bold=True)
        self._light = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
        self._wrap = Alignment(wrap_text=True, vertical="top", horizontal="left")
        self.comments = 0
        self._rows = 0
        self._widths: list[float] = []

    def text(self, text: str, *, bold: bool = False, fill: str | None = None) -> Any:
        """Return a cell of text that is never a formula."""
        cell = self._make(self._sheet, value=fitting(text))
        cell.data_type = "s"
        if text[:1] in FORMULA and text:
            cell.quotePrefix = True
        cell.alignment = self._wrap
        if bold:
            cell.font = self._bold
        if fill:
            cell.fill = self._fills[fill]
        return cell

    def number(self, value: Any, number_format: str) -> Any:
        """Return a typed cell: a number, a date or a boolean."""
        cell = self._make(self._sheet, value=value)
        cell.number_format, cell.alignment = number_format, self._wrap
        return cell

    def head(self) -> None:
        """Write the frozen header; the columns of quotes, pages and verdicts can be collapsed."""
        from openpyxl.utils import get_column_letter

        names = headings(self._grid)
        self._widths = [28.0] * len(names)
        for number, name in enumerate(names, 1):
            part = name.rpartition("__")[2] if "__" in name else ""
            dimension = self._sheet.column_dimensions[get_column_letter(number)]
            widths = {"quote": 44.0, "page": 9.0, "verdict": 16.0, "document": 22.0}
            dimension.width = widths.get(part, 36.0 if number == 1 else 12.0 if number == 2 else 28.0)
            if number > len(names) - 3:
                dimension.width = 11.0
            if part in widths:
                dimension.outlineLevel = 1
            self._widths[number - 1] = dimension.width
        self._sheet.freeze_panes = "B2"
        self._sheet.page_setup.orientation = "landscape"
        self._sheet.page_setup.paperSize = 8  # A3
        self._sheet.print_title_rows, self._sheet.print_title_cols = "1:1", "A:A"
        cells = [self.text(name, bold=True, fill=GREY) for name in names]
        self._sheet.row_dimensions[1].height = max(2 * LINE, min(_height(cells, self._widths), 4 * LINE))
        self._sheet.append(cells)

    def row(self, row: Row) -> None:
        """Write one unit."""
        self._rows += 1
        status = None if row.status is RowStatus.COMPLETE else AMBER
        cells: list[Any] = [
            self.text(row.unit),
            self.text(row.status.value, fill=status),
            self.text(row.error),
        ]
        for column in self._grid.columns:
            answer = row.answer(column.field.name)
            tone = tone_of(answer)
            verdict = self.text(verdict_words(answer.verdict), fill=tone if answer.verdict else None)
            cells += [
                self._value(answer, tone),
                self.text(joined_quotes(answer)),
                self._pages(answer),
                verdict,
            ]
            if self._grid.by == "folder":
                cells.append(self.text("; ".join(dict.fromkeys(map(document_of, answer.citations)))))
        cells += [
            self.number(in_doubt_usd(row), "0.000000"),
            self.number(row.tokens, "#,##0"),
            self.number(cost_usd(row), "0.000000"),
            self.number(round(row.seconds, 3), "0.000"),
        ]
        self._sheet.row_dimensions[self._rows + 1].height = _height(cells, self._widths)
        self._sheet.append(cells)

    def foot(self) -> None:
        """Add the filter over all rows."""
        from openpyxl.utils import get_column_letter

        self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings(self._grid)))}{self._rows + 1}"

    def _pages(self, answer: FieldAnswer) -> Any:
        pages = joined_pages(answer)
        return self.number(int(pages), "0") if pages.isdigit() else self.text(pages)

    def _value(self, answer: FieldAnswer, tone: str) -> Any:
        typed = typed_cell(answer.value) if answer.value is not None else None
        if typed is None:
            cell = self.text(answer.text, fill=tone)
        else:
            cell = self.number(*typed)
            cell.fill = self._fills[tone]
        if answer.stated is Stated.INCOMPLETE:
            cell.font = self._light
        words = comment_of(answer)
        if words:
            self.comments += 1
            if self.comments <= MOST_COMMENTS:
                cell.comment = self._comment(words, "docanalyst", height=160, width=420)
        return cell
