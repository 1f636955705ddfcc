"""Caches readings between runs: by digest of the file, written completely or not at all, checked when read.

A file of lines: a JSON object, then JSON arrays, then the digest of all lines before it. So neither writing
nor reading holds a long document twice.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def load(path: Path) -> tuple[dict[str, Any], list[list[Any]]] | None:
    """The object and the rows kept, or None when there are none or they are not what was written."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    body, _, digest = data.rstrip(b"\n").rpartition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        return None
    del data
    try:
        lines = body.split(b"\n")
        del body
        head = json.loads(lines[0])
        rows = [json.loads(line.decode("utf-8", "surrogatepass")) for line in lines[1:]]
    except (ValueError, IndexError):
        return None
    return (head, rows) if isinstance(head, dict) else None


def save(path: Path, head: dict[str, Any], rows: Iterable[Iterable[Any]] = ()) -> None:
    """Keep an object and rows, readable for their owner only.

    A full or read-only disk costs speed, not the reading.
    """
    digest = hashlib.sha256()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # As `tempfile` does it, whose import takes as long as reading a page.
        new = path.parent / f".new-{os.urandom(8).hex()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        try:
            with os.fdopen(os.open(new, flags, 0o600), "wb") as file:
                line = _encode(head).encode("utf-8", "surrogatepass")
                digest.update(line)
                file.write(line)
                for row in rows:
                    line = b"\n" + _encode(list(row)).encode("utf-8", "surrogatepass")
                    digest.update(line)
                    file.write(line)
                file.write(b"\n" + digest.hexdigest().encode() + b"\n")
            new.replace(path)
        except BaseException as error:
            new.unlink(missing_ok=True)
            if not isinstance(error, OSError):
                raise
    except OSError:
        return
