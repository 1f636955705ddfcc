"""Reading documents: the only user of pypdfium2 and pypdf.

`read_document(path)` gives a `Document`; `inspect_document(path)` the same with what was seen and left out,
page by page; `collect(paths)` the files behind the PATHs of a command. A PDF is parsed in a limited process
of its own, never in this one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docanalyst.pdf.paths import SelectedPath, collect
    from docanalyst.pdf.reader import inspect_document, read_document
    from docanalyst.pdf.reports import PageReport, Reading

__all__ = [
    "PageReport",
    "Reading",
    "SelectedPath",
    "collect",
    "inspect_document",
    "read_document",
]

_HOMES = {
    "PageReport": "reports",
    "Reading": "reports",
    "SelectedPath": "paths",
    "collect": "paths",
    "inspect_document": "reader",
    "read_document": "reader",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"docanalyst.pdf.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'docanalyst.pdf' has no attribute {name!r}")
