"""How an answer ended, decided by an allow-list: only a normal stop with an answer is complete."""

from __future__ import annotations

from docanalyst.domain.errors import AnswerStopped
from docanalyst.domain.turns import TurnStatus

STOP, LENGTH = "stop", "length"
"""What a provider's words for a normal stop and for its output limit are read as."""

_PASSING = frozenset(
    {"abort", "aborted", "cancelled", "canceled", "error", "load", "unload", "network_error", "timeout"}
    | {"insufficient_system_resource"}
)
"""Ends of a server that failed: the same request may well be answered."""
_FILTERS = ("filter", "guardrail", "safety", "sensitive", "prohibited", "blocklist", "recitation")
_LONGEST_WORD = 60


def status_of_end(finish_reason: str | None, answer: str) -> TurnStatus:
    """The status of an answer whose stream ended without an error."""
    if finish_reason == LENGTH:
        return TurnStatus.TRUNCATED
    if finish_reason == STOP and answer.strip():
        return TurnStatus.COMPLETE
    return TurnStatus.INTERRUPTED


def failure_at_end(
    provider: str, finish_reason: str | None, answer: str, reasoning: str = ""
) -> AnswerStopped | None:
    """What went wrong where the stream ended and the answer is not whole; None where nothing did."""
    if status_of_end(finish_reason, answer) is not TurnStatus.INTERRUPTED:
        return None
    if finish_reason is None and answer.strip():
        return AnswerStopped(
            f"{provider} ended the stream without saying that the answer was finished.",
            "The partial answer is kept; ask again for a complete one.",
            provider=provider,
            retryable=True,
        )
    if finish_reason in (STOP, None):
        gave = "only reasoning and no answer" if reasoning.strip() else "no answer"
        return AnswerStopped(
            f"{provider} ended the stream with {gave}.",
            "Ask again with --no-think, or ask another model." if reasoning.strip() else "Ask again.",
            provider=provider,
            retryable=not reasoning.strip(),
        )
    word = "".join(sign for sign in finish_reason if sign.isprintable())[:_LONGEST_WORD]
    kept = "The partial answer is kept." if answer.strip() else "No answer was received."
    if any(name in word.lower() for name in _FILTERS):
        what = f"{provider} stopped the answer with its filter (finish reason {word!r})."
        hint = f"{kept} Rephrase the question, or ask another provider."
    elif word.lower() in ("tool_calls", "tool_use", "function_call"):
        what = f"The model at {provider} called a tool instead of answering (finish reason {word!r})."
        hint = f"{kept} Ask again, or ask another model."
    else:
        what = f"{provider} stopped the answer before it was finished (finish reason {word!r})."
        hint = f"{kept} Ask again for a complete answer."
    return AnswerStopped(what, hint, provider=provider, retryable=word.lower() in _PASSING)
