"""From PDFs to a counted request: `docanalyst pack`, the floor, other readers, and `llm` with fragments.

    python tests/benchmarks/bench_request.py [--rounds N] [--plot] [PDF…]

The floor is pdftotext and bare tiktoken with the same vocabulary: no page labels, running heads, hyphens,
tables, hidden text, packing or budget. `llm` counts nothing: it puts a text in front of a question, and its
model here is llm-echo, which answers at once with what it was sent; its second row reads the PDF with the
plugin llm-fragments-pdf, on the smallest size only, for it takes half a second a page. Seconds of whole
processes, children included, in turn. Sizes grow: typeset pages of about 250 words, as courts want them, then
files of the team where they are: two of them every way, and all of them at the floor and by us, without
tesseract, so that both read the text alone. The bar is on time, as a person waits: exits 1 where any size, or
all of them together, take more than 1.5 times the floor's when packed cold. Processor time stands beside it:
it is more than the time, because pages are read in other processes while this one loads its vocabulary.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from measuring import Cost, cost_of, in_turn, table
from peers import NotInstalled, programs, version
from plots import growth

LIMIT = 1.5
SIZES = (10, 100, 350)
ROOT = Path(__file__).resolve().parents[2]
PLOT = ROOT / "docanalyst" / "help" / "request.svg"
SHARED = Path(os.environ.get("DOCANALYST_SHARED", ROOT.parent / "shared"))
REAL = (
    "corpus/legal/gooseheadinsurance_inc_04_02_2018_ex_10_6_franch.pdf",
    "corpus/legal/mueller_vol1.pdf",
)
MANY = ("corpus/legal", "corpus/papers", "corpus/large", "evaldata/contracts/pdf")
FLOOR, COLD, WARM = "floor: pdftotext + tiktoken", "docanalyst pack, cold", "docanalyst pack, warm"

COUNT = """
import binascii, sys, tiktoken
fields = open({vocabulary!r}, "rb").read().split()
ranks = {{binascii.a2b_base64(token): rank for rank, token in enumerate(fields[::2])}}
encoding = tiktoken.Encoding("qwen3", pat_str={pattern!r}, mergeable_ranks=ranks, special_tokens={{}})
def count(text):
    return len(encoding.encode_ordinary(text))
"""
PDFTOTEXT = """
import subprocess
for path in sys.argv[1:]:
    count(subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode())
"""
PYPDF = """
from pypdf import PdfReader
for path in sys.argv[1:]:
    count("\\n".join(page.extract_text() for page in PdfReader(path).pages))
"""
PYMUPDF = """
import pymupdf
for path in sys.argv[1:]:
    count("\\n".join(page.get_text() for page in pymupdf.open(path)))
"""
LLM = """
import subprocess, sys
text = subprocess.run(["pdftotext", sys.argv[2], "-"], capture_output=True, check=True).stdout
open(sys.argv[3], "wb").write(text)
subprocess.run([sys.argv[1], "-m", "echo", "-f", sys.argv[3], "When does it end?"], check=True)
"""
SENTENCES = (
    "The Supplier shall deliver the Goods to the place named in the Order, free of any charge or lien.",
    "Either Party may terminate this Agreement on not less than ninety (90) days’ written notice.",
    "No failure to exercise a right under this Agreement is a waiver of it, in whole or in part.",
    "The Customer shall pay each undisputed invoice within thirty (30) days after its receipt.",
    "Where a term is defined in more than one Schedule, the definition in the earlier Schedule prevails.",
    "The liability of either Party in any twelve months shall not exceed $2,500,000 in the aggregate.",
    "Confidential Information shall be returned or destroyed when the Discloser asks for it in writing.",
)
PAGE = """#set page(paper: "us-letter", margin: 1in, header: [Master Supply Agreement], numbering: "1")
#set text(size: 12pt, hyphenate: true, lang: "en")
#set par(justify: true, leading: 1.1em)
"""


def make_pdf(path: Path, pages: int) -> Path:
    """Typeset numbered clauses of about 250 words on each of so many pages."""
    import typst

    draw = random.Random(pages)
    text = [PAGE]
    for page in range(1, pages + 1):
        words, clauses = 0, 0
        while words < 245:
            clauses += 1
            clause = " ".join(draw.choices(SENTENCES, k=draw.randint(1, 3))).replace("$", "\\$")
            words += len(clause.split())
            text.append(f"{page}.{clauses} {clause}\n\n")
        text.append("#pagebreak(weak: true)\n")
    source = path.with_suffix(".typ")
    source.write_text("".join(text), encoding="utf-8")
    typst.compile(str(source), output=str(path))
    return path


def counting() -> str:
    """The floor's own counter: tiktoken, with the vocabulary and nothing else of docanalyst."""
    from docanalyst.tokens import qwen3

    vocabulary = ROOT / "docanalyst" / "tokens" / "qwen.tiktoken"
    return COUNT.format(vocabulary=str(vocabulary), pattern=qwen3.SPLIT_PATTERN)


def ways(path: Path, folder: str, missing: dict[str, str]) -> dict[str, Callable[[], Cost]]:
    """Every way from this file to a request. missing: takes in the peers that are not here."""
    runs = iter(range(10_000))
    pack = [sys.executable, "-m", "docanalyst", "pack", str(path), "--json", "--data-dir"]
    ours = {**os.environ, "PYTHONPATH": str(ROOT)}
    warm = f"{folder}/warm-{path.stem}"
    # 4: a file may be too long for the window; it is read and counted all the same.
    cost_of([*pack, warm], environment=ours, codes=(0, 4))
    count = counting()
    found: dict[str, Callable[[], Cost]] = {
        FLOOR: lambda: cost_of([sys.executable, "-c", count + PDFTOTEXT, str(path)]),
        COLD: lambda: cost_of([*pack, f"{folder}/cold{next(runs)}"], environment=ours, codes=(0, 4)),
        WARM: lambda: cost_of([*pack, warm], environment=ours, codes=(0, 4)),
    }
    for name, code in (("pymupdf", PYMUPDF), ("pypdf", PYPDF)):
        try:
            python = str(programs(name) / "python")
            label = f"{name} {version(name, name)} + tiktoken"
        except NotInstalled as reason:
            missing[name] = str(reason)
            continue
        found[label] = lambda python=python, code=code: cost_of([python, "-c", count + code, str(path)])
    environment = {**os.environ, "LLM_USER_PATH": f"{folder}/llm"}
    try:
        llm, text = str(programs("llm") / "llm"), f"{folder}/text.txt"
        command = [sys.executable, "-c", LLM, llm, str(path), text]
        found[f"pdftotext + llm {version('llm', 'llm')} -f TEXT, no count"] = lambda: cost_of(
            command, environment=environment
        )
    except NotInstalled as reason:
        missing["llm"] = str(reason)
    if path.stem != f"pages-{SIZES[0]}":
        return found
    try:
        plugin = [str(programs("llm-pdf") / "llm"), "-m", "echo", "-f", f"pdf:{path}", "When does it end?"]
        found["llm -f pdf:FILE (plugin), no count"] = lambda: cost_of(plugin, environment=environment)
    except NotInstalled as reason:
        missing["llm-fragments-pdf"] = str(reason)
    return found


def report(title: str, found: dict[str, Cost], rounds: int) -> Cost:
    """Print the table of one file; how many times the floor's time a cold pack takes, and its CPU."""
    floor = found[FLOOR]
    rows = [
        [
            name,
            f"{cost.wall:.2f}",
            f"{cost.wall / floor.wall:.2f}",
            f"{cost.cpu:.2f}",
            f"{cost.cpu / floor.cpu:.2f}",
        ]
        for name, cost in found.items()
    ]
    head = [f"{title}, median of {rounds}" if rounds > 1 else title, "seconds", "÷ floor", "CPU s", "÷ floor"]
    print(table(head, rows) + "\n")
    return over(found[COLD], floor)


def over(cost: Cost, floor: Cost) -> Cost:
    """One cost as so many times another."""
    return Cost(cost.cpu / floor.cpu, cost.wall / floor.wall)


def altogether(folder: str) -> Cost | None:
    """Print what all files of the team cost, one after another; cold over floor, None without them."""
    paths = [path for name in MANY for path in sorted((SHARED / name).rglob("*.pdf"))]
    if not paths:
        return None
    count, sums, ratios = counting(), [Cost(0.0, 0.0)] * 3, []
    without_tesseract = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": ""}
    for number, path in enumerate(paths):
        pack = [sys.executable, "-m", "docanalyst", "pack", str(path), "--json", "--data-dir"]
        pack.append(f"{folder}/all{number}")
        floor = cost_of([sys.executable, "-c", count + PDFTOTEXT, str(path)])
        # 3: pages that are pictures hold no text for either.
        cold = cost_of(pack, environment=without_tesseract, codes=(0, 3, 4))
        warm = cost_of(pack, environment=without_tesseract, codes=(0, 3, 4))
        ratios.append(cold.wall / floor.wall)
        sums = [
            Cost(total.cpu + cost.cpu, total.wall + cost.wall)
            for total, cost in zip(sums, (floor, cold, warm), strict=True)
        ]
    title = f"{len(paths)} real PDFs, one after another"
    report(title, dict(zip((FLOOR, COLD, WARM), sums, strict=True)), 1)
    print(
        f"File by file, cold, time: {min(ratios):.2f} to {max(ratios):.2f} times the floor's, median "
        f"{statistics.median(ratios):.2f}; a short file takes mostly the start of the programs.\n"
    )
    return over(sums[1], sums[0])


def draw(measured: dict[int, dict[str, Cost]]) -> None:
    """Write how the ways grow with the pages, those that are near enough to be told apart."""
    names = [name for name in measured[SIZES[-1]] if "llm" not in name]
    lines = {name: [measured[size][name].wall for size in measured] for name in names}
    PLOT.write_text(
        growth("From PDF to a counted request", "pages", list(measured), lines, "seconds"), encoding="utf-8"
    )


def main(arguments: Sequence[str]) -> int:
    """Measure and print a table for each size; 1 where the bar is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plot", action="store_true", help="Draw docanalyst/help/request.svg anew.")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PDF")
    options = parser.parse_args(arguments)
    if shutil.which("pdftotext") is None:
        print("pdftotext is not installed: there is no floor to measure against.")
        return 0
    missing: dict[str, str] = {}
    measured: dict[int, dict[str, Cost]] = {}
    ratios: dict[str, Cost] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in () if options.paths else SIZES:
            path = make_pdf(Path(folder, f"pages-{size}.pdf"), size)
            measured[size] = in_turn(ways(path, folder, missing), options.rounds)
            ratios[f"{size} pages"] = report(f"{size} pages, made", measured[size], options.rounds)
        real = options.paths or [SHARED / name for name in REAL if (SHARED / name).exists()]
        for path in real:
            found = in_turn(ways(path, folder, missing), options.rounds)
            ratios[path.name] = report(path.name, found, options.rounds)
        together = None if options.paths else altogether(folder)
    for name, reason in missing.items():
        print(f"Not installed, and left out: {name}: {reason}\n")
    if options.plot and measured:
        draw(measured)
    if together is not None:
        ratios["all real files"] = together
    for what in ("time", "CPU"):
        shown = ((name, ratio.wall if what == "time" else ratio.cpu) for name, ratio in ratios.items())
        print(f"Cold over floor, {what}: {', '.join(f'{name} {ratio:.2f}' for name, ratio in shown)}.")
    missed = [name for name, ratio in ratios.items() if ratio.wall > LIMIT]
    verdict = f"missed by {', '.join(missed)}" if missed else "holds"
    print(f"\nThe bar, {LIMIT} times the floor's time: {verdict}.")
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
