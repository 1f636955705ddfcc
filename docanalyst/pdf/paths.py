"""The PATHs of a command: files, folders and page ranges."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docanalyst.domain.documents import format_ranges
from docanalyst.domain.errors import DocumentError

TEXT_SUFFIXES = (".txt", ".md", ".markdown", ".text")
PDF_SUFFIX = ".pdf"

_RANGES = re.compile(r"^(.+):([0-9][0-9,\-\s]*)$", re.DOTALL)
_RANGE = re.compile(r"^\s*([0-9]{1,9})\s*(-\s*([0-9]{1,9})?\s*)?$")


@dataclass(frozen=True, slots=True)
class SelectedPath:
    """A file to read. path: as given, or as found in a folder. pages: "3-40,55", or None for all pages."""

    path: str
    pages: str | None = None


def collect(paths: Sequence[str]) -> list[SelectedPath]:
    """The files behind PATHs, in the order given; a folder gives its PDFs, recursively, in natural order.

    Raises DocumentError for a path that does not exist, is not a document, or a folder without PDFs.
    """
    found: list[SelectedPath] = []
    for given in paths:
        found.extend(_expand(os.fspath(given)))
    return found


def _expand(given: str) -> list[SelectedPath]:
    path, pages = split_pages(given)
    place = Path(path).expanduser()
    if place.is_dir():
        if pages is not None:
            raise DocumentError(
                f"{path} is a folder, so it has no pages {pages}.", "Name a file: FOLDER/FILE.pdf:3-40."
            )
        return [SelectedPath(str(file)) for file in _pdfs_in(place)]
    if not place.exists():
        if any(mark in path for mark in "*?[") and (matches := _matches(place)):
            return [item for match in sorted(matches, key=natural_key) for item in _expand(match)]
        raise DocumentError(
            f"There is no file {path}.", "Check the name; quote a path that has spaces.", path=given
        )
    if not place.is_file():
        raise DocumentError(f"{path} is neither a file nor a folder.", "Give a PDF, .txt or .md.", path=given)
    require_document(place, given)
    return [SelectedPath(str(place), pages)]


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


def page_numbers(pages: str | Sequence[int], page_count: int, path: str = "") -> list[int]:
    """The pages of a selection, sorted, each once: "3-5,9" → [3, 4, 5, 9]; "7-" runs to the end.

    Raises DocumentError, with the number of pages there are, for a page outside the document.
    """
    numbers: set[int] = set()
    if isinstance(pages, str):
        for piece in pages.split(","):
            match = _RANGE.match(piece)
            if match is None:
                raise DocumentError(f'"{pages}" is not a page range.', "Write it as 3-40,55.", path=path)
            first = int(match.group(1))
            last = page_count if match.group(2) and not match.group(3) else int(match.group(3) or first)
            if last < first:
                raise DocumentError(
                    f'"{piece.strip()}" runs backwards.', "Write the lower page first: 3-40,55.", path=path
                )
            _check_page(last if last > page_count else first, page_count, path)
            numbers.update(range(first, last + 1))
    else:
        for number in pages:
            _check_page(number, page_count, path)
            numbers.add(number)
    if not numbers:
        raise DocumentError("No pages given.", "Write pages as 3-40,55.", path=path)
    return sorted(numbers)


def _check_page(number: int, page_count: int, path: str) -> None:
    if 1 <= number <= page_count:
        return
    name = Path(path).name or "The document"
    has = "1 page" if page_count == 1 else f"{page_count} pages"
    raise DocumentError(
        f"{name} has {has}; there is no page {number}.",
        f"Pages are PDF numbers, {format_ranges(list(range(1, page_count + 1)))}.",
        path=path,
    )


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Sort key that puts "exhibit 2" before "exhibit 10", letters without regard to case."""
    pieces = re.split(r"([0-9]+)", name.casefold())
    return [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces if piece]


def require_document(place: Path, given: str = "") -> None:
    """Raise DocumentError unless the file is a PDF or a text file, by suffix or, failing that, by content."""
    if place.suffix.lower() in (PDF_SUFFIX, *TEXT_SUFFIXES):
        return
    try:
        with place.open("rb") as file:
            head = file.read(1024)
    except OSError as error:
        raise unreadable(place, error, given) from error
    if b"%PDF-" not in head:
        raise DocumentError(
            f"{place.name} is not a PDF, .txt or .md file.", "Save it as PDF first.", path=given or str(place)
        )


def unreadable(place: Path, error: OSError, given: str = "") -> DocumentError:
    """The error for a file that the system does not let us open."""
    reason = error.strerror or "it cannot be opened"
    return DocumentError(
        f"{place.name} cannot be opened: {reason}.",
        "Check that the file exists and that you have permission to read it.",
        path=given or str(place),
    )


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


def _pdfs_in(folder: Path) -> list[Path]:
    files: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files.extend(
            Path(root, name)
            for name in names
            if name.lower().endswith(PDF_SUFFIX) and not name.startswith((".", LOCK)) and is_plain(root, name)
        )
    if not files:
        raise DocumentError(
            f"No PDF found in {folder}.",
            "Only PDFs are read from a folder; name .txt and .md files one by one.",
            path=str(folder),
        )
    return sorted(files, key=lambda file: [natural_key(part) for part in file.relative_to(folder).parts])
