"""The fields of a batch: values, replies, JSON, checking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst._lazy import lazy_names

if TYPE_CHECKING:
    from docanalyst.domain.grid.checking import check_reply, read_reply
    from docanalyst.domain.grid.grids import FieldAnswer, Row, RowStatus, Stated

__all__ = ["FieldAnswer", "Row", "RowStatus", "Stated", "check_reply", "read_reply"]
__getattr__ = lazy_names(
    __name__,
    {
        "FieldAnswer": "grids",
        "Row": "grids",
        "RowStatus": "grids",
        "Stated": "grids",
        "check_reply": "checking",
        "read_reply": "checking",
    },
)
