"""What a refusal means, in every shape that a provider has given it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from docanalyst.domain import errors
from docanalyst.domain.models import ModelSpec
from docanalyst.providers.catalog.catalog import load_catalog
from docanalyst.providers.wire.faults import Overflow, read_refusal, to_error

GROQ_413 = (
    "Request too large for model `qwen/qwen3-32b` in organization `org_1` service tier `on_demand` on tokens"
    " per minute (TPM): Limit 6000, Requested 38891, please reduce your message size and try again. Need more"
    " tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing"
)
GROQ_429 = (
    "Rate limit reached for model `qwen/qwen3.8-27b` on tokens per minute (TPM): Limit 15000, Used 11972,"
    " Requested 4351. Please try again in 5.289s."
)


def error_for(status: int, body: Any, provider: str = "groq") -> errors.ProviderError:
    catalog = load_catalog()
    entry = catalog.provider(provider)
    spec = ModelSpec(provider, "a-model", 131_072, successor="its-heir")
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    return to_error(read_refusal(status, data), spec, entry)


def inner(message: str, code: Any = None, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "code": code, **more}}


OVERFLOWS = {
    "groq": (
        400,
        inner(
            "Please reduce the length of the messages or completion.",
            "context_length_exceeded",
            type="invalid_request_error",
        ),
    ),
    "alibaba": (
        400,
        inner(
            "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 129024]",
            "invalid_parameter_error",
        ),
    ),
    "mantle": (
        400,
        inner("prompt tokens (40211) exceed model maximum (32000) for qwen", "validation_error"),
    ),
    "bedrock": (400, {"message": "Input is too long for requested model."}),
    "cerebras": (
        400,
        {"message": "Current length is 42328 while limit is 40000", "code": "wrong_api_format"},
    ),
    "vllm": (
        400,
        inner(
            "This model's maximum context length is 131072 tokens. However, you requested 4096 output tokens"
            " and your prompt contains at least 126977 input tokens.",
            400,
            type="BadRequestError",
        ),
    ),
    "llama.cpp": (
        400,
        inner(
            "request (4170 tokens) exceeds the available context size (4096 tokens), try increasing it",
            400,
            type="exceed_context_size_error",
        ),
    ),
    "ollama": (400, {"error": "the input length exceeds the context length"}),
    "ollama, 500": (500, {"error": "the input length exceeds the context length"}),
    "lmstudio": (
        400,
        {
            "error": "Trying to keep the first 5406 tokens when context the overflows. However, the model is"
            " loaded with context length of only 1056 tokens"
        },
    ),
    "litellm": (
        400,
        inner("litellm.ContextWindowExceededError: litellm.BadRequestError: too long", "400"),
    ),
    "by its code alone": (400, inner("", "context_length_exceeded")),
}


@pytest.mark.parametrize("name", OVERFLOWS)
def test_over_the_window(name: str) -> None:
    error = error_for(*OVERFLOWS[name])
    assert type(error) is Overflow
    assert not error.retryable
    assert "131,072" in error.hint and "DOCANALYST_GROQ_WINDOW" in error.hint


OTHERS: dict[str, tuple[int, Any, type[errors.ProviderError], bool]] = {
    "413 of a plan": (
        413,
        inner(GROQ_413, "rate_limit_exceeded", type="tokens"),
        errors.TooLargeForTier,
        False,
    ),
    "413 without a body": (413, b"", errors.TooLargeForTier, False),
    "the same as a 429": (429, inner(GROQ_413, "rate_limit_exceeded"), errors.TooLargeForTier, False),
    "429 of a minute": (429, inner(GROQ_429, "rate_limit_exceeded"), errors.RateLimited, True),
    "429 without a body": (429, b"", errors.RateLimited, True),
    "498 of a flexible plan": (498, inner("full", "capacity_exceeded"), errors.RateLimited, True),
    "throttled": (
        429,
        {"message": "Too many tokens, please wait before trying again."},
        errors.RateLimited,
        True,
    ),
    "throttled, as a 400": (
        400,
        {"message": "ThrottlingException: Too many tokens, please wait."},
        errors.RateLimited,
        True,
    ),
    "401": (401, inner("Invalid API Key", "invalid_api_key"), errors.AuthenticationFailed, False),
    "401 of vllm": (401, {"error": "Unauthorized"}, errors.AuthenticationFailed, False),
    "403 of aws": (403, {"Message": "User is not authorized"}, errors.AuthenticationFailed, False),
    "402 of hf": (
        402,
        {"error": "You have exceeded your monthly included credits for Inference Providers."},
        errors.PaymentRequired,
        False,
    ),
    "402 of openrouter": (
        402,
        inner("This request requires more credits, or fewer max_tokens.", 402),
        errors.PaymentRequired,
        False,
    ),
    "429 that is about money": (
        429,
        inner("You exceeded your current quota", "insufficient_quota"),
        errors.PaymentRequired,
        False,
    ),
    "400 of litellm for a key that is not its own": (
        400,
        inner("No connected db.", "no_db_connection"),
        errors.AuthenticationFailed,
        False,
    ),
    "400 of litellm": (
        400,
        inner("/chat/completions: Invalid model name passed in model=x.", "400"),
        errors.ModelUnavailable,
        False,
    ),
    "404": (
        404,
        inner("The model `x` does not exist or you do not have access to it.", "model_not_found"),
        errors.ModelUnavailable,
        False,
    ),
    "400 decommissioned": (
        400,
        inner("The model `x` has been decommissioned.", "model_decommissioned"),
        errors.ModelUnavailable,
        False,
    ),
    "400 of the router": (
        400,
        inner(
            "The requested model 'x' is not supported by any provider you have enabled.",
            "model_not_supported",
        ),
        errors.ModelUnavailable,
        False,
    ),
    "ollama has not got it": (
        404,
        {"error": 'model "x" not found, try pulling it first'},
        errors.ModelUnavailable,
        False,
    ),
    "400 of thinking": (
        400,
        inner("parameter.enable_thinking must be set to false for non-streaming calls"),
        errors.BadResponse,
        False,
    ),
    "422": (422, inner("bad"), errors.BadResponse, False),
    "500": (500, inner("internal"), errors.BadResponse, True),
    "503 of a proxy": (
        503,
        b"<html><head><title>503 Service Unavailable</title></head></html>",
        errors.BadResponse,
        True,
    ),
    "not utf-8": (500, b"\xff\xfe\x00", errors.BadResponse, True),
    "not an object": (500, [1, 2], errors.BadResponse, True),
    "null": (500, b"null", errors.BadResponse, True),
    "google's list": (
        404,
        [{"error": {"code": 404, "message": "Publisher Model was not found", "status": "NOT_FOUND"}}],
        errors.ModelUnavailable,
        False,
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_every_other_refusal(name: str) -> None:
    status, body, kind, retryable = OTHERS[name]
    error = error_for(status, body)
    assert type(error) is kind
    assert error.retryable is retryable
    assert error.provider == "groq" and error.exit_code == 5
    assert error.message and error.hint
    assert "<html" not in error.message


def test_the_wait_is_read_from_the_words() -> None:
    assert read_refusal(429, inner(GROQ_429)).wait == pytest.approx(5.289)
    assert read_refusal(429, inner("Please try again in 2m52.8s.")).wait == pytest.approx(172.8)
    assert read_refusal(429, inner("Please try again in 547ms.")).wait == pytest.approx(0.547)
    assert read_refusal(429, inner("Try later.")).wait is None
    assert read_refusal(429, inner("Please try again in 1h21m36.5s.")).wait == pytest.approx(4896.5)
    assert read_refusal(429, inner("Please retry after 40 seconds.")).wait == 40.0
    assert read_refusal(429, inner("Please try again in 7m.")).wait == 420.0
    assert read_refusal(429, inner("Retry in 2 minutes 5 seconds.")).wait == 125.0
    assert read_refusal(429, inner("wait for 1d2h")).wait == 93_600.0
    assert read_refusal(429, inner("Do not retry after 40 attempts.")).wait is None


def test_the_successor_is_named() -> None:
    assert "--model its-heir" in error_for(404, inner("gone", "model_not_found")).hint


def test_a_region_is_named_where_keys_are_bound_to_one() -> None:
    assert "region" in error_for(401, inner("Incorrect API key"), "alibaba-intl").hint
    assert "region" not in error_for(401, inner("Incorrect API key"), "groq").hint


def test_a_message_is_one_line_of_bounded_length() -> None:
    error = error_for(500, inner("a\nb\x1b[31mc\x00" + "x" * 100_000))
    assert "\n" not in error.message and "\x1b" not in error.message
    assert len(error.message) < 800


def test_a_text_in_chinese_is_kept() -> None:
    assert "模型不存在" in error_for(400, inner("模型不存在", "invalid_parameter_error")).message
