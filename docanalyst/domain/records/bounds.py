"""What an imported record may hold: its depth, its size, its numbers, its IDs and its times."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Any

from docanalyst.domain.errors import UsageError

DEEPEST = 40
"""Levels of a record. A session that docanalyst exports has 8."""
LARGEST = 10**12
"""Largest number: a million dollars in micros. Sums of many of them still fit in the database."""
LONGEST = 20_000_000
"""Characters of one text. The longest page of the test corpora has 61,000."""
MOST_PAGES = 1_000_000

_ID = re.compile(r"[0-9A-Za-z][\w.-]{0,63}", re.ASCII)
_IDS = ("session_id", "turn_id", "parent_id")
_TIMES = ("created_at", "updated_at", "started_at", "at")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def check_bounds(record: Any) -> None:
    """Check a session record that somebody else may have written.

    Raises:
        UsageError: Something in it is deeper, larger or of another form than docanalyst writes.
    """
    waiting: list[tuple[str, Any, int]] = [("", record, 1)]
    while waiting:
        path, value, depth = waiting.pop()
        if depth > DEEPEST:
            raise _refused(path, f"it is nested more than {DEEPEST} levels deep")
        if isinstance(value, dict):
            waiting += [(f"{path}.{name}"[-80:], item, depth + 1) for name, item in value.items()]
        elif isinstance(value, list | tuple):
            waiting += [(path, item, depth + 1) for item in value]
        else:
            problem = _problem(path.rpartition(".")[2], value)
            if problem:
                raise _refused(path, problem)


def _problem(name: str, value: Any) -> str:
    """Return what is wrong with a single value, as the end of a sentence; "" if nothing is."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        if not math.isfinite(value) or not 0 <= value <= LARGEST:
            return f"the number is not between 0 and {LARGEST:,}"
        if name == "number" and value > MOST_PAGES:
            return f"the number is larger than {MOST_PAGES:,}"
        return ""
    if not isinstance(value, str):
        return "it is not JSON data"
    if len(value) > LONGEST:
        return f"the text has {len(value):,} characters; {LONGEST:,} are allowed"
    if name in _IDS and not _ID.fullmatch(value):
        return "it is not an ID"
    if name == "sha256" and value and not _DIGEST.fullmatch(value):
        return "it is not a SHA-256"
    if name in _TIMES and value and not _is_time(value):
        return "it is not a time such as 2026-01-31T09:30:00+00:00"
    return ""


def _is_time(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _refused(path: str, problem: str) -> UsageError:
    place = f" at {path.removeprefix('.')}" if path else ""
    return UsageError(
        f"Invalid session record{place}: {problem}. Nothing was imported.", "Export the session again."
    )
