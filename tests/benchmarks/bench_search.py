"""Times search, opening and listing of a large store, beside bare SQLite FTS5.

    python tests/benchmarks/bench_search.py [TURNS [PAGES]]

Generates a store of 10,000 turns and 50,000 pages (some Chinese) and, from the same texts, two plain FTS5
tables with the words split the same way. Each query runs alternately on both, in one run, the best of nine
each, so that the ratio holds on any machine: ours finds, ranks, cuts snippets and says which session,
document and page; bare FTS5 finds, ranks and cuts snippets. Opening and listing are timed on the large store
and on one of a fiftieth. Exit 1 where the median ratio is above the bar.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.records.sessions import session_record
from docanalyst.domain.turns import Session, SessionDocument, Turn, TurnStatus
from docanalyst.storage import Store
from docanalyst.storage.reports.search import match_expression
from docanalyst.storage.words import spread

TURNS_PER_SESSION = 20
LIMIT = 20
REPEATS = 9
BAR = 2
MOMENT = "2026-01-01T00:00:00.000+00:00"

QUERIES = {
    "one rare word": "w9000",
    "one common word": "w40",
    "two words": "w300 w700",
    "a phrase": '"w21 w22"',
    "a beginning": "w88*",
    "a choice": "w5000 OR w6000 -w1",
    "Chinese, two characters": "违约",
    "Chinese, a phrase": '"违约金人民币"',
}


class Texts:
    """Words drawn by Zipf's law, a phrase now and then, every fiftieth text Chinese."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.words = [f"w{place}" for place in range(20_000)]
        total, self.weights = 0.0, []
        for place in range(20_000):
            total += 1 / (place + 10)
            self.weights.append(total)
        self.terms = (
            "违约金人民币",
            "合同",
            "当事人",
            "不可抗力",
            "管辖",
            "解除",
            "通知",
            "保密",
            "赔偿",
            "违约",
        )

    def text(self, length: int) -> str:
        if self.rng.random() < 0.02:
            return "，".join(self.rng.choice(self.terms) for _ in range(length // 2))
        words = self.rng.choices(self.words, cum_weights=self.weights, k=length)
        if self.rng.random() < 0.05:
            words[length // 2 : length // 2 + 2] = ["w21", "w22"]
        return " ".join(words)


def fill(store: Store, bare: sqlite3.Connection, turns: int, pages: int) -> None:
    """The same texts into both, through `import_session` into ours."""
    texts = Texts(11)
    sessions = turns // TURNS_PER_SESSION
    for place in range(sessions):
        sha256 = f"{place:064x}"
        read = tuple(Page(n, str(n), texts.text(300)) for n in range(1, pages // sessions + 1))
        document = Document(sha256, f"Document {place}", read, path=f"matter{place % 7}/document{place}.pdf")
        member = SessionDocument(sha256, document.title, document.path, len(read), f"1-{len(read)}")
        asked = tuple(
            Turn(
                id=f"turn{place:06}{n:02}", session_id=f"session{place:06}", question=texts.text(12),
                provider=("groq", "alibaba")[n % 2], model="m", status=TurnStatus.COMPLETE,
                answer=texts.text(150), reasoning=texts.text(200), position=n + 1, started_at=MOMENT,
            )
            for n in range(TURNS_PER_SESSION)
        )  # fmt: skip
        session = Session(f"session{place:06}", f"Session {place}", MOMENT, MOMENT, (member,), asked)
        store.sessions.add_record(session_record(session, [document]))
        bare.executemany("INSERT INTO pages (text) VALUES (?)", [(spread(p.text) or p.text,) for p in read])
        bare.executemany(
            "INSERT INTO turns (question, answer, reasoning) VALUES (?, ?, ?)",
            [
                tuple(spread(text) or text for text in (turn.question, turn.answer, turn.reasoning or ""))
                for turn in asked
            ],
        )
    bare.execute("COMMIT")


def made(directory: Path, turns: int, pages: int) -> tuple[Store, sqlite3.Connection]:
    """A store and its bare companion."""
    directory.mkdir()
    store = Store.open(directory / "data" / "docanalyst.db")
    store._ground.database.connection.execute("PRAGMA synchronous=OFF")
    bare = sqlite3.connect(directory / "bare.db", isolation_level=None)
    split = "tokenize = 'unicode61 remove_diacritics 2'"
    bare.execute(f"CREATE VIRTUAL TABLE pages USING fts5 (text, {split})")
    bare.execute(f"CREATE VIRTUAL TABLE turns USING fts5 (question, answer, reasoning, {split})")
    bare.execute("BEGIN")
    fill(store, bare, turns, pages)
    return store, bare


def plain(bare: sqlite3.Connection, text: str) -> int:
    """The same query on bare FTS5; how many rows it gave."""
    expression, count = match_expression(text), 0
    for table in ("turns", "pages"):
        count += len(
            bare.execute(
                f"SELECT rowid, rank, snippet({table}, -1, '[', ']', '…', 32) FROM {table}"
                f" WHERE {table} MATCH ? ORDER BY rank LIMIT {LIMIT}",
                (expression,),
            ).fetchall()
        )
    return count


def timed(call: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def opened(path: Path) -> None:
    """Opens the store, recovers, lists the latest sessions."""
    with Store.open(path) as store:
        store.turns.recover()
        assert len(store.sessions.recent(LIMIT)) > 0


def main(turns: int = 10_000, pages: int = 50_000) -> int:
    """Prints the table; returns the exit code."""
    directory = Path(tempfile.mkdtemp(prefix="bench-search-"))
    try:
        start = time.perf_counter()
        store, bare = made(directory / "large", turns, pages)
        small, _ = made(directory / "small", max(turns // 50, TURNS_PER_SESSION), pages // 50)
        size = store.path.stat().st_size / 1e6
        made_in = time.perf_counter() - start
        print(f"{turns:,} turns, {pages:,} pages, a store of {size:,.0f} MB, made in {made_in:.0f} s.\n")
        print("| query | hits | ours | bare FTS5 | ratio |\n|---|--:|--:|--:|--:|")
        ratios = []
        for name, text in QUERIES.items():
            hits = store.reports.search(text, limit=LIMIT)
            assert len(hits) == plain(bare, text), name
            pairs = [
                (
                    timed(lambda t=text: store.reports.search(t, limit=LIMIT)),
                    timed(lambda t=text: plain(bare, t)),
                )  # type: ignore[misc]
                for _ in range(REPEATS)
            ]
            ours, theirs = (min(column) for column in zip(*pairs, strict=True))
            ratios.append(ours / theirs)
            print(f"| {name} | {len(hits)} | {ours:.2f} ms | {theirs:.2f} ms | {ours / theirs:.2f} |")
        ratio = statistics.median(ratios)
        print(f"\nMedian ratio {ratio:.2f}, worst {max(ratios):.2f} (bar: {BAR}).\n")
        for path in (store.path, small.path):
            opened(path)
        pairs = [
            (timed(lambda: opened(store.path)), timed(lambda: opened(small.path))) for _ in range(REPEATS)
        ]
        large_ms, small_ms = (min(column) for column in zip(*pairs, strict=True))
        print(f"| open, recover, list {LIMIT} sessions | best of {REPEATS} |\n|---|--:|")
        print(f"| the store | {large_ms:.2f} ms |\n| one of a fiftieth | {small_ms:.2f} ms |")
        print(f"\nRatio {large_ms / small_ms:.2f}.")
        return 0 if ratio <= BAR else 1
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
