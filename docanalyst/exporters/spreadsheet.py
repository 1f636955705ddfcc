"""Writes a grid as an Excel workbook, with typed cells, comments and colours, or as CSV.

openpyxl writes the workbook row by row, so that a table of thousands of units is never held in memory. None
of our cells is ever a formula, whatever a document or a model wrote. What a reviewer added to an earlier
table is written again as it was.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO, TextIO

from docanalyst.domain.grid.grids import FieldAnswer, Grid, GridReceipt, Row, RowStatus, Stated
from docanalyst.domain.grid.values import Quantity
from docanalyst.domain.records.rows import cost_usd, document_of, joined_pages, joined_quotes
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
    line_count,
    plain_text,
    tone_of,
    typed_cell,
)
from docanalyst.exporters.presentation.marks import verdict_words
from docanalyst.exporters.reviewed import AFTER, FIRST, LAST, REVIEW, Reviewed, carried

LINE = 15.0
"""Height of one line of text at 11 points, in points: Excel's own default."""
MOST_POINTS = 409.0
"""Maximum height of a row in Excel."""
CHARACTER = 5.4
"""Width of one unit of a column's width, in points (7 pixels at 96 to the inch, with the cell's margins)."""
PAGE = 1_110.0
"""Width that can be printed on A3 across, in points, with margins of 18 mm."""
SCALE = 0.65
"""Smallest scale of a printed grid: text of 11 points is printed at 7."""
MOST_REVIEWED = 100_000
"""Maximum number of rows of the sheet Review; larger tables are reviewed in the grid."""

LEGEND = (
    (GREEN, "every quote is on the page that the answer gives"),
    (
        AMBER,
        "a quote is on another page, the value is not in the quoted words, there is no quote, or no model "
        "has read the passage",
    ),
    (RED, "a quote is altered or not found"),
    (GREY, "stated as none, not addressed, or no close passage found"),
    (DARK, "INCOMPLETE: no answer, see the error"),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is written.

    Attributes:
        name_of: Returns the short name of a unit.
        kept: What a reviewer added to the earlier table at this place.
    """

    name_of: Callable[[str], str] = str
    kept: Reviewed | None = None

    @property
    def added(self) -> tuple[str, ...]:
        """The headings of the reviewer's columns."""
        return self.kept.headings if self.kept else ()

    def added_cells(self, unit: str) -> list[Any]:
        """Return the reviewer's cells of a unit, in the order of their headings."""
        if self.kept is None:
            return []
        keys = (plain_text(unit), fitting(unit), self.name_of(unit))
        found = next((self.kept.cells[key] for key in keys if key in self.kept.cells), None)
        return found or [None] * len(self.kept.headings)

    def reviewed_cells(self, unit: str, heading: str) -> list[Any] | None:
        """Take the reviewer's cells of a value in the sheet Review, or None."""
        return self.kept.review.pop((fitting(unit), fitting(heading)), None) if self.kept else None


def headings(grid: Grid) -> list[str]:
    """Return our column names of a table, the same in every format."""
    names = [*FIRST]
    for column in grid.columns:
        parts = ["", "__quote", "__page", "__verdict", *(["__document"] if grid.by == "folder" else [])]
        names += [f"{column.heading}{part}" for part in parts]
    return [*names, *LAST, *AFTER]


def write_csv(
    target: TextIO, grid: Grid, rows: Iterable[Row], receipt: GridReceipt, layout: Layout | None = None
) -> None:
    """Write one row for each unit.

    Text that a spreadsheet program would read as a formula, or as another number than it is, gets a leading
    apostrophe.
    """
    layout = layout or Layout()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([*(plain_text(name) for name in headings(grid)), *layout.added])
    for row in rows:
        cells = [plain_text(layout.name_of(row.unit)), row.status.value, guarded(row.error)]
        for column in grid.columns:
            answer = row.answer(column.field.name)
            cells += [_csv_value(answer), plain_text(joined_quotes(answer))]
            cells += [joined_pages(answer), answer.verdict]
            if grid.by == "folder":
                cells.append(guarded("; ".join(dict.fromkeys(map(document_of, answer.citations)))))
        cost = cost_usd(row)
        cells += [str(row.tokens), "" if cost is None else f"{cost:.6f}", f"{row.seconds:.3f}"]
        cells += [plain_text(row.unit), row.reader]
        writer.writerow([*cells, *(cell or "" for cell in layout.added_cells(row.unit))])


def _csv_value(answer: FieldAnswer) -> str:
    """Return a value; a number stays one if a spreadsheet program can hold it exactly."""
    if isinstance(answer.value, Decimal):
        return answer.text if typed_cell(answer.value) else plain_text(answer.text)
    return answer.text if isinstance(answer.value, Quantity) else plain_text(answer.text)


def write_xlsx(
    target: BinaryIO, grid: Grid, rows: Iterable[Row], receipt: GridReceipt, layout: Layout | None = None
) -> None:
    """Write the sheets: the grid, a line for each value to review, the documents, and the receipt."""
    from openpyxl import Workbook

    layout = layout or Layout()
    book = Workbook(write_only=True)
    book.properties.creator = "docanalyst"
    pen = _Pen(book.create_sheet("Grid"), grid, layout)
    review = _Review(book.create_sheet("Review"), pen)
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
        review.row(row)
        if row.status is not RowStatus.COMPLETE:
            missing.append(Row(row.unit, row.status, error=row.error))
        for item in row.documents:
            documents.append(
                [
                    *map(pen.text, (layout.name_of(row.unit), item.path, item.sha256)),
                    pen.number(item.page_count, "0"),
                    *map(pen.text, (item.pages_sent, row.provider, row.model)),
                ]
            )
    pen.foot()
    review.foot()
    for line in _receipt_rows(pen, receipt, missing):
        notes.append(line)
    if review.left_out:
        words = f"only the first {MOST_REVIEWED:,} values"
        notes.append([pen.text("sheet Review", bold=True), pen.text(words)])
    for title, lines in (layout.kept.sheets if layout.kept else {}).items():
        sheet = book.create_sheet(title)
        for added in lines:
            sheet.append([pen.carried(cell, sheet) for cell in added])
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
    """A sheet of plain lines, each as high as its longest text and printed as wide as the page.

    Args:
        widths: Column widths in characters.
    """

    def __init__(self, sheet: Any, widths: Sequence[float]) -> None:
        from openpyxl.utils import get_column_letter

        self.sheet, self._widths, self.rows = sheet, widths, 0
        _fit(sheet)
        sheet.print_title_rows = "1:1"
        for number, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width

    def append(self, cells: Sequence[Any]) -> None:
        """Add one line."""
        self.rows += 1
        self.sheet.row_dimensions[self.rows].height = _height(cells, self._widths)
        self.sheet.append(cells)


def _fit(sheet: Any, pages: int = 1, paper: int = 9) -> None:
    """Print a sheet across, so many pages wide and as many high as it takes.

    Args:
        paper: Excel's number: 9 is A4, 8 is A3.
    """
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages, 0
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "&P / &N"


def _height(cells: Sequence[Any], widths: Sequence[float]) -> float:
    """Return the height that shows the longest text, up to Excel's limit; programs do not compute it."""
    lines = 1
    for cell, width in zip(cells, widths, strict=False):
        value = getattr(cell, "value", None)
        if isinstance(value, str):
            bold = cell.font is not None and cell.font.b
            lines = max(lines, line_count(value, width * (0.92 if bold else 1)))
    return min(LINE * lines, MOST_POINTS)


class _Review:
    """The sheet Review: a line for each value, with columns that belong to the reviewer."""

    _WIDTHS = (26, 24, 30, 60, 8, 16, 40)

    def __init__(self, sheet: Any, pen: _Pen) -> None:
        from openpyxl.utils import get_column_letter

        self._pen, self._layout = pen, pen.layout
        kept = pen.layout.kept or Reviewed()
        self._added = kept.review_headings
        self._lines = _Lines(sheet, (*self._WIDTHS, *(20 for _ in self._added)))
        self.left_out = False
        sheet.freeze_panes = "C2"
        # The path tells units apart when the short names change.
        sheet.column_dimensions[get_column_letter(len(REVIEW))].hidden = True
        self._lines.append([pen.text(name, bold=True, fill=GREY) for name in (*REVIEW, *self._added)])

    def row(self, row: Row) -> None:
        """Write the values of one unit."""
        pen, name = self._pen, self._layout.name_of(row.unit)
        for column in pen.grid.columns:
            if self._lines.rows > MOST_REVIEWED:
                self.left_out = True
                return
            answer = row.answer(column.field.name)
            tone = tone_of(answer)
            added = self._layout.reviewed_cells(row.unit, column.heading) or [None] * len(self._added)
            self._lines.append(
                [
                    pen.text(name),
                    pen.text(column.heading),
                    pen.text(answer.text, fill=tone, light=answer.stated is Stated.INCOMPLETE),
                    pen.text(joined_quotes(answer)),
                    pen.text(joined_pages(answer)),
                    pen.text(verdict_words(answer.verdict), fill=tone if answer.verdict else None),
                    pen.text(row.unit),
                    *(pen.carried(cell, self._lines.sheet) for cell in added),
                ]
            )

    def foot(self) -> None:
        """Add what the reviewer wrote on values that are no longer in the table, and the filter."""
        from openpyxl.utils import get_column_letter

        pen = self._pen
        for (unit, heading), cells in (self._layout.kept.review if self._layout.kept else {}).items():
            note = pen.text("no longer in the table")
            blank = [pen.text("") for _ in REVIEW[3:-1]]
            own = [pen.text(self._layout.name_of(unit)), pen.text(heading), note, *blank, pen.text(unit)]
            self._lines.append([*own, *(pen.carried(cell, self._lines.sheet) for cell in cells)])
        letter = get_column_letter(len(REVIEW) + len(self._added))
        self._lines.sheet.auto_filter.ref = f"A1:{letter}{self._lines.rows}"


class _Pen:
    """Writes the cells of one sheet."""

    def __init__(self, sheet: Any, grid: Grid, layout: Layout) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.comments import Comment
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        self._make, self._comment = WriteOnlyCell, Comment
        self._sheet, self.grid, self.layout = sheet, grid, layout
        self._fills = {tone: PatternFill("solid", fgColor=tone) for tone in (*COLOURS.values(), GREY, DARK)}
        self._bold = Font(name="Calibri", size=11, bold=True)
        self._light = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
        self._wrap = Alignment(wrap_text=True, vertical="top", horizontal="left")
        self._line = Border(bottom=Side("thin", color="D9D9D9"))
        self.comments = 0
        self._rows = 0
        self._widths: list[float] = []

    def text(self, text: str, *, bold: bool = False, fill: str | None = None, light: bool = False) -> Any:
        """Return a cell of text that is never a formula or a number.

        Args:
            light: White letters, for the darkest fill.
        """
        cell = self._make(self._sheet, value=fitting(text))
        cell.data_type = "s"
        if text[:1] in FORMULA and text:
            cell.quotePrefix = True
        cell.alignment, cell.border = self._wrap, self._line
        if text[:1].isdigit():
            # Kept as text when somebody edits the cell: account numbers, "1E5", "3/4".
            cell.number_format = "@"
        if bold or light:
            cell.font = self._light if light else self._bold
        if fill:
            cell.fill = self._fills[fill]
        return cell

    def number(self, value: Any, number_format: str) -> Any:
        """Return a typed cell: a number, a date or a boolean."""
        cell = self._make(self._sheet, value=value)
        cell.number_format, cell.alignment, cell.border = number_format, self._wrap, self._line
        return cell

    def carried(self, cell: Any, sheet: Any) -> Any:
        """Return a reviewer's cell as it was."""
        return carried(self._make, sheet, cell)

    def head(self) -> None:
        """Write the frozen header.

        The columns of quotes, pages and verdicts are collapsed where the grid is wider than a page; the sheet
        Review shows them all.
        """
        from openpyxl.utils import get_column_letter

        names = [*headings(self.grid), *self.layout.added]
        ours = len(names) - len(self.layout.added)
        details = {"quote": 44.0, "page": 9.0, "verdict": 16.0, "document": 22.0}
        fixed = {"unit": 36.0, "status": 12.0, "path": 36.0, "reader": 12.0, **dict.fromkeys(LAST, 11.0)}
        parts = [name.rpartition("__")[2] if "__" in name else "" for name in names[:ours]]
        parts += [""] * (len(names) - ours)
        self._widths = [
            details.get(part, fixed.get(name, 28.0)) for name, part in zip(names, parts, strict=True)
        ]
        shown = [place for place, part in enumerate(parts) if part not in details and names[place] != "path"]
        wide = sum(self._widths) * CHARACTER * SCALE > PAGE
        for place, (name, part) in enumerate(zip(names, parts, strict=True)):
            dimension = self._sheet.column_dimensions[get_column_letter(place + 1)]
            if wide and part == "quote":
                self._widths[place] = 80.0
            dimension.width = self._widths[place]
            if part in details or name == "path":
                dimension.outlineLevel = 1
                dimension.hidden = wide
        total = sum(self._widths[place] for place in (shown if wide else range(len(names))))
        self._sheet.freeze_panes = "B2"
        # The first column is printed again on every page.
        room = PAGE / SCALE - self._widths[0] * CHARACTER
        _fit(self._sheet, max(1, -(-int((total - self._widths[0]) * CHARACTER) // int(room))), paper=8)
        self._sheet.print_title_rows, self._sheet.print_title_cols = "1:1", "A:A"
        cells = [self.text(name, bold=True, fill=GREY) for name in names]
        self._sheet.row_dimensions[1].height = max(2 * LINE, min(_height(cells, self._widths), 4 * LINE))
        self._sheet.append(cells)

    def row(self, row: Row) -> None:
        """Write one unit."""
        self._rows += 1
        status = None if row.status is RowStatus.COMPLETE else AMBER
        cells: list[Any] = [
            self.text(self.layout.name_of(row.unit)),
            self.text(row.status.value, fill=status),
            self.text(row.error),
        ]
        for column in self.grid.columns:
            answer = row.answer(column.field.name)
            tone = tone_of(answer)
            verdict = self.text(verdict_words(answer.verdict), fill=tone if answer.verdict else None)
            cells += [
                self._value(answer, tone),
                self.text(joined_quotes(answer)),
                self._pages(answer),
                verdict,
            ]
            if self.grid.by == "folder":
                cells.append(self.text("; ".join(dict.fromkeys(map(document_of, answer.citations)))))
        cells += [
            self.number(row.tokens, "#,##0"),
            self.number(cost_usd(row), "0.000000"),
            self.number(round(row.seconds, 3), "0.000"),
            self.text(row.unit),
            self.text(row.reader),
            *(self.carried(cell, self._sheet) for cell in self.layout.added_cells(row.unit)),
        ]
        self._sheet.row_dimensions[self._rows + 1].height = _height(cells, self._widths)
        self._sheet.append(cells)

    def foot(self) -> None:
        """Add the filter over all rows."""
        from openpyxl.utils import get_column_letter

        columns = len(headings(self.grid)) + len(self.layout.added)
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(columns)}{self._rows + 1}"

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
