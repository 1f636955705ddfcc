"""A program in a pseudo-terminal: when does the first text stand on its screen?

The terminal answers the questions that programs ask a terminal (its kind, the size of a character, whether
it can paint whole frames), as a real one would: a program that waits for an answer would look slow without.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import resource
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence

from measuring import Cost

ROWS, COLUMNS = 45, 140
_CONTROL = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]"
    rb"|\x1b[\]PX^_].*?(?:\x1b\\|\x07)"
    rb"|\x1b[ -/]*[0-~]",
    re.DOTALL,
)
_WHOLE_SCREEN = b"\x1b[?1049h"
_VISIBLE = re.compile(rb"[!-~]")
_ANSWERS = (
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[14t"), b"\x1b[4;900;1400t"),
    (re.compile(rb"\x1b\[16t"), b"\x1b[6;20;10t"),
    (re.compile(rb"\x1b\[18t"), f"\x1b[8;{ROWS};{COLUMNS}t".encode()),
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
    (re.compile(rb"\x1b\[\?u"), b"\x1b[?0u"),
)


def text_on_screen(output: bytes) -> bool:
    """Whether ten visible ASCII characters, of words or letter art, stand on the screen that a UI takes over.

    What a program prints before it has taken the whole screen (its alternate buffer) is no frame.
    """
    _, taken, shown = output.partition(_WHOLE_SCREEN)
    return bool(taken) and len(_VISIBLE.findall(_CONTROL.sub(b"", shown))) >= 10


def first_paint(command: Sequence[str], environment: Mapping[str, str], seconds: float = 60.0) -> Cost:
    """From the start of a program to the first text on its screen. Raises RuntimeError where none comes."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        try:
            os.execve(command[0], list(command), dict(environment))
        finally:
            os._exit(127)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    try:
        wall = _wait_for_text(terminal, started, seconds)
    except (TimeoutError, OSError) as error:
        raise RuntimeError(f"{command[0]} painted nothing: {error}") from error
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def _wait_for_text(terminal: int, started: float, seconds: float) -> float:
    output, answered = b"", 0
    while (left := seconds - (time.perf_counter() - started)) > 0:
        if not select.select([terminal], [], [], left)[0]:
            break
        output += os.read(terminal, 65_536)
        if text_on_screen(output):
            return time.perf_counter() - started
        for question, answer in _ANSWERS:
            if question.search(output, answered):
                os.write(terminal, answer)
        answered = len(output)
    raise TimeoutError(f"within {seconds:.0f} s")
