"""A version of a document as words with their places, ready to be compared with another."""

from __future__ import annotations

import re

from docanalyst.domain.documents import Document, Span
from docanalyst.domain.language.running_text import RunningText

_TOKEN = re.compile(r"[^\W_]+(?:(?:[’'.,]|[-‐‑](?:[^\S\n]*\n[^\S\n]*)?)[^\W_]+)*|[^\s\w]|_+")
_HYPHEN = re.compile(r"(?<=[^\W\d])[-‐‑]\s*(?=[^\W\d])")
_SAME = str.maketrans("’‘“”„«»–—−‐‑", '\'\'"""""-----')
ENDS = frozenset(".!?;:。！？；")
"""What ends a sentence or a part of one."""
_LABEL = re.compile(r"[A-Z]{1,4}-?\d+\b(?=\s)")
_CLAUSE_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3})*[.)]?\s")
LONGEST_ROW = 6
"""Lines that a row of a table may have where it begins with a label ("F-3")."""


class Version:
    """A version as words with their places. words: alike for all quotation marks, dashes and line breaks."""

    def __init__(self, document: Document) -> None:
        self.running = RunningText(document)
        matches = list(_TOKEN.finditer(self.running.text))
        self.words = [_HYPHEN.sub("", match.group()).translate(_SAME) for match in matches]
        self.starts = [match.start() for match in matches]
        self.ends = [match.end() for match in matches]
        self._rows = self._rows_of_words()
        clauses = self.running.clauses.all
        self._clause_starts = {self.running.offset(clause.page, clause.start) for clause in clauses}

    def _rows_of_words(self) -> list[int]:
        """For each word where its row of a table begins in the running text; -1 outside tables."""
        rows = [-1] * len(self.words)
        row, lines, position, index = -1, 0, 0, 0
        for line in self.running.text.split("\n"):
            labelled = _LABEL.match(line) is not None
            if "|" in line:
                row, lines = position, LONGEST_ROW if labelled else 1
            elif labelled and row >= 0:
                row, lines = position, LONGEST_ROW
            elif not line.strip() or _CLAUSE_NUMBER.match(line):
                lines = 0
            if lines <= 0:
                row = -1
            lines -= 1
            position += len(line) + 1
            while index < len(self.starts) and self.starts[index] < position:
                rows[index] = row
                index += 1
        return rows

    def row(self, word: int) -> tuple[int, int] | None:
        """First word of the table row that holds a word, and the word after its last; None outside tables."""
        if not 0 <= word < len(self.words) or self._rows[word] < 0:
            return None
        first = last = word
        while first and self._rows[first - 1] == self._rows[word]:
            first -= 1
        while last < len(self.words) and self._rows[last] == self._rows[word]:
            last += 1
        return first, last

    def is_edge(self, word: int) -> bool:
        """Whether a row of a table begins with a word, or ended before it."""
        return 0 < word < len(self.words) and self._rows[word] != self._rows[word - 1]

    def text(self, first: int, last: int) -> str:
        """Words first:last as written, on one line."""
        if first >= last:
            return ""
        return " ".join(self.running.text[self.starts[first] : self.ends[last - 1]].split())

    def spans(self, first: int, last: int) -> tuple[Span, ...]:
        """Where words first:last stand."""
        return self.running.spans(self.starts[first], self.ends[last - 1]) if first < last else ()

    def offset(self, word: int) -> int:
        """Where a word begins in the running text; the last one's place for a word after the end."""
        return self.starts[min(word, len(self.starts) - 1)] if self.starts else 0

    def begins(self, word: int) -> bool:
        """Whether a sentence, a numbered clause, a heading or a row of a table begins with a word."""
        if self.is_edge(word):
            return True
        if word == 0 or word >= len(self.words) or self.words[word - 1] in ENDS:
            return True
        first = self.words[word]
        return self.begins_line(word) and (first[0].isdigit() or first in "(•" or first.isupper())

    def numbers_clause(self, word: int) -> bool:
        """Whether a clause begins with a word, or with the one before it ("Article 7")."""
        return any(place in self._clause_starts for place in self.starts[max(0, word - 1) : word + 1])

    def begins_line(self, word: int) -> bool:
        """Whether a word is the first of its line."""
        return word == 0 or "\n" in self.running.text[self.ends[word - 1] : self.starts[word]]
