"""Resolves PATHs to files and pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import DocumentError

if TYPE_CHECKING:
    from docanalyst.pdf import SelectedPath


def select_files(paths: Sequence[str]) -> list[SelectedPath]:
    """Return the files at the PATHs, in order, with their pages.

    Raises:
        DocumentError: A path does not exist, is not a document, is a folder without PDFs, or is empty,
            which would mean the whole working directory.
    """
    from docanalyst.pdf import collect

    if not all(path.strip() for path in paths):
        raise DocumentError("A PATH is empty.", 'Name a file or a folder; "." is the current folder.')
    return collect(paths)


def list_files(paths: Sequence[str]) -> list[str]:
    """Return the PATHs of all single files, in order: a folder becomes its PDFs; page ranges are kept.

    Raises DocumentError as `select_files` does.
    """
    return [f"{item.path}:{item.pages}" if item.pages else item.path for item in select_files(paths)]


def take_pages(document: Document, pages: str) -> Document:
    """Return the document with only these pages, such as "3-40,55"; "" means all pages read.

    Raises:
        DocumentError: A range is invalid, or the document does not have a page.
    """
    from docanalyst.pdf.paths import page_numbers

    if not pages.strip():
        return document
    return document.select(page_numbers(pages, document.page_count, document.path))
