"""Opens a PDF in the system's viewer, at a page if the viewer supports it."""

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
    """Return the command that shows this page, or None if no viewer is known."""
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
    """Open a file at a page and return a message for the user.

    Raises:
        DocumentError: That is impossible.
    """
    place = Path(path.rpartition(":")[0]) if not Path(path).exists() and ":" in path else Path(path)
    place = place.expanduser().absolute()
    if not place.is_file():
        raise DocumentError(
            f"{place.name} is no longer at {place.parent}.", "Its saved text is shown instead.", path=path
        )
    if sys.platform == "win32":
        os.startfile(place)
        return f"Opened {place.name}: page {page}."
    command = command_for(place, page)
    if command is None:
        raise DocumentError(
            f"No PDF viewer found. Open page {page} of {place} yourself.",
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
        raise DocumentError(f"Cannot start {command[0]}: {error}.", path=path) from error
    return f"Opening {place.name} at page {page}."
