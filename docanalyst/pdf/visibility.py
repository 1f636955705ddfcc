"""Text that a reader of the page cannot see: without ink, off the page, too small, painted over.

First a cheap look at how each piece of text is drawn; only a page with something odd is drawn itself, with
and without the odd pieces. Text whose absence changes nothing on the page is hidden, whatever the trick. The
text layer of a scan is drawn without ink on purpose: it counts as seen where the scan has ink in its place.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable
from functools import partial

import pypdfium2_raw as raw

from docanalyst.pdf import pictures
from docanalyst.pdf.objects import IMAGE, PATH, SHADING, TEXT, Item, page_objects
from docanalyst.pdf.pdfium import OpenPage, utf16

OFF_PAGE, TOO_SMALL, NO_INK, COVERED = "off the page", "too small to read", "drawn without ink", "covered"

TWICE = "drawn twice"
"""Text that is not seen because the same text stands in its place, as where a long page was cut in strips."""

SMALLEST = 1.4
"""Height of a line, in points, under which nobody reads it: letters of about 1.2 points."""

LIGHT = 176
"""A colour with all parts above this, of 255, needs a dark ground to be seen."""

_FAINT = 40
_CONTRAST = 24
_INKED_COLUMNS = 0.12
_SCALE = 2.0
_BAND = 24.0

Ranges = list[tuple[int, int, str]]

_WORD = re.compile(r"\S+")


def hidden_ranges(page: OpenPage, text: str) -> Ranges:
    """Start, end and reason of each stretch of the page's text that is not seen."""
    suspects = _suspects(page)
    if not suspects:
        return []
    runs = _runs(page, text, suspects)
    hidden: Ranges = []
    doubtful: dict[str, list[tuple[int, int]]] = {}
    for start, end, reason in runs:
        left, bottom, right, top = _run_box(page, start, end)
        if right < page.left or left > page.right or top < page.bottom or bottom > page.top:
            hidden.append((start, end, OFF_PAGE))
        elif 0 < min(top - bottom, max(right - left, top - bottom)) < SMALLEST:
            hidden.append((start, end, TOO_SMALL))
        elif reason not in (OFF_PAGE, TOO_SMALL):
            doubtful.setdefault(reason, []).append((start, end))
    if doubtful:
        hidden += _unseen(page, text, suspects, doubtful)
    return sorted(hidden)


def blanked(text: str, hidden: Iterable[tuple[int, int, str]]) -> str:
    """The text with blanks for what is hidden: every character keeps its place."""
    pieces, at = [], 0
    for start, end, _ in hidden:
        pieces += [text[at:start], re.sub(r"[^\r\n]", " ", text[max(start, at) : end])]
        at = max(at, end)
    return "".join([*pieces, text[at:]])


def told(text: str, hidden: Ranges) -> list[tuple[str, str]]:
    """What to tell of hidden text: reason and words, stretch by stretch; not of text drawn twice."""
    stretches: list[tuple[str, str]] = []
    before, last = -2, ""
    for start, end, reason in hidden:
        if reason == TWICE:
            continue
        words = text[start:end]
        if reason == last and not text[before:start].strip():
            stretches[-1] = (reason, f"{stretches[-1][1]} {words}")
        else:
            stretches.append((reason, words))
        before, last = end, reason
    return stretches


_IN_PICTURE = "in a picture"
"""Reason of text without ink of its own, or under a picture: the text layer of a scan is like that."""


def _suspects(page: OpenPage) -> dict[int, str]:
    """Text objects that may be hidden, by address, with the reason to doubt them."""
    look = _Look(page)
    return look.suspects


class _Look:
    """The cheap look at how text is drawn."""

    def __init__(self, page: OpenPage) -> None:
        self.suspects: dict[int, str] = {}
        self._colour = (ctypes.c_uint * 4)()
        at = ctypes.addressof(self._colour)
        self._parts = (at, at + 4, at + 8, at + 12)
        self._number = ctypes.c_float()
        self._grounds: list[tuple[Item, int, bool]] = []
        self._texts: list[tuple[Item, int, int]] = []
        for item in page_objects(page):
            if item.kind == TEXT:
                self._text(item, page)
            elif item.right - item.left >= 3 and item.top - item.bottom >= 3:
                self._ground(item)
        if self._grounds:
            self._compare_with_grounds()

    def _text(self, item: Item, page: OpenPage) -> None:
        handle = item.handle
        mode = raw.FPDFTextObj_GetTextRenderMode(handle)
        shade, alpha = self._fill(handle, stroke=mode in (1, 5))
        if mode in (3, 7):
            self.suspects[handle] = _IN_PICTURE
        elif alpha < _FAINT or shade < 0 or shade >= LIGHT:
            self.suspects[handle] = NO_INK
        elif (
            item.left < page.left - 2
            or item.right > page.right + 2
            or item.bottom < page.bottom - 2
            or item.top > page.top + 2
        ):
            self.suspects[handle] = OFF_PAGE
        elif min(item.top - item.bottom, item.right - item.left) < SMALLEST and self._is_small(item):
            self.suspects[handle] = TOO_SMALL
        elif self._clipped_away(item) or self._switched_off(handle):
            self.suspects[handle] = NO_INK
        self._texts.append((item, shade, len(self._grounds)))

    def _fill(self, handle: int, *, stroke: bool = False) -> tuple[int, int]:
        """Lightness (of the darkest part) and opacity, 0..255; a lightness of -1 where it is a pattern."""
        get = raw.FPDFPageObj_GetStrokeColor if stroke else raw.FPDFPageObj_GetFillColor
        if not get(handle, *self._parts):
            return -1, 255
        red, green, blue, alpha = self._colour
        return min(red, green, blue), alpha

    def _is_small(self, item: Item) -> bool:
        """Whether the letters are small, and not just a dot or a dash."""
        raw.FPDFTextObj_GetFontSize(item.handle, ctypes.addressof(self._number))
        matrix = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(item.handle, ctypes.addressof(matrix))
        height = abs(self._number.value) * (abs(matrix.c) + abs(matrix.d))
        if item.matrix is not None:
            height *= abs(item.matrix[2]) + abs(item.matrix[3])
        return bool(height < SMALLEST)

    def _clipped_away(self, item: Item) -> bool:
        clip = raw.FPDFPageObj_GetClipPath(item.handle)
        paths = raw.FPDFClipPath_CountPaths(clip) if clip else 0
        if paths < 1:
            return False
        x, y = ctypes.c_float(), ctypes.c_float()
        at_x, at_y = ctypes.addressof(x), ctypes.addressof(y)
        left, bottom, right, top = -1e9, -1e9, 1e9, 1e9
        for path in range(paths):
            xs, ys = [], []
            for number in range(min(64, raw.FPDFClipPath_CountPathSegments(clip, path))):
                segment = raw.FPDFClipPath_GetPathSegment(clip, path, number)
                if raw.FPDFPathSegment_GetPoint(segment, at_x, at_y):
                    xs.append(x.value)
                    ys.append(y.value)
            if xs:
                left, right = max(left, min(xs)), min(right, max(xs))
                bottom, top = max(bottom, min(ys)), min(top, max(ys))
        if item.matrix is not None:
            from docanalyst.pdf.objects import transformed

            left, bottom, right, top = transformed(left, bottom, right, top, item.matrix)
        wide = min(right, item.right) - max(left, item.left)
        high = min(top, item.top) - max(bottom, item.bottom)
        return wide < 0.5 * (item.right - item.left) or high < 0.3 * (item.top - item.bottom)

    def _switched_off(self, handle: int) -> bool:
        """Whether the text belongs to a layer that can be switched off."""
        name, length = (ctypes.c_ushort * 8)(), ctypes.c_ulong()
        for number in range(raw.FPDFPageObj_CountMarks(handle)):
            mark = raw.FPDFPageObj_GetMark(handle, number)
            raw.FPDFPageObjMark_GetName(mark, ctypes.addressof(name), 16, ctypes.addressof(length))
            if length.value == 6 and name[0] == 0x4F and name[1] == 0x43:
                return True
        return False

    def _ground(self, item: Item) -> None:
        """A surface that may hide text: a filled path, a picture, a shading."""
        if item.kind == PATH:
            mode, stroke = ctypes.c_int(), ctypes.c_int()
            raw.FPDFPath_GetDrawMode(item.handle, ctypes.addressof(mode), ctypes.addressof(stroke))
            shade, alpha = self._fill(item.handle)
            if mode.value and alpha >= 128:
                self._grounds.append((item, shade, False))
        elif item.kind in (IMAGE, SHADING):
            self._grounds.append((item, -1, item.kind == IMAGE))

    def _compare_with_grounds(self) -> None:
        """Doubt text under a later surface, and text that is as light or dark as an earlier one."""
        bands: dict[int, list[int]] = {}
        for number, (ground, _, _) in enumerate(self._grounds):
            for band in _bands(ground):
                bands.setdefault(band, []).append(number)
        for item, shade, before in self._texts:
            if item.handle in self.suspects:
                continue
            area = (item.right - item.left) * (item.top - item.bottom)
            for number in bands.get(int((item.bottom + item.top) / 2 // _BAND), ()):
                ground, ground_shade, is_picture = self._grounds[number]
                if number < before and (ground_shade < 0 or abs(ground_shade - shade) >= 64):
                    continue
                wide = min(item.right, ground.right) - max(item.left, ground.left)
                high = min(item.top, ground.top) - max(item.bottom, ground.bottom)
                if wide > 0 and high > 0 and wide * high >= 0.1 * area:
                    later = _IN_PICTURE if is_picture else COVERED
                    self.suspects[item.handle] = later if number >= before else NO_INK
                    break


def _bands(item: Item) -> range:
    """The strips of the page that an object reaches into."""
    bottom, top = max(-2000.0, item.bottom), min(20000.0, item.top)
    return range(int(bottom // _BAND), int(top // _BAND) + 1)


def _runs(page: OpenPage, text: str, suspects: dict[int, str]) -> Ranges:
    """Words, or parts of words, that belong to suspect objects: start, end and the reason."""
    owner, address, index = raw.FPDFText_GetTextObject, page.text_address, page.index
    runs: Ranges = []
    for word in _WORD.finditer(text):
        start, reason = -1, ""
        for place in range(word.start(), word.end()):
            found = suspects.get(owner(address, index(place)), "")
            if found != reason:
                if reason:
                    runs.append((start, place, reason))
                start, reason = place, found
        if reason:
            runs.append((start, word.end(), reason))
    return runs


def _run_box(page: OpenPage, start: int, end: int) -> tuple[float, float, float, float]:
    """The box around a run's first and last character, in the page's space."""
    first, last = page.character_box(start), page.character_box(end - 1)
    return (
        min(first[0], last[0]),
        min(first[1], last[1]),
        max(first[2], last[2]),
        max(first[3], last[3]),
    )


def _unseen(
    page: OpenPage, text: str, suspects: dict[int, str], doubtful: dict[str, list[tuple[int, int]]]
) -> Ranges:
    """The runs among the doubtful that no picture of the page shows."""
    try:
        with_all = pictures.draw(page, _SCALE)
    except ValueError:
        return [(start, end, NO_INK) for runs in doubtful.values() for start, end in runs]
    hidden: Ranges = []
    drawn = [reason for reason in doubtful if reason != _IN_PICTURE]
    if drawn:
        odd = [handle for handle, reason in suspects.items() if reason in drawn]
        for handle in odd:
            raw.FPDFPageObj_SetIsActive(handle, 0)
        without = pictures.draw(page, _SCALE)
        for handle in odd:
            raw.FPDFPageObj_SetIsActive(handle, 1)
        ordinary = [item for item in page_objects(page) if item.kind == TEXT and item.handle not in suspects]
        for reason in drawn:
            for start, end in doubtful[reason]:
                if not _changes(with_all, without, _pixel_box(page, with_all, start, end)):
                    twice = _drawn_twice(page, ordinary, text[start:end], _run_box(page, start, end))
                    hidden.append((start, end, TWICE if twice else reason))
    if _IN_PICTURE in doubtful:
        visible = _visible_boxes(page, suspects)
        for start, end in doubtful[_IN_PICTURE]:
            box = _run_box(page, start, end)
            if _overlaps(box, visible) or not _has_ink(with_all, _pixel_box(page, with_all, start, end)):
                hidden.append((start, end, NO_INK))
    return _settled(text, hidden, doubtful)


def _settled(text: str, hidden: Ranges, doubtful: dict[str, list[tuple[int, int]]]) -> Ranges:
    """Marks without letters follow the words around them: a lone dot is too little to judge by."""
    runs = [run for group in doubtful.values() for run in group]
    words = {run for run in runs if any(map(str.isalnum, text[slice(*run)]))}
    reasons = {(start, end): reason for start, end, reason in hidden}
    if words and words <= reasons.keys():
        usual = next(reason for run, reason in reasons.items() if run in words)
        return [(*run, reasons.get(run, usual)) for run in runs]
    return [item for item in hidden if (item[0], item[1]) in words]


def _drawn_twice(
    page: OpenPage, ordinary: list[Item], word: str, box: tuple[float, float, float, float]
) -> bool:
    """Whether an ordinary piece of text in the same place says the same."""
    left, bottom, right, top = box
    for item in ordinary:
        wide, high = (
            min(right, item.right) - max(left, item.left),
            min(top, item.top) - max(bottom, item.bottom),
        )
        if wide > 0.7 * (right - left) and high > 0.4 * (top - bottom):
            handle = ctypes.cast(item.handle, raw.FPDF_PAGEOBJECT)
            if word in utf16(partial(raw.FPDFTextObj_GetText, handle, page.text_handle)):
                return True
    return False


Pixels = tuple[int, int, int, int]


def _pixel_box(page: OpenPage, picture: pictures.Picture, start: int, end: int) -> Pixels:
    """Where a run stands in a picture: left, top, right, bottom, within it."""
    left, top, right, bottom = page.displayed(*_run_box(page, start, end))
    scale = picture.scale / 10
    return (
        max(0, int(left * scale)),
        max(0, int(top * scale)),
        min(picture.width, int(right * scale) + 1),
        min(picture.height, int(bottom * scale) + 1),
    )


def _changes(first: pictures.Picture, second: pictures.Picture, box: Pixels) -> bool:
    """Whether two pictures differ in enough columns of a box to make out a word."""
    left, top, right, bottom = box
    changed: set[int] = set()
    for y in range(top, bottom):
        row = slice(y * first.stride + left, y * first.stride + right)
        one, other = first.pixels[row], second.pixels[row]
        if one != other:
            changed.update(
                x for x, (a, b) in enumerate(zip(one, other, strict=True)) if abs(a - b) >= _CONTRAST
            )
    return len(changed) >= max(1, _INKED_COLUMNS * (right - left))


def _has_ink(picture: pictures.Picture, box: Pixels) -> bool:
    """Whether enough columns of a box hold both paper and ink."""
    left, top, right, bottom = box
    inked = 0
    for x in range(left, right):
        column = picture.pixels[top * picture.stride + x : bottom * picture.stride + x : picture.stride]
        if column and max(column) - min(column) >= _CONTRAST:
            inked += 1
    return inked >= max(1, _INKED_COLUMNS * (right - left))


def _visible_boxes(page: OpenPage, suspects: dict[int, str]) -> list[tuple[float, float, float, float]]:
    """Boxes of text that is drawn in the ordinary way."""
    return [
        (item.left, item.bottom, item.right, item.top)
        for item in page_objects(page)
        if item.kind == TEXT and suspects.get(item.handle, "") != _IN_PICTURE
    ]


def _overlaps(
    box: tuple[float, float, float, float], others: list[tuple[float, float, float, float]]
) -> bool:
    """Whether other text covers a third of a box."""
    left, bottom, right, top = box
    area = max(1e-6, (right - left) * (top - bottom))
    for left_2, bottom_2, right_2, top_2 in others:
        wide, high = min(right, right_2) - max(left, left_2), min(top, top_2) - max(bottom, bottom_2)
        if wide > 0 and high > 0 and wide * high > area / 3:
            return True
    return False
