"""Saves what a person said of a citation."""

from __future__ import annotations

import sqlite3

from docanalyst.domain.citations import Review
from docanalyst.domain.errors import UsageError


def mark(connection: sqlite3.Connection, turn_id: str, number: int, review: Review | None) -> int:
    """Save a review of every quotation under a citation number; return how many there are.

    Args:
        number: As shown in the answer: 3 for [3].
        review: None to take an earlier review back.

    Raises:
        UsageError: The turn has no citation of this number.
    """
    values = (review.mark, review.note, review.at) if review else (None, None, None)
    changed = connection.execute(
        "UPDATE citations SET review_mark = ?, review_note = ?, reviewed_at = ? "
        "WHERE turn_id = ? AND number = ?",
        (*values, turn_id, number),
    ).rowcount
    if not changed:
        sql = "SELECT DISTINCT number FROM citations WHERE turn_id = ? ORDER BY number"
        numbers = [str(row[0]) for row in connection.execute(sql, (turn_id,))]
        known = f"It has {', '.join(numbers)}." if numbers else "It has no citations."
        raise UsageError(f"Turn {turn_id} has no citation {number}.", known)
    return int(changed)
