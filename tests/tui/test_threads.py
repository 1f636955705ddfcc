"""Work in a thread with a loop of its own."""

from __future__ import annotations

import asyncio
import threading

import pytest

from docanalyst.domain.errors import UsageError
from docanalyst.tui.desk.threads import LoopThread


async def _nothing() -> None:
    return


@pytest.mark.parametrize("problem", [UsageError("No."), ValueError("broken"), None])
def test_how_it_ended_is_known_in_the_thread_itself(problem: Exception | None) -> None:
    seen: list[tuple[object, object, bool]] = []

    async def work() -> None:
        if problem is not None:
            raise problem

    thread = LoopThread("test")
    thread.start(work, lambda ended: seen.append((ended.error, ended.defect, ended.is_alive)))
    assert thread.join(10)
    expected = (problem, None) if isinstance(problem, UsageError) else (None, problem)
    assert seen == [(*expected, True)]


def test_it_is_cancelled_from_another_thread() -> None:
    begun, cleaned, ended = threading.Event(), threading.Event(), threading.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            cleaned.set()

    thread = LoopThread("test")
    thread.start(work, lambda _: ended.set())
    assert begun.wait(10)
    thread.cancel()
    assert thread.join(10)
    assert cleaned.is_set() and ended.is_set()
    assert (thread.error, thread.defect) == (None, None)


def test_work_that_is_cancelled_before_it_begins_is_not_done() -> None:
    done, ended = threading.Event(), threading.Event()

    async def work() -> None:
        done.set()

    thread = LoopThread("test")
    thread.cancel()
    thread.start(work, lambda _: ended.set())
    assert thread.join(10)
    assert ended.is_set() and not done.is_set()


def test_cancelling_and_joining_before_and_after_is_harmless() -> None:
    thread = LoopThread("test")
    assert thread.join(0) and not thread.is_alive
    thread.start(_nothing, lambda _: None)
    assert thread.join(10)
    thread.cancel()
    thread.cancel()
    assert not thread.is_alive
