"""The PATHs of a command: files, folders and page ranges."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docanalyst.domain.errors import DocumentError
from docanalyst.formats.detection import KINDS, READABLE, SUFFIXES, kind_of, unreadable
from docanalyst.pdf.enclosures.members import (
    container_of,
    local_file,
    reason_of,
    split_member,
    with_attachments,
)
from docanalyst.pdf.ranges import page_numbers

__all__ = [
    "SelectedPath",
    "collect",
    "left_out",
    "natural_key",
    "page_numbers",
    "require_document",
    "split_pages",
    "unreadable",
]

_RANGES = re.compile(r"^(.+):([0-9][0-9,\-\s]*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SelectedPath:
    """A file to read. path: as given, or as found in a folder. pages: "3-40,55", or None for all pages."""

    path: str
    pages: str | None = None


def collect(paths: Sequence[str], *, alone: bool = False) -> list[SelectedPath]:
    """The files behind PATHs, in the order given; a folder gives its documents, recursively, in
    natural order; `left_out` tells what else is in it. An e-mail is followed by its attachments, unless each
    file is wanted `alone`.

    Raises DocumentError for a path that does not exist, is not a document, or a folder without documents.
    """
    found: list[SelectedPath] = []
    for given in paths:
        found.extend(_expand(os.fspath(given), alone))
    # An attachment that is named beside its e-mail is taken once.
    members = {item for item in found if split_member(item.path) is not None}
    return [item for at, item in enumerate(found) if item not in members or found.index(item) == at]


def _expand(given: str, alone: bool) -> list[SelectedPath]:
    path, pages = split_pages(given)
    place = Path(path).expanduser()
    if place.is_dir():
        if pages is not None:
            raise DocumentError(
                f"{path} is a folder, so it has no pages {pages}.", "Name a file: FOLDER/FILE.pdf:3-40."
            )
        return [item for file in _documents_in(place) for item in _members(str(file), alone)]
    if not place.exists() and split_member(place) is None:
        if any(mark in path for mark in "*?[") and (matches := _matches(place)):
            return [item for match in sorted(matches, key=natural_key) for item in _expand(match, alone)]
        raise DocumentError(
            f"There is no file {path}.", "Check the name; quote a path that has spaces.", path=given
        )
    if not container_of(place).is_file():
        raise DocumentError(f"{path} is neither a file nor a folder.", f"Give {READABLE}.", path=given)
    require_document(local_file(place), given)
    return _members(str(place), alone) if pages is None else [SelectedPath(str(place), pages)]


def _members(path: str, alone: bool) -> list[SelectedPath]:
    """A document and, where it is an e-mail, those of its attachments that can be read."""
    if alone:
        return [SelectedPath(path)]
    return [SelectedPath(member) for member, reason in with_attachments(path) if not reason]


def _matches(pattern: Path) -> list[str]:
    """The files of a pattern that no shell has expanded, as on Windows."""
    root = Path(pattern.anchor or ".")
    return [str(match) for match in root.glob(str(pattern.relative_to(pattern.anchor)))]


def split_pages(given: str) -> tuple[str, str | None]:
    """A path and its page ranges: "contract.pdf:3-40,55" → ("contract.pdf", "3-40,55").

    A file that literally has that name wins, and the letter of a Windows drive is part of the path.
    """
    match = _RANGES.match(given)
    if match is None or Path(given).expanduser().exists():
        return given, None
    path, ranges = match.group(1), match.group(2)
    if os.name == "nt" and len(path) == 1:
        return given, None
    return path, ",".join("".join(piece.split()) for piece in ranges.split(",") if piece.strip())


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Sort key that puts "exhibit 2" before "exhibit 10", letters without regard to case."""
    pieces = re.split(r"([0-9]+)", name.casefold())
    return [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces if piece]


def require_document(place: Path, given: str = "") -> None:
    """Raise DocumentError unless the file is of a kind that can be read (see `formats.detection`)."""
    kind_of(place, given)


def left_out(paths: Sequence[str]) -> list[tuple[str, str]]:
    """The files in the folders and e-mails among PATHs that `collect` does not take, each with the reason, in
    order."""
    found: list[tuple[str, str]] = []
    for given in paths:
        path, pages = split_pages(given)
        place = Path(path).expanduser()
        files = _in_folder(place) if place.is_dir() else [(place, "")] if pages is None else []
        for file, reason in files:
            found += (
                [(str(file), reason)]
                if reason
                else [(member, why) for member, why in with_attachments(str(file)) if why]
            )
    return found


LOCK = "~$"
"""How the names of the files begin that Office keeps beside an open document."""


def is_plain(folder: str, name: str) -> bool:
    """Return whether a name in a folder is a file: opening a pipe, a socket or a device could wait for ever.

    A link to nothing counts: reading it says what is missing.
    """
    try:
        return stat.S_ISREG(Path(folder, name).stat().st_mode)
    except OSError:
        return True


def _in_folder(folder: Path) -> list[tuple[Path, str]]:
    """The files of a folder in natural order, each with the reason why it is not read, "" for those that are.

    Hidden files and folders, whose names begin with a dot, are not looked at.
    """
    files: list[tuple[Path, str]] = []
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files.extend(
            (Path(root, name), _reason_against(Path(root, name)))
            for name in names
            if not name.startswith(".")
        )
    return sorted(files, key=lambda item: [natural_key(part) for part in item[0].relative_to(folder).parts])


def _reason_against(file: Path) -> str:
    """Why a file in a folder is not read; "" where it is. A damaged file of a kind that is read is an error
    of its own, never left out."""
    if file.name.startswith(LOCK):
        return "a lock file of Word"
    if not is_plain(str(file.parent), file.name):
        return "no ordinary file"
    try:
        kind_of(file)
    except DocumentError as error:
        if file.suffix.lower() in SUFFIXES:
            return ""
        return reason_of(error, file.name)
    return ""


def _documents_in(folder: Path) -> list[Path]:
    every = _in_folder(folder)
    files = [file for file, reason in every if not reason]
    if not files:
        raise DocumentError(
            f"No document found in {folder}.",
            f"{KINDS} are read" + (f"; {len(every)} of other kinds are in it." if every else "."),
            path=str(folder),
        )
    return files
