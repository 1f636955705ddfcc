"""Ctrl-C and kill -9 at every stage: nothing that came in is lost, and what is said of it is true."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support import Cli

from docanalyst.domain.errors import StorageError

FIRST = "The rent is $4,500 a month."


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text("The Tenant shall pay rent of $4,500 per month.\n", encoding="utf-8")
    return path


def start(tmp_path: Path, note: Path, steps: list[dict[str, object]], *options: str) -> subprocess.Popen[str]:
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
            *options,
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
    assert "The partial answer was saved." in err
    (session,) = cli("sessions", "list", "--json").json
    assert f"docanalyst sessions show {session['session_id']}" in err
    (turn,) = cli("sessions", "show", session["session_id"], "--json").json["turns"]
    assert (turn["status"], turn["answer"]) == ("interrupted", FIRST)
    shown = cli("sessions", "show", session["session_id"])
    assert "(interrupted" in shown.out
    assert FIRST in shown.out


def test_ctrl_c_without_a_store_does_not_say_that_anything_is_saved(tmp_path: Path, note: Path) -> None:
    process = start(tmp_path, note, [{"answer": FIRST}, {"wait": 600, "answer": "never"}], "--no-store")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Nothing was saved" in err
    assert err.count("saved") == 1
    assert not (tmp_path / "data").exists()


def test_ctrl_c_while_documents_are_read_says_that_nothing_was_sent(
    cli: Cli, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("docanalyst.analyst.service.read_all", interrupted)
    ran = cli("ask", note, "-q", "What is the rent?")
    assert (ran.code, ran.out) == (130, "")
    assert ran.err.strip() == "Interrupted. Nothing was sent."
    error = cli("ask", note, "-q", "What is the rent?", "--json").json["error"]
    assert (error["kind"], error["exit_code"]) == ("interrupted", 130)
    assert cli("pack", note).err.strip() == "Interrupted."


def test_ctrl_c_between_two_questions_counts_what_is_saved(
    cli: Cli, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import docanalyst.cli.answering as module

    shown = module._show

    def show_and_stop(*arguments: object, **options: object) -> None:
        shown(*arguments, **options)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_show", show_and_stop)
    ran = cli("ask", note, "-q", "What is the rent?", "-q", "Who pays it?")
    assert ran.code == 130
    (session,) = cli("sessions", "list", "--json").json
    assert "Answers saved: 1." in ran.err
    assert session["session_id"] in ran.err.splitlines()[-1]
    (turn,) = cli("sessions", "show", session["session_id"], "--json").json["turns"]
    assert turn["status"] == "complete"


def test_ctrl_c_while_the_program_starts_is_no_traceback() -> None:
    code = (
        "import sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'click':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stop())\n"
        "from docanalyst.cli import main\n"
        "main(['--version'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")


def main_around(*run: str) -> subprocess.CompletedProcess[str]:
    """A process whose `main` runs these lines for its command."""
    body = "".join(f"    {row}\n" for row in run)
    code = (
        "import atexit, sys, threading, time\n"
        "import docanalyst.cli.app as app\n"
        f"def run(argv):\n{body}"
        "app.run = run\n"
        "from docanalyst.cli import main\n"
        "main([])\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )


def test_ctrl_c_does_not_wait_for_work_that_nobody_wants() -> None:
    done = main_around(
        "threading.Thread(target=threading.Event().wait).start()", "print('said', flush=False)", "return 130"
    )
    assert (done.returncode, done.stdout) == (130, "said\n")


def test_the_end_runs_what_was_registered_and_prints_all() -> None:
    done = main_around(
        "atexit.register(print, 'registered')",
        "print('x' * 1_000_000)",
        "print('to the side', file=sys.stderr, end='')",
        "return 4",
    )
    assert (done.returncode, done.stderr) == (4, "to the side")
    assert done.stdout == "x" * 1_000_000 + "\nregistered\n"


def test_the_end_waits_for_a_thread_that_is_at_work() -> None:
    done = main_around(
        "work = lambda: (time.sleep(0.3), print('done'))", "threading.Thread(target=work).start()", "return 0"
    )
    assert (done.returncode, done.stdout) == (0, "done\n")


def test_a_command_closes_the_store_at_its_end(tmp_path: Path, note: Path) -> None:
    ask = [sys.executable, "-m", "docanalyst", "ask", str(note), "-q", "What?", "--provider", "extractive"]
    subprocess.run([*ask, "--data-dir", str(tmp_path / "data")], check=True, capture_output=True)
    kept = {path.name for path in (tmp_path / "data").iterdir()}
    assert "docanalyst.db" in kept and not {name for name in kept if name.startswith("docanalyst.db-")}


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


def test_an_answer_that_the_store_could_not_take_is_in_it_later(cli: Cli, note: Path) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise StorageError("The disk is full.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("docanalyst.storage.archive.Turns.finish", full)
        ran = cli("ask", note, "-q", "What is the rent?", "--json")
    turn, error = ran.lines
    assert (ran.code, turn["status"]) == (6, "complete")
    assert "The answer was saved in" in error["error"]["message"]
    listed = cli("sessions", "list")
    assert "was recovered from an earlier run" in listed.err
    assert "was interrupted while" not in listed.err
    (kept,) = cli("sessions", "show", turn["session_id"], "--json").json["turns"]
    assert kept["answer"] == turn["answer"]
