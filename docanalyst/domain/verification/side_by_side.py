"""A quote beside its source: the words that both have, the words that only one has, and the text around."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docanalyst.domain.documents import Document, Span
from docanalyst.domain.language.alignment import align
from docanalyst.domain.language.folding import fold

_SIGNS = re.compile(r"[<>≤≥≠±=+×÷%‰$€£¥]|(?<!\w)[-−–](?=\d)|(?<=\d)[.,:/](?=\d)")
_SENTENCE_END = re.compile(r"[.!?。！？][\"”’)\]]{0,3}\s")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words. kind: same, quoted (only the quote has it) or source (only the source has it)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage with the text around it, up to whole sentences where they are near. page: physical number."""

    page: int
    before: str
    text: str
    after: str


def side_by_side(quote: str, source: str) -> tuple[Piece, ...]:
    """The words of both in one line, in order; what differs as a `quoted` piece, then a `source` piece.

    Words that differ only in case, quotation marks, hyphens or blanks are the same.
    """
    mine, theirs = quote.split(), source.split()
    keys = [_key(word) for word in mine], [_key(word) for word in theirs]
    pieces: list[Piece] = []
    left = right = 0
    for start, other, size in [*align(*keys), (len(mine), len(theirs), 0)]:
        quoted, sourced = " ".join(mine[left:start]), " ".join(theirs[right:other])
        if quoted and sourced and _key(quoted) == _key(sourced):
            pieces.append(Piece("same", sourced))
        else:
            pieces += [Piece(kind, text) for kind, text in (("quoted", quoted), ("source", sourced)) if text]
        if size:
            pieces.append(Piece("same", " ".join(theirs[other : other + size])))
        left, right = start + size, other + size
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].kind == piece.kind:
            joined[-1] = Piece(piece.kind, f"{joined[-1].text} {piece.text}")
        else:
            joined.append(piece)
    return tuple(joined)


def _key(text: str) -> str:
    return fold(text) + "".join(_SIGNS.findall(text))


def excerpts(document: Document, spans: Sequence[Span], characters: int = 280) -> tuple[Excerpt, ...]:
    """Each page's share of a passage with up to so many characters on either side."""
    found: list[Excerpt] = []
    for span in spans:
        page = document.page(span.page_number)
        if page is None or not 0 <= span.start < span.end <= len(page.text):
            continue
        before = page.text[max(0, span.start - characters) : span.start]
        after = page.text[span.end : span.end + characters]
        if span.start > characters and (ends := list(_SENTENCE_END.finditer(before[: len(before) * 2 // 3]))):
            before = before[ends[0].end() :]
        if span.end + characters < len(page.text) and (
            ends := list(_SENTENCE_END.finditer(after, len(after) // 3))
        ):
            after = after[: ends[-1].end()]
        found.append(Excerpt(page.number, before, page.text[span.start : span.end], after))
    return tuple(found)


def passage(document: Document, spans: Sequence[Span]) -> str:
    """The text of a passage that may cross pages."""
    return " ".join(excerpt.text for excerpt in excerpts(document, spans, 0))
