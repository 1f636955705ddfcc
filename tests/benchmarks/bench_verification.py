"""Checking 30 quotes against 500 KB: our index and verdicts beside rapidfuzz's partial_ratio, in one run.

    python tests/benchmarks/bench_verification.py [--rounds 3]

The text is made here: clauses drawn from a seeded list of words. Of the 30 quotes a third is verbatim, a
third has one word changed, a third is of another text. Prints seconds, the ratio, and what each would accept.
rapidfuzz is needed here only: pip install rapidfuzz.
"""

from __future__ import annotations

import argparse
import random
import time

from docanalyst.domain.citations import Quote
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.verification import VerificationIndex

SIZE = 500_000
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


def _pages(generator: random.Random) -> list[str]:
    words = _words(generator, SIZE // 8)
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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    try:
        from rapidfuzz.fuzz import partial_ratio
    except ImportError:
        raise SystemExit("rapidfuzz is not installed: pip install rapidfuzz") from None
    generator = random.Random(11)
    pages = _pages(generator)
    quotes = _quotes(generator, pages)
    document = Document("0" * 64, "made", tuple(Page(n, None, text) for n, text in enumerate(pages, 1)))
    whole = " ".join(" ".join(pages).split())
    print(f"{len(whole):,} characters, {len(pages)} pages, {len(quotes)} quotes")
    for turn in range(rounds):
        started = time.perf_counter()
        index = VerificationIndex([document])
        indexed = time.perf_counter()
        citations = index.verify([Quote(text, "D1", page) for text, page, _ in quotes])
        ours = time.perf_counter()
        scores = [partial_ratio(text, whole) for text, _, _ in quotes]
        theirs = time.perf_counter()
        accepted = [
            kind for citation, (_, _, kind) in zip(citations, quotes, strict=True) if citation.verified
        ]
        similar = [kind for score, (_, _, kind) in zip(scores, quotes, strict=True) if score >= THRESHOLD]
        print(
            f"round {turn + 1}: index {indexed - started:.3f} s, verdicts {ours - indexed:.3f} s, "
            f"partial_ratio {theirs - ours:.3f} s, ratio {(ours - started) / (theirs - ours):.2f}"
        )
    for name, kinds in (("verified", accepted), (f"partial_ratio ≥ {THRESHOLD:.0f}", similar)):
        print(
            f"{name}: "
            + ", ".join(f"{kind} {kinds.count(kind)}/10" for kind in ("verbatim", "edited", "foreign"))
        )


if __name__ == "__main__":
    main()
