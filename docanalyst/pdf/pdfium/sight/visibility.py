"""Text that a reader of the page may not see: without ink, off the page, too small, painted over.

This is the cheap look at how each piece of text is drawn. Only a page with something odd is drawn itself
(see `hidden`). Colour alone decides nothing: white letters on a dark head are read by everyone.
"""

from __future__ import annotations

import ctypes
from array import array
from bisect import bisect_left

from docanalyst.pdf.pdfium import bindings
from docanalyst.pdf.pdfium.added.annotations import COVERING, each_annotation, is_shown, rectangle
from docanalyst.pdf.pdfium.bindings import raw
from docanalyst.pdf.pdfium.clips import Clips, Edges, shared
from docanalyst.pdf.pdfium.objects import IMAGE, PATH, SHADING, SPECK, TEXT, Item, page_objects, transformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from docanalyst.pdf.pdfium.document import OpenPage
    from docanalyst.pdf.pdfium.objects import Matrix

OFF_PAGE, TOO_SMALL, NO_INK, COVERED = "off the page", "too small to read", "drawn without ink", "covered"
IN_PICTURE, UNDER_PICTURE = "in a picture", "under a picture"
"""Doubt about text without ink of its own, and about text that a picture is drawn over: the text layer of a
scan is like that."""

SMALLEST = 1.9
"""Height of a line, in points, under which nobody reads it: letters of about 1.65 points. The smallest print
that people read is of 4 points; labels of plots in papers, which a reader enlarges, go down to 1.7."""

NARROWEST = 0.12
"""Width of letters as a share of their usual width under which nobody reads them."""

LIGHT = 176
"""A colour with all parts above this, of 255, needs a dark ground to be seen."""

_FAINT = 40
_OPAQUE = 128
_SHADED = 176
"""A colour with a part under this, of 255, is none of paper: bars of this shade may be redactions."""
_SQUARE = 5.0, 20.0
"""Points that a box to tick is high."""
_THIN = 0.35
"""Width of a piece of text, as a share of its height, from which it need not be asked how narrow it is."""
_LINE = 1.15
"""Height of a line's box as a share of the size of its letters."""
_BAND = 24.0
_NEAR_SHADE = 64


Suspect = tuple[Item, str]
"""A piece of text to look at more closely, and why."""


class Look:
    """What a look at a page found.

    doubted: pieces of text that may be hidden, by address. rules: thin lines and bars. bars: dark surfaces
    as high as a line of text. images: pictures. outlines: paths drawn in lines, but for level and upright
    ones. squares: paths as wide as high. substituted: pieces of text for which the file gives other words.
    """

    __slots__ = ("bars", "doubted", "images", "outlines", "rules", "squares", "substituted")

    def __init__(self, doubted: dict[int, Suspect], rules: list[Item], seen: _Look) -> None:
        self.doubted, self.rules = doubted, rules
        self.images = [item for item, _, is_image in seen.grounds if is_image]
        self.squares = seen.squares
        self.bars, self.outlines, self.substituted = seen.bars, seen.outlines, seen.substituted


def look_at(page: OpenPage) -> Look:
    """Look at how each thing on a page is drawn."""
    rules: list[Item] = []
    look = _Look()
    left, bottom, right, top = page.left - 2, page.bottom - 2, page.right + 2, page.top + 2
    found: dict[int, Suspect] = {}
    for item in page_objects(page, rules):
        kind, handle, left_2, bottom_2, right_2, top_2, _, _ = item
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
        elif kind == IMAGE:
            rules.append(item)
    if page.annotation_count:
        covering = _covering_annotations(page)
        look.grounds += covering
        look.bars += [item for item, _, _ in covering if look.is_bar(item)]
    if look.grounds:
        for item, reason in look.on_grounds():
            found[item.handle] = item, reason
    return Look(found, rules, look)


def _covering_annotations(page: OpenPage) -> list[tuple[Item, int, bool]]:
    """Annotations painted over the page, as surfaces drawn last."""
    found = []
    for handle, kind in each_annotation(page):
        if kind in COVERING and is_shown(handle):
            place = rectangle(handle)
            item = Item(PATH, 0, place.left, place.bottom, place.right, place.top, None, None)
            found.append((item, -1, False))
    return found


class _Look:
    """How things are drawn. texts: item, lightness, and number of surfaces drawn before it. grounds: surfaces
    that may hide text, with their lightness (-1: many shades) and whether they are pictures."""

    def __init__(self) -> None:
        self.texts: list[tuple[Item, int, int]] = []
        self.grounds: list[tuple[Item, int, bool]] = []
        # The numbers of an array are taken out six times as fast as those of ctypes' arrays.
        self._colour = array("I", [0] * 4)
        at = self._colour.buffer_info()[0]
        self._parts = (at, at + 4, at + 8, at + 12)
        self._mode = array("i", [0] * 2)
        at = self._mode.buffer_info()[0]
        self._mode_at = (at, at + 4)
        self._number = ctypes.c_float()
        self._name, self._length = (ctypes.c_ushort * 8)(), ctypes.c_ulong()
        self._name_at = ctypes.addressof(self._name), 16, ctypes.addressof(self._length)
        self._clips = Clips()
        self._layers: dict[int, bool] = {}
        self.bars: list[Item] = []
        self.outlines: list[Item] = []
        self.squares: list[Item] = []
        self.substituted = False

    def text(self, item: Item) -> tuple[str, int]:
        """The reason to doubt a piece of text, "" for none, and its lightness."""
        _, handle, left, bottom, right, top, matrix, veil = item
        mode = raw.FPDFTextObj_GetTextRenderMode(handle)
        shade, alpha = self._shade(handle, raw.FPDFPageObj_GetFillColor)
        if mode:
            if mode in (3, 7):
                return IN_PICTURE, shade
            if mode in (1, 5):
                shade, alpha = self._shade(handle, raw.FPDFPageObj_GetStrokeColor)
        if alpha < _FAINT or shade < 0 or shade >= LIGHT or raw.FPDFPageObj_HasTransparency(handle):
            return NO_INK, shade
        wide, high = right - left, top - bottom
        if high < SMALLEST or wide < SMALLEST or wide < _THIN * high:
            if left == right and bottom == top:
                # A lone blank.
                return "", shade
            if self._is_small(item):
                return TOO_SMALL, shade
        found = self._clips.window(handle)
        if found is not None and self._clipped_away(item, *found, matrix):
            return NO_INK, shade
        if veil is not None and (
            veil.doubted or (veil.window and self._clipped_away(item, veil.window, veil.plain, None))
        ):
            return NO_INK, shade
        marks = raw.FPDFPageObj_CountMarks(handle)
        if marks > 0 and self._switched_off(handle, marks):
            return NO_INK, shade
        return "", shade

    def _shade(self, handle: int, get: Callable[[int, int, int, int, int], int]) -> tuple[int, int]:
        """Lightness (of the darkest part) and opacity, 0..255; a lightness of -1 where it is a pattern."""
        if not get(handle, *self._parts):
            return -1, 255
        red, green, blue, alpha = self._colour
        if red == green == blue:
            return red, alpha
        return min(red, green, blue), alpha

    def _is_small(self, item: Item) -> bool:
        """Whether the letters are small or narrow, and not just a dot, a dash or an "l"."""
        raw.FPDFTextObj_GetFontSize(item.handle, ctypes.addressof(self._number))
        matrix = bindings.Matrix()
        raw.FPDFPageObj_GetMatrix(item.handle, ctypes.addressof(matrix))
        height = abs(self._number.value) * (abs(matrix.c) + abs(matrix.d))
        width = abs(self._number.value) * (abs(matrix.a) + abs(matrix.b))
        if item.matrix is not None:
            a, b, c, d, _, _ = item.matrix
            height, width = height * (abs(c) + abs(d)), width * (abs(a) + abs(b))
        return bool(height < SMALLEST / _LINE or width < NARROWEST * height)

    @staticmethod
    def _clipped_away(item: Item, window: Edges, plain: bool, matrix: Matrix | None) -> bool:
        """Whether what may be drawn on may leave out a piece of text. plain: the window is all of it."""
        if matrix is not None:
            window = transformed(*window, matrix)
        left, bottom, right, top = window
        _, _, left_2, bottom_2, right_2, top_2, _, _ = item
        if left <= left_2 and bottom <= bottom_2 and right >= right_2 and top >= top_2:
            return not plain
        left, bottom, right, top = shared(window, (left_2, bottom_2, right_2, top_2))
        if right - left < 0.9 * (right_2 - left_2) or top - bottom < 0.3 * (top_2 - bottom_2):
            return True
        # A clip of another form may leave out any part of its box.
        return not plain

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
        if raw.FPDFPageObjMark_GetParamValueType(mark, b"ActualText"):
            self.substituted = True
        return length.value == 6 and name[0] == 0x4F and name[1] == 0x43

    def ground(self, item: Item) -> None:
        """Note a surface that may hide text: a filled path, a thick line, a picture, a shading."""
        if item.kind in (IMAGE, SHADING):
            self.grounds.append((item, -1, item.kind == IMAGE))
            if item.kind == IMAGE and self.is_bar(item):
                self.bars.append(item)
            return
        wide, high = item.right - item.left, item.top - item.bottom
        square = _SQUARE[0] <= high <= _SQUARE[1] and 5 * abs(wide - high) < high
        raw.FPDFPath_GetDrawMode(item.handle, *self._mode_at)
        fill, stroke = self._mode
        if fill:
            shade, alpha = self._shade(item.handle, raw.FPDFPageObj_GetFillColor)
            if square and (stroke or shade >= LIGHT):
                self.squares.append(item)
        elif stroke:
            if square:
                self.squares.append(item)
            self.outlines.append(item)
            if not self._is_thick(item):
                return
            shade, alpha = self._shade(item.handle, raw.FPDFPageObj_GetStrokeColor)
        else:
            return
        if alpha >= _OPAQUE:
            self.grounds.append((item, shade, False))
            if shade < _SHADED and self.is_bar(item):
                self.bars.append(item)

    def _is_thick(self, item: Item) -> bool:
        """Whether a path's line is thick enough to hide words."""
        raw.FPDFPageObj_GetStrokeWidth(item.handle, ctypes.addressof(self._number))
        width = self._number.value
        if item.matrix is not None:
            a, b, c, d, _, _ = item.matrix
            width *= max(abs(a) + abs(c), abs(b) + abs(d))
        return bool(width >= SPECK)

    @staticmethod
    def is_bar(item: Item) -> bool:
        """Whether a surface, alone or with others, may be a bar as high as a line of text."""
        high, wide = item.top - item.bottom, item.right - item.left
        return 5 <= min(high, wide) <= 60

    def on_grounds(self) -> list[tuple[Item, str]]:
        """Text under a later surface, and text that is as light or dark as an earlier one."""
        bands = _Bands(self.grounds)
        found = []
        # The words of a line ask for the same surfaces.
        known: dict[tuple[float, int, int], list[_Ground]] = {}
        for item, shade, before in self.texts:
            _, _, left, bottom, right, top, _, _ = item
            if top - bottom < 2 * _BAND:
                band = (bottom + top) / 2 // _BAND
                asked = known.get((band, shade, before))
                if asked is None:
                    asked = known[band, shade, before] = bands.near(int(band), shade, before)
                near = asked
            else:
                # Text that runs up the page.
                first, last = int(max(bottom, -2000) // _BAND), int(min(top, 20000) // _BAND)
                near = [
                    ground for band in range(first, last + 1) for ground in bands.near(band, shade, before)
                ]
            if not near:
                continue
            enough = 0.1 * (right - left) * (top - bottom)
            for left_2, bottom_2, right_2, top_2, number in near:
                if left_2 < right and left < right_2 and bottom_2 < top and bottom < top_2:
                    wide = (right if right < right_2 else right_2) - (left if left > left_2 else left_2)
                    high = (top if top < top_2 else top_2) - (bottom if bottom > bottom_2 else bottom_2)
                    if wide * high >= enough > 0:
                        later = UNDER_PICTURE if self.grounds[number][2] else COVERED
                        found.append((item, later if number >= before else NO_INK))
                        break
        return found


_Ground = tuple[float, float, float, float, int]
"""Left, bottom, right, top and number of a surface."""


class _Bands:
    """The surfaces of a page by height, so that each piece of text is held against few."""

    def __init__(self, grounds: list[tuple[Item, int, bool]]) -> None:
        self._shades = [shade for _, shade, _ in grounds]
        self._bands: dict[int, list[_Ground]] = {}
        self._alike: dict[tuple[int, int], list[_Ground]] = {}
        for number, (item, _, _) in enumerate(grounds):
            bottom, top = max(-2000.0, item.bottom), min(20000.0, item.top)
            ground = item.left, item.bottom, item.right, item.top, number
            for band in range(int(bottom // _BAND), int(top // _BAND) + 1):
                self._bands.setdefault(band, []).append(ground)

    def near(self, band: int, shade: int, before: int) -> list[_Ground]:
        """The surfaces at a height that may hide text of a shade: of those drawn before it, only the ones
        of a shade like it."""
        grounds = self._bands.get(band)
        if grounds is None:
            return []
        alike = self._alike.get((band, shade))
        if alike is None:
            shades = self._shades
            alike = self._alike[band, shade] = [
                ground
                for ground in grounds
                if shades[ground[4]] >= 0 and abs(shades[ground[4]] - shade) < _NEAR_SHADE
            ]
        first = bisect_left(grounds, before, key=_number)
        early = alike[: bisect_left(alike, before, key=_number)]
        return early + grounds[first:] if first < len(grounds) else early


def _number(ground: _Ground) -> int:
    return ground[4]
