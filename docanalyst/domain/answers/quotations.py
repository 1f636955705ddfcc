"""Every quotation of a text that we did not write: a brief, a memo, a manuscript."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from docanalyst.domain.answers.grammar import read_places
from docanalyst.domain.answers.places import ClaimedPlace, read_place
from docanalyst.domain.answers.quotation_marks import quoted
from docanalyst.domain.citations import Quote
from docanalyst.domain.language.folding import fold

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_QUOTE_LINE = re.compile(r"[ \t]{0,3}>")
_SINGLE = re.compile(
    r"(?<![\w'’‘])['‘](?=[\w(\[$])([^'‘’\n\"“”]{8,600}(?:['’]\w[^'‘’\n\"“”]{0,600}){0,12})['’](?!\w)"
)
_TEX = re.compile(r"``((?:[^`'\n]|'(?!')){1,4000})''")
_TAG_OPEN = re.compile(r"<[a-zA-Z][^<>]{0,400}=$")
_BRACKETS = re.compile(r"[\s.,;:]{0,4}(?:\(([^()\n]{1,160})\)|\[([^\[\]\n]{1,160})\])")
_CITATION_SENTENCE = re.compile(
    r"[.,;:]?\s{1,3}(?=[A-Z§¶]|id\.|see\b|cf\.)"
    r"(?:(?:[Ss]ee|[Cc]f\.?|[Ii]d\.?|[Ii]bid\.?|[Aa]ccord)(?:,?\s+also)?[,\s]+)?"
    r"(?:(?!(?:On|In|At|As|By|From|To|The|It|Its|This|That|These|But|And|He|She|They|We|However|Then|Thus)\b)"
    r"[A-Z][\w.’'&-]{0,40}[,\s]+){0,8}"
    r"(?:§+\s?[\w.()-]{1,20},?\s+|¶+\s?[\d-]{1,9},?\s+)?"
    r"(?:at|pp?\.|pages?)\s{1,2}(\d{1,5})(?:\s?[-–—]\s?(\d{1,5}))?(?=[\s.,;:)\]]|$)"
)
_AT = re.compile(r"\bat[\s]{1,2}(?:pp?\.\s?)?(\d{1,5})(?:\s?[-–—]\s?(\d{1,5}))?(?=[\s.,;:)\]]|$)")
_HINT_BEFORE = re.compile(r"\b(?:pages?|pp?\.)\s?(?:\d{1,5}|[ivxlc]{1,8})\b[^.!?\n]{0,80}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation and where it stands in the text: offsets, marks included."""

    quote: Quote
    start: int
    end: int


def quotations(text: str) -> list[Quote]:
    """The quotations of a text, in order, numbered from 1.

    Everything between quotation marks of any kind and every block quote. Citations in our own grammar keep
    their document and page. Elsewhere a number beside the quotation is read as a printed page (`page_label`),
    unless it says that it is the PDF's: verification takes either numbering for it.
    """
    return [replace(item.quote, number=number) for number, item in enumerate(find_quotations(text), 1)]


def find_quotations(text: str) -> list[Quotation]:
    """As `quotations`, with where each stands."""
    cited = [
        Quotation(item.quote, item.start, item.end)
        for item in read_places(text)
        if item.quote.text and item.quote.document is not None
    ]
    taken = sorted({(item.start, item.end) for item in cited})
    found = list(cited)
    index = 0
    for item in _blocks_and_marks(text):
        while index < len(taken) and taken[index][1] <= item.start:
            index += 1
        if index == len(taken) or item.end <= taken[index][0]:
            found.append(item)
    return sorted(found, key=lambda item: item.start)


def _blocks_and_marks(text: str) -> Iterator[Quotation]:
    for start, end in _paragraphs(text):
        if _QUOTE_LINE.match(text, start, end):
            yield from _block_quote(text, start, end)
        else:
            yield from _marked(text, start, end)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    fenced = False
    for match in [*_BLANK_LINE.finditer(text), None]:
        start, position = position, match.end() if match else len(text)
        end = match.start() if match else len(text)
        fences = len(re.findall(r"^[ \t]{0,3}(?:```|~~~)", text[start:end], re.MULTILINE))
        if not fenced and not fences and text[start:end].strip():
            yield start, end
        fenced ^= fences % 2 == 1


def _block_quote(text: str, start: int, end: int) -> Iterator[Quotation]:
    """Lines marked as a block quote; a last line in brackets or behind a dash says where it stands."""
    lines = [re.sub(r"^[ \t]{0,3}(?:>[ \t]?)+", "", line) for line in text[start:end].split("\n")]
    place = ClaimedPlace()
    if len(lines) > 1 and re.match(r"\s*(?:[(\[—–]|--)", lines[-1]):
        place = _hint(lines.pop())
    words = "\n".join(lines).strip()
    after = _BRACKETS.search(words[-200:]) if words.endswith((")", "]")) else None
    if not place and after and (place := _hint(after.group())):
        words = words[: len(words) - len(words[-200:]) + after.start()].strip()
    if fold(words):
        yield Quotation(_quote(words.strip('"“”'), place), start, end)


def _marked(text: str, start: int, end: int) -> Iterator[Quotation]:
    paragraph = text[start:end]
    pairs = [
        (pair.start, pair.end, paragraph[pair.inner_start : pair.inner_end]) for pair in quoted(paragraph)
    ]
    doubled = list(pairs)
    for pattern in (_TEX, _SINGLE):
        for match in pattern.finditer(paragraph):
            at = bisect.bisect_left(doubled, (match.end(), 0, ""))
            outside = at == 0 or doubled[at - 1][1] <= match.start()
            if outside and (pattern is _TEX or len(match.group(1).split()) >= 3):
                pairs.append((match.start(), match.end(), match.group(1)))
    pairs.sort()
    for index, (first, last, words) in enumerate(pairs):
        in_tag = paragraph[max(0, first - 1)] == "=" and _TAG_OPEN.search(
            paragraph, max(0, first - 440), first
        )
        if in_tag or not fold(words):
            continue
        before = pairs[index - 1][1] if index else 0
        after = pairs[index + 1][0] if index + 1 < len(pairs) else len(paragraph)
        place = _beside(paragraph, max(before, first - 120), first, last, min(after, last + 200))
        yield Quotation(_quote(words, place), start + first, start + last)


def _beside(text: str, before: int, start: int, end: int, after: int) -> ClaimedPlace:
    """The place named right behind a quotation, else in its sentence before it."""
    if (brackets := _BRACKETS.match(text, end, after)) and (place := _hint(brackets.group())):
        return place
    if sentence := _CITATION_SENTENCE.match(text, end, after):
        return ClaimedPlace(None, None, None, sentence.group(1))
    if earlier := _HINT_BEFORE.search(text, before, start):
        return _printed(read_place(earlier.group()))
    return ClaimedPlace()


def _hint(text: str) -> ClaimedPlace:
    place = read_place(text)
    if place.page is None and place.label is None and (at := _AT.search(text)):
        place = replace(place, label=at.group(1))
    return place if place.document and re.fullmatch(r"D\d+", place.document) else _printed(place, text)


def _printed(place: ClaimedPlace, text: str = "") -> ClaimedPlace:
    """A page of a text we did not write: the printed number, unless it says that it is the PDF's."""
    if place.page is None or re.search(
        r"\bpdf\b(?!\w)", re.sub(r"\.pdf\b", "", text, flags=re.IGNORECASE), re.IGNORECASE
    ):
        return place
    return ClaimedPlace(place.document, None, None, place.label or str(place.page))


def _quote(words: str, place: ClaimedPlace) -> Quote:
    return Quote(words.strip(), place.document, place.page, None, place.label, place.last_page)
