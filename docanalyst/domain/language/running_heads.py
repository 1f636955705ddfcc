"""Running heads, feet and page numbers: the lines between the end of a page and the next one.

A line is furniture by its place and by what it says. Only what is known to say nothing of its page is: a page
number, a stamp (a Bates number, the number of a case, a notice of confidentiality, a date of printing), and a
title. A line that recurs and says what the page is about ("EXHIBIT 4", "Rent: $5,000 per month") is text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from docanalyst.domain.language.months import MONTH

_ROWS = 4
_NUMBER_LINE = re.compile(
    r"[-–—|·\s\[(]*(?P<named>page|p\.|seite|pagina|página|стр\.?)?\s*"
    r"(?:(?:[a-z]{1,3}[-–.])?(?P<number>\d{1,4})|(?P<roman>[ivxlc]{1,7}))"
    r"(?P<total>\s*(?:of|/|von|de|sur|из)\s*\d{1,4})?[-–—|·\s\])]*",
    re.IGNORECASE,
)
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_SENTENCE_WORDS = frozenset(
    (
        *("shall", "must", "will", "may", "is", "are", "was", "were", "not", "no", "except", "unless"),
        *("provided", "subject", "however", "but", "if", "any", "such", "this", "that"),
    )
)
"""Words of a sentence: a line that holds one is text, however often it is repeated."""
_NUMBERED = re.compile(
    r"\b(?:exhibit|schedule|annex|appendix|attachment|item|section|article|clause|part|chapter|invoice|unit|lot|rent|"
    r"table|figure|anlage|annexe|anexo)\b"
)
"""What has a number of its own, which is no page's though it counts with them."""
_COUNTING = re.compile(
    r"(?<![\w$€£¥.,#§])\d{1,4}(?=(?:\s*(?:of|/|von)\s*\d{1,4})?[\s\])|–—-]*$)|^[\s\[(|–—-]*\d{1,4}(?![\w.,%)])"
)
_PAGE_WORD = r"page|pg\.?|p\.|seite|s\.|pagina|página|pág\.?|sayfa|strona|str\.?|стр\.?|с\."
_OF = r"(?:of|/|von|de|di|sur|из|z)"
_ROMAN = r"(?=[ivxlcdm])m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})\b"
_NUMERAL = rf"(?:\d{{1,5}}|{_ROMAN}|[a-z]{{1,3}}[-–.]\d{{1,4}})"
DECORATION = r"[-‐-―−|¦·•∙●.,:;~*_/\\\s\[\](){}<>‹›«»]*"
"""What may stand around a page number: marks that make no measure or price of it ("6'", "$6")."""
_DECORATED = re.compile(DECORATION)
_PAGE_NUMBER = re.compile(
    rf"{DECORATION}(?:{_PAGE_WORD})?{DECORATION}{_NUMERAL}(?:{DECORATION}{_OF}{DECORATION}\d{{1,5}})?{DECORATION}",
    re.IGNORECASE,
)
_PAGE_MENTION = re.compile(
    rf"\b(?:{_PAGE_WORD})[^\w#]{{0,3}}#(?:[^\w#]*{_OF}[^\w#]*#)?|(?<![/.-])#[^\w#/]*{_OF}[^\w#/]*#(?=[^\w#]*$)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[0-9]{1,15}")
_DIGIT = re.compile(r"\d")

_STAMP = re.compile(
    r"confidential|proprietary|privileged|protective order|trade secret|\bdraft\b|execution (?:copy|version)"
    r"|copyright|©|all rights reserved|docusign|envelope id|https?:|www\.|downloaded from"
    r"|\bprinted (?:on|by)\b"
    r"|^\W*source:|^\W*cite as\b|\bfiled:? \d|\bcase:? (?:no\.? ?)?\d+[:-]|^\W*(?:usca|usdc)\b|\barxiv:"
    r"|\bpage \w+ (?:was |is )?intentionally\b|\bfiled separately\b"
    r"|\bportions? of this (?:exhibit|agreement)\b"
    r"|vertraulich|entwurf|confidentiel",
    re.IGNORECASE,
)
_BATES = re.compile(
    r"\W*[A-Z][A-Za-z0-9]{0,15}(?:[-_ .]{1,3}[A-Z0-9]{1,12}){0,3}?[-_ .]{0,3}(?:0\d{3,9}|\d{6,10})\W*"
)
_PRINTED_ON = re.compile(
    rf"\W*(?:\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}|{MONTH}\.? \d{{1,2}}, \d{{4}}"
    rf"|\d{{1,2}}\.? {MONTH}\.? \d{{4}})"
    r"(?:[ ,|T]*\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?)?\W*",
    re.IGNORECASE,
)
_VALUE = re.compile(r"[$€£¥%‰]|\b(?:usd|eur|gbp|chf)\b", re.IGNORECASE)
_LABELLED = re.compile(r"\w[\w )]*(?<!v): ?\S")
_SENTENCE = re.compile(r"(?:\S+ ){3,}\S+[.;,]\W*")
_ASIDE = re.compile(r"\W*[(\[].*[)\]]\W*")
_RULES = " |·•–—-"
_WORDS = re.compile(r"[^\W\d_]+")

SUBJECTS = frozenset((
    # Parts of a bundle or of a deed.
    "exhibit", "exhibits", "annex", "annexe", "appendix", "schedule", "attachment", "addendum", "enclosure",
    "amendment", "supplement", "tab", "item", "items", "section", "article", "clause", "paragraph", "count",
    "claim", "claims", "question", "interrogatory", "request", "table", "figure", "form", "list", "number",
    "no", "nr", "continued", "cont", "day", "session", "witness", "examination", "anlage", "anhang",
    # Papers of account.
    "invoice", "receipt", "order", "bill", "quote", "quotation", "estimate", "ticket", "job", "timesheet",
    "time", "hours", "account", "loan", "balance", "deposit", "fee", "fees", "price", "prices", "cost",
    "costs",
    "amount", "amounts", "total", "totals", "subtotal", "payment", "rechnung", "facture", "factura",
    "unaudited", "thousands", "millions", "dollars", "euro", "euros", "currency",
    # Periods.
    "fiscal", "year", "quarter", "month", "week", "period", "ended", "ending", "geschäftsjahr", "exercice",
    # Things and persons that pages are kept of.
    "unit", "suite", "apartment", "apt", "flat", "lot", "parcel", "tract", "block", "plot", "building",
    "floor",
    "room", "bay", "site", "store", "warehouse", "premises", "location", "tenant", "tenants",
    "lessee", "landlord", "lessor", "rent", "rents", "rental", "buyer", "seller", "customer", "client",
    "supplier", "vendor", "employee", "contractor", "patient", "subject", "sample", "specimen", "batch",
    "device", "vehicle", "vessel", "project", "phase", "task", "milestone", "tranche", "series", "policy",
    "sheet", "drawing", "mieter", "miete", "wohnung", "einheit", "locataire", "loyer", "inquilino",
))  # fmt: skip
"""Words of a line that says what its page is about, or what the figures on it are."""

_DEEDS = frozenset((
    "agreement", "contract", "lease", "deed", "indenture", "plan", "guaranty", "license", "licence",
    "charter",
    "bylaws", "memorandum", "opinion", "judgment", "report", "vertrag", "vereinbarung", "contrat", "contrato",
))  # fmt: skip
"""A line with one of these is the title of a document, whatever it is about: "Rental Agreement"."""

EVERYWHERE = 0.6
"""Share of a document's pages from which a line belongs to all of it."""

MOST_WORDS = 16
"""Words of a title, at most; the longest running title of the corpus has 13."""

LONGEST = 400
"""Characters of a line, at most; a longer one is a paragraph that was set in one line. The longest recurring
line in 45 PDFs of the corpus has 48. Comparing such paragraphs took half of the time of preparing a text for
checking."""


def is_page_number(line: str) -> bool:
    """Whether a line holds nothing but a page number, in one of its forms: "12", "- 12 -", "Page 3 of 9"."""
    return len(line) <= 40 and _PAGE_NUMBER.fullmatch(line) is not None


def is_furniture(
    line: str, counting: Collection[int] = (), *, apart: bool = False, everywhere: bool = False
) -> bool:
    """Whether a line that recurs at the edge of pages says nothing of its page.

    Args:
        line: as it is on one of the pages.
        counting: which of its numbers go up with the pages, 0-based.
        apart: whether the number at an end of the line stands off from its words, as page numbers do.
        everywhere: whether most pages of the document have the line, so that its own numbers tell none apart.
    """
    if is_page_number(line):
        return True
    if _BATES.fullmatch(line):
        return not _subjects(line)
    rest, paged = _without_page_number(line, counting, apart)
    if rest is None:
        return False
    if _STAMP.search(line) or (not counting and _PRINTED_ON.fullmatch(rest)):
        return True
    if not any(map(str.isalnum, rest)):
        return not paged or _DECORATED.fullmatch(rest) is not None
    return _is_title(rest, paged, everywhere)


def _without_page_number(line: str, counting: Collection[int], apart: bool) -> tuple[str | None, bool]:
    """The line without its page number, and whether it has one; None where another number counts."""
    numbers = list(_NUMBER.finditer(line))
    folded = _NUMBER.sub("#", line.replace("#", "№"))
    # Where each number is in the folded line.
    places = [place for place, letter in enumerate(folded) if letter == "#"]
    mentioned = {place for match in _PAGE_MENTION.finditer(folded) for place in range(*match.span())}
    kept = list(line)
    paged = False
    for number, (match, place) in enumerate(zip(numbers, places, strict=True)):
        # "88 FREE CULTURE" is a page number and a title; "EXHIBIT 88" is the name of a thing.
        first = not line[: match.start()].strip(_RULES)
        last = apart and not line[match.end() :].strip(_RULES)
        if number in counting and place not in mentioned and _is_of_subject(line[: match.start()]):
            return None, False
        if place in mentioned or ((first or last) and (number in counting or (apart and not counting))):
            paged = paged or number in counting
            kept[match.start() : match.end()] = " " * (match.end() - match.start())
        elif number in counting:
            return None, False
    return _PAGE_MENTION.sub(" ", "".join(kept)), paged


def _is_of_subject(before: str) -> bool:
    """Whether a number is that of what the word before it names: "Fiscal year 2020", "Unit 3"."""
    words = _WORDS.findall(before)
    return bool(words) and words[-1].casefold() in SUBJECTS


def _is_title(words: str, paged: bool, everywhere: bool) -> bool:
    """Whether words are a title, and neither a value, a label, a sentence nor a subject."""
    if any(map(str.isdecimal, words)) and not (paged or everywhere):
        return False
    return not (
        _VALUE.search(words)
        or (_LABELLED.search(words) and not paged)
        or _ASIDE.fullmatch(words)
        or (_SENTENCE.fullmatch(words) and not words.isupper())
        or len(words.split()) > MOST_WORDS
        or _is_sentence(words.strip())
        or _subjects(words)
    )


def _subjects(words: str) -> bool:
    """Whether words say what a page is about."""
    found = {word.casefold() for word in _WORDS.findall(words)}
    return not found.isdisjoint(SUBJECTS) and found.isdisjoint(_DEEDS)


def furniture(pages: Sequence[str]) -> list[list[tuple[int, int]]]:
    """For each page's text, the start and end of each line that is not part of the running text.

    A line counts when it is among the outer four of its page, and either the same line is there on at
    least 30 % of the pages and on three, and is furniture by what it says; or it is one of the two outermost
    and
    holds nothing but the number of its page. A number counts as that of its page where it counts with the
    pages,
    or says that it is one. In a document of three pages only the outermost line counts.
    """
    outer = [_outer_lines(text) for text in pages]
    shapes = [[_shape(line) if len(line) <= LONGEST else "" for _, _, line, _ in rows] for rows in outer]
    seen: dict[str, dict[int, tuple[str, ...]]] = defaultdict(dict)
    short = len(pages) < 4
    steps: Counter[int] = Counter()
    for index, rows in enumerate(outer):
        for shape, (_, _, line, rank) in zip(shapes[index], rows, strict=True):
            if not shape or (short and rank):
                continue
            seen[shape].setdefault(index, tuple(_NUMBER.findall(line)))
        numbers = (_page_number(line) for _, _, line, rank in rows if rank < 2)
        steps.update({number - index for number in numbers if number is not None})
    needed = max(3, round(0.3 * len(pages)))
    found: list[list[tuple[int, int]]] = []
    for index, rows in enumerate(outer):
        kept = []
        for shape, (start, end, line, rank) in zip(shapes[index], rows, strict=True):
            same = seen[shape]
            repeated = (
                (rank < 1 or not short)
                and len(same) >= needed
                and not _is_sentence(line)
                and is_furniture(
                    line,
                    _counting(list(same.values())),
                    # A text does not show what stands off.
                    apart=True,
                    everywhere=len(same) >= EVERYWHERE * len(pages),
                )
            )
            number = _page_number(line) if rank < 2 else None
            numbered = number is not None and (
                number == index + 1 or steps[number - index] > 1 or _says_page(line)
            )
            if repeated or numbered:
                kept.append((start, end))
        found.append(kept)
    return found


def _counting(numbers: Sequence[tuple[str, ...]]) -> list[int]:
    """Which numbers of a line differ from page to page."""
    return [place for place, values in enumerate(zip(*numbers, strict=False)) if len(set(values)) > 1]


def _page_number(line: str) -> int | None:
    """The number that is all that a line holds, Roman numerals included; None for another line."""
    match = _NUMBER_LINE.fullmatch(line) if len(line) <= 24 else None
    if match is None:
        return None
    if match["number"]:
        return int(match["number"])
    values = [_ROMAN_VALUES[letter] for letter in match["roman"].lower()]
    return sum(-one if one < other else one for one, other in zip(values, [*values[1:], 0], strict=True))


def _says_page(line: str) -> bool:
    match = _NUMBER_LINE.fullmatch(line)
    return match is not None and bool(match["named"] or match["total"])


def _is_sentence(line: str) -> bool:
    """Whether a line is a part of a sentence, or an item that counts: these are text on every page."""
    words = re.findall(r"[^\W\d_]+", line.casefold())
    return line[:1].islower() or line.rstrip()[-1:] in (",", ";") or not _SENTENCE_WORDS.isdisjoint(words)


def _outer_lines(text: str) -> list[tuple[int, int, str, int]]:
    """The outer lines with words: start, end, the line, and its distance from the edge of the page."""
    first: list[tuple[int, int, str, int]] = []
    position = 0
    while position < len(text) and len(first) < _ROWS:
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        if line := text[position:end].strip():
            first.append((position, end, line, len(first)))
        position = end + 1
    last: list[tuple[int, int, str, int]] = []
    end = len(text)
    while end > position and len(last) < _ROWS:
        start = text.rfind("\n", position, end) + 1
        start = max(start, position)
        if line := text[start:end].strip():
            last.append((start, end, line, len(last)))
        end = start - 1
    if not last:  # a page of a few lines: its last line is as near to the edge as its first
        first = [(*row[:3], min(row[3], len(first) - 1 - row[3])) for row in first]
    return first + last[::-1]


def _shape(line: str) -> str:
    """A line by which it is known again on another page: a page number at its end or its start may count
    on."""
    folded = line.casefold()
    if _DIGIT.search(folded) and not _NUMBERED.search(folded):
        folded = _COUNTING.sub("#", folded)
    return " ".join(folded.split())
