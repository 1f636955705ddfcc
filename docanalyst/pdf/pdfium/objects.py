"""The things drawn on a page, in the order they are drawn, those inside forms included."""

from __future__ import annotations

import ctypes
from collections import namedtuple

from docanalyst.pdf.pdfium import bindings
from docanalyst.pdf.pdfium.bindings import raw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import NamedTuple

    from docanalyst.pdf.pdfium.document import OpenPage

    class Item(NamedTuple):
        """One object. handle: its address. left…top: its box in the page's space, points."""

        kind: int
        handle: int
        left: float
        bottom: float
        right: float
        top: float
        matrix: Matrix | None

    Matrix = tuple[float, float, float, float, float, float]
else:
    Item = namedtuple("Item", "kind handle left bottom right top matrix")

TEXT, PATH, IMAGE, SHADING, FORM = 1, 2, 3, 4, 5

MAX_DEPTH = 12
SPECK = 3.0
"""Points under which a path can neither hide text nor be its ground."""

MAX_OBJECTS = 60_000
"""More than this on a page and the rest is not looked at one by one."""


def page_objects(page: OpenPage) -> Iterator[Item]:
    """Every object that is not a form, nor a speck of a path, in drawing order."""
    counter = [0]
    return _walk(raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, page.handle, None, 0, counter)


def _walk(
    count: Callable[[int], int],
    get: Callable[[int, int], int],
    parent: int,
    matrix: Matrix | None,
    depth: int,
    counter: list[int],
) -> Iterator[Item]:
    kind_of, bounds = raw.FPDFPageObj_GetType, raw.FPDFPageObj_GetBounds
    edges = (ctypes.c_float * 4)()
    at = ctypes.addressof(edges)
    ats = at, at + 4, at + 8, at + 12
    for number in range(count(parent)):
        handle = get(parent, number)
        kind = kind_of(handle)
        counter[0] += 1
        if counter[0] > MAX_OBJECTS:
            return
        if kind == FORM:
            if depth < MAX_DEPTH:
                yield from _walk(
                    raw.FPDFFormObj_CountObjects,
                    raw.FPDFFormObj_GetObject,
                    handle,
                    _combined(_matrix(handle), matrix),
                    depth + 1,
                    counter,
                )
            continue
        if not bounds(handle, *ats):
            continue
        left, bottom, right, top = edges
        if kind == PATH and _is_speck(right - left, top - bottom, matrix):
            continue
        if matrix is not None:
            left, bottom, right, top = transformed(left, bottom, right, top, matrix)
        yield Item(kind, handle, left, bottom, right, top, matrix)


def _is_speck(width: float, height: float, matrix: Matrix | None) -> bool:
    """Whether a path is too small, or a line too thin, to matter: plots are made of thousands of them."""
    if matrix is not None:
        a, b, c, d, _, _ = matrix
        width, height = width * abs(a) + height * abs(c), width * abs(b) + height * abs(d)
    return width < SPECK or height < SPECK


def _matrix(handle: int) -> Matrix:
    values = bindings.Matrix()
    raw.FPDFPageObj_GetMatrix(handle, ctypes.addressof(values))
    return values.a, values.b, values.c, values.d, values.e, values.f


def _combined(inner: Matrix, outer: Matrix | None) -> Matrix | None:
    """The matrix that applies `inner`, then `outer`; None for the one that changes nothing."""
    if outer is None:
        return None if inner == (1, 0, 0, 1, 0, 0) else inner
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def transformed(
    left: float, bottom: float, right: float, top: float, matrix: Matrix
) -> tuple[float, float, float, float]:
    """The box around a transformed box."""
    a, b, c, d, e, f = matrix
    if b == 0 and c == 0:
        xs, ys = (a * left + e, a * right + e), (d * bottom + f, d * top + f)
        return min(xs), min(ys), max(xs), max(ys)
    corners = [(x, y) for x in (left, right) for y in (bottom, top)]
    xs4 = [a * x + c * y + e for x, y in corners]
    ys4 = [b * x + d * y + f for x, y in corners]
    return min(xs4), min(ys4), max(xs4), max(ys4)
