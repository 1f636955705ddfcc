"""Checking 30 quotes against 500 KB: our index and verdicts beside rapidfuzz's partial_ratio, in one run.

    python tests/benchmarks/bench_verification.py [--rounds 5] [--plot]

The text is made here: clauses drawn from a seeded list of words. Of the 30 quotes a third is verbatim, a
third has one word changed, a third is of another text. Prints seconds, the ratio, and what each would accept,
over three sizes of text; exits 1 where the largest costs more than partial_ratio does, or a changed quote is
verified. rapidfuzz comes from an environment of its own (peers.py).
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from measuring import table
from peers import NotInstalled, site_packages
from plots import growth

from docanalyst.domain.citations import Quote
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.verification.verify import VerificationIndex

SIZES = (125_000, 250_000, 500_000)
PLOT = Path(__file__).resolve().parents[2] / "docanalyst" / "help" / "verification.svg"
THRESHOLD = 95.0
_SYLLABLES = (
    "ten",
    "ant",
    "land",
    "lord",
    "shall",
    "pay",
    "rent",
    "term",
    "in",
    "ate",
    "war",
    "ran",
    "ty",
    "de",
)


def _words(generator: random.Random, count: int) -> list[str]:
    vocabulary = ["".join(generator.choices(_SYLLABLES, k=generator.randint(1, 4))) for _ in range(4_000)]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    return generator.choices(vocabulary, weights, k=count)


def _pages(generator: random.Random, size: int) -> list[str]:
    words = _words(generator, size // 8)
    pages: list[str] = []
    for start in range(0, len(words), 400):
        lines = [" ".join(words[at : at + 12]) for at in range(start, min(start + 400, len(words)), 12)]
        pages.append("\n".join(lines))
    return pages


def _quotes(generator: random.Random, pages: list[str]) -> list[tuple[str, int, str]]:
    foreign = _words(random.Random(7), 2_000)
    quotes: list[tuple[str, int, str]] = []
    for number in range(30):
        page = generator.randrange(len(pages) - 1)
        words = pages[page].split()
        start = generator.randrange(len(words) - 40)
        picked = words[start : start + generator.randint(15, 40)]
        kind = ("verbatim", "edited", "foreign")[number % 3]
        if kind == "edited":
            picked[len(picked) // 2] = "sixty"
        elif kind == "foreign":
            picked = foreign[number * 40 : number * 40 + 30]
        quotes.append((" ".join(picked), page + 1, kind))
    return quotes


def _partial_ratio() -> Callable[[str, str], float]:
    """rapidfuzz's, of here or of its own environment. Raises NotInstalled."""
    try:
        from rapidfuzz.fuzz import partial_ratio
    except ImportError:
        sys.path.append(str(site_packages("rapidfuzz")))
        from rapidfuzz.fuzz import partial_ratio
    found: Callable[[str, str], float] = partial_ratio
    return found


def main() -> int:
    """Measure and print; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plot", action="store_true", help="Draw docanalyst/help/verification.svg anew.")
    options = parser.parse_args()
    try:
        partial_ratio = _partial_ratio()
    except (NotInstalled, ImportError) as reason:
        print(f"rapidfuzz is not installed, and there is nothing to compare with: {reason}")
        return 0
    rows, kinds = [], []
    lines: dict[str, list[float]] = {"index and verdicts": [], "partial_ratio": []}
    for size in SIZES:
        generator = random.Random(11)
        pages = _pages(generator, size)
        quotes = _quotes(generator, pages)
        document = Document("0" * 64, "made", tuple(Page(n, None, text) for n, text in enumerate(pages, 1)))
        whole = " ".join(" ".join(pages).split())
        taken: list[tuple[float, float, float]] = []
        for _ in range(options.rounds):
            started = time.perf_counter()
            index = VerificationIndex([document])
            indexed = time.perf_counter()
            citations = index.verify([Quote(text, "D1", page) for text, page, _ in quotes])
            ours = time.perf_counter()
            scores = [partial_ratio(text, whole) for text, _, _ in quotes]
            theirs = time.perf_counter()
            taken.append((indexed - started, ours - indexed, theirs - ours))
        building, judging, peer = (statistics.median(times) for times in zip(*taken, strict=True))
        lines["index and verdicts"].append(building + judging)
        lines["partial_ratio"].append(peer)
        rows.append(
            [
                f"{len(whole):,} characters, {len(pages)} pages",
                f"{building:.3f}",
                f"{judging:.3f}",
                f"{peer:.3f}",
                f"{(building + judging) / peer:.2f}",
            ]
        )
        kinds = [
            [kind for citation, (_, _, kind) in zip(citations, quotes, strict=True) if citation.verified],
            [kind for score, (_, _, kind) in zip(scores, quotes, strict=True) if score >= THRESHOLD],
        ]
    head = [f"text, median of {options.rounds}", "index s", "verdicts s", "partial_ratio s", "ratio"]
    print(table(head, rows) + "\n")
    names = ("verified by docanalyst", f"partial_ratio ≥ {THRESHOLD:.0f}")
    which = ("verbatim", "edited", "foreign")
    accepted = [
        [name, *(f"{found.count(kind)}/10" for kind in which)]
        for name, found in zip(names, kinds, strict=True)
    ]
    print(table(["accepted, of the largest", *which], accepted))
    if options.plot:
        sizes = [size / 1000 for size in SIZES]
        picture = growth("Checking 30 quotes", "thousand characters", sizes, lines, "s")
        PLOT.write_text(picture, encoding="utf-8")
    holds = lines["index and verdicts"][-1] <= lines["partial_ratio"][-1]
    return 0 if holds and "edited" not in kinds[0] and "foreign" not in kinds[0] else 1


if __name__ == "__main__":
    raise SystemExit(main())
