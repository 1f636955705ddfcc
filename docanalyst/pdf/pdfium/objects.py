"""The things drawn on a page, in the order they are drawn, those inside forms included."""

from __future__ import annotations

import ctypes
from array import array
from collections import namedtuple
from itertools import repeat

from docanalyst.pdf.pdfium import bindings
from docanalyst.pdf.pdfium.bindings import raw
from docanalyst.pdf.pdfium.clips import Clips, shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import NamedTuple

    from docanalyst.pdf.pdfium.clips import Edges
    from docanalyst.pdf.pdfium.document import OpenPage

    class Item(NamedTuple):
        """One object. handle: its address. left…top: its box in the page's space, points. matrix: of the form
        it is in. veil: of that form."""

        kind: int
        handle: int
        left: float
        bottom: float
        right: float
        top: float
        matrix: Matrix | None
        veil: Veil | None

    class Veil(NamedTuple):
        """What may hide all that is in a form. doubted: a layer, a mask, an alpha. window: what its clip lets
        through, in the page's space. plain: the clip is that box."""

        doubted: bool
        window: Edges | None
        plain: bool

    Matrix = tuple[float, float, float, float, float, float]
else:
    Item = namedtuple("Item", "kind handle left bottom right top matrix veil")
    Veil = namedtuple("Veil", "doubted window plain")

TEXT, PATH, IMAGE, SHADING, FORM = 1, 2, 3, 4, 5

MAX_DEPTH = 12
SPECK = 3.0
"""Points under which a path can neither hide text nor be its ground."""

LONG = 4.0
"""Points from which a thin line may strike a word."""

MAX_OBJECTS = 60_000
"""More than this on a page and the rest is not looked at one by one."""


def page_objects(page: OpenPage, rules: list[Item] | None = None) -> Iterator[Item]:
    """Every object that is not a form, nor a speck of a path, in drawing order.

    rules: takes the thin lines and bars that are left out, from two letters long.
    """
    return _Walk(page, rules).items(raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, page.handle)


def has_text_alone(page: OpenPage) -> bool:
    """Whether nothing but pieces of text is drawn on a page, or nothing at all."""
    get, kind_of, handle = raw.FPDFPage_GetObject, raw.FPDFPageObj_GetType, page.handle
    return all(kind_of(get(handle, number)) == TEXT for number in range(raw.FPDFPage_CountObjects(handle)))


class _Walk:
    """A walk over the objects of a page."""

    def __init__(self, page: OpenPage, rules: list[Item] | None) -> None:
        self._page, self._rules = page, rules
        self._seen = 0
        # The numbers of an array are taken out six times as fast as those of ctypes' arrays.
        self._edges = array("f", [0.0] * 4)
        first = self._edges.buffer_info()[0]
        self._at = first, first + 4, first + 8, first + 12
        self._clips: Clips | None = None

    def items(
        self,
        count: Callable[[int], int],
        get: Callable[[int, int], int],
        parent: int,
        matrix: Matrix | None = None,
        veil: Veil | None = None,
        depth: int = 0,
    ) -> Iterator[Item]:
        """The objects of a page or form."""
        kind_of, bounds, rules = raw.FPDFPageObj_GetType, raw.FPDFPageObj_GetBounds, self._rules
        edges, new = self._edges, tuple.__new__
        at, at_2, at_3, at_4 = self._at
        number = min(count(parent), MAX_OBJECTS - self._seen)
        self._seen += max(0, number)
        handles = list(map(get, repeat(parent), range(number)))
        for handle, kind in zip(handles, map(kind_of, handles), strict=True):
            if kind == FORM:
                if depth < MAX_DEPTH:
                    yield from self.items(
                        raw.FPDFFormObj_CountObjects,
                        raw.FPDFFormObj_GetObject,
                        handle,
                        _combined(_matrix(handle), matrix),
                        self._veil(handle, matrix, veil),
                        depth + 1,
                    )
                continue
            if not bounds(handle, at, at_2, at_3, at_4):
                continue
            left, bottom, right, top = edges
            if kind == PATH:
                width, height = right - left, top - bottom
                if matrix is not None:
                    a, b, c, d, _, _ = matrix
                    width, height = width * abs(a) + height * abs(c), width * abs(b) + height * abs(d)
                if width < SPECK or height < SPECK:
                    # Plots are made of thousands of specks and short lines.
                    if rules is not None and (width > LONG or height > LONG):
                        if matrix is not None:
                            left, bottom, right, top = transformed(left, bottom, right, top, matrix)
                        rules.append(Item(kind, handle, left, bottom, right, top, matrix, veil))
                    continue
            if matrix is not None:
                left, bottom, right, top = transformed(left, bottom, right, top, matrix)
            yield new(Item, (kind, handle, left, bottom, right, top, matrix, veil))

    def _veil(self, handle: int, matrix: Matrix | None, outer: Veil | None) -> Veil | None:
        """What may hide what is in a form; matrix and outer: of the form that it is in."""
        doubted = (
            bool(outer and outer.doubted)
            or raw.FPDFPageObj_CountMarks(handle) > 0
            or self._page.file.has_layers
            or self._is_see_through(handle)
        )
        clips = self._clips = self._clips or Clips()
        found = clips.window(handle)
        window, plain = (outer.window, outer.plain) if outer else (None, True)
        if found is not None:
            edges = found[0] if matrix is None else transformed(*found[0], matrix)
            window = edges if window is None else shared(window, edges)
            plain = plain and found[1]
        return Veil(doubted, window, plain) if doubted or window is not None else None

    @staticmethod
    def _is_see_through(handle: int) -> bool:
        """Whether a form is drawn through a mask, or with little or no opacity.

        pdfium tells a mask and a group apart by nothing, so every group is doubted.
        """
        return bool(raw.FPDFPageObj_HasTransparency(handle))


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
