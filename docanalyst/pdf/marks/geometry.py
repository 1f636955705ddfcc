"""Finds the place on the page of a stretch of its text, and draws pictures of pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from docanalyst.domain.errors import DocumentError
from docanalyst.formats.detection import unreadable
from docanalyst.pdf.enclosures.members import local_file
from docanalyst.pdf.records import ReadPage, Record
from docanalyst.pdf.sandbox import process
from docanalyst.pdf.tasks import Task, identify

Edges = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page in PDF points, in the page's own space: origin at the bottom left, not turned."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page, or the rows of it around its marks, as a PNG.

    width, height: pixels. scale: pixels a point; less than asked for a huge page. boxes: the marks as shares
    (0 to 1) of the picture's width and height: left, top, right, bottom.
    """

    png: bytes
    width: int
    height: int
    scale: float
    boxes: tuple[Edges, ...] = ()


def locate(
    path: str | Path,
    page_number: int,
    start: int,
    end: int,
    *,
    password: str | None = None,
    cache_dir: Path | None = None,
    include_hidden: bool = False,
    ocr: str = "auto",
    text: str | None = None,
) -> list[Box]:
    """The rectangles of a stretch of `Page.text`, one for each line of the page, in reading order.

    start, end: character offsets into the page's text. text: that text, from which it is known whether the
    scan was read again; None where it was not. The other arguments are those the document was read with;
    without a cache_dir the document is read again. Empty for text files, and for a damaged file that only the
    second parser reads. Raises DocumentError.
    """
    place = local_file(path)
    given = place, password, page_number, cache_dir, include_hidden, ocr
    task, record = _read(*given, False)
    page = _page(record, page_number)
    if page is not None and text is not None and page.text != text and page.waits(reread=True):
        task, record = _read(*given, True)
        page = _page(record, page_number)
    if record is None or page is None or record.fallback or not page.text:
        return []
    request: dict[str, Any] = {
        "task": "geometry",
        "path": str(place),
        "password": password,
        "number": page_number,
    }
    request |= {"include_hidden": include_hidden, "text": page.text, "start": max(0, start)}
    request |= {"end": min(end, len(page.text)), "dropped": page.dropped, "hyphens": page.hyphens}
    request["shown"] = page.shown
    if not page.ocr:
        edges = _ask(request, place)["edges"]
    else:
        from docanalyst.pdf.ocr.recognition import recognised_edges

        layer = _ask({**request, "text": ""}, place)
        edges = recognised_edges(page, layer, task.words_store(), request["start"], request["end"])
    return [box for line in edges for box in _joined(line)]


def _page(record: Record | None, number: int) -> ReadPage | None:
    return next((page for page in record.pages if page.number == number), None) if record else None


def _read(
    place: Path,
    password: str | None,
    number: int,
    cache_dir: Path | None,
    include_hidden: bool,
    ocr: str,
    reread: bool,
) -> tuple[Task, Record | None]:
    """The task and the record of a file; the last few files without a password stay at hand."""
    wanted = _Wanted(place, number, cache_dir, include_hidden, ocr, reread)
    if password is not None:
        return _read_anew(wanted, password)
    try:
        state = place.stat()
    except OSError as error:
        raise unreadable(place, error) from error
    return _read_again(wanted, state.st_mtime_ns, state.st_size)


class _Wanted(NamedTuple):
    """A page of a file, and how it is read."""

    place: Path
    number: int
    cache_dir: Path | None
    include_hidden: bool
    ocr: str
    reread: bool


@lru_cache(maxsize=64)
def _read_again(wanted: _Wanted, _changed: int, _size: int) -> tuple[Task, Record | None]:
    task, record = _read_anew(wanted, None)
    if record is None:
        return task, None
    return task, replace(record, pages=tuple(page for page in record.pages if page.number == wanted.number))


def _read_anew(wanted: _Wanted, password: str | None) -> tuple[Task, Record | None]:
    digest, _, head = identify(wanted.place)
    task = Task(
        wanted.place,
        digest,
        password,
        [wanted.number],
        wanted.cache_dir,
        include_hidden=wanted.include_hidden,
        ocr=wanted.ocr,
        reread_scans=wanted.reread,
    )
    return task, task.record()[0] if b"%PDF-" in head else None


def render_page(
    path: str | Path,
    page_number: int,
    scale: float = 1.5,
    *,
    password: str | None = None,
    marks: Sequence[Box] = (),
) -> bytes:
    """A page as PNG. scale: pixels a point. marks: rectangles to colour, as from `locate`."""
    return draw_page(path, page_number, scale, password=password, marks=marks).png


def draw_page(
    path: str | Path,
    page_number: int,
    scale: float = 1.5,
    *,
    password: str | None = None,
    marks: Sequence[Box] = (),
    margin: float | None = None,
) -> PagePicture:
    """As `render_page`, with the size of the picture. Raises DocumentError.

    margin: points to show above and below the marks; None shows the whole page.
    """
    place = local_file(path)
    request: dict[str, Any] = {
        "task": "draw",
        "path": str(place),
        "password": password,
        "number": page_number,
    }
    request |= {"scale": scale, "colour": True}
    request["marks"] = [[mark.left, mark.bottom, mark.right, mark.top] for mark in marks]
    request["margin"] = margin
    answer = _ask(request, place)
    width, height, top = answer["width"], answer["height"], answer["top"]
    boxes = tuple(
        (
            max(0.0, left / width),
            max(0.0, (upper - top) / height),
            min(1.0, (right + 1) / width),
            min(1.0, (lower - top + 1) / height),
        )
        for left, upper, right, lower in answer["marks"]
    )
    return PagePicture(answer["payload"], width, height, answer["scale"], boxes)


def _ask(request: dict[str, Any], place: Path) -> dict[str, Any]:
    """The one answer of a parsing process. Raises DocumentError."""
    found: dict[str, Any] = {}
    reason = "its file cannot be opened"
    try:
        for answer, payload in process.ask_once(request):
            if answer["event"] == "failed":
                reason = {"password": "a password is needed"}.get(answer["kind"], "it is damaged")
            elif answer["event"] != "done":
                found = {**answer, "payload": payload}
    except process.ProcessDied as died:
        reason = f"it {died.reason}"
    if not found:
        number = request["number"]
        raise DocumentError(
            f"Page {number} of {place.name} cannot be shown: {reason}.",
            "Open the file in a PDF program.",
            path=str(place),
        )
    return found


def _joined(edges: Iterable[Edges]) -> list[Box]:
    """The rectangles around characters of one line."""
    boxes: list[Box] = []
    for left, bottom, right, top in edges:
        if boxes:
            last = boxes[-1]
            reach = 2.5 * max(top - bottom, last.top - last.bottom)
            across = left - last.right < reach and last.left - right < reach
            if across and bottom < last.top and top > last.bottom:
                boxes[-1] = Box(
                    min(left, last.left), min(bottom, last.bottom), max(right, last.right), max(top, last.top)
                )
                continue
        boxes.append(Box(left, bottom, right, top))
    return boxes
