"""Exports of sessions and grids, and the words that every output shares (`presentation`).

An exporter takes a `Report` with everything it may show and returns the contents of files. It reads no file
and no database; the caller does, and writes the files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst._lazy import lazy_names

if TYPE_CHECKING:
    from docanalyst.exporters.formats import EXPORTERS, exporter_for
    from docanalyst.exporters.report import Exporter, Made, Picture, Report

__all__ = ["EXPORTERS", "Exporter", "Made", "Picture", "Report", "exporter_for"]
__getattr__ = lazy_names(
    __name__,
    {
        "EXPORTERS": "formats",
        "Exporter": "report",
        "Made": "report",
        "Picture": "report",
        "Report": "report",
        "exporter_for": "formats",
    },
)
