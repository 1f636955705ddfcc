"""Formats numbers: tokens, money, seconds, dates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docanalyst.domain.models import Cost


def tokens(count: int) -> str:
    """All digits: "41,210"."""
    return f"{count:,}"


def short(count: int) -> str:
    """At most five characters: "980", "41.2k", "131k", "1.2M"."""
    if abs(count) < 1_000:
        return str(count)
    for size, mark in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if abs(count) >= size:
            value = count / size
            return f"{value:.0f}{mark}" if abs(value) >= 100 else f"{value:.1f}{mark}"
    return str(count)


def money(cost: Cost | None) -> str:
    """ "$0.0125", "≈ $0.0125" for an estimate, "no cost", or "price not known"."""
    if cost is None:
        return "price not known"
    if cost.micros == 0:
        return "no cost"
    sign = {"USD": "$", "EUR": "€", "GBP": "£"}.get(cost.currency, cost.currency + " ")
    about = "≈ " if cost.estimated else ""
    return f"{about}{sign}{amount(cost.micros)}"


def amount(micros: int) -> str:
    """Millionths as a decimal number with as many places as it needs to say something."""
    value = micros / 1_000_000
    if value >= 1:
        return f"{value:,.2f}"
    return f"{value:.4f}" if value >= 0.0001 else "0.0001" if micros else "0"


def seconds(value: float) -> str:
    """ "0.4 s", "12 s", "3 min 05 s"."""
    if value < 10:
        return f"{value:.1f} s"
    if value < 60:
        return f"{value:.0f} s"
    return f"{int(value) // 60} min {int(value) % 60:02d} s"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """ "1 page", "38 pages"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def when(iso: str, now: datetime) -> str:
    """A time as a reader of a list wants it: "14:02", "yesterday 09:10", "3 Mar", "3 Mar 2025".

    Args:
        iso: ISO 8601, UTC.
        now: Aware, in the zone to show.
    """
    try:
        moment = datetime.fromisoformat(iso).astimezone(now.tzinfo)
    except ValueError:
        return ""
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    if moment.date() == (now - timedelta(days=1)).date():
        return f"yesterday {moment:%H:%M}"
    day = f"{moment.day} {moment:%b}"
    return day if moment.year == now.year else f"{day} {moment.year}"


def model_name(provider: str, model: str) -> str:
    """Return the model and provider, such as "qwen3-32b at groq", or "Offline (no model)"."""
    if provider == "extractive":
        return "Offline (no model)"
    return f"{model} at {provider}" if provider else model
