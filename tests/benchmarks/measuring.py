"""What a whole process costs: seconds of processor and of the clock, and medians of rounds taken in turn."""

from __future__ import annotations

import compileall
import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# What is measured is compiled, as an installed package is, also where the environment writes no bytecode.
compileall.compile_dir(Path(__file__).resolve().parents[2] / "docanalyst", quiet=2)


@dataclass(frozen=True)
class Cost:
    """Seconds of one run, or the median of several. cpu: of the process and its children, user and system."""

    cpu: float
    wall: float


def cost_of(
    command: Sequence[str], *, environment: Mapping[str, str] | None = None, codes: Sequence[int] = (0,)
) -> Cost:
    """Run a command to its end. Raises RuntimeError with the end of its stderr at another exit code."""
    before, started = _children(), time.perf_counter()
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, check=False
    )
    wall, after = time.perf_counter() - started, _children()
    if done.returncode not in codes:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr[-400:].decode()}")
    return Cost(after - before, wall)


def _children() -> float:
    """Seconds of processor that the processes ended so far took; `os.times` would count them by 10 ms."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_memory(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> float:
    """The most that a process and all it started held at one moment, in MB: resident sizes added up, so that
    what two of them share counts twice. 0 where /proc is not there to say so."""
    page, most = os.sysconf("SC_PAGE_SIZE"), 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as process:
        while process.poll() is None:
            sizes = (_resident(number) for number in (process.pid, *_descendants(process.pid)))
            most = max(most, sum(sizes) * page)
            time.sleep(0.002)
    return most / 1e6


def _descendants(number: int) -> list[int]:
    try:
        threads = list(Path(f"/proc/{number}/task").iterdir())
        children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except OSError:
        return []
    return [one for child in children for one in (child, *_descendants(child))]


def _resident(number: int) -> int:
    try:
        return int(Path(f"/proc/{number}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0


def in_turn(ways: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """The median cost of each way. All ways are run once in each round, so that a busy minute hits all."""
    seen: dict[str, list[Cost]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            seen[name].append(way())
    return {
        name: Cost(
            statistics.median(cost.cpu for cost in costs), statistics.median(cost.wall for cost in costs)
        )
        for name, costs in seen.items()
    }


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; its first column to the left, the others to the right."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
