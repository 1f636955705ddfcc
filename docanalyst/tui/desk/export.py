"""Writing a session to files in one of the formats that there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.domain.errors import StorageError, UsageError

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.domain.turns import Session


def formats() -> list[tuple[str, str]]:
    """The endings that name a format, with what each gives; the usual one first."""
    from docanalyst.exporters import EXPORTERS

    return [(exporter.suffix, exporter.description) for exporter in EXPORTERS]


def file_name_for(session: Session, ending: str) -> str:
    """A file name made of the session's title."""
    words = re.sub(r"[^\w]+", "-", session.title.lower(), flags=re.ASCII).strip("-")[:60].rstrip("-")
    return f"{words or session.id}{ending}"


def write_session(analyst: Analyst, session_id: str, given: str) -> tuple[list[Path], list[str]]:
    """Write a session to this file: where it went, and notes. One that is there already is never replaced.

    Raises UsageError for an unknown ending or a file that is there, StorageError where it cannot be written.
    """
    place = Path(given).expanduser().absolute()
    files, notes = analyst.export(session_id, str(place))
    paths = [Path(name) for name, _ in files]
    for path in paths:
        if path.exists():
            raise UsageError(f"{path} is there already.", "Choose another name.")
    try:
        for path, (_, content) in zip(paths, files, strict=True):
            path.write_bytes(content)
    except OSError as error:
        raise StorageError(f"{place} cannot be written: {error.strerror or error}.") from error
    return paths, notes
