"""Writing a session to a file in one of the formats that there are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.domain.errors import StorageError, UsageError

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.domain.turns import Session


def formats() -> tuple[str, ...]:
    """The endings that name a format, the usual one first."""
    return ("json",)


def file_name_for(session: Session, ending: str) -> str:
    """A file name made of the session's title."""
    words = re.sub(r"[^\w]+", "-", session.title.lower(), flags=re.ASCII).strip("-")[:60].rstrip("-")
    return f"{words or session.id}.{ending}"


def write_session(analyst: Analyst, session: Session, given: str) -> Path:
    """Write a session to this file; where it went. Raises UsageError for an unknown ending, StorageError."""
    place = Path(given).expanduser().absolute()
    ending = place.suffix.lower().lstrip(".")
    if ending not in formats():
        raise UsageError(f"{place.name}: there is no format {ending!r}.", f"Formats: {', '.join(formats())}.")
    if place.exists():
        raise UsageError(f"{place} is there already.", "Choose another name.")
    record = analyst.store.export_session(session.id)
    try:
        place.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{place} cannot be written: {error.strerror}.") from error
    return place
