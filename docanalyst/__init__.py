"""docanalyst: ask whole documents, and check every quote against the page it cites.

Importing this package is cheap: the public names load their modules on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst._lazy import lazy_names
from docanalyst._version import __version__

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.domain.citations import Citation, Quote
    from docanalyst.domain.documents import Document, Page

__all__ = ["Analyst", "Citation", "Document", "Page", "Quote", "__version__"]

__getattr__ = lazy_names(
    __name__,
    {
        "Analyst": "analyst",
        "Citation": "domain.citations",
        "Quote": "domain.citations",
        "Document": "domain.documents",
        "Page": "domain.documents",
    },
)


def __dir__() -> list[str]:
    return sorted(__all__)
