"""Kept sessions: gone on with over other documents, from other folders, and over files that are odd."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from support import SAMPLES, Cli

from docanalyst.pdf.sandbox.process import end_idle

QUESTION = "How long do the duties of the Recipient continue?"
AMENDED = "What does the amendment change about the limit of liability?"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with two samples."""
    place = tmp_path / "matter"
    place.mkdir()
    for name in ("mutual-nda.pdf", "first-amendment.pdf"):
        shutil.copy(SAMPLES / name, place)
    # Processes that wait for work stand in the folder they were started in.
    end_idle()
    monkeypatch.chdir(place)
    return place


def documents_of(turn: dict[str, object]) -> list[str]:
    receipt = turn["receipt"]
    assert isinstance(receipt, dict)
    return [f"{item['path']}:{item['pages_sent']}" for item in receipt["documents"]]


def test_each_turn_is_checked_against_what_it_was_asked_over(cli: Cli, folder: Path) -> None:
    first = cli("ask", "mutual-nda.pdf", "-q", QUESTION, "--json").json
    ran = cli("ask", "--continue", "first-amendment.pdf", "-q", AMENDED, "--json")
    second = ran.json
    assert "the previous question was about mutual-nda.pdf; only the documents named now are sent" in ran.err
    third = cli("ask", "--continue", "mutual-nda.pdf:2", "-q", "Confidential Information", "--json").json
    assert first["session_id"] == second["session_id"] == third["session_id"]
    assert all(turn["citations"] for turn in (first, second, third))
    session = first["session_id"]
    for options in ((), ("--current",)):
        checked = cli("sessions", "verify", session, "--strict", "--json", *options)
        assert checked.code == 0
        assert [turn["changed"] for turn in checked.json["turns"]] == [[], [], []]
        assert {Path(item["path"]).name: item["state"] for item in checked.json["files"]} == {
            "mutual-nda.pdf": "same",
            "first-amendment.pdf": "same",
        }
    shown = cli("sessions", "show", session).out
    assert "(asked about D1 first-amendment.pdf)" in shown
    ran = cli("sessions", "export", session, "-o", "marked.pdf")
    assert ran.code == 0
    assert len(list(folder.glob("marked*.pdf"))) == 2


def test_a_follow_up_goes_on_over_the_documents_of_the_turn_before(cli: Cli, folder: Path) -> None:
    first = cli("ask", "mutual-nda.pdf", "-q", QUESTION, "--json").json
    cli("ask", "--continue", "first-amendment.pdf:1-2", "-q", AMENDED)
    third = cli("ask", "--continue", "-q", "Which limit?", "--json").json
    assert [Path(path).name for path in documents_of(third)] == ["first-amendment.pdf:1-2"]
    forked = cli("ask", "--fork", first["turn_id"], "-q", "Which law governs?", "--json").json
    assert [Path(path).name for path in documents_of(forked)] == ["mutual-nda.pdf:1-5"]
    again = cli("ask", "--continue", "--reread", "-q", "Which law?", "--json").json
    assert [Path(path).name for path in documents_of(again)] == ["mutual-nda.pdf:1-5"]


def test_files_are_found_again_from_another_folder(
    cli: Cli, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = cli("ask", "mutual-nda.pdf", "-q", QUESTION, "--json").json
    assert documents_of(turn) == ["mutual-nda.pdf:1-5"]
    end_idle()
    monkeypatch.chdir(tmp_path)
    checked = cli("sessions", "verify", turn["session_id"], "--current", "--strict", "--json")
    assert (checked.code, checked.json["files"][0]["state"]) == (0, "same")
    assert cli("sessions", "export", turn["session_id"], "-o", "marked.pdf").code == 0


@pytest.mark.parametrize(
    "name", ["two\nlines.txt", "bidi\u202etxt.fdp.txt", "[b]bold[red].txt", "-lead.txt", "合同 é.txt"]
)
def test_an_odd_name_is_read_kept_and_shown_on_one_line(cli: Cli, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("The Tenant shall pay rent of $4,500 per month.\n", encoding="utf-8")
    ran = cli("ask", path, "-q", "What is the rent?")
    assert ran.code == 0
    (line,) = [line for line in ran.out.splitlines() if "✓ verified" in line]
    shown = " ".join(name.replace("\u202e", "").split())
    assert f"[1] D1 p. 1, {shown}" in line
    (listed,) = cli("sessions", "list").out.splitlines()
    assert listed.endswith(f"({shown})")
    assert cli("pack", path).out.startswith(f"D1  {shown}")


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX alone")
def test_a_name_that_is_no_utf8_is_read_and_kept(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"b\xfccher.txt")
    try:
        path.write_bytes(b"The Tenant shall pay rent of $4,500 per month.\n")
    except OSError:
        pytest.skip("this file system takes no such name")
    turn = cli("ask", path, "-q", "What is the rent?", "--json").json
    assert turn["citations"][0]["verdict"] == "verbatim"
    assert turn["receipt"]["documents"][0]["path"].endswith("b\ufffdcher.txt")
    assert cli("sessions", "show", turn["session_id"]).code == 0


def test_what_was_renamed_and_deleted_is_data_too(cli: Cli) -> None:
    session = cli("ask", SAMPLES / "mutual-nda.pdf", "-q", QUESTION, "--json").json["session_id"]
    assert cli("sessions", "rename", session[:10], "Duties", "--json").json == {
        "id": session,
        "title": "Duties",
    }
    assert cli("sessions", "show", session, "--json").json["title"] == "Duties"
    assert cli("sessions", "delete", "--older-than", "1d", "--json").json == {"deleted": []}
    assert cli("sessions", "delete", session[:10], "--json").json == {"deleted": [session]}


def test_a_session_is_named_after_the_question_or_the_prompt(cli: Cli) -> None:
    cli("ask", SAMPLES / "mutual-nda.pdf", "-p", "nda-triage")
    cli("ask", SAMPLES / "mutual-nda.pdf", "-p", "nda-triage", "-q", "For\x1b[2J the  Recipient\u202e?")
    titles = [session["title"] for session in cli("sessions", "list", "--json").json]
    assert titles == ["For[2J the Recipient?", cli("prompts", "show", "nda-triage", "--json").json["title"]]
