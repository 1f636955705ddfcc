"""The citation grammar: how an answer cites, and how the quotes are read out of it.

An answer marks a statement with `[^n]` and ends with one line a citation:

    [^1]: D2 p.17 "verbatim quote"

The reader is lenient about form (brackets, dashes, quote marks, several pages, missing document, line
breaks inside the quote); what it reads is checked strictly by `verification`. Whatever else an answer quotes
in its body is read by `quotations` and checked in the same way: a definition never speaks for other words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from docanalyst.domain.answers.reading.json_quotes import json_regions
from docanalyst.domain.answers.reading.parts import parts_of
from docanalyst.domain.answers.reading.places import (
    ClaimedPlace,
    read_place,
    starts_with_place,
    without_place,
)
from docanalyst.domain.answers.reading.quotation_marks import quoted
from docanalyst.domain.answers.reading.quotations import body_quotations, footnote_page
from docanalyst.domain.answers.reading.quoted_as import QuotedAs
from docanalyst.domain.citations import Quote, Where
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

_ALIKE = str.maketrans(dict.fromkeys("‘’‚‛", "'") | dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‐‑–—", "-"))
"""Quotation marks and dashes of any shape as those of one."""

_PARAGRAPHS = 20

_ANSWERS = 64
"""Answers whose reading is remembered: each is read for its quotes, its coverage and its fields."""


@dataclass(frozen=True, slots=True)
class ReadQuote:
    """Words in quotation marks with their place in the text: offsets.

    numbers: of the definitions whose marks are beside words in the body. quoted_as: what the words are; only
    a quotation is checked. around: the text before and after them, with the footnotes that they point to.
    """

    quote: Quote
    start: int
    end: int
    numbers: tuple[int, ...] = ()
    quoted_as: QuotedAs = QuotedAs.QUOTATION
    around: tuple[str, str] = ("", "")

    @property
    def defined(self) -> bool:
        """Whether it is in a definition, not in the body of the text."""
        return self.quote.where is Where.DEFINITION


def read_quotes(answer: str) -> list[Quote]:
    """Every quotation of an answer: definitions first in their order, then those of its body.

    A definition without any quoted words is the place of the quotations that it marks; where it marks none,
    it gives a quote with text "", which no check will verify. Quotations of the body are numbered on, and
    take the place beside them, else that of the definition whose mark does. Linear in the
    length of the answer.
    """
    return [item.quote for item in read_places(answer)]


def read_places(answer: str, *, printed: bool = False) -> list[ReadQuote]:
    """As `read_quotes`, with where each is in the answer.

    Args:
        answer: The text.
        printed: Whether it is a text that we did not ask for: page numbers are those printed, and footnotes
            are read as text unless they name a document in our own way.
    """
    return [item for item in _places(answer, printed) if item.quoted_as is QuotedAs.QUOTATION]


def words_apart(answer: str, *, printed: bool = False) -> list[ReadQuote]:
    """The words in quotation marks that are no quotations: terms, scare quotes, titles."""
    return [item for item in _places(answer, printed) if item.quoted_as is not QuotedAs.QUOTATION]


def ambiguous_numbers(answer: str) -> frozenset[int]:
    """The numbers that two different definitions of an answer have, so that neither supports anything."""
    seen: dict[int, str] = {}
    found: set[int] = set()
    for _, end, number, content in definition_blocks(answer):
        words = " ".join(answer[content:end].split())
        if seen.setdefault(number, words) != words:
            found.add(number)
    return frozenset(found)


@lru_cache(maxsize=_ANSWERS)
def _places(answer: str, printed: bool = False) -> tuple[ReadQuote, ...]:
    found: list[ReadQuote] = []
    blocks = definition_blocks(answer)
    footnotes: dict[int, str] = {}
    if printed:
        ours = [block for block in blocks if _names_a_document(answer[block[3] : block[1]])]
        footnotes = {
            number: answer[content:end]
            for start, end, number, content in blocks
            if (start, end, number, content) not in ours
        }
        blocks = ours
    for start, end, number, content in blocks:
        found += [ReadQuote(quote, start, end) for quote in _read_definition(answer[content:end], number)]
    parts = parts_of(answer, tuple((start, end) for start, end, _, _ in blocks))
    body = [
        ReadQuote(
            _quote(item.words, item.place, 0, Where.BODY),
            item.start,
            item.end,
            item.numbers,
            item.quoted_as,
            (item.before, item.after),
        )
        for item in body_quotations(answer, parts, printed=printed)
    ]
    body += _in_json(answer, printed)
    body.sort(key=lambda item: item.start)
    body = [_placed_by_footnotes(item, footnotes) if printed else item for item in body]
    return tuple(_numbered(found, body))


def _numbered(defined: list[ReadQuote], body: list[ReadQuote]) -> list[ReadQuote]:
    """Definitions and what the body adds to them, numbered; terms and titles last."""
    by_number: dict[int, list[Quote]] = {}
    for item in defined:
        by_number.setdefault(item.quote.number or 0, []).append(item.quote)
    seen = {(_same(item.quote.text), item.quote.document, item.quote.page) for item in defined}
    number = max(by_number, default=0)
    spoken_for: set[int] = set()
    kept: list[ReadQuote] = []
    for item in sorted(body, key=lambda item: item.quoted_as is not QuotedAs.QUOTATION):
        if item.quoted_as is not QuotedAs.QUOTATION:
            kept.append(item)
            continue
        mine = [quote for marked in item.numbers for quote in by_number.get(marked, [])]
        quote = _with_place_of(item.quote, mine)
        key = (_same(quote.text), quote.document, quote.page)
        if key in seen or (mine and _same(quote.text) == _same(" ".join(other.text for other in mine))):
            continue
        seen.add(key)
        bare = next((other.number for other in mine if not other.text), None)
        if bare is None:
            number += 1
        else:
            spoken_for.add(bare)
        kept.append(replace(item, quote=replace(quote, number=number if bare is None else bare)))
    return [item for item in defined if item.quote.text or item.quote.number not in spoken_for] + kept


def _with_place_of(quote: Quote, marked: list[Quote]) -> Quote:
    """A quotation with the place of the definition whose mark is beside it, where it names none itself.

    Of several definitions it is the one that holds its words, else the only one; definitions that differ
    leave the page open, for the answer does not say on which of them the words are.
    """
    if not marked or quote.page is not None or quote.page_label is not None:
        return quote
    words = fold(quote.text)
    home = next((other for other in marked if words and words in fold(other.text)), None)
    if home is None and len({(other.document, other.page, other.page_label) for other in marked}) == 1:
        home = marked[0]
    if home is None:
        names = {other.document for other in marked}
        return replace(quote, document=quote.document or (names.pop() if len(names) == 1 else None))
    if quote.document and home.document and quote.document != home.document:
        return quote
    return replace(
        quote,
        document=quote.document or home.document,
        page=home.page,
        last_page=home.last_page,
        page_label=home.page_label,
    )


def _same(text: str) -> str:
    """A text in the one form in which two quotations count once: blanks, quotation marks and dashes aside."""
    words = " ".join(text.translate(_ALIKE).split()).strip("\"' ")
    return words[:1].lower() + words[1:]


def _names_a_document(definition: str) -> bool:
    name = read_place(definition).document
    return name is not None and re.fullmatch(r"D\d+", name) is not None


def _in_json(answer: str, printed: bool) -> list[ReadQuote]:
    """The quotations of an answer in JSON: its quote fields, and those inside of its other strings."""
    found: list[ReadQuote] = []
    for _, _, strings in json_regions(answer):
        for item in strings:
            if item.quoted and fold(item.text):
                quote = _quote(item.text, item.place, 0, Where.BODY)
                found.append(ReadQuote(quote, item.start, item.end))
            elif len(item.text) > 12 and not json_regions(item.text):
                found += [
                    replace(
                        inner,
                        quote=replace(inner.quote, where=Where.BODY),
                        start=item.start,
                        end=item.end,
                        numbers=(),
                    )
                    for inner in _places(item.text, printed)
                    if inner.quote.text
                ]
    return found


def _placed_by_footnotes(item: ReadQuote, footnotes: Mapping[int, str]) -> ReadQuote:
    """A quotation of a brief with the page that its footnote names, and with the footnote around it."""
    texts = [footnotes[number] for number in item.numbers if number in footnotes]
    if not texts:
        return item
    item = replace(item, around=(item.around[0], f"{item.around[1]} {' '.join(texts)}"))
    if item.quote.page is not None or item.quote.page_label is not None or len(texts) > 1:
        return item
    label = footnote_page(texts[0])
    return replace(item, quote=replace(item.quote, page_label=label)) if label else item


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


def _names_a_file(text: str) -> bool:
    return (
        len(text) < 200
        and re.fullmatch(r"[^\n]{1,190}\.(?:pdf|txt|md|docx)", text.strip(), re.IGNORECASE) is not None
    )


def _quote(words: str, place: ClaimedPlace, number: int, where: Where = Where.DEFINITION) -> Quote:
    return Quote(words.strip(), place.document, place.page, number, place.label, place.last_page, where)
