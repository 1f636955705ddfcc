"""Text that a reader of the page may not see: without ink, off the page, too small, painted over.

This is the cheap look at how each piece of text is drawn. Only a page with something odd is drawn itself
(see `unseen`). Colour alone decides nothing: white letters on a dark head are read by everyone.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_left

from docanalyst.pdf.pdfium import bindings
from docanalyst.pdf.pdfium.annotations import COVERING, each_annotation, is_shown, rectangle
from docanalyst.pdf.pdfium.bindings import raw
from docanalyst.pdf.pdfium.objects import IMAGE, PATH, SHADING, SPECK, TEXT, Item, page_objects, transformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from docanalyst.pdf.pdfium.document import OpenPage

OFF_PAGE, TOO_SMALL, NO_INK, COVERED = "off the page", "too small to read", "drawn without ink", "covered"
IN_PICTURE = "in a picture"
"""Doubt about text without ink of its own, or under a picture: the text layer of a scan is like that."""

SMALLEST = 1.4
"""Height of a line, in points, under which nobody reads it: letters of about 1.2 points."""

LIGHT = 176
"""A colour with all parts above this, of 255, needs a dark ground to be seen."""

_FAINT = 40
_BAND = 24.0
_NEAR_SHADE = 64


Edges = tuple[float, float, float, float]
Suspect = tuple[Item, str]
"""A piece of text to look at more closely, and why."""


def suspects(page: OpenPage) -> dict[int, Suspect]:
    """Pieces of text that may be hidden, by address."""
    look = _Look()
    left, bottom, right, top = page.left - 2, page.bottom - 2, page.right + 2, page.top + 2
    found: dict[int, Suspect] = {}
    for item in page_objects(page):
        kind, handle, left_2, bottom_2, right_2, top_2, _ = item
        if kind == TEXT:
            reason, shade = look.text(item)
            if not reason and (left_2 < left or right_2 > right or bottom_2 < bottom or top_2 > top):
                reason = OFF_PAGE
            if reason:
                found[handle] = item, reason
            else:
                look.texts.append((item, shade, len(look.grounds)))
        elif right_2 - left_2 >= SPECK and top_2 - bottom_2 >= SPECK:
            look.ground(item)
    if page.annotation_count:
        look.grounds += _covering_annotations(page)
    if look.grounds:
        for item, reason in look.on_grounds():
            found[item.handle] = item, reason
    return found


def _covering_annotations(page: OpenPage) -> list[tuple[Item, int, bool]]:
    """Annotations painted over the page, as surfaces drawn last."""
    found = []
    for handle, kind in each_annotation(page):
        if kind in COVERING and is_shown(handle):
            place = rectangle(handle)
            item = Item(PATH, 0, place.left, place.bottom, place.right, place.top, None)
            found.append((item, -1, False))
    return found


class _Look:
    """How things are drawn. texts: item, lightness, and number of surfaces drawn before it. grounds: surfaces
    that may hide text, with their lightness (-1: many shades) and whether they are pictures."""

    def __init__(self) -> None:
        self.texts: list[tuple[Item, int, int]] = []
        self.grounds: list[tuple[Item, int, bool]] = []
        self._colour = (ctypes.c_uint * 4)()
        at = ctypes.addressof(self._colour)
        self._parts = (at, at + 4, at + 8, at + 12)
        self._number = ctypes.c_float()
        self._x, self._y = ctypes.c_float(), ctypes.c_float()
        self._name, self._length = (ctypes.c_ushort * 8)(), ctypes.c_ulong()
        self._name_at = ctypes.addressof(self._name), 16, ctypes.addressof(self._length)
        self._windows: dict[int, Edges] = {}
        self._layers: dict[int, bool] = {}

    def text(self, item: Item) -> tuple[str, int]:
        """The reason to doubt a piece of text, "" for none, and its lightness."""
        handle = item.handle
        mode = raw.FPDFTextObj_GetTextRenderMode(handle)
        shade, alpha = self._shade(handle, raw.FPDFPageObj_GetFillColor)
        if mode:
            if mode in (3, 7):
                return IN_PICTURE, shade
            if mode in (1, 5):
                shade, alpha = self._shade(handle, raw.FPDFPageObj_GetStrokeColor)
        if alpha < _FAINT or shade < 0 or shade >= LIGHT:
            return NO_INK, shade
        _, _, left, bottom, right, top, _ = item
        if top - bottom < SMALLEST or right - left < SMALLEST:
            if self._is_small(item):
                return TOO_SMALL, shade
            if left == right and bottom == top:
                # A lone blank.
                return "", shade
        clip = raw.FPDFPageObj_GetClipPath(handle)
        if (
            clip
            and (paths := raw.FPDFClipPath_CountPaths(clip)) > 0
            and self._clipped_away(item, clip, paths)
        ):
            return NO_INK, shade
        marks = raw.FPDFPageObj_CountMarks(handle)
        if marks > 0 and self._switched_off(handle, marks):
            return NO_INK, shade
        return "", shade

    def _shade(self, handle: int, get: object) -> tuple[int, int]:
        """Lightness (of the darkest part) and opacity, 0..255; a lightness of -1 where it is a pattern."""
        if not get(handle, *self._parts):  # type: ignore[operator]
            return -1, 255
        red, green, blue, alpha = self._colour
        return min(red, green, blue), alpha

    def _is_small(self, item: Item) -> bool:
        """Whether the letters are small, and not just a dot or a dash."""
        raw.FPDFTextObj_GetFontSize(item.handle, ctypes.addressof(self._number))
        matrix = bindings.Matrix()
        raw.FPDFPageObj_GetMatrix(item.handle, ctypes.addressof(matrix))
        height = abs(self._number.value) * (abs(matrix.c) + abs(matrix.d))
        if item.matrix is not None:
            height *= abs(item.matrix[2]) + abs(item.matrix[3])
        return bool(height < SMALLEST)

    def _clipped_away(self, item: Item, clip: int, paths: int) -> bool:
        """Whether what may be drawn on leaves out the middle of a piece of text."""
        left, bottom, right, top = -1e9, -1e9, 1e9, 1e9
        for path in range(paths if paths < 40 else 40):
            # Pieces drawn under the same clip share its paths, down to the address of their points.
            first = raw.FPDFClipPath_GetPathSegment(clip, path, 0)
            if not first:
                continue
            window = self._windows.get(first)
            if window is None:
                window = self._windows[first] = self._window(clip, path, first)
            left, bottom, right, top = _overlap(left, bottom, right, top, window)
        if item.matrix is not None:
            left, bottom, right, top = transformed(left, bottom, right, top, item.matrix)
        _, _, left_2, bottom_2, right_2, top_2, _ = item
        left, bottom, right, top = _overlap(left, bottom, right, top, (left_2, bottom_2, right_2, top_2))
        return right - left < 0.5 * (right_2 - left_2) or top - bottom < 0.3 * (top_2 - bottom_2)

    def _window(self, clip: int, path: int, first: int) -> Edges:
        """The box around a path of a clip. first: its first point."""
        get, point = raw.FPDFClipPath_GetPathSegment, raw.FPDFPathSegment_GetPoint
        x, y = self._x, self._y
        at_x, at_y = ctypes.addressof(x), ctypes.addressof(y)
        segments = raw.FPDFClipPath_CountPathSegments(clip, path)
        point(first, at_x, at_y)
        left, bottom = right, top = x.value, y.value
        # A rectangle is told by two opposite corners.
        for number in (2,) if segments in (4, 5) else range(1, min(segments, 64)):
            point(get(clip, path, number), at_x, at_y)
            left, right = min(left, x.value), max(right, x.value)
            bottom, top = min(bottom, y.value), max(top, y.value)
        return left, bottom, right, top

    def _switched_off(self, handle: int, marks: int) -> bool:
        """Whether the text belongs to a layer that can be switched off."""
        for number in range(marks):
            mark = raw.FPDFPageObj_GetMark(handle, number)
            layer = self._layers.get(mark)
            if layer is None:
                layer = self._layers[mark] = self._is_layer(mark)
            if layer:
                return True
        return False

    def _is_layer(self, mark: int) -> bool:
        name, length = self._name, self._length
        raw.FPDFPageObjMark_GetName(mark, *self._name_at)
        return length.value == 6 and name[0] == 0x4F and name[1] == 0x43

    def ground(self, item: Item) -> None:
        """Note a surface that may hide text: a filled path, a picture, a shading."""
        if item.kind == PATH:
            shade, alpha = self._shade(item.handle, raw.FPDFPageObj_GetFillColor)
            if alpha >= 128:
                mode, stroke = ctypes.c_int(), ctypes.c_int()
                raw.FPDFPath_GetDrawMode(item.handle, ctypes.addressof(mode), ctypes.addressof(stroke))
                if mode.value:
                    self.grounds.append((item, shade, False))
        elif item.kind in (IMAGE, SHADING):
            self.grounds.append((item, -1, item.kind == IMAGE))

    def on_grounds(self) -> list[tuple[Item, str]]:
        """Text under a later surface, and text that is as light or dark as an earlier one."""
        bands = _Bands(self.grounds)
        found = []
        for item, shade, before in self.texts:
            _, _, left, bottom, right, top, _ = item
            enough = 0.1 * (right - left) * (top - bottom)
            for number in bands.near(int((bottom + top) / 2 // _BAND), shade, before):
                ground, _, is_picture = self.grounds[number]
                _, _, left_2, bottom_2, right_2, top_2, _ = ground
                if left_2 < right and left < right_2 and bottom_2 < top and bottom < top_2:
                    left_2, bottom_2, right_2, top_2 = _overlap(
                        left, bottom, right, top, (left_2, bottom_2, right_2, top_2)
                    )
                    if (right_2 - left_2) * (top_2 - bottom_2) >= enough > 0:
                        later = IN_PICTURE if is_picture else COVERED
                        found.append((item, later if number >= before else NO_INK))
                        break
        return found


class _Bands:
    """The surfaces of a page by height, so that each piece of text is held against few."""

    def __init__(self, grounds: list[tuple[Item, int, bool]]) -> None:
        self._grounds = grounds
        self._bands: dict[int, list[int]] = {}
        self._alike: dict[tuple[int, int], list[int]] = {}
        for number, (ground, _, _) in enumerate(grounds):
            bottom, top = max(-2000.0, ground.bottom), min(20000.0, ground.top)
            for band in range(int(bottom // _BAND), int(top // _BAND) + 1):
                self._bands.setdefault(band, []).append(number)

    def near(self, band: int, shade: int, before: int) -> list[int]:
        """Numbers of the surfaces at a height that may hide text of a shade: of those drawn before it, only
        the ones of a shade like it."""
        numbers = self._bands.get(band)
        if numbers is None:
            return []
        alike = self._alike.get((band, shade))
        if alike is None:
            shades = [(number, self._grounds[number][1]) for number in numbers]
            alike = [number for number, other in shades if other >= 0 and abs(other - shade) < _NEAR_SHADE]
            self._alike[band, shade] = alike
        first = bisect_left(numbers, before)
        early = alike[: bisect_left(alike, before)]
        return early + numbers[first:] if first < len(numbers) else early


def _overlap(left: float, bottom: float, right: float, top: float, other: Edges) -> Edges:
    """What two boxes share; a box without extent where they share nothing."""
    left_2, bottom_2, right_2, top_2 = other
    return (
        left if left > left_2 else left_2,
        bottom if bottom > bottom_2 else bottom_2,
        right if right < right_2 else right_2,
        top if top < top_2 else top_2,
    )
