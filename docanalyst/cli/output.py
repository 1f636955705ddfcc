"""stdout, stderr and exit codes. stdout is data; everything else goes to stderr."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import time
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docanalyst.domain.documents import file_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from docanalyst.cli.options import Globals
    from docanalyst.domain.errors import DocanalystError

INTERRUPTED = 130
DEFECT = 1

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")


def use_utf8() -> None:
    """Write UTF-8 whatever the locale says; nowhere, where a stream is closed."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def give_up_stdout() -> None:
    """Let go of a stdout that takes nothing more, so that the end of the program does not fail on it too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def plain(text: str) -> str:
    """Text that a terminal shows and does not obey: no control, escape or bidi-control characters."""
    return _CONTROL.sub("", text)


@dataclass(frozen=True, slots=True)
class Styled:
    """Words in colour: the only way to style, since strings are stripped of what a terminal obeys."""

    text: str
    attributes: tuple[tuple[str, Any], ...]


def styled(text: str, **attributes: Any) -> Styled:
    """Text in colour where the stream is a terminal and NO_COLOR is not set; the text itself is inert."""
    return Styled(text, tuple(attributes.items()))


Line = tuple[str | Styled, ...]
"""Pieces of one line."""


def data(*pieces: str | Styled, newline: bool = True) -> None:
    """Data for stdout."""
    _write(pieces, err=False, newline=newline)


def data_json(value: Any) -> None:
    """One JSON object on one line of stdout."""
    click.echo(json.dumps(value, ensure_ascii=False))


def note(*pieces: str | Styled, quiet: bool = False) -> None:
    """A note for the person, on stderr."""
    if not quiet:
        _write(pieces, err=True)


def detail(text: str, shared: Globals) -> None:
    """A note that only --verbose shows."""
    note(text, quiet=shared.quiet or not shared.verbose)


def warning(text: str) -> None:
    """A warning on stderr; --quiet does not hide it."""
    _write((styled("warning: ", fg="yellow"), text), err=True)


def fail(message: str, hint: str = "", *, interrupted: bool = False) -> None:
    """What went wrong and what to do next, on stderr."""
    _write((message,) if interrupted else (styled("error: ", fg="red"), message), err=True)
    if hint:
        _write((f"  {hint}",), err=True)


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
        # Nobody reads the notes: that is no reason to lose the data.
        if not err:
            raise


def show_error(error: DocanalystError, shared: Globals) -> int:
    """An error for the person, and as data with --json; its exit code."""
    details = error.details()
    code = _show(error.kind, error.message, error.hint, error.exit_code, shared.json, **details)
    for name, value in details.items():
        if value is not None and not isinstance(value, dict):
            detail(f"  {name}: {value}", shared)
    return code


def show_interrupted(saved: str, hint: str, *, as_json: bool) -> int:
    """What a command that was stopped leaves behind."""
    message = f"Interrupted. {saved}".strip()
    return _show("interrupted", message, hint, INTERRUPTED, as_json)


def show_usage_error(error: click.ClickException, *, as_json: bool) -> int:
    """A wrong command line."""
    message = error.format_message()
    context = getattr(error, "ctx", None)
    hint = f"Try: {context.command_path} --help" if context else ""
    return _show("usage", message, hint, 2, as_json)


def show_unwritable(error: OSError, saved: str, hint: str, *, as_json: bool) -> int:
    """stdout or a file takes nothing more. saved, hint: what is kept, and how to see it."""
    give_up_stdout()
    message = f"The output cannot be written: {error.strerror}. {saved}".strip()
    return _show("usage", message, hint or "Free some space, or write elsewhere.", 2, as_json)


def show_defect(error: Exception, *, as_json: bool) -> int:
    """An error of ours: one line for the person, the rest in a file that names no document text."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    descriptor, path = tempfile.mkstemp(prefix="docanalyst-", suffix=".log")
    with os.fdopen(descriptor, "w", encoding="utf-8") as log:
        log.write(f"{type(error).__name__}\n{frames}")
    message = f"This is a defect in docanalyst ({type(error).__name__})."
    hint = f"Details are in {path}; nothing that was saved is lost."
    return _show("defect", message, hint, DEFECT, as_json)


def error_record(kind: str, message: str, hint: str, exit_code: int, **details: Any) -> dict[str, Any]:
    """An error as JSON data: {"error": {"kind", "message", "hint", "exit_code", …}}."""
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
    """A line on stderr that counts the pages read, on a terminal and only for what takes a while."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
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
