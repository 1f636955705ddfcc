"""A day's work from a folder to going on the next day: once in the app itself, once in a real terminal."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from tui.streaming_server import BEGINNING, MODEL, StreamingServer

from docanalyst.analyst import Analyst
from docanalyst.domain.turns import Session, TurnStatus

pytestmark = pytest.mark.slow

QUESTION = "When must the Customer pay an invoice?"
SIZES = [(140, 45), (80, 24)]


class Hands(Protocol):
    """What a user does and meets, in the app itself or in a terminal.

    press, write: keys and text. see, gone: wait until words are on the screen, or no longer. hear: wait until
    words have been shown at any time, for messages that come and go. until: wait until a condition holds. All
    wait for states, never for a time.
    """

    @property
    def text(self) -> str: ...

    async def press(self, *keys: str) -> None: ...

    async def write(self, text: str) -> None: ...

    async def see(self, *words: str) -> None: ...

    async def gone(self, words: str) -> None: ...

    async def hear(self, *words: str) -> None: ...

    async def until(self, condition: Callable[[], object], why: str) -> None: ...


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StreamingServer]:
    """A provider that streams."""
    with StreamingServer() as server:
        monkeypatch.setenv("DOCANALYST_VLLM_BASE_URL", server.url)
        yield server


@pytest.fixture
def folder(tmp_path: Path, samples: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a folder of two PDFs."""
    papers = tmp_path / "desk" / "papers"
    papers.mkdir(parents=True)
    for name in ("first-amendment.pdf", "services-agreement.pdf"):
        shutil.copy(samples / name, papers / name)
    monkeypatch.chdir(papers.parent)
    return papers.parent


def kept() -> Session | None:
    """The session as the store holds it now; read by another process than the one that writes."""
    analyst = Analyst()
    session = analyst.store.sessions.latest()
    return analyst.store.sessions.get(session.id) if session is not None else None


def turns() -> list[Any]:
    """Its turns."""
    session = kept()
    return list(session.turns) if session is not None else []


async def first_day(hands: Hands, folder: Path, server: StreamingServer) -> None:
    """Open a folder, ask offline, look at the page, ask a provider, stop, fork, search, export, quit."""
    await hands.see("Ask questions about whole documents.", "^O", "no documents yet")

    # Open a folder; it is read, and the bar fills.
    await hands.press("ctrl+o")
    await hands.see("Add documents", "papers/")
    await hands.press("end", "enter")
    await hands.see("first-amendment.pdf", "services-agreement.pdf")
    await hands.press("a")
    await hands.gone("Add documents")
    await hands.see("2 documents", "tokens", "free", "█")
    await hands.press("f2")
    await hands.see("● D1 first-amendment.pdf", "● D2 services-agre", "2 of 2 on")

    # Ask offline: nothing leaves this machine.
    await choose(hands, "extractive")
    await hands.see("offline (no model)")
    await hands.press("escape")
    await ask(hands, QUESTION)
    await hands.see("Extractive answer", "No model", "read them", "1 question")
    await hands.until(lambda: len(turns()) == 1 and turns()[0].status is TurnStatus.COMPLETE, "the answer")
    first = turns()[0]
    assert (first.question, first.provider) == (QUESTION, "extractive")
    assert first.citations and all(citation.verified for citation in first.citations)
    assert [item.path for item in first.receipt.documents] == [
        str(folder / "papers" / name) for name in ("first-amendment.pdf", "services-agreement.pdf")
    ]
    assert server.requests == []

    # Go to the page of the first quote.
    cited = first.citations[0]
    await hands.press("f3", str(cited.number))
    await hands.see(f"p. {cited.found_page}", "✓")
    words = cited.quote.split()
    await hands.see(" ".join(words[:2]))

    # Ask a provider that streams; stop it; what has come in is kept.
    await choose(hands, "vllm qwen3-32b")
    await hands.see("Qwen3-32B")
    await hands.press("escape")
    await ask(hands, "Tell me slowly.")
    await hands.see(BEGINNING.strip(), "^C stops")
    await hands.press("ctrl+c")
    await hands.see("topped; the partial answer was saved", BEGINNING.strip(), "2 questions")
    await hands.until(lambda: len(turns()) == 2 and turns()[1].status is TurnStatus.INTERRUPTED, "the stop")
    second = turns()[1]
    assert (second.answer, second.parent_id) == (BEGINNING, first.id)
    assert second.model == MODEL

    # Fork at the first question; the attempt that was stopped stays in view, and is not sent.
    await hands.press("f3", "left_square_bracket", "f")
    await hands.see("the next question forks here")
    await ask(hands, "And after the amendment?")
    await hands.see("3  And after the amendment?", "Thirty days after receipt", "3 questions")
    await hands.until(lambda: len(turns()) == 3 and turns()[2].status is TurnStatus.COMPLETE, "the fork")
    third = turns()[2]
    assert third.parent_id == first.id
    assert [quote.verified for quote in third.citations] == [True]
    await hands.see("[1✓]")
    assert "slowly" not in str(server.requests[-1]["messages"])

    # Search the sessions; nothing else is found for words that are nowhere.
    await hands.press("ctrl+s")
    await hands.see("Sessions", "1 session")
    await hands.write("zzzz")
    await hands.see("No matches for")
    await hands.press(*["backspace"] * 4)
    await hands.gone("No matches for")
    await hands.write("invoice")
    await hands.see("1 session found")
    await hands.press("escape")
    await hands.gone("1 session found")

    # Export, under the name that is offered.
    await hands.press("f3", "x")
    await hands.see("Export the session")
    # A window that writes takes no key for half a second: it may have been typed ahead.
    await asyncio.sleep(1)
    await hands.press("enter")
    await hands.hear("Wrote")
    [written] = folder.glob("when-must-the-customer*")
    content = written.read_text(encoding="utf-8")
    assert QUESTION in content and "Thirty days after receipt" in content
    await hands.press("ctrl+q")


async def next_day(hands: Hands, server: StreamingServer) -> None:
    """Open the session, and go on where it stood."""
    before = turns()
    await hands.see("Ask questions about whole documents.", "open the saved session")
    await hands.press("ctrl+s")
    await hands.see("1 session")
    await hands.write("amendment")
    await hands.see("1 session found")
    await hands.press("enter")
    await hands.see("Thirty days after receipt", "3  And after", "tokens", "free")
    await choose(hands, "vllm qwen3-32b")
    await hands.press("escape")
    await ask(hands, "Is that the last word?")
    await hands.until(lambda: len(turns()) == 4 and turns()[3].status is TurnStatus.COMPLETE, "the answer")
    last = turns()[3]
    assert last.parent_id == before[2].id
    assert "And after the amendment?" in str(server.requests[-1]["messages"])
    await hands.see("4  Is that the last word?")
    await hands.see("4 questions")
    await hands.press("ctrl+q")


async def choose(hands: Hands, words: str) -> None:
    """Choose who answers."""
    await hands.press("ctrl+l")
    await hands.see("Models", "let docanalyst choose")
    await hands.write(words)
    await hands.gone("let docanalyst choose")
    await hands.press("enter")
    await hands.gone("Filter by")
    await hands.see("Ask")


async def ask(hands: Hands, question: str) -> None:
    """Write a question and send it, once what it is asked over is counted."""
    await hands.write(question)
    await hands.see(question)
    await hands.gone("counting")
    await hands.press("enter")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_day_in_the_app(
    run_tour: Callable[..., None], folder: Path, server: StreamingServer, size: tuple[int, int]
) -> None:
    (folder.parent / "home").mkdir(exist_ok=True)

    async def one(tour: Any) -> None:
        await first_day(tour, folder, server)
        await tour.until(lambda: tour.app._exit, "the end")

    async def two(tour: Any) -> None:
        await next_day(tour, server)
        await tour.until(lambda: tour.app._exit, "the end")

    run_tour(one, size=size, analyst=Analyst(), folder=folder)
    run_tour(two, size=size, analyst=Analyst(), folder=folder)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals here")
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_day_in_a_terminal(folder: Path, server: StreamingServer, size: tuple[int, int]) -> None:
    from tui.terminal import Terminal, docanalyst_command

    environment = dict(os.environ) | {
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }

    async def day(walk: Callable[[Terminal], Any]) -> None:
        terminal = Terminal(docanalyst_command(), folder, environment, size)
        try:
            await walk(terminal)
            assert await terminal.ended() == 0
        finally:
            terminal.end()

    asyncio.run(day(lambda terminal: first_day(terminal, folder, server)))
    asyncio.run(day(lambda terminal: next_day(terminal, server)))
