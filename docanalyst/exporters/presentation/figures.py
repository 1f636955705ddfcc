"""Formats numbers and names for users: tokens, money, seconds, dates, models."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docanalyst.domain.models import Cost

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


def tokens(count: int) -> str:
    """Return a number with all its digits, such as "41,210"."""
    return f"{count:,}"


def counted(count: int, how: str) -> str:
    """Return tokens and how they were counted, such as "41,210 tokens (exact)".

    Args:
        count: Number of tokens.
        how: `Receipt.token_count`, "exact" or "estimate".
    """
    return f"{tokens(count)} tokens ({'exact' if how == 'exact' else 'estimated'})"


def short(count: int) -> str:
    """Return a number in at most five characters: "980", "41.2k", "131k", "1.2M"."""
    if abs(count) < 1_000:
        return str(count)
    for size, mark in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if abs(count) >= size:
            value = count / size
            return f"{value:.0f}{mark}" if abs(value) >= 100 else f"{value:.1f}{mark}"
    return str(count)


def money(cost: Cost | None) -> str:
    """Return a cost: "$0.0125", "about $0.0125" for an estimate, "no cost" or "price unknown"."""
    if cost is None:
        return "price unknown"
    if cost.micros == 0:
        return "no cost"
    return f"{'about ' if cost.estimated else ''}{amount(cost.micros, cost.currency)}"


def amount(micros: int | None, currency: str = "USD") -> str:
    """Return an amount of money: "$0.0125", "$12.30", "CHF 0.0125"; "?" if it is unknown.

    Amounts of at least one unit have two decimal places, smaller ones four, and never less than 0.0001, so
    that a small cost does not look like none.

    Args:
        micros: Millionths of the currency's unit.
    """
    if micros is None:
        return "?"
    value = micros / 1_000_000
    figure = f"{value:,.2f}" if value >= 1 else f"{max(value, 0.0001):.4f}" if micros > 0 else "0"
    return f"{_SIGNS.get(currency, f'{currency} ')}{figure}"


def seconds(value: float, *, whole: bool = False) -> str:
    """Return a duration: "0.4 s", "12 s", "3 min 05 s", "2 h 10 min".

    Args:
        whole: Whether to leave out tenths.
    """
    if value < 9.95 and not whole:
        return f"{value:.1f} s"
    full = round(value)
    if full < 60:
        return f"{full} s"
    if full < 3600:
        return f"{full // 60} min {full % 60:02d} s"
    return f"{full // 3600} h {full % 3600 // 60:02d} min"


def minutes(value: float | None) -> str:
    """Return how long a batch takes at a provider's limit: "under a minute", "12 min", "2 h 05 min".

    Args:
        value: Minutes; None if a unit is larger than the limit.
    """
    if value is None:
        return "not possible, a file exceeds its limit"
    if value < 1:
        return "under a minute"
    whole = round(value)
    return f"{whole} min" if whole < 60 else f"{whole // 60} h {whole % 60:02d} min"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun: "1 page", "38 pages"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def moment(iso: str) -> str:
    """Return a time such as "2026-03-03 14:02 UTC"; the text itself if it is not a time."""
    try:
        return f"{datetime.fromisoformat(iso).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return iso


def when(iso: str, now: datetime) -> str:
    """Return a short time for lists: "14:02", "yesterday 09:10", "3 Mar", "3 Mar 2025".

    Args:
        iso: ISO 8601, UTC.
        now: The present, in the time zone to show.
    """
    try:
        time = datetime.fromisoformat(iso).astimezone(now.tzinfo)
    except ValueError:
        return ""
    if time.date() == now.date():
        return f"{time:%H:%M}"
    if time.date() == (now - timedelta(days=1)).date():
        return f"yesterday {time:%H:%M}"
    day = f"{time.day} {time:%b}"
    return day if time.year == now.year else f"{day} {time.year}"


def model_name(provider: str, model: str) -> str:
    """Return the model and provider, such as "qwen3-32b at groq", or "offline (no model)"."""
    # The terminal UI paints its first frame without the values of models, which take 5 ms to import.
    from docanalyst.domain.models import OFFLINE

    if provider == OFFLINE:
        return "offline (no model)"
    return f"{model} at {provider}" if provider and provider != model else model
