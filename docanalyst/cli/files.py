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
LARGEST_IMPORT = 500_000_000
"""Bytes of an import, which is held in memory about five times."""


def read_words(name: str) -> str:
    """Return the text of a file, or of standard input for "-".

    Raises:
        UsageError: The file cannot be read or is not UTF-8 text.
    """
    from docanalyst.analyst.review.briefs import read_text

    if name != STDIN:
        return read_text(Path(name).expanduser())
    data = sys.stdin.buffer.read(LARGEST_IMPORT + 1)
    if len(data) > LARGEST_IMPORT:
        raise UsageError(f"Standard input has more than {LARGEST_IMPORT / 1e6:,.0f} MB.", "Name a file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            "Standard input is not UTF-8 text.", "Convert it first: iconv -f latin1 -t utf-8."
        ) from error


def read_records(name: str) -> list[dict[str, Any]]:
    """Return the session records of an exported .json or .jsonl file.

    Raises:
        UsageError: The file cannot be read or is too large; the message names the line.
    """
    from docanalyst.domain.records.sessions import records_from_lines

    _require_size(name)
    text = read_words(name)
    try:
        whole = _parsed(text, name)
    except json.JSONDecodeError:
        whole = None
    if isinstance(whole, dict) and "kind" not in whole:
        return [whole]
    lines = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"{name}, line {number}"
        try:
            value = _parsed(line, place)
        except json.JSONDecodeError as error:
            raise UsageError(f"{place}: not valid JSON: {error.msg}.") from error
        if not isinstance(value, dict):
            raise UsageError(f"{place}: expected a JSON object.")
        lines.append(value)
    return list(records_from_lines(lines))


def _require_size(name: str) -> None:
    path = Path(name).expanduser()
    if name != STDIN and path.is_file() and path.stat().st_size > LARGEST_IMPORT:
        size = f"{path.stat().st_size / 1e6:,.0f} MB; {LARGEST_IMPORT / 1e6:,.0f} MB are allowed"
        raise UsageError(f"{name} is too large to import ({size}).", "Export the sessions one by one.")


def _parsed(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except RecursionError as error:
        raise UsageError(f"{place}: the JSON is nested too deeply.", "Export the session again.") from error
    except ValueError as error:
        # Python refuses numbers of thousands of digits.
        raise UsageError(f"{place}: a number has too many digits.", "Export the session again.") from error


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
