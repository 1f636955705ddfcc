"""Printed page numbers: the file's own labels, else the number printed on the page, else a Bates number.

Nothing is guessed: a page on which no number stands has no label.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from docanalyst.domain.language.running_heads import DECORATION, is_furniture
from docanalyst.pdf.layout.numerals import roman_value
from docanalyst.pdf.layout.running_heads import Furniture
from docanalyst.pdf.rawpages import RawPage

FROM_FILE, PRINTED, BATES = "file", "printed", "bates"

NEIGHBOURS = 6
_Key = tuple[str, int, bool]
"""Style of a page number, its distance to the page's place, and in short documents whether it is at the
foot."""
_BATES = re.compile(r"\b([A-Z][A-Z0-9]{0,15}(?:[-_ ][A-Z0-9]{1,12}){0,3}?[-_ ]?)([0-9]{4,10})\b")
_PAGE_NUMBER = re.compile(
    rf"{DECORATION}(?:(?:page|seite|p\.|pg\.?)\s*)?(?P<prefix>[A-Z]{{1,3}}-)?"
    r"(?P<number>[0-9]{1,4}|[ivxlcdm]{1,7}|[IVXLCDM]{1,7})"
    rf"(?:\s*(?:of|von|/|de)\s*[0-9]{{1,5}})?{DECORATION}$",
    re.IGNORECASE,
)
_FIGURES = re.compile("[0-9]+")
_IN_A_HEAD = re.compile(
    r"^([0-9]{1,4})\s+\S|\bpage\s+([0-9]{1,4})\b|\s([0-9]{1,4})\s*(?:/|of|von)\s*[0-9]{1,4}$|\S\s+([0-9]{1,4})$",
    re.IGNORECASE,
)


def find_labels(pages: Sequence[RawPage], furniture: Furniture) -> list[tuple[str | None, str]]:
    """The label of each page and where it comes from ("file", "printed", "bates", or "" for none)."""
    own = [" ".join(page.label.split()) for page in pages]
    if any(own) and not _meaningless(own):
        return [(label, FROM_FILE) if label else (None, "") for label in own]
    printed = _printed(pages, furniture)
    bates = _bates(furniture)
    labels: list[tuple[str | None, str]] = []
    for number, stamp in zip(printed, bates, strict=True):
        if number:
            labels.append((number, PRINTED))
        else:
            labels.append((stamp, BATES) if stamp else (None, ""))
    return labels


def _meaningless(own: Sequence[str]) -> bool:
    """Whether the labels say no more than the page's place in the file, or the same for every page."""
    return len(own) > 1 and (len(set(own)) == 1 or all(own[i] == str(i + 1) for i in range(len(own))))


def _printed(pages: Sequence[RawPage], furniture: Furniture) -> list[str | None]:
    """Numbers on the two outer rows that keep their distance to the page's place over the pages around.

    A line of its own comes before a number in a running head. Two pages are too few to tell the number of a
    page from an item that a list goes on with at the top of the next one, unless both are on the same edge.
    """
    candidates: list[dict[_Key, str]] = []
    alone: Counter[_Key] = Counter()
    few = len(pages) < 3
    for index, edges in enumerate(furniture.edges):
        found: dict[_Key, str] = {}
        for edge in edges:
            running = edge.line in furniture.running[index]
            if edge.rank > 1 and not running:
                continue
            by_itself = _PAGE_NUMBER.match(edge.text) is not None
            for style, value, text in _numbers(
                edge.text, running or (edge.rank == 0 and _is_head(edge.text))
            ):
                key = style, value - index, few and edge.bottom
                found.setdefault(key, text)
                alone[key] += by_itself
        candidates.append(found)
    for index, edges in enumerate(furniture.edges):
        if not candidates[index]:
            # A number beside words that are text is the page number where it goes on from pages nearby.
            around = _around(candidates, index)
            candidates[index] = {
                (style, value - index, False): text
                for edge in edges
                if edge.rank == 0
                for style, value, text in _numbers(edge.text, True)
                if around[style, value - index, False] > 2
            }
    labels: list[str | None] = []
    for index, found in enumerate(candidates):
        around = _around(candidates, index)
        best = max(
            found,
            key=lambda key: (around[key] if around[key] < 3 else 3, alone[key] > 0, around[key]),
            default=None,
        )
        enough = 1 if few else 2
        labels.append(found[best] if best is not None and around[best] > enough else None)
    return labels


def _around(candidates: Sequence[dict[_Key, str]], index: int) -> Counter[_Key]:
    """How many of the pages around one have each candidate."""
    return Counter(
        key for other in candidates[max(0, index - NEIGHBOURS) : index + NEIGHBOURS + 1] for key in other
    )


def _is_head(text: str) -> bool:
    """Whether a line that holds more than a number may be a title with the page number beside it."""
    last = len(_FIGURES.findall(text)) - 1
    ends = ([0] if text[:1].isdigit() else []) + ([last] if text[-1:].isdigit() else [])
    return is_furniture(text, ends, apart=True) and (text[:1].isdigit() or len(text.split()) > 2)


def _numbers(text: str, running: bool) -> list[tuple[str, int, str]]:
    """Page numbers that a line may be: style, value and as printed. running: it is a running head."""
    match = _PAGE_NUMBER.match(text)
    if match:
        number, prefix = match.group("number"), (match.group("prefix") or "").upper()
        if number.isdecimal():
            return [("1" + prefix, int(number), prefix + number)]
        value = roman_value(number)
        return [("i" + prefix, value, prefix + number)] if value else []
    if not running:
        return []
    return [
        ("1", int(number), number)
        for match in _IN_A_HEAD.finditer(text)
        for number in match.groups()
        if number is not None
    ]


def _bates(furniture: Furniture) -> list[str | None]:
    """Stamps of letters and many figures at the edge of a page that go up by one from page to page."""
    found: list[dict[tuple[str, int], str]] = []
    for index, edges in enumerate(furniture.edges):
        stamps: dict[tuple[str, int], str] = {}
        for edge in edges:
            for match in _BATES.finditer(edge.text):
                prefix, number = match.groups()
                stamps.setdefault((prefix, int(number) - index), match.group())
        found.append(stamps)
    counts = Counter(key for stamps in found for key in stamps)
    labels: list[str | None] = []
    for stamps in found:
        best = max(stamps, key=lambda key: counts[key], default=None)
        labels.append(stamps[best] if best is not None and counts[best] > 1 else None)
    return labels
