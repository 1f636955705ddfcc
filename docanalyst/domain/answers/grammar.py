"""The citation grammar: how an answer cites, and how the quotes are read out of it.

An answer marks a statement with `[^n]` and ends with one line a citation:

    [^1]: D2 p.17 "verbatim quote"

The reader is lenient about form (brackets, dashes, quote marks, several pages, missing document, line
breaks inside the quote); what it reads is checked strictly by `verification`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from docanalyst.domain.answers.places import ClaimedPlace, read_place, starts_with_place, without_place
from docanalyst.domain.answers.quotation_marks import quoted
from docanalyst.domain.citations import Quote
from docanalyst.domain.language.folding import fold

_DEFINITION = re.compile(
    r"^[ \t>*+•|\-]*(?:[\[【]([\^†]?)(\d{1,5})\^?[\]】]|\(?(\d{1,5})[.)](?=[ \t]))"
    r"(?:\*\*|__)?[ \t]*(:?)(?:\*\*|__)?[ \t|]*",
    re.MULTILINE,
)

_OPENING = re.compile(r"[ \t(*_]{0,6}[\"“„«「『‘']")

_BLANK_LINE = re.compile(r"\n[ \t>]*\n")

_NEW_LINE = re.compile(r"\n(?![ \t]*(?:[\"“„«「(\[—–-]|and\b|D\d))")

_SINGLE = re.compile(r"(?<!\w)['‘](?=\S)(.+)(?<=\S)['’](?!\w)", re.DOTALL)

_AFTER = re.compile(
    r"[ \t\n]{0,3}[*_]{0,3}[,.;]?[ \t\n]{0,3}"
    r"(?:\(([^()\n]{1,120})\)|\[([^\[\]\n]{1,120})\]|[—–-]{1,2}[ \t]{0,2}([^\n]{1,60}))"
)

_PARAGRAPHS = 20

_ANSWERS = 64
"""Answers whose reading is remembered: each is read for its quotes, its coverage and its fields."""


@dataclass(frozen=True, slots=True)
class ReadQuote:
    """A quote with its place in the answer: offsets. defined: in a definition, not in the text."""

    quote: Quote
    start: int
    end: int
    defined: bool


def read_quotes(answer: str) -> list[Quote]:
    """Every citation of an answer, definitions first in their order, then quotes cited in the text itself.

    A definition without any quoted words gives a quote with text "", which no check will verify. Quotes in
    the text count where a place stands beside them ("…" (D1, p. 3)); they are numbered on. Linear in the
    length of the answer.
    """
    return [item.quote for item in read_places(answer)]


def read_places(answer: str) -> list[ReadQuote]:
    """As `read_quotes`, with where each stands in the answer."""
    return list(_places(answer))


@lru_cache(maxsize=_ANSWERS)
def _places(answer: str) -> tuple[ReadQuote, ...]:
    found: list[ReadQuote] = []
    blocks = definition_blocks(answer)
    for start, end, number, content in blocks:
        found += [
            ReadQuote(quote, start, end, True) for quote in _read_definition(answer[content:end], number)
        ]
    seen = {(fold(item.quote.text), item.quote.document, item.quote.page) for item in found}
    number = max((item.quote.number or 0 for item in found), default=0)
    position = 0
    for start, end, _, _ in [*blocks, (len(answer), len(answer), 0, 0)]:
        for item in _read_text(answer[position:start], position):
            key = (fold(item.quote.text), item.quote.document, item.quote.page)
            if key not in seen:
                seen.add(key)
                number += 1
                found.append(replace(item, quote=replace(item.quote, number=number)))
        position = end
    return tuple(found)


def definition_blocks(answer: str) -> list[tuple[int, int, int, int]]:
    """Start, end, number and start of the content of each definition of an answer."""
    return list(_blocks(answer))


@lru_cache(maxsize=_ANSWERS)
def _blocks(answer: str) -> tuple[tuple[int, int, int, int], ...]:
    starts: list[tuple[int, int, int]] = []
    for match in _DEFINITION.finditer(answer):
        rest = answer[match.end() : match.end() + 120]
        placed = starts_with_place(rest)
        if match.group(3):
            accepted = placed and read_place(rest).document is not None
        else:
            accepted = bool(match.group(4)) or placed or _OPENING.match(rest) is not None
        if accepted and (rest.strip() or match.group(4)):
            starts.append((match.start(), match.end(), int(match.group(2) or match.group(3))))
    blocks: list[tuple[int, int, int, int]] = []
    limits = [*(start for start, _, _ in starts[1:]), len(answer)]
    for (start, content, number), limit in zip(starts, limits, strict=False):
        blocks.append((start, _block_end(answer, content, limit), number, content))
    return tuple(blocks)


def _block_end(answer: str, content: int, limit: int) -> int:
    """Where a definition ends: at a blank line or a new line of text, unless a quotation is still open."""
    end = limit
    breaks = [match.start() for match in _first(_BLANK_LINE, answer, content, limit, _PARAGRAPHS)]
    for place in [*breaks, limit]:
        end = place
        if place - content > 20_000 and place != (breaks or [limit])[0]:
            return breaks[0]
        pairs = quoted(answer[content:place], extend=True)
        if not pairs or pairs[-1].closed:
            break
    else:
        return breaks[0] if breaks else limit
    position = content
    for pair in pairs:
        line = _NEW_LINE.search(answer, position, content + pair.start)
        if line and position > content:
            return line.start()
        position = content + pair.end
    line = _NEW_LINE.search(answer, position, end)
    return line.start() if line and pairs else end


def _first(pattern: re.Pattern[str], text: str, start: int, end: int, count: int) -> list[re.Match[str]]:
    return list(islice(pattern.finditer(text, start, end), count))


def _read_definition(text: str, number: int) -> list[Quote]:
    pairs = [
        pair
        for pair in quoted(text, extend=True)
        if not _names_a_file(text[pair.inner_start : pair.inner_end])
    ]
    if not pairs:
        single = _SINGLE.search(text) if len(text) < 20_000 else None
        words = single.group(1) if single else without_place(text)
        place = read_place(text[: single.start()] if single else text[: len(text) - len(words)] or text)
        return [_quote(words, place, number)]
    found: list[Quote] = []
    current = ClaimedPlace()
    position = 0
    for index, pair in enumerate(pairs):
        following = pairs[index + 1].start if index + 1 < len(pairs) else len(text)
        before = read_place(text[position : pair.start][-600:])
        position = pair.end
        if not before and (after := _AFTER.match(text, pair.end, following)):
            before = read_place(next(filter(None, after.groups()), ""))
            position = after.end()
        if not before and not found:
            before = read_place(text[pair.end : following])
        current = _inherit(before, current)
        found.append(_quote(text[pair.inner_start : pair.inner_end], current, number))
    return found


def _inherit(place: ClaimedPlace, earlier: ClaimedPlace) -> ClaimedPlace:
    if not place:
        return earlier
    return place if place.document else replace(place, document=earlier.document)


def _read_text(text: str, offset: int) -> list[ReadQuote]:
    """Quotations of running text that name their place right after or right before."""
    found: list[ReadQuote] = []
    start = 0
    for paragraph in [*(match for match in _BLANK_LINE.finditer(text)), None]:
        end = paragraph.start() if paragraph else len(text)
        piece = text[start:end]
        previous = 0
        for pair in quoted(piece):
            opening = piece[max(previous, pair.start - 40) : pair.start]
            previous = pair.end
            after = _AFTER.match(piece, pair.end)
            place = read_place(next(filter(None, after.groups()), "")) if after else ClaimedPlace()
            if not place or (place.document is None and not _only_a_page(after)):
                place = (
                    read_place(opening) if opening.rstrip().endswith((":", ",", ")", "]")) else ClaimedPlace()
                )
                if not (place.document and (place.page or place.label)):
                    continue
            words = piece[pair.inner_start : pair.inner_end]
            if fold(words) and not _names_a_file(words):
                found.append(
                    ReadQuote(
                        _quote(words, place, 0), offset + start + pair.start, offset + start + pair.end, False
                    )
                )
        start = paragraph.end() if paragraph else end
    return found


def _only_a_page(after: re.Match[str] | None) -> bool:
    """Whether a page and nothing else stands behind a quote; "(Lease, p. 3)" is another text's way."""
    words = next(filter(None, after.groups()), "") if after else ""
    return read_place(words).page is not None and not without_place(words)


def _names_a_file(text: str) -> bool:
    return (
        len(text) < 200
        and re.fullmatch(r"[^\n]{1,190}\.(?:pdf|txt|md|docx)", text.strip(), re.IGNORECASE) is not None
    )


def _quote(words: str, place: ClaimedPlace, number: int) -> Quote:
    return Quote(words.strip(), place.document, place.page, number, place.label, place.last_page)
