"""IDs of sessions, turns and batch runs: short, unique and sortable by time."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, lower case: no i, l, o or u, so that an id can be read aloud and typed."""

TIME_CHARACTERS = 9
RANDOM_CHARACTERS = 7


def new_id(now: datetime | None = None) -> str:
    """Return a new ID of 16 characters: 9 for the millisecond (until the year 3084), 7 random (35 bits).

    Later IDs sort later.

    Args:
        now: A time with a time zone; the current time by default.
    """
    moment = now or datetime.now(UTC)
    milliseconds = int(moment.timestamp() * 1000)
    return _digits(milliseconds, TIME_CHARACTERS) + _digits(secrets.randbits(35), RANDOM_CHARACTERS)


def utc(moment: datetime) -> str:
    """Return a time as ISO 8601 in UTC with milliseconds, such as "2026-11-22T10:18:00.123+00:00"."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _digits(value: int, length: int) -> str:
    digits = []
    for _ in range(length):
        value, digit = divmod(value, 32)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
