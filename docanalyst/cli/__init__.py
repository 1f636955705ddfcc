"""The command line: the only user of click."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> None:
    """Run the program and exit with its code."""
    try:
        from docanalyst.cli.app import run
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    code = run(argv)
    if code == 130:
        # Pages that are being recognised would hold up an ordinary end; all that is kept is written by now.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    raise SystemExit(code)
