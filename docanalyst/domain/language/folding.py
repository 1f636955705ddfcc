"""Folding: the words of a text without what typesetting, extraction and copying change.

Two texts with the same words fold alike whatever their spaces, hyphenation, ligatures, quotation marks,
dashes, case and invisible characters. What folding hides although it carries meaning (decimal points, signs,
currency, the border of a word) is compared again by `gaps`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

_IDEOGRAPHS = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
"""Scripts written without spaces: every character is taken as a word."""

_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a03"
    "\u0a3c-\u0a4d\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b4d\u0b82\u0bbe-\u0bcd\u0c00-\u0c04"
    "\u0c3e-\u0c4d\u0c81-\u0c83\u0cbc-\u0ccd\u0d00-\u0d03\u0d3b-\u0d4d\u0d82\u0d83\u0dca-\u0ddf\u102b-\u103e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe20-\ufe2f"
)
_INVISIBLE = "\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
_LETTER = rf"[^\W_{_IDEOGRAPHS}]"

WORD = re.compile(rf"[{_IDEOGRAPHS}]|{_LETTER}+(?:[{_MARKS}{_INVISIBLE}]+{_LETTER}*)*")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
_CLUSTER = re.compile(rf"[^{_MARKS}][{_MARKS}]*|[{_MARKS}]")

DASHES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\ufffe\x02"
"""Everything that is set or extracted for a hyphen, a dash or a minus; the last two are line-end marks."""

QUOTE_MARKS = "\"'`´‘’‚‛“”„‟«»‹›「」『』《》＂＇″′"

_EDITORIAL = re.compile(
    r"[\[(]\s*(?:sic\s*[!?]?|(?:bold\s+|italics?\s+)?(?:emphasis|emphases|italics?|bold)\s+"
    r"(?:added|mine|ours|supplied|in\s+original|omitted)|(?:internal\s+)?(?:quotation\s+marks|quotations|citations?|"
    r"footnotes?|references?|alterations?)(?:\s+and\s+(?:citations?|footnotes?|quotation\s+marks))?\s+omitted)\s*[\])]",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|mark|sup|sub|br|q|span|p|cite|blockquote)\b[^<>]{0,200}>", re.IGNORECASE
)
_FOOTNOTE_MARK = re.compile(r"\[\^[^\]\s]{1,20}\]")
_LINE_DECORATION = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_LIST_DECORATION = re.compile(r"^(?:[ \t]*(?:[-*+•◦▪–—][ \t]+|#{1,6}[ \t]+))+")
_EDGE = QUOTE_MARKS + "*_~ \t\r\n\u00a0"
_ELLIPSIS = re.compile(
    r"\[\s{0,3}(?:(?:\.\s{0,2}){3,4}|…)\s{0,3}\]|\(\s{0,3}(?:(?:\.\s{0,2}){3,4}|…)\s{0,3}\)|"
    r"(?:\.[ \t\u00a0]?){3,}|…+|⋯+"
)


@lru_cache(maxsize=65_536)
def _fold_word(raw: str) -> str:
    return "".join(unit for unit, _ in fold_units(raw))


def fold_word(raw: str) -> str:
    """One word folded: NFKC, without case, letters, digits and combining marks only."""
    return raw.lower() if raw.isascii() else _fold_word(raw)


def fold_units(raw: str) -> list[tuple[str, int]]:
    """The folded form of each character (with its marks) of a word, and its offset in the word."""
    if raw.isascii():
        return [(character, offset) for offset, character in enumerate(raw.lower())]
    return [(_fold_cluster(match.group()), match.start()) for match in _CLUSTER.finditer(raw)]


@lru_cache(maxsize=8_192)
def _fold_cluster(cluster: str) -> str:
    if cluster in "ºªـ":
        return ""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
    return "".join(c for c in folded if c.isalnum() or unicodedata.category(c)[0] == "M")


def word_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of every word of a text."""
    pattern = _ASCII_WORD if text.isascii() else WORD
    return [match.span() for match in pattern.finditer(text)]


def fold(text: str) -> str:
    """The folded words of a text, joined without spaces."""
    pattern = _ASCII_WORD if text.isascii() else WORD
    return "".join(map(fold_word, pattern.findall(text)))


def plain(text: str) -> str:
    """Text with one kind of quotation mark, dash and space: texts that agree so need no closer look."""
    return " ".join(text.translate(_PLAIN).split())


_PLAIN: dict[int, str | None] = {ord(c): None for c in "\u00ad\u200b\u200c\u200d\u2060\ufeff"}
for _marks, _plain in ((DASHES.replace("\u00ad", ""), "-"), ("‘’‚‛′`´＇", "'"), ("“”„‟″«»＂", '"')):
    _PLAIN.update(dict.fromkeys(map(ord, _marks), _plain))


def strip_edges(quote: str) -> str:
    """A quote without the quotation marks, list marks and emphasis around it."""
    stripped = _LIST_DECORATION.sub("", quote.strip(_EDGE)).strip(_EDGE)
    return stripped if stripped else quote.strip()


def clean_quote(quote: str) -> str:
    """A quote without what people and models add to one: entities, tags, Markdown, `[sic]`, footnote marks.

    Ellipses stay. Nothing that could be a word of the source is removed.
    """
    text = html.unescape(quote) if "&" in quote else quote
    text = unicodedata.normalize("NFC", text)
    text = _FOOTNOTE_MARK.sub(" ", _TAG.sub("", _EDITORIAL.sub(" ", text)))
    return strip_edges(_LINE_DECORATION.sub("", text))


def split_ellipsis(quote: str) -> list[str]:
    """The pieces of a quote between marked omissions; empty pieces left out."""
    return [piece for piece in (part.strip() for part in _ELLIPSIS.split(quote)) if fold(piece)]


def has_ellipsis(quote: str) -> bool:
    """Whether a quote marks an omission anywhere, its ends included."""
    return _ELLIPSIS.search(quote) is not None
