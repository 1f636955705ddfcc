"""Words of a text as retrieval sees them: stems of Latin words, numbers, pairs of Chinese characters.

English stems come from snowballstemmer (pure Python, BSD): a rule set tested over decades beats one of ours.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0002ffff"
_WORD = re.compile(rf"\d+(?:[.,]\d+)*|[{_CJK}]+|[^\W_{_CJK}]+(?:['’][^\W_]+)?")
_IS_CJK = re.compile(rf"[{_CJK}]")

CJK_WEIGHT = 0.6
"""Words that a pair of Chinese or Japanese characters counts for, in the length of a passage."""

_STOP_WORDS = """
a about after again all also am an and any are as at be because been before being between both but by
can cannot could did do does doing done during each else etc for from further had has have having he her
here hers him his how i if in into is it its itself let like made make many may me might more most much
must my no nor not of off on once one or other others our out over own per please same shall she should
so some such than that the their them then there these they this those through to too under until up
upon us use used very was we were what when where whether which while who whom whose why will with
within without would yes you your s t
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""English words that carry no topic. They still count inside phrases ("right of first refusal")."""

_SPELLINGS = {
    "licenc": "licens",
    "favour": "favor",
    "honour": "honor",
    "labour": "labor",
    "colour": "color",
    "behaviour": "behavior",
    "defenc": "defens",
    "offenc": "offens",
    "centr": "center",
    "organis": "organiz",
    "recognis": "recogn",
    "analys": "analyz",
    "tumour": "tumor",
}
"""British stems → American ones: a contract says "license" where its reader asks for a "licence"."""

_lock = threading.Lock()
_stems: dict[str, str] = {}


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


def stem(word: str) -> str:
    """The stem of one lower-case word. Safe to call from several threads."""
    found = _stems.get(word)
    if found is None:
        with _lock:  # a Snowball stemmer keeps the word it works on
            found = word if word[0].isdigit() or len(word) > 40 else str(_stemmer().stemWord(word))
            found = _SPELLINGS.get(found, found)
            if len(_stems) > 400_000:
                _stems.clear()
            _stems[word] = found
    return found


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, str]]:
    """Offset and stem of each word of `text[start:end]`, in order; offsets are into `text`."""
    known = _stems
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        word = match.group()
        if _IS_CJK.match(word):
            if len(word) == 1:
                yield match.start(), word
            for index in range(len(word) - 1):
                yield match.start() + index, word[index : index + 2]
            continue
        word = word.lower()
        if word.endswith(("'s", "’s")):
            word = word[:-2]
        yield match.start(), known.get(word) or stem(word)


def word_count(text: str, start: int = 0, end: int | None = None) -> int:
    """Words of a stretch of text; a pair of Chinese characters counts as 0.6."""
    stretch = text[start:end]
    words = _WORD.findall(stretch)
    if stretch.isascii():
        return len(words)
    cjk = [word for word in words if _IS_CJK.match(word)]
    pairs = sum(max(1, len(word) - 1) for word in cjk)
    return round(len(words) - len(cjk) + CJK_WEIGHT * pairs)


def words_of(text: str) -> Iterator[tuple[str, str]]:
    """Stem and word as written, for each word of a text."""
    places = list(tokens(text))
    for offset, token in places:
        match = _WORD.match(text, offset)
        yield token, token if match is None or is_cjk(token) else match.group()


def stems(text: str) -> list[str]:
    """The stems of a text, in order."""
    return [token for _, token in tokens(text)]


@cache
def stop_stems() -> frozenset[str]:
    """The stop words, as stems."""
    return frozenset(stem(word) for word in STOP_WORDS)


def topical(words: Iterable[str]) -> list[str]:
    """The stems among these that carry a topic, in order."""
    stops = stop_stems()
    return [word for word in words if word not in stops]


def is_cjk(token: str) -> bool:
    """Whether a stem is made of Chinese, Japanese or Korean characters."""
    return bool(_IS_CJK.match(token))
