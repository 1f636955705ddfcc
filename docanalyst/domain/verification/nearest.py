"""The passage of a document closest to a quote that is not in it, and what differs."""

from __future__ import annotations

import bisect
from collections import defaultdict
from dataclasses import dataclass

from docanalyst.domain.citations import Difference
from docanalyst.domain.language.alignment import Block, align
from docanalyst.domain.language.characters import Characters
from docanalyst.domain.language.folding import fold_word, word_spans
from docanalyst.domain.language.skeletons import skeleton
from docanalyst.domain.verification.differences import kind_of, same_words
from docanalyst.domain.verification.gaps import gap_differences
from docanalyst.domain.verification.index import COMMON, IndexedDocument, View
from docanalyst.domain.verification.letters import letter_differences

SHOWN = 40
"""Differences listed for one quote; a quote with more is better read beside its source."""

VOTING = 4
"""Words that vote where all words of a quote are common."""

MOST_VOTING = 2_000
"""Words that vote at most, so that an endless quote takes no endless time."""

_STRIDE = 24
_EQUALS = 50
_IN_NUMBERS = frozenset(".,:/$€£¥₹%‰<>≤≥±=~+-–−")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a quote: folded, and where they are in its text. skeletons: see `skeleton`."""

    text: str
    spans: list[tuple[int, int]]
    folded: list[str]
    skeletons: list[str]

    @classmethod
    def of(cls, text: str) -> Words:
        """Split a text into words."""
        spans = word_spans(text)
        folded = [fold_word(text[start:end]) for start, end in spans]
        return cls(text, spans, folded, list(map(skeleton, folded)))


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage beside a quote.

    start, end: offsets into the document's text. coverage: the share of the quote's words found in it,
    in order.
    """

    document: IndexedDocument
    start: int
    end: int
    coverage: float
    similarity: float
    differences: tuple[Difference, ...] = ()


def nearest(document: IndexedDocument, quote: Words, page: int | None = None) -> Passage | None:
    """The passage that shares most words in order with the quote; None where it shares none to speak of."""
    best: Passage | None = None
    for diagonal in _diagonals(document, quote, page):
        pad = 2 * _STRIDE + len(quote.folded) // 8
        high = diagonal + len(quote.folded) + pad + _STRIDE
        passage = _aligned(document, document.body, quote, max(0, diagonal - pad), high)
        if passage and (best is None or passage.coverage > best.coverage):
            best = passage
        if best and best.coverage > 0.9:
            break
    if best and best.coverage < 1.0 and document.body is not document.full:
        pad = len(quote.folded) // 2 + _STRIDE
        low = max(0, document.full.first_word_after(best.start) - pad)
        high = document.full.first_word_after(best.end) + pad
        whole = _aligned(document, document.full, quote, low, high)
        best = whole if whole and whole.coverage > best.coverage else best
    return best


def _diagonals(document: IndexedDocument, quote: Words, page: int | None) -> list[int]:
    """Where in the body the quote's first word would be, by votes of its words; rare words weigh more."""
    votes: defaultdict[int, float] = defaultdict(float)
    known = [
        (place, found) for place, word in enumerate(quote.skeletons) if (found := document.places.get(word))
    ]
    rare = [(place, found) for place, found in known if len(found) <= COMMON]
    for place, found in (rare or sorted(known, key=lambda item: len(item[1]))[:VOTING])[:MOST_VOTING]:
        weight = 1 / (8 + len(found))
        for at in found:
            votes[(at - place) // _STRIDE] += weight
    if not votes:
        return []
    summed = {key: count + votes.get(key + 1, 0.0) for key, count in votes.items()}
    ranked = sorted(summed, key=lambda key: (-summed[key], key))
    equals = [key for key in ranked[:_EQUALS] if summed[key] == summed[ranked[0]]]
    ranked[: len(equals)] = sorted(equals, key=lambda key: not _on(document, key * _STRIDE, page))
    chosen: list[int] = []
    for key in ranked:
        if all(abs(key - other) > 1 for other in chosen):
            chosen.append(key)
        if len(chosen) == 3:
            break
    return [key * _STRIDE for key in chosen]


def _on(document: IndexedDocument, place: int, page: int | None) -> bool:
    spans = document.body.spans
    if page is None or not spans:
        return True
    start = spans[min(max(place, 0), len(spans) - 1)][0]
    return document.pages[document.page_index(start)].number == page


def _aligned(document: IndexedDocument, view: View, quote: Words, low: int, high: int) -> Passage | None:
    """The quote beside the words low … high - 1 of a view."""
    blocks = _trimmed(align(quote.skeletons, list(map(skeleton, view.words[low:high]))))
    if not blocks:
        return None
    return measure(document, view, quote, [(mine, low + theirs, size) for mine, theirs, size in blocks])


def _trimmed(blocks: list[Block]) -> list[Block]:
    """Without the small stray runs at the ends that are far from the rest."""
    kept = list(blocks)
    while len(kept) > 1 and _stray(kept[0], kept[1]):
        kept.pop(0)
    while len(kept) > 1 and _stray(kept[-1], kept[-2], after=True):
        kept.pop()
    return kept


def _stray(edge: Block, inner: Block, *, after: bool = False) -> bool:
    one, other = (inner, edge) if after else (edge, inner)
    mine = other[0] - one[0] - one[2]
    theirs = other[1] - one[1] - one[2]
    return edge[2] <= 2 and theirs > mine + 3 * edge[2] + 2


def measure(document: IndexedDocument, view: View, quote: Words, blocks: list[Block]) -> Passage:
    """A passage from aligned runs, whose second number is an index into the view."""
    spans = view.spans
    matched = sum(size for _, _, size in blocks)
    head = min(blocks[0][0], blocks[0][1])
    tail = min(len(quote.folded) - blocks[-1][0] - blocks[-1][2], len(spans) - blocks[-1][1] - blocks[-1][2])
    first, last = blocks[0][1] - head, blocks[-1][1] + blocks[-1][2] + tail - 1
    differences = _differences(document, view, quote, _equal_runs(view, quote, blocks), first, last)
    span = last - first + 1
    return Passage(
        document,
        spans[first][0],
        spans[last][1],
        matched / max(1, len(quote.folded)),
        2 * matched / max(1, len(quote.folded) + span),
        tuple(differences[:SHOWN]),
    )


def _equal_runs(view: View, quote: Words, blocks: list[Block]) -> list[Block]:
    """The runs without the words that only look alike."""
    runs: list[Block] = []
    for mine, theirs, size in blocks:
        start = 0
        for step in range(size + 1):
            if step == size or quote.folded[mine + step] != view.words[theirs + step]:
                if step > start:
                    runs.append((mine + start, theirs + start, step - start))
                start = step + 1
    return runs


def _differences(
    document: IndexedDocument, view: View, quote: Words, runs: list[Block], first: int, last: int
) -> list[Difference]:
    found: list[Difference] = []
    mine, theirs = 0, first
    for start, other, size in [*runs, (len(quote.folded), last + 1, 0)]:
        if mine < start or theirs < other:
            found += _gap(document, view, quote, (mine, start), (theirs, other))
        if size > 1 and len(found) < SHOWN:
            found += _within(document, view, quote, start, other, size)
        mine, theirs = start + size, other + size
    return found


def _gap(
    document: IndexedDocument,
    view: View,
    quote: Words,
    mine: tuple[int, int],
    theirs: tuple[int, int],
) -> list[Difference]:
    if mine[1] - mine[0] == theirs[1] - theirs[0] and mine[1] - mine[0] <= 6:
        pairs = [
            (
                _mine(quote, mine[0] + step, mine[0] + step + 1),
                _theirs(document, view, theirs[0] + step, theirs[0] + step + 1),
            )
            for step in range(mine[1] - mine[0])
        ]
    else:
        pairs = [(_mine(quote, *mine), _theirs(document, view, *theirs))]
    found = [
        Difference(quoted, source, kind_of(quoted, source, document.vocabulary, defined=document.defined))
        for quoted, source in pairs
        if not same_words(quoted, source)
    ]
    return list(dict.fromkeys(found))


def _mine(quote: Words, first: int, last: int) -> str:
    if first >= last:
        return ""
    return _as_written(quote.text, quote.spans[first][0], quote.spans[last - 1][1])


def _theirs(document: IndexedDocument, view: View, first: int, last: int) -> str:
    if first >= last:
        return ""
    start, end = view.spans[first][0], view.spans[last - 1][1]
    if last - first > 1:
        return " ".join(document.source(start, end, view).split())
    return _as_written(document.text, start, end)


def _as_written(text: str, start: int, end: int) -> str:
    """A stretch of words; a number with everything that touches it, so that "$5,000.00" is shown whole."""
    if text[start].isdigit():
        while start > 0 and (text[start - 1].isdigit() or text[start - 1] in _IN_NUMBERS):
            start -= 1
    if text[end - 1].isdigit():
        while end < len(text) and (text[end].isdigit() or text[end] in _IN_NUMBERS):
            end += 1
    return " ".join(text[start:end].split()).strip(".,:;")


def _within(
    document: IndexedDocument, view: View, quote: Words, start: int, other: int, size: int
) -> list[Difference]:
    """What differs in or between the words of a run that fold alike."""
    mine = quote.text[quote.spans[start][0] : quote.spans[start + size - 1][1]]
    theirs = document.source(view.spans[other][0], view.spans[other + size - 1][1], view)
    if " ".join(mine.split()) == " ".join(theirs.split()):
        return []
    one, two = Characters(mine), Characters(theirs)
    if one.fold != two.fold:
        return []
    return [*letter_differences(one, two), *gap_differences(one, two, document.same_words)]


def far_pieces(document: IndexedDocument, quote: Words) -> tuple[Block, Block] | None:
    """A quote put together from two places: the longest run it begins with and the longest it ends with,
    each of at least three words and together three quarters of the quote, where both occur word for word."""
    words, text = quote.folded, document.body.text
    if "".join(words[:3]) not in text or "".join(words[-3:]) not in text:  # one search where most quotes end
        return None
    head = _longest(document, words, from_start=True)
    tail = _longest(document, words, from_start=False)
    if head < 3 or tail < 3 or min(len(words), head + tail) < 0.75 * len(words):
        return None
    first = text.find("".join(words[:head]))
    last = text.rfind("".join(words[len(words) - tail :]))
    return (
        (0, document.body.word_at(first), head),
        (len(words) - tail, document.body.word_at(last), tail),
    )


def _longest(document: IndexedDocument, words: list[str], *, from_start: bool) -> int:
    text = document.body.text
    lengths = range(1, len(words) + 1)

    def missing(count: int) -> bool:
        piece = words[:count] if from_start else words[len(words) - count :]
        return "".join(piece) not in text

    return bisect.bisect_left(lengths, True, key=missing)
