"""The terminal UI under test: a scripted model, documents of known words, and the screen as rows of text."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from docanalyst.analyst import Analyst
from docanalyst.domain.models import ModelSpec, Price
from docanalyst.providers.scripted import Reply, ScriptedModel, reply
from docanalyst.tui.app import DocanalystApp

GOLDEN = Path(__file__).with_name("golden")
LEASE = """LEASE OF THE OLD MILL

1. This Lease is made on 3 March 2021 between Aldous Mill Ltd (the Landlord) and R. Okafor (the Tenant).

2. The Tenant shall not assign this Lease without the prior written consent of the Landlord.
\f3. The Tenant may end this Lease on the third anniversary by giving not less than six months' notice.

4. The rent is £45,000 a year, payable by equal quarterly instalments in advance.
"""
ANNEX = """ANNEX

The Landlord shall insure the Mill against fire and flood for its full reinstatement value.
"""
ANSWER = """No: **consent** is needed[^1]. The tenant may break on the third anniversary[^2].

- The rent is £54,000 a year[^3].

[^1]: D1 p.1 "The Tenant shall not assign this Lease without the prior written consent of the Landlord."
[^2]: D1 p.1 "The Tenant may end this Lease on the third anniversary by giving not less than six months"
[^3]: D1 p.2 "The rent is £54,000 a year"
"""
SPEC = ModelSpec(
    provider="scripted",
    model_id="qwen3-32b",
    context_window=131_072,
    max_output_tokens=16_384,
    reasoning=True,
    price=Price(0.29, 0.59),
)


def _screen_rows(app: DocanalystApp) -> list[str]:
    """The screen as rows of text."""
    root = ElementTree.fromstring(app.export_screenshot(simplify=True))
    rows: dict[int, list[tuple[int, str]]] = {}
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        line = re.search(r"line-(\d+)", text.get("clip-path") or "")
        if line is not None:
            column = round(float(text.get("x", "0")) / 12.2)
            rows.setdefault(int(line[1]), []).append((column, (text.text or "").replace("\xa0", " ")))
    shown = []
    for number in range(max(rows, default=-1) + 1):
        row = ""
        for column, text in sorted(rows.get(number, [])):
            row += " " * (column - cell_len(row)) + text
        shown.append(row.rstrip())
    return shown


class Tour:
    """A run of the app that a test walks through."""

    pilot: Pilot[Any]

    def __init__(self, app: DocanalystApp) -> None:
        self.app = app
        self.messages: list[str] = []
        notify = app.notify

        def remember(message: str, **options: Any) -> None:
            self.messages.append(message)
            notify(message, **options)

        app.notify = remember  # type: ignore[method-assign]

    @property
    def text(self) -> str:
        """What the screen shows, no-break spaces as spaces; quicker than `screen_rows`, for waiting."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.replace("\xa0", " ").rstrip() for strip in strips)

    @property
    def store(self) -> Any:
        """What is kept."""
        assert self.app._analyst is not None
        return self.app._analyst.store

    @property
    def told(self) -> str:
        """The messages that were shown."""
        return "\n".join(self.messages)

    async def press(self, *keys: str) -> None:
        """Press keys and let the screen follow."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def agree(self) -> None:
        """Press the button of a question that does not have the focus."""
        await self.press("tab", "enter")

    async def write(self, text: str) -> None:
        """Type a question; what a keyboard sends."""
        for character in text:
            await self.pilot.press("space" if character == " " else character)
        await self.pilot.pause()

    async def until(
        self,
        condition: Callable[[], object],
        why: str = "",
        seconds: float = 60.0,
    ) -> None:
        """Wait until something holds; so many seconds at most, which no test should come near."""
        loop = asyncio.get_running_loop()
        given_up = loop.time() + seconds
        while loop.time() < given_up:
            if condition():
                await self.pilot.pause()
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{why or 'it'} did not come about; on the screen:\n{self.text}\n{self.told}")

    async def see(self, *words: str) -> None:
        """Wait until these words stand on the screen."""
        await self.until(lambda: all(word in self.text for word in words), f"{words}")

    async def gone(self, words: str) -> None:
        """Wait until these words stand on the screen no more."""
        await self.until(lambda: words not in self.text, f"the end of {words!r}")

    async def hear(self, *words: str) -> None:
        """Wait until the user is told these words."""
        await self.until(lambda: all(word in self.told for word in words), f"{words}")

    async def settled(self) -> None:
        """Wait until documents are read and counted, and no answer is coming in."""
        main = self.app.main
        await self.until(lambda: self.app._analyst is not None, "the application service")
        await self.until(lambda: not self.app.desk.reading, "reading")
        await self.until(lambda: not main.answers.is_asking, "the answer")
        if self.app.desk.documents:
            await self.counted()
        await self.pilot.pause()

    async def counted(self) -> None:
        """Wait until the next question is counted; a change of it may still be on its way to be counted."""
        bar = self.app.main.bar
        for _ in range(3):
            await self.until(lambda: (bar.plan is not None and not bar.counting) or bar.error, "the count")

    async def ask(self, question: str) -> None:
        """Ask, and wait for the answer."""
        self.app.main.prompt.take(question)
        await self.until(lambda: self.app.main.prompt.input.has_focus, "the cursor in the question")
        before = len(self.app.desk.session.turns) if self.app.desk.session else 0
        await self.press("enter")
        await self.until(
            lambda: self.app.desk.session is not None and len(self.app.desk.session.turns) > before,
            "the answer",
        )
        await self.settled()


Walk = Callable[[Tour], Awaitable[None]]
RunTour = Callable[..., None]


@pytest.fixture
def lease(tmp_path: Path) -> Path:
    """A document of two pages."""
    path = tmp_path / "papers" / "lease.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(LEASE, encoding="utf-8")
    return path


@pytest.fixture
def annex(tmp_path: Path) -> Path:
    """A document of one page."""
    path = tmp_path / "papers" / "annex.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text(ANNEX, encoding="utf-8")
    return path


@pytest.fixture
def model() -> ScriptedModel:
    """A model that answers with three quotes: a good one, one on another page, an altered one."""
    return ScriptedModel(SPEC, [reply(ANSWER)])


@pytest.fixture
def run_tour(model: ScriptedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Run a walk: run_tour(walk, paths, size=…, replies=…)."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret").write_bytes(bytes(range(32)))

    def run(
        walk: Walk,
        paths: Sequence[Path | str] = (),
        *,
        size: tuple[int, int] = (140, 45),
        replies: Sequence[Reply] | None = None,
        offline: bool = False,
        analyst: Analyst | None = None,
        folder: Path = tmp_path,
    ) -> None:
        monkeypatch.chdir(folder)
        if replies is not None:
            model.replies = list(replies)
        service = analyst or Analyst(model=None if offline else model)

        async def go() -> None:
            app = DocanalystApp(service, [str(path) for path in paths])
            # Tests press the keys of a question as soon as they see it; one test measures the wait.
            app.typed_ahead = 0.0
            tour = Tour(app)
            try:
                async with app.run_test(size=size, notifications=True) as pilot:
                    tour.pilot = pilot
                    await tour.settled()
                    await walk(tour)
            finally:
                app.leave()

        asyncio.run(go())

    return run


@pytest.fixture
def screen_rows() -> Callable[[DocanalystApp], list[str]]:
    """The screen as rows of text."""
    return _screen_rows


@pytest.fixture
def check_golden() -> Callable[[str, Sequence[str]], None]:
    """Compare a screen with the one that is kept; PYTEST_UPDATE_GOLDENS=1 keeps this one instead."""
    return _check_golden


def _check_golden(name: str, rows: Sequence[str]) -> None:
    path = GOLDEN / f"{name}.txt"
    shown = "\n".join(rows) + "\n"
    if os.environ.get("PYTEST_UPDATE_GOLDENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")
