"""Reading documents: the only user of pypdfium2 and pypdf.

`read_document(path)` gives a `Document`; `inspect_document(path)` the same with what was seen and left out,
page by page; `collect(paths)` the files behind the PATHs of a command. A PDF is parsed in a limited process
of its own, never in this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst._lazy import lazy_names

if TYPE_CHECKING:
    from docanalyst.pdf.attached import read_attached
    from docanalyst.pdf.marks.geometry import Box, PagePicture, draw_page, locate, render_page
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
    "read_attached",
    "read_document",
    "read_page",
    "render_page",
]
__getattr__ = lazy_names(
    __name__,
    {
        "Box": "marks.geometry",
        "PagePicture": "marks.geometry",
        "PageReport": "reports",
        "Reading": "reports",
        "SelectedPath": "paths",
        "collect": "paths",
        "draw_page": "marks.geometry",
        "inspect_document": "reader",
        "locate": "marks.geometry",
        "read_attached": "attached",
        "read_document": "reader",
        "read_page": "preview",
        "render_page": "marks.geometry",
    },
)
