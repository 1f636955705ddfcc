"""Dates, deadlines, periods, amounts and percentages of a document, each with its place: no model needed.

Dates are read in English, German, French and Chinese; deadlines, periods and numbers in words are read in
English only.

dateparser 1.5.0 (BSD) was tried and is not used: in the services agreement of the samples (23 pages) its
search gives 231 dates, where there are 25 and 68 deadlines, among them "may", "£39" and "1124 of the"; it
reads "30. April 2027" as April 2027, and "7 to 9 days" as a date.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from docanalyst.domain.documents import Document, Page, Span
from docanalyst.domain.grid.value_reading import read_value
from docanalyst.domain.grid.values import Day, InvalidValue, number_text, value_text
from docanalyst.domain.language.clauses import Clauses
from docanalyst.domain.language.months import MONTH, OTHER_MONTH, OTHER_MONTHS
from docanalyst.domain.language.numerals import CARDINALS, NUMBER, numbers_in
from docanalyst.domain.language.sentences import body_spans, split_page
from docanalyst.domain.prompts import Field
from docanalyst.domain.retrieval.headers import DATE

CONTEXT = 400
"""Characters of the sentence around a figure, at most, on each side."""


class Kind(StrEnum):
    """deadline: a period by which, or for how long before or after something, one must act."""

    DATE = "date"
    DEADLINE = "deadline"
    PERIOD = "period"
    AMOUNT = "amount"
    PERCENTAGE = "percentage"


@dataclass(frozen=True, slots=True)
class Figure:
    """One date, deadline, period, amount or percentage.

    text: as printed, on one line. value: "2019-05-03", "--05-03" without a year, "30 days", "USD 5,000",
    "3.5 %"; "" where it cannot be read off (a blank, a day that may be a month). cue: what makes a period a
    deadline ("within … after"). context: the sentence, on one line. section: "§ 4.2", or None. contradiction:
    what words and figures say where they differ ("twenty percent (25%)"), else ""; `value` is "" then.
    """

    kind: Kind
    text: str
    value: str
    cue: str
    context: str
    section: str | None
    span: Span
    page_label: str | None = None
    contradiction: str = ""


_ONES = "|".join(word for value, word in CARDINALS.items() if 1 <= value < 20)
_TENS = "|".join([*(word for value, word in CARDINALS.items() if value >= 20), "hundred|thousand|million"])
_WORD_NUMBER = rf"(?:{_ONES}|{_TENS})(?:[\s-]{{1,3}}(?:and\s{{1,3}})?(?:{_ONES}|{_TENS})\b){{0,8}}"
_BLANK = r"(?:\[[*●•_\s]{0,20}\]|(?<!_)_{2,60})"
_COUNT = (
    rf"(?:\b{_WORD_NUMBER}\s*\(\s*\d[\d,.]*\s*\)|\b\d+\s*\(\s*{_WORD_NUMBER}\s*\)"
    rf"|\b\d+\s*(?:to|–|-|or)\s*\d+|{NUMBER.pattern}|\b{_WORD_NUMBER}|{_BLANK})"
)
_UNIT = (
    r"(?:(?:calendar|business|working|banking|trading|consecutive|full|successive|additional)[\s-]{1,3}){0,4}"
    r"(?:seconds?|minutes?|hours?|days?|weeks?|fortnights?|months?|quarters?|years?)\b(?:['’]s?)?"
)
_PERIOD = re.compile(rf"{_COUNT}[\s-]{{0,4}}{_UNIT}", re.IGNORECASE)
_RECURRING = re.compile(
    r"\b(?:first|second|third|last|\d{1,2}(?:st|nd|rd|th)|[a-z]{2,8}th)\s+(?:\(\s*\d{1,2}\s?(?:st|nd|rd|th)\s*\)\s+)?"
    r"(?:(?:business|working|calendar)\s+)?days?\s+(?:of|after\s+the\s+end\s+of)\s+"
    r"(?:each|every|the|such|that)\s+(?:[a-z]+\s+){0,2}?(?:week|month|quarter|year)\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)(?:\s+and\s+\d{1,2}(?:st|nd|rd|th))?\s+of\s+(?:each|every)\s+(?:calendar\s+)?month\b",
    re.IGNORECASE,
)
_DAY_AND_MONTH = re.compile(
    rf"\b{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?![\d,]*\d)|\b\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH}\b"
)
_CODE = "(?:USD|EUR|GBP|CHF|JPY|CNY|RMB|INR|CAD|AUD|HKD|SGD|SEK|NOK|DKK)"
_CURRENCY = rf"(?:US\s?\$|U\.S\.\s?\$|C\$|A\$|HK\$|[$€£¥₹]|\bRs\.|\b{_CODE}\b)"
_CURRENCY_WORD = (
    r"(?:(?:U\.?S\.?|United States|Canadian|Australian|Hong Kong)\s+)?"
    rf"(?:dollars|euros?|pounds(?:\s+sterling)?|yen|francs|rupees|yuan|cents)\b|\b{_CODE}\b|万?元|欧元|美元"
)
_SCALE = r"(?:\s?(?:million|billion|thousand|bn|mn|m|k)\b)?"
_AMOUNT = re.compile(
    rf"{_CURRENCY}\s?(?:{NUMBER.pattern}|{_BLANK})(?:\.-|\.—)?{_SCALE}"
    rf"|{NUMBER.pattern}{_SCALE}\s?(?:{_CURRENCY_WORD}|[€£](?!\d))"
    rf"|\b{_WORD_NUMBER}\s*(?:{_CURRENCY_WORD})(?:\s*\(\s*{_CURRENCY}\s?{NUMBER.pattern}\s*\))?",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    rf"(?:\b{_WORD_NUMBER}\s*\(\s*{NUMBER.pattern}\s?%?\s*\)|{NUMBER.pattern}|\b{_WORD_NUMBER}|{_BLANK})[\s-]{{0,2}}"
    r"(?:%|‰|per\s?cent\b|basis points\b|percentage points?\b)"
    rf"(?:\s*\(\s*{NUMBER.pattern}\s?(?:%|per\s?cent)\s*\))?",
    re.IGNORECASE,
)
_WORDS = re.compile(rf"\b(?!hundred|thousand|million){_WORD_NUMBER}\b", re.IGNORECASE)
_FIGURES = re.compile(rf"{NUMBER.pattern}{_SCALE}", re.IGNORECASE)
_FRACTION = re.compile(
    r"\b(?:half|halves|thirds?|quarters?|fourths?|tenths?|hundredths?|point)\b|\d/\d", re.IGNORECASE
)
_BEFORE = re.compile(
    r"\b(within|no(?:t)?\s+later\s+than|no(?:t)?\s+less\s+than|not\s+fewer\s+than|no(?:t)?\s+more\s+than|at\s+least|"
    r"on\s+or\s+before|before|by|until|prior\s+to|upon|on|after|following|in\s+advance|not\s+exceed(?:ing)?|expires?|"
    r"first|next|initial|every|each)\s+(?:the\s+|a\s+|an\s+|any\s+|period\s+of\s+|of\s+|further\s+|its\s+)*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*(?:\)\s*)?(?:of\s+)?((?:prior|advance|previous)?\s*(?:written\s+)?(?:prior\s+)?notice|(?:immediately\s+)?"
    r"(?:after|before|following|prior\s+to|preceding|from|of\s+(?:the|its|such|receipt|receiving)|in\s+advance|thereafter|"
    r"written\s+notice|past\s+due))\b",
    re.IGNORECASE,
)
_DEADLINE_CUES = re.compile(
    r"within|later|less|fewer|least|before|by|until|prior|upon|after|notice|advance|following|past",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_CHINESE = re.compile(r"(\d{4})\s?年\s?(\d{1,2})\s?月(?:\s?(\d{1,2})\s?日)?")
_OTHER = re.compile(rf"(\d{{1,2}})(?:\.|er)?\s+({OTHER_MONTH})\s+(\d{{4}})", re.IGNORECASE)
_DAYS = re.compile(rf"({MONTH})\s+(\d{{1,2}})\s?[-–]\s?(\d{{1,2}})\s*,?\s+(\d{{4}})", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)\s*(to|–|-|or)\s*(\d+)")


def find_dates(document: Document) -> tuple[Figure, ...]:
    """Every date, deadline, period, amount and percentage of a document, in reading order.

    Running heads and page numbers are left out. A stretch belongs to one figure: "five percent (5%)" is one.
    """
    clauses = Clauses(document)
    return tuple(
        figure
        for page, stretches in zip(document.pages, body_spans(document.pages), strict=True)
        for figure in _on_page(clauses, page, stretches)
    )


def _on_page(clauses: Clauses, page: Page, stretches: list[tuple[int, int]]) -> Iterator[Figure]:
    found: list[tuple[int, int, Kind]] = []
    taken = bytearray(len(page.text))
    for start, end in stretches:
        for pattern, kind in (
            (DATE, Kind.DATE),
            (_AMOUNT, Kind.AMOUNT),
            (_PERCENT, Kind.PERCENTAGE),
            (_RECURRING, Kind.DEADLINE),
            (_PERIOD, Kind.PERIOD),
            (_DAY_AND_MONTH, Kind.DATE),
        ):
            for match in pattern.finditer(page.text, start, end):
                if not any(taken[match.start() : match.end()]):
                    taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                    found.append((match.start(), match.end(), kind))
    sentences = [span for start, end in stretches for span in split_page(page.text, start, end)]
    for start, end, kind in sorted(found):
        yield _figure(clauses, page, start, end, kind, sentences)


def _figure(
    clauses: Clauses, page: Page, start: int, end: int, kind: Kind, sentences: list[tuple[int, int]]
) -> Figure:
    while end > start and page.text[end - 1].isspace():
        end -= 1
    text = " ".join(page.text[start:end].split())
    index = bisect_right(sentences, (start, len(page.text))) - 1
    first, last = sentences[index] if index >= 0 else (start, end)
    context = page.text[max(first, start - CONTEXT) : min(max(last, end), end + CONTEXT)]
    cue = ""
    if kind is Kind.PERIOD:
        cue = _cue(page.text[max(first, start - 60) : start], page.text[end : min(last, end + 60)])
        kind = Kind.DEADLINE if _DEADLINE_CUES.search(cue) else kind
    contradiction = "" if kind is Kind.DATE else _contradiction(text)
    return Figure(
        kind,
        text,
        "" if contradiction else _value(kind, text),
        cue,
        " ".join(context.split()),
        clauses.label_at(page.number, start),
        Span(clauses.document.sha256, page.number, start, end),
        page.label_at(start),
        contradiction,
    )


def _contradiction(text: str) -> str:
    """What the words and the figures of one number say, where they differ: "words say 30, figures say 60"."""
    words, figures = list(_WORDS.finditer(text)), list(_FIGURES.finditer(text))
    if len(words) != 1 or len(figures) != 1 or _FRACTION.search(text):
        return ""
    said, printed = max(numbers_in(words[0].group())), max(numbers_in(figures[0].group()), default=None)
    if printed is None or said == printed:
        return ""
    return f"words say {said.normalize():,f}, figures say {printed.normalize():,f}"


def _cue(before: str, after: str) -> str:
    """What makes a period a deadline: the words before and after it, with … where the period stands."""
    lead, tail = _BEFORE.search(before), _AFTER.match(after)
    first = " ".join(lead[1].split()).lower() if lead else ""
    last = " ".join(tail[1].split()).lower() if tail else ""
    return f"{first} … {last}".strip() if first or last else ""


def _value(kind: Kind, text: str) -> str:
    """The value that a text names, in one form; "" where it cannot be told."""
    try:
        if kind is Kind.DATE:
            return _date_value(text)
        if kind is Kind.AMOUNT:
            return value_text(read_value(Field("x", "money"), text))
    except InvalidValue:
        return ""
    if _RECURRING.fullmatch(text):
        return text.lower()
    number = max(numbers_in(text), default=None)
    if number is None:
        return ""
    written = number_text(number)
    if kind is Kind.PERCENTAGE:
        points = re.search(r"(basis|percentage)\s+point", text, re.IGNORECASE)
        return (
            f"{written} {points[1].lower()} points" if points else f"{written} {'‰' if '‰' in text else '%'}"
        )
    unit = re.search(r"([a-z]+?)(?:s|['’]s?|s['’])?$", text.lower())
    day = re.search(r"\b(business|working|calendar|banking|trading)\b", text.lower())
    name = f"{day[1]} {unit[1]}" if unit and day else unit[1] if unit else ""
    if (ends := _RANGE.search(text)) is not None:
        written = f"{ends[1]} {'or' if ends[2] == 'or' else 'to'} {ends[3]}"
    return f"{written} {name}{'' if number == 1 else 's'}"


def _date_value(text: str) -> str:
    """A date as YYYY-MM-DD; "" where it has blanks, or where day and month cannot be told apart."""
    if match := _CHINESE.fullmatch(text):
        return str(Day(*(int(part) for part in match.groups() if part)))
    if match := _OTHER.fullmatch(text):
        return str(Day(int(match[3]), OTHER_MONTHS[match[2].casefold()], int(match[1])))
    if match := _SLASHED.fullmatch(text):
        first, second, year = map(int, match.groups())
        if first > 12 >= second:
            return str(Day(year, second, first))
        return str(Day(year, first, second)) if second > 12 >= first or first == second else ""
    if _DAY_AND_MONTH.fullmatch(text):
        with_year = str(
            read_value(Field("x", "date"), f"{re.sub(r'(?<=[0-9])(?:st|nd|rd|th)', '', text)} 2000")
        )
        return f"-{with_year[4:]}"
    tidy = re.sub(r"\s+,", ",", re.sub(r"(?<=\d)\s?(?:st|nd|rd|t\s?h)\b", "", text))
    if match := _DAYS.fullmatch(tidy):
        days = (f"{match[1]} {day}, {match[4]}" for day in (match[2], match[3]))
        return " to ".join(value_text(read_value(Field("x", "date"), day)) for day in days)
    return value_text(read_value(Field("x", "date"), tidy))
