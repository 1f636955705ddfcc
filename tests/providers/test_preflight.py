"""What is known before anything is sent: plans, destinations, permissions."""

from __future__ import annotations

from datetime import date

import pytest
from wires import CATALOG

from docanalyst.domain.errors import TooLargeForTier, UsageError
from docanalyst.domain.models import ModelSpec
from docanalyst.providers.preflight import check_plan, destination

SPEC = CATALOG.provider("groq").models["openai/gpt-oss-120b"].spec


def check(variables: dict[str, str], *, spec: ModelSpec = SPEC, prompt: int = 120_000) -> tuple[str, ...]:
    return check_plan(spec, CATALOG, variables.get, prompt_tokens=prompt, max_output=4_096)


def test_a_plan_that_can_never_admit_it_is_refused_with_the_figures() -> None:
    with pytest.raises(TooLargeForTier) as raised:
        check({"DOCANALYST_GROQ_TIER": "free"})
    for figure in ("8,000", "124,096", "120,000", "4,096"):
        assert figure in raised.value.message
    assert "developer" in raised.value.hint
    assert raised.value.exit_code == 5


def test_a_plan_that_admits_it() -> None:
    assert check({"DOCANALYST_GROQ_TIER": "Developer"}) == ()
    assert check({"DOCANALYST_GROQ_TPM": "250,000"}) == ()


def test_the_reserve_for_the_answer_counts_too() -> None:
    assert check({"DOCANALYST_GROQ_TIER": "free"}, prompt=3_904) == ()
    with pytest.raises(TooLargeForTier):
        check({"DOCANALYST_GROQ_TIER": "free"}, prompt=3_905)


def test_an_unknown_plan_is_a_warning_and_not_a_refusal() -> None:
    (warning,) = check({})
    assert "free plan allows 8,000" in warning and "DOCANALYST_GROQ_TIER" in warning
    assert check({}, prompt=1_000) == ()


def test_a_model_without_known_plans() -> None:
    spec = CATALOG.provider("deepinfra").models["Qwen/Qwen3-32B"].spec
    assert check({"DOCANALYST_DEEPINFRA_TIER": "free"}, spec=spec) == ()


@pytest.mark.parametrize("variables", [{"DOCANALYST_GROQ_TIER": "gold"}, {"DOCANALYST_GROQ_TPM": "lots"}])
def test_a_plan_that_is_none(variables: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        check(variables)


def test_where_the_documents_go() -> None:
    found = destination(SPEC, CATALOG, {"GROQ_API_KEY": "k" * 9}.get)
    assert (found.host, found.stays_here, found.fixed_host) == ("api.groq.com", False, True)
    assert "api.groq.com" in found.sentence and "30 days" in found.sentence and "2026-08-18" in found.sentence


def test_an_address_of_ones_own_keeps_no_promise_of_the_provider() -> None:
    variables = {"GROQ_API_KEY": "k" * 9, "DOCANALYST_GROQ_BASE_URL": "https://proxy.example.com/v1"}
    found = destination(SPEC, CATALOG, variables.get)
    assert "proxy.example.com" in found.sentence and "your own address" in found.sentence
    assert "30 days" not in found.sentence


def test_what_stays_here() -> None:
    spec = CATALOG.provider("vllm").models["Qwen/Qwen3-32B"].spec
    assert "nothing leaves this machine" in destination(spec, CATALOG, {}.get).sentence
    away = destination(spec, CATALOG, {"VLLM_BASE_URL": "http://gpu.example.com:8000/v1"}.get)
    assert not away.stays_here and "gpu.example.com:8000" in away.sentence
    assert "not encrypted" in away.sentence
    offline = CATALOG.provider("extractive").models["extractive"].spec
    assert destination(offline, CATALOG, {}.get).stays_here


@pytest.mark.parametrize(
    ("provider", "model", "fixed"),
    [
        ("huggingface", "Qwen/Qwen3.8-27B", False),
        ("huggingface", "Qwen/Qwen3.8-27B:fastest", False),
        ("huggingface", "Qwen/Qwen3.8-27B:nscale", True),
        ("openrouter", "qwen/qwen3-32b", False),
    ],
)
def test_a_router_says_that_it_picks(provider: str, model: str, fixed: bool) -> None:
    entry = CATALOG.provider(provider)
    found = destination(ModelSpec(provider, model, 1), CATALOG, {entry.key_variables[0]: "k" * 9}.get)
    assert found.fixed_host is fixed
    assert ("router picks" in found.sentence) is not fixed


def test_an_address_on_this_machine_is_no_proof() -> None:
    variables = {"GROQ_API_KEY": "k" * 9, "DOCANALYST_GROQ_BASE_URL": "http://127.0.0.1:4000/v1"}
    proxy = destination(SPEC, CATALOG, variables.get)
    assert (proxy.stays_here, proxy.on_this_machine, proxy.needs_consent) == (False, True, False)
    unknown = ModelSpec("openai-compatible", "m", 1)
    at = {"OPENAI_BASE_URL": "http://localhost:9/v1"}
    assert not destination(unknown, CATALOG, at.get).stays_here


def test_what_an_allow_list_calls_a_destination() -> None:
    key = {"HF_TOKEN": "k" * 9}
    pinned = destination(ModelSpec("huggingface", "Qwen/Qwen3-32B:nscale", 1), CATALOG, key.get)
    assert pinned.allowed_as == ("huggingface", "huggingface:nscale")
    assert pinned.host == "router.huggingface.co/nscale"
    free = destination(ModelSpec("huggingface", "Qwen/Qwen3-32B:fastest", 1), CATALOG, key.get)
    assert (free.allowed_as, free.host) == (("huggingface",), "router.huggingface.co")
    here = destination(CATALOG.provider("ollama").models["qwen3:32b"].spec, CATALOG, {}.get)
    assert here.allowed_as == ("ollama", "local")
    cloud = here.forwarding_to("ollama.com")
    assert (cloud.allowed_as, cloud.stays_here, cloud.needs_consent) == (("ollama:ollama.com",), False, True)
    assert "ollama.com" in cloud.sentence and "forwards" in cloud.sentence


def test_every_date_of_a_retention_fact_is_a_date() -> None:
    for provider in CATALOG:
        assert not provider.retention_as_of or date.fromisoformat(provider.retention_as_of)
