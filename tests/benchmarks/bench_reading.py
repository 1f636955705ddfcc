"""Reading PDFs: ours beside pdftotext, pypdf, pdfplumber and bare pdfium, in one run on the same files.

    python tests/benchmarks/bench_reading.py [--rounds 3] [--minutes 5] [--shared ../shared]

Figures are processor seconds of whole processes with their children, medians of rounds in which all take
turns; compare the ratios. pypdf and pdfplumber read once, and no file of over 70 or 15 pages. "Clean" is our
whole reading (positions, running heads, hyphens, labels, tables), "cold" adds the look for hidden text,
"warm" is read from what was kept. Quality is measured in words against the texts beside the PDFs. The other
readers live in an environment of the benchmark's own. Exits 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from statistics import median

from measuring import Cost, peak_memory, table
from reading_ways import BARE, FIRST_BARE, FIRST_OURS, MEMORY, OURS, PDFPLUMBER, PYPDF

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(tempfile.gettempdir()) / "docanalyst-bench-reading"
PACKAGES = ("pypdf", "pdfplumber", "pypdfium2", "rapidfuzz")
MOST_PAGES = {"pypdf": 70, "pdfplumber": 15}
ONCE = ("pypdf", "pdfplumber")

CLEAN_BAR, COLD_BAR, FIRST_BAR, WARM_BAR, WORKER_BAR, GROWTH_BAR = 1.0, 3.0, 1.5, 0.05, 120, 1.5
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}

Costs = dict[str, dict[str, list[Cost]]]
"""Costs by way and file, one for each round."""


class Bars:
    """What was promised, and whether it held."""

    def __init__(self) -> None:
        self.missed = 0

    def at_most(self, value: float, bar: float) -> str:
        """The verdict on a value."""
        held = value <= bar
        self.missed += not held
        return f"≤ {bar:g}: {'holds' if held else 'MISSED'}"


def cost_of(command: list[str], environment: dict[str, str] | None = None) -> Cost:
    """Run a command to its end; its seconds to the microsecond, for some of these take a hundredth."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def other_python() -> str:
    """The Python of the benchmark's own environment, made on first use."""
    python = HOME / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        venv.create(HOME / "venv", with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PACKAGES], check=True)
    return str(python)


def ways() -> dict[str, list[str]]:
    """Commands that read a file into another; the file names are put at their ends."""
    python = other_python()
    return {
        "pdftotext": ["pdftotext"],
        "bare pdfium": [python, "-c", BARE],
        "ours, clean": [sys.executable, "-c", OURS, "clean"],
        "ours, cold": [sys.executable, "-c", OURS, "cold"],
        "ours, warm": [sys.executable, "-c", OURS, "warm"],
        "pypdf": [python, "-c", PYPDF],
        "pdfplumber": [python, "-c", PDFPLUMBER],
    }


def output(way: str, file: Path) -> Path:
    """Where a way writes the text of a file; ours write figures of their own beside it."""
    return HOME / "out" / way.replace(" ", "_") / f"{file.stem}.txt"


def one_round(files: list[Path], pages: dict[str, int], found: Costs, *, first: bool) -> None:
    """Every way reads every file once, file by file."""
    for file in files:
        for way, command in ways().items():
            if pages[file.name] > MOST_PAGES.get(way, 10**6) or (way in ONCE and not first):
                continue
            out = output(way, file)
            out.parent.mkdir(parents=True, exist_ok=True)
            if way == "ours, warm" and first:
                cost_of([*command, str(file), str(out)], environment=ENVIRONMENT)
            cost = cost_of([*command, str(file), str(out)], environment=ENVIRONMENT)
            found.setdefault(way, {}).setdefault(file.name, []).append(cost)


def page_counts(files: list[Path]) -> dict[str, int]:
    """Pages of each file."""
    code = "import sys, pypdfium2\nfor name in sys.argv[1:]: print(len(pypdfium2.PdfDocument(name)))"
    command = [other_python(), "-c", code, *map(str, files)]
    counts = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return {file.name: int(count) for file, count in zip(files, counts, strict=True)}


def start_up() -> dict[str, float]:
    """Processor seconds that a file of one short page takes: what starting costs."""
    sys.path.insert(0, str(ROOT / "tests" / "pdf"))
    from makepdf import line, make_pdf

    tiny = HOME / "tiny.pdf"
    tiny.write_bytes(make_pdf([line("One page with a line of text on it.")]))
    found: Costs = {}
    for number in range(5):
        one_round([tiny], {tiny.name: 1}, found, first=number == 0)
    return {way: median(cost.cpu for cost in by[tiny.name]) for way, by in found.items()}


def speed(found: Costs, pages: dict[str, int], starts: dict[str, float], bars: Bars) -> str:
    """The table of processor seconds, in all and by document with start-up taken off."""
    medians = {
        way: {file: median(cost.cpu for cost in costs) for file, costs in by.items()}
        for way, by in found.items()
    }
    base, rows = medians["pdftotext"], []
    for way, by in medians.items():
        total, count = sum(by.values()), sum(pages[file] for file in by)
        ratio = total / sum(base[file] for file in by)
        start, other = starts[way], starts["pdftotext"]
        ratios = sorted(max(0.0, by[file] - start) / max(0.001, base[file] - other) for file in by)
        bar = {"ours, clean": CLEAN_BAR, "ours, cold": COLD_BAR}.get(way)
        figures = [f"{count:,}", f"{total:.2f}", f"{count / total:.0f}", f"{ratio:.2f}"]
        spread = [f"{median(ratios):.2f}", f"{ratios[0]:.2f}–{ratios[-1]:.2f}", f"{start:.3f}"]
        rows.append([way, *figures, *spread, bars.at_most(ratio, bar) if bar else ""])
    head = ["reader", "pages", "CPU s", "pages/CPU s", "÷ pdftotext", "median by document*", "from–to*"]
    return table([*head, "start-up CPU s", "bar"], rows)


def first_pages(files: list[Path], bars: Bars) -> str:
    """The table of the time to a first page from a cold start."""
    rows = []
    for file in files:
        ours, bare = [], []
        for _ in range(9):
            ours.append(cost_of([sys.executable, "-c", FIRST_OURS, str(file)], environment=ENVIRONMENT))
            bare.append(cost_of([other_python(), "-c", FIRST_BARE, str(file)]))
        mine, theirs = median(cost.cpu for cost in ours), median(cost.cpu for cost in bare)
        walls = median(cost.wall for cost in ours) / median(cost.wall for cost in bare)
        verdict = bars.at_most(mine / theirs, FIRST_BAR)
        figures = [f"{mine:.3f}", f"{theirs:.3f}", f"{mine / theirs:.2f}", f"{walls:.2f}"]
        rows.append([file.stem[:40], *figures, verdict])
    return table(["first page, cold", "ours CPU s", "bare pdfium CPU s", "ratio", "wall", "bar"], rows)


def rest(files: list[Path], bars: Bars) -> str:
    """The table of re-reading, and of memory."""

    def figures(way: str, key: str) -> list[float]:
        return [json.loads(output(way, file).with_suffix(".json").read_text())[key] for file in files]

    warm = sum(figures("ours, warm", "cpu")) / sum(figures("ours, cold", "cpu"))
    worker = max(figures("ours, cold", "worker"))
    rows = [
        ["warm ÷ cold, CPU of reading", f"{100 * warm:.1f} %", bars.at_most(warm, WARM_BAR)],
        ["largest parsing process", f"{worker:.0f} MB", bars.at_most(worker, WORKER_BAR)],
    ]
    from makepdf import lines, make_pdf

    peaks = {}
    for count in (100, 1_000):
        path = HOME / f"pages{count}.pdf"
        texts = [
            [f"{n}. Article of the deed", *(f"Line {k} of page {n}, {n * k} words" * 2 for k in range(48))]
            for n in range(count)
        ]
        path.write_bytes(make_pdf([lines(text, y=760, size=9) for text in texts], compress=True))
        command = [sys.executable, "-c", MEMORY, str(path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT)
        store = HOME / "store"
        shutil.rmtree(store, ignore_errors=True)
        read = [sys.executable, "-m", "docanalyst", "read", str(path), "--json", "--data-dir", str(store)]
        peaks[count] = [*json.loads(done.stdout), peak_memory(read, environment=ENVIRONMENT)]
    for place, name in enumerate(("program", "largest parsing process", "command, all its processes added")):
        few, many = peaks[100][place], peaks[1_000][place]
        what = f"1,000 pages ÷ 100 pages, peak memory of the {name}"
        shown = f"{many:.0f} ÷ {few:.0f} MB = {many / few:.2f}"
        rows.append([what, shown, bars.at_most(many / few, GROWTH_BAR)])
    return table(["reading again, and memory", "", "bar"], rows)


def main() -> int:
    """Measure all of it and print the tables; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=5.0, help="no round begins that would end later")
    shared = Path(os.environ.get("DOCANALYST_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--shared", type=Path, default=shared)
    options = parser.parse_args()
    corpus = options.shared / "corpus"
    if not corpus.is_dir():
        sys.exit("The shared documents are not here; name their folder with --shared.")
    HOME.mkdir(exist_ok=True)
    shutil.rmtree(HOME / "out", ignore_errors=True)
    begun = time.monotonic()
    files = sorted(file for name in ("legal", "papers", "large") for file in (corpus / name).glob("*.pdf"))
    pages = page_counts(files)
    bars, found = Bars(), {}
    starts = start_up()
    longest = sorted(files, key=lambda file: pages[file.name])[-4:-1]
    firsts = first_pages(longest, bars)
    done = 0
    took = 0.0
    while done < options.rounds and time.monotonic() - begun + took < 60 * options.minutes:
        round_begun = time.monotonic()
        one_round(files, pages, found, first=done == 0)
        took = (time.monotonic() - round_begun) * (0.5 if done == 0 else 1.0)
        done += 1
    print(f"{len(files)} documents of {sum(pages.values()):,} pages, median of {done} rounds in turn.\n")
    print(speed(found, pages, starts, bars))
    print("\n\\* start-up taken off, for most documents are short.\n")
    print(f"{firsts}\n\n{rest(files, bars)}\n")
    quality = Path(__file__).with_name("reading_quality.py")
    shown = json.dumps([str(file) for file in files if file.with_suffix(".txt").exists()])
    sys.stdout.flush()
    code = subprocess.run([other_python(), str(quality), str(HOME / "out"), shown], check=False).returncode
    return 1 if bars.missed or code else 0


if __name__ == "__main__":
    raise SystemExit(main())
