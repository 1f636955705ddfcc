"""From PDFs to a counted request: `docanalyst pack` beside the floor, pdftotext and tiktoken.

    python tests/benchmarks/bench_request.py [PDF…]

CPU seconds of whole processes, children included, in turn; the floor does neither page labels, running heads,
hyphens, hidden text, packing nor a budget. Exits 1 where a warm pack costs more than 1.5 times the floor.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 5
LIMIT = 1.5
ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("DOCANALYST_SHARED", ROOT.parent / "shared"))

FLOOR = """
import subprocess, sys, binascii, tiktoken
from docanalyst.tokens import qwen3
for path in sys.argv[1:]:
    qwen3.count(subprocess.run(["pdftotext", path, "-"], capture_output=True).stdout.decode())
"""
PYPDF = """
import sys
from pypdf import PdfReader
from docanalyst.tokens import qwen3
for path in sys.argv[1:]:
    qwen3.count("\\n".join(page.extract_text() for page in PdfReader(path).pages))
"""


def cpu_seconds(command: list[str]) -> float:
    """CPU time of one run and its children, user and system."""
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return (after.children_user - before.children_user) + (after.children_system - before.children_system)


def main(paths: list[str]) -> int:
    """Measure and print a table."""
    if not paths:
        legal = SHARED / "corpus" / "legal" / "gooseheadinsurance_inc_04_02_2018_ex_10_6_franch.pdf"
        paths = (
            [str(legal)]
            if legal.exists()
            else [str(path) for path in sorted((ROOT / "samples").glob("*.pdf"))]
        )
    if shutil.which("pdftotext") is None:
        print("pdftotext is not installed: there is no floor to measure against")
        return 0
    names = ", ".join(Path(path).name for path in paths)
    rows: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        pack = [sys.executable, "-m", "docanalyst", "pack", *paths, "--json", "--data-dir"]
        cpu_seconds([*pack, f"{folder}/warm"])
        for number in range(ROUNDS):
            for name, command in (
                ("floor: pdftotext + tiktoken", [sys.executable, "-c", FLOOR, *paths]),
                ("docanalyst pack, cold", [*pack, f"{folder}/cold{number}"]),
                ("docanalyst pack, warm", [*pack, f"{folder}/warm"]),
                ("pypdf + tiktoken", [sys.executable, "-c", PYPDF, *paths]),
            ):
                rows.setdefault(name, []).append(cpu_seconds(command))
    floor = statistics.median(rows["floor: pdftotext + tiktoken"])
    print(f"{names}\n\n| way | CPU s (median of {ROUNDS}) | ratio |\n|---|--:|--:|")
    for name, values in rows.items():
        middle = statistics.median(values)
        print(f"| {name} | {middle:.2f} | {middle / floor:.2f} |")
    return 0 if statistics.median(rows["docanalyst pack, warm"]) <= LIMIT * floor else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
