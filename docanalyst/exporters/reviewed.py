"""Reads an earlier table back: the columns that a reviewer added, and whether our own cells were changed."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

FIRST, LAST = ("unit", "status", "error"), ("tokens", "cost_usd", "seconds")
"""Columns of every table, before and after the fields; a file without them is not a table of ours."""

AFTER = ("path", "reader")
"""Columns after these; a reviewer may have deleted them."""

SHEETS = ("Grid", "Review", "Documents", "Receipt")
REVIEW = ("unit", "field", "value", "quote", "page", "verdict", "path")
"""Our columns of the sheet Review; all others there belong to the reviewer."""

FOR_REVIEWERS = ("decision", "note", "reviewer")
"""Empty columns of the sheet Review, to be filled in."""

_PARTS = ("__quote", "__page", "__verdict", "__document")
_FIXED = frozenset({*FIRST, *LAST, *AFTER})
_READERS = ("zipfile", "zlib", "xml", "openpyxl", "lxml", "defusedxml")
_LARGE = 20_000_000
"""Bytes of a workbook that is read back cell by cell: whole, openpyxl takes about 50 times as much memory."""


@dataclass(slots=True)
class Reviewed:
    """An earlier table, read back.

    Attributes:
        headings: Of the columns that a reviewer added.
        cells: Their cells, by unit: text in CSV, openpyxl cells in a workbook.
        own: Our cells as text, by unit, then heading.
        review_headings: Of the reviewer's columns in the sheet Review.
        review: Their cells, by unit and field.
        sheets: Sheets that a reviewer added, by title, as rows of cells.
        ambiguous: Whether two rows have the same unit.
    """

    headings: tuple[str, ...] = ()
    cells: dict[str, list[Any]] = field(default_factory=dict)
    own: dict[str, dict[str, str]] = field(default_factory=dict)
    review_headings: tuple[str, ...] = FOR_REVIEWERS
    review: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    sheets: dict[str, list[list[Any]]] = field(default_factory=dict)
    ambiguous: bool = False

    def loses(self, newer: Reviewed) -> bool:
        """Return whether a newer table would lose something that was changed in this one."""
        if self.ambiguous or not self.own.keys() <= newer.own.keys():
            return True
        return any(_changed(row, newer.own[unit]) for unit, row in self.own.items())


def read_table(path: Path, kind: str) -> Reviewed | None:
    """Return the table in a file, or None if it is not one that docanalyst made.

    Args:
        kind: "csv" or "xlsx"; other formats are never read back.
    """
    try:
        if kind == "xlsx":
            return _read_workbook(path)
        return _read_csv(path) if kind == "csv" else None
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, csv.Error):
        return None
    except Exception as error:
        # openpyxl lets errors of zipfile and of its XML reader through.
        if type(error).__module__.partition(".")[0] not in _READERS:
            raise
        return None


def has_additions(path: Path) -> bool:
    """Return whether an unchanged table of ours has columns, notes or sheets that a reviewer added before."""
    if not path.exists():
        return False
    if path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = next(csv.reader(file), [])
        return any(not _is_ours(name, names) for name in names)
    if path.suffix.lower() != ".xlsx":
        return False
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    try:
        if any(title not in SHEETS for title in book.sheetnames):
            return True
        names = [_text(cell) for cell in next(book["Grid"].iter_rows(max_row=1), ())]
        if any(not _is_ours(name, names) for name in names):
            return True
        found = Reviewed()
        _read_review(found, book["Review"].iter_rows())
        return bool(found.review) or found.review_headings != FOR_REVIEWERS
    finally:
        book.close()


def is_table(path: Path) -> bool:
    """Return whether the file is a table that docanalyst made, perhaps with a reviewer's changes."""
    return read_table(path, path.suffix.lower().lstrip(".")) is not None


def _read_csv(path: Path) -> Reviewed | None:
    csv.field_size_limit(2**31 - 1)
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Excel saves "CSV" in the code page of the system.
        text = data.decode("cp1252", "replace")
    mark = next((mark for mark in ",;\t" if text.startswith((f"unit{mark}", f'"unit"{mark}'))), ",")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    names = next(lines, [])
    found = _grid(names, lines, lambda cell: cell or "")
    if found is not None:
        found.cells = {unit: [cell or "" for cell in cells] for unit, cells in found.cells.items()}
    return found


def _read_workbook(path: Path) -> Reviewed | None:
    from openpyxl import load_workbook

    with path.open("rb") as file:
        # Only a workbook that is read whole has its comments.
        book = load_workbook(file, read_only=path.stat().st_size > _LARGE)
        if "Grid" not in book.sheetnames:
            return None
        lines = book["Grid"].iter_rows()
        names = [_text(cell) for cell in next(lines, ())]
        found = _grid(names, lines, _seen)
        if found is None:
            return None
        if "Review" in book.sheetnames:
            _read_review(found, book["Review"].iter_rows())
        for sheet in book.worksheets:
            if sheet.title not in SHEETS:
                found.sheets[sheet.title] = [list(line) for line in sheet.iter_rows()]
        return found


def _grid(names: Sequence[str], lines: Iterator[Sequence[Any]], read: Any) -> Reviewed | None:
    if not {*FIRST, *LAST} <= set(names):
        return None
    mine = {place for place, name in enumerate(names) if _is_ours(name, names)}
    added = [place for place in range(len(names)) if place not in mine]
    found = Reviewed(tuple(names[place] for place in added))
    key = names.index("path") if "path" in names else names.index("unit")
    for line in lines:
        cells = [*line, *[None] * (len(names) - len(line))]
        unit = read(cells[key]).partition("\0")[0] or read(cells[names.index("unit")]).partition("\0")[0]
        if not unit and not any(read(cell) for cell in cells):
            continue
        if unit in found.own:
            found.ambiguous = True
            continue
        found.own[unit] = {names[place]: read(cells[place]) for place in sorted(mine)}
        found.cells[unit] = [cells[place] for place in added]
    return found


def _is_ours(name: str, names: Sequence[str]) -> bool:
    if name in _FIXED:
        return True
    stem = next((name.removesuffix(part) for part in _PARTS if name.endswith(part)), name)
    return f"{stem}__quote" in names and f"{stem}__verdict" in names


def _read_review(found: Reviewed, lines: Iterator[Sequence[Any]]) -> None:
    names = [_text(cell) for cell in next(lines, ())]
    if not {"unit", "field"} <= set(names):
        return
    added = [place for place, name in enumerate(names) if name not in REVIEW]
    found.review_headings = tuple(names[place] for place in added)
    unit, name = names.index("path" if "path" in names else "unit"), names.index("field")
    for line in lines:
        cells = [*line, *[None] * (len(names) - len(line))]
        if any(_text(cells[place]) for place in added):
            found.review.setdefault(
                (_text(cells[unit]), _text(cells[name])), [cells[place] for place in added]
            )


def carried(make: Any, sheet: Any, cell: Any) -> Any:
    """Return a reviewer's cell for a new sheet, with its value, type, format, colours and comment.

    Args:
        make: openpyxl's WriteOnlyCell.
        cell: A cell of the earlier workbook; None for an empty one.
    """
    new = make(sheet)
    if cell is None or not hasattr(cell, "data_type"):
        return new
    # First the type: openpyxl reads a text that begins with "=" as a formula.
    new.value = cell.value
    new.data_type = cell.data_type
    if cell.has_style:
        new.font, new.fill, new.alignment = copy(cell.font), copy(cell.fill), copy(cell.alignment)
        new.border, new.number_format = copy(cell.border), cell.number_format
        new.protection = copy(cell.protection)
        if getattr(cell, "quotePrefix", False):
            new.quotePrefix = True
    if getattr(cell, "comment", None):
        from openpyxl.comments import Comment

        new.comment = Comment(cell.comment.text, cell.comment.author, height=160, width=420)
    return new


def _text(cell: Any) -> str:
    value = getattr(cell, "value", None)
    if value is None:
        return ""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()[:10]
    return str(value)


def _seen(cell: Any) -> str:
    """Return the text of a cell, then its comment and its colour."""
    if cell is None:
        return ""
    comment = cell.comment.text if getattr(cell, "comment", None) else ""
    colour = ""
    if getattr(cell, "has_style", False) and cell.fill.fill_type == "solid":
        colour = str(cell.fill.fgColor.rgb)[-6:]
    return "\0".join((_text(cell), comment, colour)).rstrip("\0")


def _changed(old: dict[str, str], new: dict[str, str]) -> bool:
    """Return whether a cell of a field differs, except where there was no value yet."""
    for name, cell in old.items():
        if name in _FIXED:
            continue
        stem = next((name.removesuffix(part) for part in _PARTS if name.endswith(part)), name)
        if old.get(stem, "").partition("\0")[0] in ("", "INCOMPLETE"):
            continue
        if name not in new or not _same(cell, new[name]):
            return True
    return False


def _same(old: str, new: str) -> bool:
    if old.split("\0") == new.split("\0"):
        return True
    (first, *rest), (second, *others) = old.split("\0"), new.split("\0")
    try:
        return Decimal(first.lstrip("'")) == Decimal(second.lstrip("'")) and rest == others
    except InvalidOperation:
        # Excel writes line breaks of a CSV in its own way.
        return " ".join(first.split()) == " ".join(second.split()) and rest == others
