"""The command line: the only user of click."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> None:
    """Run the program and exit with its code."""
    try:
        from docanalyst.cli.app import run
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    raise SystemExit(run(argv))
