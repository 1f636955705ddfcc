"""Reads and writes the files of commands; a file is written completely or not at all."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docanalyst.domain.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from docanalyst.cli.options import Globals
    from docanalyst.storage.user_files import UserFiles

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


def documents_at(paths: Iterable[str]) -> list[str]:
    """Return the files of the documents at the PATHs; what cannot be found is left to the reading to tell."""
    from docanalyst.pdf import collect

    found: list[str] = []
    for path in paths:
        with suppress(DocumentError):
            found += [item.path for item in collect([path])]
    return found


def user_files(shared: Globals, *, inputs: Iterable[str | None] = (), overwrite: bool = False) -> UserFiles:
    """Return the writer of a command's output files.

    Args:
        inputs: Files that the command reads, which are never overwritten.
    """
    from docanalyst.settings import config_path
    from docanalyst.storage.user_files import UserFiles

    given = [path for path in inputs if path and path != STDIN]
    return UserFiles(
        shared.settings().make_data_dir(), inputs=[*given, config_path(shared.config)], overwrite=overwrite
    )


def write_all(files: UserFiles, contents: Sequence[tuple[str, bytes]]) -> list[str]:
    """Write files, none before all of them may be written; return their names.

    Raises:
        UsageError: A file may not or cannot be written.
    """
    for name, _ in contents:
        files.check(Path(name))
    return [str(files.write(Path(name), content)) for name, content in contents]
