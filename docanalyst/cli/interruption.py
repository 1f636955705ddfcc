"""Ctrl-C, and the signals that act like it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

STOPPED = "Stopped."
_LIKE_CTRL_C = ("SIGTERM", "SIGHUP")


def heed_signals() -> None:
    """Let SIGTERM and SIGHUP do what Ctrl-C does at that moment; a signal that is ignored stays ignored."""
    terminals = [number for number in (0, 1, 2) if _is_terminal(number)]

    def end(number: int, frame: Any) -> None:
        for descriptor in terminals:
            # The terminal is gone: writing to it would fail before everything is saved.
            if not _is_terminal(descriptor):
                os.dup2(os.open(os.devnull, os.O_RDWR), descriptor)
        handler = signal.getsignal(signal.SIGINT)
        (handler if callable(handler) else signal.default_int_handler)(number, frame)

    for name in _LIKE_CTRL_C:
        known = getattr(signal, name, None)
        if known is not None and signal.getsignal(known) is signal.SIG_DFL:
            signal.signal(known, end)


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False


class Interruptible:
    """Handles Ctrl-C: the first waits for running requests and sends no more, the second stops at once."""

    def __init__(self, stop: Callable[[str], Any], say: Callable[[str], None]) -> None:
        self._stop, self._say = stop, say
        self._pressed = 0
        self._task: asyncio.Task[Any] | None = None
        self._before: Any = None

    def __enter__(self) -> None:
        import asyncio

        self._task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        with suppress(ValueError):
            self._before = signal.signal(
                signal.SIGINT, lambda number, frame: loop.call_soon_threadsafe(self._press)
            )

    def __exit__(self, *error: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _press(self) -> None:
        self._pressed += 1
        if self._pressed == 1:
            self._say("Stopping after the running requests. Press Ctrl-C again to stop at once.")
            self._stop(STOPPED)
        elif self._task is not None:
            self._task.cancel()
