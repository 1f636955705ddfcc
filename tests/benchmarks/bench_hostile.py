"""Hostile PDFs: how long each is held, and in how much memory, beside a plain page of text.

    python tests/benchmarks/bench_hostile.py

Each file is read by a fresh program, three times. The table has the medians of processor and wall-clock
seconds, start-up of the parsing process included, its largest resident size, and what the reader said.
After each file the same program reads a plain page. Exits 1 when a file takes more than 5 s of processor time
or 1 GiB, or when the program does not go on. Wall-clock seconds are those of a shared machine;
its load is told.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from measuring import table

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "pdf")]

SECONDS, MEMORY, ROUNDS = 5.0, 1 << 30, 3


def read(path: str, plain: str) -> None:
    """Read a hostile file and then a plain one; print the figures as JSON."""
    from docanalyst.domain.errors import DocanalystError
    from docanalyst.pdf import read_document
    from docanalyst.pdf.sandbox import process

    start = time.perf_counter()
    try:
        document = read_document(path, ocr="off")
        said = f"{len(document.pages)} pages, {sum(len(page.text) for page in document.pages):,} characters"
    except DocanalystError as error:
        said = error.message
    wall = time.perf_counter() - start
    process.end_idle()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    goes_on = read_document(plain).pages[0].text == "A plain page."
    figures = {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss * 1024}
    print(json.dumps({**figures, "said": said, "goes_on": goes_on}))


def main() -> int:
    """Read each file and print a table; 1 when one is not contained."""
    from hostile import HOSTILE
    from makepdf import line, make_pdf

    rows, missed = [], False
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.pdf"
        for name, make in {"plain": lambda: make_pdf([line("A plain page.")]), **HOSTILE}.items():
            path = Path(folder) / f"{name}.pdf"
            path.write_bytes(make())
            command = [sys.executable, __file__, str(path), str(plain)]
            found = [
                json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
                for _ in range(ROUNDS)
            ]
            wall, cpu = median(one["wall"] for one in found), median(one["cpu"] for one in found)
            memory = max(one["memory"] for one in found)
            held = cpu <= SECONDS and memory <= MEMORY and all(one["goes_on"] for one in found)
            missed |= not held
            size = f"{path.stat().st_size / 1024:.1f}"
            figures = [size, f"{cpu:.2f}", f"{wall:.2f}", f"{memory >> 20}", "yes" if held else "NO"]
            rows.append([name.replace("_", " "), *figures, found[0]["said"].replace("|", " ")])
    print(table(["file", "KB", "CPU s", "wall s", "MiB", "held", "what the reader says"], rows))
    print(f"\nHeld: within {SECONDS:g} s of processor time and 1 GiB, and the program goes on.")
    if hasattr(os, "getloadavg"):
        print(f"{os.getloadavg()[0]:.1f} processes ran on {os.cpu_count()} cores.")
    return int(missed)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        read(*sys.argv[1:])
    else:
        raise SystemExit(main())
