"""Hostile PDFs: how long each is held, and in how much memory, beside a plain page of text.

    python tests/benchmarks/bench_hostile.py

Prints wall-clock and processor seconds, the largest resident size of the parsing process and what the reader
said; exits 1 when a file is not contained within 5 s of processor time and 1 GiB.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "pdf")]

SECONDS, MEMORY = 5.0, 1 << 30


def read(path: str, answers: multiprocessing.Queue[tuple[str, float, float, int]]) -> None:
    """Read a file in a process of its own, so that its children's figures are its own."""
    from docanalyst.domain.errors import DocanalystError
    from docanalyst.pdf import process, read_document

    start = time.perf_counter()
    try:
        document = read_document(path, ocr="off")
        said = f"{len(document.pages)} pages, {sum(len(page.text) for page in document.pages):,} characters"
    except DocanalystError as error:
        said = error.message
    wall = time.perf_counter() - start
    process.end_idle()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    answers.put((said, wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024))


def main() -> int:
    """Read each file and print a table."""
    from hostile import HOSTILE
    from makepdf import line, make_pdf

    spawn = multiprocessing.get_context("spawn")
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, make in {"plain": lambda: make_pdf([line("A plain page.")]), **HOSTILE}.items():
            path = Path(folder) / f"{name}.pdf"
            path.write_bytes(make())
            answers: multiprocessing.Queue[tuple[str, float, float, int]] = spawn.Queue()
            worker = spawn.Process(target=read, args=(str(path), answers))
            worker.start()
            said, wall, cpu, memory = answers.get()
            worker.join()
            over = cpu > SECONDS or memory > MEMORY
            worst |= over
            size = path.stat().st_size / 1024
            print(
                f"{name:18} {size:8.1f} KB {wall:6.2f} s wall {cpu:6.2f} s CPU {memory >> 20:5} MiB "
                f"{'OVER' if over else 'held'}  {said}"
            )
    return int(worst)


if __name__ == "__main__":
    raise SystemExit(main())
