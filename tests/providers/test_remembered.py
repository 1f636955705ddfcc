"""What hosted providers say of their models: asked once, kept with its date, and laid over the catalog."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import CANARY
from provider_server import error_answer, serving
from test_live import GROQ, provider_at, routes
from wires import CATALOG

from docanalyst.domain.models import Price
from docanalyst.providers.choice import Choice, choose
from docanalyst.providers.live.listings import LiveModel
from docanalyst.providers.live.live import Live, laid_over
from docanalyst.providers.live.remembered import FILE, FRESH, FRESH_FAILURE, asked_once, remembered

pytestmark = pytest.mark.anyio

ADDRESS = "https://api.groq.com/openai/v1"
GROQ_ENTRY = CATALOG.provider("groq")


def chosen(provider: str = "groq", model: str | None = "openai/gpt-oss-120b") -> Choice:
    return choose(CATALOG, provider=provider, model=model, lookup={}.get, today=date(2026, 11, 30))


def aged(directory: Path, by: timedelta) -> None:
    """Move what was kept into the past."""
    kept = json.loads((directory / FILE).read_text())
    for entry in kept.values():
        entry["asked"] = (datetime.fromisoformat(entry["asked"]) - by).isoformat()
    (directory / FILE).write_text(json.dumps(kept))


async def test_it_is_asked_once_and_then_remembered_with_its_date(tmp_path: Path) -> None:
    async with serving(script=routes({"/v1/models": GROQ})) as server:
        provider, variables = provider_at("groq", server)
        first = await asked_once(provider, server.url, variables.get, tmp_path)
        second = await asked_once(provider, server.url, variables.get, tmp_path)
        assert not first.error, first.error
        assert len(server.seen) == 1
    assert not first.error, first.error
    assert first.models == second.models and first.asked == second.asked == str(datetime.now(UTC).date())
    found = first.model("openai/gpt-oss-120b")
    assert found is not None and found.window == 131_072 and isinstance(found.price, Price)
    text = (tmp_path / FILE).read_text()
    assert CANARY not in text and (tmp_path / FILE).stat().st_mode & 0o077 == 0


async def test_it_is_asked_again_after_a_day_and_a_failure_after_an_hour(tmp_path: Path) -> None:
    async with serving(script=routes({"/v1/models": GROQ})) as server:
        provider, variables = provider_at("groq", server)
        await asked_once(provider, server.url, variables.get, tmp_path)
        aged(tmp_path, FRESH - timedelta(minutes=5))
        assert remembered(provider, server.url, tmp_path) is not None
        aged(tmp_path, timedelta(minutes=10))
        assert remembered(provider, server.url, tmp_path) is None
        await asked_once(provider, server.url, variables.get, tmp_path)
        assert len(server.seen) == 2
    async with serving(script=lambda seen: error_answer(503, {"error": "down"})) as server:
        provider, variables = provider_at("groq", server)
        live = await asked_once(provider, server.url, variables.get, tmp_path)
        assert live.error and remembered(provider, server.url, tmp_path) is not None
        aged(tmp_path, FRESH_FAILURE + timedelta(seconds=1))
        assert remembered(provider, server.url, tmp_path) is None


async def test_another_address_or_no_directory_is_asked_each_time(tmp_path: Path) -> None:
    async with serving(script=routes({"/v1/models": GROQ})) as server:
        provider, variables = provider_at("groq", server)
        await asked_once(provider, server.url, variables.get, tmp_path)
        assert remembered(provider, "https://elsewhere.example/v1", tmp_path) is None
        await asked_once(provider, server.url, variables.get, None)
        assert len(server.seen) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "not json",
        '{"groq": 7}',
        '{"groq": {}}',
        '{"groq": {"address": "ADDRESS", "asked": "yesterday", "error": "", "models": []}}',
        '{"groq": {"address": "ADDRESS", "asked": "2999-01-01T00:00:00+00:00", "error": "", "models": []}}',
        '{"groq": {"address": "ADDRESS", "asked": "NOW", "error": "", "models": [{"model_id": "x"}]}}',
        '{"groq": {"address": "ADDRESS", "asked": "NOW", "error": "", "models": [7]}}',
    ],
)
def test_what_was_kept_and_cannot_be_read_is_asked_again(tmp_path: Path, text: str) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    (tmp_path / FILE).write_text(text.replace("ADDRESS", ADDRESS).replace("NOW", now))
    assert remembered(GROQ_ENTRY, ADDRESS, tmp_path) is None


def live(*models: LiveModel, **fields: Any) -> Live:
    return Live("groq", ADDRESS, models, **fields)


def test_a_live_window_beats_the_catalog_and_says_so_when_it_differs() -> None:
    choice = chosen()
    said = live(LiveModel("openai/gpt-oss-120b", 65_536, 8_192, Price(1.0, 2.0)), asked="2026-11-30")
    found = laid_over(choice, said, {}.get, named=True)
    assert (found.spec.context_window, found.spec.max_output_tokens) == (65_536, 8_192)
    assert found.spec.price == Price(1.0, 2.0)
    assert any("65,536" in line and "131,072" in line and "2026-11-30" in line for line in found.warnings)


def test_the_same_window_needs_no_words() -> None:
    choice = chosen()
    same = live(LiveModel("openai/gpt-oss-120b", choice.spec.context_window), asked="2026-11-30")
    found = laid_over(choice, same, {}.get, named=True)
    assert found.warnings == choice.warnings and found.spec.price == choice.spec.price


def test_a_window_of_the_users_own_stays() -> None:
    said = live(LiveModel("openai/gpt-oss-120b", 65_536))
    own = {"DOCANALYST_GROQ_WINDOW": "100000"}
    choice = replace(chosen(), spec=replace(chosen().spec, context_window=100_000))
    assert laid_over(choice, said, own.get, named=True).spec.context_window == 100_000


@pytest.mark.parametrize("said", [live(error="down"), live(), live(LiveModel("other", 1), error="late")])
def test_a_provider_that_failed_or_said_nothing_changes_nothing(said: Live) -> None:
    choice = chosen()
    assert laid_over(choice, said, {}.get, named=True) == choice


def test_a_model_that_is_not_listed_is_warned_of_and_still_asked() -> None:
    choice = chosen()
    found = laid_over(choice, live(LiveModel("another", 8_192)), {}.get, named=False)
    assert found.spec == choice.spec
    assert any("does not list openai/gpt-oss-120b" in line for line in found.warnings)


def test_a_server_of_ones_own_is_asked_for_what_it_serves_unless_a_model_was_named() -> None:
    choice = chosen("vllm", None)
    said = Live(
        "vllm", "http://127.0.0.1:8000/v1", (LiveModel("embedder", 512), LiveModel("Qwen/Qwen3-8B", 40_960))
    )
    found = laid_over(choice, said, {}.get, named=False)
    assert (found.spec.model_id, found.spec.context_window) == ("Qwen/Qwen3-8B", 40_960)
    kept = laid_over(choice, said, {}.get, named=True)
    assert kept.spec.model_id == choice.spec.model_id
