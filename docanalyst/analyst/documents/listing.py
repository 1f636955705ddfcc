"""Resolves PATHs to files and pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import DocumentError

if TYPE_CHECKING:
    from docanalyst.pdf import SelectedPath


NAMED = 20
"""Files left out that a note names; the receipt has all of them."""


def select_files(paths: Sequence[str], *, alone: bool = False) -> list[SelectedPath]:
    """Return the files at the PATHs, in order, with their pages.

    Args:
        alone: Whether e-mails come without their attachments.

    Raises:
        DocumentError: A path does not exist, is not a document, is a folder without documents, or is empty,
            which would mean the whole working directory.
    """
    from docanalyst.pdf import collect

    if not all(path.strip() for path in paths):
        raise DocumentError("A PATH is empty.", 'Name a file or a folder; "." is the current folder.')
    return collect(paths, alone=alone)


def of_folders(paths: Sequence[str]) -> set[str]:
    """Return the files that come from folders at the PATHs, and are not named themselves."""
    from docanalyst.pdf import collect

    folders = [path for path in paths if Path(path).expanduser().is_dir()]
    named = {item.path for path in paths if path not in folders for item in collect([path])}
    return {item.path for item in collect(folders)} - named if folders else set()


def list_files(paths: Sequence[str]) -> list[str]:
    """Return the PATHs of all single files, in order: a folder becomes its documents; page ranges are kept.

    Raises DocumentError as `select_files` does.
    """
    return [f"{item.path}:{item.pages}" if item.pages else item.path for item in select_files(paths)]


def files_left_out(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the files in the folders at the PATHs that are not read, and a note for each folder with any."""
    from docanalyst.pdf.paths import left_out

    files: list[str] = []
    notes: list[str] = []
    for path in paths:
        found = left_out([path])
        if found:
            files += [file for file, _ in found]
            named = "; ".join(f"{Path(file).name} ({reason})" for file, reason in found[:NAMED])
            more = f"; and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
            count = "1 file was" if len(found) == 1 else f"{len(found):,} files were"
            notes.append(f"{count} left out of {path}: {named}{more}.")
    return files, notes


def take_pages(document: Document, pages: str) -> Document:
    """Return the document with only these pages, such as "3-40,55"; "" means all pages read.

    Raises:
        DocumentError: A range is invalid, or the document does not have a page.
    """
    from docanalyst.pdf.ranges import page_numbers

    if not pages.strip():
        return document
    return document.select(page_numbers(pages, document.page_count, document.path))
