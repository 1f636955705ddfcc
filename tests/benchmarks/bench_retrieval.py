"""Times the passage index beside SQLite FTS5 on one document of about 300 pages.

    python tests/benchmarks/bench_retrieval.py [PAGES]

Both index the same sentences' windows and answer the same questions in one run, so that the ratio holds on
any machine. The text is made here: sentences drawn from a fixed stock, the same each time.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.retrieval import RetrievalIndex
from docanalyst.domain.words import stems

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


def main() -> None:
    document = make_document(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
    index = RetrievalIndex([document])
    connection = sqlite_index(index)
    query = "SELECT rowid FROM windows WHERE windows MATCH ? ORDER BY bm25(windows) LIMIT 10"
    ours = timed(lambda: RetrievalIndex([document]))
    theirs = timed(lambda: sqlite_index(index))
    print(f"{len(document.pages)} pages, {len(index.sentences)} windows")
    print(f"index     ours {ours:8.2f} s    FTS5 {theirs:8.2f} s    ratio {ours / theirs:6.2f}")
    for question in QUESTIONS:
        match = " OR ".join(f'"{token}"' for token in dict.fromkeys(stems(question)))
        one = timed(lambda question=question: index.rank(question), 9)
        two = timed(lambda match=match: connection.execute(query, (match,)).fetchall(), 9)
        print(f"question  ours {one * 1000:8.1f} ms   FTS5 {two * 1000:8.1f} ms   ratio {one / two:6.2f}")


if __name__ == "__main__":
    main()
