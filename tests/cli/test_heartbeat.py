"""The sign of life while a provider reads a long prompt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from docanalyst.cli import heartbeat as module
from docanalyst.cli.heartbeat import Heartbeat, heartbeat

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio."""
    return "asyncio"


class Clock:
    """A clock that the heartbeat's own waiting moves; a script says what happens at which second."""

    def __init__(self, script: dict[int, Callable[[], None]]) -> None:
        self.now = 0.0
        self._script = script

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self._script.get(int(self.now), lambda: None)()


async def beats(
    monkeypatch: pytest.MonkeyPatch,
    seconds: int,
    script: dict[int, Callable[[Heartbeat], None]],
    *,
    terminal: bool,
) -> list[str]:
    """What is said on a terminal or in a log, if the request leaves at second 0."""
    said: list[str] = []
    alive = Heartbeat()

    def stop() -> None:
        raise asyncio.CancelledError

    steps: dict[int, Callable[[], None]] = {
        second: (lambda act=act: act(alive)) for second, act in script.items()
    }
    clock = Clock(steps | {seconds: stop})
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(module.asyncio, "sleep", clock.sleep)
    monkeypatch.setattr(module.click, "echo", lambda text, **_: said.append(text))
    alive.sent("groq")
    with pytest.raises(asyncio.CancelledError):
        await alive.beat(terminal=terminal, say=said.append)
    return said


async def test_a_log_gets_a_line_after_half_a_minute_and_then_ever_more_seldom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = await beats(monkeypatch, 1_000, {}, terminal=False)
    assert [line.partition(" is reading: ")[2].partition(" (")[0] for line in said] == [
        *("30 s", "1 min 0 s", "2 min 0 s", "5 min 0 s", "10 min 0 s", "15 min 0 s")
    ]
    assert all(line.startswith("groq is reading") for line in said)


async def test_a_terminal_shows_the_seconds_after_a_short_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    said = await beats(monkeypatch, 6, {}, terminal=True)
    assert [line.strip("\r").removesuffix("\x1b[K") for line in said] == [
        f"groq is reading: {second} s (Ctrl-C stops)" for second in (3, 4, 5)
    ]


async def test_the_first_word_takes_the_line_away_and_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    said = await beats(monkeypatch, 60, {4: Heartbeat.came}, terminal=True)
    assert said[0].startswith("\rgroq is reading: 3 s") and said[1:] == ["\r\x1b[K"]


async def test_an_answer_that_comes_at_once_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await beats(monkeypatch, 60, {1: Heartbeat.came}, terminal=True) == []
    assert await beats(monkeypatch, 60, {20: Heartbeat.came}, terminal=False) == []


async def test_a_name_with_escapes_does_not_reach_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    said = await beats(monkeypatch, 5, {2: lambda alive: alive.sent("bad\x1b[2Jname")}, terminal=True)
    assert said == [] or all("\x1b[2J" not in line for line in said)
    said = await beats(monkeypatch, 9, {1: lambda alive: alive.sent("bad\x1b[2Jname")}, terminal=True)
    assert said and all("\x1b[2J" not in line for line in said)


@pytest.mark.parametrize("quiet", [True, False])
async def test_nothing_goes_on_after_the_question(quiet: bool) -> None:
    before = len(asyncio.all_tasks())
    with pytest.raises(RuntimeError):
        async with heartbeat(quiet=quiet) as alive:
            alive.sent("groq")
            await asyncio.sleep(0)
            assert len(asyncio.all_tasks()) == before + (not quiet)
            raise RuntimeError
    assert len(asyncio.all_tasks()) == before
