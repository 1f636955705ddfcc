"""Filled form fields: their values are no part of a page's text, so they are put where they stand."""

from __future__ import annotations

import ctypes
from typing import Any

from docanalyst.pdf import layout
from docanalyst.pdf.bindings import Rectangle, raw
from docanalyst.pdf.pdfium import OpenPage, utf16

_WIDGET = 20
_CHECKBOX, _RADIO, _LIST, _CHOICE, _TEXT = 2, 3, 4, 5, 6
_INVISIBLE = 1 | 2 | 32
MAX_VALUE = 20_000
"""Characters of fields taken from one page; one odd form grew to 123,000."""

FIELD = (-1, -1)
"""Place in the raw text of a line that is a field's value."""


def add_fields(page: OpenPage, lines: layout.Layout, answer: dict[str, Any]) -> None:
    """Put the values of a page's fields among its lines. Values that nobody can see are told of instead."""
    if raw.FPDFPage_GetAnnotCount(page.handle) < 1:
        return
    form = page.file.form()
    if not form:
        return
    raw.FORM_OnAfterLoadPage(page.handle, form)
    try:
        taken = 0
        for number in range(raw.FPDFPage_GetAnnotCount(page.handle)):
            annotation = raw.FPDFPage_GetAnnot(page.handle, number)
            if not annotation:
                continue
            try:
                if raw.FPDFAnnot_GetSubtype(annotation) == _WIDGET:
                    value, box, seen = _field(page, form, annotation)
                    if value and not seen:
                        answer.setdefault("hidden", []).append(["in a form field nobody sees", value])
                    elif value:
                        taken += len(value)
                        if taken > MAX_VALUE:
                            answer["fields_over"] = True
                            return
                        layout.insert_line(lines, value, box, FIELD)
            finally:
                raw.FPDFPage_CloseAnnot(annotation)
    finally:
        raw.FORM_OnBeforeClosePage(page.handle, form)


def _field(page: OpenPage, form: Any, annotation: Any) -> tuple[str, tuple[int, int, int, int], bool]:
    """A field's value ("" for none), its box as displayed, and whether a reader sees it."""
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    rectangle = Rectangle()
    raw.FPDFAnnot_GetRect(annotation, ctypes.byref(rectangle))
    bottom, top = sorted((rectangle.bottom, rectangle.top))
    box = page.displayed(rectangle.left, bottom, rectangle.right, top)
    value = ""
    if kind in (_CHECKBOX, _RADIO):
        value = "[x]" if raw.FPDFAnnot_IsChecked(form, annotation) else "[ ]"
    elif kind in (_LIST, _CHOICE, _TEXT):
        value = utf16(lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))
        value = " ".join(value.split())
    if not value:
        return "", box, False
    size = ctypes.c_float()
    raw.FPDFAnnot_GetFontSize(form, annotation, ctypes.byref(size))
    red, green, blue = ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint()
    white = (
        bool(
            raw.FPDFAnnot_GetFontColor(
                form, annotation, ctypes.byref(red), ctypes.byref(green), ctypes.byref(blue)
            )
        )
        and min(red.value, green.value, blue.value) > 235
    )
    outside = (
        rectangle.right < page.left or rectangle.left > page.right or top < page.bottom or bottom > page.top
    )
    hidden = bool(raw.FPDFAnnot_GetFlags(annotation) & _INVISIBLE)
    small = 0 < size.value < 2 or top - bottom < 2 or rectangle.right - rectangle.left < 2
    return value, box, not (hidden or outside or small or (white and kind in (_LIST, _CHOICE, _TEXT)))
