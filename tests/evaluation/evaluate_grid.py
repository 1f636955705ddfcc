"""Measures the offline grid on the shared evaluation data: the 41 fields of contract-review × 25 contracts.

    python tests/evaluation/evaluate_grid.py [SHARED]

A cell is right where half of a quote, or of a gold span, is covered by the other; wrong where it has another
passage; missing where it has none. Where the annotators found no such clause, a passage is one too many.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from evaluate_retrieval import Folded, load, shared_folder

from docanalyst.domain.citations import Quote
from docanalyst.domain.grid.checking import read_reply
from docanalyst.domain.grid.extractive import grid_reply
from docanalyst.domain.grid.grids import Stated
from docanalyst.domain.retrieval.ranking import RetrievalIndex
from docanalyst.prompts import find_prompt

NAMES = {
    "Rofr/Rofo/Rofn": "right_of_first_refusal",
    "Notice Period To Terminate Renewal": "notice_to_stop_renewal",
    "Post-Termination Services": "post_termination_duties",
    "Revenue/Profit Sharing": "revenue_sharing",
    "Most Favored Nation": "most_favoured_nation",
    "License Grant": "licence_grant",
    "Non-Transferable License": "non_transferable_licence",
    "Affiliate License-Licensor": "licence_from_affiliates",
    "Affiliate License-Licensee": "licence_to_affiliates",
    "Unlimited/All-You-Can-Eat-License": "unlimited_licence",
    "Irrevocable Or Perpetual License": "irrevocable_or_perpetual_licence",
}
"""CUAD's categories that the prompt calls otherwise."""


def evaluate(shared: Path) -> dict[tuple[str, str], str]:
    """What became of each cell, by document and field."""
    documents, questions = load(shared / "evaldata" / "contracts")
    fields = find_prompt("contract-review").fields
    cells: dict[tuple[str, str], str] = {}
    for name, document in documents.items():
        replies = read_reply("".join(grid_reply(RetrievalIndex([document]), fields)), fields)
        folded = Folded(document)
        for row in questions:
            if row["doc"] != name:
                continue
            field = NAMES.get(row["category"], re.sub(r"\W+", "_", row["category"].lower()))
            reply = replies[field]
            quotes = [] if reply.stated is Stated.NO_CLOSE_PASSAGE else reply.quotes
            if row["answerable"]:
                golds = [place for gold in row["gold"] for place in folded.gold(gold["text"], gold["pages"])]
                outcome = "missing" if not quotes else "right" if _covers(quotes, folded, golds) else "wrong"
            else:
                outcome = "present where absent" if quotes else "absent"
            cells[name, field] = outcome
    return cells


def _covers(quotes: tuple[Quote, ...] | list[Quote], folded: Folded, golds: list[tuple[int, int]]) -> bool:
    places = [place for quote in quotes for place in folded.gold(quote.text, [quote.page or 0])[:1]]
    return any(
        2 * (min(end, last) - max(start, first)) >= min(end - start, last - first) > 0
        for start, end in places
        for first, last in golds
    )


def main() -> None:
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else shared_folder()
    if shared is None:
        sys.exit("no evaluation data: set DOCANALYST_SHARED")
    cells = evaluate(shared)
    by_field: dict[str, Counter[str]] = defaultdict(Counter)
    for (_, field), outcome in cells.items():
        by_field[field][outcome] += 1
    for field, counts in by_field.items():
        print(f"{field:36}{dict(counts)}")
    print(dict(Counter(cells.values())))


if __name__ == "__main__":
    main()
