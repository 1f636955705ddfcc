"""The annotations of a page: each one with its kind, its rectangle, and whether it is shown."""

from __future__ import annotations

import ctypes

from docanalyst.pdf.pdfium.bindings import Rectangle, raw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from docanalyst.pdf.pdfium.document import OpenPage


LINK, FREE_TEXT, LINE, STRIKE_OUT, STAMP, INK, POPUP, FILE, WIDGET, WATERMARK = (
    2, 3, 4, 12, 13, 15, 16, 17, 20, 24,
)  # fmt: skip

_INVISIBLE = 1 | 2 | 32

COVERING = (FREE_TEXT, LINE, 5, 6, 7, 8, 9, STAMP, INK, WATERMARK, 28)
"""Annotations that may cover text: free text, line, square, circle, polygon, polyline, highlight (a black
one), stamp, ink, watermark, redaction."""


def each_annotation(page: OpenPage) -> Iterator[tuple[int, int]]:
    """Handle and kind of each annotation that is not switched off; closed when the next one is asked for."""
    for number in range(raw.FPDFPage_GetAnnotCount(page.handle)):
        handle = raw.FPDFPage_GetAnnot(page.handle, number)
        if handle:
            try:
                yield handle, raw.FPDFAnnot_GetSubtype(handle)
            finally:
                raw.FPDFPage_CloseAnnot(handle)


def rectangle(handle: int) -> Rectangle:
    """Where an annotation stands, in the page's space."""
    found = Rectangle()
    raw.FPDFAnnot_GetRect(handle, ctypes.byref(found))
    found.bottom, found.top = sorted((found.bottom, found.top))
    return found


def is_shown(handle: int) -> bool:
    """Whether an annotation's flags let it be seen."""
    return not int(raw.FPDFAnnot_GetFlags(handle)) & _INVISIBLE
