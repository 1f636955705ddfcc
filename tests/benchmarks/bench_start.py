"""Start-up beside peers: `--help` and `llm`'s; the first paint of the UI, and `oterm`'s and `parllama`'s.

    python tests/benchmarks/bench_start.py [--rounds N]

The peers are installed in environments of their own (peers.py). First paint is the time from the start of the
program to the first ten characters on the screen that it takes over, in a pseudo-terminal of 140 × 45, for
all alike: a splash screen of letters counts. Each starts in a new home directory, its files in the system's
cache. Exits 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from measuring import Cost, cost_of, in_turn, table
from painting import first_paint
from peers import NotInstalled, programs, version

ROOT = Path(__file__).resolve().parents[2]
OURS_HELP, OURS_PAINT = "docanalyst --help", "docanalyst (terminal UI)"
BAR_HELP, BAR_PAINT = 1 / 4, 1 / 2
FLOOR, BAR_FLOOR = "python -c 'import click'", 1.2


def environment(home: str) -> dict[str, str]:
    """A terminal with colours and a home directory of its own; no keys."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    return kept | {
        "HOME": home,
        "XDG_DATA_HOME": f"{home}/.local/share",
        "XDG_CONFIG_HOME": f"{home}/.config",
        "LLM_USER_PATH": f"{home}/llm",
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHONPATH": "",
        # parllama's LiteLLM asks the network for prices, three times, before it paints: not here.
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }


def help_ways(env: dict[str, str]) -> tuple[dict[str, Callable[[], Cost]], list[str]]:
    """`--help` of docanalyst, of llm, and the least that a Python program with click costs."""
    ours = {**env, "PYTHONPATH": str(ROOT)}
    ways: dict[str, Callable[[], Cost]] = {
        OURS_HELP: lambda: cost_of([sys.executable, "-m", "docanalyst", "--help"], environment=ours),
        "docanalyst --version": lambda: cost_of(
            [sys.executable, "-m", "docanalyst", "--version"], environment=ours
        ),
        FLOOR: lambda: cost_of([sys.executable, "-c", "import click"], environment=env),
    }
    missing = []
    try:
        command = [str(programs("llm") / "llm"), "--help"]
        ways[f"llm {version('llm', 'llm')} --help"] = lambda: cost_of(command, environment=env)
    except NotInstalled as reason:
        missing.append(f"llm: {reason}")
    return ways, missing


def painted(command: list[str], plain: bool = False, **more: str) -> Cost:
    """The first paint of a program new to its home directory. plain: oterm without its splash."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        if plain:
            config = Path(home, ".local", "share", "oterm", "config.json")
            config.parent.mkdir(parents=True)
            config.write_text('{"splash-screen": false}', encoding="utf-8")
        return first_paint(command, environment(home) | more)


def paint_ways() -> tuple[dict[str, Callable[[], Cost]], list[str]]:
    """The first paint of docanalyst, oterm and parllama."""
    ways: dict[str, Callable[[], Cost]] = {
        OURS_PAINT: lambda: painted([sys.executable, "-m", "docanalyst"], PYTHONPATH=str(ROOT))
    }
    missing = []
    for name in ("oterm", "parllama"):
        try:
            command = [str(programs(name) / name)]
            label = f"{name} {version(name, name)}"
        except NotInstalled as reason:
            missing.append(f"{name}: {reason}")
            continue
        ways[label] = lambda command=command: painted(command)
        if name == "oterm":
            ways[f"{label}, its splash off"] = lambda command=command: painted(command, plain=True)
    return ways, missing


def report(
    title: str, ours: str, ways: dict[str, Callable[[], Cost]], missing: list[str], rounds: int, bar: float
) -> bool:
    """Measure these ways in turn and print their table; whether the bar holds against each peer."""
    found = in_turn(ways, 1) and in_turn(ways, rounds)
    base = found[ours]
    rows, holds = [], True
    for name, cost in found.items():
        peer = name == FLOOR or name.startswith(("llm ", "oterm ", "parllama "))
        most = BAR_FLOOR if name == FLOOR else bar
        share = base.wall / cost.wall
        # Both of the processor and of the clock: a peer that waits is slow, one that works costs.
        kept = share <= most and base.cpu / cost.cpu <= most
        holds = holds and (kept or not peer)
        verdict = f"≤ {most:g}: {'holds' if kept else 'missed'}" if peer else ""
        rows.append(
            [
                f"`{name}`",
                f"{cost.wall:.3f}",
                f"{cost.cpu:.3f}",
                f"{share:.2f}",
                f"{base.cpu / cost.cpu:.2f}",
                verdict,
            ]
        )
    rows += [[f"{line.partition(':')[0]}, not installed", "", "", "", "", ""] for line in missing]
    head = [
        f"{title} (median of {rounds})",
        "wall s",
        "CPU s",
        "ours ÷ its wall",
        "ours ÷ its CPU",
        "bar",
    ]
    print(table(head, rows) + "\n")
    for line in missing:
        print(f"Not installed, and left out: {line}\n")
    return holds


def main() -> int:
    """Measure and print two tables; 1 where a bar is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as home:
        env = environment(home)
        quick = report("start", OURS_HELP, *help_ways(env), rounds, BAR_HELP)
    swift = report("first paint", OURS_PAINT, *paint_ways(), rounds, BAR_PAINT)
    return 0 if quick and swift else 1


if __name__ == "__main__":
    raise SystemExit(main())
