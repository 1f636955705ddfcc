"""Searches the bytes of a file for what pdfium has no function for."""

from __future__ import annotations

import mmap
import zlib
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

_HEAD = 400
"""Bytes before a stream in which its kind is said."""
_MOST = 8 << 20
"""Bytes of one stream of objects that are looked at; it holds names and numbers, no pictures."""


def holds(path: str, name: bytes) -> bool:
    """Whether a file has a name in its bytes, where the names of how streams are compressed must stand."""
    with open(path, "rb") as file, _mapped(file) as data:  # noqa: PTH123 (no pathlib in the limited process)
        return bool(data.find(name) >= 0)


def mentions(path: str, name: bytes) -> bool:
    """Whether a file has a name in its objects, those in compressed streams included."""
    with open(path, "rb") as file, _mapped(file) as data:  # noqa: PTH123 (no pathlib in the limited process)
        return data.find(name) >= 0 or any(name in content for content in _object_streams(data))


@contextmanager
def _mapped(file: BufferedReader) -> Iterator[mmap.mmap | bytes]:
    try:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:
        yield b""
        return
    with data:
        yield data


def _object_streams(data: mmap.mmap | bytes) -> Iterator[bytes]:
    """The compressed streams of objects of a file, decompressed."""
    at = data.find(b"/ObjStm")
    while at >= 0:
        start = data.find(b"stream", at, at + _HEAD)
        if start >= 0:
            start += 8 if data[start + 6 : start + 8] == b"\r\n" else 7
            end = data.find(b"endstream", start)
            try:
                yield zlib.decompressobj().decompress(data[start:end], _MOST)
            except zlib.error:
                # Another coding than the usual one: what it holds cannot be told.
                yield b""
        at = data.find(b"/ObjStm", at + 7)
