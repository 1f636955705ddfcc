"""The passage index beside SQLite FTS5, on documents of 50, 150 and 300 pages.

    python tests/benchmarks/bench_retrieval.py [--plot] [PAGES…]

Both index the same windows and answer the same questions in one run, so that the ratio holds on any machine.
FTS5 ranks words in C; the index also weighs where in a sentence they stand and whether it grants, forbids or
defines. The text is made here, from a fixed stock of sentences. Exits 1 where a question
over the largest document takes more than 100 ms.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from measuring import table
from plots import growth

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.language.words import stems
from docanalyst.domain.retrieval.ranking import RetrievalIndex

SIZES = (50, 150, 300)
BAR_MS = 100.0
PLOT = Path(__file__).resolve().parents[2] / "docanalyst" / "help" / "retrieval.svg"
QUESTIONS = (
    "Which law governs this agreement?",
    "Is there a cap on liability?",
    "Can a party terminate without cause by giving notice?",
    "Does one party have the right to terminate or is consent or notice required of the counterparty if such "
    "party undergoes a change of control, such as a merger or a sale of substantially all of its assets?",
)
SUBJECTS = ("The Supplier", "Either party", "The Customer", "Each affiliate", "The Agent", "No third party")
VERBS = ("shall deliver", "may terminate", "shall indemnify", "must insure", "shall not assign", "may audit")
OBJECTS = (
    "the goods",
    "this agreement",
    "the records",
    "its rights",
    "the licence",
    "all liability",
    "the fees",
)
ENDS = (
    "upon notice",
    "within thirty days",
    "without consent",
    "for any breach",
    "at its own cost",
    "in writing",
)


def make_document(pages: int) -> Document:
    """About 500 words a page."""
    draw = random.Random(7)
    words = [f"w{draw.randrange(9_000):x}" for _ in range(9_000)]

    def sentence() -> str:
        middle = " ".join(draw.choice(words) for _ in range(draw.randrange(6, 26)))
        if draw.random() < 0.6:
            return f"Then {middle}."
        parts = (draw.choice(SUBJECTS), draw.choice(VERBS), draw.choice(OBJECTS), middle, draw.choice(ENDS))
        return " ".join(parts) + "."

    return Document(
        "bench",
        "bench",
        tuple(Page(n, None, "\n".join(sentence() for _ in range(20))) for n in range(1, pages + 1)),
    )


def timed(action: Callable[[], object], rounds: int = 3) -> float:
    """Median seconds of some rounds."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        action()
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def sqlite_index(index: RetrievalIndex) -> sqlite3.Connection:
    """The same windows in FTS5 with its Porter stemmer."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE windows USING fts5(text, tokenize='porter unicode61')")
    pages = index.documents[0].pages
    texts = [
        " ".join(pages[page].text[start:end] for page, start, end in sentence.parts)
        for sentence in index.sentences
    ]
    rows = ((" ".join(texts[start : index.window_end[start]]),) for start in range(len(texts)))
    connection.executemany("INSERT INTO windows VALUES (?)", rows)
    return connection


def measure(pages: int) -> tuple[list[list[str]], float, float]:
    """The rows of one size, and milliseconds of a question, by the index and by FTS5, on the average."""
    document = make_document(pages)
    index = RetrievalIndex([document])
    connection = sqlite_index(index)
    query = "SELECT rowid FROM windows WHERE windows MATCH ? ORDER BY bm25(windows) LIMIT 10"
    ours, theirs = timed(lambda: RetrievalIndex([document])), timed(lambda: sqlite_index(index))
    what = f"{pages} pages, {len(index.sentences):,} windows"
    rows = [[f"{what}: index", f"{1000 * ours:.0f}", f"{1000 * theirs:.0f}", f"{ours / theirs:.2f}"]]
    one = two = 0.0
    for question in QUESTIONS:
        match = " OR ".join(f'"{token}"' for token in dict.fromkeys(stems(question)))
        one += timed(lambda question=question: index.rank(question), 9)
        two += timed(lambda match=match: connection.execute(query, (match,)).fetchall(), 9)
    one, two = 1000 * one / len(QUESTIONS), 1000 * two / len(QUESTIONS)
    rows.append(
        [f"{what}: a question, mean of {len(QUESTIONS)}", f"{one:.1f}", f"{two:.1f}", f"{one / two:.2f}"]
    )
    return rows, one, two


def main() -> int:
    """Measure and print; 1 where a question over the largest document takes more than a tenth of a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", metavar="PAGES")
    parser.add_argument("--plot", action="store_true", help="Draw docanalyst/help/retrieval.svg anew.")
    options = parser.parse_args()
    sizes = options.sizes or list(SIZES)
    rows: list[list[str]] = []
    lines: dict[str, list[float]] = {"docanalyst": [], "SQLite FTS5": []}
    for size in sizes:
        found, ours, theirs = measure(size)
        rows += found
        lines["docanalyst"].append(ours)
        lines["SQLite FTS5"].append(theirs)
    print(table(["what", "ours ms", "FTS5 ms", "ratio"], rows))
    if options.plot:
        PLOT.write_text(
            growth("A question to the passage index", "pages", sizes, lines, "ms"), encoding="utf-8"
        )
    return 0 if lines["docanalyst"][-1] <= BAR_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
