"""Files with odd names and odd natures: one of them never ends a batch, nor breaks a table."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import socket
import sys
from pathlib import Path

import openpyxl
import pytest
from support import SAMPLES, Cli

from docanalyst.pdf.sandbox.process import end_idle

QUESTION = "Which law governs?"
OFFLINE = ("--provider", "extractive")
NAMES = (
    b"caf\xe9.txt", b"\xff\xfe\xfd.txt", b"=HYPERLINK(1).txt", b"+1.txt", b"@x.txt", b"new\nline.txt",
    b"esc\x1b[31mred.txt", b"[b]bold.txt", "rtl\u202efdp.txt".encode(), b'quote".txt', b"a'b.txt",
    b"tab\t.txt", b"caf\xe8.txt",
    b"l" * 240 + b".txt", b"1E5.txt", b"sub\\back.txt", b"%s%d.txt", b"**md**|x|.txt", b"<script>.txt",
    "\U0001f600 合同.txt".encode(), b"a:3-4 b.txt", b" lead.txt",
)  # fmt: skip
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="names that are not UTF-8")


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of files with odd names, each with a text of its own."""
    folder = tmp_path / "odd"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(f"This agreement number {number} is governed by the law of state {number}.".encode())
    end_idle()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl", "md"])
def test_odd_names_have_their_rows_in_every_table(cli: Cli, odd: Path, tmp_path: Path, kind: str) -> None:
    paths = [os.fsdecode(os.fsencode(odd) + b"/" + name) for name in NAMES]
    target = tmp_path / f"out.{kind}"
    for _ in range(2):
        ran = cli("batch", *paths, "-q", QUESTION, "-o", target, *OFFLINE)
        assert ran.code == 0, ran.err
        assert "\x1b" not in ran.err and "\u202e" not in ran.err
    if kind == "csv":
        rows = list(csv.reader(target.open(encoding="utf-8", newline="")))
        assert len(rows) == len(NAMES) + 1
        assert all(cell[:1] not in tuple("=+@\t") for row in rows for cell in row)
    if kind == "xlsx":
        cells = [cell for row in openpyxl.load_workbook(target)["Grid"].iter_rows() for cell in row]
        assert not any(cell.data_type == "f" for cell in cells)
        assert {"1E5.txt", "=HYPERLINK(1).txt"} <= {cell.value for cell in cells}
    if kind == "jsonl":
        lines = target.read_text(encoding="utf-8").splitlines()
        assert {json.loads(line)["status"] for line in lines} == {"complete"} and len(lines) == len(NAMES)
    assert not re.search("[\x1b\u202e]", target.read_bytes().decode("utf-8", "replace")) or kind == "xlsx"


def test_odd_names_are_asked_packed_read_and_exported(cli: Cli, odd: Path, tmp_path: Path) -> None:
    for name in NAMES[:3]:
        path = os.fsdecode(os.fsencode(odd) + b"/" + name)
        ran = cli("ask", path, "-q", QUESTION, "--json", *OFFLINE)
        assert ran.code == 0, ran.err
        assert cli("pack", path, "--json").code == 0 and cli("read", path, "--json").code == 0
        assert cli("verify", path, "--quote", "is governed by the law", "--json").code == 0
        session = ran.json["session_id"]
        assert cli("sessions", "show", session).code == 0
        assert cli("sessions", "export", session, "-o", tmp_path / f"{session}.html").code == 0
        assert cli("forget", path, "--yes").code == 0


def test_an_output_with_an_odd_name_is_written(cli: Cli, odd: Path) -> None:
    target = os.fsdecode(b"tabl\xe9.csv")
    for _ in range(2):
        assert cli("batch", SAMPLES / "mutual-nda.pdf", "-q", QUESTION, "-o", target, *OFFLINE).code == 0
    assert Path(target).is_file()


def test_what_is_no_file_in_a_folder_is_skipped(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    shutil.copy(SAMPLES / "mutual-nda.pdf", folder / "nda.pdf")
    os.mkfifo(folder / "pipe.pdf")
    (folder / "~$nda.pdf").write_bytes(b"\x05lock")
    (folder / "folder.pdf").mkdir()
    (folder / "empty.pdf").touch()
    (folder / "gone.pdf").symlink_to("/nowhere.pdf")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket.pdf"))
    ran = cli("batch", folder, "-q", QUESTION, "-o", tmp_path / "out.jsonl", *OFFLINE)
    assert ran.code == 8
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {Path(line["unit"]).name: line["status"] for line in lines} == {
        "nda.pdf": "complete", "empty.pdf": "failed", "gone.pdf": "failed",
    }  # fmt: skip
    assert cli("ask", folder / "pipe.pdf", "-q", QUESTION, *OFFLINE).code == 3


@pytest.mark.parametrize("happening", ["vanishes", "grows", "becomes a folder", "is replaced"])
@pytest.mark.parametrize("moment", ["counted", "asked"])
def test_a_file_that_changes_while_a_batch_reads_it_ends_no_batch(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, happening: str, moment: str
) -> None:
    folder = tmp_path / "moving"
    folder.mkdir()
    for name in ("mutual-nda.pdf", "first-amendment.pdf"):
        shutil.copy(SAMPLES / name, folder)
    victim = folder / "first-amendment.pdf"

    def happen() -> None:
        if not victim.is_file():
            return
        if happening == "grows":
            with victim.open("ab") as file:
                file.write(b"more")
            return
        victim.unlink()
        if happening == "becomes a folder":
            victim.mkdir()
        elif happening == "is replaced":
            shutil.copy(SAMPLES / "services-agreement.pdf", victim)

    from docanalyst.batch import planning, runner

    module, name = (planning, "count_units") if moment == "counted" else (runner, "ask_unit")
    before = getattr(module, name)

    def then(*arguments: object, **options: object) -> object:
        happen()
        return before(*arguments, **options)

    monkeypatch.setattr(module, name, then)
    ran = cli("batch", folder, "-q", QUESTION, "-o", tmp_path / "out.jsonl", *OFFLINE)
    assert ran.code in (0, 8), ran.err
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    states = {Path(line["unit"]).name: line["status"] for line in lines}
    assert states["mutual-nda.pdf"] == "complete" and len(states) == 2
