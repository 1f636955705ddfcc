"""Makes pictures of cited pages with the quotes highlighted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.domain.documents import Document, Span
from docanalyst.domain.errors import DocumentError
from docanalyst.pdf.enclosures.members import local_file

if TYPE_CHECKING:
    from docanalyst.pdf.marks.geometry import PagePicture


def marked_page(
    document: Document,
    number: int,
    spans: Sequence[Span],
    scale: float,
    *,
    margin: float | None = None,
    cache_dir: Path | None = None,
    password: str | None = None,
) -> PagePicture:
    """Return a page of a PDF with the words of these spans highlighted. Raises DocumentError.

    Args:
        document: The PDF as it was read.
        scale: Pixels per point.
        margin: Points to show above and below the words; None for the whole page.
    """
    from docanalyst.pdf.marks.geometry import draw_page, locate

    page = document.page(number)
    text = page.text if page else None
    boxes = [
        box
        for span in spans
        for box in locate(
            document.path,
            number,
            span.start,
            span.end,
            password=password,
            cache_dir=cache_dir,
            text=text,
        )
    ]
    return draw_page(
        document.path, number, scale, password=password, marks=boxes, margin=margin if boxes else None
    )


def page_as_read(
    document: Document, number: int, spans: Sequence[Span], scale: float, *, cache_dir: Path | None = None
) -> bytes:
    """Return a whole page as PNG.

    Raises:
        DocumentError: The file that was read is gone or has changed.
    """
    path = local_file(document.path)
    if path.suffix.lower() != ".pdf":
        raise DocumentError(
            f"{document.name} is not a PDF and has no page pictures.",
            "Read its text instead.",
            path=document.path,
        )
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DocumentError(
            f"{document.name} is no longer at {path.parent}.",
            "Its saved text is shown instead.",
            path=document.path,
        ) from error
    if digest != document.sha256:
        raise DocumentError(
            f"{document.name} has changed since it was read.",
            "Its saved text is shown instead.",
            path=document.path,
        )
    return marked_page(document, number, spans, scale, cache_dir=cache_dir).png
