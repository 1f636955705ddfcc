"""Ctrl-C and kill -9 in the middle of an answer, in real processes: nothing that came in is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support import Cli

ASK = [sys.executable, "-m", "docanalyst", "ask"]
FIRST = "The rent is $4,500 a month."


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text("The Tenant shall pay rent of $4,500 per month.\n", encoding="utf-8")
    return path


def start(tmp_path: Path, note: Path, steps: list[dict[str, object]]) -> subprocess.Popen[str]:
    """A process that asks a scripted model, up to its first words on stdout."""
    script = tmp_path / "script.json"
    script.write_text(json.dumps([{"steps": steps}]), encoding="utf-8")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "docanalyst",
            "ask",
            str(note),
            "-q",
            "What is the rent?",
            "--provider",
            "scripted",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"DOCANALYST_SCRIPT": str(script)},
    )
    assert process.stdout is not None
    received = ""
    while FIRST not in received:
        piece = process.stdout.read(1)
        assert piece, process.stderr.read() if process.stderr else ""
        received += piece
    return process


def test_ctrl_c_keeps_what_came_in(cli: Cli, tmp_path: Path, note: Path) -> None:
    process = start(tmp_path, note, [{"answer": FIRST}, {"wait": 600, "answer": "never"}])
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "saved" in err
    (session,) = cli("sessions", "list", "--json").json
    (turn,) = cli("sessions", "show", session["session_id"], "--json").json["turns"]
    assert (turn["status"], turn["answer"]) == ("interrupted", FIRST)
    shown = cli("sessions", "show", session["session_id"])
    assert "(interrupted" in shown.out
    assert FIRST in shown.out


def test_kill_9_is_told_at_the_next_start_and_loses_nothing_saved(
    cli: Cli, tmp_path: Path, note: Path
) -> None:
    steps: list[dict[str, object]] = [{"answer": FIRST}, {"wait": 1.3, "answer": " Saved."}]
    process = start(tmp_path, note, [*steps, {"answer": " x"}, {"wait": 600, "answer": "never"}])
    assert process.stdout is not None
    received = ""
    while not received.endswith(" x"):
        received += process.stdout.read(1)
    process.kill()
    process.communicate(timeout=60)
    listed = cli("sessions", "list", "--json")
    (session,) = listed.json
    assert "What is the rent?" in listed.err
    assert session["session_id"] in listed.err
    (turn,) = cli("sessions", "show", session["session_id"], "--json").json["turns"]
    assert turn["status"] == "interrupted"
    assert turn["answer"].startswith(FIRST + " Saved.")
    assert "earlier run" not in cli("sessions", "list").err


def test_a_question_that_is_being_asked_is_not_taken_for_a_dead_one(
    cli: Cli, tmp_path: Path, note: Path
) -> None:
    process = start(tmp_path, note, [{"answer": FIRST}, {"wait": 600, "answer": "never"}])
    try:
        listed = cli("sessions", "list", "--json")
        assert "earlier run" not in listed.err
        (turn,) = cli("sessions", "show", listed.json[0]["session_id"], "--json").json["turns"]
        assert turn["status"] == "running"
    finally:
        process.kill()
        process.communicate(timeout=60)


def test_the_answer_streams_before_it_is_whole(tmp_path: Path, note: Path) -> None:
    process = start(tmp_path, note, [{"answer": FIRST}, {"wait": 600, "answer": "never"}])
    assert process.poll() is None
    process.kill()
    process.communicate(timeout=60)
