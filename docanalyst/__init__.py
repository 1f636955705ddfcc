"""docanalyst: ask whole documents, and check every quote against the page it cites.

Importing this package is cheap: the public names load their modules on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.domain.citations import Citation, Quote
    from docanalyst.domain.documents import Document, Page

__version__ = "0.1.0"
__all__ = ["Analyst", "Citation", "Document", "Page", "Quote", "__version__"]

_HOMES = {
    "Analyst": "docanalyst.analyst",
    "Citation": "docanalyst.domain.citations",
    "Quote": "docanalyst.domain.citations",
    "Document": "docanalyst.domain.documents",
    "Page": "docanalyst.domain.documents",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'docanalyst' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
