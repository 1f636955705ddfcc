"""All benchmarks in one command; their tables go into the page that the README links.

    python tests/benchmarks/run.py              run all, write docanalyst/help/benchmarks.md
    python tests/benchmarks/run.py start search   only these, print them

Every figure is a ratio of things measured in turn in the same run: machines differ, and are noisy. Programs
to compare with are installed by pip in environments of their own (peers.py). Exits with the number of
benchmarks that missed a bar.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docanalyst" / "help" / "benchmarks.md"
SECONDS = 1_800


def main(wanted: list[str]) -> int:
    """Run the scripts one after another; the number of those that failed."""
    scripts = [path for path in sorted(HERE.glob("bench_*.py")) if not wanted or path.stem[6:] in wanted]
    sections, failed = [], 0
    for script in scripts:
        started = time.monotonic()
        print(f"… {script.name}", file=sys.stderr)
        text, code = _run(script, draw=not wanted)
        failed += code != 0
        purpose = script.read_text(encoding="utf-8").split('"""')[1].strip().partition("\n")[0]
        verdict = "" if code == 0 else f"\n\n**Missed its bar or did not run (exit {code}).**"
        seconds = time.monotonic() - started
        name = script.stem[6:]
        pictures = "".join(
            f"\n\n![{name}, by size]({path.name})" for path in sorted(PAGE.parent.glob(f"{name}*.svg"))
        )
        sections.append(f"## {name}\n\n{purpose}\n\n{_framed(text)}{verdict}{pictures}\n")
        print(f"  {'ok' if code == 0 else f'exit {code}'} in {seconds:.0f} s", file=sys.stderr)
    page = f"# Benchmarks\n\n{_machine()}\n\n" + "\n".join(sections)
    if wanted:
        print(page)
    else:
        PAGE.write_text(page, encoding="utf-8")
    return failed


def _framed(text: str) -> str:
    """A table as it is; other output in a code block, so that its columns stay."""
    text = text.strip("\n").rstrip()
    return text if "|--" in text or "| --" in text else f"```\n{text}\n```"


def _run(script: Path, *, draw: bool) -> tuple[str, int]:
    """What a script printed, and its exit code. draw: let it draw its pictures anew, where it draws any."""
    plot = ["--plot"] if draw and '"--plot"' in script.read_text(encoding="utf-8") else []
    try:
        done = subprocess.run(
            [sys.executable, str(script), *plot],
            stdout=subprocess.PIPE,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"(not done within {SECONDS} s)", 124
    return done.stdout, done.returncode


def _machine() -> str:
    today = datetime.now(UTC).date().isoformat()
    return (
        f"Measured on {today} with Python {platform.python_version()} on {os.cpu_count()} shared cores "
        f"({platform.system()} {platform.machine()}). Each table was made in one run, its rows in turn; read "
        "the ratios, not the seconds. `python tests/benchmarks/run.py` makes this page anew."
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
