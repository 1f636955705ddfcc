"""The limited process in which PDFs are parsed. It reads requests from its input until that ends.

It imports neither the program nor anything heavy, so that it starts in a few hundredths of a second.
"""

from __future__ import annotations

import gc
import os
import sys
from functools import partial

from docanalyst.pdf import limits
from docanalyst.pdf.sandbox import frames

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, BinaryIO

    Send = Callable[..., None]


def main() -> None:
    """Serve requests until the input ends. Limits are set before any file is touched."""
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    limits.limit_this_process()
    # What a page leaves behind is freed with its last reference; looking for cycles takes a tenth of reading.
    gc.set_threshold(100_000, 50, 100)
    gc.freeze()
    while (received := frames.read_frame(requests)) is not None:
        _serve(received[0], answers)


def _serve(request: dict[str, Any], answers: BinaryIO) -> None:
    def send(event: str, payload: bytes = b"", **fields: Any) -> None:
        frames.write_frame(answers, {"event": event, **fields}, payload)

    limits.limit_memory(request.get("memory", limits.MEMORY_BYTES))
    limits.limit_processor_time(request.get("seconds", limits.DRAW_CPU_SECONDS))
    try:
        _TASKS[request["task"]](request, send)
    except MemoryError:
        os._exit(137)
    except Exception as error:
        send("failed", kind=getattr(error, "kind", "damaged"), reason=f"{type(error).__name__}: {error}")
    else:
        send("done")
    finally:
        if request["task"] != "open":
            _opened.forget()
    limits.limit_processor_time(0)


def _open(request: dict[str, Any], send: Send) -> None:
    """Send `opened`: what the file says of itself. It stays open for the next request.

    ahead: how many processes are to read the file whole, and the least for each; this one then goes on with
    the first of its pages, unless they are too many.
    """
    _opened.forget()
    if request["parser"] == "second":
        from docanalyst.pdf.sandbox.fallback import describe

        send("opened", **describe(request["path"], request["password"]))
        return
    file = _opened.file(request)
    send(
        "opened",
        pages=file.page_count,
        encrypted=file.encrypted,
        password=file.used_password,
        metadata={key: value for key in ("Title", "Author") if (value := file.metadata(key))},
        unread=_opened.unread,
        **_beside_pages(file),
    )
    if request.get("ahead") and file.page_count <= limits.MAX_PAGES:
        last = limits.share_of(file.page_count, *request["ahead"])
        try:
            _read({**request, "numbers": range(1, last + 1)}, send)
        finally:
            _opened.forget()


def _beside_pages(file: Any) -> dict[str, Any]:
    """What a file carries beside its pages, where it carries anything."""
    if not file.has_form and not file.has_attachments:
        return {}
    from docanalyst.pdf.pdfium.added import attachments

    return {"attachments": attachments.names(file), "form_data": attachments.form_data(file)}


def _attachment(request: dict[str, Any], send: Send) -> None:
    """Send the bytes of an attached `file`, by its number from 0."""
    from docanalyst.pdf.pdfium.added import attachments

    send("file", attachments.content(_opened.file(request), request["number"]))


def _read(request: dict[str, Any], send: Send) -> None:
    """Send one `page` for each page asked for, in that order."""
    from docanalyst.pdf.pdfium.document import CannotOpen
    from docanalyst.pdf.pdfium.pages import read_page, read_plain_page

    if request["parser"] == "second":
        from docanalyst.pdf.sandbox.fallback import read_pages

        for page in read_pages(request["path"], request["password"], request["numbers"]):
            limits.limit_processor_time(request["seconds"])
            send("page", **page)
        return
    for place, number in enumerate(request["numbers"]):
        limits.limit_processor_time(request["seconds"])
        if place and place % limits.PAGES_BEFORE_REOPENING == 0:
            _opened.forget()
        file = _opened.file(request)
        try:
            look = request["look"] and number not in request["unchecked"]
            announce = partial(send, "looking")
            page = read_page(file, number, request["include_hidden"], look=look, announce=announce)
            if number in request["unchecked"]:
                page.setdefault("remarks", []).append(("unchecked", ""))
            send("page", **page)
        except CannotOpen:
            send("page", number=number, failed="is damaged")
        except MemoryError:
            raise
        except Exception as error:
            # A defect of ours on one page must not lose the others, nor the words of that one.
            try:
                send("page", **read_plain_page(file, number))
            except Exception:
                send(
                    "page",
                    number=number,
                    failed=f"makes the PDF reader fail ({type(error).__name__}: {error})"[:200],
                )


def _draw(request: dict[str, Any], send: Send) -> None:
    """Send a `picture`: grey pixels row by row, or a PNG in colour."""
    from docanalyst.pdf.pdfium import pictures

    with _opened.file(request).page(request["number"] - 1) as page:
        picture = pictures.draw(page, request["scale"], colour=request["colour"])
        marks = [page.displayed(*mark) for mark in request.get("marks", ())]
    if not request["colour"]:
        data = pictures.grey_pixels(picture)
        send("picture", data, width=picture.width, height=picture.height, scale=picture.scale)
        return
    pixels = pictures.in_pixels(picture, marks)
    rows = pictures.rows_around(picture, pixels, request.get("margin"))
    data = pictures.png(picture, pixels, rows)
    send(
        "picture",
        data,
        width=picture.width,
        height=len(rows),
        top=rows.start,
        scale=picture.scale,
        marks=pixels,
    )


def _geometry(request: dict[str, Any], send: Send) -> None:
    """Send the `edges` of a stretch of a page's text; without a text, the page's own lines."""
    from docanalyst.pdf.pdfium import pages, places

    with _opened.file(request).page(request["number"] - 1) as page:
        if request["text"]:
            send("edges", edges=places.character_edges(page, request))
        else:
            answer, _ = pages.read_open_page(page, request["include_hidden"])
            kept = {key: answer[key] for key in ("lines", "boxes", "joins")}
            send("lines", frame=places.frame(page), added=answer.get("added", ()), **kept)


def _blocks(request: dict[str, Any], send: Send) -> None:
    """Send the `blocks` of a file without fixed pages, such as a Word file, then `facts` about it."""
    from docanalyst.formats.reading import read

    read(request, send)


def _members(request: dict[str, Any], send: Send) -> None:
    """Send the attachments of an e-mail as `member`, in pieces, with their names."""
    from docanalyst.formats.mail.attachments import send_members

    send_members(request, send)


def _word_comments(request: dict[str, Any], send: Send) -> None:
    """Send the bytes of a copy of a Word file with comments, as `file`."""
    from docanalyst.formats.word.commenting import write

    write(request, send)


def _word_redline(request: dict[str, Any], send: Send) -> None:
    """Send the bytes of a Word file with the changes from one version to another, as `file`."""
    from docanalyst.formats.word.redline.making import make

    make(request, send)


class _OpenFile:
    """The file of the request at hand: `open` leaves it open for `read`."""

    def __init__(self) -> None:
        self._key: tuple[str, str | None] | None = None
        self._file: Any = None
        self._started = False
        self.unread = ""
        """How streams are compressed that were not read."""

    def file(self, request: dict[str, Any]) -> Any:
        """The open file of a request. Raises pdfium.CannotOpen."""
        from docanalyst.pdf.pdfium import document as pdfium

        key = (request["path"], request.get("password"))
        if self._key != key:
            self.forget()
            if not self._started:
                pdfium.start()
                self._started = True
            self._file = self._opened(*key)
            self._key = key
            if self._file.page_count < 1:
                self.forget()
                raise pdfium.CannotOpen(self.unread or "damaged")
        return self._file

    def _opened(self, path: str, password: str | None) -> Any:
        """The file, or where it has streams compressed by Brotli, a copy in memory that has none."""
        from docanalyst.pdf.pdfium import document as pdfium
        from docanalyst.pdf.pdfium import filebytes

        self.unread = ""
        refusal: pdfium.CannotOpen | None = None
        file: Any = None
        try:
            file = pdfium.File(path, password)
        except pdfium.CannotOpen as error:
            if error.kind != "damaged":
                raise
            refusal = error
        if filebytes.holds(path, b"/BrotliDecode"):
            from docanalyst.pdf.sandbox import streams

            try:
                copy = pdfium.File(path, password, data=streams.without_brotli(path, password))
            except MemoryError:
                raise
            except Exception as error:
                self.unread = "brotli"
                if refusal is not None:
                    raise pdfium.CannotOpen(self.unread) from error
            else:
                if file is not None:
                    copy.used_password = file.used_password
                    file.close()
                return copy
        if refusal is not None:
            raise refusal
        return file

    def forget(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
        self._key = self._file = None


_opened = _OpenFile()


_TASKS: dict[str, Callable[[dict[str, Any], Send], None]] = {
    "open": _open,
    "read": _read,
    "draw": _draw,
    "geometry": _geometry,
    "attachment": _attachment,
    "blocks": _blocks,
    "members": _members,
    "word_comments": _word_comments,
    "word_redline": _word_redline,
}
