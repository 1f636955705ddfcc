"""What annotations show on a page, and what is said in them.

The look of an annotation is text that a reader sees, though it is no part of the page: a signature, a stamp,
words typed onto the page. It is read by drawing the annotations into the page, in the copy in memory. The
words of a note are seen when it is opened; they stand apart from the text of the page.
"""

from __future__ import annotations

from functools import partial

from docanalyst.pdf.layout.lines import NOTE
from docanalyst.pdf.pdfium.added.annotations import (
    FREE_TEXT,
    LINK,
    POPUP,
    STAMP,
    WIDGET,
    each_annotation,
    is_shown,
)
from docanalyst.pdf.pdfium.bindings import raw
from docanalyst.pdf.pdfium.document import CannotOpen, OpenPage, utf16
from docanalyst.pdf.pdfium.objects import FORM, TEXT, page_objects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from docanalyst.pdf.pdfium.bindings import Rectangle

_NORMAL = 0
_FAILED = 0

Look = tuple[float, float, float, float, str]
"""Left, bottom, right, top in the page's space, and the words of one annotation's look."""


def has_look(handle: int) -> bool:
    """Whether an annotation has a look of its own."""
    return bool(raw.FPDFAnnot_HasKey(handle, b"AP"))


def looks(page: OpenPage) -> list[Look]:
    """The words that the annotations of a page show, each with its place.

    The page in memory is changed: it is to be read no more afterwards.
    """
    before = _top_objects(page)
    if raw.FPDFPage_Flatten(page.handle, _NORMAL) == _FAILED:
        return []
    found: list[Look] = []
    try:
        flat = OpenPage(page.file, page.number)
    except CannotOpen:
        return []
    with flat:
        for number in range(before, _top_objects(flat)):
            form = raw.FPDFPage_GetObject(flat.handle, number)
            if raw.FPDFPageObj_GetType(form) == FORM:
                found += _words_of(flat, form)
    return found


def _top_objects(page: OpenPage) -> int:
    return int(raw.FPDFPage_CountObjects(page.handle))


def _words_of(page: OpenPage, form: int) -> list[Look]:
    """The words in a form of a flattened page, piece by piece in the order in which they are drawn."""
    inside = set[int]()
    stack = [form]
    while stack:
        parent = stack.pop()
        for number in range(raw.FPDFFormObj_CountObjects(parent)):
            handle = raw.FPDFFormObj_GetObject(parent, number)
            kind = raw.FPDFPageObj_GetType(handle)
            if kind == FORM and len(inside) < 10_000:
                stack.append(handle)
            elif kind == TEXT:
                inside.add(handle)
    pieces: list[Look] = []
    for item in page_objects(page):
        if item.handle in inside:
            words = utf16(partial(raw.FPDFTextObj_GetText, item.handle, page.text_handle))
            if words.strip():
                pieces.append((item.left, item.bottom, item.right, item.top, words))
    return pieces


def words_within(pieces: list[Look], place: Rectangle) -> str:
    """The words of looks whose middle stands in a place, in rows."""
    rows: list[tuple[float, list[str]]] = []
    for left, bottom, right, top, words in pieces:
        if (
            place.left - 1 <= (left + right) / 2 <= place.right + 1
            and place.bottom - 1 <= (bottom + top) / 2 <= place.top + 1
        ):
            if rows and abs(rows[-1][0] - bottom) < 0.5 * (top - bottom):
                rows[-1][1].append(words)
            else:
                rows.append((bottom, [words]))
    return " ".join(" ".join("".join(row).split()) for _, row in rows)


def notes_of(page: OpenPage) -> list[str]:
    """What is said in the notes and comments of a page, as marks that stand apart from its text."""
    found: list[str] = []
    for handle, kind in each_annotation(page):
        if kind in (LINK, FREE_TEXT, POPUP, WIDGET) or not is_shown(handle):
            continue
        words = _string(handle, b"Contents")
        if not words or (kind == STAMP and has_look(handle)):
            continue
        author = _string(handle, b"T") or "an unnamed author"
        note = f"{NOTE}{author}: {words}]"
        if note not in found:
            found.append(note)
    return found


def _string(handle: int, key: bytes) -> str:
    value = utf16(lambda buffer, size: raw.FPDFAnnot_GetStringValue(handle, key, buffer, size))
    return " ".join(value.split())
