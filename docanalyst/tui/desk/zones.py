"""How well a model finds things in a context of a given length, where that was measured.

Figures: RULER (github.com/NVIDIA/RULER, table of 2025) for Qwen3-32B: share of tasks solved with a context of
so many tokens. Longer contexts are extended with YaRN beyond the native 32,768.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Zone:
    """Up to so many tokens a model solves this share of the tasks, in percent."""

    tokens: int
    percent: float


_QWEN3_32B = (Zone(32_768, 94.4), Zone(65_536, 91.8), Zone(131_072, 85.6))


def zones_of(model_id: str) -> tuple[Zone, ...]:
    """The zones of a model, the nearest first; none where nothing was measured."""
    return _QWEN3_32B if "qwen3-32b" in model_id.lower().replace("_", "-") else ()


def zone_at(model_id: str, tokens: int) -> Zone | None:
    """The zone in which a request of so many tokens lies."""
    return next((zone for zone in zones_of(model_id) if tokens <= zone.tokens), None)
