"""A PDF through pdfium: files, pages and their characters. All of it runs in the parsing process alone."""

from __future__ import annotations

import ctypes
import os
import time
from array import array
from contextlib import contextmanager
from functools import cached_property

from docanalyst.pdf.pdfium.bindings import WRONG_PASSWORD, Rectangle, raw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

UNKNOWN = "\ufffd"
"""A character that is seen, but of which the file does not say which letter it is."""

HYPHEN = "\ufffe"
"""A hyphen at the end of a line, with the line break."""

_ERRORS = {2: "file", 3: "damaged", 4: "password", 5: "security", 6: "damaged"}


# What pdfium writes boxes into; the numbers of an array are taken out six times as fast as those of ctypes'.
_edges, _ink = array("f", [0.0] * 4), array("d", [0.0] * 4)
_EDGES_AT = _edges.buffer_info()[0]
_INK_AT = tuple(_ink.buffer_info()[0] + 8 * place for place in range(4))


class CannotOpen(Exception):
    """pdfium refuses the file. kind: password, security, damaged or file."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def start() -> None:
    """Load pdfium's tables; once a process."""
    raw.FPDF_InitLibrary()


class File:
    """An open PDF. Close it, or use it in a `with` block."""

    def __init__(self, path: str, password: str | None = None, *, data: bytes | None = None) -> None:
        """Open without a password first: an owner-only file opens so, and refuses a wrong one.

        data: the bytes to read instead of those of the path.

        Raises CannotOpen.
        """
        # pdfium reads on in the bytes that it was given, so they are kept.
        self._data = data
        handle = self._open(path, None)
        self.path = path
        self.used_password = False
        if not handle and password is not None and raw.FPDF_GetLastError() == WRONG_PASSWORD:
            handle = self._open(path, password)
            self.used_password = True
        if not handle:
            raise CannotOpen(_ERRORS.get(int(raw.FPDF_GetLastError()), "damaged"))
        self.handle = handle
        self.page_count = int(raw.FPDF_GetPageCount(handle))
        self.has_form = int(raw.FPDF_GetFormType(handle)) > 0
        self._form: Any = None
        self.wordless: set[tuple[int, int, int, int]] = set()
        """Places of pictures that had no words on an earlier page: a logo stands on every page."""

    def _open(self, path: str, password: str | None) -> Any:
        secret = None if password is None else password.encode() + b"\0"
        if self._data is not None:
            return raw.FPDF_LoadMemDocument(self._data, len(self._data), secret)
        return raw.FPDF_LoadDocument(os.fsencode(path) + b"\0", secret)

    @property
    def encrypted(self) -> bool:
        """Whether the file is encrypted, with or without a password to open it."""
        return int(raw.FPDF_GetSecurityHandlerRevision(self.handle)) >= 0

    @cached_property
    def has_layers(self) -> bool:
        """Whether the file has layers that can be switched off; also where that cannot be told."""
        from docanalyst.pdf.pdfium import filebytes

        return self.encrypted or filebytes.mentions(self.path, b"/OCProperties")

    @property
    def has_attachments(self) -> bool:
        """Whether files are attached to this one."""
        return int(raw.FPDFDoc_GetAttachmentCount(self.handle)) > 0

    def metadata(self, key: str) -> str:
        """An entry of the document information ("Title", "Author", …), or ""."""
        return utf16(lambda buffer, size: raw.FPDF_GetMetaText(self.handle, key.encode(), buffer, size))

    def label(self, index: int) -> str:
        """The label the file itself gives a page, 0-based; "" where it gives none."""
        return utf16(lambda buffer, size: raw.FPDF_GetPageLabel(self.handle, index, buffer, size))

    def form(self) -> Any:
        """The file's form, for reading the values of its fields. No script runs."""
        if self._form is None:
            # FPDF_FORMFILLINFO: its version, and then callbacks, of which none is given.
            self._form_info = (ctypes.c_int * 256)(2)
            self._form = raw.FPDFDOC_InitFormFillEnvironment(self.handle, ctypes.byref(self._form_info))
        return self._form

    def page(self, index: int) -> OpenPage:
        """Load a page, 0-based. Raises CannotOpen("damaged")."""
        return OpenPage(self, index)

    def close(self) -> None:
        """Free the document."""
        if self._form is not None:
            raw.FPDFDOC_ExitFormFillEnvironment(self._form)
        if self.handle:
            raw.FPDF_CloseDocument(self.handle)
        self.handle = self._form = None

    def __enter__(self) -> File:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class OpenPage:
    """A loaded page with its text.

    number: its place in the file, from 0. announce: called before it is drawn to see what is hidden. left,
    bottom, right, top: its visible box, in points. begun: processor time when it was loaded. rotation, turn:
    quarters, clockwise, by which it is displayed turned, and how many of them `turned` adds.
    """

    def __init__(self, file: File, index: int) -> None:
        self.file, self.number = file, index
        self.begun = time.process_time()
        self.handle = raw.FPDF_LoadPage(file.handle, index)
        if not self.handle:
            raise CannotOpen("damaged")
        self.text_handle = raw.FPDFText_LoadPage(self.handle)
        if not self.text_handle:
            raw.FPDF_ClosePage(self.handle)
            raise CannotOpen("damaged")
        self.rotation = int(raw.FPDFPage_GetRotation(self.handle))
        self.turn = 0
        box = Rectangle()
        raw.FPDF_GetPageBoundingBox(self.handle, ctypes.byref(box))
        self.left, self.bottom, self.right, self.top = box.left, box.bottom, box.right, box.top
        self.character_count = max(0, int(raw.FPDFText_CountChars(self.text_handle)))
        self.annotation_count = int(raw.FPDFPage_GetAnnotCount(self.handle))
        self._indices: list[int] | None = None
        self._line_boxes: dict[tuple[int, int, bool], tuple[int, int, int, int]] = {}
        self.announce: Callable[[], None] | None = None

    def reload_text(self) -> None:
        """Take the text anew from the page's objects, after these were changed. Raises CannotOpen."""
        raw.FPDFText_ClosePage(self.text_handle)
        self.text_handle = raw.FPDFText_LoadPage(self.handle)
        if not self.text_handle:
            raise CannotOpen("damaged")
        self.character_count = max(0, int(raw.FPDFText_CountChars(self.text_handle)))
        self._indices = None

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as displayed, in points."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.rotation % 2 else (width, height)

    def text(self) -> str:
        """The page's characters in content order; lines end with "\\r\\n", or U+FFFE after a hyphen."""
        count = self.character_count
        self._indices = None
        self._line_boxes = {}
        if not count:
            return ""
        buffer = (ctypes.c_ushort * (2 * count + 2))()
        length = raw.FPDFText_GetText(self.text_handle, 0, count, ctypes.addressof(buffer))
        text = bytes(memoryview(buffer).cast("B")[: 2 * max(0, length - 1)]).decode("utf-16-le", "replace")
        if len(text) != count:
            from docanalyst.pdf.pdfium import supplementary

            text, units = supplementary.restored(self.text_handle, count, text)
            self._indices = self._character_indices(text, units)
            text = self._with_left_out(text)
        return self._without_false_hyphens(text) if HYPHEN in text else text

    def _with_left_out(self, text: str) -> str:
        """The text with U+FFFD for each visible character that it leaves out, for want of a letter."""
        pieces, indices, following = list[str](), list[int](), 0
        for place, index in enumerate([*(self._indices or ()), self.character_count]):
            for missing in range(following, index):
                if not raw.FPDFText_GetUnicode(self.text_handle, missing) and self._has_ink(missing):
                    pieces.append(UNKNOWN)
                    indices.append(missing)
            pieces.append(text[place : place + 1])
            indices.append(index)
            following = index + 1
        self._indices = indices[:-1]
        return "".join(pieces)

    def _without_false_hyphens(self, text: str) -> str:
        """The text with U+FFFD for characters without a letter that it gives like hyphens at a line's end."""
        place = text.find(HYPHEN)
        while place >= 0:
            if not raw.FPDFText_GetUnicode(self.text_handle, self.index(place)):
                text = text[:place] + (UNKNOWN if self.has_ink(place) else " ") + text[place + 1 :]
            place = text.find(HYPHEN, place + 1)
        return text

    def has_ink(self, place: int) -> bool:
        """Whether the character at a place of `text()` is more than a blank."""
        return self._has_ink(self.index(place))

    def _has_ink(self, index: int) -> bool:
        left, bottom, right, top = self._ink_box(index)
        return bool(right - left > 0 and top - bottom > 0)

    def _character_indices(self, text: str, units: Sequence[int]) -> list[int]:
        """pdfium's number of each character of a text that leaves some of its characters out.

        The numbers only run ahead, so a stretch whose ends are as far apart as their places has no gap in it;
        asking at the ends of halves finds the few gaps without asking for every character.
        """
        indices = [0] * len(text)

        def number(place: int) -> int:
            return max(0, int(raw.FPDFText_GetCharIndexFromTextIndex(self.text_handle, units[place])))

        stretches = [(0, number(0), len(text) - 1, number(len(text) - 1))] if text else []
        while stretches:
            first, start, last, end = stretches.pop()
            if end - start == last - first:
                indices[first : last + 1] = range(start, end + 1)
            elif last - first < 2:
                indices[first], indices[last] = start, end
            else:
                middle = (first + last) // 2
                at = number(middle)
                stretches += [(first, start, middle, at), (middle, at, last, end)]
        return indices

    def index(self, place: int) -> int:
        """pdfium's number of the character at a place of `text()`."""
        return place if self._indices is None else self._indices[place]

    def reorder(self, start: int, order: Sequence[int]) -> None:
        """Let places of `text()` from `start` on stand for other characters. order: counted from `start`."""
        if self._indices is None:
            self._indices = list(range(self.character_count))
        self._line_boxes = {}
        self._indices[start : start + len(order)] = [self._indices[start + place] for place in order]

    def character_box(self, place: int) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of the character at a place of `text()`, in points of the page's space."""
        if not raw.FPDFText_GetLooseCharBox(self.text_handle, self.index(place), _EDGES_AT):
            return 0.0, 0.0, 0.0, 0.0
        left, top, right, bottom = _edges
        return left, bottom, right, top

    def ink_box(self, place: int) -> tuple[float, float, float, float]:
        """Left, bottom, right, top of what is drawn of the character at a place of `text()`, in points of the
        page's space."""
        return self._ink_box(self.index(place))

    def _ink_box(self, index: int) -> tuple[float, float, float, float]:
        if not raw.FPDFText_GetCharBox(self.text_handle, index, *_INK_AT):
            return 0.0, 0.0, 0.0, 0.0
        left, right, bottom, top = _ink
        return left, bottom, right, top

    def character_boxes(self, places: Sequence[int]) -> list[int]:
        """Left, top, right, bottom of characters as displayed, in tenths of a point, flat."""
        box_of, text, edges, indices = raw.FPDFText_GetLooseCharBox, self.text_handle, _edges, self._indices
        page_left, page_top = self.left, self.top
        upright = not self.rotation and -9999 < page_left < 9999 and -9999 < page_top < 9999
        address, displayed = _EDGES_AT, self.displayed
        flat: list[int] = []
        for place in places if indices is None else [indices[place] for place in places]:
            box_of(text, place, address)
            left, top, right, bottom = edges
            if upright and -9999 < left <= right < 9999 and -9999 < bottom <= top < 9999:
                # As `displayed` does it; a call for each character would double what it costs.
                flat += (
                    int(10 * (left - page_left)),
                    int(10 * (page_top - top)),
                    int(10 * (right - page_left)),
                    int(10 * (page_top - bottom)),
                )
            else:
                flat += displayed(left, bottom, right, top)
        return flat

    def line_boxes(self, lines: list[tuple[int, int, bool]]) -> list[int]:
        """Left, top, right, bottom of each line as displayed, in tenths of a point, flat.

        From its first and last character: the others stand between them.
        """
        box_of, text, edges, indices = raw.FPDFText_GetLooseCharBox, self.text_handle, _edges, self._indices
        address, displayed, known = _EDGES_AT, self.displayed, self._line_boxes
        flat: list[int] = []
        for line in lines:
            box = known.get(line)
            if box is not None:
                flat += box
                continue
            start, end, _ = line
            first, last = (start, end - 1) if indices is None else (indices[start], indices[end - 1])
            box_of(text, first, address)
            left, top, right, bottom = edges
            if last != first:
                box_of(text, last, address)
                left_2, top_2, right_2, bottom_2 = edges
                left, bottom = left if left < left_2 else left_2, bottom if bottom < bottom_2 else bottom_2
                right, top = right if right > right_2 else right_2, top if top > top_2 else top_2
            known[line] = box = displayed(left, bottom, right, top)
            flat += box
        return flat

    def displayed(self, left: float, bottom: float, right: float, top: float) -> tuple[int, int, int, int]:
        """A box of the page's space as left, top, right, bottom on the displayed page, tenths of a point."""
        if self.rotation == 0:
            edges = left - self.left, self.top - top, right - self.left, self.top - bottom
        elif self.rotation == 1:
            edges = bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        elif self.rotation == 2:
            edges = self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        else:
            edges = self.top - top, self.right - right, self.top - bottom, self.right - left
        first, second, third, fourth = edges
        if -99999 < first < 99999 and -99999 < second < 99999 and third < 99999 and fourth < 99999:
            return int(10 * first), int(10 * second), int(10 * third), int(10 * fourth)
        return 0, 0, 0, 0

    def angle(self, place: int) -> float:
        """Direction of the character at a place of `text()` on the displayed page, in radians, clockwise."""
        turned = float(raw.FPDFText_GetCharAngle(self.text_handle, self.index(place)))
        return (turned + self.rotation * 1.5707963) % 6.2831853

    def quarter(self, place: int) -> int:
        """The quarter, clockwise, in which the character at a place of `text()` runs; 0 for text aslant."""
        turns = self.angle(place) / 1.5707963
        return round(turns) % 4 if abs(turns - round(turns)) < 0.1 else 0

    @contextmanager
    def turned(self, quarters: int) -> Iterator[None]:
        """Display the page turned clockwise by quarters, as a reader turns it to read what runs sideways."""
        known, self._line_boxes = self._line_boxes, {}
        self.turn, self.rotation = quarters % 4, (self.rotation + quarters) % 4
        try:
            yield
        finally:
            self.turn, self.rotation = 0, (self.rotation - quarters) % 4
            self._line_boxes = known

    def close(self) -> None:
        """Free the page; kept pages cost about a quarter of a megabyte each."""
        raw.FPDFText_ClosePage(self.text_handle)
        raw.FPDF_ClosePage(self.handle)

    def __enter__(self) -> OpenPage:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def utf16(call: Any) -> str:
    """The text that a function gives as UTF-16 when called twice: for its size in bytes, then for itself."""
    size = int(call(None, 0))
    if not 2 < size < 1 << 20:
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    call(ctypes.addressof(buffer), size)
    return bytes(memoryview(buffer).cast("B")[: size - 2]).decode("utf-16-le", "replace")
