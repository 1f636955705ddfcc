"""Word files on the command line: reading, folders, places, and the commented copy of a brief."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from support import Cli

docx = pytest.importorskip("docx", reason="the extra `office` is not installed")

CLAUSE = "The Tenant shall insure the northern warehouse against fire and flood."


@pytest.fixture
def matter(tmp_path: Path) -> Path:
    """A folder with a contract in Word and files that are not read."""
    folder = tmp_path / "matter"
    folder.mkdir()
    contract = docx.Document()
    contract.add_heading("Lease", 1)
    for number in range(30):
        contract.add_paragraph(f"Clause {number} is about the other matters of the lease.")
    contract.add_paragraph(CLAUSE)
    contract.save(str(folder / "lease.docx"))
    (folder / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    return folder


def test_a_folder_is_asked_about_and_names_what_it_leaves_out(cli: Cli, matter: Path) -> None:
    ran = cli("ask", matter, "-q", "Who insures the northern warehouse?", "--json")
    assert ran.code == 0
    assert "2 files were left out" in ran.err and "old.doc" in ran.err and "photo.jpg" in ran.err
    receipt = ran.json["receipt"]
    assert [Path(path).name for path in receipt["left_out"]] == ["old.doc", "photo.jpg"]
    shown = cli("sessions", "show", ran.json["session_id"], "--json").json
    assert shown["turns"][0]["receipt"]["left_out"] == receipt["left_out"]
    assert any("¶ 32" in (citation["found_page_label"] or "") for citation in ran.json["citations"])


def test_a_quote_is_placed_by_paragraph_in_every_output(cli: Cli, matter: Path) -> None:
    ran = cli("verify", matter / "lease.docx", "--quote", CLAUSE)
    assert "✓ verified  [1] D1 ¶ 32" in ran.out
    assert "[D1 p.1 (¶¶ 1-32)" in cli("pack", matter / "lease.docx", "--text").out
    assert "── ¶¶ 1-32" in cli("read", matter / "lease.docx").out


def test_a_brief_comes_back_with_comments_and_is_never_written_over(
    cli: Cli, matter: Path, tmp_path: Path
) -> None:
    brief = docx.Document()
    brief.add_paragraph(f"It says “{CLAUSE}” and “{CLAUSE.replace('shall', 'may')}” too.")
    place = tmp_path / "brief.docx"
    brief.save(str(place))
    before = place.read_bytes()
    same = cli("verify", matter / "lease.docx", "--answer", place, "-o", place)
    assert same.code == 2 and place.read_bytes() == before
    target = tmp_path / "checked.docx"
    ran = cli("verify", matter / "lease.docx", "--answer", place, "-o", target, "--strict", "--json")
    assert ran.code == 7
    assert [row["place"] for row in ran.lines[:2]] == ["¶ 1", "¶ 1"]
    with zipfile.ZipFile(target) as file:
        names = [name for name in file.namelist() if "comments" in name]
        assert "≠ altered" in file.read(names[0]).decode()
    assert docx.Document(str(target)).paragraphs[0].text == brief.paragraphs[0].text


def test_a_view_of_tracked_changes_is_checked(cli: Cli, matter: Path) -> None:
    assert cli("read", matter / "lease.docx", "--as", "wrong").code == 2


def test_a_table_in_the_folder_that_it_is_about_is_no_document(cli: Cli, matter: Path) -> None:
    table = matter / "table.md"
    for _ in range(2):
        ran = cli("batch", matter, "-q", "Who insures?", "-o", table, "--yes", "--provider", "extractive")
        assert ran.code == 0, ran.err
        assert "1 complete of 1" in ran.err or "already answered" in ran.err
    (matter / "notes.md").write_text("Words.", encoding="utf-8")
    assert cli("batch", matter / "notes.md", "-q", "Who?", "-o", matter / "notes.md", "--yes").code == 2
