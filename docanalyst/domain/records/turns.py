"""Turns and citations as plain data: what `--json` prints, exports hold and imports take back.

Every field of a turn is in its record: `turn_from_record(turn_record(turn)) == turn`. Records hold only what
JSON holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docanalyst.domain.citations import Citation
from docanalyst.domain.records.shapes import Record, record_of, value_of
from docanalyst.domain.turns import Turn


def turn_record(turn: Turn) -> Record:
    """Return a turn as `ask --json` prints it."""
    return record_of(turn)


def citation_record(citation: Citation) -> Record:
    """Return a checked quote, as in `citations` of a turn and as `verify --json` prints it."""
    return record_of(citation)


def turn_from_record(record: Mapping[str, Any]) -> Turn:
    """Return the turn of a record.

    Raises:
        UsageError: A required field is missing, or a field is of the wrong kind.
    """
    return value_of(Turn, record, "turn")
