"""The token budget: what a request uses of the context window, and whether it fits."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_RESERVE = 4_096
"""Tokens kept free for an answer without thinking."""

THINKING_RESERVE = 12_288
"""Tokens kept free for an answer with thinking: a budget of 8,192 to think, as the retrieval figures of the
Qwen3 report were measured with, and 4,096 to answer."""


@dataclass(frozen=True, slots=True)
class ContextBudget:
    """A request against a window, all in tokens.

    instructions: system message with its role markers. documents: the packed context. history: earlier
    turns. question: the question with the closing rules and the generation prompt. margin: safety for
    estimated counts; 0 where counts are exact.
    """

    window: int
    instructions: int
    documents: int
    history: int
    question: int
    reserved_output: int
    margin: int = 0

    @property
    def used(self) -> int:
        """Tokens of the whole request, role markers included."""
        return self.instructions + self.documents + self.history + self.question

    @property
    def free(self) -> int:
        """Tokens left after the request, the reserve and the margin; negative when it does not fit."""
        return self.window - self.used - self.reserved_output - self.margin

    @property
    def fits(self) -> bool:
        """Whether request, reserve and margin fit the window."""
        return self.free >= 0

    @property
    def overflow(self) -> int:
        """Tokens over the window; 0 when it fits."""
        return max(0, -self.free)


LEAST_ANSWER = 1_024
"""Tokens below which no answer is worth asking for."""


def smaller_reserve(budget: ContextBudget) -> int | None:
    """Tokens for the answer with which a request that does not fit would; None where that is too little."""
    left = budget.reserved_output - budget.overflow
    return left if budget.overflow and left >= LEAST_ANSWER else None


def reserve_for(thinking: bool, max_output: int | None, model_max: int | None) -> int:
    """Tokens to reserve for the answer: as asked for, else the default; at most what the model gives."""
    wanted = max_output or (THINKING_RESERVE if thinking else DEFAULT_RESERVE)
    return min(wanted, model_max) if model_max else wanted


def is_history_too_long(budget: ContextBudget) -> bool:
    """Return whether a request would fit without the earlier turns of its session."""
    return not budget.fits and budget.history >= budget.overflow


def what_to_leave_out(shares: dict[str, int], overflow: int) -> list[str]:
    """The fewest documents whose removal makes the pack fit; among equals the one that loses least.

    shares: tokens of each document by id. Returns ids; empty when no removal short of everything helps.
    """
    single = [name for name, tokens in sorted(shares.items(), key=lambda item: item[1]) if tokens >= overflow]
    if single and len(shares) > 1:
        return single[:1]
    chosen: list[str] = []
    for name, tokens in sorted(shares.items(), key=lambda item: -item[1]):
        if overflow <= 0:
            break
        chosen.append(name)
        overflow -= tokens
    return chosen if overflow <= 0 and len(chosen) < len(shares) else []
