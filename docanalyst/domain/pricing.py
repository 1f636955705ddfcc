"""What a call cost."""

from __future__ import annotations

from docanalyst.domain.models import Cost, Price, Usage


def cost_of(usage: Usage, price: Price | None) -> Cost | None:
    """The cost of a call, or None where the price is not known.

    Prices are dollars per million tokens, so tokens × price is already in millionths of a dollar.
    Cached tokens cost the cached price where the provider has one, else the input price.
    """
    if price is None:
        return None
    cached_price = price.input if price.cached is None else price.cached
    micros = (
        (usage.input_tokens - usage.cached_tokens) * price.input
        + usage.cached_tokens * cached_price
        + usage.output_tokens * price.output
    )
    return Cost(micros=round(micros), estimated=usage.estimated)
