"""Opening a PDF outside, at a page where the viewer can be told one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from docanalyst.domain.errors import DocumentError

_VIEWERS = (
    ("okular", "-p", "{page}", "{file}"),
    ("evince", "--page-index={page}", "{file}"),
    ("papers", "--page-index={page}", "{file}"),
    ("atril", "--page-index={page}", "{file}"),
    ("xreader", "--page-index={page}", "{file}"),
    ("zathura", "-P", "{page}", "{file}"),
    ("mupdf", "{file}", "{page}"),
    ("qpdfview", "--unique", "{file}#{page}"),
)


def command_for(path: Path, page: int) -> list[str] | None:
    """The command that shows this page, or None where nothing is known that could."""
    values = {"page": str(page), "file": str(path)}
    if sys.platform == "darwin":
        return ["open", str(path)]
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return None
    if path.suffix.lower() == ".pdf":
        for program, *arguments in _VIEWERS:
            if found := shutil.which(program):
                return [found, *(argument.format(**values) for argument in arguments)]
    opener = shutil.which("xdg-open")
    return [opener, str(path)] if opener else None


def open_outside(path: str, page: int) -> str:
    """Open a file at a page; what to tell the user. Raises DocumentError where that is impossible."""
    place = Path(path.rpartition(":")[0]) if not Path(path).exists() and ":" in path else Path(path)
    place = place.expanduser().absolute()
    if not place.is_file():
        raise DocumentError(
            f"{place.name} is no longer at {place.parent}.", "Its text is kept and shown here.", path=path
        )
    if sys.platform == "win32":
        os.startfile(place)
        return f"Opened {place.name}: page {page}."
    command = command_for(place, page)
    if command is None:
        raise DocumentError(
            f"There is no PDF viewer here: see page {page} of {place}",
            "Over SSH, open the file on your own machine.",
            path=path,
        )
    try:
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise DocumentError(f"{command[0]} could not be started: {error}.", path=path) from error
    return f"Opening {place.name} at page {page}."
