"""Units: what one row of the table is about, a file or a folder of files packed together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docanalyst.domain.errors import DocumentError

BY = ("file", "folder")


@dataclass(frozen=True, slots=True)
class File:
    """A file of a unit. pages: "3-40,55", or None for all."""

    path: str
    pages: str | None = None

    @property
    def given(self) -> str:
        """The PATH that reads it."""
        return f"{self.path}:{self.pages}" if self.pages else self.path


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of the table. name: unique in a run. digests: sha256 of the files' bytes, in order; empty until
    `identify` has read them."""

    name: str
    files: tuple[File, ...]
    digests: tuple[str, ...] = field(default=())

    @property
    def paths(self) -> list[str]:
        """The PATHs to read."""
        return [file.given for file in self.files]


def collect_units(paths: Sequence[str], by: str = "file") -> list[Unit]:
    """The units behind PATHs, in order, each once.

    by: "file", a unit for each file; "folder", a unit for each folder that holds PDFs, and for each file
    named by itself. Raises DocumentError for a path that does not exist or holds nothing to read.
    """
    from docanalyst.pdf import collect

    units: dict[str, Unit] = {}
    for given in paths:
        root = Path(given).expanduser()
        by_folder = by == "folder" and root.is_dir()
        for item in collect([given]):
            file = File(item.path, item.pages)
            name = str(Path(item.path).parent) if by_folder else file.given
            known = units.get(name)
            if known is None:
                units[name] = Unit(name, (file,))
            elif by_folder and file not in known.files:
                units[name] = Unit(name, (*known.files, file))
    return list(units.values())


def identify(unit: Unit) -> Unit:
    """The unit with the digests of its files. Raises DocumentError for a file that cannot be opened."""
    return Unit(unit.name, unit.files, tuple(_digest(file) for file in unit.files))


def _digest(file: File) -> str:
    try:
        with Path(file.path).expanduser().open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()
    except OSError as error:
        raise DocumentError(
            f"{Path(file.path).name} cannot be opened: {error.strerror or error}.",
            "Check that the file exists and that you may read it.",
            path=file.path,
        ) from error


def unit_key(unit: Unit, asked: Sequence[object]) -> str:
    """A digest of all that the answers depend on: the files' bytes and pages, and what is asked of whom.

    The names of its files are no part of it. asked: plain values, in a fixed order.
    """
    files = [[digest, file.pages or ""] for digest, file in zip(unit.digests, unit.files, strict=True)]
    return hashlib.sha256(json.dumps([files, list(asked)]).encode()).hexdigest()
