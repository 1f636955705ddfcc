"""The program in a real pseudo-terminal, its screen kept by a terminal emulator."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

PATIENCE = 60.0
"""Seconds after which something that was waited for is given up; never what a test measures."""

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "backspace": "\x7f",
    "down": "\x1b[B",
    "end": "\x1b[F",
    "left_square_bracket": "[",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "delete": "\x1b[3~",
    "tab": "\t",
} | {f"ctrl+{letter}": chr(ord(letter) & 0x1F) for letter in "cgklnopqrstuv"}


class Terminal:
    """A program in a terminal of so many columns and rows. To be ended, whatever happens, with `end`."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], size: tuple[int, int]
    ) -> None:
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self.code: int | None = None
        self.raw = b""
        self._shown: set[str] = set()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(command[0], list(command), dict(environment))
        self.resize(*size)

    @property
    def text(self) -> str:
        """What the screen shows, no-break spaces as spaces."""
        return "\n".join(line.replace("\xa0", " ").rstrip() for line in self.screen.display)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, as a window that is pulled does."""
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.take()
            os.write(self.fd, KEYS.get(key, key).encode())
            # An escape in front of another key would be read as one key.
            await asyncio.sleep(0.2 if key == "escape" else 0.02)

    async def write(self, text: str) -> None:
        """Type."""
        for character in text:
            await self.press(character)

    def burst(self, text: str) -> None:
        """Send text as one burst of bytes, as a paste without brackets or a slow program gets it."""
        os.write(self.fd, text.encode())

    def take(self) -> bool:
        """Take what has come out; False once the program is gone."""
        while select.select([self.fd], [], [], 0)[0]:
            try:
                data = os.read(self.fd, 65_536)
            except OSError:
                return False
            if not data:
                return False
            self.raw += data
            self._stream.feed(data)
            self._shown.update(line.strip() for line in self.screen.display)
        return True

    async def until(self, condition: Callable[[], object], why: str) -> None:
        """Wait until something holds."""
        loop = asyncio.get_running_loop()
        given_up = loop.time() + PATIENCE
        while not condition():
            if not self.take() or loop.time() > given_up:
                raise AssertionError(f"{why} did not come about; on the screen:\n{self.text}")
            await asyncio.sleep(0.02)

    async def see(self, *words: str) -> None:
        """Wait until these words stand on the screen."""
        await self.until(lambda: all(word in self.text for word in words), f"{words}")

    async def gone(self, words: str) -> None:
        """Wait until these words stand on the screen no more."""
        await self.until(lambda: words not in self.text, f"the end of {words!r}")

    async def hear(self, *words: str) -> None:
        """Wait until each of these words has stood on a line of the screen, now or before."""
        await self.until(
            lambda: all(any(word in line for line in self._shown) for word in words), f"{words} at any time"
        )

    async def ended(self) -> int:
        """Wait for the program's end; its exit code."""
        loop = asyncio.get_running_loop()
        given_up = loop.time() + PATIENCE
        while self.code is None:
            self.take()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
            elif loop.time() > given_up:
                raise AssertionError(f"it did not end; on the screen:\n{self.text}")
            else:
                await asyncio.sleep(0.02)
        return self.code

    def end(self) -> None:
        """End the program where it still runs."""
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            _, status = os.waitpid(self.pid, 0)
            self.code = os.waitstatus_to_exitcode(status)
        os.close(self.fd)


def docanalyst_command(*arguments: str) -> list[str]:
    """The program as a user starts it."""
    return [sys.executable, "-m", "docanalyst", *arguments]
