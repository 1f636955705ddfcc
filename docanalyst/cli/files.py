"""Reads and writes the files of commands; a file is written completely or not at all."""

from __future__ import annotations

import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

from docanalyst.domain.errors import UsageError

STDIN = "-"
"""The file name that means standard input."""


def read_words(name: str) -> str:
    """Return the text of a file, or of standard input for "-".

    Raises:
        UsageError: The file cannot be read or is not UTF-8 text.
    """
    from docanalyst.analyst.review.briefs import read_text

    if name != STDIN:
        return read_text(Path(name).expanduser())
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            "Standard input is not UTF-8 text.", "Convert it first: iconv -f latin1 -t utf-8."
        ) from error


def read_records(name: str) -> list[dict[str, Any]]:
    """Return the session records of an exported .json or .jsonl file.

    Raises:
        UsageError: The file cannot be read; the message names the line.
    """
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
            raise UsageError(f"{name}, line {number}: not valid JSON: {error.msg}.") from error
        if not isinstance(value, dict):
            raise UsageError(f"{name}, line {number}: expected a JSON object.")
        lines.append(value)
    return list(records_from_lines(lines))


def write_whole(name: str, content: bytes) -> Path:
    """Write a file under a temporary name, then move it into place; return its path.

    Raises:
        UsageError: The file cannot be written.
    """
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
            f"Cannot write {target}: {error.strerror or error}.",
            "Name another file or free disk space.",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return target
