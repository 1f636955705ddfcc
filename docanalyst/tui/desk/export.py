"""Exports a session to files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.domain.errors import UsageError

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


def replaced_file(analyst: Analyst, given: str) -> str:
    """Return which file an export to this place would replace, as a sentence; "" if there is none."""
    from docanalyst.storage.user_files import UserFiles

    place = Path(given).expanduser().absolute()
    try:
        UserFiles(analyst.store.directory).check(place)
    except UsageError as error:
        return error.message.replace(str(place), place.name) if place.exists() else ""
    return f"{place.name} already exists." if place.exists() else ""


def write_session(
    analyst: Analyst, session_id: str, given: str, *, overwrite: bool = False
) -> tuple[list[Path], list[str]]:
    """Export a session to this file and return the written files and notes.

    Args:
        overwrite: Whether to replace a file that docanalyst did not write.

    Raises:
        UsageError: An unknown suffix, or a file that may not or cannot be written.
    """
    from docanalyst.analyst.documents.sources import all_members
    from docanalyst.storage.user_files import UserFiles

    place = Path(given).expanduser().absolute()
    documents = [item.path for item in all_members(analyst.store.sessions.get(session_id))]
    contents, notes = analyst.export(session_id, str(place))
    files = UserFiles(analyst.store.directory, inputs=documents, overwrite=overwrite)
    for name, _ in contents:
        files.check(Path(name))
    return [files.write(Path(name), content) for name, content in contents], notes
