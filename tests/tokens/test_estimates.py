"""Estimates say that they are, and their margins hold what was billed before."""

from __future__ import annotations

import pytest

from docanalyst.domain.models import Estimate, ModelSpec
from docanalyst.tokens import qwen3
from docanalyst.tokens.estimates import counter_for, is_mostly_other_script

OTHER = ModelSpec("groq", "openai/gpt-oss-120b", 131_072, tokenizer="o200k_harmony")
KNOWN = Estimate(ratio=1.02, margin=0.03, margin_other_scripts=0.25)
LATIN = "The Tenant shall pay the rent, naïvely or not. " * 50
CHINESE = "承租人应当支付租金。" * 50


def test_qwen3_is_exact_and_has_no_margin() -> None:
    counter = counter_for(ModelSpec("vllm", "Qwen/Qwen3-32B", 131_072), KNOWN, text=CHINESE, billed=[2.0] * 9)
    assert (counter.label, counter.margin, counter.count(LATIN)) == ("exact", 0.0, qwen3.count(LATIN))


def test_others_are_estimates_with_the_margin_of_their_script() -> None:
    counter = counter_for(OTHER, KNOWN, text=LATIN)
    assert (counter.label, counter.margin) == ("estimate", 0.03)
    assert counter.count(LATIN) == round(qwen3.count(LATIN) * 1.02)
    assert counter_for(OTHER, KNOWN, text=CHINESE).margin == 0.25
    assert counter.margin_tokens(10_000) == 300


@pytest.mark.parametrize(
    ("billed", "margin"),
    [([1.0, 1.01], 0.03), ([1.0, 1.05, 0.9], 0.07), ([0.8, 0.9, 0.85], 0.02), ([1.4, 1.0, 1.0], 0.42)],
)
def test_a_margin_is_learnt_from_what_was_billed(billed: list[float], margin: float) -> None:
    assert counter_for(OTHER, KNOWN, text=LATIN, billed=billed).margin == pytest.approx(margin)


def test_the_script_is_judged_at_both_ends() -> None:
    assert not is_mostly_other_script("")
    assert not is_mostly_other_script("1234 5678")
    assert not is_mostly_other_script(LATIN)
    assert is_mostly_other_script("a" * 30_000 + "б" * 60_000)
