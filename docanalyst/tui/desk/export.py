"""Exports a session to files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.domain.errors import StorageError, UsageError

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.domain.turns import Session


def formats() -> list[tuple[str, str]]:
    """Return the suffixes and descriptions of all formats, the default first."""
    from docanalyst.exporters import EXPORTERS

    return [(exporter.suffix, exporter.description) for exporter in EXPORTERS]


def file_name_for(session: Session, ending: str) -> str:
    """Return a file name made from the session's title."""
    words = re.sub(r"[^\w]+", "-", session.title.lower(), flags=re.ASCII).strip("-")[:60].rstrip("-")
    return f"{words or session.id}{ending}"


def write_session(analyst: Analyst, session_id: str, given: str) -> tuple[list[Path], list[str]]:
    """Export a session to this file and return the written files and notes; existing files are not replaced.

    Raises UsageError for an unknown suffix or an existing file, StorageError if it cannot be written.
    """
    place = Path(given).expanduser().absolute()
    files, notes = analyst.export(session_id, str(place))
    paths = [Path(name) for name, _ in files]
    for path in paths:
        if path.exists():
            raise UsageError(f"{path} already exists.", "Choose another name.")
    try:
        for path, (_, content) in zip(paths, files, strict=True):
            path.write_bytes(content)
    except OSError as error:
        raise StorageError(f"Cannot write {place}: {error.strerror or error}.") from error
    return paths, notes
