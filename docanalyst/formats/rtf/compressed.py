"""RTF as Outlook packs it (MS-OXRTFCP)."""

from __future__ import annotations

import struct

from docanalyst.formats.archive import CannotRead

_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What the dictionary holds at first (section 2.2.2 of the specification)."""

_SIZE = 4096
MAX_BYTES = 64 << 20


def decompress(data: bytes) -> bytes:
    """The RTF in a packed stream. Raises CannotRead for one that is not packed so."""
    if len(data) < 16:
        raise CannotRead("it is damaged: its text cannot be unpacked")
    _, size, kind = struct.unpack_from("<II4s", data)
    if size > MAX_BYTES:
        raise CannotRead("its text is too large", "large")
    if kind == b"MELA":
        return data[16 : 16 + size]
    if kind != b"LZFu":
        raise CannotRead("it is damaged: its text cannot be unpacked")
    window = bytearray(_START) + bytearray(_SIZE - len(_START))
    write = len(_START)
    out = bytearray()
    at = 16
    while at < len(data) and len(out) < size:
        control = data[at]
        at += 1
        for bit in range(8):
            if control >> bit & 1:
                if at + 2 > len(data):
                    return bytes(out)
                token = data[at] << 8 | data[at + 1]
                at += 2
                place, length = token >> 4, (token & 15) + 2
                if place == write:
                    return bytes(out)
                for step in range(length):
                    byte = window[(place + step) % _SIZE]
                    out.append(byte)
                    window[write] = byte
                    write = (write + 1) % _SIZE
            else:
                if at >= len(data):
                    return bytes(out)
                out.append(data[at])
                window[write] = data[at]
                write = (write + 1) % _SIZE
                at += 1
    return bytes(out)
