"""All benchmarks in one command; their tables go into the page that the README links.

    python tests/benchmarks/run.py              run all, write docanalyst/help/benchmarks.md
    python tests/benchmarks/run.py start search   these anew; the rest of the page stays

Every figure is a ratio of things measured in turn in the same run: machines differ, and are noisy. Programs
to compare with are installed by pip in environments of their own (peers.py). Exits with the number of
benchmarks that missed a bar.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docanalyst" / "help" / "benchmarks.md"
SECONDS = 1_800


def main(wanted: list[str]) -> int:
    """Run the scripts, each into its section of the page; the number of those that missed a bar."""
    sections, failed = _sections(), 0
    scripts = {path.stem[6:]: path for path in sorted(HERE.glob("bench_*.py"))}
    for name in wanted or scripts:
        started = time.monotonic()
        print(f"… {name}", file=sys.stderr)
        text, code = _run(scripts[name])
        failed += code != 0
        sections[name] = _section(name, scripts[name], text, code)
        PAGE.write_text(_page(sections[name] for name in scripts if name in sections), encoding="utf-8")
        print(
            f"  {'ok' if code == 0 else f'exit {code}'} in {time.monotonic() - started:.0f} s",
            file=sys.stderr,
        )
    return failed


def _sections() -> dict[str, str]:
    """The sections of the page as it stands, by name."""
    _, *parts = re.split(
        r"^## ", PAGE.read_text(encoding="utf-8") if PAGE.exists() else "", flags=re.MULTILINE
    )
    return {part.partition("\n")[0]: f"## {part}".rstrip() for part in parts}


def _section(name: str, script: Path, text: str, code: int) -> str:
    purpose = script.read_text(encoding="utf-8").split('"""')[1].strip().partition("\n")[0]
    verdict = "" if code == 0 else f"\n\n**Missed its bar or did not run (exit {code}).**"
    pictures = "".join(
        f"\n\n![{name}, by size]({path.name})" for path in sorted(PAGE.parent.glob(f"{name}*.svg"))
    )
    return f"## {name}\n\n{purpose} {_machine()}\n\n{_framed(text)}{verdict}{pictures}"


def _page(sections: Iterable[str]) -> str:
    return (
        "# Benchmarks\n\nEach table was made in one run, its rows in turn, on a machine that had other work:"
        " read the ratios, not the seconds. `python tests/benchmarks/run.py` makes this page anew.\n\n"
        + "\n\n".join(sections)
        + "\n"
    )


def _framed(text: str) -> str:
    """A table as it is; other output in a code block, so that its columns stay."""
    text = text.strip("\n").rstrip()
    return text if "|--" in text or "| --" in text else f"```\n{text}\n```"


def _run(script: Path) -> tuple[str, int]:
    """What a script printed, and its exit code; one that draws pictures draws them anew."""
    plot = ["--plot"] if '"--plot"' in script.read_text(encoding="utf-8") else []
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
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"({today}, Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores{load})"
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
