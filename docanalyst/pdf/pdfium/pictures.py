"""Pictures of pages: grey for recognition and for the test of what is visible, PNG for the eye."""

from __future__ import annotations

import ctypes
import struct
import time
import zlib

from docanalyst.pdf.pdfium.bindings import raw
from docanalyst.pdf.pdfium.objects import IMAGE, TEXT, has_text_alone, page_objects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from docanalyst.pdf.pdfium.document import OpenPage

MAX_PIXELS = 24_000_000
"""A larger page is drawn at a smaller scale."""

BLANK_INK = 0.0001
"""Share of ink under which a page is blank to the eye."""

PICTURE_INK = 0.0015
"""Share of ink from which a page may hold words; a thin rule across the page has half of it."""

_GREY, _BGRX = 1, 3
_INK_SCALE = 0.5
_INK = 40
_MARKER = bytes(shade // 4 for shade in range(256))


class Picture:
    """Pixels row by row, one byte each (grey) or four (blue, green, red, unused). scale: pixels a point.
    top: the row of the page that the first row is."""

    __slots__ = ("height", "pixels", "scale", "stride", "top", "width")

    def __init__(
        self, width: int, height: int, stride: int, pixels: bytes, scale: float, top: int = 0
    ) -> None:
        self.width, self.height, self.stride, self.pixels, self.scale = width, height, stride, pixels, scale
        self.top = top


class TooSlow(Exception):
    """Drawing a page would take longer than it may."""


_Asked = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)


class _Pause(ctypes.Structure):
    """IFSDK_PAUSE: asks whether to go on drawing."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("ask", _Asked),
        ("user", ctypes.c_void_p),
    )


_TO_BE_CONTINUED = 1


def draw(
    page: OpenPage,
    scale: float,
    *,
    colour: bool = False,
    annotations: bool = True,
    until: float | None = None,
    part: tuple[int, int, int, int] | None = None,
) -> Picture:
    """The page as displayed, with or without its annotations, on white.

    until: processor time of this process, in seconds, at which to give up. part: the box to draw, as
    displayed, in tenths of a point; all by default.

    Raises TooSlow, and ValueError for a page without an area.
    """
    width, height = page.size
    if not (width > 0 and height > 0):
        raise ValueError("a page without an area")
    scale = min(scale, (MAX_PIXELS / (width * height)) ** 0.5)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (0, 0) if part is None else (int(part[0] * scale / 10), int(part[1] * scale / 10))
    columns, rows = size
    if part is not None:
        columns = max(1, min(columns, round(part[2] * scale / 10)) - left)
        rows = max(1, min(rows, round(part[3] * scale / 10)) - top)
    bitmap = raw.FPDFBitmap_CreateEx(columns, rows, _BGRX if colour else _GREY, None, 0)
    if not bitmap:
        raise MemoryError
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, columns, rows, 0xFFFFFFFF)
        if until is None:
            raw.FPDF_RenderPageBitmap(bitmap, page.handle, -left, -top, *size, page.turn, int(annotations))
        else:
            _draw_until(page, bitmap, (-left, -top, *size), int(annotations), until)
        stride = int(raw.FPDFBitmap_GetStride(bitmap))
        pixels = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), stride * rows)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return Picture(columns, rows, stride, pixels, scale, top)


def _draw_until(
    page: OpenPage, bitmap: int, place: tuple[int, int, int, int], flags: int, until: float
) -> None:
    """Draw, and look at the clock in between. place: left, top, width and height of the page in pixels."""
    pause = _Pause(1, _Asked(lambda _: time.process_time() > until))
    status = raw.FPDF_RenderPageBitmap_Start(
        bitmap, page.handle, *place, page.turn, flags, ctypes.addressof(pause)
    )
    raw.FPDF_RenderPage_Close(page.handle)
    if status == _TO_BE_CONTINUED:
        raise TooSlow


def grey_pixels(picture: Picture) -> bytes:
    """The pixels of a grey picture, row by row, without padding."""
    if picture.stride == picture.width:
        return picture.pixels
    starts = range(0, picture.height * picture.stride, picture.stride)
    return b"".join(picture.pixels[start : start + picture.width] for start in starts)


Marks = list[tuple[int, int, int, int]]
"""Boxes in pixels of a picture: left, top, right, bottom."""


def in_pixels(picture: Picture, marks: Sequence[tuple[int, int, int, int]]) -> Marks:
    """Boxes as displayed, in tenths of a point, as pixels of the picture."""
    scale = picture.scale / 10
    boxes = [[max(0, int(edge * scale)) for edge in mark] for mark in marks]
    return [(left, top, right, bottom) for left, top, right, bottom in boxes]


def rows_around(picture: Picture, marks: Marks, margin: float | None) -> range:
    """The rows of a picture to show: all, or those within margin points of the marks."""
    if margin is None or not marks:
        return range(picture.height)
    room = round(margin * picture.scale)
    first = max(0, min(mark[1] for mark in marks) - room)
    last = min(picture.height, max(mark[3] for mark in marks) + room + 1)
    return range(min(first, picture.height - 1), max(last, 1))


def png(picture: Picture, marks: Marks, rows: range) -> bytes:
    """These rows of a colour picture as PNG. marks: boxes to colour like a marker."""
    lines = []
    for y in rows:
        row = bytearray(picture.pixels[y * picture.stride : y * picture.stride + 4 * picture.width])
        for left, top, right, bottom in marks:
            if top <= y <= bottom:
                blue = slice(4 * left, 4 * right + 4, 4)
                row[blue] = row[blue].translate(_MARKER)
        line = bytearray(1 + 3 * picture.width)
        line[1::3], line[2::3], line[3::3] = row[2::4], row[1::4], row[0::4]
        lines.append(bytes(line))
    header = struct.pack(">IIBBBBB", picture.width, len(rows), 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _png_part(kind, data)
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 6)), (b"IEND", b""))
    )


def _png_part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def ink_beside_text(page: OpenPage) -> float:
    """Share of the page, 0..1, that stands out from the paper when its text is left out."""
    if not page.annotation_count and has_text_alone(page):
        return 0.0
    letters = [item.handle for item in page_objects(page) if item.kind == TEXT]
    for handle in letters:
        raw.FPDFPageObj_SetIsActive(handle, 0)
    try:
        pixels = grey_pixels(draw(page, _INK_SCALE))
    except ValueError:
        return 0.0
    finally:
        for handle in letters:
            raw.FPDFPageObj_SetIsActive(handle, 1)
    paper = 255
    if 2 * pixels.count(paper) <= len(pixels):
        counts = {shade: pixels.count(shade) for shade in set(pixels)}
        paper = max(counts, key=counts.__getitem__)
    near = bytes(range(max(0, paper - _INK), min(255, paper + _INK) + 1))
    return len(pixels.translate(None, near)) / len(pixels)


def image_share(page: OpenPage) -> float:
    """Share of the page's area under pictures, 0..1; pictures over each other count once each."""
    area = (page.right - page.left) * (page.top - page.bottom)
    if area <= 0:
        return 0.0
    covered = 0.0
    for item in page_objects(page):
        if item.kind == IMAGE:
            wide = min(item.right, page.right) - max(item.left, page.left)
            high = min(item.top, page.top) - max(item.bottom, page.bottom)
            covered += max(0.0, wide) * max(0.0, high)
    return min(1.0, float(covered / area))


_CONTRAST = 24

_INKED_COLUMNS = 0.12

Pixels = tuple[int, int, int, int]


def in_picture(picture: Picture, box: Sequence[int]) -> Pixels:
    """A box as displayed, in tenths of a point, in a picture: left, top, right, bottom, within it."""
    left, top, right, bottom = box
    scale, first = picture.scale / 10, picture.top
    return (
        max(0, int(left * scale)),
        max(0, int(top * scale) - first),
        min(picture.width, int(right * scale) + 1),
        min(picture.height, int(bottom * scale) + 1 - first),
    )


def differ(first: Picture, second: Picture, box: Pixels, *, contrast: int = _CONTRAST) -> bool:
    """Whether two pictures differ in enough columns of a box to make out a word."""
    left, top, right, bottom = box
    changed: set[int] = set()
    enough = max(1, _INKED_COLUMNS * (right - left))
    # The middle of a line first: a few rows of it tell where there is a word.
    middle = (top + bottom) // 2
    for y in (*range(middle, bottom), *range(top, middle)):
        row = slice(y * first.stride + left, y * first.stride + right)
        one, other = first.pixels[row], second.pixels[row]
        if one != other:
            changed.update(
                x for x, pair in enumerate(zip(one, other, strict=True)) if abs(pair[0] - pair[1]) >= contrast
            )
            if len(changed) >= enough:
                return True
    return False


def same(first: Picture, second: Picture, box: Pixels) -> bool:
    """Whether two pictures are the same in a box."""
    left, top, right, bottom = box
    for y in range(top, bottom):
        row = slice(y * first.stride + left, y * first.stride + right)
        if first.pixels[row] != second.pixels[row]:
            return False
    return True


def bar_share(picture: Picture, box: Pixels, dark: bytes) -> tuple[float, float]:
    """Shares of the columns of a box, 0..1, that are dark from top to bottom, and that are so in part.

    dark: 1 for each of the 256 shades that is.
    """
    left, top, right, bottom = box
    wide = right - left
    every, some = int.from_bytes(b"\1" * max(0, wide)), 0
    for y in range(top, bottom):
        row = picture.pixels[y * picture.stride + left : y * picture.stride + right].translate(dark)
        every &= (bits := int.from_bytes(row))
        some |= bits
    if wide <= 0 or bottom <= top:
        return 0.0, 0.0
    whole = every.bit_count() / wide
    return whole, some.bit_count() / wide - whole


def shades(picture: Picture, box: Pixels) -> tuple[int, int, float]:
    """The darkest and the lightest shade of a box, 0..255, and its mean."""
    left, top, right, bottom = box
    rows = [
        picture.pixels[y * picture.stride + left : y * picture.stride + right] for y in range(top, bottom)
    ]
    data = b"".join(rows)
    return (min(data), max(data), sum(data) / len(data)) if data else (255, 255, 255.0)


def reads_as_text(picture: Picture, box: Pixels) -> bool:
    """Whether a box has more ink than the strips above and below it, as a line of text has.

    A photograph or noise is as dark beside the line as in it.
    """
    left, top, right, bottom = box
    strip = max(1, (bottom - top) // 6)
    middle = shades(picture, (left, top + strip, right, bottom - strip))[2]
    around = [
        shades(picture, place)[2]
        for place in (
            (left, max(0, top - strip), right, top),
            (left, bottom, right, min(picture.height, bottom + strip)),
        )
        if place[3] > place[1]
    ]
    # A bar is even inside.
    inner = left + 2, top + 2 * strip, max(left + 3, right - 2), bottom - 2 * strip
    low, high, _ = shades(picture, inner)
    if high - low < _CONTRAST or not around:
        return False
    return max(abs(shade - middle) for shade in around) >= 0.08 * (high - low)


def has_ink(picture: Picture, box: Pixels) -> bool:
    """Whether enough columns of a box hold both paper and ink."""
    left, top, right, bottom = box
    enough = max(1, _INKED_COLUMNS * (right - left))
    inked = 0
    for x in range(left, right):
        column = picture.pixels[top * picture.stride + x : bottom * picture.stride + x : picture.stride]
        if column and max(column) - min(column) >= _CONTRAST:
            inked += 1
            if inked >= enough:
                return True
    return False
