"""The batch runner beside a bare asyncio and httpx loop, as ratios.

    python tests/benchmarks/bench_batch.py throughput|overhead|memory|offline [units]

The provider is a server of our own in a process of its own. Figures are ratios, because machines differ:
throughput is the ideal time (units × latency / concurrency) over the time taken.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
LATENCY = 0.5
CONCURRENCY = 16


def serve(latency: float) -> tuple[subprocess.Popen[str], str]:
    """A server in a process of its own, and its address."""
    program = [sys.executable, str(ROOT / "batch" / "grid_server.py"), str(latency)]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, f"http://127.0.0.1:{int(process.stdout.readline())}/v1"


def settings_for(url: str, folder: Path) -> Any:
    """Settings that send to the server, in a data directory of their own."""
    from docanalyst.settings import load_settings

    os.environ.update(
        DOCANALYST_DATA_DIR=str(folder / "data"),
        DOCANALYST_CONFIG=str(folder / "none.toml"),
        DOCANALYST_VLLM_BASE_URL=url,
    )
    return load_settings(None, provider="vllm", model="Qwen/Qwen3-32B")


async def run_batch(settings: Any, paths: list[Path], output: Path, concurrency: int) -> tuple[float, float]:
    """Seconds of the run alone (planning left out), and of processor time."""
    from docanalyst.analyst import Analyst
    from docanalyst.batch.jobs import make_job
    from docanalyst.batch.planning import plan_run
    from docanalyst.batch.runner import Runner
    from docanalyst.batch.sharing import SharedModels
    from docanalyst.batch.units import collect_units
    from docanalyst.batch.workers import LocalWorkers

    models = SharedModels(settings)
    analyst = Analyst(settings, open_model=models.open)
    questions = ["Who are the parties?", "What is the rent?"]
    job = make_job(analyst, output, questions=questions, concurrency=concurrency)
    async with LocalWorkers(settings.cache_dir) as workers:
        plan = await plan_run(analyst, job, collect_units([str(path) for path in paths]), workers)
        runner = Runner(analyst, plan, workers, models)
        started, processor = time.perf_counter(), time.process_time()
        async with aclosing(runner.events()) as events:
            async for _ in events:
                pass
        took = time.perf_counter() - started, time.process_time() - processor
        assert runner.tally.complete == len(paths), runner.tally
    await models.aclose()
    return took


async def run_bare(url: str, paths: list[Path], concurrency: int) -> tuple[float, float]:
    """The same requests by a loop that keeps, checks and counts nothing."""
    import httpx

    limit = asyncio.Semaphore(concurrency)
    rules = "Names, in this order: q1, q2."

    async def one(client: httpx.AsyncClient, path: Path) -> None:
        async with limit:
            text = path.read_text(encoding="utf-8")
            content = f"[D1 p.1 · x]\n{text}\n\n</document>\n{rules}"
            body = {"model": "m", "messages": [{"role": "user", "content": content}], "stream": True}
            async with client.stream("POST", f"{url}/chat/completions", json=body) as response:
                async for line in response.aiter_lines():
                    if line.startswith("data: {"):
                        json.loads(line[6:])

    async with httpx.AsyncClient(timeout=60) as client:
        started, processor = time.perf_counter(), time.process_time()
        await asyncio.gather(*(one(client, path) for path in paths))
        return time.perf_counter() - started, time.process_time() - processor


def with_server(latency: float, work: Callable[[str, Path], None]) -> None:
    process, url = serve(latency)
    with tempfile.TemporaryDirectory() as folder:
        try:
            work(url, Path(folder))
        finally:
            process.kill()
            process.wait()


def throughput(units: int) -> None:
    """How near the run comes to the ideal at half a second of latency."""
    from batch.batch_support import write_contracts

    def work(url: str, folder: Path) -> None:
        paths = write_contracts(folder / "c", units)
        bare, _ = asyncio.run(run_bare(url, paths, CONCURRENCY))
        took, processor = asyncio.run(
            run_batch(settings_for(url, folder), paths, folder / "o.csv", CONCURRENCY)
        )
        ideal = units * LATENCY / CONCURRENCY
        print(f"{units} units, {LATENCY} s, {CONCURRENCY} at once: ideal {ideal:.2f} s")
        shares = f"{ideal / bare:.1%}; batch {took:.2f} s = {ideal / took:.1%}"
        print(f"bare loop {bare:.2f} s = {shares} of the ideal")
        print(f"batch / bare loop: {took / bare:.3f}; processor {processor / units * 1000:.1f} ms a unit")

    with_server(LATENCY, work)


def overhead(units: int) -> None:
    """What a unit costs here, beside the bare loop: processor time without latency."""
    from batch.batch_support import write_contracts

    def work(url: str, folder: Path) -> None:
        paths = write_contracts(folder / "c", units)
        asyncio.run(run_bare(url, paths[:20], CONCURRENCY))
        bare, bare_cpu = asyncio.run(run_bare(url, paths, CONCURRENCY))
        took, cpu = asyncio.run(run_batch(settings_for(url, folder), paths, folder / "o.csv", CONCURRENCY))
        each = f"bare {bare_cpu / units * 1000:.2f} ms, batch {cpu / units * 1000:.2f} ms"
        print(f"{units} units: {each} of processor")
        print(f"ratio {cpu / bare_cpu:.1f} (time {took / bare:.1f})")

    with_server(0.0, work)


def memory(units: int) -> None:
    """The most memory that a run takes, for a hundred units and for many; each in a process of its own."""
    sizes = {}
    for count in (100, units):
        program = [sys.executable, __file__, "one", str(count)]
        done = subprocess.run(program, capture_output=True, text=True, check=True)
        sizes[count] = int(done.stdout.split()[-1])
        print(f"{count:>6} units: {sizes[count] / 1024:.0f} MiB at most")
    print(f"ratio {sizes[units] / sizes[100]:.2f}")


def one(units: int) -> None:
    """A run, and the most memory that it took, in KiB."""
    from batch.batch_support import write_contracts

    def work(url: str, folder: Path) -> None:
        paths = write_contracts(folder / "c", units)
        asyncio.run(run_batch(settings_for(url, folder), paths, folder / "o.csv", CONCURRENCY))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

    with_server(0.0, work)


if __name__ == "__main__":
    what = {
        "throughput": (throughput, 320),
        "overhead": (overhead, 400),
        "memory": (memory, 5_000),
        "one": (one, 100),
    }
    chosen, usual = what[sys.argv[1]]
    chosen(int(sys.argv[2]) if len(sys.argv) > 2 else usual)
