"""Reading PDFs: ours beside pdftotext, pypdf, pdfplumber and bare pdfium, in one run on the same files.

    python tests/benchmarks/bench_reading.py [--rounds 3] [--shared ../shared] [--quick]

Figures are processor seconds of each engine's process and its children, start-up included, medians over the
rounds; engines take turns, so that load from elsewhere hits all alike. Compare the ratios, not the seconds.
Quality is measured in words against the texts beside the PDFs: found (recall), found in order (longest common
subsequence), and the share of what was read that belongs there. pypdf, pdfplumber and rapidfuzz live in a
virtual environment of the benchmark's own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
HOME = Path(tempfile.gettempdir()) / "docanalyst-bench-reading"
PACKAGES = ("pypdf", "pdfplumber", "pypdfium2", "rapidfuzz")

OURS = """
import sys
from pathlib import Path
from docanalyst.pdf import process
mode, path, out = sys.argv[1:]
if mode == "clean":
    from docanalyst.pdf.assembly import Decisions, assemble
    from docanalyst.pdf.extraction import extract
    from docanalyst.pdf.records import finish
    raw = extract(Path(path), look=False)
    read = finish(raw, "x", keep=True).pages
    pairs = zip(raw.pages.values(), read, strict=True)
    text = "\\f".join(assemble(page, Decisions((), done.hyphens)) for page, done in pairs)
else:
    from docanalyst.pdf import read_document
    cache = Path(out).parent / "cache" if mode == "warm" else None
    document = read_document(path, ocr="off", cache_dir=cache)
    text = "\\f".join(page.text for page in document.pages)
Path(out).write_text(text)
process.end_idle()
"""
PYPDF = """
import sys, logging; logging.disable(50)
from pypdf import PdfReader
open(sys.argv[2], "w").write("\\f".join(page.extract_text() for page in PdfReader(sys.argv[1]).pages))
"""
PDFPLUMBER = """
import sys, logging; logging.disable(50)
import pdfplumber
with pdfplumber.open(sys.argv[1]) as pdf:
    texts = []
    for page in pdf.pages:
        texts.append(page.extract_text() or ""); page.close()
open(sys.argv[2], "w").write("\\f".join(texts))
"""
PDFIUM = """
import sys, pypdfium2
pdf = pypdfium2.PdfDocument(sys.argv[1]); texts = []
for page in pdf:
    text = page.get_textpage(); texts.append(text.get_text_range()); text.close(); page.close()
open(sys.argv[2], "w", encoding="utf-8", errors="replace").write("\\f".join(texts))
"""
FIRST_OURS = "import sys; from docanalyst.pdf import read_page; read_page(sys.argv[1], 1)"
FIRST_PDFIUM = "import sys, pypdfium2; pypdfium2.PdfDocument(sys.argv[1])[0].get_textpage().get_text_range()"


def run(command: list[str], environment: dict[str, str] | None = None) -> tuple[float, float]:
    """Processor and wall-clock seconds of a command with its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (
        after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime,
        time.perf_counter() - start,
    )


def other_python() -> str:
    """The Python of the benchmark's own environment, made on first use."""
    python = HOME / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        venv.create(HOME / "venv", with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PACKAGES], check=True)
    return str(python)


def engines(python: str) -> dict[str, list[str]]:
    """Commands that read a file into another; the file names are put at their ends."""
    return {
        "bare pdfium": [python, "-c", PDFIUM],
        "pdftotext": ["pdftotext"],
        "ours, clean": [sys.executable, "-c", OURS, "clean"],
        "ours, cold": [sys.executable, "-c", OURS, "cold"],
        "ours, warm": [sys.executable, "-c", OURS, "warm"],
        "pypdf": [python, "-c", PYPDF],
        "pdfplumber": [python, "-c", PDFPLUMBER],
    }


def measure(files: list[Path], rounds: int, slow: bool) -> dict[str, dict[str, float]]:
    """Median processor seconds by engine and file."""
    python = other_python()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    found: dict[str, dict[str, list[float]]] = {}
    for turn in range(rounds):
        for file in files:
            for name, command in engines(python).items():
                if name in ("pypdf", "pdfplumber") and (turn or not slow):
                    continue
                out = HOME / "out" / name.replace(" ", "_") / f"{file.stem}.txt"
                out.parent.mkdir(parents=True, exist_ok=True)
                if name == "ours, warm":
                    run([*command, str(file), str(out)], environment)
                seconds, _ = run([*command, str(file), str(out)], environment)
                found.setdefault(name, {}).setdefault(file.name, []).append(seconds)
    return {name: {file: median(all_) for file, all_ in by_file.items()} for name, by_file in found.items()}


def report_speed(
    found: dict[str, dict[str, float]], pages: dict[str, int], starts: dict[str, float]
) -> dict[str, float]:
    """Print seconds, pages a second and ratios to pdftotext, and the median and largest of the ratios by file
    when the start-up is taken off; totals by engine come back."""
    base = found["pdftotext"]
    heads = ("CPU s", "ms/page", "pages/s", "x pdftotext", "median", "max")
    print(f"\n{'engine':14}" + "".join(f"{head:>12}" for head in heads))
    totals = {}
    for name, by_file in found.items():
        total = sum(by_file.values())
        totals[name] = total
        start, base_start = starts.get(name, 0.0), starts["pdftotext"]
        ratios = sorted((by_file[file] - start) / (base[file] - base_start) for file in by_file)
        count = sum(pages[file] for file in by_file)
        same = sum(base[file] for file in by_file)
        figures = (total, 1000 * total / count, count / total, total / same, median(ratios), ratios[-1])
        print(f"{name:14}" + "".join(f"{figure:12.2f}" for figure in figures))
    return totals


def start_up() -> dict[str, float]:
    """Processor seconds that a file of one short page takes: what starting costs."""
    sys.path.insert(0, str(ROOT / "tests" / "pdf"))
    from makepdf import line, make_pdf

    tiny = HOME / "tiny.pdf"
    tiny.write_bytes(make_pdf([line("One page with a line of text on it.")]))
    return {name: seconds for name, by in measure([tiny], 5, False).items() for seconds in by.values()}


def first_page(file: Path) -> None:
    """Time to the first page of a file, from a cold start."""
    python, environment = other_python(), {**os.environ, "PYTHONPATH": str(ROOT)}
    ours, bare = [], []
    for _ in range(9):
        ours.append(run([sys.executable, "-c", FIRST_OURS, str(file)], environment))
        bare.append(run([python, "-c", FIRST_PDFIUM, str(file)]))
    for what, place in (("CPU", 0), ("wall", 1)):
        mine, theirs = median(r[place] for r in ours), median(r[place] for r in bare)
        print(
            f"first page of {file.stem[:30]}, cold, {what}: {mine:.3f} s, bare pypdfium2 {theirs:.3f} s, "
            f"ratio {mine / theirs:.2f}"
        )


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    shared = Path(os.environ.get("DOCANALYST_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--shared", type=Path, default=shared)
    parser.add_argument("--quick", action="store_true", help="leave out pypdf and pdfplumber")
    options = parser.parse_args()
    corpus = options.shared / "corpus"
    if not corpus.is_dir():
        sys.exit("The shared documents are not here; name their folder with --shared.")
    HOME.mkdir(exist_ok=True)
    folders = ("legal", "papers", "large")
    files = sorted(file for folder in folders for file in (corpus / folder).glob("*.pdf"))
    found = measure(files, options.rounds, not options.quick)
    pages = {
        file.name: (HOME / "out" / "bare_pdfium" / f"{file.stem}.txt").read_text(errors="replace").count("\f")
        + 1
        for file in files
    }
    starts = start_up()
    totals = report_speed(found, pages, starts)
    print("\nstart-up, CPU s:", ", ".join(f"{name} {seconds:.3f}" for name, seconds in starts.items()))
    cold = totals["ours, cold"] - len(files) * starts["ours, cold"]
    warm = totals["ours, warm"] - len(files) * starts["ours, warm"]
    print(f"warm / cold, without start-up: {warm / cold:.3f}")
    for file in sorted(files, key=lambda file: pages[file.name])[-4:-1]:
        first_page(file)
    quality = Path(__file__).with_name("reading_quality.py")
    shown = json.dumps([str(file) for file in files if file.with_suffix(".txt").exists()])
    subprocess.run([other_python(), str(quality), str(HOME / "out"), shown], check=True)


if __name__ == "__main__":
    main()
