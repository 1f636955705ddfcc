"""Plans how whole documents fit into as few context windows as possible."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import PurePath

from docanalyst.analyst.planning import Plan
from docanalyst.domain.division import divide
from docanalyst.domain.documents import Document, document_id

_LEAST_NAME = 10
"""Letters and digits of a title or file name that may name a document in another one: "Lease" names none."""


@dataclass(frozen=True, slots=True)
class Packs:
    """Whole documents divided among windows.

    Attributes:
        plans: One request for each window, in the order of its first document.
        too_large: The request of each document that does not fit a window alone.
    """

    plans: tuple[Plan, ...]
    too_large: tuple[Plan, ...]


def divide_into_packs(documents: Sequence[Document], planned: Callable[[Sequence[Document]], Plan]) -> Packs:
    """Return the documents in as few windows as possible.

    Documents that name each other share a window where that needs no further one.

    Args:
        documents: Whole documents, each once.
        planned: Returns the counted request over some documents. All requests go to the same model.
    """
    sizes, room = _sizes(documents, planned)
    large = {
        place: planned([documents[place]]) for place, size in enumerate(sizes) if size > room
    }  # measured alone, since a size is an upper bound
    fitting = [place for place in range(len(documents)) if place not in large or large[place].budget.fits]
    too_large = tuple(plan for plan in large.values() if not plan.budget.fits)
    chosen = [documents[place] for place in fitting]
    bounds = [min(sizes[place], room) for place in fitting]
    links = _links(chosen)
    while fitting:
        plans = [planned([chosen[place] for place in window]) for window in divide(bounds, room, links)]
        overflow = max(plan.budget.overflow for plan in plans)
        if not overflow:
            return Packs(tuple(plans), too_large)
        # An estimate may count a pack higher than its parts; less room leaves space for it.
        room = room - overflow
        if room < max(bounds):
            return Packs(tuple(planned([document]) for document in chosen), too_large)
    return Packs((), too_large)


def _sizes(
    documents: Sequence[Document], planned: Callable[[Sequence[Document]], Plan]
) -> tuple[list[int], int]:
    """Return the most tokens that each document takes in any pack, and the room for documents in a window.

    In a pack of fewer documents no ID is longer than in a pack of all, so the sizes are upper bounds.
    """
    whole, empty = planned(documents), planned(())
    margin = (whole.budget.used + whole.budget.margin) / whole.budget.used
    packed = whole.request.packed
    lines = packed.text[: packed.parts[0].end].splitlines(keepends=True)[1:-1]
    sizes = [
        math.ceil((whole.shares[document_id(place)] + whole.counter.count(line)) * margin)
        for place, line in enumerate(lines)
    ]
    budget = empty.budget
    return sizes, budget.window - budget.reserved_output - math.ceil(budget.used * margin)


def _links(documents: Sequence[Document]) -> list[tuple[int, int]]:
    """Return the pairs of documents of which one names the other, those that name each other first."""
    texts = [_letters(" ".join(page.text for page in document.pages)) for document in documents]
    names = [{*_names(document)} for document in documents]

    def namings(pair: tuple[int, int]) -> int:
        first, second = pair
        return any(name in texts[first] for name in names[second] - names[first]) + any(
            name in texts[second] for name in names[first] - names[second]
        )

    found = [(namings(pair), pair) for pair in combinations(range(len(documents)), 2)]
    return [pair for count, pair in sorted(found, key=lambda item: -item[0]) if count]


def _names(document: Document) -> Iterator[str]:
    """Yield the title and the file name, without a number in front of them, if they may name a document."""
    for name in (document.title, PurePath(document.path).stem):
        folded = _letters(re.sub(r"^[\W\d_]+", "", name))
        if len(folded) >= _LEAST_NAME:
            yield folded


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
