"""The command line: the only user of click."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> None:
    """Run the program and exit with its code."""
    from docanalyst.cli.app import run

    raise SystemExit(run(argv))
