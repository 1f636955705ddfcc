"""The catalog: complete, dated, readable, and open to the user's own entries."""

from __future__ import annotations

from datetime import date

import pytest

from docanalyst.domain.errors import UsageError
from docanalyst.providers.catalog.catalog import load_catalog
from docanalyst.providers.catalog.entry import ModelEntry, ProviderEntry
from docanalyst.providers.dialects import dialect

CATALOG = load_catalog()
MODELS = [
    pytest.param(provider, entry, id=f"{provider.name}/{name}")
    for provider in CATALOG
    for name, entry in provider.models.items()
]
PROVIDERS = [pytest.param(provider, id=provider.name) for provider in CATALOG]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_can_be_asked(provider: ProviderEntry) -> None:
    if not provider.offline:
        assert dialect(provider.dialect)
        assert (
            provider.base_url.startswith("http")
            or provider.needs_base_url
            or "{endpoint}" in provider.base_url
        )
    assert provider.auth in ("bearer", "api-key", "x-api-key", "google", "optional", "none")
    assert bool(provider.key_variables) == (provider.auth != "none")
    assert provider.defaults and all(name in provider.models for name in provider.defaults)
    assert provider.local or (provider.retention and date.fromisoformat(provider.retention_as_of))


@pytest.mark.parametrize(("provider", "entry"), MODELS)
def test_every_model_is_dated_and_consistent(provider: ProviderEntry, entry: ModelEntry) -> None:
    spec = entry.spec
    assert spec.provider == provider.name
    assert spec.context_window >= 4096
    assert spec.max_output_tokens is None or 0 < spec.max_output_tokens <= spec.context_window
    assert spec.max_input is None or spec.max_input < spec.context_window
    assert date.fromisoformat(spec.as_of)
    assert spec.status in ("active", "preview", "retired", "unknown")
    assert (spec.status != "retired") or spec.retired_on
    assert spec.retired_on is None or date.fromisoformat(spec.retired_on)
    assert spec.successor is None or spec.successor in provider.models
    assert entry.confidence in ("verified", "secondary", "assumed")
    assert spec.tokenizer != "unknown"
    if spec.price is not None:
        assert date.fromisoformat(spec.price.as_of)
        assert 0 <= spec.price.input <= spec.price.output or spec.price.input == spec.price.output
        assert spec.price.cached is None or spec.price.cached <= spec.price.input


@pytest.mark.parametrize(("provider", "entry"), MODELS)
def test_only_true_qwen3_models_count_exactly(provider: ProviderEntry, entry: ModelEntry) -> None:
    exact = entry.family in ("qwen3-32b", "qwen3-235b-a22b", "extractive", "scripted")
    assert entry.spec.counts_exactly is exact


NEWER = {
    *("openrouter/qwen3-32b", "openrouter/qwen3.8-27b", "digitalocean/qwen3-32b", "vertex-maas/gemma-4-26b"),
    *("azure-v1/gpt-oss-120b", "azure-v1/gpt-4.1-mini", "huggingface/gpt-oss-120b:groq"),
}
"""Models whose figures were corrected from price lists newer than the shared file."""


def test_the_shared_facts_are_all_here(shared: object) -> None:
    import json
    from pathlib import Path

    profiles = json.loads((Path(str(shared)) / "providers.json").read_text())["profiles"]
    homes = {
        "bedrock-mantle": "bedrock",
        "vertex-maas": "vertex",
        "azure-v1": "azure",
        "local/vllm": "vllm",
        "local/sglang": "sglang",
        "local/llama.cpp": "llamacpp",
        "local/ollama": "ollama",
        "local/ollama-openai": "ollama",
        "local/lmstudio": "lmstudio",
    }
    for profile in profiles:
        name = profile["name"]
        provider = CATALOG.provider(homes.get(name) or homes.get(name.split("/")[0]) or name.split("/")[0])
        model_id = name.split("/")[1] if profile["model_id"] == "{deployment_name}" else profile["model_id"]
        entry = provider.model(model_id)
        assert entry, name
        if profile["context_window"] and name != "huggingface/auto" and name not in NEWER:
            assert entry.spec.context_window == profile["context_window"], name
        assert entry.spec.max_output_tokens == profile["max_output"], name
        if name in NEWER:
            continue
        if profile["price_in"] is not None:
            price = entry.spec.price
            assert price and (price.input, price.output) == (profile["price_in"], profile["price_out"]), name
            assert (price.cached or None) == (profile["price_cached"] or None), name
        else:
            assert entry.spec.price is None, name
        assert entry.spec.retired_on == profile["retired_on"] or model_id == "gpt-4.1-mini", name
        assert (
            entry.tokens_per_minute.get("free", entry.tokens_per_minute.get("trial")) == profile["free_tpm"]
        ), name


def test_an_unknown_provider_names_the_nearest() -> None:
    with pytest.raises(UsageError) as raised:
        CATALOG.provider("grok")
    assert "Did you mean 'groq'?" in raised.value.hint
    assert "scripted" not in raised.value.hint


def test_the_users_entries_lie_over_the_shipped_ones() -> None:
    own = {
        "providers": {
            "groq": {"models": {"openai/gpt-oss-120b": {"window": 65_536}}},
            "office": {
                "title": "The office server",
                "base_url": "http://10.0.0.5:8000/v1",
                "auth": "none",
                "local": True,
                "defaults": ["qwen3-32b"],
                "thinking": "kwargs",
                "models": {"qwen3-32b": {"window": 98_304, "tokenizer": "qwen3"}},
            },
            "azure": {"models": {"contracts": {"like": "gpt-oss-120b", "window": 100_000}}},
        }
    }
    catalog = load_catalog(own)
    changed = catalog.provider("groq").models["openai/gpt-oss-120b"].spec
    assert (changed.context_window, changed.max_output_tokens) == (65_536, 65_536)
    office = catalog.provider("office").models["qwen3-32b"].spec
    assert office.counts_exactly and office.reasoning and office.context_window == 98_304
    mine = catalog.provider("azure").models["contracts"].spec
    assert (mine.context_window, mine.tokenizer) == (100_000, "o200k_harmony")
    assert CATALOG.provider("groq").models["openai/gpt-oss-120b"].spec.context_window == 131_072


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"providers": {"groq": {"base_ulr": "x"}}}, "base_url"),
        ({"providers": {"groq": {"models": {"m": {"windw": 1}}}}}, "window"),
        ({"providers": {"groq": {"models": {"m": {"window": "many"}}}}}, "groq"),
        ({"providers": {"groq": {"models": {"m": {"like": "no"}}}}}, "no"),
        ({"providers": {"groq": {"thinking": "hard"}}}, "hard"),
        ({"providers": {"groq": {"models": {"m": {"price": {"input": 1}}}}}}, "groq"),
        ({"provider": {}}, "providers"),
        ({"providers": 3}, "providers"),
        ({"providers": {"groq": {"models": 3}}}, "groq"),
        ({"providers": {"groq": {"settings": {"a": 3}}}}, "groq"),
    ],
)
def test_an_entry_that_cannot_be_read_is_named(own: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError) as raised:
        load_catalog(own)
    assert words in raised.value.message + raised.value.hint


def test_the_price_follows_the_length_of_the_prompt() -> None:
    entry = CATALOG.provider("alibaba-intl").models["qwen3.7-plus"]
    near, far = entry.spec_for(256_000).price, entry.spec_for(256_001).price
    assert near and far and (near.input, far.input) == (0.40, 1.20)


@pytest.mark.parametrize(("provider", "entry"), MODELS)
def test_every_other_tokenizer_has_an_estimate(provider: ProviderEntry, entry: ModelEntry) -> None:
    if not entry.spec.counts_exactly:
        assert entry.spec.tokenizer in CATALOG.tokenizers
        estimate = CATALOG.estimate(entry.spec)
        assert 0.9 <= estimate.ratio <= 1.2
        assert 0 < estimate.margin <= estimate.margin_other_scripts < 0.5


def test_a_tokenizer_that_nobody_knows_gets_the_widest_margin() -> None:
    from docanalyst.domain.models import ModelSpec

    estimate = CATALOG.estimate(ModelSpec("x", "y", 1, tokenizer="mystery"))
    assert estimate == CATALOG.tokenizers["unknown"]
    with pytest.raises(UsageError, match="tokenizers"):
        load_catalog({"tokenizers": {"mine": {"ration": 1}}})
