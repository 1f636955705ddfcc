"""Turns checked quotations into the citations of a text, with their notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from docanalyst.domain.answers.grammar import ReadQuote, ambiguous_numbers, read_places, words_apart
from docanalyst.domain.answers.reading.quoted_as import QuotedAs
from docanalyst.domain.answers.sources import NamedSources
from docanalyst.domain.citations import Citation, Where
from docanalyst.domain.documents import Document

VAGUE_PAGES = 3
"""Pages from which a range says too little: a quotation of 60 words is on one page, or on two."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Words in quotation marks that were not counted as a quotation of the documents, and why."""

    words: str
    quoted_as: QuotedAs
    source: str = ""
    start: int = 0


@dataclass(frozen=True, slots=True)
class CitedText:
    """The citations of a text, in the order read, and the words that were not counted as quotations."""

    citations: tuple[Citation, ...]
    apart: tuple[Apart, ...]


def cite(
    text: str,
    read: Sequence[ReadQuote],
    citations: Sequence[Citation],
    documents: Sequence[Document],
    *,
    printed: bool = False,
) -> CitedText:
    """The citations of a text, each with its place and its notes.

    Words that were not found in the documents, and that the text attributes to another source by name, are
    listed apart and not counted. Words that were found are citations wherever they are said to come from.

    Args:
        text: The answer or brief.
        read: What was read from it.
        citations: The check of each, in the same order.
        documents: What it was checked against.
        printed: As in `read_places`.
    """
    sources = NamedSources(documents)
    doubtful = frozenset() if printed else ambiguous_numbers(text)
    kept: list[Citation] = []
    apart = [
        Apart(item.quote.text, item.quoted_as, start=item.start)
        for item in words_apart(text, printed=printed)
    ]
    for item, citation in zip(read, citations, strict=True):
        source = sources.of(*item.around) if not item.defined else ""
        names_ours = item.quote.document is not None
        if source and not citation.verified and not names_ours:
            apart.append(Apart(item.quote.text, QuotedAs.OTHER_SOURCE, source, item.start))
            continue
        notes = [citation.note, *_notes(item, citation, doubtful)]
        kept.append(replace(citation, where=item.quote.where, note="; ".join(filter(None, notes))))
    return CitedText(tuple(kept), tuple(sorted(apart, key=lambda item: item.start)))


def cite_answer(answer: str, citations: Sequence[Citation], documents: Sequence[Document]) -> CitedText:
    """As `cite`, of an answer whose `read_quotes` were checked."""
    return cite(answer, read_places(answer), citations, documents)


def _notes(item: ReadQuote, citation: Citation, doubtful: frozenset[int]) -> list[str]:
    notes = []
    first, last = item.quote.page, item.quote.last_page
    if first is not None and last is not None and last - first + 1 >= VAGUE_PAGES:
        found = f"; found on p. {citation.found_page}" if citation.verified else ""
        notes.append(f"cited vaguely as pp. {first}–{last}{found}")
    if citation.number in doubtful and item.quote.where is Where.DEFINITION:
        notes.append(f"two definitions have the number {citation.number}, so neither supports a statement")
    return notes
