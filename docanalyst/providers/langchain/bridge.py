"""Async generators for callers without an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def iterate(make: Callable[[], AsyncGenerator[T, None]]) -> Iterator[T]:
    """The items of an async generator, one by one.

    It runs on a loop of its own in a thread of its own, so it works where a loop already runs (a notebook).
    Closing this iterator closes the generator, and with it the socket.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="providers") as thread:
        runner = thread.submit(asyncio.Runner).result()
        generator = make()
        try:
            while True:
                found, item = thread.submit(runner.run, _step(generator)).result()
                if not found:
                    return
                yield item
        finally:
            thread.submit(runner.run, _close(generator)).result()
            thread.submit(runner.close).result()


async def _step(generator: AsyncGenerator[T, None]) -> tuple[bool, Any]:
    try:
        return True, await anext(generator)
    except StopAsyncIteration:
        return False, None


async def _close(generator: AsyncGenerator[T, None]) -> None:
    await generator.aclose()
