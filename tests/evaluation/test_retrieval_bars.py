"""Retrieval reaches its bars on real contracts and papers."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.slow


def _script() -> ModuleType:
    place = Path(__file__).with_name("evaluate_retrieval.py")
    spec = importlib.util.spec_from_file_location("evaluate_retrieval", place)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


script = _script()


@pytest.fixture(scope="module")
def rates(shared: Path) -> dict[str, dict[str, float]]:
    if not (shared / "evaldata" / "contracts" / "docs.jsonl").exists():
        pytest.skip("the evaluation data is not on this machine")
    tallies: dict[str, Any] = script.evaluate(shared)[0]
    return {name: tally.rates() for name, tally in tallies.items()}


@pytest.mark.parametrize(
    ("kind", "bars"),
    [
        (
            "contracts question",
            {"hit@1": 0.66, "hit@5": 0.85, "hit@10": 0.89, "recall@10": 0.83, "auroc": 0.80},
        ),
        ("contracts name", {"hit@1": 0.66, "hit@5": 0.86, "hit@10": 0.91, "recall@10": 0.84, "auroc": 0.83}),
        ("research", {"hit@1": 0.53, "hit@5": 0.77, "hit@10": 0.84, "auroc": 0.89}),
        ("Document Name", {"hit@1": 0.90}),
        ("Parties", {"hit@5": 0.80}),
        ("Agreement Date", {"hit@1": 0.60}),
        ("Effective Date", {"hit@1": 0.55}),
    ],
)
def test_bars(rates: dict[str, dict[str, float]], kind: str, bars: dict[str, float]) -> None:
    for name, bar in bars.items():
        assert rates[kind][name] >= bar, (kind, name, rates[kind][name])


def test_auroc() -> None:
    assert script.auroc([0.9, 0.8], [0.1, 0.2]) == 1.0
    assert script.auroc([0.1], [0.9]) == 0.0
    assert script.auroc([0.5], [0.5]) == 0.5
