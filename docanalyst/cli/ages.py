"""Ages in words: "30d", "12w", "6m", "2y"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from docanalyst.domain.errors import UsageError

_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def moment_before(age: str, now: datetime | None = None) -> datetime:
    """Return the time that long ago, in UTC.

    Args:
        age: A number and a unit, such as "30d"; a month counts 30 days, a year 365.
        now: The time to count back from; the present if None.

    Raises:
        UsageError: The age cannot be read.
    """
    match = re.fullmatch(r"(\d{1,4})\s*([dwmy])", age.strip().lower())
    if match is None:
        raise UsageError(
            f"Invalid age: {age!r}.", "Write 30d (days), 12w (weeks), 6m (months) or 2y (years)."
        )
    days = int(match.group(1)) * _DAYS[match.group(2)]
    return (now or datetime.now(UTC)) - timedelta(days=days)
