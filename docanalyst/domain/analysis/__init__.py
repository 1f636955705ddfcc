"""What needs no model: defined terms, dates, amounts, revisions, amendments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst._lazy import lazy_names

if TYPE_CHECKING:
    from docanalyst.domain.analysis.amendments import find_amendments
    from docanalyst.domain.analysis.dates import find_dates
    from docanalyst.domain.analysis.revisions import compare_versions
    from docanalyst.domain.analysis.terms import find_terms

__all__ = ["compare_versions", "find_amendments", "find_dates", "find_terms"]
__getattr__ = lazy_names(
    __name__,
    {
        "compare_versions": "revisions",
        "find_amendments": "amendments",
        "find_dates": "dates",
        "find_terms": "terms",
    },
)
