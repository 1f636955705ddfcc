"""A model measured with a clock of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from wires import CATALOG

from docanalyst.domain.errors import ConnectionFailed
from docanalyst.domain.models import Delta, Usage
from docanalyst.domain.request import Request
from docanalyst.providers.live.measuring import Run, measure, summarize
from docanalyst.providers.scripted import Reply, ScriptedModel

pytestmark = pytest.mark.anyio

Make = Callable[..., Request]
SPEC = CATALOG.provider("scripted").models["scripted"].spec


def clock(*times: float) -> Callable[[], float]:
    values: Iterator[float] = iter(times)
    return lambda: next(values)


async def test_one_run(request_for: Make) -> None:
    usage = Usage(1_000, 400, 50)
    model = ScriptedModel(SPEC, [Reply((Delta(reasoning="Hm"), Delta(answer="Yes.")), usage=usage)])
    run = await measure(model, request_for(), clock=clock(10.0, 12.0, 17.0))
    assert (run.first_token_s, run.total_s, run.tokens_per_s) == (2.0, 7.0, 10.0)
    assert run.cost and run.cost.micros == round(600 * 0.29 + 400 * 0.145 + 50 * 0.59)
    assert (run.finish_reason, run.error) == ("stop", "")


async def test_a_run_that_fails(request_for: Make) -> None:
    model = ScriptedModel(SPEC, [Reply(error=ConnectionFailed("It broke."))])
    run = await measure(model, request_for(), clock=clock(0.0, 1.0))
    assert (run.first_token_s, run.tokens_per_s, run.error) == (None, None, "It broke.")


def test_medians_leave_failed_runs_out() -> None:
    runs = [
        Run(1.0, 2.0, 10.0, Usage(10, 4)),
        Run(3.0, 8.0, 30.0, Usage(10, 8)),
        Run(error="no"),
        Run(2.0, 4.0, None),
    ]
    found = summarize(runs)
    assert (found.runs, found.failed) == (4, 1)
    assert (found.first_token_s, found.total_s, found.tokens_per_s, found.cached_tokens) == (
        2.0,
        4.0,
        20.0,
        6,
    )
    assert summarize([]).total_s is None
