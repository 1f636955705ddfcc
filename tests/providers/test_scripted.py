"""The scripted model that other tests stand on."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest
from wires import CATALOG, collect, joined

from docanalyst.domain import errors
from docanalyst.domain.models import Delta, Usage
from docanalyst.domain.request import Request
from docanalyst.providers.model import Model
from docanalyst.providers.opening import open_model
from docanalyst.providers.scripted import ScriptedModel, read_script, reply

pytestmark = pytest.mark.anyio

Make = Callable[..., Request]

SPEC = CATALOG.provider("scripted").models["scripted"].spec


async def test_replies_in_order_and_the_last_one_repeats(request_for: Make) -> None:
    model = ScriptedModel(SPEC, [reply("One two.", reasoning="Hm so."), reply("Three.")])
    assert isinstance(model, Model)
    answers = []
    for _ in range(3):
        async with aclosing(model.stream(request_for())) as deltas:
            answers.append(joined([item async for item in deltas]))
    assert answers == [("One two.", "Hm so."), ("Three.", ""), ("Three.", "")]
    assert len(model.requests) == 3 and not model.closed
    await model.aclose()
    assert model.closed


@pytest.mark.parametrize("text", ["", " ", "a", "a b\n\nc ", "\n- one\n- two\n", "合同 に"])
async def test_a_text_arrives_as_it_is(text: str, request_for: Make) -> None:
    assert joined(await collect(ScriptedModel(SPEC, [reply(text)]), request_for()))[0] == text


async def test_a_script_from_a_file(tmp_path: Path, request_for: Make) -> None:
    script = tmp_path / "script.json"
    replies = [
        {
            "steps": [{"reasoning": "Hm."}, {"wait": 0.001}, {"answer": "Yes."}],
            "finish_reason": "length",
            "usage": {"input_tokens": 10, "cached_tokens": 4, "output_tokens": 2},
            "model": "m-1",
        },
        {"answer": "Half an", "error": "connection", "message": "It broke."},
        "Plain.",
    ]
    script.write_text(json.dumps(replies))
    model = open_model(SPEC, lookup={"DOCANALYST_SCRIPT": str(script)}.get)
    deltas = await collect(model, request_for())
    assert joined(deltas) == ("Yes.", "Hm.")
    assert deltas[-1] == Delta(usage=Usage(10, 4, 2), finish_reason="length", model="m-1")
    with pytest.raises(errors.ConnectionFailed, match="It broke"):
        await collect(model, request_for())
    assert joined(await collect(model, request_for()))[0] == "Plain."


async def test_usage_is_counted_where_the_script_gives_none(request_for: Make) -> None:
    usage = (await collect(ScriptedModel(SPEC, [reply("Yes, it is.")]), request_for()))[-1].usage
    assert usage and usage.estimated and usage.input_tokens > 20 and usage.output_tokens == 2


@pytest.mark.parametrize(
    "content", ["", "{}", "[3]", '[{"steps": 3}]', '[{"error": "nonsense"}]', '[{"usage": {"x": 1}}]']
)
def test_a_script_that_cannot_be_read(content: str, tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(content)
    with pytest.raises(errors.UsageError, match=r"script\.json"):
        open_model(SPEC, lookup={"DOCANALYST_SCRIPT": str(script)}.get)


def test_a_script_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(errors.UsageError):
        open_model(SPEC, lookup={"DOCANALYST_SCRIPT": str(tmp_path / "no.json")}.get)


@pytest.mark.parametrize("kind", ["authentication", "rate_limited", "too_large_for_tier", "bad_response"])
async def test_every_kind_of_error(kind: str, request_for: Make) -> None:
    (only,) = read_script([{"error": kind}])
    with pytest.raises(errors.ProviderError) as raised:
        await collect(ScriptedModel(SPEC, [only]), request_for())
    assert raised.value.kind == kind
