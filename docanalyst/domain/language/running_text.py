"""The running text of a document in one piece: its pages without heads and feet, with the way back."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict

from docanalyst.domain.documents import Document, Span
from docanalyst.domain.language.clauses import Clauses
from docanalyst.domain.language.sentences import body_spans, split_document


class RunningText:
    """A document's running text. text: the bodies of the pages, joined by newlines. Offsets are into it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.sentences = split_document(document.pages)
        self.clauses = Clauses(document, self.sentences)
        self._stretches: list[tuple[int, int, int]] = []
        pieces: list[str] = []
        size = 0
        for index, stretches in enumerate(body_spans(document.pages)):
            for start, end in stretches:
                self._stretches.append((size, index, start))
                pieces.append(document.pages[index].text[start:end])
                size += end - start + 1
        self.text = "\n".join(pieces)
        self._starts = [start for start, _, _ in self._stretches]
        self._headings = sorted(self._heading_spans())
        self._heading_starts = [start for start, _ in self._headings]

    def _heading_spans(self) -> list[tuple[int, int]]:
        headings: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for sentence in self.sentences:
            if sentence.heading or sentence.contents:
                page, start, end = sentence.parts[0]
                headings[page].append((start, end))
        found = []
        for position, (first, page, offset) in enumerate(self._stretches):
            after = (
                self._stretches[position + 1][0] if position + 1 < len(self._stretches) else len(self.text)
            )
            for start, end in headings[page]:
                if offset <= start and first + start - offset < after:
                    found.append((first + start - offset, first + end - offset))
        return found

    def in_heading(self, offset: int) -> bool:
        """Whether an offset lies in a heading or in a line of a table of contents."""
        index = bisect_right(self._heading_starts, offset) - 1
        return index >= 0 and offset < self._headings[index][1]

    def place(self, offset: int) -> tuple[int, int]:
        """Index of the page and offset into its text of an offset."""
        first, index, start = self._stretches[max(0, bisect_right(self._starts, offset) - 1)]
        return index, offset - first + start

    def offset(self, page_index: int, start: int) -> int:
        """The offset of a place in a page's text."""
        inside = [item for item in self._stretches if item[1] == page_index and item[2] <= start]
        first, _, begin = inside[-1] if inside else (0, 0, 0)
        return first + start - begin

    def span(self, start: int, end: int) -> Span:
        """A stretch as a span of the page that it begins on."""
        index, begin = self.place(start)
        page = self.document.pages[index]
        return Span(self.document.sha256, page.number, begin, min(len(page.text), begin + end - start))

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """A stretch as one span for each piece of page text that it runs through."""
        found = []
        index = max(0, bisect_right(self._starts, start) - 1)
        while index < len(self._stretches) and self._starts[index] < end:
            first, page_index, offset = self._stretches[index]
            after = self._starts[index + 1] - 1 if index + 1 < len(self._starts) else len(self.text)
            begin, stop = max(start, first), min(end, after)
            if begin < stop:
                page = self.document.pages[page_index]
                found.append(
                    Span(self.document.sha256, page.number, begin - first + offset, stop - first + offset)
                )
            index += 1
        return tuple(found)

    def page_label(self, offset: int) -> str | None:
        """The label of the place of an offset: the printed number of its page, or its paragraph."""
        index, start = self.place(offset)
        return self.document.pages[index].label_at(start)

    def section(self, offset: int) -> str | None:
        """The label of the clause that holds an offset."""
        index, start = self.place(offset)
        return self.clauses.label_at(self.document.pages[index].number, start)
