"""The second parser, pypdf, for files that pdfium refuses. It gives text without positions.

Of 2,719 odd files pdfium refused 123, most for want of a password, and pypdf read two of the rest. It runs in
the limited process like the first.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from docanalyst.pdf import limits
from docanalyst.pdf.layout import lines as layout
from docanalyst.pdf.layout.joins import LINE
from docanalyst.pdf.pdfium.pages import without_garble

LINE_HEIGHT = 140
"""Lines are told apart by place only in their order: each gets a strip of the page, in tenths of a point."""


class NoPdf(Exception):
    """pypdf refuses the file too."""

    kind = "damaged"


def describe(path: str, password: str | None) -> dict[str, Any]:
    """What the file says of itself. Raises NoPdf."""
    reader = _reader(path, password)
    try:
        count = len(reader.pages)
        metadata = {"Title": str(reader.metadata.title)} if reader.metadata and reader.metadata.title else {}
    except Exception as error:
        raise NoPdf(str(error)) from error
    if not count:
        raise NoPdf("no pages")
    return {
        "pages": count,
        "encrypted": reader.is_encrypted,
        "password": reader.is_encrypted,
        "metadata": metadata,
    }


def read_pages(path: str, password: str | None, numbers: Sequence[int]) -> Iterator[dict[str, Any]]:
    """The message about each page."""
    reader = _reader(path, password)
    for number in numbers:
        try:
            text = reader.pages[number - 1].extract_text()
        except Exception:
            yield {"number": number, "failed": "is damaged"}
            continue
        if len(text) > limits.MAX_PAGE_CHARACTERS:
            yield {"number": number, "over": len(text)}
            continue
        text, garbled = without_garble(text)
        texts = [layout.plain(line.strip()) for line in text.split("\n") if line.strip()]
        boxes = [
            edge
            for line in range(len(texts))
            for edge in (0, line * LINE_HEIGHT, 5000, (line + 1) * LINE_HEIGHT - 20)
        ]
        yield {
            "number": number,
            "lines": "\n".join(texts),
            "boxes": boxes,
            "joins": LINE * len(texts),
            "size": [0.0, 0.0],
            "label": "",
            "garbled": garbled,
        }


def _reader(path: str, password: str | None) -> Any:
    logging.disable(logging.CRITICAL)
    from pypdf import PdfReader

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(password or ""):
            raise NoPdf("a password is needed")
    except Exception as error:
        raise NoPdf(str(error)) from error
    return reader
