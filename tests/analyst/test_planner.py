"""Plans hold under the settings of now, and texts are counted once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from doubles import ToldModel

from docanalyst.analyst import Analyst, AskOptions
from docanalyst.analyst.planning import suggest
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError
from docanalyst.providers.dialects.parameters import messages_of
from docanalyst.providers.model import Options, call_for
from docanalyst.tokens import qwen3


def test_an_estimate_adds_up_and_counts_the_documents_once(
    lease: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    count = qwen3.count

    def counting(text: str) -> int:
        counted.append(text)
        return count(text)

    monkeypatch.setattr(qwen3, "count", counting)
    plan = Analyst(model=ToldModel([], tokenizer="other")).plan([lease], "What is the rent?")
    assert plan.counter.label == "estimate"
    assert sum(lease.pages[1].text in text for text in counted) == 1
    packed = plan.request.packed
    assert packed.token_count == sum(part.tokens for part in packed.parts)
    for part in packed.parts:
        assert part.tokens == plan.counter.count(packed.text[part.start : part.end])


def test_settings_of_now_hold_for_what_is_sent_where(
    lease: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "key")
    analyst = Analyst()
    options = AskOptions(provider="groq")
    assert analyst.plan([lease], "What is the rent?", options).spec.provider == "groq"
    analyst.settings = replace(analyst.settings, local_only=True)
    with pytest.raises(UsageError):
        analyst.plan([lease], "What is the rent?", options)


def test_fewer_tokens_for_the_answer_are_suggested_only_where_that_helps(lease: Document) -> None:
    def advice(**spec: object) -> str:
        analyst = Analyst(model=ToldModel([], **spec))
        return suggest(analyst.plan([lease], "What is the rent?", AskOptions(max_output=9_000)))

    assert "--max-output" in advice(context_window=9_000)
    assert "--max-output" not in advice(context_window=131_072, max_input=100)
    assert "--max-output" not in advice(context_window=700)


def test_more_than_a_model_gives_is_not_kept_for_it_and_said(lease: Document) -> None:
    analyst = Analyst(model=ToldModel([], max_output_tokens=8_000))
    plan = analyst.plan([lease], "What is the rent?", AskOptions(max_output=9_000))
    assert plan.budget.reserved_output == 8_000
    assert "8,000" in plan.warnings[0] and "9,000" in plan.warnings[0]
    assert analyst.plan([lease], "What is the rent?", AskOptions(max_output=8_000)).warnings == ()


@pytest.mark.parametrize("thinking", [True, False])
@pytest.mark.parametrize("provider", ["groq", "bedrock", "bedrock-converse", "lmstudio"])
def test_the_count_is_that_of_the_prompt_that_is_sent(
    provider: str, thinking: bool, lease: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "key")
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "key")
    options = AskOptions(provider=provider, thinking=thinking)
    catalog = Analyst().catalog
    models = [entry for entry in catalog.provider(provider).models.values() if entry.spec.counts_exactly]
    entry = next(entry for entry in models if "qwen3-32b" in entry.spec.model_id)
    plan = Analyst().plan([lease], "What is the rent?", replace(options, model=entry.spec.model_id))
    sent = messages_of(call_for(plan.spec, plan.request, Options()), entry)
    rows = [{"role": message.role, "content": message.content} for message in sent]
    by_words = rows[-1]["content"].endswith(" /no_think")
    assert by_words is (provider != "groq" and not thinking)
    assert plan.budget.used == qwen3.count_messages(rows, thinking=thinking or by_words)
