"""Units: the file or folder of files that one row of the table is about."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docanalyst.domain.errors import DocumentError
from docanalyst.pdf.enclosures.members import local_file

BY = ("file", "folder")


@dataclass(frozen=True, slots=True)
class File:
    """A file of a unit.

    Attributes:
        pages: "3-40,55", or None for all.
    """

    path: str
    pages: str | None = None

    @property
    def given(self) -> str:
        """The PATH of the file, with its pages."""
        return f"{self.path}:{self.pages}" if self.pages else self.path


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of the table.

    Attributes:
        name: Unique in a run.
        digests: SHA-256 of each file, in order; empty before `identify`.
    """

    name: str
    files: tuple[File, ...]
    digests: tuple[str, ...] = field(default=())

    @property
    def paths(self) -> list[str]:
        """The PATHs to read."""
        return [file.given for file in self.files]

    @property
    def is_text(self) -> bool:
        """Whether all files are plain text, which is read without a process of its own."""
        from docanalyst.formats.detection import SUFFIXES, TEXT

        return all(SUFFIXES.get(Path(file.path).suffix.lower()) == TEXT for file in self.files)


def collect_units(paths: Sequence[str], by: str = "file", table: Path | None = None) -> list[Unit]:
    """Return the units at the PATHs, in order, each once.

    Args:
        by: "file" for one unit for each file; "folder" for one unit for each folder with documents and for
            each single file.
        table: The file that the run writes; in a folder it is no document.

    Raises:
        DocumentError: A path does not exist or contains nothing to read.
    """
    from docanalyst.pdf import collect

    units: dict[str, Unit] = {}
    shown: dict[str, str] = {}
    for given in paths:
        root = Path(given).expanduser()
        by_folder = by == "folder" and root.is_dir()
        for item in collect([given]):
            if root.is_dir() and table is not None and is_same(item.path, table):
                continue
            file = File(item.path, item.pages)
            name = _shown(str(Path(item.path).parent) if by_folder else file.given, shown)
            known = units.get(name)
            if known is None:
                units[name] = Unit(name, (file,))
            elif by_folder and file not in known.files:
                units[name] = Unit(name, (*known.files, file))
    return list(units.values())


def is_same(path: str, table: Path) -> bool:
    """Whether a path is that of the file that the run writes."""
    try:
        return Path(path).samefile(table.expanduser())
    except OSError:
        return False


def _shown(place: str, known: dict[str, str]) -> str:
    """Return the unique name of a unit: its place, with bytes that are not UTF-8 replaced."""
    name = os.fsencode(place).decode("utf-8", "replace") if max(place, default="") >= "\udc80" else place
    other, number = name, 1
    while known.setdefault(other, place) != place:
        number += 1
        other = f"{name} ({number})"
    return other


def short_names(names: Sequence[str]) -> Callable[[str], str]:
    """Return a function that names units without the folder they all share."""
    try:
        folder = os.path.commonpath([str(Path(name).parent) for name in names])
    except ValueError:
        folder = ""
    return lambda name: name.removeprefix(folder).lstrip("/\\") or name


def identify(unit: Unit) -> Unit:
    """Return the unit with the digests of its files.

    Raises:
        DocumentError: A file cannot be opened.
    """
    return Unit(unit.name, unit.files, tuple(_digest(file) for file in unit.files))


def _digest(file: File) -> str:
    try:
        with local_file(file.path).open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()
    except OSError as error:
        raise DocumentError(
            f"Cannot open {Path(file.path).name}: {error.strerror or error}.",
            "Check that the file exists and that you have permission to read it.",
            path=file.path,
        ) from error


def unit_key(unit: Unit, asked: Sequence[object]) -> str:
    """Return a digest of everything that the answers depend on: the files' bytes and pages, and the request.

    File names are not part of it.

    Args:
        asked: Plain values that describe the request, in a fixed order.
    """
    files = [[digest, file.pages or ""] for digest, file in zip(unit.digests, unit.files, strict=True)]
    return hashlib.sha256(json.dumps([files, list(asked)]).encode()).hexdigest()
