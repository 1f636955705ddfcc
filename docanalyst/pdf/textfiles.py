"""Plain text and Markdown: a page for each form feed, one page when there is none."""

from __future__ import annotations

import codecs
from pathlib import Path

from docanalyst.domain.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAX_TEXT_BYTES = 256 << 20


def decode(data: bytes, path: Path) -> tuple[str, list[str]]:
    """The text of a file and warnings. Raises DocumentError for what is not text.

    A byte order mark decides; without one it is UTF-8, and failing that Windows-1252, with a warning.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), []
            except UnicodeDecodeError as error:
                raise _not_text(path) from error
    if b"\0" in data:
        raise _not_text(path)
    try:
        return data.decode(), []
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
        return text, [f"{path.name} is not UTF-8; it was read as Windows-1252 (Western European)."]


def split_pages(text: str) -> list[str]:
    """The pages of a text file; a form feed at the very end opens no further page."""
    pages = text.split("\f")
    if len(pages) > 1 and not pages[-1].strip():
        pages.pop()
    return pages


def _not_text(path: Path) -> DocumentError:
    return DocumentError(
        f"{path.name} is not a text file.", "Give it as PDF, or saved as UTF-8 text.", path=str(path)
    )
