"""A model measured with a clock of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from wires import CATALOG

from docanalyst.domain.errors import ConnectionFailed
from docanalyst.domain.models import Delta, Usage
from docanalyst.domain.request import Request
from docanalyst.providers.live.measuring import Run, measure, stopped_words, summarize
from docanalyst.providers.scripted import Reply, ScriptedModel

pytestmark = pytest.mark.anyio

Make = Callable[..., Request]
SPEC = CATALOG.provider("scripted").models["scripted"].spec


def clock(*times: float) -> Callable[[], float]:
    values: Iterator[float] = iter(times)
    return lambda: next(values)


async def test_one_run(request_for: Make) -> None:
    usage = Usage(1_000, 400, 50)
    pieces = (Delta(reasoning="Hm"), Delta(answer="Yes."), Delta(answer="Six."))
    model = ScriptedModel(SPEC, [Reply(pieces, usage=usage)])
    run = await measure(model, request_for(), clock=clock(10.0, 12.0, 13.0, 16.0, 19.0))
    assert (run.first_token_s, run.total_s, run.trailing_s) == (2.0, 9.0, 3.0)
    assert run.tokens_per_s == 50 * 8 / 10 / 4.0
    assert run.cost and run.cost.micros == round(600 * 0.29 + 400 * 0.145 + 50 * 0.59)
    assert (run.finish_reason, run.error, run.ended_well, run.cached) == ("stop", "", True, False)


async def test_what_comes_at_once_has_no_speed(request_for: Make) -> None:
    model = ScriptedModel(SPEC, [Reply((Delta(answer="w " * 100),), usage=Usage(10, 0, 100))])
    run = await measure(model, request_for(), clock=clock(0.0, 1.0, 1.001))
    assert (run.first_token_s, run.tokens_per_s) == (1.0, None)


async def test_hidden_thoughts_are_not_written_at_the_speed_of_the_answer(request_for: Make) -> None:
    pieces = tuple(Delta(answer="a") for _ in range(5))
    model = ScriptedModel(SPEC, [Reply(pieces, usage=Usage(10, 0, 1_005, 1_000))])
    run = await measure(model, request_for(), clock=clock(0.0, 9.0, 9.1, 9.2, 9.3, 9.4, 9.4))
    assert run.tokens_per_s == pytest.approx(10.0)


async def test_a_run_that_fails(request_for: Make) -> None:
    model = ScriptedModel(SPEC, [Reply(error=ConnectionFailed("It broke."))])
    run = await measure(model, request_for(), clock=clock(0.0, 1.0))
    assert (run.first_token_s, run.tokens_per_s, run.error) == (None, None, "It broke.")


def good(first: float, total: float, speed: float | None, usage: Usage | None = None) -> Run:
    return Run(first, total, speed, usage, finish_reason="stop", trailing_s=0.5)


def test_medians_leave_out_what_failed_or_was_cut() -> None:
    runs = [
        good(1.0, 2.0, 10.0, Usage(10, 4)),
        good(3.0, 8.0, 30.0, Usage(10, 8)),
        Run(error="no"),
        good(2.0, 4.0, None),
        Run(9.0, 9.0, 900.0, finish_reason="length"),
        Run(9.0, 9.0, 900.0, finish_reason="content_filter"),
        Run(9.0, 9.0, 900.0),
    ]
    found = summarize(runs)
    assert (found.runs, found.failed, found.cut) == (7, 1, 3)
    assert (found.first_token_s, found.total_s, found.tokens_per_s) == (2.0, 4.0, 20.0)
    assert (found.cached_tokens, found.trailing_s) == (6, 0.5)
    words = stopped_words(runs)
    assert words.startswith("3 of 7 runs were cut off or filtered (length, content_filter, no end)")
    assert "--max-output" in words
    assert stopped_words(runs[:3]) == ""
    assert summarize([]).total_s is None


def test_cold_and_cached_runs_are_apart() -> None:
    found = summarize([good(5.0, 6.0, 1.0, Usage(100, 0)), good(1.0, 2.0, 1.0, Usage(100, 90))])
    assert (found.first_token_cold_s, found.first_token_cached_s) == (5.0, 1.0)
