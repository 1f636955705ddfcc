"""Where a model holds to a schema it is sent one, in its provider's own form; elsewhere nothing changes."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

import pytest

from docanalyst.domain.packing import pack
from docanalyst.domain.prompts import Field
from docanalyst.domain.request import Request
from docanalyst.providers.catalog.catalog import load_catalog
from docanalyst.providers.choice import choose
from docanalyst.providers.dialects import dialect
from docanalyst.providers.model import Options, call_for

FIELDS = (Field("rent", "money", "Rent."), Field("pets", "boolean", "Pets."))


def body(provider: str, model: str, *, structured: bool) -> dict[str, Any]:
    catalog = load_catalog()
    choice = choose(catalog, provider=provider, model=model, lookup=os.environ.get, today=date(2026, 11, 22))
    packed = pack((), mark="m", count=len)
    request = Request("i", packed, (), "r", "q", fields=FIELDS, structured=structured)
    call = call_for(choice.spec, request, Options())
    fields = dialect(choice.provider.dialect).body(call, choice.provider, catalog.entry(choice.spec))
    return {name: value for name, value in fields.items() if value is not None}


@pytest.mark.parametrize(
    ("provider", "model", "streamed"),
    [
        ("groq", "openai/gpt-oss-120b", False),
        ("alibaba-intl", "qwen3.8-flash", True),
        ("cerebras", "gpt-oss-120b", True),
        ("openrouter", "openai/gpt-oss-120b", True),
        ("vllm", "any-model", True),
    ],
)
def test_openai_form(provider: str, model: str, streamed: bool) -> None:
    sent = body(provider, model, structured=True)
    shape = sent["response_format"]["json_schema"]
    assert sent["response_format"]["type"] == "json_schema" and shape["strict"] is True
    assert list(shape["schema"]["properties"]) == ["rent", "pets"]
    assert sent["stream"] is streamed
    assert ("stream_options" in sent) is streamed
    routing = {"require_parameters": True, "data_collection": "deny"}
    assert sent.get("provider") == (routing if provider == "openrouter" else None)
    assert next(iter(sent)) == "model"


def test_ollama_form() -> None:
    assert list(body("ollama", "qwen3:32b", structured=True)["format"]["properties"]) == ["rent", "pets"]


@pytest.mark.parametrize(
    ("provider", "model", "structured"),
    [
        ("groq", "qwen/qwen3.8-27b", True),
        ("llamacpp", "qwen3-32b", True),
        ("huggingface", "openai/gpt-oss-120b:groq", True),
        ("groq", "openai/gpt-oss-120b", False),
        ("ollama", "qwen3:32b", False),
    ],
)
def test_no_schema_where_none_holds_or_none_was_asked_for(
    provider: str, model: str, structured: bool
) -> None:
    sent = body(provider, model, structured=structured)
    assert "response_format" not in sent and "format" not in sent
    assert sent["stream"] is True
