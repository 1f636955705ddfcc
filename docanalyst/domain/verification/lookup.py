"""Finding a quote word for word: whole, or in pieces where it marks an omission."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from docanalyst.domain.citations import Difference
from docanalyst.domain.documents import Page
from docanalyst.domain.language.folding import DASHES, fold, plain
from docanalyst.domain.verification.differences import hides_exception
from docanalyst.domain.verification.gaps import Characters, Edges, edge_difference, gap_differences
from docanalyst.domain.verification.index import IndexedDocument, View

PLACES = 1_000
"""Places looked at for one quote; one that stands more often says nothing."""

COMPARED = 48
"""Places compared sign by sign on the pages a quote does not claim."""

GAP = 1_500
"""Characters that one marked omission may leave out."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a document's text whose words are those of a quote. start, end: offsets into its text.

    differences: what changes the meaning although the words agree; empty where the quote stands there.
    omitted: words left out where the quote marks an omission. verbatim: equal character by character.
    cut: it begins or ends inside a word. parts: the stretches it consists of, where they are several.
    """

    document: IndexedDocument
    start: int
    end: int
    verbatim: bool = False
    differences: tuple[Difference, ...] = ()
    omitted: tuple[str, ...] = ()
    cut: bool = False
    parts: tuple[tuple[int, int], ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing that matters differs."""
        return not self.differences

    @property
    def pages(self) -> list[Page]:
        """The pages that it touches."""
        return self.document.pages_of(self.start, self.end)

    def on(self, number: int | None, last: int | None = None) -> bool:
        """Whether it touches a page among these physical numbers; True where none is asked for."""
        if number is None:
            return True
        return any(number <= page.number <= (last or number) for page in self.pages)


def find_exact(
    document: IndexedDocument, quote: str, page: int | None, last: int | None
) -> tuple[list[Place], int]:
    """Places whose folded words are the quote's, those on the claimed pages first, and how many there are.

    quote: cleaned or as given. page, last: physical numbers claimed. The running text is looked at first,
    then the text with its running heads.
    """
    folded = fold(quote)
    found: list[Place] = []
    count = 0
    for view in document.views() if folded else ():
        offsets = _offsets(document, view, folded, page, last or page)
        if not offsets:
            continue
        places, sound = _compared(document, view, quote, folded, offsets, (page, last))
        count = max(count, sound)
        found += places
        if found and any(place.sound and place.on(page, last) for place in found):
            break
    found.sort(key=lambda place: (not place.sound, not place.on(page, last), place.start))
    return found, count


def _offsets(
    document: IndexedDocument, view: View, folded: str, page: int | None, last: int | None
) -> list[int]:
    """Offsets of a folded quote, those on the claimed pages among them however often it stands elsewhere."""
    offsets = view.occurrences(folded, PLACES)
    if (
        len(offsets) == PLACES
        and page is not None
        and (place := document.page_range(view, page, last or page))
    ):
        reach = len(folded) - 1
        near = view.occurrences(folded, PLACES, max(0, place[0] - reach), place[1] + reach)
        offsets = sorted({*offsets, *near})
    return offsets


def _compared(
    document: IndexedDocument,
    view: View,
    quote: str,
    folded: str,
    offsets: list[int],
    pages: tuple[int | None, int | None],
) -> tuple[list[Place], int]:
    bounds = [
        (document.character(view, at)[0], document.character(view, at + len(folded) - 1)[1]) for at in offsets
    ]
    first, last = pages[0], pages[1] or pages[0]
    claimed = [
        first is None
        or any(first <= page.number <= (last or first) for page in document.pages_of(start, end))
        for start, end in bounds
    ]
    order = sorted(range(len(offsets)), key=lambda index: not claimed[index])
    characters = Characters(quote)
    places: list[Place] = []
    for rank, index in enumerate(order):
        if rank >= COMPARED and (not claimed[index] or any(place.sound for place in places)):
            break
        places.append(compare(document, view, characters, offsets[index], len(folded)))
    unsound = sum(not place.sound for place in places)
    return places, len(offsets) - unsound


def compare(document: IndexedDocument, view: View, quote: Characters, offset: int, length: int) -> Place:
    """A match of the folded words, compared sign by sign and at its ends.

    offset, length: of the match in the view's folded text.
    """
    start = document.character(view, offset)[0]
    end = document.character(view, offset + length - 1)[1]
    body = view is document.body
    wide_start, wide_end = _widened(document, quote, start, end)
    text = document.text[wide_start:wide_end]
    differences: list[Difference] = []
    if text != quote.text:
        source = document.source(start, end, body=body)
        trimmed = quote.text[quote.starts[0] : quote.ends[-1]]
        if plain(source) != plain(trimmed):
            theirs = Characters(source)
            if len(theirs.fold) == len(quote.fold):
                differences = gap_differences(quote, theirs, document.vocabulary)
    first_start, first_end = document.spans[view.tokens[view.word_at(offset)]]
    last_start, last_end = document.spans[view.tokens[view.word_at(offset + length - 1)]]
    cuts = document.text[first_start:start], document.text[end:last_end]
    edges = Edges(
        before=document.text[max(0, first_start - 40) : first_start],
        after=document.text[last_end : last_end + 40],
        first_cut=cuts[0] if fold(cuts[0]) else "",
        first_kept=document.text[start : min(end, first_end)],
        last_kept=document.text[max(start, last_start) : end],
        last_cut=cuts[1] if fold(cuts[1]) else "",
    )
    edge = edge_difference(quote.text, edges, document.vocabulary)
    if edge and not (text == quote.text and _stands_free(document.text, wide_start, wide_end)):
        differences.append(edge)
    cut = bool(edges.first_cut or edges.last_cut)
    return Place(document, wide_start, wide_end, text == quote.text, tuple(differences), cut=cut)


def _stands_free(text: str, start: int, end: int) -> bool:
    """Whether blanks surround a stretch of text, and no word is hyphenated into it."""
    before = text[max(0, start - 40) : start]
    ends = not text[end : end + 1].strip()
    return ends and (not before or (before[-1].isspace() and not before.rstrip().endswith(tuple(DASHES))))


def _widened(document: IndexedDocument, quote: Characters, start: int, end: int) -> tuple[int, int]:
    """A match with the punctuation at the ends of the quote, where the source has the same."""
    lead, tail = quote.text[: quote.starts[0]], quote.text[quote.ends[-1] :]
    if lead and document.text.endswith(lead, 0, start):
        start -= len(lead)
    if tail and document.text.startswith(tail, end):
        end += len(tail)
    return start, end


def find_pieces(
    document: IndexedDocument, pieces: list[str], page: int | None, last: int | None
) -> tuple[Place | None, list[Place]]:
    """A quote with marked omissions: where its pieces stand in order and near one another.

    Returns that place (its `differences` tell what an omission hides), or None, and the best place of each
    piece where every piece stands somewhere.
    """
    found = [find_exact(document, piece, page, last)[0] for piece in pieces]
    if not all(places and any(place.sound for place in places) for places in found):
        return None, []
    sound = [[place for place in places if place.sound] for places in found]
    best: list[Place] | None = None
    for anchor in sound[0][:COMPARED]:
        chain = _follow(document, anchor, pieces[1:])
        if chain and (best is None or _rank(chain, page, last) < _rank(best, page, last)):
            best = chain
    if best is None:
        return None, [places[0] for places in sound]
    omitted = tuple(" ".join(document.source(one.end, other.start).split()) for one, other in pairwise(best))
    hidden = tuple(Difference("…", text, "omission") for text in omitted if hides_exception(text))
    parts = tuple((place.start, place.end) for place in best)
    return Place(document, best[0].start, best[-1].end, False, hidden, omitted, parts=parts), []


def _rank(chain: list[Place], page: int | None, last: int | None) -> tuple[bool, int]:
    return not any(place.on(page, last) for place in chain), chain[-1].end - chain[0].start


def _follow(document: IndexedDocument, anchor: Place, pieces: list[str]) -> list[Place] | None:
    """The nearest places of the other pieces after the first, each within reach of the one before."""
    chain = [anchor]
    view = document.body
    for piece in pieces:
        folded, characters = fold(piece), Characters(piece)
        at = view.starts[_first_word_after(document, view, chain[-1].end)]
        limit = at + GAP + len(folded)
        offset = view.text.find(folded, at, limit)
        while offset >= 0:
            place = compare(document, view, characters, offset, len(folded))
            if place.sound:
                chain.append(place)
                break
            offset = view.text.find(folded, offset + 1, limit)
        else:
            return None
    return chain


def _first_word_after(document: IndexedDocument, view: View, position: int) -> int:
    low, high = 0, len(view.tokens)
    while low < high:
        middle = (low + high) // 2
        if document.spans[view.tokens[middle]][0] < position:
            low = middle + 1
        else:
            high = middle
    return low
