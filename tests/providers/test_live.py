"""What providers say of themselves, through a real socket, in the shapes that they use."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from conftest import CANARY
from provider_server import Answer, Seen, Server, error_answer, serving
from wires import CATALOG, variables_for

from docanalyst.domain.models import Price
from docanalyst.domain.request import Request
from docanalyst.providers.catalog.entry import ProviderEntry
from docanalyst.providers.choice import Choice, choose
from docanalyst.providers.live.listings import LiveModel, models_in, ollama_window, price_of
from docanalyst.providers.live.live import probe, probe_all, refine
from docanalyst.providers.wire.counting import count_exactly

pytestmark = pytest.mark.anyio

Make = Callable[..., Request]
Routes = dict[str, Any]


def routes(table: Routes) -> Any:
    """A script that answers by path; what is not in the table is a 404."""

    def answer(seen: Seen) -> Answer:
        payload = table.get(seen.path)
        if payload is None:
            return error_answer(404, {"error": "no such path"})
        if isinstance(payload, Answer):
            return payload
        return Answer([json.dumps(payload).encode()], content_type="application/json")

    return answer


def provider_at(name: str, server: Server) -> tuple[ProviderEntry, dict[str, str]]:
    provider = CATALOG.provider(name)
    return provider, variables_for(provider, server)


GROQ = {
    "data": [
        {
            "id": "openai/gpt-oss-120b",
            "context_window": 131072,
            "max_completion_tokens": 65536,
            "pricing": {"prompt": "0.00000015", "completion": "0.0000006", "input_cache_read": "0.000000075"},
        },
        {"id": "qwen/qwen3.8-27b", "context_window": 131042, "pricing": {"prompt": "free"}},
        {"object": "model"},
        "nonsense",
    ]
}
HF = {
    "data": [
        {
            "id": "Qwen/Qwen3.8-27B",
            "providers": [
                {
                    "provider": "nscale",
                    "status": "live",
                    "context_length": 1048576,
                    "pricing": {"input": 0.2, "output": 2.5},
                },
                {"provider": "cerebras", "context_length": 65536},
                {"provider": "gone", "status": "error", "context_length": 10},
                {"status": "live"},
            ],
        }
    ]
}
OPENROUTER = {
    "data": [
        {
            "id": "qwen/qwen3-32b",
            "context_length": 131072,
            "top_provider": {"context_length": 40960, "max_completion_tokens": 16384},
            "pricing": {"prompt": "-1", "completion": "-1"},
        }
    ]
}


async def test_a_list_in_the_usual_shape() -> None:
    async with serving(script=routes({"/v1/models": GROQ})) as server:
        provider, variables = provider_at("groq", server)
        live = await probe(provider, variables.get)
    assert live.error == "" and live.address == server.url + "/v1"
    assert live.models == (
        LiveModel("openai/gpt-oss-120b", 131_072, 65_536, Price(0.15, 0.6, 0.075, as_of="live")),
        LiveModel("qwen/qwen3.8-27b", 131_042),
    )
    assert live.model("nobody") is None
    assert server.seen[0].headers["authorization"] == f"Bearer {CANARY}"


async def test_the_hosts_behind_a_router() -> None:
    async with serving(script=routes({"/v1/models": HF})) as server:
        provider, variables = provider_at("huggingface", server)
        live = await probe(provider, variables.get)
    assert [(model.model_id, model.window) for model in live.models] == [
        ("Qwen/Qwen3.8-27B:nscale", 1_048_576),
        ("Qwen/Qwen3.8-27B:cerebras", 65_536),
        ("Qwen/Qwen3.8-27B", 65_536),
    ]
    assert live.models[0].price == Price(0.2, 2.5, as_of="live")


async def test_the_smaller_of_two_windows_counts_and_a_negative_price_is_none() -> None:
    assert models_in(OPENROUTER, "openai") == [LiveModel("qwen/qwen3-32b", 40_960, 16_384)]


async def test_a_vllm_server_says_what_it_was_started_with() -> None:
    payload = {"data": [{"id": "Qwen/Qwen3-32B", "max_model_len": 40_960}]}
    async with serving(script=routes({"/v1/models": payload})) as server:
        choice, variables = chosen("vllm", server)
        refined = await refine(choice, variables.get, named=False)
    assert refined.spec.context_window == 40_960


async def test_a_llamacpp_server_says_its_window_in_props() -> None:
    table = {
        "/v1/models": {"data": [{"id": "/models/Qwen3-32B-Q4_K_M.gguf", "meta": {"n_ctx_train": 40960}}]},
        "/props": {"default_generation_settings": {"n_ctx": 131072}},
    }
    async with serving(script=routes(table)) as server:
        choice, variables = chosen("llamacpp", server)
        refined = await refine(choice, variables.get, named=False)
    assert refined.spec.model_id == "/models/Qwen3-32B-Q4_K_M.gguf"
    assert (refined.spec.context_window, refined.spec.counts_exactly) == (131_072, True)
    assert "it is used" in refined.warnings[-1]


async def test_ollama_says_what_is_installed_and_how_large_it_can_be() -> None:
    shown = {"model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40960}}
    table = {"/api/tags": {"models": [{"name": "qwen3:32b", "model": "qwen3:32b"}]}, "/api/show": shown}
    async with serving(script=routes(table)) as server:
        choice, variables = chosen("ollama", server)
        refined = await refine(choice, variables.get, named=True)
    assert refined.spec.context_window == 40_960
    assert server.seen[1].json == {"model": "qwen3:32b"}
    assert ollama_window({"model_info": {"x.context_length": "many"}}) is None
    assert ollama_window([]) is None


async def test_of_several_served_models_a_qwen3_is_taken() -> None:
    names = ["nomic-embed-text", "llama3.3:70b", "qwen3:14b"]
    tags = {"models": [{"name": name} for name in names]}
    for left, taken in ((names, "qwen3:14b"), (names[:2], "llama3.3:70b"), (names[:1], "nomic-embed-text")):
        tags["models"] = [{"name": name} for name in left]
        async with serving(script=routes({"/api/tags": tags})) as server:
            choice, variables = chosen("ollama", server)
            assert (await refine(choice, variables.get, named=False)).spec.model_id == taken


async def test_ollama_without_a_word_on_windows_still_lists_its_models() -> None:
    async with serving(script=routes({"/api/tags": {"models": [{"name": "qwen3:32b"}]}})) as server:
        provider, variables = provider_at("ollama", server)
        assert (await probe(provider, variables.get)).models == (LiveModel("qwen3:32b"),)


async def test_lm_studio_says_what_is_loaded() -> None:
    rows = [
        {"id": "qwen3-32b", "type": "llm", "loaded_context_length": 32768, "max_context_length": 131072},
        {"id": "embedder", "type": "embeddings"},
    ]
    async with serving(script=routes({"/api/v0/models": {"data": rows}})) as server:
        provider, variables = provider_at("lmstudio", server)
        assert (await probe(provider, variables.get)).models == (LiveModel("qwen3-32b", 32_768),)
    async with serving(script=routes({"/v1/models": {"data": [{"id": "qwen3-32b"}]}})) as server:
        provider, variables = provider_at("lmstudio", server)
        assert (await probe(provider, variables.get)).models == (LiveModel("qwen3-32b"),)


def chosen(name: str, server: Server, model: str | None = None) -> tuple[Choice, dict[str, str]]:
    variables = variables_for(CATALOG.provider(name), server)
    choice = choose(CATALOG, provider=name, model=model, lookup=variables.get, today=date(2026, 11, 22))
    return choice, variables


async def test_live_figures_beat_the_catalog() -> None:
    payload = {"data": [{"id": "qwen3.7-plus", "context_length": 500_000, "max_output_tokens": 9_000}]}
    async with serving(script=routes({"/v1/models": payload})) as server:
        choice, variables = chosen("alibaba-intl", server, "qwen3.7-plus")
        spec = (await refine(choice, variables.get, named=True)).spec
    assert (spec.context_window, spec.max_input, spec.max_output_tokens) == (500_000, None, 9_000)
    assert spec.price == choice.spec.price


async def test_the_users_window_beats_the_live_one() -> None:
    async with serving(script=routes({"/v1/models": GROQ})) as server:
        _, variables = chosen("groq", server)
        variables["DOCANALYST_GROQ_WINDOW"] = "60000"
        choice = choose(
            CATALOG,
            provider="groq",
            model="openai/gpt-oss-120b",
            lookup=variables.get,
            today=date(2026, 11, 22),
        )
        assert (await refine(choice, variables.get, named=True)).spec.context_window == 60_000


async def test_a_model_that_is_not_listed_is_kept_with_a_warning() -> None:
    async with serving(script=routes({"/v1/models": GROQ})) as server:
        choice, variables = chosen("groq", server, "qwen/qwen3-32b")
        refined = await refine(choice, variables.get, named=True)
    assert refined.spec == choice.spec
    assert "does not list qwen/qwen3-32b" in refined.warnings[-1]
    assert "openai/gpt-oss-120b" in refined.warnings[-1]


async def test_a_model_named_by_the_user_is_never_replaced() -> None:
    payload = {"data": [{"id": "other", "max_model_len": 8_192}]}
    async with serving(script=routes({"/v1/models": payload})) as server:
        choice, variables = chosen("vllm", server, "Qwen/Qwen3-32B")
        assert (await refine(choice, variables.get, named=True)).spec.model_id == "Qwen/Qwen3-32B"


async def test_the_offline_provider_is_not_asked() -> None:
    choice = choose(CATALOG, provider="extractive", lookup={}.get, today=date(2026, 11, 22))
    assert await refine(choice, {}.get, named=False) is choice


BAD: dict[str, Answer] = {
    "a refusal": error_answer(401, {"error": {"message": f"bad key {CANARY}"}}),
    "a page": Answer([b"<html><title>Portal</title></html>"], content_type="text/html"),
    "nothing": Answer([], content_type="application/json"),
    "torn": Answer(refuse=True),
    "a number": Answer([b"7"], content_type="application/json"),
    "silence": Answer(hold=True),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_provider_that_fails_is_reported_and_changes_nothing(name: str) -> None:
    async with serving(BAD[name]) as server:
        choice, variables = chosen("groq", server)
        live = await probe(choice.provider, variables.get, timeout=0.2)
        assert await refine(choice, variables.get, named=False, timeout=0.2) is choice
    assert live.models == ()
    assert live.error or name == "a number"
    assert CANARY not in repr(live)


async def test_a_provider_without_a_key_says_so() -> None:
    live = await probe(CATALOG.provider("groq"), {}.get)
    assert "No key for Groq" in live.error and "GROQ_API_KEY" in live.hint


async def test_a_provider_without_a_list() -> None:
    live = await probe(CATALOG.provider("bedrock-converse"), {"AWS_BEARER_TOKEN_BEDROCK": "k" * 9}.get)
    assert "no list" in live.error


async def test_all_configured_providers_are_asked() -> None:
    async with serving(script=routes({"/v1/models": GROQ})) as server:
        variables = variables_for(CATALOG.provider("cerebras"), server)
        variables |= variables_for(CATALOG.provider("vllm"), server)
        found = await probe_all(CATALOG, variables.get, timeout=5)
    assert [live.provider for live in found] == ["cerebras", "vllm"]
    assert all(len(live.models) == 2 for live in found)


async def test_tokens_counted_by_vllm(request_for: Make) -> None:
    async with serving(script=routes({"/tokenize": {"count": 17, "max_model_len": 40960}})) as server:
        provider, variables = provider_at("vllm", server)
        spec = provider.models["Qwen/Qwen3-32B"].spec
        assert await count_exactly(spec, provider, request_for(thinking=True), variables.get) == 17
    asked = server.seen[0].json
    assert [item["content"] for item in asked["messages"]] == [
        item.content for item in request_for(thinking=True).messages()
    ]
    assert asked["chat_template_kwargs"] == {"enable_thinking": True}


async def test_tokens_counted_by_llamacpp(request_for: Make) -> None:
    table = {"/apply-template": {"prompt": "<|im_start|>So?"}, "/tokenize": {"tokens": [1, 2, 3]}}
    async with serving(script=routes(table)) as server:
        provider, variables = provider_at("llamacpp", server)
        spec = provider.models["qwen3-32b"].spec
        assert await count_exactly(spec, provider, request_for(thinking=True), variables.get) == 3
    assert server.seen[1].json["content"] == "<|im_start|>So?"


@pytest.mark.parametrize("payload", [{}, {"count": "many"}, [], error_answer(500, {})])
async def test_a_server_that_cannot_count(payload: Any, request_for: Make) -> None:
    async with serving(script=routes({"/tokenize": payload})) as server:
        provider, variables = provider_at("vllm", server)
        spec = provider.models["Qwen/Qwen3-32B"].spec
        assert await count_exactly(spec, provider, request_for(thinking=True), variables.get) is None


async def test_documents_go_to_no_tokenizer_elsewhere(request_for: Make) -> None:
    provider = CATALOG.provider("vllm")
    variables = {"DOCANALYST_VLLM_BASE_URL": "http://gpu.example.com/v1"}
    spec = provider.models["Qwen/Qwen3-32B"].spec
    assert await count_exactly(spec, provider, request_for(thinking=True), variables.get) is None


@pytest.mark.parametrize(
    "table", [None, [], {"prompt": "x", "completion": 1}, {"prompt": "nan", "completion": "1"}]
)
def test_prices_that_are_none(table: Any) -> None:
    assert price_of(table, 1) is None
