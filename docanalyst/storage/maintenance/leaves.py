"""Reads rows from the pages of a damaged SQLite file, one page at a time, as SQLite's own `.recover` does.

SQLite follows a table from its root: one damaged page in between hides all below it. The rows themselves are
in leaf pages, which can be read without the others. The format: https://www.sqlite.org/fileformat2.html
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

Value = str | int | float | bytes | None

_LEAF = 0x0D
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
MOST_BYTES = 256_000_000
"""Bytes of one row that are believed; a damaged length may say anything."""


class DamagedFile:
    """The pages of a database file, with what its journal holds of newer ones."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        size = int.from_bytes(self._data[16:18], "big") if len(self._data) >= 100 else 0
        size = 65_536 if size == 1 else size
        # A damaged header: docanalyst never sets another size than SQLite's own.
        self._size = size if size in {512 << power for power in range(8)} else 4_096
        self._usable = self._size - (self._data[20] if size == self._size and len(self._data) > 20 else 0)
        self._newer = self._journal(path.with_name(f"{path.name}-wal"))

    def rows(self) -> Iterator[tuple[int, tuple[Value, ...]]]:
        """Yield the row ID and the values of every row that can be read, of all tables."""
        for number in range(1, max(self._last(), *self._newer, 1) + 1):
            page = self._page(number)
            start = 100 if number == 1 else 0
            if len(page) < self._usable or page[start] != _LEAF:
                continue
            for cell in range(int.from_bytes(page[start + 3 : start + 5], "big")):
                place = start + 8 + 2 * cell
                try:
                    yield self._row(page, int.from_bytes(page[place : place + 2], "big"))
                except (ValueError, IndexError, struct.error, UnicodeDecodeError):
                    continue

    def _last(self) -> int:
        return len(self._data) // self._size

    def _page(self, number: int) -> bytes:
        found = self._newer.get(number)
        return self._data[(number - 1) * self._size : number * self._size] if found is None else found

    def _journal(self, path: Path) -> dict[int, bytes]:
        """Return the pages of the journal's complete transactions."""
        try:
            log = path.read_bytes()
        except OSError:
            return {}
        salts = log[16:24]
        pages: dict[int, bytes] = {}
        pending: dict[int, bytes] = {}
        step = 24 + self._size
        for place in range(32, len(log) - step + 1, step):
            head = log[place : place + 24]
            if head[8:16] != salts:
                break
            pending[int.from_bytes(head[:4], "big")] = log[place + 24 : place + step]
            if int.from_bytes(head[4:8], "big"):
                pages |= pending
                pending = {}
        return pages

    def _row(self, page: bytes, place: int) -> tuple[int, tuple[Value, ...]]:
        length, place = _varint(page, place)
        row_id, place = _varint(page, place)
        if not 0 < length <= MOST_BYTES:
            raise ValueError("an impossible length")
        return (row_id - (1 << 64) if row_id >= 1 << 63 else row_id), _values(
            self._payload(page, place, length)
        )

    def _payload(self, page: bytes, place: int, length: int) -> bytes:
        usable = self._usable
        local = length
        if length > usable - 35:
            least = (usable - 12) * 32 // 255 - 23
            local = least + (length - least) % (usable - 4)
            local = local if local <= usable - 35 else least
        payload = page[place : place + local]
        follow = int.from_bytes(page[place + local : place + local + 4], "big") if local < length else 0
        seen: set[int] = set()
        parts = [payload]
        left = length - len(payload)
        while left > 0:
            if not follow or follow in seen:
                raise ValueError("the row goes on in a page that is lost")
            seen.add(follow)
            more = self._page(follow)
            parts.append(more[4 : 4 + min(left, usable - 4)])
            left -= len(parts[-1])
            if not parts[-1]:
                raise ValueError("the row goes on behind the end of the file")
            follow = int.from_bytes(more[:4], "big")
        return b"".join(parts)


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for count in range(9):
        byte = data[place + count]
        if count == 8:
            return (value << 8) | byte, place + 9
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            return value, place + count + 1
    raise ValueError("not a number")


def _values(record: bytes) -> tuple[Value, ...]:
    """Return the values of a record. Raises ValueError, IndexError, struct.error or UnicodeDecodeError."""
    end, place = _varint(record, 0)
    if not place <= end <= len(record):
        raise ValueError("an impossible header")
    kinds = []
    while place < end:
        kind, place = _varint(record, place)
        kinds.append(kind)
    values: list[Value] = []
    at = end
    for kind in kinds:
        length = _INTEGERS.get(kind, 8 if kind == 7 else (kind - 12) // 2 if kind >= 12 else 0)
        part = record[at : at + length]
        if len(part) < length or kind in (10, 11):
            raise ValueError("the record is cut off")
        at += length
        if kind == 7:
            values.append(struct.unpack(">d", part)[0])
        elif kind >= 12:
            values.append(part.decode("utf-8") if kind % 2 else part)
        else:
            values.append(
                None
                if kind == 0
                else kind - 8
                if kind in (8, 9)
                else int.from_bytes(part, "big", signed=True)
            )
    return tuple(values)
