"""What is filled in, signed, stamped or typed onto a page: no part of its text, so it is put where it stands.

Values of form fields stand as they are; the words of signatures, stamps and free text are marked, for they
are not of the document. What an annotation shows counts, not what it stores. Notes stand apart, after the
text.
"""

from __future__ import annotations

import ctypes

from docanalyst.pdf import limits
from docanalyst.pdf.layout import lines as layout
from docanalyst.pdf.pdfium.added import appearances, attachments
from docanalyst.pdf.pdfium.added.annotations import (
    FREE_TEXT,
    STAMP,
    WATERMARK,
    WIDGET,
    each_annotation,
    is_shown,
    rectangle,
)
from docanalyst.pdf.pdfium.bindings import Rectangle, raw
from docanalyst.pdf.pdfium.document import utf16

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from docanalyst.pdf.pdfium.document import OpenPage

    Box = tuple[int, int, int, int]
    Shown = tuple[str, Rectangle, Box, str]
    """What an annotation with a look is, its place, its box as displayed, and the words that it stores."""

_CHECKBOX, _RADIO, _LIST, _CHOICE, _TEXT, _SIGNATURE = 2, 3, 4, 5, 6, 7

_LOOKS = {FREE_TEXT: "annotation", STAMP: "stamp", WATERMARK: "watermark"}
"""Annotations whose words are read as they are drawn, and what these are called."""

FIELD = (-1, -1)
"""Place in the raw text of a line that is a field's value."""


def add_fields(page: OpenPage, lines: layout.Layout, answer: dict[str, Any]) -> None:
    """Put the values of a page's fields, and the words of its annotations, among its lines; tell of those
    that nobody sees.

    The page in memory is changed: it is to be drawn no more. A page whose fields hold more than a page may is
    reported as over the limit.
    """
    form = page.file.form() if page.file.has_form else None
    if form:
        raw.FORM_OnAfterLoadPage(page.handle, form)
    shown: list[Shown] = []
    try:
        taken = 0
        for handle, kind in each_annotation(page):
            name = _LOOKS.get(kind, "")
            if kind == WIDGET and form:
                if raw.FPDFAnnot_GetFormFieldType(form, handle) == _SIGNATURE:
                    name, (value, seen) = "signature", ("", False)
                else:
                    value, seen = _field(page, form, handle)
            elif kind == FREE_TEXT:
                value, seen = _free_text(page, handle)
            else:
                value, seen = "", False
            if name and is_shown(handle) and appearances.has_look(handle):
                place = rectangle(handle)
                if _stands_on(page, place) and (kind != FREE_TEXT or seen):
                    shown.append((name, place, _box(page, handle), value))
                    continue
            taken += len(value)
            if taken > limits.MAX_PAGE_CHARACTERS:
                answer["over"] = taken
                return
            if value and kind == FREE_TEXT:
                value = f"[{name}: {value}]"
            if value and seen:
                layout.insert_line(lines, value, _box(page, handle), FIELD)
            elif value:
                answer.setdefault("hidden", []).append(["in a form field or annotation nobody sees", value])
        notes = appearances.notes_of(page)
        attached = [("attached", name) for name in attachments.names_on(page)]
    finally:
        if form:
            raw.FORM_OnBeforeClosePage(page.handle, form)
    if attached:
        answer.setdefault("remarks", []).extend(attached)
    if shown:
        _add_looks(page, shown, lines, answer)
    for note in notes:
        layout.append_note(lines, note, FIELD)


def _add_looks(page: OpenPage, shown: list[Shown], lines: layout.Layout, answer: dict[str, Any]) -> None:
    """Put what annotations show among the lines, and tell where it is not what they store."""
    pieces = appearances.looks(page)
    taken = 0
    for name, place, box, stored in shown:
        words = appearances.words_within(pieces, place)
        if words and stored and _letters(words) != _letters(stored):
            answer.setdefault("remarks", []).append(("substituted", stored))
        words = words or stored
        taken += len(words)
        if taken > limits.MAX_PAGE_CHARACTERS:
            answer["over"] = taken
            return
        layout.insert_line(lines, f"[{name}: {words}]" if words else f"[{name}]", box, FIELD)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _box(page: OpenPage, handle: int) -> Box:
    place = rectangle(handle)
    return page.displayed(place.left, place.bottom, place.right, place.top)


def _stands_on(page: OpenPage, place: Rectangle) -> bool:
    """Whether a rectangle is on the page, and large enough for words."""
    on_page = bool(
        place.right >= page.left
        and place.left <= page.right
        and place.top >= page.bottom
        and place.bottom <= page.top
    )
    return on_page and min(place.top - place.bottom, place.right - place.left) >= 2.0


def _field(page: OpenPage, form: Any, handle: int) -> tuple[str, bool]:
    """A field's value, "" for none, and whether a reader sees it."""
    kind = raw.FPDFAnnot_GetFormFieldType(form, handle)
    if kind in (_CHECKBOX, _RADIO):
        value = "[x]" if raw.FPDFAnnot_IsChecked(form, handle) else "[ ]"
        return value, is_shown(handle) and _stands_on(page, rectangle(handle))
    if kind not in (_LIST, _CHOICE, _TEXT):
        return "", False
    value = utf16(lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(form, handle, buffer, size))
    size = ctypes.c_float()
    raw.FPDFAnnot_GetFontSize(form, handle, ctypes.byref(size))
    parts = [ctypes.c_uint() for _ in range(3)]
    known = raw.FPDFAnnot_GetFontColor(form, handle, *(ctypes.byref(part) for part in parts))
    white = known and min(part.value for part in parts) > 235
    readable = not white and not 0 < size.value < 2
    return " ".join(value.split()), readable and is_shown(handle) and _stands_on(page, rectangle(handle))


def _free_text(page: OpenPage, handle: int) -> tuple[str, bool]:
    """Text that an annotation of typed text stores, and whether a reader sees it."""
    text = utf16(lambda buffer, size: raw.FPDFAnnot_GetStringValue(handle, b"Contents", buffer, size))
    text = " ".join(text.split())
    if not text:
        return "", False
    seen = is_shown(handle) and _stands_on(page, rectangle(handle))
    if seen:
        from docanalyst.pdf.pdfium import pictures

        with_it = pictures.draw(page, 1.5)
        without = pictures.draw(page, 1.5, annotations=False)
        pixels = pictures.in_picture(with_it, _box(page, handle))
        seen = pictures.differ(with_it, without, pixels) and pictures.has_ink(with_it, pixels)
    return text, seen
