"""Turns, receipts, sessions and grid rows as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst._lazy import lazy_names

if TYPE_CHECKING:
    from docanalyst.domain.records.rows import row_from_record, row_record
    from docanalyst.domain.records.sessions import session_from_record, session_record
    from docanalyst.domain.records.turns import citation_record, turn_from_record, turn_record

__all__ = [
    "citation_record",
    "row_from_record",
    "row_record",
    "session_from_record",
    "session_record",
    "turn_from_record",
    "turn_record",
]
__getattr__ = lazy_names(
    __name__,
    {
        "citation_record": "turns",
        "row_from_record": "rows",
        "row_record": "rows",
        "session_from_record": "sessions",
        "session_record": "sessions",
        "turn_from_record": "turns",
        "turn_record": "turns",
    },
)
