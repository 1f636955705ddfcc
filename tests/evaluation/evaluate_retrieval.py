"""Measures retrieval on the shared evaluation data: hit@k, recall@10, AUROC of the confidence, time.

    python tests/evaluation/evaluate_retrieval.py [SHARED] [--misses]

A passage counts when it covers at least half of a gold span, compared as folded text (letters and digits).
"""

from __future__ import annotations

import json
import os
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.retrieval.ranking import Ranking, RetrievalIndex

HEADERS = ("Document Name", "Parties", "Agreement Date", "Effective Date")
DEPTHS = (1, 5, 10)


def shared_folder() -> Path | None:
    """The folder with the evaluation data: $DOCANALYST_SHARED or ../shared; None where there is none."""
    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("DOCANALYST_SHARED") or root.parent / "shared")
    return folder if (folder / "evaldata" / "contracts" / "docs.jsonl").exists() else None


class Folded:
    """A document's letters and digits in one string, with the place of each page offset in it."""

    def __init__(self, document: Document) -> None:
        self.maps: dict[int, list[int]] = {}
        self.pages: dict[int, tuple[int, int]] = {}
        pieces: list[str] = []
        size = 0
        for page in document.pages:
            offsets, first = [], size
            for character in page.text:
                offsets.append(size)
                folded = "".join(c for c in unicodedata.normalize("NFKC", character).lower() if c.isalnum())
                pieces.append(folded)
                size += len(folded)
            self.maps[page.number] = [*offsets, size]
            self.pages[page.number] = (first, size)
        self.text = "".join(pieces)

    def gold(self, text: str, pages: list[int]) -> list[tuple[int, int]]:
        """Places of a gold span: on its pages where they are given and it stands there, else anywhere."""
        wanted = fold(text)
        found, at = [], self.text.find(wanted) if wanted else -1
        while at >= 0:
            found.append((at, at + len(wanted)))
            at = self.text.find(wanted, at + 1)
        bounds = [self.pages[number] for number in pages if number in self.pages]
        near = [place for place in found if any(place[0] < end and place[1] > start for start, end in bounds)]
        return near or ([] if bounds else found)


def fold(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def load(folder: Path) -> tuple[dict[str, Document], list[dict[str, Any]]]:
    """Documents by id, and questions, of one folder of the evaluation data."""
    documents = {}
    for line in (folder / "docs.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        pages = tuple(Page(number, None, text) for number, text in enumerate(row["pages"], 1))
        documents[row["id"]] = Document(row.get("pdf_sha256", row["id"]), row["title"], pages)
    lines = (folder / "questions.jsonl").read_text("utf-8").splitlines()
    return documents, [json.loads(line) for line in lines]


@dataclass
class Tally:
    """Counts of one kind of question."""

    asked: int = 0
    hits: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    spans: int = 0
    covered: int = 0
    yes: list[float] = field(default_factory=list)
    no: list[float] = field(default_factory=list)
    unplaced: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, ranking: Ranking, folded: Folded, golds: list[dict[str, Any]], name: str) -> None:
        places = [folded.gold(gold["text"], gold["pages"]) for gold in golds]
        self.unplaced += sum(not place for place in places)
        places = [place for place in places if place]
        if not places:
            return
        self.asked += 1
        self.yes.append(ranking.confidence)
        ranks = [first_hit(ranking, folded, place) for place in places]
        best = min((rank for rank in ranks if rank is not None), default=None)
        for depth in DEPTHS:
            self.hits[depth] += best is not None and best < depth
        self.spans += len(places)
        self.covered += sum(rank is not None and rank < 10 for rank in ranks)
        if best is None or best >= 5:
            self.misses.append(f"{name} (rank {best})")

    def rates(self) -> dict[str, float]:
        figures = {f"hit@{depth}": self.hits[depth] / max(1, self.asked) for depth in DEPTHS}
        return figures | {"recall@10": self.covered / max(1, self.spans), "auroc": auroc(self.yes, self.no)}


def first_hit(ranking: Ranking, folded: Folded, places: list[tuple[int, int]]) -> int | None:
    """The first passage that covers half of a place, 0-based."""
    for index, passage in enumerate(ranking.passages):
        stretches = [
            (folded.maps[s.page_number][s.start], folded.maps[s.page_number][s.end]) for s in passage.spans
        ]
        for start, end in places:
            if sum(max(0, min(end, b) - max(start, a)) for a, b in stretches) * 2 >= end - start:
                return index
    return None


def auroc(yes: Iterable[float], no: Iterable[float]) -> float:
    """Chance that an answerable question has more confidence than one without an answer."""
    ordered = sorted([(value, 1) for value in yes] + [(value, 0) for value in no])
    positives = sum(kind for _, kind in ordered)
    negatives = len(ordered) - positives
    if not positives or not negatives:
        return float("nan")
    below, wins, index = 0, 0.0, 0
    while index < len(ordered):
        same = index
        while same < len(ordered) and ordered[same][0] == ordered[index][0]:
            same += 1
        ups = sum(kind for _, kind in ordered[index:same])
        downs = same - index - ups
        wins += ups * (below + downs / 2)
        below += downs
        index = same
    return wins / (positives * negatives)


def evaluate(shared: Path) -> tuple[dict[str, Tally], list[float], list[float]]:
    """Tallies by kind, seconds of each index, seconds of each question."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    builds: list[float] = []
    asks: list[float] = []
    for kind in ("contracts", "research"):
        documents, questions = load(shared / "evaldata" / kind)
        indexes, folds = {}, {}
        for name, document in documents.items():
            began = time.perf_counter()
            indexes[name] = RetrievalIndex([document])
            builds.append(time.perf_counter() - began)
            folds[name] = Folded(document)
        for row in questions:
            header = row.get("category") in HEADERS
            forms = [("research", row["question"])]
            if kind == "contracts":
                names = (row["category"],) * 2 if header else ("contracts question", "contracts name")
                forms = [(names[0], row["question"])]
                forms += [(names[1] if not header else names[1] + " (name)", row["category"])]
            for tally, question in forms:
                began = time.perf_counter()
                ranking = indexes[row["doc"]].rank(question)
                asks.append(time.perf_counter() - began)
                if row["answerable"]:
                    tallies[tally].add(
                        ranking, folds[row["doc"]], row["gold"], f"{row['id']} {question[:60]}"
                    )
                else:
                    tallies[tally].no.append(ranking.confidence)
            if kind == "contracts" and not header and row["answerable"]:
                ranking = indexes[row["doc"]].rank(row["category"])
                tallies["  " + row["category"]].add(ranking, folds[row["doc"]], row["gold"], row["id"])
    return tallies, builds, asks


def main() -> None:
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else shared_folder()
    if shared is None:
        sys.exit("no evaluation data: set DOCANALYST_SHARED")
    tallies, builds, asks = evaluate(shared)
    print(
        f"{'':32}{'n':>5}"
        + "".join(f"{name:>10}" for name in ("hit@1", "hit@5", "hit@10", "recall@10", "auroc"))
    )
    for name, tally in sorted(tallies.items(), key=lambda item: item[0].startswith(" ")):
        print(f"{name:32}{tally.asked:>5}" + "".join(f"{value:>10.3f}" for value in tally.rates().values()))
    print("gold spans not found in the text:", sum(tally.unplaced for tally in tallies.values()))
    print(f"index: {sum(builds):.2f} s for {len(builds)}; question: {1000 * sum(asks) / len(asks):.1f} ms")
    if "--misses" in sys.argv:
        for name in ("research", "contracts name", *HEADERS):
            print(f"\n{name}:\n  " + "\n  ".join(tallies[name].misses))


if __name__ == "__main__":
    main()
