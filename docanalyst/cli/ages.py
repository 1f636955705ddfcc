"""Ages in words: "30d", "12w", "6m", "2y"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from docanalyst.domain.errors import UsageError

_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def moment_before(age: str, now: datetime | None = None) -> datetime:
    """The moment so long ago, in UTC; months count 30 days, years 365. Raises UsageError."""
    match = re.fullmatch(r"(\d{1,4})\s*([dwmy])", age.strip().lower())
    if match is None:
        raise UsageError(f"{age!r} is no age.", "Write 30d (days), 12w (weeks), 6m (months) or 2y (years).")
    days = int(match.group(1)) * _DAYS[match.group(2)]
    return (now or datetime.now(UTC)) - timedelta(days=days)
