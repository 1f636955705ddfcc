"""Exports and re-checks of kept sessions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader
from support import SAMPLES, Cli

QUESTION = "How long do the duties of the Recipient continue?"


@pytest.fixture
def asked(cli: Cli, tmp_path: Path) -> tuple[str, Path]:
    """A kept session over a copy of a sample: its id, and the copy."""
    copy = tmp_path / "nda.pdf"
    shutil.copy(SAMPLES / "mutual-nda.pdf", copy)
    return cli("ask", copy, "-q", QUESTION, "--json").json["session_id"], copy


@pytest.mark.parametrize("suffix", ["md", "html", "json", "jsonl", "pdf"])
def test_a_session_is_written_whole(cli: Cli, asked: tuple[str, Path], tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"out.{suffix}"
    ran = cli("sessions", "export", asked[0], "-o", target)
    assert (ran.code, ran.out) == (0, "")
    assert target.stat().st_size > 1_000
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []
    if suffix in ("md", "html"):
        assert QUESTION in target.read_text(encoding="utf-8")


def test_what_a_highlighted_export_leaves_out_is_named(cli: Cli, tmp_path: Path) -> None:
    copy, notes = tmp_path / "nda.pdf", tmp_path / "notes.txt"
    shutil.copy(SAMPLES / "mutual-nda.pdf", copy)
    notes.write_text("The duties of the Recipient continue for nine years.", encoding="utf-8")
    session = cli("ask", copy, notes, "-q", QUESTION, "--json").json["session_id"]
    ran = cli("sessions", "export", session, "-o", tmp_path / "marked.pdf")
    assert (ran.code, ran.out) == (0, "")
    assert "notes.txt is not a PDF, so no highlighted copy was made." in ran.err
    copy.unlink()
    gone = cli("sessions", "export", session, "-o", tmp_path / "again.pdf")
    assert gone.code == 2
    assert "nothing to highlight" in gone.err


def test_the_exported_pdf_is_highlighted_where_the_quotes_stand(
    cli: Cli, asked: tuple[str, Path], tmp_path: Path
) -> None:
    turn = cli("sessions", "show", asked[0], "--json").json["turns"][0]
    pages = {citation["found_page"] for citation in turn["citations"]}
    cli("sessions", "export", asked[0], "-o", tmp_path / "marked.pdf")
    reader = PdfReader(tmp_path / "marked.pdf")
    marked = {number for number, page in enumerate(reader.pages, 1) if "/Annots" in page}
    assert pages <= marked


def test_an_export_is_taken_back_exactly(cli: Cli, asked: tuple[str, Path], tmp_path: Path) -> None:
    for suffix in ("json", "jsonl"):
        target = tmp_path / f"session.{suffix}"
        cli("sessions", "export", asked[0], "-o", target)
        elsewhere = ("--data-dir", tmp_path / f"store-{suffix}")
        assert cli("sessions", "import", target, *elsewhere).code == 0
        before = cli("sessions", "show", asked[0], "--json").json
        after = cli("sessions", "show", asked[0], "--json", *elsewhere).json
        assert after == before


def test_a_session_is_checked_again(cli: Cli, asked: tuple[str, Path]) -> None:
    checked = cli("sessions", "verify", asked[0], "--json").json
    assert [file["state"] for file in checked["files"]] == ["same"]
    assert all(turn["changed"] == [] for turn in checked["turns"])
    assert cli("sessions", "verify", asked[0], "--current", "--strict").code == 0


def test_a_file_that_changed_is_found_out(cli: Cli, asked: tuple[str, Path], tmp_path: Path) -> None:
    session, copy = asked
    shutil.copy(SAMPLES / "first-amendment.pdf", copy)
    assert cli("sessions", "verify", session, "--strict").code == 0
    current = cli("sessions", "verify", session, "--current", "--json")
    assert current.json["files"][0]["state"] == "changed"
    assert current.json["turns"][0]["changed"] != []
    assert cli("sessions", "verify", session, "--current", "--strict").code == 7
    ran = cli("sessions", "export", session, "-o", tmp_path / "out.html")
    assert "changed" in ran.err
    copy.unlink()
    assert cli("sessions", "verify", session, "--json").json["files"][0]["state"] == "missing"
    again = cli("ask", "--session", session, "-q", "Which law governs?", "--json").json
    assert again["session_id"] == session
    assert again["citations"]


def test_an_unknown_format_lists_what_exists(cli: Cli, asked: tuple[str, Path], tmp_path: Path) -> None:
    ran = cli("sessions", "export", asked[0], "-o", tmp_path / "out.rtf")
    assert ran.code == 2
    assert ".html" in ran.err


def test_a_brief_that_we_did_not_write_is_checked(cli: Cli, tmp_path: Path) -> None:
    page = cli("read", SAMPLES / "mutual-nda.pdf", "--page", "3", "--json").json["pages"][0]["text"]
    words = page.split()
    true = " ".join(words[40:56])
    brief = tmp_path / "brief.md"
    false = "The Recipient may sell all of the secrets to anyone it likes."
    brief.write_text(f"The agreement says “{true}” and also “{false}”\n", encoding="utf-8")
    ran = cli("verify", SAMPLES / "mutual-nda.pdf", "--answer", brief, "--json")
    assert [row["verdict"] in ("verbatim", "normalized") for row in ran.lines] == [True, False]
    assert cli("verify", SAMPLES / "mutual-nda.pdf", "--answer", brief, "--strict").code == 7
    assert json.loads(ran.out.splitlines()[0])["found_page"] == 3
    report = tmp_path / "report.html"
    assert cli("verify", SAMPLES / "mutual-nda.pdf", "--answer", brief, "-o", report).code == 0
    page_ = report.read_text(encoding="utf-8")
    assert "1 of 2 quotations verified" in page_
    assert "data:image/png;base64," in page_


def test_a_brief_in_word_is_checked(cli: Cli, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx", reason="the extra `office` is not installed")
    words = "If the two are not the same, this Agreement prevails."
    document = docx.Document()
    document.add_paragraph(f"Counsel writes: “{words}”")
    document.save(str(tmp_path / "brief.docx"))
    source = tmp_path / "source.txt"
    source.write_text(f"Preamble.\n\n{words}\n", encoding="utf-8")
    row = cli("verify", source, "--answer", tmp_path / "brief.docx", "--json").json
    assert row["verdict"] == "verbatim"
    (tmp_path / "fake.docx").write_text("no", encoding="utf-8")
    assert cli("verify", source, "--answer", tmp_path / "fake.docx").code == 3


def test_a_session_goes_on_from_stored_pages_or_from_the_file_as_it_is_now(
    cli: Cli, asked: tuple[str, Path]
) -> None:
    session, copy = asked
    shutil.copy(SAMPLES / "first-amendment.pdf", copy)
    stored = cli("ask", "--session", session, "-q", "Which law governs?", "--json")
    assert "has changed since it was read" in stored.err
    assert stored.json["receipt"]["documents"][0]["pages"] == 5
    reread = cli("ask", "--session", session, "-q", "Which law governs?", "--reread", "--json")
    assert reread.json["receipt"]["documents"][0]["pages"] == 3


def test_a_fork_leaves_what_came_after(cli: Cli, asked: tuple[str, Path]) -> None:
    session, _ = asked
    first = cli("sessions", "show", session, "--json").json["turns"][0]
    second = cli("ask", "--continue", "-q", "Which law governs?", "--json").json
    fork = cli("ask", "--fork", first["turn_id"], "-q", "Who are the parties?", "--json").json
    assert second["parent_id"] == fork["parent_id"] == first["turn_id"]
    turns = cli("sessions", "show", session, "--json").json["turns"]
    assert [turn["turn_id"] for turn in turns] == [first["turn_id"], second["turn_id"], fork["turn_id"]]
    assert cli("ask", "--fork", "zzz", "-q", "Why?").code == 2
