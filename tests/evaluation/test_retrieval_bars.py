"""Retrieval reaches its bars on real contracts and papers."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.slow


def _load(name: str) -> ModuleType:
    place = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(name, place)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


script = _load("evaluate_retrieval")


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
            {"hit@1": 0.76, "hit@5": 0.91, "hit@10": 0.94, "recall@10": 0.83, "auroc": 0.86},
        ),
        ("contracts name", {"hit@1": 0.80, "hit@5": 0.94, "hit@10": 0.97, "recall@10": 0.84, "auroc": 0.89}),
        ("research", {"hit@1": 0.62, "hit@5": 0.86, "hit@10": 0.92, "auroc": 0.95}),
        ("Document Name", {"hit@1": 0.90}),
        ("Parties", {"hit@1": 0.85}),
        ("Agreement Date", {"hit@1": 0.92}),
        ("Effective Date", {"hit@1": 0.80}),
    ],
)
def test_bars(rates: dict[str, dict[str, float]], kind: str, bars: dict[str, float]) -> None:
    for name, bar in bars.items():
        assert rates[kind][name] >= bar, (kind, name, rates[kind][name])


def test_the_grid(shared: Path) -> None:
    if not (shared / "evaldata" / "contracts" / "docs.jsonl").exists():
        pytest.skip("the evaluation data is not on this machine")
    cells = Counter(_load("evaluate_grid").evaluate(shared).values())
    assert cells["right"] >= 240
    assert cells["wrong"] <= 30
    assert cells["present where absent"] <= 40


def test_auroc() -> None:
    assert script.auroc([0.9, 0.8], [0.1, 0.2]) == 1.0
    assert script.auroc([0.1], [0.9]) == 0.0
    assert script.auroc([0.5], [0.5]) == 0.5
