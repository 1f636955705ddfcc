"""Decides whether and when to retry a request: only before its first byte, as the provider asks."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from docanalyst.providers.model import Limits
from docanalyst.providers.wire.faults import RETRYABLE

_FIRST_DELAY = 0.5
_LONGEST_DELAY = 8.0
_FOREVER = 30 * 86_400.0
"""A longer wait is a fault of the header."""


UNBILLED = frozenset(
    {400, 401, 402, 403, 404, 405, 406, 407, 410, 411, 413, 414, 415, 417, 421, 422, 425, 426, 428, 429, 431}
    | {451, 498, 501, 503, 505, 511, 521, 522, 523, 525, 526, 529}
)
"""Statuses with which a request is refused before a model reads it. A gateway that gave up waiting (408, 502,
504, 524) and a server that failed (500) may have had an answer written, which is billed."""


def may_be_billed(status: int) -> bool:
    """Whether a provider may charge for a request that ended with this HTTP status; 0 is unknown."""
    return status not in UNBILLED and not 300 <= status < 400


def should_retry(status: int, headers: Mapping[str, str]) -> bool:
    """Whether a refusal with this status may be tried again. The provider's own word comes first."""
    said = headers.get("x-should-retry", "").strip().lower()
    if said in ("true", "false"):
        return said == "true" and status not in (400, 401, 402, 403, 404, 413, 422)
    return status in RETRYABLE


def wait_asked_for(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that the provider asks to wait: retry-after-ms, retry-after as seconds or as an HTTP date."""
    try:
        wait = float(headers["retry-after-ms"]) / 1000
        if wait < _FOREVER:
            return max(0.0, wait)
    except (KeyError, ValueError):
        pass
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        seconds = float(value)
        return max(0.0, seconds) if seconds < _FOREVER else None
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())


def backoff(attempt: int) -> float:
    """Seconds before attempt number `attempt` (the first retry is 1), where the provider says nothing."""
    return min(_LONGEST_DELAY, _FIRST_DELAY * 2.0 ** (attempt - 1)) * random.uniform(0.75, 1.25)


def limits_of(headers: Mapping[str, str]) -> Limits:
    """The account's limits as the provider's headers state them."""
    stated = headers.get("x-ratelimit-limit-tokens", "").replace(",", "").strip()
    tokens = re.match(r"\d+", stated)
    return Limits(int(tokens[0]) if tokens else None)
