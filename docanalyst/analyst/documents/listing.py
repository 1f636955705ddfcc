"""What PATHs name: the files behind them, and other pages of a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import DocumentError

if TYPE_CHECKING:
    from docanalyst.pdf import SelectedPath


def select_files(paths: Sequence[str]) -> list[SelectedPath]:
    """The files behind PATHs, in order, with their pages.

    Raises DocumentError for a path that does not exist, is no document, or a folder without PDFs; and for one
    that is empty, which would stand for the whole working directory.
    """
    from docanalyst.pdf import collect

    if not all(path.strip() for path in paths):
        raise DocumentError("A PATH is empty.", 'Name a file or a folder; this folder is ".".')
    return collect(paths)


def list_files(paths: Sequence[str]) -> list[str]:
    """The PATHs of the single files behind PATHs, in order: a folder gives its PDFs, page ranges stay.

    Raises DocumentError as `select_files` does.
    """
    return [f"{item.path}:{item.pages}" if item.pages else item.path for item in select_files(paths)]


def take_pages(document: Document, pages: str) -> Document:
    """The same document with only these pages: "3-40,55"; "" for all that were read.

    Raises DocumentError for a range that is none, or a page that the document does not have.
    """
    from docanalyst.pdf.paths import page_numbers

    if not pages.strip():
        return document
    return document.select(page_numbers(pages, document.page_count, document.path))
