"""Reduces words to skeletons: accents removed, letters that look alike replaced by one of them.

Two words with one skeleton look alike and need not be the same: skeletons only find the passage that a quote
was copied from, however badly, and name what is wrong with it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_SCRIPTS = str.maketrans("авекмнорстухіјѕԁԛԝёαβεζηικμνορτυχԛһӏԍс", "abekmhopctyxijsdqweabeznikmvoptuxqhlgc")
"""Cyrillic and Greek letters and the Latin ones that they are taken for."""

_MISREAD = str.maketrans({"1": "l", "i": "l", "|": "l", "0": "o", "5": "s", "8": "b"})
_PAIRS = (("rn", "m"), ("cl", "d"), ("vv", "w"), ("nn", "m"), ("tl", "d"))
"""Letters that recognition takes for one another. Both sides are changed: either may be right."""

_LATIN = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "ħ": "h"}
)
_SPELLED = (("ae", "a"), ("oe", "o"), ("ue", "u"))


@lru_cache(maxsize=65_536)
def skeleton(word: str) -> str:
    """The skeleton of a folded word."""
    text = without_accents(in_latin(word)).translate(_MISREAD)
    for pair, letter in _PAIRS:
        if pair in text:
            text = text.replace(pair, letter)
    return text


def in_latin(word: str) -> str:
    """A folded word with the Latin letters that its Cyrillic and Greek ones look like."""
    return word if word.isascii() else word.translate(_SCRIPTS)


def without_accents(word: str) -> str:
    """A folded word in plain Latin letters: "geschäft" is "geschaft", "æ" is "ae"."""
    if word.isascii():
        return word
    letters = unicodedata.normalize("NFD", word.translate(_LATIN))
    return "".join(c for c in letters if not unicodedata.combining(c))


def differ_by_script(one: str, other: str) -> bool:
    """Whether two different folded words are the same once look-alike letters are in one script."""
    return one != other and in_latin(one) == in_latin(other)


def differ_by_accents(one: str, other: str) -> bool:
    """Whether two different folded words are the same but for accents: é and e, ä and ae, æ and ae."""
    if one == other or (one.isascii() and other.isascii()):
        return False
    first, second = without_accents(one), without_accents(other)
    if first == second:
        return True
    for spelled, letter in _SPELLED:
        first, second = first.replace(spelled, letter), second.replace(spelled, letter)
    return first == second


def differ_by_misreading(one: str, other: str) -> bool:
    """Whether recognition may have read one folded word for the other."""
    return one != other and skeleton(one) == skeleton(other)
