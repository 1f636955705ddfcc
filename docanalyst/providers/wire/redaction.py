"""Removes whatever looks like an API key from provider responses and error messages."""

from __future__ import annotations

import re

_KEY_LIKE = re.compile(
    r"\b(?:gsk|sk|hf|csk|fw|key|pplx|ABSK|AIza|ya29)[-_.][A-Za-z0-9_\-.]{12,}|\beyJ[\w.-]{20,}|\bABSK[A-Za-z0-9+/=]{20,}"
    r"|\bAIza[A-Za-z0-9_\-]{20,}|(?i:\bbearer\s+)[A-Za-z0-9._\-+/=]{8,}"
)


def redact(text: str) -> str:
    """The text without anything that looks like a key."""
    return _KEY_LIKE.sub("[key]", text)
