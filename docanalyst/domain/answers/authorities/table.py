"""A table of authorities: what the documents cite, and on which pages."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docanalyst.domain.answers.authorities.cases import slots
from docanalyst.domain.answers.authorities.finding import Authority, authorities
from docanalyst.domain.answers.authorities.pairing import cited_cases, is_named, parties_meet
from docanalyst.domain.documents import Document, document_id

GROUPS = {
    "case": "Cases",
    "statute": "Constitutions, statutes, rules and treatises",
    "docket": "Dockets",
    "doi": "Papers",
}
"""Kind of authority → heading, in the order of the table."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an authority is cited. pages: PDF pages, in order, each once."""

    document: str
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An authority of the table. kind: a key of GROUPS. text: as first cited, with the name of the case."""

    kind: str
    text: str
    places: tuple[Place, ...]


def table_of_authorities(documents: Sequence[Document]) -> list[Entry]:
    """What the documents cite, by kind and then by name, each with the pages that cite it.

    A case is one entry however often its name is left out or shortened; a name without a place joins the
    entry of that name. Pages of the record of the case itself are no authorities.
    """
    texts: dict[tuple[str, ...], tuple[str, str]] = {}
    pages: dict[tuple[str, ...], dict[str, list[int]]] = {}
    for position, document in enumerate(documents):
        starts, text = _joined(document)
        found = authorities(text)
        names = {case.slot.start: case.name for case in cited_cases(text, found)}
        for item in found:
            if item.kind == "record" or (item.kind == "case name" and _is_left_out(item, names)):
                continue
            key, words = _entry(item, names.get(item.start))
            kind = "case" if item.kind == "case name" else item.kind
            if key not in texts or len("".join(words.split())) > len("".join(texts[key][1].split())):
                texts[key] = (kind, words)
            number = document.pages[bisect.bisect_right(starts, item.start) - 1].number
            cited = pages.setdefault(key, {}).setdefault(document_id(position), [])
            if number not in cited:
                cited.append(number)
    _join_names(texts, pages)
    entries = [
        Entry(kind, words, tuple(Place(name, tuple(sorted(numbers))) for name, numbers in pages[key].items()))
        for key, (kind, words) in texts.items()
    ]
    return _sorted(entries)


def cited_in(text: str, documents: Sequence[Document], ids: Sequence[str] = ()) -> list[Entry]:
    """What a text cites, each with the pages of the documents that cite it; no places where none does.

    Args:
        text: an answer or brief.
        documents: where its authorities are looked up.
        ids: of the documents; D1, D2, … if not given.
    """
    found = authorities(text)
    if not found:
        return []
    ids = ids or [document_id(position) for position in range(len(documents))]
    sources = [_Source(name, document) for name, document in zip(ids, documents, strict=True)]
    names = {case.slot.start: case.name for case in cited_cases(text, found)}
    entries: dict[tuple[str, ...], Entry] = {}
    for item in found:
        if item.kind == "record" or any(name is item for name in names.values()):
            continue
        key, words = _entry(item, names.get(item.start))
        key = (*key, words)
        if key not in entries:
            places = tuple(place for source in sources if (place := source.place(item)))
            entries[key] = Entry("case" if item.kind == "case name" else item.kind, words, places)
    return _sorted(entries.values())


class _Source:
    """A document in which authorities are looked up, page by page."""

    def __init__(self, name: str, document: Document) -> None:
        self.name = name
        self.document = document
        self.texts = [page.text for page in document.pages]
        starts, text = _joined(document)
        self.slots: dict[tuple[str, str, str], set[int]] = {}
        for slot in slots(text):
            number = document.pages[bisect.bisect_right(starts, slot.start) - 1].number
            self.slots.setdefault(slot.key, set()).add(number)

    def place(self, item: Authority) -> Place | None:
        """The pages that cite an authority, or None where none does."""
        if item.slot is not None and item.slot.has_page:
            numbers = self.slots.get(item.slot.key, set())
        else:
            numbers = {
                page.number
                for page, text in zip(self.document.pages, self.texts, strict=True)
                if is_named(item.text, text) or (item.kind == "case name" and parties_meet(item.text, text))
            }
        return Place(self.name, tuple(sorted(numbers))) if numbers else None


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    order = list(GROUPS)
    return sorted(entries, key=lambda entry: (order.index(entry.kind), entry.text.casefold()))


def _joined(document: Document) -> tuple[list[int], str]:
    """Where each page starts in the pages joined by line breaks, and that text."""
    starts, length = [], 0
    for page in document.pages:
        starts.append(length)
        length += len(page.text) + 1
    return starts, "\n".join(page.text for page in document.pages)


def _entry(item: Authority, name: Authority | None) -> tuple[tuple[str, ...], str]:
    if item.slot is None:
        kind = "case" if item.kind == "case name" else item.kind
        return (kind, "".join(item.text.casefold().split())), item.text
    words = item.text
    if item.slot.year:
        words += f" ({item.slot.court} {item.slot.year})" if item.slot.court else f" ({item.slot.year})"
    whole = f"{name.text}, {words}" if name else words
    # "569 U. S. ____" is every case of that volume that has no page yet.
    return ("slot", *item.slot.key, "" if item.slot.has_page else whole), whole


def _is_left_out(item: Authority, names: dict[int, Authority | None]) -> bool:
    """Whether a name has an entry by its place, or is the caption of the opinion itself, in capitals."""
    capitals = sum(letter.isupper() for letter in item.text)
    return any(name is item for name in names.values()) or 2 * capitals > sum(map(str.isalpha, item.text))


def _join_names(
    texts: dict[tuple[str, ...], tuple[str, str]], pages: dict[tuple[str, ...], dict[str, list[int]]]
) -> None:
    """Give the pages of a case cited by name alone to the entry that has this name and a place."""
    placed = {
        "".join(words.split(", ")[0].casefold().split()): key
        for key, (_, words) in texts.items()
        if key[0] == "slot" and ", " in words
    }
    for key in [key for key in texts if key[0] == "case" and key[1] in placed]:
        for name, numbers in pages.pop(key).items():
            cited = pages[placed[key[1]]].setdefault(name, [])
            cited += [number for number in numbers if number not in cited]
        del texts[key]
