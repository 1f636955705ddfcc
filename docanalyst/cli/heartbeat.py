"""A sign of life on stderr while a provider reads a long prompt and says nothing."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import click

from docanalyst.cli import output

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_SIGN = 3.0
"""Seconds of silence after which a terminal shows that it is waited."""
NOTES_AT = (30.0, 60.0, 120.0, 300.0)
"""Seconds at which a log, which cannot be overwritten, gets a line; after the last one, again each time as
many seconds have passed."""


class Heartbeat:
    """Told when the request leaves and when the first word comes."""

    def __init__(self) -> None:
        self.doing = ""
        self._since: float | None = None
        self._shown = False

    def sent(self, who: str, doing: str = "is reading") -> None:
        """The request is about to leave, or a model of this machine to be loaded."""
        self.doing, self._since = f"{who} {doing}", time.monotonic()

    def came(self) -> None:
        """Something came: nothing more is shown."""
        self._since = None
        if self._shown:
            self._shown = False
            click.echo("\r\x1b[K", err=True, nl=False)

    async def beat(self, *, terminal: bool, say: Callable[[str], None]) -> None:
        """Show how long it is silent, until cancelled."""
        told = 0
        while True:
            await asyncio.sleep(1.0)
            if self._since is None:
                continue
            silent = time.monotonic() - self._since
            words = f"{self.doing}: {_span(silent)} (Ctrl-C stops)"
            if terminal and silent >= FIRST_SIGN:
                self._shown = True
                click.echo(f"\r{output.plain(words)}\x1b[K", err=True, nl=False)
            elif not terminal and silent >= _note_at(told):
                told += 1
                say(words)


@asynccontextmanager
async def heartbeat(*, quiet: bool) -> AsyncIterator[Heartbeat]:
    """A heartbeat for the time of one question."""
    beating = Heartbeat()
    terminal = sys.stderr.isatty()
    task = None if quiet else asyncio.create_task(beating.beat(terminal=terminal, say=output.note))
    try:
        yield beating
    finally:
        beating.came()
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def _note_at(told: int) -> float:
    last = len(NOTES_AT) - 1
    return NOTES_AT[told] if told <= last else NOTES_AT[last] * (told - last + 1)


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
