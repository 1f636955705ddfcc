"""Ways to make the documents of a question fit: switch some off, or ask in several requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docanalyst.domain.budget import what_to_leave_out
from docanalyst.domain.documents import document_id

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst, AskOptions, Plan


@dataclass(frozen=True, slots=True)
class Way:
    """A choice of documents that fits.

    Attributes:
        words: What it does.
        kept: Places of the documents to send, among those sent now.
        names: What is switched off, or what one request holds.
        tokens: Tokens of the documents kept.
    """

    words: str
    kept: frozenset[int]
    names: tuple[str, ...]
    tokens: int


def ways_to_fit(analyst: Analyst, plan: Plan, question: str, options: AskOptions) -> list[Way]:
    """Return the fewest documents to switch off, then each request that whole documents can be divided into.

    A document that does not fit alone is in none of them.
    """
    places = {document.sha256: place for place, document in enumerate(plan.documents)}
    ways: list[Way] = []
    out = set(what_to_leave_out(plan.shares, plan.budget.overflow))
    kept = [place for place in range(len(plan.documents)) if document_id(place) not in out]
    if out and kept:
        names = tuple(plan.documents[n].name for n in range(len(plan.documents)) if n not in kept)
        tokens = sum(plan.shares[document_id(place)] for place in kept)
        words = f"Switch off {len(out)} of {len(plan.documents)} documents"
        ways.append(Way(words, frozenset(kept), names, tokens))
    if len(plan.documents) < 2:
        return ways
    packs = analyst.packs(plan.documents, question or "?", options)
    for number, pack in enumerate(packs.plans, 1):
        held = frozenset(places[document.sha256] for document in pack.documents)
        names = tuple(document.name for document in pack.documents)
        words = f"Ask request {number} of {len(packs.plans)} only"
        ways.append(Way(words, held, names, pack.budget.documents))
    return ways
