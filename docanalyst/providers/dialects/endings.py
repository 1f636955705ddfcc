"""The words with which models end, read by an allow-list.

Only a normal stop of the dialect becomes "stop", and only a word for the output limit becomes "length".
Every other word is passed on as it was received: abort, content_filter, tool_calls, unload, and unknown ones.
"""

from __future__ import annotations

from typing import Any

STOP, LENGTH = "stop", "length"

_LIMITS = frozenset(
    {
        "length",
        "max_tokens",
        "max_new_tokens",
        "max_output_tokens",
        "max_completion_tokens",
        "max_length",
        "model_length",
        "model_context_window_exceeded",
        "token_limit",
        "finish_reason_max_tokens",
    }
)
_NO_WORD = frozenset({"", "null", "none"})


def read_ending(word: Any, normal: frozenset[str]) -> str | None:
    """How a frame says that the model ended: "stop", "length", another word as received, None for not yet.

    normal: the normal stops of the dialect, in small letters.
    """
    if not word:
        return None
    received = str(word).strip()
    low = received.lower()
    if low in _NO_WORD:
        return None
    if low in normal:
        return STOP
    return LENGTH if low in _LIMITS else received


def worse(before: str | None, now: str | None) -> str | None:
    """The ending that counts when several were stated: a later "stop" does not heal an earlier other end."""
    if before is None or now is None:
        return before or now
    if before == STOP or (before == LENGTH and now != STOP):
        return now
    return before
