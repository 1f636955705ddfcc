"""What a file carries beside its pages: attached files, and the data of an XFA form."""

from __future__ import annotations

import ctypes

from docanalyst.pdf import limits
from docanalyst.pdf.pdfium.added.annotations import FILE, each_annotation
from docanalyst.pdf.pdfium.bindings import raw
from docanalyst.pdf.pdfium.document import File, OpenPage, utf16

_MOST = 1_000
_MOST_DATA = 4 << 20
_XFA = 2, 3
"""What FPDF_GetFormType says of forms with XFA data."""
MAX_BYTES = limits.MAX_FRAME_BYTES
"""Largest attached file that is read."""


def names(file: File) -> list[str]:
    """The names of the attached files, in the order of the file."""
    count = min(_MOST, int(raw.FPDFDoc_GetAttachmentCount(file.handle)))
    return [_name(raw.FPDFDoc_GetAttachment(file.handle, number)) for number in range(count)]


def names_on(page: OpenPage) -> list[str]:
    """The names of the files attached to places of a page."""
    return [
        _name(raw.FPDFAnnot_GetFileAttachment(handle))
        for handle, kind in each_annotation(page)
        if kind == FILE
    ]


def content(file: File, number: int) -> bytes:
    """The bytes of an attached file; b"" where it has none or too many."""
    handle = raw.FPDFDoc_GetAttachment(file.handle, number)
    size = ctypes.c_ulong()
    at = ctypes.addressof(size)
    if not handle or not raw.FPDFAttachment_GetFile(handle, None, 0, at) or not 0 < size.value <= MAX_BYTES:
        return b""
    buffer = ctypes.create_string_buffer(size.value)
    if not raw.FPDFAttachment_GetFile(handle, ctypes.addressof(buffer), size.value, at):
        return b""
    return buffer.raw


def _name(handle: int) -> str:
    name = utf16(lambda buffer, size: raw.FPDFAttachment_GetName(handle, buffer, size)) if handle else ""
    return name or "(without a name)"


def form_data(file: File) -> list[tuple[str, str]]:
    """Names and values of the data of an XFA form."""
    if raw.FPDF_GetFormType(file.handle) not in _XFA:
        return []
    for number in range(min(_MOST, int(raw.FPDF_GetXFAPacketCount(file.handle)))):
        if _packet_name(file, number) == "datasets":
            return _values(_packet(file, number))
    return []


def _packet_name(file: File, number: int) -> str:
    buffer = ctypes.create_string_buffer(64)
    raw.FPDF_GetXFAPacketName(file.handle, number, ctypes.addressof(buffer), 64)
    return buffer.value.decode("utf-8", "replace")


def _packet(file: File, number: int) -> bytes:
    size = ctypes.c_ulong()
    at = ctypes.addressof(size)
    known = raw.FPDF_GetXFAPacketContent(file.handle, number, None, 0, at)
    if not known or not 0 < size.value <= _MOST_DATA:
        return b""
    buffer = ctypes.create_string_buffer(size.value)
    raw.FPDF_GetXFAPacketContent(file.handle, number, ctypes.addressof(buffer), size.value, at)
    return buffer.raw


def _values(data: bytes) -> list[tuple[str, str]]:
    """The elements of the data that hold text alone: their names and values."""
    import re
    from html import unescape

    text = data.decode("utf-8", "replace")
    pairs = re.findall(r"<([\w:.-]+)(?:\s[^<>]*)?>([^<>]+)</\1\s*>", text)
    values = [(name.rpartition(":")[2], " ".join(unescape(value).split())) for name, value in pairs]
    return [(name, value) for name, value in values if value][:_MOST]
