"""Files that commands read and write: whole or not at all."""

from __future__ import annotations

import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

from docanalyst.domain.errors import UsageError

STDIN = "-"
"""The name that stands for what is piped in."""


def read_words(name: str) -> str:
    """The text of a file, or of standard input for "-". Raises UsageError."""
    from docanalyst.analyst.review.briefs import read_text

    if name != STDIN:
        return read_text(Path(name).expanduser())
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            "What is piped in is not UTF-8 text.", "Convert it first: iconv -f latin1 -t utf-8"
        ) from error


def read_records(name: str) -> list[dict[str, Any]]:
    """The session records of an exported .json or .jsonl file. Raises UsageError with the line."""
    from docanalyst.domain.records.sessions import records_from_lines

    text = read_words(name)
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        whole = None
    if isinstance(whole, dict) and "kind" not in whole:
        return [whole]
    lines = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise UsageError(f"{name}, line {number}: this is not JSON: {error.msg}.") from error
        if not isinstance(value, dict):
            raise UsageError(f"{name}, line {number}: expected an object.")
        lines.append(value)
    return list(records_from_lines(lines))


def write_whole(name: str, content: bytes) -> Path:
    """A file written beside its place and moved there when it is whole. Raises UsageError."""
    target = Path(name)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        raise UsageError(
            f"{target} cannot be written: {error.strerror or error}.",
            "Name another file, or free some space.",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return target
