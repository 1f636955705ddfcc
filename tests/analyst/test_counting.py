"""Where the answering server counts, its count holds."""

from __future__ import annotations

from doubles import LEASE, ToldModel

from docanalyst.analyst import Analyst
from docanalyst.analyst.planning import recounted


def test_a_recount_keeps_the_sum_and_needs_no_margin() -> None:
    model = ToldModel([], tokenizer="o200k_harmony")
    plan = Analyst(model=model).plan([LEASE], "What is the rent?")
    assert plan.counter.label == "estimate"
    assert plan.budget.margin > 0
    counted = plan.budget.used + 37
    exact = recounted(plan, counted)
    assert exact.budget.used == counted
    assert exact.budget.margin == 0
    assert exact.counter.label == "exact"
    assert exact.receipt().counted_tokens == counted
    assert exact.receipt().token_count == "exact"
