"""Where a request goes, who may make it, and that a key stays hidden."""

from __future__ import annotations

import pytest
from conftest import CANARY

from docanalyst.domain.errors import AuthenticationFailed, UsageError
from docanalyst.providers.catalog.catalog import load_catalog
from docanalyst.providers.wire.endpoint import Endpoint, is_loopback, resolve
from docanalyst.providers.wire.redaction import redact

CATALOG = load_catalog()


def at(provider: str, **variables: str) -> Endpoint:
    return resolve(CATALOG.provider(provider), variables.get)


KEYED = {
    "groq": "GROQ_API_KEY",
    "bedrock": "AWS_BEARER_TOKEN_BEDROCK",
    "azure": "AZURE_OPENAI_API_KEY",
    "alibaba-workspace": "DASHSCOPE_API_KEY",
    "vertex": "GOOGLE_VERTEX_ACCESS_TOKEN",
}


@pytest.mark.parametrize(
    ("provider", "variables", "address"),
    [
        ("groq", {}, "https://api.groq.com/openai/v1"),
        (
            "groq",
            {"DOCANALYST_GROQ_BASE_URL": "http://127.0.0.1:1/openai/v1/"},
            "http://127.0.0.1:1/openai/v1",
        ),
        ("groq", {"GROQ_BASE_URL": "http://h/v1/chat/completions"}, "http://h/v1"),
        ("bedrock", {}, "https://bedrock-mantle.us-east-1.api.aws/v1"),
        ("bedrock", {"AWS_REGION": "eu-west-1"}, "https://bedrock-mantle.eu-west-1.api.aws/v1"),
        (
            "vertex",
            {"GOOGLE_VERTEX_PROJECT": "p1"},
            "https://aiplatform.googleapis.com/v1/projects/p1/locations/global/endpoints/openapi",
        ),
        (
            "vertex",
            {"GOOGLE_VERTEX_PROJECT": "p1", "GOOGLE_VERTEX_LOCATION": "eu"},
            "https://aiplatform.eu.rep.googleapis.com/v1/projects/p1/locations/eu/endpoints/openapi",
        ),
        (
            "vertex",
            {"GOOGLE_VERTEX_PROJECT": "p1", "GOOGLE_VERTEX_LOCATION": "us-central1"},
            "https://us-central1-aiplatform.googleapis.com/v1/projects/p1/locations/us-central1/endpoints/openapi",
        ),
        (
            "azure",
            {"AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com/"},
            "https://r.openai.azure.com/openai/v1",
        ),
        (
            "azure",
            {"AZURE_OPENAI_ENDPOINT": "https://r.services.ai.azure.com/openai/v1"},
            "https://r.services.ai.azure.com/openai/v1",
        ),
        ("azure", {"AZURE_RESOURCE_NAME": "r"}, "https://r.openai.azure.com/openai/v1"),
        (
            "alibaba-workspace",
            {"DASHSCOPE_WORKSPACE_ID": "ws1"},
            "https://ws1.eu-central-1.maas.aliyuncs.com/compatible-mode/v1",
        ),
        ("ollama", {}, "http://127.0.0.1:11434"),
        ("ollama", {"OLLAMA_HOST": "0.0.0.0:11434"}, "http://127.0.0.1:11434"),
        ("ollama", {"OLLAMA_HOST": "10.0.0.2"}, "http://10.0.0.2:11434"),
        ("ollama", {"OLLAMA_HOST": "http://h:1/v1"}, "http://h:1"),
        ("vllm", {"DOCANALYST_VLLM_BASE_URL": "gpu:8000/v1"}, "http://gpu:8000/v1"),
    ],
)
def test_addresses(provider: str, variables: dict[str, str], address: str) -> None:
    keys = {KEYED[provider]: "key-of-no-one-123"} if provider in KEYED else {}
    assert at(provider, **variables, **keys).base_url == address


@pytest.mark.parametrize("value", ["ftp://h/v1", "https://", "http:///v1", "file:///etc/passwd"])
def test_an_address_that_is_none(value: str) -> None:
    with pytest.raises(UsageError, match="address"):
        at("vllm", DOCANALYST_VLLM_BASE_URL=value)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as raised:
        at("vllm", DOCANALYST_VLLM_BASE_URL=f"http://me:{CANARY}@h/v1")
    assert CANARY not in raised.value.message + raised.value.hint


@pytest.mark.parametrize(
    ("provider", "variables", "missing"),
    [
        ("azure", {"AZURE_OPENAI_API_KEY": "k" * 9}, "AZURE_OPENAI_ENDPOINT"),
        ("vertex", {"GOOGLE_VERTEX_ACCESS_TOKEN": "k" * 9}, "GOOGLE_VERTEX_PROJECT"),
        ("openai-compatible", {}, "DOCANALYST_OPENAI_COMPATIBLE_BASE_URL"),
    ],
)
def test_what_is_missing_is_named(provider: str, variables: dict[str, str], missing: str) -> None:
    with pytest.raises(UsageError) as raised:
        at(provider, **variables)
    assert missing in raised.value.message + raised.value.hint


def test_a_region_cannot_carry_another_host() -> None:
    with pytest.raises(UsageError, match="region"):
        at("bedrock", AWS_BEARER_TOKEN_BEDROCK="k" * 9, AWS_REGION="x.evil.com/")


def test_a_missing_key_is_named() -> None:
    with pytest.raises(AuthenticationFailed) as raised:
        at("groq")
    assert "GROQ_API_KEY" in raised.value.hint


@pytest.mark.parametrize("key", ["gsk_a\r\nX: y", "gsk_ü", "gsk_\0x"])
def test_a_key_that_no_key_is(key: str) -> None:
    with pytest.raises(AuthenticationFailed) as raised:
        at("groq", GROQ_API_KEY=key)
    assert key not in raised.value.message + raised.value.hint


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("provider", "variable", "header", "value"),
    [
        ("groq", "GROQ_API_KEY", "Authorization", f"Bearer {CANARY}"),
        ("groq", "DOCANALYST_GROQ_API_KEY", "Authorization", f"Bearer {CANARY}"),
        ("azure", "AZURE_OPENAI_API_KEY", "api-key", CANARY),
        ("vertex", "GOOGLE_VERTEX_ACCESS_TOKEN", "Authorization", f"Bearer {CANARY}"),
        ("vllm", "VLLM_API_KEY", "Authorization", f"Bearer {CANARY}"),
    ],
)
async def test_the_header_that_carries_the_key(provider: str, variable: str, header: str, value: str) -> None:
    base = CATALOG.provider(provider).variable + "_BASE_URL"
    endpoint = at(provider, **{variable: f" {CANARY}\n", base: "http://127.0.0.1:1/v1"})
    assert await endpoint.authorisation() == {header: value}


@pytest.mark.anyio
async def test_azure_takes_a_token_of_entra_as_a_bearer() -> None:
    token = "eyJhbGciOiJSUzI1NiJ9.e30.abcdefghijkl"
    endpoint = at("azure", AZURE_OPENAI_AD_TOKEN=token, AZURE_RESOURCE_NAME="r")
    assert await endpoint.authorisation() == {"Authorization": f"Bearer {token}"}
    assert token not in redact(f"token {token}")


def test_a_key_of_ones_own_for_one_region_goes_before_the_usual_one() -> None:
    both = {
        "DOCANALYST_ALIBABA_CN_API_KEY": "sk-cn-0123456789abc",
        "DASHSCOPE_API_KEY": "sk-sg-0123456789abc",
    }
    assert CATALOG.provider("alibaba-cn").key(both.get) == "sk-cn-0123456789abc"
    assert CATALOG.provider("alibaba-intl").key(both.get) == "sk-sg-0123456789abc"
    assert CATALOG.provider("ollama").key({"DOCANALYST_OLLAMA_API_KEY": "x"}.get) is None


@pytest.mark.anyio
async def test_a_local_server_needs_no_key() -> None:
    assert await at("vllm").authorisation() == {}


def test_the_billing_header_of_the_router() -> None:
    assert at("huggingface", HF_TOKEN="hf_x" * 3, HF_BILL_TO="firm").headers == {"X-HF-Bill-To": "firm"}


@pytest.mark.parametrize("value", ["büro", "a\r\nX-Evil: 1"])
def test_a_header_that_cannot_be_sent(value: str) -> None:
    with pytest.raises(UsageError, match="HF_BILL_TO"):
        at("huggingface", HF_TOKEN="hf_x" * 3, HF_BILL_TO=value)


def test_the_key_is_never_in_a_representation() -> None:
    endpoint = at("groq", GROQ_API_KEY=CANARY)
    assert CANARY not in repr(endpoint) and CANARY not in str(endpoint)


def test_the_key_is_taken_out_of_texts() -> None:
    endpoint = at("azure", AZURE_OPENAI_API_KEY="0123456789abcdef", AZURE_RESOURCE_NAME="r")
    assert endpoint.redact("key 0123456789abcdef!") == "key [key]!"


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: sk-abcdefghijkl1234567890",
        "token hf_abcdefghijklmnopqrst",
        "Authorization: Bearer abcdef.ghijkl-mnop",
        "ya29.a0AfH6SMBabcdefgh",
        "ABSKQmVkcm9ja0FQSUtleS1hYmNkZWY=",
    ],
)
def test_whatever_looks_like_a_key_is_taken_out(text: str) -> None:
    shown = redact(text)
    assert "[key]" in shown and "abcdef" not in shown.lower().replace("authorization", "")


def test_ordinary_words_stay() -> None:
    text = "Request too large for model `openai/gpt-oss-120b` in organization `org_01abc` (TPM): Limit 8000"
    assert redact(text) == text


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://localhost/v1", True),
        ("http://[::1]:1/v1", True),
        ("127.0.0.2:1", True),
        ("http://api.localhost", True),
        ("http://localhost.evil.com", False),
        ("http://127.0.0.1.nip.io", False),
        ("http://10.0.0.1", False),
        ("https://api.groq.com", False),
        ("", False),
    ],
)
def test_what_is_on_this_machine(url: str, here: bool) -> None:
    assert is_loopback(url) is here
