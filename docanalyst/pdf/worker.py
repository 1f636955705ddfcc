"""The limited process in which PDFs are parsed. It reads requests from its input until that ends.

It imports neither the program nor anything heavy, so that it starts in a few hundredths of a second.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from docanalyst.pdf import frames, limits

Send = Callable[..., None]

_BREAK = re.compile("\r\n|\r|\n|\ufffe")


def main() -> None:
    """Serve requests until the input ends. Limits are set before any file is touched."""
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    limits.limit_this_process()
    while (received := frames.read_frame(requests)) is not None:
        _serve(received[0], answers)


def _serve(request: dict[str, Any], answers: BinaryIO) -> None:
    def send(event: str, payload: bytes = b"", **fields: Any) -> None:
        frames.write_frame(answers, {"event": event, **fields}, payload)

    limits.limit_processor_time(limits.PAGE_CPU_SECONDS)
    try:
        _TASKS[request["task"]](request, send)
    except MemoryError:
        os._exit(137)
    except Exception as error:
        send("failed", kind=getattr(error, "kind", "damaged"), reason=f"{type(error).__name__}: {error}")
    else:
        send("done")
    limits.limit_processor_time(0)


def _open(request: dict[str, Any], send: Send) -> None:
    """Send `opened`: what the file says of itself. It stays open for the next request."""
    _opened.forget()
    file = _opened.file(request)
    send(
        "opened",
        pages=file.page_count,
        encrypted=file.encrypted,
        password=file.used_password,
        metadata={key: value for key in ("Title", "Author") if (value := file.metadata(key))},
    )


def _read(request: dict[str, Any], send: Send) -> None:
    """Send one `page` for each page asked for, in that order."""
    from docanalyst.pdf.pdfium import CannotOpen

    file = _opened.file(request)
    for number in request["numbers"]:
        limits.limit_processor_time(limits.PAGE_CPU_SECONDS)
        try:
            send("page", **_page(file, number))
        except CannotOpen:
            send("page", number=number, failed="is damaged")
    _opened.forget()


class _OpenFile:
    """The file of the request at hand: `open` leaves it open for `read`."""

    def __init__(self) -> None:
        self._key: tuple[str, str | None] | None = None
        self._file: Any = None
        self._started = False

    def file(self, request: dict[str, Any]) -> Any:
        """The open file of a request. Raises pdfium.CannotOpen."""
        from docanalyst.pdf import pdfium

        key = (request["path"], request.get("password"))
        if self._key != key:
            self.forget()
            if not self._started:
                pdfium.start()
                self._started = True
            self._file = pdfium.File(*key)
            self._key = key
            if self._file.page_count < 1:
                self.forget()
                raise pdfium.CannotOpen("damaged")
        return self._file

    def forget(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
        self._key = self._file = None


_opened = _OpenFile()


def _page(file: Any, number: int) -> dict[str, Any]:
    with file.page(number - 1) as page:
        if page.character_count > limits.MAX_PAGE_CHARACTERS:
            return {"number": number, "over": page.character_count}
        text = page.text()
        lines = split_lines(text)
        return {
            "number": number,
            "text": text,
            "boxes": page.line_boxes(text, lines),
            "label": file.label(number - 1),
            "size": [round(page.width, 1), round(page.height, 1)],
        }


def split_lines(text: str) -> list[tuple[int, int]]:
    """Start and end of each line of a page's raw text, without blanks at its ends."""
    lines, start = [], 0
    for end, after in [*((m.start(), m.end()) for m in _BREAK.finditer(text)), (len(text), len(text))]:
        line = text[start:end]
        stripped = line.strip()
        if stripped:
            begin = start + line.index(stripped[0])
            lines.append((begin, begin + len(stripped)))
        else:
            lines.append((start, start))
        start = after
    return lines


_TASKS: dict[str, Callable[[dict[str, Any], Send], None]] = {"open": _open, "read": _read}
