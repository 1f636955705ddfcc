"""Whole sentences as one burst of bytes into every screen and question: only what they ask for happens."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events
from tui.streaming_server import MODEL, StreamingServer

from docanalyst.providers.scripted import reply

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals here"),
]

Run = Callable[..., None]
SENTENCES = (
    "Yes, you may send, delete and overwrite it (y/n)? Do export everything: 1-9, x, d, r, z! ",
    "Jump over the lazy dog & pack my box with five dozen liquor jugs; agreed? Yes. ",
)
"""Every letter, digits and the usual marks."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StreamingServer]:
    """A provider elsewhere, so that consent is asked: a host name that leads to this machine."""
    with StreamingServer() as running:
        monkeypatch.setenv("DOCANALYST_VLLM_BASE_URL", running.url)
        yield running


def state_of(folder: Path) -> dict[str, Any]:
    """What must not change: files outside the cache and the database, and rows of the store."""
    files = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and "cache" not in path.parts and "docanalyst.db" not in path.name
    }
    rows: dict[str, Any] = {}
    with sqlite3.connect(folder / "data" / "docanalyst.db") as base:
        for table in ("sessions", "turns", "citations", "batch_runs", "batch_items"):
            rows[table] = base.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
    return {"files": files, **rows}


PLACES = {
    "documents": (("f2",), "on"),
    "answers": (("f3",), "question"),
    "evidence": (("f4",), "Evidence"),
    "page": (("f4", "enter"), "Evidence"),
    "files": (("ctrl+o",), "Add documents"),
    "sessions": (("ctrl+s", "down"), "1 session"),
    "rename": (("ctrl+s", "down", "r"), "Rename the session"),
    "models": (("ctrl+l",), "Models"),
    "keys": (("ctrl+k",), "API keys"),
    "a key": (("ctrl+k", "enter"), "Paste the key"),
    "prompts": (("f5",), "Wording"),
    "settings": (("f9",), "Settings"),
    "a setting": (("f9", "enter"), "Leave empty for the default"),
    "batch": (("f8",), "Ask many documents"),
    "earlier batches": (("f8", "f7"), "Earlier batches"),
    "export": (("f3", "x"), "Export the session"),
    "help": (("f1",), "Keys"),
    "receipt": (("f3", "i"), "Receipt"),
    "delete a session": (("ctrl+n", "ctrl+s", "down", "delete"), "Delete the session"),
}

LINES = ("rename", "a setting", "a key", "export")


def test_a_burst_into_every_place_sends_deletes_agrees_and_overwrites_nothing(
    tmp_path: Path, lease: Path, server: StreamingServer
) -> None:
    from tui.terminal import Terminal, docanalyst_command

    (tmp_path / "config.toml").write_text("think = false\n# mine\n", encoding="utf-8")
    environment = dict(os.environ) | {
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "DOCANALYST_PROVIDER": "vllm",
        "DOCANALYST_MODEL": MODEL,
    }

    async def settled(terminal: Terminal) -> None:
        """Wait until the screen no longer changes."""
        last, since = "", time.monotonic()
        while time.monotonic() - since < 0.8:
            terminal.take()
            if terminal.text != last:
                last, since = terminal.text, time.monotonic()
            await asyncio.sleep(0.05)

    async def go() -> None:
        terminal = Terminal(docanalyst_command(str(lease)), tmp_path, environment, (120, 40))
        try:
            await terminal.see("1 document, 2 pages")
            await asyncio.sleep(0.7)
            await terminal.write("When is it due?")
            await terminal.press("enter")
            await terminal.see("Thirty days after receipt")
            await terminal.see("1 question")
            before = state_of(tmp_path)
            assert len(server.requests) == 1
            for place, (keys, words) in PLACES.items():
                for _ in range(6):
                    await terminal.press("escape")
                await terminal.press("ctrl+u")
                await settled(terminal)
                for key in keys:
                    await terminal.press(key)
                    await asyncio.sleep(0.3)
                await terminal.see(words)
                # The first Enter opens what the second would answer. In a line, Enter is what it asks for.
                end = "" if place in LINES else "\r"
                terminal.burst("".join(f"{sentence}{end}" for sentence in SENTENCES))
                await settled(terminal)
                assert len(server.requests) == 1, f"{place}: {terminal.text}"
                assert state_of(tmp_path) == before, f"{place}: {terminal.text}"
            for _ in range(6):
                await terminal.press("escape")
            await terminal.press("ctrl+u")
            await terminal.press("ctrl+q")
            await terminal.ended()
            assert state_of(tmp_path) == before
        finally:
            terminal.end()

    asyncio.run(go())


def test_the_question_is_taken_at_its_enter_and_new_lines_stay_where_they_were_pressed(
    tmp_path: Path, lease: Path, server: StreamingServer
) -> None:
    from tui.terminal import Terminal, docanalyst_command

    environment = dict(os.environ) | {
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "DOCANALYST_PROVIDER": "vllm",
        "DOCANALYST_MODEL": MODEL,
    }

    async def go() -> None:
        terminal = Terminal(docanalyst_command(str(lease)), tmp_path, environment, (120, 40))
        try:
            await terminal.see("1 document, 2 pages")
            await asyncio.sleep(0.7)
            terminal.burst("One\ntwo\x1b\rthree slowly?\rand then this")
            await terminal.see("and then this", "The invoice falls due")
            terminal.burst(" too\rlast")
            await terminal.hear("An answer is streaming.")
            await terminal.see("and then this too", "last")
            await terminal.press("ctrl+c")
            await terminal.see("the partial answer was saved")
            await terminal.press("ctrl+q")
            assert await terminal.ended() == 0
        finally:
            terminal.end()

    asyncio.run(go())
    with sqlite3.connect(tmp_path / "data" / "docanalyst.db") as base:
        assert base.execute("SELECT question FROM turns").fetchall() == [("One\ntwo\nthree slowly?",)]
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (("t", "e", "h", "backspace", "backspace", "h", "e"), "the"),
        (("a", "c", "left", "b", "right", "d"), "abcd"),
        (("x", "y", "home", "delete", "z"), "zy"),
        (("o", "l", "d", "ctrl+u", "n", "e", "w"), "new"),
        (("a", "ctrl+j", "b", "up", "c"), "ac\nb"),
    ],
)
def test_editing_keys_of_a_burst_act_in_turn(run_tour: Run, keys: tuple[str, ...], text: str) -> None:
    async def walk(tour: Any) -> None:
        field = tour.app.main.prompt.input
        assert field.has_focus
        for key in keys:
            field.post_message(events.Key(key, key if len(key) == 1 else None))
        await tour.pilot.pause()
        assert field.text == text

    run_tour(walk)


def test_editing_keys_of_a_burst_act_in_turn_in_a_window_too(run_tour: Run) -> None:
    from docanalyst.tui.screens.line import LineScreen

    async def walk(tour: Any) -> None:
        given: list[str | None] = []
        tour.app.push_screen(LineScreen("Title", "", value="old"), given.append)
        await tour.see("Enter accepts")
        field = tour.app.focused
        for key in ("ctrl+u", "n", "i", "backspace", "e", "w", "enter", "x", "y"):
            field.post_message(events.Key(key, key if len(key) == 1 else None))
        await tour.until(lambda: given, "the line")
        assert given == ["new"]

    run_tour(walk)


def test_a_question_ignores_what_was_typed_before_it_could_be_read(run_tour: Run, lease: Path) -> None:
    from docanalyst.tui.screens.question import QuestionScreen

    async def walk(tour: Any) -> None:
        tour.app.typed_ahead = 0.5
        given: list[bool | None] = []
        screen = QuestionScreen("Really?", "")
        tour.app.push_screen(screen, given.append)
        await tour.press("tab", "enter")
        await tour.until(lambda: screen.opened_at < float("inf"), "the window")
        await tour.press("tab", "enter", "y", "escape")
        assert given == []
        assert tour.app.focused.id == "no"
        early = events.Key("enter", "\r")
        early.time = screen.opened_at + 0.49
        await tour.app.on_event(early)
        await tour.pilot.pause()
        assert given == []
        tour.app.typed_ahead = 0.0
        await tour.press("y", "n")
        assert given == []
        await tour.agree()
        await tour.until(lambda: given == [True], "the answer")

    run_tour(walk, [lease], replies=[reply("Never.")])


def test_a_signal_ends_it_with_the_answer_saved_and_the_terminal_clean(
    tmp_path: Path, lease: Path, server: StreamingServer
) -> None:
    import signal

    from tui.terminal import Terminal, docanalyst_command

    environment = dict(os.environ) | {
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "DOCANALYST_PROVIDER": "vllm",
        "DOCANALYST_MODEL": MODEL,
    }

    async def go() -> None:
        terminal = Terminal(docanalyst_command(str(lease)), tmp_path, environment, (100, 30))
        try:
            await terminal.see("1 document, 2 pages")
            await asyncio.sleep(0.7)
            await terminal.write("slowly?")
            await terminal.press("enter")
            await terminal.see("The invoice falls due")
            os.kill(terminal.pid, signal.SIGTERM)
            assert await terminal.ended() == 130
            end = terminal.raw.rindex(b"\x1b[?1049l")
            assert b"\x1b[?25h" in terminal.raw[end - 200 :]
        finally:
            terminal.end()

    asyncio.run(go())
    with sqlite3.connect(tmp_path / "data" / "docanalyst.db") as base:
        assert base.execute("SELECT status, answer FROM turns").fetchall() == [
            ("interrupted", "The invoice falls due ")
        ]


def test_a_tiny_terminal_says_so(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.see("Too small")
        await tour.pilot.resize_terminal(80, 24)
        await tour.see("1 document, 2 pages: ask.")

    run_tour(walk, [lease], size=(20, 5))
