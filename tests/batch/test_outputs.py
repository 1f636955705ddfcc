"""The table in every format: typed, with its evidence, inert, and whole or not there at all."""

from __future__ import annotations

import csv
import datetime
import io
import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from batch.batch_support import Go, write_contracts

from docanalyst.domain.citations import Citation, Verdict
from docanalyst.domain.errors import UsageError
from docanalyst.domain.grid.grids import (
    Column,
    FieldAnswer,
    Grid,
    GridReceipt,
    Row,
    RowDocument,
    RowStatus,
    Stated,
)
from docanalyst.domain.grid.values import Day, Money, Quantity, Value
from docanalyst.domain.prompts import Field
from docanalyst.exporters.grid_text import write_json_lines, write_markdown
from docanalyst.exporters.spreadsheet import headings, write_csv, write_xlsx

HOSTILE = (
    '=HYPERLINK("http://x","y")', "+1+2", "-2+3", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "＝1+1",
    "\x1b[31mred\x1b[0m", "a\x00b", "\ud800", "| --- | <script>alert(1)</script> `x` [l](javascript:1)",
    "line\nbreak", "\u202eevil", "[/b]", "x" * 40_000, " =1+1",
)  # fmt: skip
NAMES = ("text", "amount", "rent", "term", "start", "signed", "parties", "absent", "none", "missing")
GRID = Grid(tuple(Column(Field(name), name) for name in NAMES))
RECEIPT = GridReceipt((("model", "=1+1"), ("run", "r1")))


def cite(quote: str = "as printed", verdict: Verdict = Verdict.VERBATIM, page: int = 3) -> Citation:
    return Citation(1, "D1", quote, verdict, path="x/lease.pdf", page=page, found_page=page + 1)


def row(text: str = "words", unit: str = "a.pdf", verdict: Verdict = Verdict.VERBATIM) -> Row:
    values: dict[str, Value] = {
        "text": text,
        "amount": Decimal("12.5"),
        "rent": Money(Decimal(4500), "USD", "per month"),
        "term": Quantity(Decimal(30), 'da"ys'),
        "start": Day(2020, 3, 1),
        "signed": True,
        "parties": ("=A", "B"),
    }
    answers = [
        FieldAnswer(name, Stated.STATED, value, (cite(text, verdict),)) for name, value in values.items()
    ]
    answers += [
        FieldAnswer("absent", Stated.NOT_ADDRESSED, note=text),
        FieldAnswer("none", Stated.STATED_AS_NONE, citations=(cite(),)),
        FieldAnswer("missing", Stated.INCOMPLETE, problem=text),
    ]
    documents = (RowDocument("x/lease.pdf", "a" * 64, "1-3", 3),)
    return Row(unit, RowStatus.PARTIAL, tuple(answers), text, documents, cost_micros=1_500, input_tokens=10)


def workbook(*rows: Row, grid: Grid = GRID) -> Any:
    target = io.BytesIO()
    write_xlsx(target, grid, rows, RECEIPT)
    target.seek(0)
    return openpyxl.load_workbook(target)


def as_csv(*rows: Row) -> list[list[str]]:
    target = io.StringIO()
    write_csv(target, GRID, rows, RECEIPT)
    return list(csv.reader(io.StringIO(target.getvalue())))


def test_the_columns_are_the_contract() -> None:
    assert headings(GRID)[:7] == [
        "unit", "status", "error", "text", "text__quote", "text__page", "text__verdict",
    ]  # fmt: skip
    assert headings(GRID)[-5:] == ["tokens", "cost_usd", "seconds", "path", "reader"]


def test_cells_are_typed_and_carry_their_evidence() -> None:
    sheet = workbook(row())["Grid"]
    names = [cell.value for cell in sheet[1]]
    assert names == headings(GRID)
    cells = dict(zip(names, sheet[2], strict=True))
    assert (cells["amount"].value, cells["amount"].data_type) == (12.5, "n")
    assert (cells["rent"].value, cells["rent"].number_format) == (4500, '"USD "#,##0.00" per month"')
    assert (cells["term"].value, cells["term"].number_format) == (30, '#,##0" days"')
    assert cells["start"].value == datetime.datetime(2020, 3, 1)
    assert (cells["signed"].value, cells["signed"].data_type) == (True, "b")
    assert cells["text__page"].value == 3
    assert (
        "“words”" in cells["text"].comment.text and "lease.pdf p. 3: ✓ verified" in cells["text"].comment.text
    )
    assert cells["text__verdict"].value == "✓ verified"
    assert (cells["absent"].value, cells["none"].value) == ("not_addressed", "stated_as_none")
    assert cells["missing"].value == "INCOMPLETE"
    assert (cells["tokens"].value, cells["cost_usd"].value) == (10, 0.0015)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", f"A1:{cells['reader'].column_letter}2")


@pytest.mark.parametrize(
    ("verdict", "note", "tone"),
    [
        (Verdict.VERBATIM, "", "E2F0D9"),
        (Verdict.NORMALIZED, "", "E2F0D9"),
        (Verdict.VERBATIM, "not in the quoted words: 5", "FFF2CC"),
        (Verdict.WRONG_PAGE, "", "FFF2CC"),
        (Verdict.ALTERED, "", "F8CBAD"),
        (Verdict.NOT_FOUND, "", "F8CBAD"),
    ],
)
def test_a_colour_never_promises_more_than_the_check(verdict: Verdict, note: str, tone: str) -> None:
    grid = Grid((Column(Field("f"), "f"),))
    answer = FieldAnswer(
        "f", Stated.STATED, "v", (cite(verdict=Verdict.VERBATIM), cite(verdict=verdict)), note=note
    )
    cell = workbook(Row("u", RowStatus.COMPLETE, (answer,)), grid=grid)["Grid"]["D2"]
    assert cell.fill.fgColor.rgb[-6:] == tone


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_is_ever_a_formula(text: str) -> None:
    book = workbook(row(text, unit=text))
    for sheet in book:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f", cell.value
                if cell.comment:
                    assert len(cell.comment.text) <= 32_767
    for line in as_csv(row(text, unit=text)):
        for value in line:
            assert value.lstrip(" \u00a0")[:1] not in tuple("=+@\t\r＝＋－＠"), value
            assert not value.startswith("-"), value


def test_a_negative_number_stays_a_number_in_csv() -> None:
    grid = Grid((Column(Field("n"), "n"),))
    answer = FieldAnswer("n", Stated.STATED, Decimal("-5"), (cite(),))
    target = io.StringIO()
    write_csv(target, grid, [Row("u", RowStatus.COMPLETE, (answer,))], RECEIPT)
    assert next(csv.DictReader(io.StringIO(target.getvalue())))["n"] == "-5"


def test_a_text_too_long_for_a_cell_says_so() -> None:
    cell = workbook(row("y" * 50_000))["Grid"]["D2"]
    assert len(cell.value) == 32_767
    assert cell.value.endswith("The .jsonl output has all of it.)")


def test_what_is_not_complete_is_listed_at_the_end() -> None:
    book = workbook(row("the reason"), Row("b.pdf", RowStatus.FAILED, error="It is broken."))
    lines = [[cell for cell in line if cell] for line in book["Receipt"].iter_rows(values_only=True)]
    at = next(place for place, line in enumerate(lines) if line and "Incomplete units: 2" in str(line[0]))
    assert lines[at + 1 :] == [["partial", "a.pdf", "the reason"], ["failed", "b.pdf", "It is broken."]]
    assert [line[2] for line in book["Documents"].iter_rows(min_row=2, values_only=True)] == ["a" * 64]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_formats_are_inert(text: str) -> None:
    target = io.StringIO()
    write_json_lines(target, GRID, [row(text, unit=text)], RECEIPT)
    (line,) = target.getvalue().splitlines()
    line.encode("utf-8")
    assert not set(line) & set("\x1b\x00\u202e")
    assert json.loads(line)["unit"] == text
    target = io.StringIO()
    write_markdown(target, GRID, [row(text, unit=text)], RECEIPT)
    shown = target.getvalue()
    shown.encode("utf-8")
    assert "<script>" not in shown and not set(shown) & set("\x1b\x00\u202e")
    table = [line for line in shown.splitlines() if line.startswith("| text |")]
    assert len(table) == 1


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl", "md"])
def test_every_format_holds_the_run(tmp_path: Path, go: Go, suffix: str) -> None:
    paths = write_contracts(tmp_path / "c", 2)
    paths.append(tmp_path / "empty.txt")
    paths[2].write_text("", encoding="utf-8")
    go(paths, f"deep/out.{suffix}", questions=["Who are the parties?", "=1+1"])
    output = tmp_path / "deep" / f"out.{suffix}"
    assert [path.name for path in output.parent.iterdir()] == [output.name]
    if suffix == "jsonl":
        lines = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
        assert [line["status"] for line in lines] == ["complete", "complete", "failed"]
        assert lines[0]["Who are the parties?__verdict"] in ("verbatim", "normalized")
        assert lines[2]["Who are the parties?"] == "INCOMPLETE" and "empty" in lines[2]["error"]
    if suffix == "csv":
        lines = list(csv.DictReader(output.open(encoding="utf-8", newline="")))
        assert [line["path"] for line in lines] == [str(path) for path in paths]
        assert [line["unit"] for line in lines] == ["c/contract-0001.txt", "c/contract-0002.txt", "empty.txt"]
        assert [line["reader"] for line in lines] == ["extractive", "extractive", ""]
        assert "'=1+1" in lines[0]
    if suffix == "md":
        assert "## Incomplete units" in output.read_text(encoding="utf-8")


def test_an_output_that_cannot_be_written_is_said_before_anything_is_asked(tmp_path: Path, go: Go) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    paths = write_contracts(tmp_path / "c", 1)
    with pytest.raises(UsageError, match="Cannot write"):
        go(paths, "file/out.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        go(paths, "folder.csv")
    assert go(paths, "other.csv").ended.tally.reused == 0, "nothing was asked before"


def test_a_table_that_fails_half_way_leaves_the_old_one(
    tmp_path: Path, go: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = write_contracts(tmp_path / "c", 2)
    go(paths)
    before = (tmp_path / "out.csv").read_bytes()
    from docanalyst.exporters import spreadsheet

    def full(*arguments: Any) -> None:
        arguments[0].write("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spreadsheet, "write_csv", full)
    with pytest.raises(UsageError, match="No space left"):
        go(paths)
    assert (tmp_path / "out.csv").read_bytes() == before
    assert not list(tmp_path.glob(".docanalyst-*"))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("localc") is None, reason="LibreOffice Calc is not installed")
def test_libreoffice_opens_it_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "grid.xlsx"
    with path.open("wb") as target:
        write_xlsx(target, GRID, [row(text, unit=text) for text in HOSTILE], RECEIPT)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/office"]
    convert = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,1"
    subprocess.run(
        [*command, "--convert-to", convert, "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (made,) = tmp_path.glob("grid*.csv")
    lines = list(csv.DictReader(made.open(encoding="utf-8", newline="")))
    assert len(lines) == len(HOSTILE)
    assert lines[0]["unit"] == HOSTILE[0]
    assert lines[1]["unit"] == "+1+2" and lines[2]["text"] == "-2+3"
    assert lines[0]["rent"] == "USD 4,500.00 per month" and lines[0]["start"] == "2020-03-01"
