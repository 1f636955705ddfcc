"""The catalog beside public price lists."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from docanalyst.providers.catalog.catalog import load_catalog
from docanalyst.providers.catalog.checking import GenaiPrices, LiteLlmMap, compare, main

CATALOG = load_catalog()
GROQ = CATALOG.provider("groq").models["openai/gpt-oss-120b"].spec


def row(**fields: Any) -> dict[str, Any]:
    return {
        "input_cost_per_token": 0.15e-6,
        "output_cost_per_token": 0.6e-6,
        "cache_read_input_token_cost": 0.075e-6,
        "max_input_tokens": 131_072,
        **fields,
    }


def test_what_agrees_is_not_listed() -> None:
    assert list(compare(CATALOG, [LiteLlmMap({"groq/openai/gpt-oss-120b": row()})])) == []
    assert list(compare(CATALOG, [LiteLlmMap({}), LiteLlmMap({"groq/openai/gpt-oss-120b": "?"})])) == []


@pytest.mark.parametrize(
    ("changed", "what", "there"),
    [
        ({"input_cost_per_token": 0.2e-6}, "input", 0.2),
        ({"cache_read_input_token_cost": 0.05e-6}, "cached", 0.05),
        ({"max_input_tokens": 65_536}, "window", 65_536),
        ({"deprecation_date": "2027-01-01"}, "retirement", "2027-01-01"),
    ],
)
def test_what_differs_is_listed_with_its_dates(changed: dict[str, Any], what: str, there: object) -> None:
    (found,) = compare(CATALOG, [LiteLlmMap({"groq/openai/gpt-oss-120b": row(**changed)})])
    assert (found.provider, found.model, found.what, found.there) == (
        "groq",
        "openai/gpt-oss-120b",
        what,
        there,
    )
    assert "as of 20" in str(found) and "LiteLLM" in str(found)


@dataclass
class Price:
    input_mtok: float
    output_mtok: float
    cache_read_mtok: float | None = None


@dataclass
class Start:
    start_date: date


@dataclass
class Conditional:
    constraint: Start | None
    prices: Price


@dataclass
class Listed:
    id: str
    prices: Any
    context_window: int | None = None


@dataclass
class Provider:
    id: str
    models: list[Listed]


def test_the_price_that_holds_today_counts() -> None:
    prices = [
        Conditional(None, Price(9, 9)),
        Conditional(Start(date(2026, 10, 1)), Price(0.15, 0.6, 0.075)),
        Conditional(Start(date(2027, 1, 1)), Price(5, 5)),
    ]
    listed = [Provider("groq", [Listed("openai/gpt-oss-120b", prices)])]
    found = GenaiPrices(listed, date(2026, 11, 30)).find(GROQ)
    assert found is not None and (found.input, found.since) == (0.15, "2026-10-01")
    assert list(compare(CATALOG, [GenaiPrices(listed, date(2026, 11, 30))])) == []
    (_, later) = list(compare(CATALOG, [GenaiPrices(listed, date(2027, 2, 1))]))
    assert "since 2027-01-01" in str(later)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "map.json"
    path.write_text(json.dumps({"groq/openai/gpt-oss-120b": row(max_input_tokens=5)}), encoding="utf-8")
    assert main(["check", "--litellm", str(path)]) == 1
    assert "window 131072" in capsys.readouterr().out


def test_a_plan_with_a_smaller_window() -> None:
    from docanalyst.providers.choice import choose

    for tier, window in (("", 131_072), ("free", 65_536), ("developer", 131_072)):
        variables = {"CEREBRAS_API_KEY": "k" * 9, "DOCANALYST_CEREBRAS_TIER": tier}
        found = choose(CATALOG, provider="cerebras", lookup=variables.get, today=date(2026, 11, 30))
        assert found.spec.context_window == window
