"""A document prepared for looking quotes up: its words in order, folded, with the way back to the pages."""

from __future__ import annotations

import bisect
import re
from array import array
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate, chain
from typing import overload

from docanalyst.domain.documents import Document, Page, Span
from docanalyst.domain.language.folding import fold_units, fold_word, folded_words, word_spans
from docanalyst.domain.language.joined_words import join_to_another_word
from docanalyst.domain.language.running_heads import furniture
from docanalyst.domain.language.skeletons import skeleton
from docanalyst.domain.verification.reference_marks import marks

_DEFINED = re.compile(r"[\"“]([A-Z][\w'’&.-]{1,40}(?: [\w'’&.-]{1,40}){0,5})[\"”]")
_COMMON_ENGLISH = frozenset(
    (
        *("the", "of", "and", "to", "that", "for", "is", "with", "by"),
        *("shall", "be", "or", "any", "this", "are", "were", "not", "from"),
    )
)
_ENGLISH_SHARE = 0.08
"""Share of such words from which a text is English: real pages have 0.2 and more, German and French below
0.03."""

COMMON = 200
"""A word that occurs more often than this says nothing about the place of a quote."""


Stretch = tuple[int, int]
"""Start and end of a stretch of a document's text."""


class WordSpans(Sequence[Stretch]):
    """Where each word of a text is. The words of a page are placed when one of them is asked for.

    Args:
        pages: With one character between two of them.
        counts: Number of words on each page.
    """

    def __init__(self, pages: Sequence[str], counts: Sequence[int]) -> None:
        self._pages = pages
        self._firsts = list(accumulate(counts, initial=0))
        self._offsets = list(accumulate((len(page) + 1 for page in pages), initial=0))
        self._placed: dict[int, list[Stretch]] = {}

    def __len__(self) -> int:
        return self._firsts[-1]

    @overload
    def __getitem__(self, index: int) -> Stretch: ...
    @overload
    def __getitem__(self, index: slice) -> list[Stretch]: ...
    def __getitem__(self, index: int | slice) -> Stretch | list[Stretch]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return (
                self._between(start, stop)[::step]
                if step > 0
                else [self[at] for at in range(start, stop, step)]
            )
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(index)
        page = bisect.bisect_right(self._firsts, at) - 1
        return self._on_page(page)[at - self._firsts[page]]

    def _between(self, start: int, stop: int) -> list[Stretch]:
        found: list[Stretch] = []
        page = bisect.bisect_right(self._firsts, start) - 1
        while start < stop:
            first = self._firsts[page]
            found += self._on_page(page)[start - first : stop - first]
            page += 1
            start = max(start, self._firsts[page])
        return found

    def _on_page(self, page: int) -> list[Stretch]:
        if page not in self._placed:
            offset = self._offsets[page]
            spans = word_spans(self._pages[page])
            self._placed[page] = [(offset + start, offset + end) for start, end in spans]
        return self._placed[page]


class View:
    """The words of a document, folded into one string, without some stretches of its text.

    spans: where each word is in the text. left_out: the stretches whose words are not among them, in
    order."""

    def __init__(
        self, words: Sequence[str], spans: Sequence[Stretch], left_out: Sequence[Stretch] = ()
    ) -> None:
        self.words = words
        self.spans = spans
        self.left_out = left_out
        self.text = "".join(words)
        self.starts = array("I", accumulate(map(len, words), initial=0))

    def occurrences(self, folded: str, limit: int, start: int = 0, end: int | None = None) -> list[int]:
        """Offsets of a folded string between two offsets, at most `limit`."""
        found: list[int] = []
        offset = self.text.find(folded, start, end)
        while offset >= 0 and len(found) < limit:
            found.append(offset)
            offset = self.text.find(folded, offset + 1, end)
        return found

    def word_at(self, offset: int) -> int:
        """Index of the word of this view that holds an offset of its folded text."""
        return bisect.bisect_right(self.starts, offset) - 1

    def first_word_after(self, position: int) -> int:
        """Index of the first word that begins at or after an offset of the document's text."""
        return bisect.bisect_left(self.spans, (position, 0))

    def left_out_between(self, start: int, end: int) -> list[Stretch]:
        """The stretches left out that lie between two offsets of the document's text."""
        index = max(0, bisect.bisect_left(self.left_out, (start, start)) - 1)
        found: list[Stretch] = []
        while index < len(self.left_out) and self.left_out[index][0] < end:
            first, last = max(start, self.left_out[index][0]), min(end, self.left_out[index][1])
            if first < last:
                found.append((first, last))
            index += 1
        return found

    def without(self, text: str, stretches: Sequence[Stretch]) -> View:
        """This view without some more stretches of the text; a word that one cuts keeps the rest of
        itself."""
        words: list[str] = []
        spans: list[Stretch] = []
        position = 0
        for start, end in stretches:
            first = self.first_word_after(start)
            if first and self.spans[first - 1][1] > start:
                first -= 1
            last = self.first_word_after(end)
            words += self.words[position:first]
            spans += self.spans[position:first]
            for word_start, word_end in self.spans[max(first, position) : last]:
                for one, other in ((word_start, min(start, word_end)), (max(end, word_start), word_end)):
                    if one < other and (folded := fold_word(text[one:other])):
                        words.append(folded)
                        spans.append((one, other))
            position = max(position, last)
        words += self.words[position:]
        spans += self.spans[position:]
        return View(words, spans, sorted([*self.left_out, *stretches]))


class IndexedDocument:
    """One document with its words, folded once. Offsets are into `text`, the pages joined by newlines."""

    def __init__(self, name: str, document: Document) -> None:
        self.name = name
        self.document = document
        self.pages: tuple[Page, ...] = document.pages
        self.text = "\n".join(page.text for page in self.pages)
        self.page_starts = list(accumulate((len(page.text) + 1 for page in self.pages), initial=0))
        pages = [folded_words(page.text) for page in self.pages]
        self.words = list(chain.from_iterable(pages))
        self.spans = WordSpans([page.text for page in self.pages], [len(words) for words in pages])
        self.full = View(self.words, self.spans)
        heads = self._furniture()
        self.body = self.full.without(self.text, heads) if heads else self.full

    def _furniture(self) -> list[Stretch]:
        lines = furniture([page.text for page in self.pages])
        return [
            (offset + start, offset + end)
            for offset, page in zip(self.page_starts, lines, strict=False)
            for start, end in page
        ]

    @property
    def views(self) -> tuple[View, ...]:
        """The running text, and the text with its running heads where it has any."""
        return (self.body,) if self.body is self.full else (self.body, self.full)

    @cached_property
    def unmarked(self) -> View:
        """The running text without the marks of its footnotes and references."""
        found = marks(self.text, self.vocabulary)
        return self.body.without(self.text, found) if found else self.body

    def source(self, start: int, end: int, view: View | None = None) -> str:
        """Text between two offsets without what a view (the running text, unless one is given) leaves out."""
        kept: list[str] = []
        for first, last in (view or self.body).left_out_between(start, end):
            kept.append(self.text[start:first])
            start = last
        return "".join([*kept, self.text[start:end]])

    def before(self, position: int, view: View, reach: int) -> str:
        """About so many characters before an offset, without what a view leaves out."""
        return self.source(max(0, position - reach), position, view)

    def same_words(self, first: str, second: str) -> bool:
        """Whether a blank between two folded words may have been lost or put in by typesetting.

        In English it may, unless the two make another word ("in direct"). In another language only where the
        document has the other form elsewhere, and never both.
        """
        if join_to_another_word(first, second):
            return False
        if self.is_english:
            return True
        joined = self.vocabulary[first + second]
        apart = min(self.vocabulary[first], self.vocabulary[second])
        return (joined > 1) != (apart > 1)

    @cached_property
    def is_english(self) -> bool:
        """Whether the document's common words are English ones."""
        common = sum(self.vocabulary[word] for word in _COMMON_ENGLISH)
        return common >= _ENGLISH_SHARE * len(self.words)

    def character(self, view: View, offset: int) -> tuple[int, int]:
        """Start and end in `text` of the character at an offset of a view's folded text."""
        word = view.word_at(offset)
        start, end = view.spans[word]
        inside = offset - view.starts[word]
        raw = self.text[start:end]
        if raw.isascii():
            return start + inside, start + inside + 1
        units = fold_units(raw)
        for position, (unit, at) in enumerate(units):
            inside -= len(unit)
            if inside < 0:
                after = units[position + 1][1] if position + 1 < len(units) else end - start
                return start + at, start + after
        return end, end

    def page_range(self, view: View, first: int, last: int) -> tuple[int, int] | None:
        """The stretch of a view's folded text on pages of these numbers; None where none was taken."""
        indexes = [index for index, page in enumerate(self.pages) if first <= page.number <= last]
        if not indexes:
            return None
        start, end = self.page_starts[indexes[0]], self.page_starts[indexes[-1] + 1]
        low, high = view.first_word_after(start), view.first_word_after(end)
        return view.starts[low], view.starts[high]

    def page_index(self, offset: int) -> int:
        """Index among the pages taken of the page that holds an offset of `text`."""
        return min(bisect.bisect_right(self.page_starts, offset) - 1, len(self.pages) - 1)

    def pages_of(self, start: int, end: int) -> list[Page]:
        """The pages that a stretch of `text` touches."""
        return list(self.pages[self.page_index(start) : self.page_index(max(start, end - 1)) + 1])

    def page_spans(self, start: int, end: int) -> tuple[Span, ...]:
        """A stretch of `text` as one span a page, with blank edges left out."""
        spans: list[Span] = []
        for index in range(self.page_index(start), self.page_index(max(start, end - 1)) + 1):
            offset, page = self.page_starts[index], self.pages[index]
            first, last = self._within(max(start, offset), min(end, offset + len(page.text)))
            first, last = first - offset, last - offset
            while first < last and page.text[first].isspace():
                first += 1
            while first < last and page.text[last - 1].isspace():
                last -= 1
            if first < last:
                spans.append(Span(self.document.sha256, page.number, first, last))
        return tuple(spans)

    def _within(self, start: int, end: int) -> Stretch:
        """A stretch of one page without the running heads at its ends, unless it lies in them."""
        first, last = start, end
        heads = self.body.left_out_between(start, end)
        for head_start, head_end in heads:
            if not self.text[first:head_start].strip():
                first = head_end
        for head_start, head_end in reversed(heads):
            if not self.text[head_end:last].strip():
                last = head_start
        return (first, last) if first < last else (start, end)

    @cached_property
    def vocabulary(self) -> Counter[str]:
        """How often each folded word occurs in the document."""
        return Counter(self.words)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each word of the running text, as a skeleton, is in the body view."""
        looks = {word: skeleton(word) for word in set(self.body.words)}
        places: dict[str, list[int]] = {look: [] for look in looks.values()}
        found = {word: places[look] for word, look in looks.items()}
        for position, word in enumerate(self.body.words):
            found[word].append(position)
        return places

    @cached_property
    def defined(self) -> frozenset[str]:
        """Folded words of the terms that the document sets in quotation marks with a capital."""
        return frozenset(
            fold_word(word)
            for term in _DEFINED.findall(self.text)
            for word in term.split()
            if word[:1].isupper()
        )
