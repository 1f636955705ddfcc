"""Reference marks of a source that a quote may leave out: "[12]" of a paper, the digits of a footnote.

A number in brackets may also be a term that was filled in ("[30] days"), and digits behind a word may be part
of a name ("phase3"). A mark counts as one only in a document that uses such marks, and never where a unit
follows or a word stands before that asks for a number.
"""

from __future__ import annotations

import re

from docanalyst.domain.language.folding import fold_word
from docanalyst.domain.verification.index import IndexedDocument, View
from docanalyst.domain.verification.vocabulary import (
    ASKING_FOR_A_NUMBER,
    DATE_WORDS,
    MONEY_WORDS,
    NUMBER_WORDS,
    UNITS,
)

_BRACKETED = re.compile(
    r"[\s.,;:)”\"]*?((?:\[[\d\s,;–-]{1,40}\][\s,;–-]*){0,12}\[[\d\s,;–-]{1,40}\])[\s.,;:)(“\"]*"
)
_GLUED = re.compile(r"([a-z]{4,})(\d{1,3})")
_UNITS_AFTER = (
    UNITS
    | MONEY_WORDS
    | DATE_WORDS
    | NUMBER_WORDS
    | {"times", "fold", "copies", "units", "shares", "percent"}
)


def bracketed_mark(document: IndexedDocument, view: View, first: int, last: int) -> tuple[int, int] | None:
    """Where words of a view are one or more bracketed reference marks: their place in the text.

    first, last: indexes into the view, the words in brackets being first … last - 1.
    """
    tokens, words = view.tokens, view.words
    if first >= last or last - first > 12 or first == 0 or not document.uses_references:
        return None
    start = document.spans[tokens[first - 1]][1]
    end = document.spans[tokens[last]][0] if last < len(tokens) else len(document.text)
    if end - start > 200:
        return None
    inside = document.text[start:end]
    marks = _BRACKETED.fullmatch(inside)
    if marks is None:
        return None
    ends_clause = re.match(r"\s*[.,;:)]", inside[marks.end(1) :]) is not None
    if not ends_clause and (words[first - 1] in ASKING_FOR_A_NUMBER or words[first - 1] in UNITS):
        return None
    if not ends_clause and last < len(words) and words[last] in _UNITS_AFTER:
        return None
    return start + marks.start(1), start + marks.end(1)


def glued_mark(document: IndexedDocument, view: View, at: int, quoted: str) -> tuple[int, int] | None:
    """Where a word of the source is the quoted word with the digits of a footnote stuck to it: the digits.

    at: index into the view. quoted: the folded word of the quote.
    """
    start, end = document.spans[view.tokens[at]]
    glued = _GLUED.fullmatch(document.text[start:end])
    if (
        glued is None
        or fold_word(glued.group(1)) != quoted
        or quoted in ASKING_FOR_A_NUMBER
        or quoted in UNITS
    ):
        return None
    words = view.words
    if at + 1 < len(words) and words[at + 1] in _UNITS_AFTER:
        return None
    if (
        not document.vocabulary[quoted]
        or document.vocabulary[view.words[at]] > 1
        or not document.uses_footnotes
    ):
        return None
    return start + glued.start(2), end
