"""Runs slow work in background threads that never delay quitting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from docanalyst.domain.errors import DocanalystError

Result = TypeVar("Result")
Work = Callable[[], Coroutine[Any, Any, None]]


async def in_thread(work: Callable[..., Result], *arguments: object) -> Result:
    """Run work in its own thread and return its result, or raise its exception.

    Unlike an executor's threads, this thread is abandoned when the program ends.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result: Result | None = None
        problem: BaseException | None = None
        try:
            result = work(*arguments)
        except BaseException as error:
            problem = error
        try:
            loop.call_soon_threadsafe(settle, result, problem)
        except RuntimeError:
            return

    threading.Thread(target=run, name="beside the screen", daemon=True).start()
    return await future


class LoopThread:
    """Work in a thread with an event loop of its own, which any other thread can cancel. For one use.

    error: what ended it early; defect: the same for what should not happen.
    """

    def __init__(self, name: str) -> None:
        self.error: DocanalystError | None = None
        self.defect: Exception | None = None
        self._name = name
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._is_cancelled = False

    @property
    def is_alive(self) -> bool:
        """Whether it works."""
        return self._thread is not None and self._thread.is_alive()

    def start(
        self, work: Callable[[], Coroutine[Any, Any, None]], ended: Callable[[LoopThread], None]
    ) -> None:
        """Begin.

        Args:
            work: what to do; not begun where it is cancelled before.
            ended: called in the thread at its end, however it ended;
        """

        def run() -> None:
            try:
                asyncio.run(self._cancellable(work))
            except (asyncio.CancelledError, KeyboardInterrupt):
                pass
            except DocanalystError as error:
                self.error = error
            except Exception as error:
                self.defect = error
            ended(self)

        # Not a daemon: what has come in is saved before the program ends.
        self._thread = threading.Thread(target=run, name=self._name, daemon=False)
        self._thread.start()

    async def _cancellable(self, work: Work) -> None:
        with self._lock:
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
            if self._is_cancelled:
                return
        await work()

    def cancel(self) -> None:
        """End it at once."""
        with self._lock:
            self._is_cancelled = True
            loop, task = self._loop, self._task
        if loop is not None and task is not None and self.is_alive:
            try:
                loop.call_soon_threadsafe(task.cancel)
            except RuntimeError:  # the loop has closed in the meantime: it has ended
                return

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end, so many seconds at most; whether it has come."""
        if self._thread is not None:
            self._thread.join(timeout)
        return not self.is_alive
