"""Money in millionths."""

from __future__ import annotations

from docanalyst.domain.models import Price, Usage, cost_of


def test_tokens_times_dollars_per_million() -> None:
    cost = cost_of(Usage(input_tokens=120_000, output_tokens=2_000), Price(0.29, 0.59))
    assert cost is not None
    assert cost.micros == 34_800 + 1_180


def test_cached_tokens_cost_their_own_price_once() -> None:
    usage = Usage(input_tokens=100_000, cached_tokens=90_000)
    cheap, dear = cost_of(usage, Price(0.15, 0.6, cached=0.075)), cost_of(usage, Price(0.15, 0.6))
    assert cheap is not None and cheap.micros == 1_500 + 6_750
    assert dear is not None and dear.micros == 15_000


def test_an_unknown_price_is_no_cost_and_a_counted_one_is_estimated() -> None:
    assert cost_of(Usage(input_tokens=5), None) is None
    cost = cost_of(Usage(input_tokens=5, estimated=True), Price(1, 1))
    assert cost is not None and cost.estimated
