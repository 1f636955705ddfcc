"""AWS's binary event stream (application/vnd.amazon.eventstream), decoded.

A message: total length, header length, checksum of these two; headers; payload; checksum of all. All numbers
are big-endian; the checksums are CRC-32. Written here, because the library that has it (botocore) weighs
80 MB for these lines.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

_PRELUDE = struct.Struct(">III")
_LARGEST = 24 * 1024 * 1024
_SIZES = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}
_TEXT = 7
_BYTES = 6


class Corrupt(ValueError):
    """Bytes that are not an event stream."""


@dataclass(frozen=True, slots=True)
class Event:
    """One message. headers: those whose value is text."""

    headers: dict[str, str]
    payload: bytes


class EventDecoder:
    """Gives whole messages from bytes that come in any portions."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def pending(self) -> int:
        """Bytes of a message that is not whole yet."""
        return len(self._buffer)

    def feed(self, data: bytes) -> Iterator[Event]:
        """The messages that are whole now. Raises Corrupt."""
        self._buffer += data
        while len(self._buffer) >= _PRELUDE.size:
            total, header_length, checksum = _PRELUDE.unpack_from(self._buffer)
            if crc32(self._buffer[:8]) != checksum:
                raise Corrupt("the checksum of a prelude is wrong")
            if total > _LARGEST or total < _PRELUDE.size + header_length + 4:
                raise Corrupt("a message has an impossible length")
            if len(self._buffer) < total:
                return
            message = bytes(self._buffer[:total])
            del self._buffer[:total]
            if crc32(message[:-4]) != int.from_bytes(message[-4:], "big"):
                raise Corrupt("the checksum of a message is wrong")
            start = _PRELUDE.size + header_length
            yield Event(_headers(message[_PRELUDE.size : start]), message[start:-4])


def _headers(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    position = 0
    try:
        while position < len(data):
            length = data[position]
            name = data[position + 1 : position + 1 + length].decode()
            position += 1 + length
            kind = data[position]
            position += 1
            if kind in (_TEXT, _BYTES):
                size = int.from_bytes(data[position : position + 2], "big")
                position += 2
                if kind == _TEXT:
                    found[name] = data[position : position + size].decode()
            else:
                size = _SIZES[kind]
            position += size
    except (IndexError, KeyError, UnicodeDecodeError):
        raise Corrupt("the headers of a message cannot be read") from None
    if position != len(data):
        raise Corrupt("the headers of a message are cut")
    return found
