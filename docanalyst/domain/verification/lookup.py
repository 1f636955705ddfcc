"""Finding a quote by its letters and digits, and comparing it with each place as written."""

from __future__ import annotations

from dataclasses import dataclass

from docanalyst.domain.citations import Difference
from docanalyst.domain.documents import Page
from docanalyst.domain.language.characters import Characters
from docanalyst.domain.language.folding import fold, word_spans
from docanalyst.domain.verification.edges import REACH, Edges, edge_differences
from docanalyst.domain.verification.gaps import gap_differences
from docanalyst.domain.verification.index import IndexedDocument, View
from docanalyst.domain.verification.letters import letter_differences
from docanalyst.domain.verification.reference_marks import marks

PLACES = 1_000
"""Places looked at for one quote; one that occurs more often says nothing."""

COMPARED = 48
"""Places compared in full on the pages a quote does not claim."""

_INFLECTIONS = frozenset(["s", "es", "ed", "d", "ing", "ied", "ies", "e", "n", "en", "y", "'s", "’s"])
"""Endings that "[]" may stand for: none of them turns a word into another one."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a document's text whose letters and digits are those of a quote.

    start, end: offsets into the document's text. differences: whatever else is not the same; empty where the
    quote is there. omitted: words left out where the quote marks an omission. skipped: running heads and
    other lines apart from the text that lie within. verbatim: equal character by character. parts: the
    stretches it consists of, where they are several. unmarked: reference marks of the source are left out.
    """

    document: IndexedDocument
    start: int
    end: int
    verbatim: bool = False
    differences: tuple[Difference, ...] = ()
    omitted: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    parts: tuple[tuple[int, int], ...] = ()
    unmarked: bool = False

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


@dataclass(frozen=True, slots=True)
class Sought:
    """A quote, or a piece of one, to look up: as given, and in its letters and gaps."""

    text: str
    characters: Characters
    folded: str

    @classmethod
    def of(cls, text: str) -> Sought:
        """Prepare a text."""
        return cls(text, Characters(text), fold(text))


def find_exact(
    document: IndexedDocument, quote: str, page: int | None, last: int | None
) -> tuple[list[Place], int]:
    """Places whose letters and digits are the quote's, the best first, and how many are sound.

    quote: one of its `forms`. page, last: physical numbers claimed. The running text is looked at first, then
    the text with its running heads, then the text without its reference marks.
    """
    sought = Sought.of(quote)
    found: list[Place] = []
    count = 0
    for view in document.views if sought.folded else ():
        offsets = _offsets(document, view, sought.folded, page, last or page)
        if not offsets:
            continue
        places, sound = _compared(document, view, sought, offsets, (page, last))
        count = max(count, sound)
        found += places
        if found and any(place.sound and place.on(page, last) for place in found):
            break
    else:
        unmarked, sound = _without_marks(document, sought, page, last)
        count = max(count, sound)
        found += unmarked
    found.sort(key=lambda place: (not place.sound, not place.on(page, last), place.start))
    return found, count


def _without_marks(
    document: IndexedDocument, sought: Sought, page: int | None, last: int | None
) -> tuple[list[Place], int]:
    """Sound places of a quote that leaves out reference marks of the source, and how many there are.

    Marks that the quote keeps must be the source's own, each in its place.
    """
    view = document.unmarked
    if view is document.body or not sought.folded:
        return [], 0
    text = sought.characters.text
    own = marks(text, document.vocabulary)
    bare, kept, position = "", [], 0
    for start, end in own:
        bare += text[position:start]
        kept.append((len(fold(bare)), fold(text[start:end])))
        position = end
    folded = fold(bare + text[position:])
    found = [
        place
        for offset in view.occurrences(folded, COMPARED)
        if (place := _marked(document, sought, offset, len(folded), kept)) and place.sound
    ]
    return sorted(found, key=lambda place: not place.on(page, last)), len(found)


def _marked(
    document: IndexedDocument, sought: Sought, offset: int, length: int, kept: list[tuple[int, str]]
) -> Place | None:
    """A match of a quote without marks, compared with those marks of the source that the quote keeps."""
    view = document.unmarked
    start, end = document.character(view, offset)[0], document.character(view, offset + length - 1)[1]
    wanted = list(kept)
    source, letters, position = "", 0, start
    for first, last in view.left_out_between(start, end):
        source += document.text[position:first]
        letters += len(fold(document.text[position:first]))
        mark = document.text[first:last]
        if (letters, fold(mark)) in wanted:
            wanted.remove((letters, fold(mark)))
            source += mark
        position = last
    wanted = [mark for mark in wanted if mark[0] < length]
    if wanted:
        return None
    return compare(document, view, sought, offset, length=length, source=source + document.text[position:end])


def find_shortened(document: IndexedDocument, pieces: list[str]) -> Place | None:
    """Where a quote is found whose "[]" leave out the ending of a word: "appli[] the rule"."""
    sought = [Sought.of(piece) for piece in pieces if fold(piece)]
    view = document.body
    if not sought or len(sought) > COMPARED:
        return None
    for offset in view.occurrences(sought[0].folded, COMPARED):
        places: list[Place] = []
        at = offset
        for number, piece in enumerate(sought):
            ends_cut = number + 1 < len(sought) or len(sought) < len(pieces)
            if not view.text.startswith(piece.folded, at):
                break
            place = compare(document, view, piece, at, cut_end=ends_cut)
            end = at + len(piece.folded)
            word = view.word_at(end - 1)
            ending = view.text[end : view.starts[word + 1]]
            if not place.sound or (ends_cut and ending not in _INFLECTIONS):
                break
            places.append(place)
            at = view.starts[word + 1]
        else:
            return Place(document, places[0].start, places[-1].end)
    return None


def _offsets(
    document: IndexedDocument, view: View, folded: str, page: int | None, last: int | None
) -> list[int]:
    """Offsets of a folded quote, those on the claimed pages among them however often it occurs elsewhere."""
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
    sought: Sought,
    offsets: list[int],
    pages: tuple[int | None, int | None],
) -> tuple[list[Place], int]:
    length = len(sought.folded)
    bounds = [
        (document.character(view, at)[0], document.character(view, at + length - 1)[1]) for at in offsets
    ]
    first, last = pages[0], pages[1] or pages[0]
    claimed = [
        first is None
        or any(first <= page.number <= (last or first) for page in document.pages_of(start, end))
        for start, end in bounds
    ]
    order = sorted(range(len(offsets)), key=lambda index: not claimed[index])
    places: list[Place] = []
    for rank, index in enumerate(order):
        if rank >= COMPARED and (not claimed[index] or any(place.sound for place in places)):
            break
        places.append(compare(document, view, sought, offsets[index]))
    unsound = sum(not place.sound for place in places)
    return places, len(offsets) - unsound


def compare(
    document: IndexedDocument,
    view: View,
    sought: Sought,
    offset: int,
    *,
    cut_end: bool = False,
    length: int | None = None,
    source: str | None = None,
) -> Place:
    """A match of the letters and digits, compared as written and at its ends.

    offset, length: of the match in the view's folded text; the length is the quote's unless it is given.
    source: the text to compare with, where it is not the view's. cut_end: the quote says that its last word
    is cut."""
    quote, length = sought.characters, length or len(sought.folded)
    start = document.character(view, offset)[0]
    end = document.character(view, offset + length - 1)[1]
    if source is None:
        source = document.source(start, end, view)
    first_start, first_end = view.spans[view.word_at(offset)]
    last_start, last_end = view.spans[view.word_at(offset + length - 1)]
    before = document.source(max(0, first_start - REACH), first_start, view)
    after = document.source(last_end, last_end + REACH, view)
    differences: list[Difference] = []
    if source != quote.text[quote.starts[0] : quote.ends[-1]]:
        theirs = Characters(source)
        if theirs.fold == quote.fold:
            differences += letter_differences(quote, theirs, before, after)
            differences += gap_differences(quote, theirs, document.same_words)
        else:
            differences.append(Difference(sought.text, source, "word"))
    cuts = document.text[first_start:start], document.text[end:last_end]
    edges = Edges(
        before=before,
        after=after,
        first_cut=cuts[0] if fold(cuts[0]) else "",
        first_kept=document.text[start : min(end, first_end)],
        last_kept=document.text[max(start, last_start) : end],
        last_cut="" if cut_end or not fold(cuts[1]) else cuts[1],
    )
    differences += edge_differences(quote, edges)
    wide_start, wide_end = _widened(document, sought.text, start, end)
    return Place(
        document,
        wide_start,
        wide_end,
        document.text[wide_start:wide_end] == sought.text,
        tuple(differences),
        skipped=tuple(
            " ".join(document.text[first:last].split())
            for first, last in document.body.left_out_between(start, end)
        )
        if view is not document.full
        else (),
        # Only a view that is neither of these can be the one without marks, which takes time to make.
        unmarked=view not in document.views and view is document.unmarked,
    )


def _widened(document: IndexedDocument, quote: str, start: int, end: int) -> tuple[int, int]:
    """A match with the punctuation at the ends of the quote, where the source has the same."""
    text = document.text
    words = word_spans(quote)
    lead, tail = words[0][0], len(quote) - words[-1][1]
    if lead and text.endswith(quote[:lead], 0, start):
        start -= lead
    if tail and text.startswith(quote[-tail:], end):
        end += tail
    return start, end
