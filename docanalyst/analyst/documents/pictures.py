"""Pictures of cited pages, the quoted words coloured in them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.domain.documents import Document, Span
from docanalyst.domain.errors import DocumentError

if TYPE_CHECKING:
    from docanalyst.pdf.marks.geometry import PagePicture


def marked_page(
    path: str,
    number: int,
    spans: Sequence[Span],
    scale: float,
    *,
    margin: float | None = None,
    cache_dir: Path | None = None,
    password: str | None = None,
) -> PagePicture:
    """A page of a PDF with the words of these spans coloured. Raises DocumentError.

    scale: pixels a point. margin: points to show above and below the words; None for the whole page.
    """
    from docanalyst.pdf.marks.geometry import draw_page, locate

    boxes = [
        box
        for span in spans
        for box in locate(path, number, span.start, span.end, password=password, cache_dir=cache_dir)
    ]
    return draw_page(path, number, scale, password=password, marks=boxes, margin=margin if boxes else None)


def page_as_read(
    document: Document, number: int, spans: Sequence[Span], scale: float, *, cache_dir: Path | None = None
) -> bytes:
    """A whole page as PNG, out of the very file that was read. Raises DocumentError where that is gone."""
    path = Path(document.path)
    if path.suffix.lower() != ".pdf":
        raise DocumentError(f"{document.name} is no PDF: its text is all there is of it.", path=document.path)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DocumentError(
            f"{document.name} is no longer at {path.parent}.",
            "Its text is kept and shown here.",
            path=document.path,
        ) from error
    if digest != document.sha256:
        raise DocumentError(
            f"{document.name} has changed since it was read: a picture would show another text.",
            "Its text as it was read is kept and shown here.",
            path=document.path,
        )
    return marked_page(document.path, number, spans, scale, cache_dir=cache_dir).png
