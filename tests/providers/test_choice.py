"""Which provider and model a question goes to."""

from __future__ import annotations

from datetime import date

import pytest

from docanalyst.domain.errors import UsageError
from docanalyst.providers.catalog.catalog import load_catalog
from docanalyst.providers.choice import Choice, choose

CATALOG = load_catalog()
TODAY = date(2026, 11, 22)
BEFORE = date(2026, 7, 16)


def chosen(variables: dict[str, str] | None = None, today: date = TODAY, **options: object) -> Choice:
    return choose(CATALOG, lookup=(variables or {}).get, today=today, **options)  # type: ignore[arg-type]


GROQ = {"GROQ_API_KEY": "k"}


def test_without_a_key_it_stays_offline() -> None:
    choice = chosen()
    assert choice.spec.provider == "extractive"
    assert "no API key found" in choice.reason


def test_the_first_provider_with_a_key() -> None:
    choice = chosen({"CEREBRAS_API_KEY": "k", "HF_TOKEN": "h"})
    assert choice.spec.provider == "huggingface"
    assert "with an API key and a large enough context window" in choice.reason


def test_a_blank_key_is_none() -> None:
    assert chosen({"GROQ_API_KEY": "  "}).spec.provider == "extractive"


def test_qwen3_while_it_is_served_then_its_successor() -> None:
    assert chosen(GROQ, BEFORE).spec.model_id == "qwen/qwen3-32b"
    choice = chosen(GROQ)
    assert choice.spec.model_id == "openai/gpt-oss-120b"
    assert "retired there on 2026-07-17" in choice.reason and "successor" in choice.reason
    assert choice.warnings == ()


def test_the_day_of_retirement_counts_as_retired() -> None:
    assert chosen(GROQ, date(2026, 7, 17)).spec.model_id == "openai/gpt-oss-120b"


def test_a_retired_model_asked_for_by_name_is_sent_with_a_warning() -> None:
    choice = chosen(GROQ, provider="groq", model="qwen/qwen3-32b")
    assert choice.spec.model_id == "qwen/qwen3-32b"
    assert "retired" in choice.warnings[0] and "openai/gpt-oss-120b" in choice.warnings[0]
    assert "2026-07-17" in choice.warnings[0]


def test_a_window_that_is_too_small_is_passed_over_aloud() -> None:
    keys = {"OPENROUTER_API_KEY": "k", "DEEPINFRA_API_KEY": "k", "SILICONFLOW_API_KEY": "k"}
    assert chosen(keys, needed_tokens=20_000).spec.model_id == "qwen/qwen3-32b"
    choice = chosen({"CEREBRAS_API_KEY": "k", "HF_TOKEN": "h"}, needed_tokens=200_000)
    assert choice.spec.model_id == "Qwen/Qwen3.8-27B:ovhcloud"
    choice = chosen({"CEREBRAS_API_KEY": "k", "OPENROUTER_API_KEY": "h"}, needed_tokens=200_000)
    assert choice.spec.provider == "openrouter"
    assert "cerebras was skipped" in choice.warnings[0] and "131,072" in choice.warnings[0]


def test_a_larger_default_of_a_provider_that_was_not_named() -> None:
    choice = chosen({"AWS_BEARER_TOKEN_BEDROCK": "k"}, needed_tokens=100_000)
    assert choice.spec.model_id == "openai.gpt-oss-120b"
    assert "qwen.qwen3-32b takes only 32,000 tokens there" in choice.reason


def test_nothing_fits() -> None:
    choice = chosen(GROQ, needed_tokens=500_000)
    assert choice.spec.provider == "extractive"
    assert "no configured provider has a large enough window" in choice.reason


def test_a_named_provider_is_taken_even_if_small() -> None:
    choice = chosen(provider="bedrock", needed_tokens=100_000)
    assert choice.spec.model_id == "qwen.qwen3-32b"
    assert "--model openai.gpt-oss-120b" in choice.warnings[-1]


def test_a_local_server_counts_once_its_address_is_set() -> None:
    assert chosen({"VLLM_API_KEY": "k"}).spec.provider == "extractive"
    choice = chosen({"DOCANALYST_VLLM_BASE_URL": "http://127.0.0.1:8000/v1"})
    assert (choice.spec.provider, choice.spec.model_id) == ("vllm", "Qwen/Qwen3-32B")
    assert chosen({"OLLAMA_HOST": "127.0.0.1:11434"}).spec.provider == "ollama"


def test_a_provider_that_lacks_a_setting_is_not_configured() -> None:
    assert chosen({"AZURE_OPENAI_API_KEY": "k"}).spec.provider == "extractive"
    found = chosen({"AZURE_OPENAI_API_KEY": "k", "AZURE_OPENAI_ENDPOINT": "https://a.openai.azure.com"})
    assert found.spec.provider == "azure"
    assert chosen({"GOOGLE_VERTEX_PROJECT": "p"}).spec.provider == "vertex"


def test_a_model_that_is_not_listed_is_allowed_with_a_warning() -> None:
    choice = chosen(GROQ, provider="groq", model="moon/shot")
    assert (choice.spec.context_window, choice.spec.tokenizer) == (131_072, "unknown")
    assert "not in the catalog" in choice.warnings[0] and "DOCANALYST_GROQ_WINDOW" in choice.warnings[0]
    choice = chosen({**GROQ, "DOCANALYST_GROQ_WINDOW": "65,536"}, provider="groq", model="moon/shot")
    assert choice.spec.context_window == 65_536 and choice.warnings == ()


@pytest.mark.parametrize("value", ["many", "-1", "12", "1e6"])
def test_a_window_that_is_none(value: str) -> None:
    with pytest.raises(UsageError, match="DOCANALYST_GROQ_WINDOW"):
        chosen({**GROQ, "DOCANALYST_GROQ_WINDOW": value}, provider="groq")


@pytest.mark.parametrize(
    ("model", "tokenizer"),
    [
        ("Qwen/Qwen3-14B", "qwen3"),
        ("qwen3:8b", "qwen3"),
        ("qwen3", "qwen3"),
        ("Qwen3-30B-A3B-Instruct-2507", "qwen3"),
        ("qwen.qwen3-32b-v1:0", "qwen3"),
        ("Qwen/Qwen3.5-27B", "qwen3.5"),
        ("accounts/fireworks/models/qwen3p8-max", "qwen3.5"),
        ("Qwen/Qwen3-Next-80B-A3B", "unknown"),
        ("Qwen/Qwen2.5-72B", "unknown"),
        ("gpt-oss:20b", "o200k_harmony"),
        ("meta-llama/Llama-3.3-70B-Instruct", "llama3"),
        ("mystery", "unknown"),
    ],
)
def test_the_tokenizer_of_a_model_that_is_not_listed(model: str, tokenizer: str) -> None:
    assert chosen(provider="openai-compatible", model=model).spec.tokenizer == tokenizer


def test_an_unpinned_host_gets_the_smallest_window_and_a_warning() -> None:
    choice = chosen({"HF_TOKEN": "h"}, provider="huggingface", model="Qwen/Qwen3.8-27B:fastest")
    assert choice.spec.context_window == 65_536 and choice.spec.price is None
    assert any("router chooses" in warning for warning in choice.warnings)
    pinned = chosen({"HF_TOKEN": "h"}, provider="huggingface", model="Qwen/Qwen3.8-27B:nscale")
    assert pinned.spec.context_window == 1_048_576 and pinned.warnings == ()


def test_a_preview_says_so() -> None:
    assert "preview" in chosen(GROQ, provider="groq", model="qwen/qwen3.8-27b").warnings[0]


def test_a_model_alone_goes_to_a_configured_provider_that_lists_it() -> None:
    keys = {"HF_TOKEN": "h", "CEREBRAS_API_KEY": "k"}
    assert chosen(keys, model="gpt-oss-120b").spec.provider == "cerebras"


def test_a_model_alone_that_no_configured_provider_lists() -> None:
    with pytest.raises(UsageError) as raised:
        chosen({"HF_TOKEN": "h"}, model="qwen/qwen3.8-27b")
    assert "groq (GROQ_API_KEY)" in raised.value.hint
    with pytest.raises(UsageError, match="No model named"):
        chosen(model="nonsense")
    assert chosen(GROQ, model="nonsense").spec.provider == "groq"


def test_names_that_do_not_exist() -> None:
    with pytest.raises(UsageError, match="No provider named"):
        chosen(provider="nobody")
    with pytest.raises(UsageError, match="no model"):
        chosen(provider="extractive", model="gpt")


def test_local_only() -> None:
    both = {**GROQ, "DOCANALYST_VLLM_BASE_URL": "http://localhost:8000/v1"}
    assert chosen(both, local_only=True).spec.provider == "vllm"
    assert chosen(GROQ, local_only=True).spec.provider == "extractive"
    away = {"DOCANALYST_VLLM_BASE_URL": "http://gpu.example.com:8000/v1"}
    assert chosen(away, local_only=True).spec.provider == "extractive"
    with pytest.raises(UsageError, match="not on this machine"):
        chosen(GROQ, provider="groq", local_only=True)
    with pytest.raises(UsageError, match="not on this machine"):
        chosen(away, provider="vllm", local_only=True)


@pytest.mark.parametrize("model", ["nonsense", "qwen/qwen3-32b", "openai/gpt-oss-120b", "Qwen/Qwen3-32B"])
def test_local_only_holds_for_a_model_without_a_provider(model: str) -> None:
    keys = {**GROQ, "HF_TOKEN": "h", "DEEPINFRA_API_KEY": "k", "VLLM_BASE_URL": "http://gpu.example.com/v1"}
    try:
        choice = chosen(keys, model=model, local_only=True)
    except UsageError:
        return
    assert choice.spec.provider == "extractive"


def test_a_window_of_ones_own_keeps_the_usual_model() -> None:
    keys = {"AWS_BEARER_TOKEN_BEDROCK": "k", "DOCANALYST_BEDROCK_WINDOW": "131072"}
    choice = chosen(keys, needed_tokens=100_000)
    assert (choice.spec.model_id, choice.spec.context_window) == ("qwen.qwen3-32b", 131_072)


def test_own_entries_are_chosen_too() -> None:
    own = {"providers": {"office": {"base_url": "http://10.0.0.5:8000/v1", "auth": "none", "local": True}}}
    catalog = load_catalog(own)
    with pytest.raises(UsageError, match="No model is known"):
        choose(catalog, provider="office", lookup={}.get, today=TODAY)
    choice = choose(catalog, provider="office", model="Qwen/Qwen3-32B", lookup={}.get, today=TODAY)
    assert choice.spec.counts_exactly
