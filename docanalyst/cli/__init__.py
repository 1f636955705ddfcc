"""The command line: the only user of click."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Sequence
from typing import NoReturn


def main(argv: Sequence[str] | None = None) -> None:
    """Run the program and exit with its code."""
    try:
        from docanalyst.cli.app import run
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    _end(run(argv))


def _end(code: int) -> NoReturn:
    """End the process without taking the interpreter apart, which for a vocabulary takes a twentieth of a
    second. All that is kept is written by now; what was registered for the end still runs."""
    if code != 130:
        # After Ctrl-C nothing is waited for, not even pages that are being recognised.
        if sys.getprofile() or any(not thread.daemon for thread in threading.enumerate()[1:]):
            raise SystemExit(code)
        atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass
    os._exit(code)
