"""The terminal UI: the only user of textual. Importing this package is cheap."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst

__all__ = ["run"]


def run(analyst: Analyst | Callable[[], Analyst], paths: Sequence[str] = ()) -> int:
    """Open the terminal UI with these PATHs and return its exit code.

    Args:
        analyst: The application service, or a function that creates it after the first paint. A
            DocanalystError of that function is raised once the terminal is restored.
    """
    # Garbage collection while modules load takes a tenth of the time to the first paint and finds nothing;
    # the app turns it on again once everything is loaded.
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
