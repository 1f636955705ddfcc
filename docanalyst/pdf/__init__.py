"""Reading documents: the only user of pypdfium2 and pypdf.

`read_document(path)` gives a `Document`; `inspect_document(path)` the same with what was seen and left out,
page by page; `collect(paths)` the files behind the PATHs of a command. A PDF is parsed in a limited process
of its own, never in this one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docanalyst.pdf.geometry import Box, PagePicture, draw_page, locate, render_page
    from docanalyst.pdf.paths import SelectedPath, collect
    from docanalyst.pdf.preview import read_page
    from docanalyst.pdf.reader import inspect_document, read_document
    from docanalyst.pdf.reports import PageReport, Reading

__all__ = [
    "Box",
    "PagePicture",
    "PageReport",
    "Reading",
    "SelectedPath",
    "collect",
    "draw_page",
    "inspect_document",
    "locate",
    "read_document",
    "read_page",
    "render_page",
]

_HOMES = {
    "Box": "geometry",
    "PagePicture": "geometry",
    "draw_page": "geometry",
    "locate": "geometry",
    "render_page": "geometry",
    "PageReport": "reports",
    "Reading": "reports",
    "SelectedPath": "paths",
    "collect": "paths",
    "inspect_document": "reader",
    "read_document": "reader",
    "read_page": "preview",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"docanalyst.pdf.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'docanalyst.pdf' has no attribute {name!r}")
