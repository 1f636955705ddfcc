"""Models as data: what a (provider, model) pair can take, what it costs, and what a call used."""

from __future__ import annotations

import math
from dataclasses import dataclass

QWEN3_TOKENIZER = "qwen3"
OFFLINE = "extractive"
"""The provider whose answers are passages that no model has read."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens, as of a date (ISO)."""

    input: float
    output: float
    cached: float | None = None
    as_of: str = ""
    written: float | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is known of a tokenizer: tokens per Qwen3 token, and by which share that may be too low.

    margin_other_scripts: the same for text that is mostly not in Latin letters.
    """

    ratio: float = 1.0
    margin: float = 0.15
    margin_other_scripts: float = 0.40


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What is known of one model at one provider. Token figures are tokens; dates are ISO.

    context_window: input plus output. max_input: a tighter limit on the input alone, where there is one.
    tokenizer: "qwen3" counts exactly; any other name is counted as a labelled estimate.
    tokens_per_minute: what the free plan admits in one minute, prompt and reserved output together.
    status: active, preview, retired, unknown. off_words: what a question must end with to keep the model from
    thinking, where no field of the request does.
    """

    provider: str
    model_id: str
    context_window: int
    max_output_tokens: int | None = None
    max_input: int | None = None
    reasoning: bool = False
    price: Price | None = None
    tokenizer: str = QWEN3_TOKENIZER
    status: str = "active"
    retired_on: str | None = None
    successor: str | None = None
    tokens_per_minute: int | None = None
    as_of: str = ""
    notes: str = ""
    off_words: str = ""

    @property
    def counts_exactly(self) -> bool:
        """Whether this model's tokens are counted exactly, offline."""
        return self.tokenizer == QWEN3_TOKENIZER


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call, as inclusive buckets: cached ⊂ input, reasoning ⊂ output.

    estimated: counted here, because the provider did not report them.
    """

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: bool = False
    written_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """Money in millionths of the currency's unit."""

    micros: int
    currency: str = "USD"
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Delta:
    """One step of a model's stream. usage and finish_reason come with the last step, at most once.

    lost: earlier attempts at this request that failed and for which the provider may charge.
    """

    answer: str = ""
    reasoning: str = ""
    usage: Usage | None = None
    finish_reason: str | None = None
    model: str | None = None
    lost: int = 0


def is_free(price: Price | None) -> bool:
    """Whether tokens cost nothing, as on a machine of one's own."""
    return price is not None and not price.input and not price.output


def highest_cost(price: Price | None, input_tokens: int, output_tokens: int) -> int | None:
    """The most that a request can cost, in millionths of a dollar; None where the price is not known.

    Writing to a provider's cache may cost more than reading without it.
    """
    if price is None:
        return None
    dearest = max(price.input, price.written or 0.0, price.cached or 0.0)
    return math.ceil(input_tokens * dearest + output_tokens * price.output)


def cost_of(usage: Usage, price: Price | None) -> Cost | None:
    """The cost of a call, or None where the price is not known.

    Prices are dollars per million tokens, so tokens × price is already in millionths of a dollar.
    Cached tokens cost the cached price where the provider has one, else the input price.
    """
    if price is None:
        return None
    cached_price = price.input if price.cached is None else price.cached
    micros = (
        (usage.input_tokens - usage.cached_tokens - usage.written_tokens) * price.input
        + usage.written_tokens * (price.input if price.written is None else price.written)
        + usage.cached_tokens * cached_price
        + usage.output_tokens * price.output
    )
    return Cost(micros=round(micros), estimated=usage.estimated)
