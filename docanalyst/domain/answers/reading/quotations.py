"""Every quotation in the body of an answer or a brief, with the place that is claimed for it.

A quotation is the text between quotation marks of any kind, a block quote, the cell of a table's column of
quotes, or words in emphasis with a place beside them. Its place is looked for, in this order: directly after
it; before it in its sentence; later in its sentence, the marks of definitions included; in a short sentence
that follows; in the other cells of its row; in the line or heading that leads it in.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from docanalyst.domain.answers.reading.markup import INLINE, masked, words_of
from docanalyst.domain.answers.reading.parts import Part, PartKind, sentence_ends
from docanalyst.domain.answers.reading.places import (
    ClaimedPlace,
    is_page_letter,
    last_place,
    means_again,
    read_place,
    without_place,
)
from docanalyst.domain.answers.reading.quotation_marks import quoted
from docanalyst.domain.answers.reading.quoted_as import QuotedAs, how_quoted, size_of
from docanalyst.domain.language.folding import fold

MARKER = re.compile(
    r"[\[【]\^?(\d{1,5}(?:\s?[,;]\s?\^?\d{1,5}){0,20})\^?[\]】]|(?<=[.”\"’»」』!?;,])(\^\d{1,4})(?!\w)"
)

_SINGLE = re.compile(
    r"(?<![\w'’‘])['‘‚](?=[\w(\[$])([^'‘’‚\n\"“”]{8,600}(?:['’]\w[^'‘’\n\"“”]{0,600}){0,12})['’‘](?!\w)"
)
_EMPHASISED = re.compile(
    r"(?<![\w*_\\])(\*{1,3}|"
    r"_{1,3})(?=\S)([^*_\n\"“”„«»「」]{24,3000}?\S)\1(?![\w*_])(?=[ \t\x00.,;:]{0,4}[(\[【（→—–])"
)
_GLUE = re.compile(rf"(?:{INLINE}|\n(?![ \t]*\n)|[*_.,;:。，；、!?！？”\"’]){{0,8}}")
_BRACKET = re.compile(
    r"[(\[【（〔{]{1,2}[ \x00]*(?:[^()\[\]【】（）〔〕{}\n]{0,160}?(?:\([^()\n]{0,40}\)[^()\[\]\n]{0,80})?)"
    r"[ \x00]*[)\]】）〕}]{1,2}"
)
_DASH = re.compile(r"(?:—|–|--?|→|⇒|=>|->|➜|←|~|\|)[ \t\x00]{0,3}([^\n]{1,90})")
_LABEL = re.compile(r"[ \t\x00]*\[\^[^\]\s]{1,20}\]:[ \t]*")
_LEADS = re.compile(r"[:：][*_\x00 \t]*$")
_SOURCE_LINE = re.compile(
    r"^[\s*_>\x00(\[【（—–→-]*(?:(?:see|source|quelle|fuente|fonte|cf|siehe|vgl|voir|来源|出处|出典|ref|"
    r"reference|cite|location|"
    r"this|that|it|the)\b|[(\[【（—–→]|D\d|见|pp?\.|pages?\b|seite)",
    re.IGNORECASE,
)
_QUOTE_COLUMN = re.compile(
    r"quot|excerpt|verbatim|wording|exact|passage|language|zitat|wortlaut|auszug|extrait|citaci|"
    r"\bcita\b|citazione|"
    r"原文|引用|条文|抜粋|цитат",
    re.IGNORECASE,
)
_PAGE_COLUMN = re.compile(
    r"^\W*(?:pdf )?(?:pages?|pp?\.?|pg\.?|seiten?|página|pagina|s\.|页码?|頁|ページ|쪽|стр\w*)\W*$",
    re.IGNORECASE,
)
_CALLOUT = re.compile(
    r"^\W*(?:\[!\w+\]|(?:\*\*|__)[^*_\n]{1,60}[:：]?(?:\*\*|__)[:：]?|(?:note|warning|caution|"
    r"important|tip|answer|"
    r"summary|hinweis|achtung|remarque|nota|注意?)[:：])",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"[^\n]{1,190}\.(?:pdf|txt|md|docx|html?|eml|odt|epub)", re.IGNORECASE)
_TAG_OPEN = re.compile(r"<[a-zA-Z][^<>]{0,400}=$")
_FOOTNOTE_AT = re.compile(r"\bat[\s]{1,2}(?:pp?\.\s?)?(\d{1,5})(?:\s?[-–—]\s?(\d{1,5}))?(?=[\s.,;:)\]]|$)")

_CITATION_SENTENCE = re.compile(
    r"[.,;:]?\s{1,3}(?=[A-Z§¶*_]|id\.|see\b|cf\.)[*_]{0,2}"
    r"(?:(?:[Ss]ee|[Cc]f\.?|[Ii]d\.?|[Ii]bid\.?|[Aa]ccord)[*_]{0,2}(?:,?\s+also)?[,\s]+)?"
    r"(?:(?!(?:On|In|At|As|By|From|To|The|It|Its|This|That|These|But|And|He|She|They|We|However|"
    r"Then|Thus)\b)"
    r"[*_]{0,2}(?:[A-Z][\w.’'&-]{0,40}|v\.|vs\.|of|slip|op\.|ante|supra)[*_]{0,2}[,\s]+){0,10}"
    r"(?:§+\s?[\w.()-]{1,20},?\s+|¶+\s?[\d-]{1,9},?\s+)?"
    r"(?:at|pp?\.|pages?)\s{1,2}(\d{1,5})(?:\s?[-–—]\s?(\d{1,5}))?(?=[\s.,;:)\]]|$)"
)
_TRAILING_CITATION = re.compile(
    r"(?:(?<=[.!?”\"’)\]…])|\n)[\s>]*[*_]{0,2}(?:(?:[Ss]ee|[Cc]f\.|[Ii]d\.|[Ii]bid\.|"
    r"[Aa]ccord)[*_]{0,2}(?:,?\s+also)?[,\s]*)?"
    r"(?:[*_]{0,2}(?:[A-Z][\w.’'&-]{0,40}|v\.|vs\.|of|the|and|slip|op\.|ante|supra|"
    r"\d{1,4})[*_]{0,2}[,\s]+){0,14}"
    r"(?:§+\s?[\w.()-]{1,20},?\s*|¶+\s?[\d-]{1,9},?\s*)?"
    r"(?:at|pp?\.|pages?|"
    r"slip op\.)?\s{0,2}(\d{1,5})(?:\s?[-–—]\s?\d{1,5})?(?:,\s?(?:n\.\s?)?\d{1,5}(?:[-–—]\d{1,5})?)?"
    r"\s*(?:\((?:[^()\n]|\([^()\n]{0,40}\)){1,120}\)\s*){0,3}\.?\s*$"
)
_AUTHORITY_SIGN = re.compile(
    r"\bat\s\d|\b[Ii]d\.|\b[Ii]bid\.|\bslip op\b|\bv\.\s|\d\s(?:U\.\s?S\.|S\.\s?Ct|F\.|L\.\s?Ed)|"
    r"§|¶|\bpp?\.\s?\d"
)

_BESIDE = re.compile(r"[\d(\[【（〔^]|第")
"""What every mark and place holds one of."""
_WORTH_READING = re.compile(r"[\d\"＂“”„‟«»‹›「」『』《》'‘‚*_:：]|第")
"""What every quotation, place and lead-in holds one of."""
_NEAR = 600
"""Characters before and after a quotation in which its place is looked for."""
_ASIDE = 40
"""Letters beside a page that make a bracket an aside of the text and not a place."""
_SHORT = 120
"""Characters on either side that say what kind of words are between marks."""
_QUOTES = 20
"""Quotations on either side that are skipped in looking for it."""


@dataclass(frozen=True, slots=True)
class BodyQuotation:
    """A quotation of the body, unchecked. start, end: offsets, marks included. numbers: of the definitions
    whose marks are beside it. before, after: the text around it, to tell whose words they are."""

    words: str
    place: ClaimedPlace
    numbers: tuple[int, ...]
    start: int
    end: int
    quoted_as: QuotedAs
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is beside a quotation: a place, marks of definitions, or a word such as "ibid."."""

    place: ClaimedPlace = field(default_factory=ClaimedPlace)
    numbers: tuple[int, ...] = ()
    again: bool = False

    def __bool__(self) -> bool:
        return bool(self.place) or bool(self.numbers) or self.again


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Where a quotation is in the text, marks included and not. block: a whole block quote."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    whole: bool = False


def body_quotations(answer: str, parts: Sequence[Part], *, printed: bool = False) -> list[BodyQuotation]:
    """The quotations of the body of a text, in order.

    Args:
        answer: The text.
        parts: Its parts.
        printed: Whether a page number means the printed page, as in a text that we did not ask for.
    """
    return _BodyReader(masked(answer), parts, printed).read()


def numbers_in(text: str) -> list[int]:
    """The numbers of the citation marks of a text, in order."""
    return [
        int(number)
        for match in MARKER.finditer(text)
        for number in re.findall(r"\d{1,5}", match.group(1) or match.group(2))
    ]


def footnote_page(footnote: str) -> str | None:
    """The printed page that a footnote of a brief names: "Slip op. at 3"; None for none."""
    text = _outside_quotes(footnote[:600])
    place = read_place(text)
    if place.label or place.page is not None:
        return place.label or str(place.page)
    at = _FOOTNOTE_AT.search(text)
    return at.group(1) if at else None


class _BodyReader:
    """Goes through the parts of a text; what leads a part in, and the last place named, go with it."""

    def __init__(self, text: str, parts: Sequence[Part], printed: bool) -> None:
        self.text = text
        self.parts = parts
        self.printed = printed
        self.found: list[BodyQuotation] = []
        self.lead = _Beside()
        self.heading = _Beside()
        self.behind = _Beside()
        self.last = _Beside()
        self.columns: tuple[str, ...] = ()

    def read(self) -> list[BodyQuotation]:
        """All quotations."""
        position = 0
        while position < len(self.parts):
            part = self.parts[position]
            taken = 1
            if part.kind is PartKind.HEAD:
                self.columns = tuple(words_of(self.text[start:end]) for start, end in part.cells)
            elif part.kind is PartKind.ROW:
                self._row(part)
            elif part.kind is PartKind.BLOCK_QUOTE:
                taken = self._block_quote(position)
            elif part.kind is PartKind.CODE:
                self._code(position)
            elif part.kind in (PartKind.TEXT, PartKind.ITEM, PartKind.HEADING):
                taken = self._running(position)
            if part.kind not in (PartKind.ROW, PartKind.HEAD):
                self.columns = ()
            position += taken
        return sorted(self.found, key=lambda item: (item.start, item.end))

    def _running(self, position: int) -> int:
        """A paragraph, list item or heading; with the items after it while a quotation is open."""
        part = self.parts[position]
        if not _WORTH_READING.search(self.text, part.start, part.end):
            self.lead = self.lead if part.kind is PartKind.ITEM else _Beside()
            return 1
        end, taken = part.end, 1
        if part.kind is PartKind.ITEM:
            pairs = quoted(self.text[part.start : end])
            while pairs and not pairs[-1].closed and taken < 20 and position + taken < len(self.parts):
                item = self.parts[position + taken]
                if item.kind is not PartKind.ITEM or item.end - part.start > 6_000:
                    break
                longer = quoted(self.text[part.start : item.end])
                taken += 1
                if longer and longer[-1].closed and len(longer) <= len(pairs):
                    end = item.end
                    break
            if end == part.end:
                taken = 1
        if part.kind is PartKind.TEXT:
            self.lead = _Beside()
        following = position + taken
        self.behind = self._line_after(following)
        label = _LABEL.match(self.text, part.start, end)
        self._inline(label.end() if label else part.start, end, self.lead or self.heading)
        text = self.text[part.start : end]
        if part.kind is PartKind.HEADING:
            self.heading = self._beside(text)
            self.lead = _Beside()
        elif _LEADS.search(MARKER.sub("", text).rstrip()) or (
            following < len(self.parts)
            and self.parts[following].kind in (PartKind.BLOCK_QUOTE, PartKind.CODE)
        ):
            self.lead = self._beside(text)
        return taken

    def _beside(self, text: str) -> _Beside:
        """The place and the marks that a line names."""
        bare = MARKER.sub(" ", _outside_quotes(text))
        place = self._claimed(last_place(bare), bare)
        if not place.document and not place.is_paged:
            place = ClaimedPlace()
        return _Beside(place, tuple(numbers_in(text)))

    def _claimed(self, place: ClaimedPlace, text: str) -> ClaimedPlace:
        """A place as this text means it: a page that no "D1" goes with may be the printed one."""
        if not place.is_paged and self.printed and (at := _FOOTNOTE_AT.search(text)):
            place = replace(place, label=at.group(1))
        ours = place.document is not None and re.fullmatch(r"D\d+", place.document)
        named = without_place(text.strip("()[]【】（） \x00")) if not ours else ""
        if (
            place.page is None
            or ours
            or not (self.printed or (len(fold(named)) > 3 and place.document is None))
        ):
            return place
        if re.search(r"\bpdf\b(?!\w)", re.sub(r"\.pdf\b", "", text, flags=re.IGNORECASE), re.IGNORECASE):
            return place
        return ClaimedPlace(place.document, None, None, place.label or str(place.page))

    # Running text

    def _inline(self, start: int, end: int, lead: _Beside) -> None:
        stretches = self._stretches(start, end)
        if not stretches:
            return
        borders = self._sentence_borders(start, end, stretches)
        for index, item in enumerate(stretches):
            before = stretches[index - 1].end if index else start
            after = stretches[index + 1].start if index + 1 < len(stretches) else end
            words = words_of(self.text[item.inner_start : item.inner_end])
            if not fold(words) or (len(words) < 200 and _FILE_NAME.fullmatch(words)):
                continue
            directly = self._directly(item.end, end)
            place = bisect.bisect_right(borders, item.start)
            sentence_start = borders[place - 1] if place else start
            place = bisect.bisect_left(borders, item.end)
            sentence_end = borders[place] if place < len(borders) else end
            found = directly
            placed = bool(directly.place) or directly.again
            window = (
                self.text[max(start, item.start - _SHORT) : item.start],
                self.text[item.end : min(end, item.end + _SHORT)],
            )
            quoted_as = how_quoted(words, *window, placed=placed)
            if quoted_as is not QuotedAs.QUOTATION:
                found = directly
            elif not (found.place or found.again) and not (found.numbers and not found.place):
                found = (
                    self._before(max(sentence_start, before), item.start)
                    or self._later(item.end, sentence_end, stretches[index + 1 : index + _QUOTES])
                    or (
                        self._before(sentence_start, item.start, stretches[max(0, index - _QUOTES) : index])
                        if index
                        else _Beside()
                    )
                    or self._following(
                        sentence_end,
                        end if after >= sentence_end else sentence_end,
                        stretches[index : index + _QUOTES],
                    )
                    or self.behind
                    or lead
                )
            self._add(item, words, found, start, end, quoted_as)

    def _stretches(self, start: int, end: int) -> list[_Stretch]:
        """Where words are quoted: between marks, between single marks, in emphasis with a place after it."""
        text = self.text[start:end]
        pairs = [
            pair
            for pair in quoted(text)
            if text[max(0, pair.start - 1)] != "="
            or not _TAG_OPEN.search(text, max(0, pair.start - 440), pair.start)
        ]
        doubled = [(pair.start, pair.end) for pair in pairs]
        found = [
            _Stretch(start + pair.start, start + pair.end, start + pair.inner_start, start + pair.inner_end)
            for pair in pairs
        ]
        for pattern, group in ((_SINGLE, 1), (_EMPHASISED, 2)):
            for match in pattern.finditer(text):
                at = bisect.bisect_left(doubled, (match.end(), 0))
                if at and doubled[at - 1][1] > match.start():
                    continue
                if size_of(match.group(group)) < (3 if pattern is _SINGLE else 4):
                    continue
                if pattern is _EMPHASISED and not self._directly(start + match.end(), end).place.is_paged:
                    continue
                first, last = match.span(group)
                found.append(
                    _Stretch(start + match.start(), start + match.end(), start + first, start + last)
                )
        found.sort(key=lambda item: (item.start, -item.end))
        kept: list[_Stretch] = []
        for item in found:
            if not kept or item.start >= kept[-1].end:
                kept.append(item)
        return kept

    def _sentence_borders(self, start: int, end: int, stretches: Sequence[_Stretch]) -> list[int]:
        """The ends of sentences, without those inside a quotation."""
        borders = sentence_ends(self.text, start, end)
        starts = [item.start for item in stretches]
        kept = []
        for border in borders:
            at = bisect.bisect_left(starts, border) - 1
            if at < 0 or border >= stretches[at].end:
                kept.append(border)
        return kept

    def _directly(self, position: int, end: int) -> _Beside:
        """The marks and the place after a quotation with nothing but punctuation between."""
        numbers: list[int] = []
        place = ClaimedPlace()
        for _ in range(6):
            glue = _GLUE.match(self.text, position, end)
            at = glue.end() if glue else position
            if marker := MARKER.match(self.text, at, end) or MARKER.match(self.text, position, end):
                numbers += numbers_in(marker.group())
                position = marker.end()
                continue
            if bracket := _BRACKET.match(self.text, at, end):
                read = self._in_brackets(bracket.group())
                if read.again and not read.place:
                    return self.last if self.last else read
                if read.again:
                    return _Beside(
                        replace(read.place, document=read.place.document or self.last.place.document)
                    )
                if read.place:
                    place = read.place
                    position = bracket.end()
                    break
                position = bracket.end()
                continue
            if (dash := _DASH.match(self.text, at, end)) and not place:
                read_from = dash.group(1).split('"')[0].split("“")[0]
                said = read_place(read_from)
                if said and len(fold(without_place(read_from))) <= 40:
                    place = self._claimed(said, read_from)
            break
        if place or numbers or not self.printed:
            return _Beside(place, tuple(dict.fromkeys(numbers)))
        if sentence := _CITATION_SENTENCE.match(self.text, position, min(end, position + 240)):
            place = ClaimedPlace(None, None, None, sentence.group(1))
        return _Beside(place, tuple(dict.fromkeys(numbers)))

    def _in_brackets(self, text: str) -> _Beside:
        inside = text.strip("()[]【】（）〔〕{} \x00")
        place = read_place(inside)
        if not place and (page := is_page_letter(inside)):
            place = ClaimedPlace(None, page)
        if place and not place.document and len(fold(without_place(inside))) > _ASIDE and not self.printed:
            place = ClaimedPlace()
        again = means_again(inside)
        if again and not place and (page := is_page_letter(inside.rpartition(",")[2])):
            place = ClaimedPlace(None, page)
        if not place and (self.printed or again) and (at := _FOOTNOTE_AT.search(inside)):
            place = ClaimedPlace(None, None, None, at.group(1))
        return _Beside(place if again and not self.printed else self._claimed(place, text), again=again)

    def _before(self, start: int, end: int, quotes: Sequence[_Stretch] = ()) -> _Beside:
        """The place named in the sentence before a quotation: "According to D1, p. 2, …"."""
        text = self.text[max(start, end - _NEAR) : end]
        if not _BESIDE.search(text) and not re.search(r"\bp", text):
            return _Beside()
        for item in quotes:
            first, last = item.start - max(start, end - _NEAR), item.end - max(start, end - _NEAR)
            if last > 0:
                text = text[: max(0, first)] + " " * (last - max(0, first)) + text[last:]
        place = last_place(MARKER.sub(lambda match: " " * len(match.group()), text))
        if not place.is_paged:
            return _Beside()
        return _Beside(self._claimed(place, text[-160:]))

    def _later(self, start: int, end: int, quotes: Sequence[_Stretch]) -> _Beside:
        """The first mark or place later in the sentence, quotations skipped."""
        if not _BESIDE.search(self.text, start, min(end + 200, start + _NEAR)):
            return _Beside()
        position = start
        pieces: list[str] = []
        for item in [*quotes, None]:
            stop = min(item.start if item else end, end, start + _NEAR)
            text = self.text[position:stop]
            numbers = numbers_in(text)
            brackets = [self._in_brackets(match.group()) for match in _BRACKET.finditer(text)]
            placed = next((found for found in brackets if found.place), None)
            if placed:
                return _Beside(placed.place, tuple(numbers))
            if numbers:
                return _Beside(ClaimedPlace(), tuple(numbers))
            if again := next((found for found in brackets if found.again), None):
                return self.last or again
            pieces.append(text)
            if item is None or item.start >= end:
                break
            position = item.end
        # A bracket after the full stop still belongs to the sentence.
        behind = self._directly(end, min(end + 200, len(self.text))) if end < len(self.text) else _Beside()
        if behind and self.text[end - 1 : end] and "\n" not in self.text[end : end + 2]:
            return behind
        plain = " ".join(pieces)
        place = read_place(plain[:300])
        if place.document and place.is_paged:
            return _Beside(place)
        return _Beside()

    def _following(self, start: int, end: int, quotes: Sequence[_Stretch]) -> _Beside:
        """A short sentence after that says where the words are: "See D1, p. 2."."""
        following = self.text[start : min(end, start + 120)]
        stop = re.search(r"[.。](?=\s|$)(?<!p\.)(?<!pp\.)(?<!S\.)", following)
        sentence = following[: stop.end()] if stop else following
        if any(item.start >= start and item.start < start + len(sentence) for item in quotes):
            return _Beside()
        if not _SOURCE_LINE.match(sentence):
            return _Beside()
        place = read_place(sentence)
        return _Beside(self._claimed(place, sentence)) if place.is_paged else _Beside()

    # Block quotes, code, tables

    def _block_quote(self, position: int) -> int:
        part = self.parts[position]
        lead = self.lead or self.heading
        behind = self._line_after(position + 1)
        taken = 2 if behind else 1
        start, end, own = self._without_place(part.start, part.end)
        beside = own or behind or lead
        if _CALLOUT.match(re.sub(r"^[ \t\x00]*(?:>[ \t]?)+", "", self.text[part.start : part.end])):
            self._inline(part.start, part.end, lead)
            return 1
        stretches = self._stretches(start, end)
        inside = sum(len(fold(self.text[item.inner_start : item.inner_end])) for item in stretches)
        whole = fold(words_of(self.text[start:end]))
        if stretches and inside * 10 >= len(whole) * 6:
            for index, item in enumerate(stretches):
                words = words_of(self.text[item.inner_start : item.inner_end])
                after = stretches[index + 1].start if index + 1 < len(stretches) else part.end
                found = self._directly(item.end, after)
                if fold(words):
                    self._add(
                        item, words, found if found.place or found.numbers else beside, part.start, part.end
                    )
            return taken
        if whole:
            words = words_of(self.text[start:end])
            item = _Stretch(part.start, part.end, start, end, whole=True)
            self._add(item, words.strip(), beside, part.start, part.end)
        return taken

    def _line_after(self, position: int) -> _Beside:
        """What a line of its own after a quotation names, unless it leads in another block quote."""
        if position >= len(self.parts) or self.parts[position].kind not in (PartKind.TEXT, PartKind.ITEM):
            return _Beside()
        following = self.parts[position + 1].kind if position + 1 < len(self.parts) else None
        text = self.text[self.parts[position].start : self.parts[position].end]
        if following in (PartKind.BLOCK_QUOTE, PartKind.CODE) or not self._is_place_line(text):
            return _Beside()
        return self._beside(text)

    def _is_place_line(self, text: str) -> bool:
        """Whether a line says where the words before it are, and little else."""
        if len(text) > 200 or '"' in text or "“" in text:
            return False
        place = read_place(text)
        bare = without_place(
            re.sub(r"^[\W_]*(?:source|quelle|see|from|fuente|fonte|来源|出典)?[\W_]*", "", text, flags=re.I)
        )
        return (place.is_paged and len(fold(bare)) <= 60 and _SOURCE_LINE.match(text) is not None) or (
            bool(MARKER.fullmatch(text.strip()))
        )

    def _without_place(self, start: int, end: int) -> tuple[int, int, _Beside]:
        """A block quote without what says where it is: a last line or bracket, or a citation sentence."""
        text = self.text[start:end]
        numbers: tuple[int, ...] = ()
        if tail := re.search(r"(?:\s*(?:" + MARKER.pattern + r"))+[\s>\x00]*$", text):
            numbers = tuple(numbers_in(tail.group()))
            end = start + tail.start()
            text = self.text[start:end]
        line = text.rfind("\n")
        last = re.sub(r"^[ \t\x00]*(?:>[ \t]?)*", "", text[line + 1 :])
        if line >= 0 and (self._is_place_line(last) or re.match(r"\s*(?:[—–]|--)\s?\S", last)):
            place = self._beside(last)
            return start, start + line, _Beside(place.place, place.numbers or numbers)
        bracket = re.search(
            r"(?:[ \t\x00\n>]*)([(\[【（][^()\[\]【】（）\n]{1,160}[)\]】）])[.\s\x00]*$", text[-260:]
        )
        if bracket and (read := self._in_brackets(bracket.group(1))):
            cut = end - len(text[-260:]) + bracket.start()
            if read.again and not read.place:
                read = self.last or read
            return start, cut, _Beside(read.place, numbers)
        dash = re.search(r"[ \t\x00](?:[—–→]|--)[ \t]{0,3}([^\n—–]{2,90})$", text[-160:])
        if dash and read_place(dash.group(1)).is_paged and len(fold(without_place(dash.group(1)))) <= 30:
            return start, end - len(text[-160:]) + dash.start(), self._beside(dash.group(1))
        if self.printed:
            tail_text = text[-400:]
            cited = _TRAILING_CITATION.search(tail_text)
            if cited and cited.start() and _AUTHORITY_SIGN.search(cited.group()):
                paged = re.search(r"\bat\s|slip op|\bpp?\.", cited.group())
                said = ClaimedPlace(None, None, None, cited.group(1)) if paged else ClaimedPlace()
                return start, end - len(tail_text) + cited.start(), _Beside(said, numbers)
        return start, end, _Beside(ClaimedPlace(), numbers)

    def _code(self, position: int) -> None:
        """A fence around plain words with a place beside it quotes like a block quote."""
        part = self.parts[position]
        words = words_of(self.text[part.start : part.end])
        lines = self.parts[position + 1 :]
        behind = next((item for item in lines if item.kind is not PartKind.RULE), None)
        beside = _Beside()
        if behind is not None and self._is_place_line(self.text[behind.start : behind.end]):
            beside = self._beside(self.text[behind.start : behind.end])
        beside = beside or (self.lead if self.lead.place.is_paged else _Beside())
        if beside.place.is_paged and size_of(words) >= 4 and not self.printed:
            item = _Stretch(part.start, part.end, part.start, part.end, whole=True)
            self._add(item, words, beside, part.start, part.end)

    def _row(self, part: Part) -> None:
        """A table row: a quotation in one cell, its place in that cell, else in the others."""
        cells = part.cells
        texts = [self.text[start:end] for start, end in cells]
        others = ClaimedPlace()
        numbers: list[int] = []
        for index, text in enumerate(texts):
            numbers += numbers_in(text)
            column = self.columns[index] if index < len(self.columns) else ""
            bare = words_of(text).strip("*_ ")
            if self._stretches(*cells[index]) or _QUOTE_COLUMN.search(column):
                continue
            read = read_place(bare)
            if (
                not read.is_paged
                and _PAGE_COLUMN.match(column)
                and re.fullmatch(r"\d{1,5}(?:\s?[-–]\s?\d{1,5})?", bare)
            ):
                read = read_place(f"p. {bare}")
            if read and len(fold(without_place(bare))) > 40:
                continue
            paged = others if others.is_paged else read
            others = ClaimedPlace(others.document or read.document, paged.page, paged.last_page, paged.label)
        row = _Beside(self._claimed(others, ""), tuple(dict.fromkeys(numbers)))
        lead = row or self.lead or self.heading
        for index, (start, end) in enumerate(cells):
            column = self.columns[index] if index < len(self.columns) else ""
            if self._stretches(start, end):
                known = len(self.found)
                self._inline(start, end, lead)
                self.found[known:] = [self._with_row(item, row) for item in self.found[known:]]
            elif _QUOTE_COLUMN.search(column) and size_of(texts[index]) >= 3:
                first, last, own = self._without_place(start, end)
                item = _Stretch(start, end, first, last, whole=True)
                found = own if own.place or own.numbers else lead
                self._add(item, words_of(self.text[first:last]).strip("*_ "), found, start, end)

    def _with_row(self, item: BodyQuotation, row: _Beside) -> BodyQuotation:
        """A quotation of a cell with what the other cells name and its own does not."""
        place = item.place
        if row.place and not (place.document and place.is_paged):
            paged = place if place.is_paged else row.place
            place = ClaimedPlace(
                place.document or row.place.document, paged.page, paged.last_page, paged.label
            )
        return replace(item, place=place, numbers=item.numbers or (() if place else row.numbers))

    def _add(
        self,
        item: _Stretch,
        words: str,
        found: _Beside,
        start: int,
        end: int,
        quoted_as: QuotedAs = QuotedAs.QUOTATION,
    ) -> None:
        if found.again and not found.place:
            found = self.last
        before, after = (
            self.text[max(start, item.start - _NEAR) : item.start],
            self.text[item.end : min(end, item.end + _NEAR)],
        )
        if found.place or found.numbers:
            self.last = found
        self.found.append(
            BodyQuotation(words, found.place, found.numbers, item.start, item.end, quoted_as, before, after)
        )


def _outside_quotes(text: str) -> str:
    kept, position = [], 0
    for pair in quoted(text):
        kept.append(text[position : pair.start])
        position = pair.end
    return " ".join([*kept, text[position:]])
