"""Writes data to stdout and everything else to stderr, and returns exit codes."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from docanalyst.cli.options import Globals
    from docanalyst.domain.errors import DocanalystError

INTERRUPTED = 130
DEFECT = 1


def use_utf8() -> None:
    """Make stdout and stderr write UTF-8 in any locale; a closed stream discards its text."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            from pathlib import Path

            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def give_up_stdout() -> None:
    """Redirect a broken stdout to nowhere, so that flushing it at exit does not fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def plain(text: str) -> str:
    """Return the text without control, escape and bidi-control characters, which a terminal would obey."""
    from docanalyst.domain.text import seen

    return seen(text)


@dataclass(frozen=True, slots=True)
class Styled:
    """Text in colour. The only way to style, because control characters are removed from plain strings."""

    text: str
    attributes: tuple[tuple[str, Any], ...]


def styled(text: str, **attributes: Any) -> Styled:
    """Return text to print in colour if the stream is a terminal and NO_COLOR is not set."""
    return Styled(text, tuple(attributes.items()))


Line = tuple[str | Styled, ...]
"""The pieces of one line."""


def data(*pieces: str | Styled, newline: bool = True) -> None:
    """Print data to stdout."""
    _write(pieces, err=False, newline=newline)


def data_json(value: Any) -> None:
    """Print a value as JSON on one line of stdout."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False))


def note(*pieces: str | Styled, quiet: bool = False) -> None:
    """Print a note to stderr."""
    if not quiet:
        _write(pieces, err=True)


def detail(text: str, shared: Globals) -> None:
    """Print a note that only --verbose shows."""
    note(text, quiet=shared.quiet or not shared.verbose)


def warning(text: str) -> None:
    """Print a warning to stderr; --quiet does not hide it."""
    _write((styled("warning: ", fg="yellow"), text), err=True)


def fail(message: str, hint: str = "", *, interrupted: bool = False) -> None:
    """Print an error and its hint to stderr."""
    _write((message,) if interrupted else (styled("error: ", fg="red"), message), err=True)
    if hint:
        _write((styled("hint: ", fg="cyan"), hint), err=True)


def _write(pieces: Line, *, err: bool, newline: bool = True) -> None:
    stream = sys.stderr if err else sys.stdout
    colour = stream.isatty() and not os.environ.get("NO_COLOR")
    text = "".join(
        click.style(plain(piece.text), **dict(piece.attributes))
        if isinstance(piece, Styled) and colour
        else plain(piece.text if isinstance(piece, Styled) else piece)
        for piece in pieces
    )
    try:
        click.echo(text, err=err, nl=newline, color=colour)
    except OSError:
        # A closed stderr must not stop the data on stdout.
        if not err:
            raise


def show_error(error: DocanalystError, shared: Globals) -> int:
    """Print an error, with --json also as data, and return its exit code."""
    details = error.details()
    code = _show(error.kind, error.message, error.hint, error.exit_code, shared.json, **details)
    for name, value in details.items():
        if value is not None and not isinstance(value, dict):
            detail(f"  {name}: {value}", shared)
    return code


def show_interrupted(saved: str, hint: str, *, as_json: bool) -> int:
    """Print what an interrupted command has saved; return the exit code."""
    message = f"Interrupted. {saved}".strip()
    return _show("interrupted", message, hint, INTERRUPTED, as_json)


def show_usage_error(error: click.ClickException, *, as_json: bool) -> int:
    """Print an error in the command line and return the exit code."""
    message = error.format_message()
    message += "" if message.endswith((".", "?", "!")) else "."
    context = getattr(error, "ctx", None)
    hint = f"Run `{context.command_path} --help`." if context else ""
    return _show("usage", message, hint, 2, as_json)


def show_unwritable(error: OSError, saved: str, hint: str, *, as_json: bool) -> int:
    """Print that the output cannot be written and return the exit code.

    Args:
        error: What the system reported.
        saved: What was saved nevertheless, or "".
        hint: How to see it, or "".
        as_json: Whether to print the error as data too.
    """
    give_up_stdout()
    message = f"Cannot write the output: {error.strerror}. {saved}".strip()
    return _show("usage", message, hint or "Free disk space or write to another place.", 2, as_json)


def show_defect(error: Exception, *, as_json: bool) -> int:
    """Print an internal error and return the exit code; the log it writes holds no document text."""
    import tempfile
    import traceback

    frames = "".join(traceback.format_tb(error.__traceback__))
    descriptor, path = tempfile.mkstemp(prefix="docanalyst-", suffix=".log")
    with os.fdopen(descriptor, "w", encoding="utf-8") as log:
        log.write(f"{type(error).__name__}\n{frames}")
    message = f"Internal error ({type(error).__name__}). This is a bug in docanalyst."
    hint = f"Details are in {path}. Saved data is intact."
    return _show("defect", message, hint, DEFECT, as_json)


def error_record(kind: str, message: str, hint: str, exit_code: int, **details: Any) -> dict[str, Any]:
    """Return an error as JSON data: {"error": {"kind", "message", "hint", "exit_code", …}}."""
    return {"error": {"kind": kind, "message": message, "hint": hint, "exit_code": exit_code} | details}


def _show(kind: str, message: str, hint: str, exit_code: int, as_json: bool, **details: Any) -> int:
    if as_json:
        try:
            data_json(error_record(kind, message, hint, exit_code, **details))
        except OSError:
            give_up_stdout()
    fail(message, hint, interrupted=exit_code == INTERRUPTED)
    return exit_code


@contextmanager
def reading_progress(*, quiet: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """Yield a function that shows the pages read on a terminal, from 0.4 s on."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from docanalyst.domain.documents import file_name

    started = shown = time.monotonic()
    progress: dict[str, tuple[int, int]] = {}
    width = 24

    def report(path: str, done: int, total: int) -> None:
        nonlocal shown
        progress[path] = (done, total)
        now = time.monotonic()
        if now - started < 0.4 or now - shown < 0.1:
            return
        shown = now
        pages, of = (sum(column) for column in zip(*progress.values(), strict=True))
        filled = round(width * pages / of) if of else 0
        name = plain(file_name(path))[:32]
        line = f"\rreading [{'█' * filled}{'·' * (width - filled)}] {pages:,}/{of:,} pages  {name}\x1b[K"
        click.echo(line, err=True, nl=False)

    try:
        yield report
    finally:
        if shown > started:
            click.echo("\r\x1b[K", err=True, nl=False)
