"""Contracts to ask over, and a batch run the way the command runs it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from batch.batch_support import Batch, Go
from support import Cli, Ran

from docanalyst.analyst import Analyst
from docanalyst.batch.events import BatchEvent
from docanalyst.batch.jobs import Job, JobOptions, make_job
from docanalyst.batch.limits.sharing import SharedModels
from docanalyst.batch.outputs import rows_of, write_output
from docanalyst.batch.planning import plan_run
from docanalyst.batch.runner import Runner
from docanalyst.batch.units import collect_units
from docanalyst.batch.workers import LocalWorkers
from docanalyst.cli.app import run
from docanalyst.settings import load_settings


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Point the provider vllm, exact counts and all, to a server of ours, with a price."""

    def at(url: str) -> None:
        monkeypatch.setenv("DOCANALYST_VLLM_BASE_URL", url)
        monkeypatch.setenv("DOCANALYST_PROVIDER", "vllm")
        monkeypatch.setenv("DOCANALYST_MODEL", "Qwen/Qwen3-32B")
        model = {"Qwen/Qwen3-32B": {"price": {"input": 1.0, "output": 2.0}, "structured": ""}}
        monkeypatch.setenv("DOCANALYST_PROVIDERS", json.dumps({"vllm": {"models": model}}))

    return at


@pytest.fixture
def go(tmp_path: Path) -> Go:
    """go(paths, questions=…, …) runs a batch to its end and gives what it left behind."""

    def call(
        paths: Sequence[Path | str],
        output: str = "out.csv",
        *,
        restart: bool = False,
        watch: Callable[[BatchEvent, Runner], None] | None = None,
        change: Callable[[Job], Job] = lambda job: job,
        **options: Any,
    ) -> Batch:
        async def whole() -> Batch:
            settings = load_settings(None)
            models = SharedModels(settings)
            analyst = Analyst(settings, open_model=models.open)
            if not options.get("prompt"):
                options.setdefault("questions", ["Who are the parties?", "What is the rent?"])
            job = change(make_job(analyst, tmp_path / output, JobOptions(**options)))
            units = collect_units([str(path) for path in paths], options.get("by", "file"))
            try:
                async with LocalWorkers(settings.cache_dir) as workers:
                    plan = await plan_run(analyst, job, units, workers, restart=restart)
                    runner = Runner(analyst, plan, workers, models, restart=restart)
                    batch = Batch(plan, runner)
                    async with aclosing(runner.events()) as events:
                        async for event in events:
                            batch.events.append(event)
                            if watch is not None:
                                watch(event, runner)
                    ended = batch.ended
                    batch.rows = list(rows_of(analyst.store, ended.run_id, plan))
                    write_output(analyst.store, ended.run_id, plan, ended.tally, ended.status)
                    return batch
            finally:
                await models.aclose()
                analyst.store.close()

        return asyncio.run(whole())

    return call


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """cli("batch", "folder", …) → Ran."""

    def call(*arguments: object) -> Ran:
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        return Ran(code, captured.out, captured.err)

    return call
