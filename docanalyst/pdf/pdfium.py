"""A PDF through pdfium: the calls that the parsing process makes, straight on the C functions.

Only the raw bindings are loaded: they start in half the time of the object layer, and a page costs a few
hundred calls of about a microsecond. Everything here runs in the parsing process alone.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pypdfium2_raw as raw

LINE_END_HYPHEN = "\ufffe"
"""What pdfium puts where a hyphen and the line end after it stood."""


class CannotOpen(Exception):
    """pdfium refuses the file. kind: password, security, damaged or file."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


_ERRORS = {2: "file", 3: "damaged", 4: "password", 5: "security", 6: "damaged"}


def start() -> None:
    """Load pdfium's tables; once a process."""
    raw.FPDF_InitLibrary()


class File:
    """An open PDF. Close it, or use it in a `with` block."""

    def __init__(self, path: str, password: str | None = None) -> None:
        """Open without a password first: an owner-only file opens so, and refuses a wrong one.

        Raises CannotOpen.
        """
        handle = self._open(path, None)
        self.used_password = False
        if not handle and password is not None and raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD:
            handle = self._open(path, password)
            self.used_password = True
        if not handle:
            raise CannotOpen(_ERRORS.get(int(raw.FPDF_GetLastError()), "damaged"))
        self.handle = handle
        self.page_count = int(raw.FPDF_GetPageCount(handle))
        self._forms: Any = None

    @staticmethod
    def _open(path: str, password: str | None) -> Any:
        secret = None if password is None else password.encode() + b"\0"
        return raw.FPDF_LoadDocument(str(Path(path)).encode() + b"\0", secret)

    @property
    def encrypted(self) -> bool:
        """Whether the file is encrypted, with or without a password to open it."""
        return int(raw.FPDF_GetSecurityHandlerRevision(self.handle)) >= 0

    def metadata(self, key: str) -> str:
        """An entry of the document information ("Title", "Author", …), or ""."""
        return _utf16(lambda buffer, size: raw.FPDF_GetMetaText(self.handle, key.encode(), buffer, size))

    def label(self, index: int) -> str:
        """The label the file itself gives a page, 0-based; "" where it gives none."""
        return _utf16(lambda buffer, size: raw.FPDF_GetPageLabel(self.handle, index, buffer, size))

    def page(self, index: int) -> OpenPage:
        """Load a page, 0-based. Raises CannotOpen("damaged")."""
        return OpenPage(self, index)

    def close(self) -> None:
        """Free the document."""
        if self.handle:
            raw.FPDF_CloseDocument(self.handle)
            self.handle = None

    def __enter__(self) -> File:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class OpenPage:
    """A loaded page with its text. Positions come in tenths of a point, from the top left as displayed."""

    def __init__(self, file: File, index: int) -> None:
        self.handle = raw.FPDF_LoadPage(file.handle, index)
        if not self.handle:
            raise CannotOpen("damaged")
        self.text_handle = raw.FPDFText_LoadPage(self.handle)
        if not self.text_handle:
            raw.FPDF_ClosePage(self.handle)
            raise CannotOpen("damaged")
        self.rotation = int(raw.FPDFPage_GetRotation(self.handle))
        box = raw.FS_RECTF()
        raw.FPDF_GetPageBoundingBox(self.handle, ctypes.byref(box))
        self.left, self.bottom, self.right, self.top = box.left, box.bottom, box.right, box.top
        self.width, self.height = box.right - box.left, box.top - box.bottom
        if self.rotation % 2:
            self.width, self.height = self.height, self.width
        self.character_count = max(0, int(raw.FPDFText_CountChars(self.text_handle)))

    def text(self) -> str:
        """The page's characters in content order; lines end with "\\r\\n" or LINE_END_HYPHEN."""
        count = self.character_count
        if not count:
            return ""
        buffer = (ctypes.c_ushort * (2 * count + 2))()
        length = raw.FPDFText_GetText(self.text_handle, 0, count, buffer)
        return bytes(memoryview(buffer).cast("B")[: 2 * max(0, length - 1)]).decode("utf-16-le", "replace")

    def character_index(self, text: str) -> list[int] | None:
        """For each character of `text()` its index in pdfium; None where the two are the same."""
        if len(text) == self.character_count:
            return None
        find = raw.FPDFText_GetCharIndexFromTextIndex
        indices, unit = [], 0
        for character in text:
            indices.append(int(find(self.text_handle, unit)))
            unit += 2 if ord(character) > 0xFFFF else 1
        return indices

    def line_boxes(self, text: str, lines: list[tuple[int, int]]) -> list[int]:
        """Left, top, right, bottom of each (start, end) of `text`, flat; zeros for an empty one."""
        index = self.character_index(text)
        box_of, page, box = raw.FPDFText_GetLooseCharBox, self.text_handle, raw.FS_RECTF()
        pointer = ctypes.byref(box)
        flat: list[int] = []
        for start, end in lines:
            if end <= start:
                flat += (0, 0, 0, 0)
                continue
            first, last = (start, end - 1) if index is None else (index[start], index[end - 1])
            box_of(page, first, pointer)
            left, bottom, right, top = box.left, box.bottom, box.right, box.top
            if last != first:
                box_of(page, last, pointer)
                if box.left < left:
                    left = box.left
                if box.right > right:
                    right = box.right
                if box.bottom < bottom:
                    bottom = box.bottom
                if box.top > top:
                    top = box.top
            flat += self.displayed(left, bottom, right, top)
        return flat

    def displayed(self, left: float, bottom: float, right: float, top: float) -> tuple[int, int, int, int]:
        """A box of PDF user space as left, top, right, bottom on the displayed page, tenths of a point."""
        if self.rotation == 0:
            edges = left - self.left, self.top - top, right - self.left, self.top - bottom
        elif self.rotation == 1:
            edges = bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        elif self.rotation == 2:
            edges = self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        else:
            edges = self.top - top, self.right - right, self.top - bottom, self.right - left
        return tuple(int(max(-1e6, min(1e6, 10 * edge))) for edge in edges)  # type: ignore[return-value]

    def close(self) -> None:
        """Free the page; kept pages cost about a quarter of a megabyte each."""
        raw.FPDFText_ClosePage(self.text_handle)
        raw.FPDF_ClosePage(self.handle)

    def __enter__(self) -> OpenPage:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _utf16(call: Any) -> str:
    size = int(call(None, 0))
    if not 2 < size < 1 << 16:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
