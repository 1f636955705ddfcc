"""Running heads, feet and page numbers: the lines that stand between the end of a page and the next one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_ROWS = 4
_NUMBER_LINE = re.compile(
    r"[-–—|·\s\[(]*(?P<named>page|p\.|seite|pagina|página|стр\.?)?\s*"
    r"(?:(?:[a-z]{1,3}[-–.])?(?P<number>\d{1,4})|(?P<roman>[ivxlc]{1,7}))"
    r"(?P<total>\s*(?:of|/|von|de|sur|из)\s*\d{1,4})?[-–—|·\s\])]*",
    re.IGNORECASE,
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
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


def furniture(pages: Sequence[str]) -> list[list[tuple[int, int]]]:
    """For each page's text, the start and end of each line that is not part of the running text.

    A line counts when it is among the outer four of its page, and either the same line stands there on at
    least 30 % of the pages and on three, and is no part of a sentence; or it is one of the two outermost
    and holds nothing but the number of its page. A number counts as that of its page where it counts with
    the pages, or says that it is one. In a document of three pages only the outermost line counts."""
    outer = [_outer_lines(text) for text in pages]
    seen: Counter[str] = Counter()
    short = len(pages) < 4
    for rows in outer:
        seen.update({_shape(line) for _, _, line, rank in rows if rank < 1 or not short})
    steps: Counter[int] = Counter()
    for index, rows in enumerate(outer):
        numbers = (_page_number(line) for _, _, line, rank in rows if rank < 2)
        steps.update({number - index for number in numbers if number is not None})
    needed = max(3, round(0.3 * len(pages)))
    found: list[list[tuple[int, int]]] = []
    for index, rows in enumerate(outer):
        kept = []
        for start, end, line, rank in rows:
            outermost = rank < 1 or not short
            repeated = outermost and seen[_shape(line)] >= needed and not _is_sentence(line)
            number = _page_number(line) if rank < 2 else None
            numbered = number is not None and (
                number == index + 1 or steps[number - index] > 1 or _says_page(line)
            )
            if repeated or numbered:
                kept.append((start, end))
        found.append(kept)
    return found


def _page_number(line: str) -> int | None:
    """The number that is all that a line holds, Roman numerals included; None for another line."""
    match = _NUMBER_LINE.fullmatch(line) if len(line) <= 24 else None
    if match is None:
        return None
    if match["number"]:
        return int(match["number"])
    values = [_ROMAN[letter] for letter in match["roman"].lower()]
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
    return " ".join((folded if _NUMBERED.search(folded) else _COUNTING.sub("#", folded)).split())
