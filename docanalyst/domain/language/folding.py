"""Folding: the letters and digits of a text, without what typesetting, extraction and copying change.

Folding only finds places. Two texts with the same letters and digits fold alike whatever is between
them, and whatever the case or position of a letter; what folding hides is compared as written afterwards
(`docanalyst.domain.verification.gaps` and `letters`).
"""

from __future__ import annotations

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

_WORD = re.compile(rf"[{_IDEOGRAPHS}]|{_LETTER}+(?:[{_MARKS}{_INVISIBLE}]+{_LETTER}*)*")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
_CLUSTER = re.compile(rf"[^{_MARKS}][{_MARKS}]*|[{_MARKS}]")

DASHES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\ufffe\x02"
"""Everything that is set or extracted for a hyphen, a dash or a minus; the last two are line-end marks."""

SINGLE_MARKS = "'`´‘’‚‛‹›＇"
DOUBLE_MARKS = '"“”„‟«»「」『』《》＂〝〞〟'
INVISIBLE = re.compile(f"[{_INVISIBLE}]")
"""Characters without a width: they carry no meaning in running text."""

_HARMLESS_TAGS = frozenset(
    (
        *("<wide>", "<narrow>", "<noBreak>", "<compat>", "<font>", "<square>", "<small>", "<vertical>"),
        *("<initial>", "<medial>", "<final>", "<isolated>", "<fraction>"),
    )
)
"""Kinds of Unicode compatibility that change only the look. Not among them: raised, lowered and circled
characters, which mean something else ("x²", "H₂O", "①")."""


_PRIMES = "″‴⁗‶‷"


@lru_cache(maxsize=8_192)
def expanded(character: str) -> str:
    """A character as the plain characters that it stands for: "ﬁ" is "fi", "℃" is "°C", "㎎" is "mg".

    Raised, lowered and circled characters, separate accents and double primes stay as they are.
    """
    tag, *codes = unicodedata.decomposition(character).split() or [""]
    if tag not in _HARMLESS_TAGS or (codes[0] == "0020" and len(codes) > 1) or character in _PRIMES:
        return character
    return "".join(expanded(chr(int(code, 16))) for code in codes)


_LETTERLIKE = "×" + "".join(
    character
    for first, last in ((0x2100, 0x214F), (0x249C, 0x24B5), (0x3250, 0x33FF))
    for character in map(chr, range(first, last + 1))
    if not character.isalnum() and any(map(str.isalnum, expanded(character)))
)
"""Symbols made of letters, such as "℃"; and the multiplication sign, which is often typed as an x."""

_HAS_LETTERLIKE = re.compile(f"[{_LETTERLIKE}]")
_ANY_LETTER = rf"(?:{_LETTER}|[{_LETTERLIKE}])"
_WORD_OR_SYMBOL = re.compile(rf"[{_IDEOGRAPHS}]|{_ANY_LETTER}+(?:[{_MARKS}{_INVISIBLE}]+{_ANY_LETTER}*)*")


def word_pattern(text: str) -> re.Pattern[str]:
    """The pattern of one word of this text: the fastest of those that find the same words in it."""
    if text.isascii():
        return _ASCII_WORD
    return _WORD_OR_SYMBOL if _HAS_LETTERLIKE.search(text) else _WORD


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
    if cluster == "×":
        return "x"
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", cluster).casefold())
    return "".join(c for c in folded if c.isalnum() or unicodedata.category(c)[0] == "M")


def word_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of every word of a text."""
    return [match.span() for match in word_pattern(text).finditer(text)]


def folded_words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return list(map(fold_word, word_pattern(text).findall(text)))


def fold(text: str) -> str:
    """The folded words of a text, joined without spaces."""
    return "".join(folded_words(text))
