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


class Version:
    """A version as words with their places. words: alike for all quotation marks, dashes and line breaks."""

    def __init__(self, document: Document) -> None:
        self.running = RunningText(document)
        matches = list(_TOKEN.finditer(self.running.text))
        self.words = [_HYPHEN.sub("", match.group()).translate(_SAME) for match in matches]
        self.starts = [match.start() for match in matches]
        self.ends = [match.end() for match in matches]

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
        """Whether a sentence, a numbered clause or a heading begins with a word."""
        if word == 0 or word >= len(self.words) or self.words[word - 1] in ENDS:
            return True
        first = self.words[word]
        return self.begins_line(word) and (first[0].isdigit() or first in "(•" or first.isupper())

    def begins_line(self, word: int) -> bool:
        """Whether a word is the first of its line."""
        return word == 0 or "\n" in self.running.text[self.ends[word - 1] : self.starts[word]]
