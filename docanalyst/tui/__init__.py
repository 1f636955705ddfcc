"""The terminal UI: the only user of textual. Importing this package is cheap."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst

__all__ = ["run"]


def run(analyst: Analyst | Callable[[], Analyst], paths: Sequence[str] = ()) -> int:
    """Open the terminal UI with these PATHs; its exit code.

    analyst: the application service, or what makes it: then it is made after the first paint. Raises the
    DocanalystError that making it raised, once the terminal is as it was.
    """
    # Looking for garbage while everything is being loaded costs a tenth of the time to the first paint and
    # finds none; the app begins it again once all is there.
    gc.disable()
    try:
        from docanalyst.tui.app import DocanalystApp

        app = DocanalystApp(analyst, paths)
        try:
            code = app.run()
        finally:
            app.leave()
    finally:
        gc.enable()
    if app.failure is not None:
        raise app.failure
    return code if code is not None else app.return_code or 0
