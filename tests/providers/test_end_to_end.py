"""Faults as a user meets them: exit code, words, what is stored, and the key nowhere."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import CANARY
from provider_server import Answer, Server, error_answer, frame, serving
from wires import answering, error_frame, stream_of

from docanalyst.cli.app import run


@contextmanager
def running(*answers: Answer) -> Iterator[Server]:
    """A server in a thread of its own."""
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    found: list[Server] = []

    async def main() -> None:
        async with serving(*answers) as server:
            found.append(server)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(main()))
    thread.start()
    ready.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def refusal(status: int, message: str, code: str = "", **headers: str) -> Answer:
    return error_answer(status, {"error": {"message": f"{message} {CANARY}", "code": code}}, **headers)


def partial(*more: bytes, **fields: Any) -> Answer:
    return answering("openai", *stream_of("openai", ["It ends"], end=False), *more, **fields)


# name: answers, exit code, words on stderr, status of the turn, its answer, requests
FAULTS: dict[str, tuple[list[Answer], int, str, str, str, int]] = {
    "401": ([refusal(401, "Incorrect API key provided:")], 5, "does not accept the key", "failed", "", 1),
    "402": ([refusal(402, "no credit")], 5, "credit", "failed", "", 1),
    "404": ([refusal(404, "gone", "model_not_found")], 5, "does not serve", "failed", "", 1),
    "413": ([refusal(413, "Limit 8000, Requested 9000")], 5, "Limit 8000, Requested 9000", "failed", "", 1),
    "overflow": ([refusal(400, "too long", "context_length_exceeded")], 5, "does not fit", "failed", "", 1),
    "429": ([refusal(429, "slow down", retry_after="0")], 5, "is limiting requests", "failed", "", 3),
    "503": ([refusal(503, "busy", retry_after="0")], 5, "failed (HTTP 503)", "failed", "", 3),
    "cut": ([partial(cut=True)], 5, "broke", "interrupted", "It ends", 1),
    "ended early": ([partial()], 5, "broke off", "interrupted", "It ends", 1),
    "malformed": ([partial(frame("{"))], 5, "not JSON", "interrupted", "It ends", 1),
    "an error event": (
        [partial(error_frame("openai", f"overloaded {CANARY}", "x"))],
        5,
        "overloaded",
        "interrupted",
        "It ends",
        1,
    ),
    "a page": (
        [Answer([f"<html><title>Sign in {CANARY}</title>".encode()], content_type="text/html")],
        5,
        "Sign in",
        "failed",
        "",
        1,
    ),
    "length": (
        [answering("openai", *stream_of("openai", ["It ends"], finish="length"))],
        0,
        "",
        "truncated",
        "It ends",
        1,
    ),
}


@pytest.fixture
def lease(tmp_path: Path) -> Path:
    path = tmp_path / "lease.txt"
    path.write_text("LEASE\n\nIt ends on 1 May 2030, unless it is renewed.\n")
    return path


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_on_the_command_line(
    name: str,
    lease: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    answers, code, words, status, answer, requests = FAULTS[name]
    monkeypatch.setenv("GROQ_API_KEY", CANARY)
    with running(*answers) as server:
        monkeypatch.setenv("DOCANALYST_GROQ_BASE_URL", server.url + "/openai/v1")
        ended = run(
            ["ask", str(lease), "-q", "When does it end?", "--provider", "groq", "--yes", "--verbose"]
        )
    shown = capfd.readouterr()
    assert ended == code
    assert words in shown.err
    assert len(server.seen) == requests
    assert "Traceback" not in shown.out + shown.err

    data = tmp_path / "data"
    with sqlite3.connect(data / "docanalyst.db") as store:
        rows = store.execute("select status, answer, error from turns").fetchall()
    store.close()
    assert [(row[0], row[1]) for row in rows] == [(status, answer)]
    assert bool(rows[0][2]) is (code == 5)

    export = tmp_path / "out.json"
    sessions = run(["sessions", "list", "--json"])
    listed = capfd.readouterr().out
    assert sessions == 0
    session = json.loads(listed)[0]["id"]
    run(["sessions", "export", session, "-o", str(export)])
    exported = capfd.readouterr()
    texts = [*shown, listed, *exported, caplog.text]
    for path in tmp_path.rglob("*"):
        if path.is_file():
            texts.append(path.read_bytes().decode("utf-8", "replace"))
    assert not [text for text in texts if CANARY in text]


def test_the_key_is_in_no_error_as_json(
    lease: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", CANARY)
    with running(refusal(401, "Incorrect API key provided:")) as server:
        monkeypatch.setenv("DOCANALYST_GROQ_BASE_URL", server.url + "/openai/v1")
        assert run(["ask", str(lease), "-q", "When?", "--provider", "groq", "--yes", "--json"]) == 5
        asked = capfd.readouterr()
        assert run(["models", "--provider", "groq", "--json"]) == 0
        run(["doctor"])
    others = capfd.readouterr()
    error = json.loads(asked.out.splitlines()[-1])["error"]
    assert (error["kind"], error["exit_code"], error["provider"]) == ("authentication", 5, "groq")
    assert not [text for text in (*asked, *others) if CANARY in text]
