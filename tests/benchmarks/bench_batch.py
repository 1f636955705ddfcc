"""The batch runner beside a bare loop of asyncio and httpx: throughput, processor time, memory.

    python tests/benchmarks/bench_batch.py                                     all of it, as tables
    python tests/benchmarks/bench_batch.py throughput|processor|memory|planning [UNITS]

The provider is a server of our own in a process of its own, which takes half a millisecond a request. The
bare loop reads the files, sends the same requests and reads the answers; it keeps, checks and counts nothing.
The ideal is units × latency / concurrency. Exit 1 where a bar is missed.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
LATENCY = 0.5
CONCURRENCY = 16
ROUNDS = 5
QUESTIONS = ["Who are the parties?", "What is the rent?"]
LEAST_SHARE = 0.93
"""Of the ideal, that a run must reach."""
MOST_MEMORY = 1.25
"""Times the memory of a hundred units that any number may take."""

MOST_PLANNING = 0.001
"""Seconds that planning may take for each unit: 5 s for 5,000."""

Took = tuple[float, float]
"""Seconds, and seconds of processor."""


@contextmanager
def provider(latency: float) -> Iterator[str]:
    """The address of a server in a process of its own."""
    program = [sys.executable, str(ROOT / "batch" / "grid_server.py"), str(latency)]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
    finally:
        process.kill()
        process.wait()


@contextmanager
def contracts(units: int, pages: int = 2) -> Iterator[tuple[Path, list[Path]]]:
    """A folder, and so many contracts of so many pages in it."""
    from batch.batch_support import write_contracts

    with tempfile.TemporaryDirectory() as name:
        paths = write_contracts(Path(name) / "contracts", units)
        for path in paths if pages > 2 else ():
            first, second = path.read_text(encoding="utf-8").split("\f")
            more = (f"Page {page}. " + f"{second} " * 8 for page in range(2, pages + 1))
            path.write_text("\f".join([first, *more]), encoding="utf-8")
        yield Path(name), paths


def settings_for(url: str, folder: Path) -> Any:
    """Settings that send to the server, in a data directory of their own."""
    from docanalyst.settings import load_settings

    os.environ.update(
        DOCANALYST_DATA_DIR=str(folder / "data"),
        DOCANALYST_CONFIG=str(folder / "none.toml"),
        DOCANALYST_VLLM_BASE_URL=url,
    )
    return load_settings(None, provider="vllm", model="Qwen/Qwen3-32B")


async def run_batch(url: str, paths: list[Path], folder: Path) -> Took:
    """The run alone, planning left out, into a new store."""
    from docanalyst.analyst import Analyst
    from docanalyst.batch.jobs import JobOptions, make_job
    from docanalyst.batch.limits.sharing import SharedModels
    from docanalyst.batch.planning import plan_run
    from docanalyst.batch.runner import Runner
    from docanalyst.batch.units import collect_units
    from docanalyst.batch.workers import LocalWorkers

    settings = settings_for(url, folder)
    models = SharedModels(settings)
    analyst = Analyst(settings, open_model=models.open)
    job = make_job(analyst, folder / "out.csv", JobOptions(questions=QUESTIONS, concurrency=CONCURRENCY))
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
    analyst.store.close()
    return took


async def run_bare(url: str, paths: list[Path]) -> Took:
    """The same requests, and nothing else."""
    import httpx

    limit = asyncio.Semaphore(CONCURRENCY)
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


def both(latency: float, units: int, pages: int, rounds: int) -> list[tuple[Took, Took]]:
    """Bare loop and batch in turn, after a round that does not count."""
    found = []
    with provider(latency) as url, contracts(units, pages) as (folder, paths):
        for number in range(rounds + 1):
            some = paths if number else paths[:CONCURRENCY]
            bare = asyncio.run(run_bare(url, some))
            found.append((bare, asyncio.run(run_batch(url, some, folder / str(number)))))
    return found[1:]


def throughput(units: int) -> bool:
    """How near a run comes to the ideal."""
    ideal = units * LATENCY / CONCURRENCY
    rounds = both(LATENCY, units, 2, ROUNDS)
    shares = [(ideal / bare, ideal / batch) for (bare, _), (batch, _) in rounds]
    bare, batch = (statistics.median(column) for column in zip(*shares, strict=True))
    print(f"\n{units} units, {LATENCY} s of latency, {CONCURRENCY} at once: ideally {ideal:.1f} s.\n")
    print("| share of the ideal | median | lowest | highest |\n|---|--:|--:|--:|")
    for name, column in zip(("bare loop", "batch"), zip(*shares, strict=True), strict=True):
        row = f"{statistics.median(column):.1%} | {min(column):.1%} | {max(column):.1%}"
        print(f"| {name} | {row} |")
    load = f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    print(f"\nBar: {LEAST_SHARE:.0%}. Batch to bare loop: {batch / bare:.2f}. Load of the machine: {load}.")
    return batch >= LEAST_SHARE


def processor(units: int) -> bool:
    """What a unit costs beside the bare loop: milliseconds of processor, without latency."""
    print("\n| processor a unit | bare loop | batch | ratio |\n|---|--:|--:|--:|")
    for pages, count in ((2, units), (40, units // 4)):
        rounds = both(0.0, count, pages, 3)
        bare, batch = (
            statistics.median(took[1] / count * 1_000 for took in column)
            for column in zip(*rounds, strict=True)
        )
        print(f"| contracts of {pages} pages | {bare:.1f} ms | {batch:.1f} ms | {batch / bare:.1f} |")
    print("\nA batch unit is read, packed, counted, kept, sent, checked and written to the table's store.")
    return True


def memory(units: int) -> bool:
    """The most memory that a run takes, for a hundred units and for many; each in a process of its own."""
    print("\n| units | memory at most |\n|--:|--:|")
    sizes = []
    for count in (100, units):
        program = [sys.executable, __file__, "one", str(count)]
        done = subprocess.run(program, capture_output=True, text=True, check=True)
        sizes.append(int(done.stdout.split()[-1]) / 1024)
        print(f"| {count:,} | {sizes[-1]:.0f} MiB |")
    ratio = sizes[1] / sizes[0]
    print(f"\nRatio {ratio:.2f} (bar: {MOST_MEMORY}).")
    return ratio <= MOST_MEMORY


async def plan_batch(paths: list[Path], folder: Path) -> Took:
    """Planning alone, from the PATHs to the counted plan, with a new store and an empty cache."""
    from docanalyst.analyst import Analyst
    from docanalyst.batch.jobs import JobOptions, make_job
    from docanalyst.batch.planning import plan_run
    from docanalyst.batch.units import collect_units
    from docanalyst.batch.workers import LocalWorkers

    settings = settings_for("http://127.0.0.1:9/v1", folder)
    analyst = Analyst(settings)
    job = make_job(analyst, folder / "out.csv", JobOptions(questions=QUESTIONS))
    async with LocalWorkers(settings.cache_dir) as workers:
        started, processor = time.perf_counter(), time.process_time()
        plan = await plan_run(analyst, job, collect_units([str(path) for path in paths]), workers)
        assert len(plan.open) == len(paths)
        took = time.perf_counter() - started, time.process_time() - processor
    analyst.store.close()
    return took


def planning(units: int) -> bool:
    """How long it takes to read, pack and count every unit before anything is sent."""
    with contracts(units) as (folder, paths):
        rounds = [asyncio.run(plan_batch(paths, folder / str(number))) for number in range(3)]
    seconds, processor = min(rounds)
    load = f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    print(f"\nPlanning {units:,} units: {seconds:.1f} s ({processor:.1f} s of processor), best of 3.")
    print(f"Bar: {MOST_PLANNING * units:.1f} s. Load of the machine: {load}.")
    return seconds <= MOST_PLANNING * units


def one(units: int) -> bool:
    """A run, and the most memory that it took, in KiB."""
    with provider(0.0) as url, contracts(units) as (folder, paths):
        asyncio.run(run_batch(url, paths, folder))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return True


PARTS = {
    "throughput": (throughput, 320),
    "processor": (processor, 300),
    "memory": (memory, 5_000),
    "planning": (planning, 5_000),
}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        chosen, usual = (PARTS | {"one": (one, 100)})[sys.argv[1]]
        held = [chosen(int(sys.argv[2]) if len(sys.argv) > 2 else usual)]
    else:
        held = [part(usual) for part, usual in PARTS.values()]
    sys.exit(0 if all(held) else 1)
