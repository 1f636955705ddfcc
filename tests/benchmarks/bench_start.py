"""Start-up: `docanalyst --help` beside `python -c "import click"`, in turn, in one run.

    python tests/benchmarks/bench_start.py

Prints CPU seconds (median) and their ratio; exits 1 above the limit.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

ROUNDS = 15
LIMIT = 4.0
COMMANDS = {
    "python -c 'import click'": [sys.executable, "-c", "import click"],
    "docanalyst --help": [sys.executable, "-m", "docanalyst", "--help"],
    "docanalyst --version": [sys.executable, "-m", "docanalyst", "--version"],
}


def cpu_seconds(command: list[str]) -> float:
    """CPU time of one run, user and system."""
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return (after.children_user - before.children_user) + (after.children_system - before.children_system)


def main() -> int:
    """Measure and print a table."""
    seen: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            seen[name].append(cpu_seconds(command))
    base = statistics.median(next(iter(seen.values())))
    worst = 0.0
    print(f"| command | CPU s (median of {ROUNDS}) | ratio |\n|---|--:|--:|")
    for name, values in seen.items():
        middle = statistics.median(values)
        worst = max(worst, middle / base)
        print(f"| `{name}` | {middle:.3f} | {middle / base:.2f} |")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
