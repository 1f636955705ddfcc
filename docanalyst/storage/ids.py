"""Ids of sessions, turns and batch runs: short, sortable by time, unique."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, lower case: no i, l, o or u, so that an id can be read aloud and typed."""

TIME_CHARACTERS = 9
RANDOM_CHARACTERS = 7


def new_id(now: datetime | None = None) -> str:
    """A new id of 16 characters: 9 for the millisecond (until the year 3084), 7 at random (35 bits).

    Ids made later sort later. now: aware; default: the current time.
    """
    moment = now or datetime.now(UTC)
    milliseconds = int(moment.timestamp() * 1000)
    return _digits(milliseconds, TIME_CHARACTERS) + _digits(secrets.randbits(35), RANDOM_CHARACTERS)


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds: "2026-11-22T10:18:00.123+00:00". Sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _digits(value: int, length: int) -> str:
    digits = []
    for _ in range(length):
        value, digit = divmod(value, 32)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
