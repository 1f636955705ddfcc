"""The picture of a cited page: in terminals that show pictures, and in those that do not."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from docanalyst.analyst.documents.pictures import page_as_read
from docanalyst.domain.documents import Span
from docanalyst.domain.errors import DocumentError
from docanalyst.pdf import read_document
from docanalyst.tui.main.picture import Protocol, commands, protocol_of

QUOTE = "This Agreement is governed by the laws of the State of Delaware"


@pytest.fixture
def nda(samples: Path, tmp_path: Path) -> Path:
    """A copy of a sample."""
    return Path(shutil.copy(samples / "mutual-nda.pdf", tmp_path / "nda.pdf"))


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm-kitty"}, Protocol.KITTY),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "240500"}, Protocol.KITTY),
        ({"TERM_PROGRAM": "WezTerm"}, Protocol.ITERM),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, Protocol.ITERM),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-1000/default,1,0"}, None),
        ({"TERM": "xterm-256color"}, None),
        ({}, None),
    ],
)
def test_a_terminal_is_asked_only_for_what_it_can(environment: dict[str, str], expected: object) -> None:
    assert protocol_of(environment) is expected


def test_the_whole_picture_is_written_in_pieces_that_kitty_takes(nda: Path) -> None:
    document = read_document(nda)
    png = page_as_read(document, 1, [], 1.0)
    written = list(commands(Protocol.KITTY, png, 80, 20))
    pieces = [re.fullmatch(r"\x1b_G([^;]*);([A-Za-z0-9+/=]+)\x1b\\", command) for command in written]
    assert len(pieces) > 1 and all(piece and len(piece[2]) <= 4_096 for piece in pieces)
    assert base64.b64decode("".join(piece[2] for piece in pieces if piece)) == png
    assert [piece[1].endswith("m=1") for piece in pieces if piece] == [True] * (len(pieces) - 1) + [False]
    assert "r=20" in written[0] and "c=10" in next(commands(Protocol.KITTY, png, 10, 60))


def test_iterm_is_given_it_whole(nda: Path) -> None:
    png = page_as_read(read_document(nda), 1, [], 1.0)
    (written,) = commands(Protocol.ITERM, png, 80, 20)
    assert written.startswith("\x1b]1337;File=inline=1;") and f"size={len(png)}" in written
    assert base64.b64decode(written.partition(":")[2].removesuffix("\x07")) == png


def test_the_quoted_words_are_coloured(nda: Path) -> None:
    document = read_document(nda)
    page = next(page for page in document.pages if QUOTE in " ".join(page.text.split()))
    start = page.text.index("This Agreement is governed")
    marked = page_as_read(document, page.number, [Span(document.sha256, page.number, start, start + 40)], 1.0)
    assert marked != page_as_read(document, page.number, [], 1.0)


def test_a_file_that_changed_or_went_gives_no_picture(nda: Path, tmp_path: Path) -> None:
    document = read_document(nda)
    nda.write_bytes(nda.read_bytes() + b"\n")
    with pytest.raises(DocumentError, match="has changed"):
        page_as_read(document, 1, [], 1.0)
    nda.unlink()
    with pytest.raises(DocumentError, match="no longer"):
        page_as_read(document, 1, [], 1.0)
    text = tmp_path / "note.txt"
    text.write_text("A note.", encoding="utf-8")
    from docanalyst.analyst import Analyst

    with pytest.raises(DocumentError, match=r"note\.txt is not a PDF"):
        page_as_read(Analyst().read([str(text)])[0][0], 1, [], 1.0)


def test_v_says_what_to_do_where_there_are_no_pictures(
    run_tour: Callable[..., None], nda: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("KITTY_WINDOW_ID", "KONSOLE_VERSION", "TERM_PROGRAM", "LC_TERMINAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")

    async def walk(tour: Any) -> None:
        await tour.ask("Which law governs?")
        await tour.press("f4", "v")
        await tour.hear("This terminal cannot show pictures.")

    run_tour(walk, [nda], offline=True)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals here")
def test_v_shows_the_page_and_any_key_goes_back(nda: Path) -> None:
    from tui.terminal import Terminal, docanalyst_command

    environment = dict(os.environ) | {
        "TERM": "xterm-256color",
        "TERM_PROGRAM": "WezTerm",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    for name in ("TMUX", "STY", "KITTY_WINDOW_ID", "KONSOLE_VERSION"):
        environment.pop(name, None)

    async def walk(terminal: Terminal) -> None:
        await terminal.see("nda.pdf", "5 pages")
        await terminal.write("Which law governs?")
        await terminal.press("enter")
        await terminal.see("verified", "Delaware")
        await terminal.press("f4", "v")
        await terminal.see("nda.pdf, page 5 of 5", "Press any key to return.")
        assert "Which law governs?" not in terminal.text
        await terminal.press("x")
        await terminal.see("Which law governs?", "Evidence", "Delaware")
        await terminal.press("ctrl+q")
        assert await terminal.ended() == 0

    terminal = Terminal(docanalyst_command("nda.pdf"), nda.parent, environment, (140, 45))
    try:
        asyncio.run(walk(terminal))
    finally:
        terminal.end()
