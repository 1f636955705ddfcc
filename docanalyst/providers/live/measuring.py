"""Measures a model on a request: time to the first token, speed, time after the last token, tokens, cost."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from docanalyst.domain.endings import LENGTH, STOP
from docanalyst.domain.errors import ProviderError
from docanalyst.domain.models import Cost, Usage, cost_of
from docanalyst.domain.request import Request
from docanalyst.providers.model import Model

MOSTLY = 0.5
"""Share of the prompt from a cache above which a run counts as cached."""


@dataclass(frozen=True, slots=True)
class Run:
    """One answer, measured. Times in seconds; error: "" where none was reported.

    tokens_per_s: output tokens over the time from the first to the last of them; None where that cannot be
    told, because all came at once. trailing_s: from the last token to the end of the stream.
    """

    first_token_s: float | None = None
    total_s: float = 0.0
    tokens_per_s: float | None = None
    usage: Usage | None = None
    cost: Cost | None = None
    finish_reason: str | None = None
    error: str = ""
    trailing_s: float | None = None

    @property
    def ended_well(self) -> bool:
        """Whether the answer was finished: only such runs can be compared."""
        return not self.error and self.finish_reason == STOP

    @property
    def cached(self) -> bool:
        """Whether the provider read most of the prompt from its cache."""
        return self.usage is not None and self.usage.cached_tokens > MOSTLY * self.usage.input_tokens


@dataclass(frozen=True, slots=True)
class Summary:
    """Medians over the runs that ended well.

    failed: runs with an error. cut: runs whose answer was cut off or filtered. cold, cached: runs without and
    with a cache of the prompt, which are measured apart.
    """

    runs: int
    failed: int
    cut: int
    first_token_s: float | None
    first_token_cold_s: float | None
    first_token_cached_s: float | None
    trailing_s: float | None
    total_s: float | None
    tokens_per_s: float | None
    cached_tokens: float | None
    cost_micros: float | None
    cost_cold_micros: float | None
    cost_cached_micros: float | None


async def measure(model: Model, request: Request, *, clock: Callable[[], float] = time.perf_counter) -> Run:
    """Ask once, and time every piece."""
    started = clock()
    first = last = None
    before = after = thought = 0
    usage: Usage | None = None
    finish: str | None = None
    error = ""
    try:
        async with aclosing(model.stream(request)) as deltas:
            async for delta in deltas:
                size = len(delta.answer) + len(delta.reasoning)
                if size:
                    last = clock()
                    first, before, after = (last, size, 0) if first is None else (first, before, after + size)
                    thought += len(delta.reasoning)
                usage = delta.usage or usage
                finish = delta.finish_reason or finish
    except ProviderError as problem:
        error = problem.message
    ended = clock()
    written = _written(usage, before, after, thought=thought)
    writing = last - first if last is not None and first is not None else 0.0
    return Run(
        first_token_s=None if first is None else first - started,
        total_s=ended - started,
        tokens_per_s=written / writing if written and writing > 0 else None,
        usage=usage,
        cost=cost_of(usage, model.spec.price) if usage else None,
        finish_reason=finish,
        error=error,
        trailing_s=None if last is None else ended - last,
    )


def _written(usage: Usage | None, before: int, after: int, *, thought: int) -> float:
    """Tokens that came after the first piece, by its share of the characters.

    before, after: characters of the first piece, and of all others. Hidden thoughts were written before it.
    """
    if usage is None or not after:
        return 0.0
    seen = usage.output_tokens - (0 if thought else usage.reasoning_tokens)
    return max(seen, 0) * after / (before + after)


def summarize(runs: Sequence[Run]) -> Summary:
    """Medians; None where nothing was measured."""
    good = [run for run in runs if run.ended_well]
    cold, cached = ([run for run in good if run.cached is which] for which in (False, True))
    failed = sum(bool(run.error) for run in runs)
    return Summary(
        runs=len(runs),
        failed=failed,
        cut=len(runs) - failed - len(good),
        first_token_s=_median([run.first_token_s for run in good]),
        first_token_cold_s=_median([run.first_token_s for run in cold]),
        first_token_cached_s=_median([run.first_token_s for run in cached]),
        trailing_s=_median([run.trailing_s for run in good]),
        total_s=_median([run.total_s for run in good]),
        tokens_per_s=_median([run.tokens_per_s for run in good]),
        cached_tokens=_median([run.usage.cached_tokens if run.usage else None for run in good]),
        cost_micros=_cost(good),
        cost_cold_micros=_cost(cold),
        cost_cached_micros=_cost(cached),
    )


def stopped_words(runs: Sequence[Run]) -> str:
    """Which runs are not in the medians, in words; "" where all are."""
    reasons = [run.finish_reason or "no end" for run in runs if not run.error and not run.ended_well]
    if not reasons:
        return ""
    how = ", ".join(dict.fromkeys(reasons))
    hint = "; raise --max-output" if LENGTH in reasons else ""
    return f"{len(reasons)} of {len(runs)} runs were cut off or filtered ({how}) and are left out{hint}."


def _cost(runs: Sequence[Run]) -> float | None:
    return _median([run.cost.micros if run.cost else None for run in runs])


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None
