"""Answers in JSON: the quotations in them, with the place that their object names.

The reader is a scanner of tokens, so that a missing comma, a cut end or a comment costs nothing but itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from docanalyst.domain.answers.reading.places import ClaimedPlace, read_place

_REGION = re.compile(r"^[ \t]{0,40}(?=[\[{]\s{0,40}(?:[\[{]\s{0,40})?[\"}\]])", re.MULTILINE)
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)("|\Z)|([{}\[\]:,])|(-?\d+(?:\.\d+)?|true|false|null)', re.DOTALL)
_QUOTE_KEY = re.compile(
    r"quot|excerpt|verbatim|snippet|zitat|wortlaut|extrait|passage|exact|引用|原文|条文|抜粋|цитат|\bcita|citacion",
    re.IGNORECASE,
)
_TEXT_KEY = re.compile(
    r"^(?:text|content|evidence|source_?text|words|support(?:ing)?(?:_?text)?|span|sentence)$", re.IGNORECASE
)
_DOCUMENT_KEY = re.compile(
    r"doc|source|file|quelle|dokument|来源|文件|文档|文書|출처|документ|источник|fuente", re.IGNORECASE
)
_PAGE_KEY = re.compile(r"page|seite|página|pagina|页|頁|ページ|쪽|страниц|^(?:pp?|pg|s)$", re.IGNORECASE)
_PLACE_KEY = re.compile(
    r"^(?:cite|citation|ref|reference|location|loc|place|where|stelle|fundstelle|位置)s?$", re.IGNORECASE
)


_DEEPEST = 12
"""Objects around a quotation whose place it takes over."""


@dataclass(frozen=True, slots=True)
class JsonQuote:
    """A string of a JSON answer. start, end: offsets, its marks included. text: decoded.

    quoted: under a key that says that it is a quotation; other strings are running text.
    """

    text: str
    place: ClaimedPlace
    start: int
    end: int
    quoted: bool


@dataclass(slots=True)
class _Node:
    """An object or array that is open. strings: its own, by key. place: what it names itself."""

    parent: _Node | None
    is_object: bool
    key: str = ""
    pending: str | None = None
    place: ClaimedPlace = field(default_factory=ClaimedPlace)

    @property
    def whole_place(self) -> ClaimedPlace:
        """The place with what the objects around it name."""
        place = self.place
        node = self.parent
        for _ in range(_DEEPEST):
            if node is None or (place.document and place.is_paged):
                break
            document = place.document or node.place.document
            page = place if place.is_paged else node.place
            place = ClaimedPlace(document, page.page, page.last_page, page.label)
            node = node.parent
        return place


@lru_cache(maxsize=16)
def json_regions(answer: str) -> tuple[tuple[int, int, tuple[JsonQuote, ...]], ...]:
    """Start, end and strings of each stretch of JSON in an answer that has keys."""
    found: list[tuple[int, int, tuple[JsonQuote, ...]]] = []
    position = 0
    while match := _REGION.search(answer, position):
        end, strings = _scan(answer, match.end())
        if strings is None:
            position = match.end() + 1
            continue
        found.append((match.start(), end, tuple(strings)))
        position = max(end, match.end() + 1)
    return tuple(found)


def _scan(answer: str, start: int) -> tuple[int, list[JsonQuote] | None]:
    """The end of the JSON that begins here and its strings; None where nothing in it has a key."""
    found: list[tuple[str, str, int, int, _Node]] = []
    node: _Node | None = None
    keys = 0
    end = start
    for match in _TOKEN.finditer(answer, start):
        between = answer[end : match.start()]
        if between.strip(" \t\r\n") and not between.strip().startswith(("//", "#", "/*")):
            break
        end = match.end()
        mark = match[3]
        if mark in ("{", "["):
            key = node.pending or node.key if node else ""
            node = _Node(node, mark == "{", key=key or "")
        elif mark in ("}", "]"):
            if node is None or node.parent is None:
                break
            node = node.parent
            node.pending = None
        elif mark == ",":
            if node:
                node.pending = None
        elif mark is None and node is not None:
            text = _decoded(match[1]) if match[1] is not None else match[4]
            if node.is_object and node.pending is None:
                node.pending = text
                keys += 1
            else:
                held = (node.pending if node.is_object else node.key) or ""
                if match[1] is not None:
                    found.append((held, text, match.start(), match.end(), node))
                _note_place(node, held, text)
                if node.is_object:
                    node.pending = None
    return end, list(_quotes(found)) if keys else None


def _note_place(node: _Node, key: str, text: str) -> None:
    if _QUOTE_KEY.search(key):
        return
    place = node.place
    short = len(text) <= 120
    if _PAGE_KEY.search(key) and short:
        read = read_place(text if read_place(text).is_paged else f"p. {text}")
        document = place.document or read.document
        node.place = ClaimedPlace(document, read.page, read.last_page, read.label)
    elif (_DOCUMENT_KEY.search(key) or _PLACE_KEY.match(key)) and short:
        read = read_place(f"D{text}" if text.isdigit() else text)
        paged = place if place.is_paged else read
        node.place = ClaimedPlace(read.document or place.document, paged.page, paged.last_page, paged.label)


def _quotes(found: list[tuple[str, str, int, int, _Node]]) -> Iterator[JsonQuote]:
    for key, text, start, end, node in found:
        place = node.whole_place
        quoted = bool(_QUOTE_KEY.search(key)) or bool(_TEXT_KEY.match(key) and node.place)
        yield JsonQuote(text, place, start, end, quoted)


def _decoded(raw: str) -> str:
    try:
        decoded = json.loads(f'"{raw}"', strict=False)
    except ValueError:
        return raw
    return decoded if isinstance(decoded, str) else raw
