"""Usage as a provider reports it, corrected where it cannot be right."""

from __future__ import annotations

from dataclasses import replace

from docanalyst.domain.models import Usage

_SLACK = 2
"""No tokenizer in the catalog makes more than 1.25 times the tokens counted here; twice is wrong."""
_SHORT_ANSWER = 1_024


def corrected(usage: Usage, *, sent: int, answered: int, window: int, max_output: int) -> Usage:
    """The usage, each impossible figure replaced by the count made here and the whole marked as estimated.

    sent, answered: tokens of the prompt and of all that arrived, counted here. Impossible is no prompt at
    all, no output for an answer, more than the window holds, or more than the output that was allowed.
    """
    right = usage
    if not usage.input_tokens or usage.input_tokens > _SLACK * max(window, sent):
        right = replace(right, input_tokens=sent, cached_tokens=0, estimated=True)
    most = _SLACK * max(max_output, answered) + _SHORT_ANSWER
    if (not usage.output_tokens and answered) or usage.output_tokens > most:
        right = replace(right, output_tokens=answered, reasoning_tokens=0, estimated=True)
    cached = min(max(right.cached_tokens, 0), right.input_tokens)
    reasoning = min(max(right.reasoning_tokens, 0), right.output_tokens)
    return replace(right, cached_tokens=cached, reasoning_tokens=reasoning)
