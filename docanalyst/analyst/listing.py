"""What a window needs of PATHs beside reading them: which files they name, and other pages of a document."""

from __future__ import annotations

from collections.abc import Sequence

from docanalyst.domain.documents import Document


def list_files(paths: Sequence[str]) -> list[str]:
    """The PATHs of the single files behind PATHs, in order: a folder gives its PDFs, page ranges stay.

    Raises DocumentError for a path that does not exist, is no document, or a folder without PDFs.
    """
    from docanalyst.pdf import collect

    return [f"{item.path}:{item.pages}" if item.pages else item.path for item in collect(paths)]


def take_pages(document: Document, pages: str) -> Document:
    """The same document with only these pages: "3-40,55"; "" for all that were read.

    Raises DocumentError for a range that is none, or a page that the document does not have.
    """
    from docanalyst.pdf.paths import page_numbers

    if not pages.strip():
        return document
    return document.select(page_numbers(pages, document.page_count, document.path))
