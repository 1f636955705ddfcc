"""A rerun keeps what a reviewer added to a table, and loses nothing that a reviewer changed in it."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from support import SAMPLES, Cli, Ran

from docanalyst.pdf.sandbox.process import end_idle

QUESTIONS = ("How long do the duties of the Recipient continue?", "Which law governs?")
NAMES = ("mutual-nda.pdf", "first-amendment.pdf", "services-agreement.pdf")
Run = Callable[..., Ran]


@pytest.fixture
def run(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one batch over the contracts, or over those named, to a file."""
    folder = tmp_path / "matter"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(SAMPLES / name, folder)
    # Processes that wait for work stay in the folder they were started in.
    end_idle()
    monkeypatch.chdir(tmp_path)

    def call(
        target: str, *names: str, questions: tuple[str, ...] = QUESTIONS, options: tuple[str, ...] = ()
    ) -> Ran:
        asked = [part for question in questions for part in ("-q", question)]
        paths = [f"matter/{name}" for name in names] or ["matter"]
        ran = cli("batch", *paths, *asked, "-o", target, "--provider", "extractive", *options)
        assert ran.code == 0, ran.err
        return ran

    return call


def lines(path: Path, **options: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(path.open(encoding="utf-8-sig", newline=""), **options))


def review(path: Path, *, encoding: str = "utf-8", delimiter: str = ",") -> None:
    """Add columns to a CSV as a reviewer's program does: one among ours, one at the end, rows sorted."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow([head[0], "my view", *head[1:], "OK?"])
        for row in sorted(rows, reverse=True):
            writer.writerow([row[0], f"see {row[0]}", *row[1:], "=SUM(1;2)" if "nda" in row[0] else ""])


@pytest.mark.parametrize(
    "form", [{}, {"encoding": "utf-8-sig"}, {"encoding": "cp1252", "delimiter": ";"}], ids=str
)
def test_columns_of_a_reviewer_stay_in_csv(run: Run, tmp_path: Path, form: dict[str, str]) -> None:
    table = tmp_path / "table.csv"
    run("table.csv")
    before = lines(table)
    review(table, **form)
    run("table.csv")
    after = lines(table)
    assert [row["unit"] for row in after] == [row["unit"] for row in before]
    for old, new in zip(before, after, strict=True):
        assert new["my view"] == f"see {old['unit']}"
        assert new["OK?"] == ("=SUM(1;2)" if "nda" in old["unit"] else "")
        assert {name: new[name] for name in old if name != "seconds"} == {
            name: old[name] for name in old if name != "seconds"
        }
    assert list(tmp_path.glob("table.changed-*")) == []
    run("table.csv")
    assert lines(table) == after


def test_a_cell_of_ours_that_a_reviewer_changed_is_kept_in_a_copy(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    run("table.csv")
    rows = lines(table)
    rows[1][QUESTIONS[0]] = "five years, I say"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    changed = table.read_bytes()
    ran = run("table.csv")
    (copy,) = tmp_path.glob("table.changed-*.csv")
    assert copy.read_bytes() == changed and copy.name in ran.err
    assert copy.stat().st_mode & 0o777 == 0o600
    assert lines(table)[1][QUESTIONS[0]] != "five years, I say"
    run("table.csv")
    assert len(list(tmp_path.glob("table.changed-*"))) == 1


def test_rows_that_leave_the_table_are_kept_in_a_copy(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    run("table.csv")
    review(table)
    run("table.csv", NAMES[0])
    (row,) = lines(table)
    assert row["my view"] == "see mutual-nda.pdf"
    (copy,) = tmp_path.glob("table.changed-*.csv")
    assert len(lines(copy)) == 3


def test_a_table_of_somebody_else_is_refused_before_anything_is_asked(
    run: Run, cli: Cli, tmp_path: Path
) -> None:
    for name, text in (("a.csv", "unit,mine\nx,1\n"), ("b.xlsx", "no workbook"), ("c.csv", "")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        ran = cli("batch", "matter", "-q", "x?", "-o", name, "--provider", "extractive")
        assert ran.code == 2 and name in ran.err
        assert (tmp_path / name).read_text(encoding="utf-8") == text
    assert cli("batch", "status", "--json").json == []


def test_what_a_reviewer_adds_to_a_workbook_stays(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "table.xlsx"
    run("table.xlsx")
    book = openpyxl.load_workbook(table)
    grid, notes = book["Grid"], book["Review"]
    column = grid.max_column + 1
    grid.cell(1, column, "assessment")
    for row in range(2, grid.max_row + 1):
        grid.cell(row, column, f"seen {row}").fill = PatternFill("solid", fgColor="FFAA00")
    grid.cell(2, column).comment = Comment("call them", "me")
    grid.cell(3, column, "=1+1")
    names = [cell.value for cell in notes[1]]
    assert names[:7] == ["unit", "field", "value", "quote", "page", "verdict", "path"]
    decision, note = names.index("decision") + 1, names.index("note") + 1
    notes.cell(2, decision, "accept")
    notes.cell(5, note, "ask again")
    key = tuple(notes.cell(5, place).value for place in (1, 2))
    book.create_sheet("My sums")["B2"] = "=2*3"
    book.save(table)
    run("table.xlsx", *reversed(NAMES))
    book = openpyxl.load_workbook(table)
    grid, notes = book["Grid"], book["Review"]
    assert grid.cell(1, column).value == "assessment"
    units = {grid.cell(row, 1).value: grid.cell(row, column) for row in range(2, grid.max_row + 1)}
    before = ["first-amendment.pdf", "mutual-nda.pdf", "services-agreement.pdf"]
    assert [units[name].value for name in before] == ["seen 2", "=1+1", "seen 4"]
    assert units[before[0]].comment.text == "call them"
    assert units[before[0]].fill.fgColor.rgb[-6:] == "FFAA00"
    assert book["My sums"]["B2"].value == "=2*3"
    written = {
        (row[0].value, row[1].value): (row[decision - 1].value, row[note - 1].value)
        for row in notes.iter_rows(min_row=2)
    }
    assert written[key] == (None, "ask again")
    assert written[before[0], QUESTIONS[0]] == ("accept", None)
    assert list(tmp_path.glob("table.changed-*")) == []


def test_notes_on_cells_of_ours_in_a_workbook_are_kept_in_a_copy(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "table.xlsx"
    run("table.xlsx")
    book = openpyxl.load_workbook(table)
    book["Grid"]["D2"].fill = PatternFill("solid", fgColor="0000FF")
    book.save(table)
    run("table.xlsx")
    (copy,) = tmp_path.glob("table.changed-*.xlsx")
    assert openpyxl.load_workbook(copy)["Grid"]["D2"].fill.fgColor.rgb[-6:] == "0000FF"


def test_columns_of_other_questions_are_not_a_reviewers(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    run("table.csv")
    review(table)
    run("table.csv", questions=QUESTIONS[:1])
    assert QUESTIONS[1] not in lines(table)[0] and lines(table)[0]["my view"]
    assert len(list(tmp_path.glob("table.changed-*.csv"))) == 1


def test_a_csv_for_excel_begins_with_a_mark(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("csv_bom = true\n", encoding="utf-8")
    run("table.csv")
    assert (tmp_path / "table.csv").read_bytes().startswith(b"\xef\xbb\xbfunit,")
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    review(tmp_path / "table.csv")
    run("table.csv")
    assert (tmp_path / "table.csv").read_bytes().startswith(b"unit,")
