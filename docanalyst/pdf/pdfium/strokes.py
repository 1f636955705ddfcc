"""The straight lines that paths and annotations are drawn with, as displayed."""

from __future__ import annotations

import ctypes
from itertools import pairwise

from docanalyst.pdf.pdfium.bindings import Matrix, raw
from docanalyst.pdf.pdfium.objects import IMAGE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from docanalyst.pdf.pdfium.document import OpenPage
    from docanalyst.pdf.pdfium.objects import Item

    Point = tuple[int, int]
    """Distance from the left and the top of the displayed page, in tenths of a point."""
    Line = tuple[Point, Point]

MOST_POINTS = 12
"""A path with more points is a drawing."""

_PALE = 235
"""Shade of 255 from which a line is not seen on paper."""

_LINE, _CURVE, _MOVE = 0, 1, 2
_FRAME_POINTS, _CIRCLE = 18, 13
"""Points of a frame at most, and of a circle: its beginning, and three for each of four curves; a box with
round corners has a line beside each."""


def straight_lines(page: OpenPage, item: Item) -> list[Line]:
    """The lines of a path; none where it has a curve or many points."""
    count = raw.FPDFPath_CountSegments(item.handle)
    if not 2 <= count <= MOST_POINTS:
        return []
    own = Matrix()
    raw.FPDFPageObj_GetMatrix(item.handle, ctypes.addressof(own))
    x, y = ctypes.c_float(), ctypes.c_float()
    lines: list[Line] = []
    before: Point | None = None
    for number in range(count):
        segment = raw.FPDFPath_GetPathSegment(item.handle, number)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind not in (_LINE, _MOVE):
            return []
        raw.FPDFPathSegment_GetPoint(segment, ctypes.addressof(x), ctypes.addressof(y))
        right, up = own.a * x.value + own.c * y.value + own.e, own.b * x.value + own.d * y.value + own.f
        if item.matrix is not None:
            a, b, c, d, e, f = item.matrix
            right, up = a * right + c * up + e, b * right + d * up + f
        point = _displayed(page, right, up)
        if kind == _LINE and before is not None:
            lines.append((before, point))
        before = point
    return lines


def is_frame(item: Item) -> bool:
    """Whether a path is a rectangle, two of them in one another, a box with round corners, or a circle."""
    count = raw.FPDFPath_CountSegments(item.handle)
    if not 4 <= count <= _FRAME_POINTS:
        return False
    x, y = ctypes.c_float(), ctypes.c_float()
    kinds, xs, ys = set[int](), set[float](), set[float]()
    for number in range(count):
        segment = raw.FPDFPath_GetPathSegment(item.handle, number)
        kinds.add(raw.FPDFPathSegment_GetType(segment))
        raw.FPDFPathSegment_GetPoint(segment, ctypes.addressof(x), ctypes.addressof(y))
        xs.add(round(x.value, 1))
        ys.add(round(y.value, 1))
    if _CURVE in kinds:
        return bool(count >= _CIRCLE)
    return len(xs) in (2, 4) and len(ys) in (2, 4)


def ink_lines(page: OpenPage, handle: int) -> list[Line]:
    """The lines of the strokes of an ink annotation."""
    lines: list[Line] = []
    for number in range(raw.FPDFAnnot_GetInkListCount(handle)):
        count = raw.FPDFAnnot_GetInkListPath(handle, number, None, 0)
        if not 1 < count <= 20_000:
            continue
        values = (ctypes.c_float * (2 * count))()
        raw.FPDFAnnot_GetInkListPath(handle, number, ctypes.addressof(values), count)
        points = [_displayed(page, values[place], values[place + 1]) for place in range(0, 2 * count, 2)]
        lines += pairwise(points)
    return lines


def line_of(page: OpenPage, handle: int) -> list[Line]:
    """The line of a line annotation."""
    ends = (ctypes.c_float * 4)()
    at = ctypes.addressof(ends)
    if not raw.FPDFAnnot_GetLine(handle, at, at + 8):
        return []
    return [(_displayed(page, ends[0], ends[1]), _displayed(page, ends[2], ends[3]))]


def _displayed(page: OpenPage, x: float, y: float) -> Point:
    left, top, _, _ = page.displayed(x, y, x, y)
    return left, top


def is_seen(item: Item) -> bool:
    """Whether a line or bar is drawn in ink."""
    if item.kind == IMAGE:
        return True
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item.handle, ctypes.addressof(mode), ctypes.addressof(stroke))
    parts = (ctypes.c_uint * 4)()
    at = ctypes.addressof(parts)
    for drawn, get in ((mode, raw.FPDFPageObj_GetFillColor), (stroke, raw.FPDFPageObj_GetStrokeColor)):
        if drawn.value and (not get(item.handle, at, at + 4, at + 8, at + 12) or _inked(*parts)):
            return True
    return False


def _inked(red: int, green: int, blue: int, alpha: int) -> bool:
    return min(red, green, blue) < _PALE and alpha > 60
