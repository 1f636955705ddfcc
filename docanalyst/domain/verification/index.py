"""A document prepared for looking quotes up: its words in order, folded, with the way back to the pages."""

from __future__ import annotations

import bisect
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, pairwise

from docanalyst.domain.documents import Document, Page, Span
from docanalyst.domain.language.folding import fold_units, fold_word, word_spans
from docanalyst.domain.language.running_heads import furniture

_DEFINED = re.compile(r"[\"“]([A-Z][\w'’&.-]{1,40}(?: [\w'’&.-]{1,40}){0,5})[\"”]")
_BRACKETED = re.compile(r"\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,20}\]")

_GLUED = re.compile(r"\b[a-z]{4,}\d{1,3}\b")

COMMON = 200
"""A run of three words that stands more often than this says nothing about the place of a quote."""


class View:
    """A stretch of words folded into one string. tokens: position of each word among all of the document."""

    def __init__(self, words: Sequence[str], tokens: Sequence[int]) -> None:
        self.words = words
        self.tokens = tokens
        self.text = "".join(words)
        self.starts = array("I", accumulate(map(len, words), initial=0))

    def occurrences(self, folded: str, limit: int, start: int = 0, end: int | None = None) -> list[int]:
        """Offsets at which a folded string stands between two offsets, at most `limit`."""
        found: list[int] = []
        offset = self.text.find(folded, start, end)
        while offset >= 0 and len(found) < limit:
            found.append(offset)
            offset = self.text.find(folded, offset + 1, end)
        return found

    def word_at(self, offset: int) -> int:
        """Index of the word of this view that holds an offset of its folded text."""
        return bisect.bisect_right(self.starts, offset) - 1


class IndexedDocument:
    """One document with its words, folded once. Offsets are into `text`, the pages joined by newlines."""

    def __init__(self, name: str, document: Document) -> None:
        self.name = name
        self.document = document
        self.pages: tuple[Page, ...] = document.pages
        self.text = "\n".join(page.text for page in self.pages)
        self.page_starts = list(accumulate((len(page.text) + 1 for page in self.pages), initial=0))
        self.spans = word_spans(self.text)
        self.starts = array("I", (start for start, _ in self.spans))
        if self.text.isascii():
            lowered = self.text.lower()
            self.words = [lowered[start:end] for start, end in self.spans]
        else:
            self.words = [fold_word(self.text[start:end]) for start, end in self.spans]
        self.blanked = self._furniture()
        self.full = View(self.words, range(len(self.words)))
        self.body = self._body() if self.blanked else self.full

    def _furniture(self) -> list[tuple[int, int]]:
        lines = furniture([page.text for page in self.pages])
        return [
            (offset + start, offset + end)
            for offset, page in zip(self.page_starts, lines, strict=False)
            for start, end in page
        ]

    def _body(self) -> View:
        words: list[str] = []
        tokens = array("I")
        position = 0
        for start, end in self.blanked:
            first, last = bisect.bisect_left(self.starts, start), bisect.bisect_left(self.starts, end)
            words += self.words[position:first]
            tokens.extend(range(position, first))
            position = max(position, last)
        words += self.words[position:]
        tokens.extend(range(position, len(self.words)))
        return View(words, tokens)

    def views(self) -> Iterator[View]:
        """The running text, then the text with its running heads where there are any."""
        yield self.body
        if self.body is not self.full:
            yield self.full

    def source(self, start: int, end: int, *, body: bool = True) -> str:
        """Text between two offsets; body: without running heads."""
        if not body or not self.blanked:
            return self.text[start:end]
        kept: list[str] = []
        index = bisect.bisect_left(self.blanked, (start, start))
        while index < len(self.blanked) and self.blanked[index][0] < end:
            blank_start, blank_end = self.blanked[index]
            kept.append(self.text[start:blank_start])
            start = max(start, min(blank_end, end))
            index += 1
        return "".join([*kept, self.text[start:end]])

    def character(self, view: View, offset: int) -> tuple[int, int]:
        """Start and end in `text` of the character behind an offset of a view's folded text."""
        word = view.word_at(offset)
        start, end = self.spans[view.tokens[word]]
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
        low = bisect.bisect_left(view.tokens, bisect.bisect_left(self.starts, start))
        high = bisect.bisect_left(view.tokens, bisect.bisect_left(self.starts, end))
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

    def _within(self, start: int, end: int) -> tuple[int, int]:
        """A stretch of one page without the running heads at its ends, unless it lies in them."""
        first, last = start, end
        index = bisect.bisect_left(self.blanked, (start, start))
        while (
            index < len(self.blanked)
            and not self.text[first : self.blanked[index][0]].strip()
            and first < end
        ):
            first = self.blanked[index][1]
            index += 1
        index = bisect.bisect_left(self.blanked, (end, end)) - 1
        while (
            index >= 0
            and self.blanked[index][1] <= last
            and not self.text[self.blanked[index][1] : last].strip()
        ):
            last = self.blanked[index][0]
            index -= 1
        return (first, last) if first < last else (start, end)

    @cached_property
    def vocabulary(self) -> Counter[str]:
        """How often each folded word stands in the document."""
        return Counter(self.words)

    @cached_property
    def trigrams(self) -> dict[tuple[str, str, str], list[int]]:
        """Where each run of three words of the running text begins, as indexes into the body view."""
        places: dict[tuple[str, str, str], list[int]] = {}
        words = self.body.words
        for position, key in enumerate(zip(words, words[1:], words[2:], strict=False)):
            if key in places:
                places[key].append(position)
            else:
                places[key] = [position]
        return places

    @cached_property
    def pairs(self) -> dict[tuple[str, str], list[int]]:
        """Where each two neighbouring words of the running text begin, as indexes into the body view."""
        places: dict[tuple[str, str], list[int]] = {}
        for position, key in enumerate(pairwise(self.body.words)):
            if key in places:
                places[key].append(position)
            else:
                places[key] = [position]
        return places

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each word of the running text stands, as indexes into the body view."""
        places: dict[str, list[int]] = {}
        for position, word in enumerate(self.body.words):
            places.setdefault(word, []).append(position)
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

    @cached_property
    def uses_references(self) -> bool:
        """Whether the document marks its references with bracketed numbers."""
        return len(_BRACKETED.findall(self.text)) >= 5

    @cached_property
    def uses_footnotes(self) -> bool:
        """Whether digits stick to several different ordinary words, as extracted footnote marks do."""
        return sum(self.vocabulary[word] == 1 for word in set(_GLUED.findall(self.text))) >= 3
