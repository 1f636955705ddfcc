"""Shows the picture of a cited page in the terminal, if it can; the app is suspended meanwhile.

Two protocols: that of kitty (also Ghostty, Konsole) and that of iTerm2 (also WezTerm, mintty). Sources: the
"Terminal graphics protocol" of kitty, and "Images" in iTerm2's documentation.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from docanalyst.domain.documents import Document, Span
from docanalyst.domain.errors import UsageError
from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.text.plain import one_line

if TYPE_CHECKING:
    from docanalyst.tui.host import Host
    from docanalyst.tui.text.markdown import Span as Marked

SCALE = 2.0
"""Pixels per point: legible when a picture fills the screen."""

_PIECE = 4_096
"""Bytes of base64 in one command of kitty's protocol."""
_END = "\x1b\\"


class Protocol(StrEnum):
    """The graphics protocol of a terminal."""

    KITTY = "kitty"
    ITERM = "iterm"


def protocol_of(environ: Mapping[str, str]) -> Protocol | None:
    """Return the protocol of this terminal; None inside tmux and screen, which pass no pictures on."""
    if environ.get("TMUX") or environ.get("STY"):
        return None
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
    if (
        environ.get("KITTY_WINDOW_ID")
        or environ.get("KONSOLE_VERSION")
        or term in ("xterm-kitty", "xterm-ghostty")
        or program == "ghostty"
    ):
        return Protocol.KITTY
    if program in ("iTerm.app", "WezTerm", "mintty") or environ.get("LC_TERMINAL") == "iTerm2":
        return Protocol.ITERM
    return None


def commands(protocol: Protocol, png: bytes, columns: int, rows: int) -> Iterator[str]:
    """Yield the escape sequences for a picture fitted into that many columns and rows."""
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    # A cell is about twice as high as it is wide.
    by_rows = height * columns >= 2 * width * rows
    coded = base64.b64encode(png).decode("ascii")
    if protocol is Protocol.ITERM:
        size = f"height={rows}" if by_rows else f"width={columns}"
        yield f"\x1b]1337;File=inline=1;size={len(png)};{size};preserveAspectRatio=1:{coded}\x07"
        return
    size = f"r={rows}" if by_rows else f"c={columns}"
    for start in range(0, len(coded), _PIECE):
        more = int(start + _PIECE < len(coded))
        head = f"a=T,f=100,q=2,{size},m={more}" if start == 0 else f"m={more}"
        yield f"\x1b_G{head};{coded[start : start + _PIECE]}{_END}"


async def show_page(app: Host, document: Document, number: int, quotes: Sequence[Marked]) -> None:
    """Show a page of a PDF with its quotes highlighted, until a key is pressed.

    Raises DocumentError, and UsageError if the terminal shows no pictures.
    """
    protocol = protocol_of(os.environ)
    opens = app.key("evidence.open")
    if protocol is None or app.is_web:
        raise UsageError(
            "This terminal cannot show pictures.",
            f"kitty, Ghostty, Konsole, WezTerm and iTerm2 can, outside tmux. {opens} opens the PDF.",
        )
    from docanalyst.analyst.documents.pictures import page_as_read

    spans = [
        Span(document.sha256, number, quote.start, quote.end) for quote in quotes if quote.role == "quote"
    ]
    cache = (await app.ready()).cache_dir
    png = await in_thread(lambda: page_as_read(document, number, spans, SCALE, cache_dir=cache))
    title = one_line(f"{document.name}, page {number} of {document.page_count:,}")
    try:
        with app.suspend(), app.batch_update():
            await in_thread(show, protocol, png, title)
    except SuspendNotSupported as error:
        raise UsageError(
            "This terminal cannot be suspended to show a picture.", f"{opens} opens the PDF."
        ) from error
    app.refresh()


def show(protocol: Protocol, png: bytes, title: str) -> None:
    """Fill the terminal with a picture until a key is pressed. The app must be suspended."""
    columns, rows = os.get_terminal_size(sys.__stdout__.fileno()) if sys.__stdout__ else (80, 24)
    out = sys.__stdout__ or sys.stdout
    out.write(f"\x1b[?1049h\x1b[H\x1b[2J{title[:columns]}\r\n")
    for command in commands(protocol, png, columns, max(1, rows - 2)):
        out.write(command)
    out.write(f"\x1b[{rows};1HPress any key to return.")
    out.flush()
    try:
        _wait_for_key()
    finally:
        if protocol is Protocol.KITTY:
            out.write(f"\x1b_Ga=d,q=2{_END}")
        out.write("\x1b[2J\x1b[?1049l")
        out.flush()


def _wait_for_key() -> None:
    import termios
    import tty

    descriptor = sys.__stdin__.fileno() if sys.__stdin__ else 0
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        os.read(descriptor, 16)
    finally:
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)
