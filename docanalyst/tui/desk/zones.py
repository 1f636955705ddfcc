"""Measured recall of a model by context length.

Source: RULER (github.com/NVIDIA/RULER, table of 2025) for Qwen3-32B: the share of tasks solved with a
context of that many tokens. Contexts beyond the native 32,768 tokens are extended with YaRN.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Zone:
    """The share of tasks, in percent, that a model solves with a context of up to that many tokens."""

    tokens: int
    percent: float


_QWEN3_32B = (Zone(32_768, 94.4), Zone(65_536, 91.8), Zone(131_072, 85.6))


def zones_of(model_id: str) -> tuple[Zone, ...]:
    """Return the zones of a model, shortest context first; empty if nothing was measured."""
    return _QWEN3_32B if "qwen3-32b" in model_id.lower().replace("_", "-") else ()


def zone_at(model_id: str, tokens: int) -> Zone | None:
    """Return the zone of a request of that many tokens."""
    return next((zone for zone in zones_of(model_id) if tokens <= zone.tokens), None)
