"""Measures a model on a request: time to the first token, speed, tokens, cost."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from docanalyst.domain.errors import ProviderError
from docanalyst.domain.models import Cost, Usage, cost_of
from docanalyst.domain.request import Request
from docanalyst.providers.model import Model


@dataclass(frozen=True, slots=True)
class Run:
    """One answer, measured. Times in seconds; error: "" where it ended well."""

    first_token_s: float | None = None
    total_s: float = 0.0
    tokens_per_s: float | None = None
    usage: Usage | None = None
    cost: Cost | None = None
    finish_reason: str | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """Medians over the runs that ended well."""

    runs: int
    failed: int
    first_token_s: float | None
    total_s: float | None
    tokens_per_s: float | None
    cached_tokens: float | None
    cost_micros: float | None


async def measure(model: Model, request: Request, *, clock: Callable[[], float] = time.perf_counter) -> Run:
    """Ask once. tokens_per_s: output tokens as billed over the time from the first token to the end."""
    started = clock()
    first: float | None = None
    usage: Usage | None = None
    finish: str | None = None
    error = ""
    try:
        async with aclosing(model.stream(request)) as deltas:
            async for delta in deltas:
                if first is None and (delta.answer or delta.reasoning):
                    first = clock()
                usage = delta.usage or usage
                finish = delta.finish_reason or finish
    except ProviderError as problem:
        error = problem.message
    ended = clock()
    writing = ended - first if first is not None else 0.0
    return Run(
        first_token_s=None if first is None else first - started,
        total_s=ended - started,
        tokens_per_s=usage.output_tokens / writing if usage and usage.output_tokens and writing > 0 else None,
        usage=usage,
        cost=cost_of(usage, model.spec.price) if usage else None,
        finish_reason=finish,
        error=error,
    )


def summarize(runs: Sequence[Run]) -> Summary:
    """Medians; None where nothing was measured."""
    good = [run for run in runs if not run.error]

    def median(values: Sequence[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return statistics.median(known) if known else None

    return Summary(
        runs=len(runs),
        failed=len(runs) - len(good),
        first_token_s=median([run.first_token_s for run in good]),
        total_s=median([run.total_s for run in good]),
        tokens_per_s=median([run.tokens_per_s for run in good]),
        cached_tokens=median([run.usage.cached_tokens if run.usage else None for run in good]),
        cost_micros=median([run.cost.micros if run.cost else None for run in good]),
    )
