"""Redlines: what changed from one document to another, as a Word document or as a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError
from docanalyst.domain.language.paragraphs import paragraphs
from docanalyst.formats.detection import WORD, kind_of

SUFFIXES = (".docx", ".html")
CPU_SECONDS = 60.0
"""Processor time of a redline. Two contracts of 100 pages take about 1 s."""

_NOTES = {
    "layout": "The redline has a plain layout: in that of {new}, {old} could not be restored.",
    "numbers": "Some automatic clause numbers differ from those of {old} after all changes are rejected.",
    "heads": "Changes of headers and footers are not all in the redline.",
    "changes old": "{old} has tracked changes; the redline compares its text with them accepted.",
    "changes new": "{new} has tracked changes; the redline compares its text with them accepted.",
}


@dataclass(frozen=True, slots=True)
class Redline:
    """A redline. notes: sentences for people. moved: paragraphs that stand elsewhere with the same words."""

    content: bytes
    notes: tuple[str, ...]
    moved: int = 0


def redline(old: Document, new: Document, name: str, made_at: str) -> Redline:
    """Return the redline of two versions in the format that a file name asks for.

    A Word redline was read again before it is returned: with all changes accepted it has the words of `new`,
    with all rejected those of `old`.

    Args:
        old: The earlier version.
        new: The later version. If it is a whole Word file, the redline keeps its formatting.
        name: Name of the output file.
        made_at: ISO 8601, UTC: the date of the changes.

    Raises:
        UsageError: The suffix names no format of redlines.
        DocumentError: A version cannot be read, or the check failed.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix == ".html":
        from docanalyst.domain.analysis.side_by_side import side_by_side
        from docanalyst.exporters.compared.side_by_side import export

        return Redline(export(old, new, side_by_side(old, new)), ())
    if suffix != ".docx":
        raise UsageError(
            f"Cannot write a comparison to {suffix or 'a file without a suffix'}.",
            f"Name a file with one of these suffixes: {', '.join(SUFFIXES)}.",
        )
    from docanalyst.pdf.flow.flowing import ask

    request = {
        "task": "word_redline",
        "date": _date(made_at),
        "seconds": CPU_SECONDS,
        "old": _version(old),
        "new": _version(new),
    }
    content, told = b"", ()
    for message, payload in ask(request, Path(new.name), new.path):
        if message["event"] == "file":
            content, told = payload, message["notes"]
    return Redline(content, *_told(told, old, new))


def _date(made_at: str) -> str:
    """A time as Word writes it: UTC, in seconds."""
    return made_at.split("+")[0].split(".")[0].removesuffix("Z") + "Z"


def _version(document: Document) -> dict[str, Any]:
    place = Path(document.path).expanduser()
    whole = not document.is_selection and place.is_file() and kind_of(place, document.path) == WORD
    return {
        "path": str(place) if whole else "",
        "paragraphs": [(item.text, item.heading) for item in paragraphs(document)],
    }


def _told(told: Sequence[str], old: Document, new: Document) -> tuple[tuple[str, ...], int]:
    notes = [_NOTES[key].format(old=old.name, new=new.name) for key in told if key in _NOTES]
    moves = next((int(key.split()[1]) for key in told if key.startswith("moves ")), 0)
    return tuple(notes), moves
