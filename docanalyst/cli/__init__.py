"""The command line: the only user of click."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

_CLOSING_SECONDS = 1.0
"""Seconds to close the database after Ctrl-C before the process ends anyway."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run the program and exit with its code."""
    if argv is None:
        _in_utf8()
    try:
        from docanalyst.cli.app import run
        from docanalyst.cli.interruption import heed_signals

        heed_signals()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    _end(run(argv))


def _in_utf8() -> None:
    """Restart Python in UTF-8 mode if the locale has another encoding: arguments are UTF-8 too."""
    if sys.executable and sys.getfilesystemencoding().lower() != "utf-8" and not sys.flags.utf8_mode:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def _end(code: int) -> NoReturn:
    """End the process at once, after the registered exit functions have run.

    Everything is saved by now. A normal exit would spend 0.05 s freeing the vocabulary.
    """
    if code == 130:
        # After Ctrl-C wait for nothing but the database, not even for pages that OCR is reading.
        closing = threading.Thread(target=atexit._run_exitfuncs, daemon=True)
        with suppress(KeyboardInterrupt):
            closing.start()
            closing.join(_CLOSING_SECONDS)
    else:
        if sys.getprofile() or any(not thread.daemon for thread in threading.enumerate()[1:]):
            raise SystemExit(code)
        atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass
    os._exit(code)
