"""A sentence that a footnote, a caption or a head of the page stands in the middle of, quoted without it.

The sentence must be broken off at the end of a line and go on at the beginning of a later one, in small
letters or behind a hyphen; and everything between must look like what stands there in print: a marked
footnote, a caption, an address, a heading. A clause of running text never passes for that.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from docanalyst.domain.language.folding import DASHES, fold_word, word_spans
from docanalyst.domain.verification.differences import hides_exception
from docanalyst.domain.verification.gaps import Characters
from docanalyst.domain.verification.index import IndexedDocument
from docanalyst.domain.verification.lookup import Place, compare
from docanalyst.domain.verification.vocabulary import NUMBER_WORDS, UNITS

REACH = 1_500
"""Characters that may stand between the two halves."""

_PLACES = 40
_SHORTEST = 8
_HYPHENS = tuple(DASHES)
_FOOTNOTE = re.compile(
    r"(?:\d{1,3}|[*†‡§¶∗#⋆]{1,3}[ \u00a0]?)(?=[A-Z][a-z]|[A-Z] [a-z]|[\"“(]|https?:|www\.)"
)
_SPACED_FOOTNOTE = re.compile(r"\d{1,3}[ \u00a0](?=[A-Z\"“(]|https?:).{36,}", re.DOTALL)
_CAPTION = re.compile(
    r"(?:Figure|Fig\.|FIG\.|Table|TABLE|Tab\.|Algorithm|Listing|Scheme|Chart|Plate|Box)[ \u00a0]\S"
)
_IMPRINT = re.compile(
    r"(?:https?://|www\.|doi\b|DOI\b|arXiv|©|\(c\)|Copyright|Proceedings|Published|Downloaded|Cite as|"
    r"Continued|"
    r"Page[ \u00a0]\d|\d{1,4}[ \u00a0]+[A-Z]{2,}|[\w.+-]{1,40}@)"
)
_HEADING_WORD = r"(?:[^\sa-z]\S*|of|and|the|in|for|on|to|an?|v\.|de|des|der|und|et)"
_HEADING = re.compile(rf"{_HEADING_WORD}(?:\s+{_HEADING_WORD})*")
_CONNECTORS = frozenset(
    {"of", "and", "or", "the", "in", "for", "on", "to", "a", "an", "by", "with", "at", "from"}
)
_BLOCKS = re.compile(r"\n[^\S\n]*\n")


def find_interrupted(
    document: IndexedDocument, quote: str, words: Sequence[str], pages: tuple[int | None, int | None]
) -> Place | None:
    """Where a quote stands in two halves around such an interruption; None where it does not.

    words: of the quote, folded. pages: the first and last physical number claimed. The place's `parts` are
    the two halves, its `omitted` is what stands between them.
    """
    if not _ends_stand_apart(document, words):
        return None
    characters = Characters(quote)
    folded = "".join(characters.fold)
    best: Place | None = None
    for length in _breaks(document, characters, folded):
        for place in _joined(document, characters, folded, length):
            if place.on(*pages):
                return place
            best = best or place
    return best


def _ends_stand_apart(document: IndexedDocument, words: Sequence[str]) -> bool:
    """Whether the quote's ends stand in the document, farther apart than in the quote: three words of the one
    end and two of the other, for no break is near both."""
    if len(words) < 5:
        return False
    trigrams, pairs = document.trigrams, document.pairs
    head, tail = (words[0], words[1]), (words[-2], words[-1])
    long_head = trigrams.get((*head, words[2]), ())
    long_tail = trigrams.get((words[-3], *tail), ())
    return _apart(long_head, pairs.get(tail, ()), len(words) - 2) or _apart(
        pairs.get(head, ()), long_tail, len(words) - 3
    )


def _apart(first: Sequence[int], last: Sequence[int], span: int) -> bool:
    """Whether one of the last places lies farther behind one of the first than the span, but within reach."""
    if len(first) > len(last):
        starts = ((bisect.bisect_left(first, place - span - REACH // 2), place - span) for place in last)
        return any(at < len(first) and first[at] < limit for at, limit in starts)
    ends = ((bisect.bisect_right(last, place + span), place + span + REACH // 2) for place in first)
    return any(at < len(last) and last[at] <= limit for at, limit in ends)


def _breaks(document: IndexedDocument, quote: Characters, folded: str) -> list[int]:
    """Lengths of the first half worth trying: the longest that stands anywhere, and word ends before it."""
    text = document.body.text
    longest = bisect.bisect_left(range(1, len(folded) + 1), True, key=lambda size: folded[:size] not in text)
    ends = [longest]
    for length in range(min(longest, len(folded)) - 1, max(_SHORTEST, longest - 40), -1):
        if quote.gap(length - 1) and len(ends) < 4:
            ends.append(length)
    return [length for length in ends if _SHORTEST <= length <= len(folded) - _SHORTEST]


def _joined(document: IndexedDocument, quote: Characters, folded: str, length: int) -> list[Place]:
    view = document.body
    head, tail = folded[:length], folded[length:]
    first = Characters(quote.text[: quote.ends[length - 1]])
    second = Characters(quote.text[quote.starts[length] :])
    found: list[Place] = []
    for offset in view.occurrences(head, _PLACES):
        end = offset + length
        start = view.text.find(tail, end, end + REACH + len(tail))
        if start < 0:
            continue
        break_end = document.character(view, end - 1)[1]
        break_start = document.character(view, start)[0]
        if not _is_interruption(document, break_end, break_start):
            continue
        one = compare(document, view, first, offset, length)
        other = compare(document, view, second, start, len(tail))
        hyphenated = document.text[break_end : break_end + 1] in _HYPHENS
        if (one.sound or hyphenated) and other.sound:
            omitted = " ".join(document.source(break_end, break_start).split()).lstrip("- ")
            parts = ((one.start, break_end), (break_start, other.end))
            found.append(Place(document, one.start, other.end, omitted=(omitted,), parts=parts))
    return found


def _is_interruption(document: IndexedDocument, start: int, end: int) -> bool:
    """Whether a sentence breaks off at the one place and goes on at the other around foreign matter."""
    text = document.text
    line_end = text.find("\n", start)
    rest = text[start : line_end if line_end >= 0 else len(text)].strip()
    if rest not in ("", ",", *_HYPHENS) or line_end < 0 or line_end > end:
        return False
    line_start = text.rfind("\n", 0, end) + 1
    if text[line_start:end].strip(" \t\"“‘'(") or not (text[end].islower() or rest in _HYPHENS):
        return False
    pages = document.page_index(start), document.page_index(end)
    if pages[1] - pages[0] > 1:
        return False
    turned = pages[0] != pages[1]
    turn = document.page_starts[pages[1]] if turned else line_start
    below, above = document.source(line_end, max(line_end, turn - 1)), document.source(turn, line_start)
    if not turned and not (_BLOCKS.match(below) and _BLOCKS.search(below[-40:])):
        return False
    blocks = [block.strip() for block in _BLOCKS.split(below) if block.strip()]
    heads = [block.strip() for block in _BLOCKS.split(above) if block.strip()]
    if not blocks and not heads:
        return False
    free = _BLOCKS.search(above[-40:]) is not None
    return all(map(_is_foreign, blocks)) and all(
        _is_foreign(head) or (free and _is_heading(head)) for head in heads
    )


def _is_foreign(block: str) -> bool:
    """Whether a block is a footnote, a caption or an imprint."""
    if _FOOTNOTE.match(block) or _CAPTION.match(block) or _IMPRINT.match(block):
        return True
    return _SPACED_FOOTNOTE.fullmatch(block) is not None and block[-1] in ".)/"


def _is_heading(block: str) -> bool:
    """Whether a block at the top of a page is a heading and not a line of its text."""
    words = [fold_word(block[start:end]) for start, end in word_spans(block)]
    if not words or len(block) > 90 or block[-1] in ".;,:" or block.startswith("(") or hides_exception(block):
        return False
    measures = any(len(word) > 1 and (word in UNITS or word in NUMBER_WORDS) for word in words)
    return not measures and words[-1] not in _CONNECTORS and _HEADING.fullmatch(block) is not None
