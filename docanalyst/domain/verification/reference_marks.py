"""Reference marks of a source that a quote may leave out: "[12]" of a paper, the raised digit of a footnote.

A number in brackets may also be a term that was filled in ("[30] days"), digits behind a word part of a name
("phase3"), and a raised digit a power (m²). A mark is one only by its form and its place: behind a word or the
punctuation of a sentence, never behind a unit or a word that asks for a number, never before a unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from docanalyst.domain.language.folding import fold_word
from docanalyst.domain.verification.vocabulary import (
    ABBREVIATIONS_OF_NUMBERS,
    ASKING_FOR_A_NUMBER,
    DATE_WORDS,
    FUNCTION_WORDS,
    MONEY_WORDS,
    NUMBER_WORDS,
    SCALES,
    UNITS,
)

_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED = re.compile(
    rf"(?P<word>[^\W\d_{_DIGITS}]*)(?P<marks>[.,;:!?)\]”\"’'»*]{{0,3}})(?P<number>[{_DIGITS}]+(?:[,\u2009⁻–-]\s?[{_DIGITS}]+)*)(?![\w⁺⁻+])"
)
_SET_CLOSE = re.compile(
    r"(?P<word>[a-z]{2,})(?P<marks>[)\]]?[.,;:!?][”\"’)\]]{0,2}|[”\"’]{1,2})(?P<number>[1-9]\d{0,2}(?:[,–-][1-9]\d{0,2}){0,5})(?=\s|$)"
)
_CARET = re.compile(r"(?P<word>[^\W\d_]*)(?P<marks>[.,;:!?)\]”\"’]{0,3})(?P<number>\^\{?\d{1,3}\}?)(?!\w)")
_BRACKETED = re.compile(
    r"(?P<word>[^\W\d_]+)?(?P<marks>[)”\"’%]{0,2}[.,;:]?\s?)(?P<number>(?:\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,20}\][\s,;–-]{0,3}){0,12}\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,20}\])"
)
_GLUED = re.compile(r"\b(?P<word>[a-z]{4,})(?P<number>\d{1,3})\b")
_NUMBER = re.compile(r"\d+")
_NEXT = re.compile(r"[\s(\[“\"]*(%|[^\W\d_]+|\d)?")
_MEASURES = UNITS | MONEY_WORDS | DATE_WORDS | SCALES
_COUNTED = _MEASURES | NUMBER_WORDS | {"times", "fold", "copies", "units", "shares", "percent"}

LEAST_REFERENCES = 5
"""Different numbers in brackets from which a document may have a list of references."""

REFERENCES_DENSITY = 0.5
"""Share of the numbers up to its last that such a list must use: papers use nearly all, forms with blanks filled
in ("[30] days", "[7] %") use few."""


def marks(text: str, vocabulary: Mapping[str, int]) -> list[tuple[int, int]]:
    """Where the reference marks of a text stand, in order.

    vocabulary: how often each folded word stands in the document.
    """
    found: set[tuple[int, int]] = set()
    if any(digit in text for digit in _DIGITS):
        found.update(match.span("number") for match in _RAISED.finditer(text) if _is_raised(match))
    if "^" in text:
        found.update(match.span("number") for match in _CARET.finditer(text) if _is_raised(match))
    found.update(match.span("number") for match in _SET_CLOSE.finditer(text) if _is_set_close(match))
    found.update(_bracketed(text))
    found.update(_glued(text, vocabulary))
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _is_raised(match: re.Match[str]) -> bool:
    word, between = match["word"], match["marks"]
    if between.strip("*"):
        before = match.string[max(0, match.start("marks") - 1) : match.start("marks")]
        if between[0] in ")]":
            return len(word) >= 3 and (len(between) > 1 or between[0] == "]")
        return len(word) >= 2 or (between[0] not in "," and before.isalnum())
    plain = len(word) >= 3 and not (word.isupper() and len(word) < 5)
    return plain and fold_word(word) not in UNITS and not _measured(match)


def _is_set_close(match: re.Match[str]) -> bool:
    folded = match["word"]
    if match["marks"][0] in ".:" and folded in ABBREVIATIONS_OF_NUMBERS:
        return False
    if match.start("word") and match.string[match.start("word") - 1] in "./@":
        return False
    return not _measured(match)


def _measured(match: re.Match[str]) -> bool:
    following = _NEXT.match(match.string, match.end("number"))
    word = following[1] if following else None
    return word is not None and (word == "%" or word in "€$£¥" or fold_word(word) in _MEASURES)


def _bracketed(text: str) -> list[tuple[int, int]]:
    matches = list(_BRACKETED.finditer(text))
    used = sorted({int(number) for match in matches for number in _NUMBER.findall(match["number"])})
    last = max(
        (
            number
            for count, number in enumerate(used, 1)
            if count >= LEAST_REFERENCES and count >= REFERENCES_DENSITY * number
        ),
        default=0,
    )
    return [
        match.span("number")
        for match in matches
        if max(map(int, _NUMBER.findall(match["number"]))) <= last and _is_reference(match)
    ]


def _is_reference(match: re.Match[str]) -> bool:
    word = fold_word(match["word"] or "")
    if not word:
        return bool(match["marks"].strip())
    if word in FUNCTION_WORDS or word in ASKING_FOR_A_NUMBER or word in UNITS:
        return False
    following = _NEXT.match(match.string, match.end("number"))
    after = following[1] if following else None
    return not (after and (after == "%" or fold_word(after) in _COUNTED))


def _glued(text: str, vocabulary: Mapping[str, int]) -> list[tuple[int, int]]:
    """Digits stuck to ordinary words, in a document where several different words have them."""
    matches = list(_GLUED.finditer(text))
    if sum(vocabulary[word] == 1 for word in {match.group() for match in matches} if word in vocabulary) < 3:
        return []
    return [
        match.span("number")
        for match in matches
        if vocabulary.get(match["word"])
        and vocabulary.get(match.group()) == 1
        and match["word"] not in ASKING_FOR_A_NUMBER
        and match["word"] not in UNITS
        and not _counted(match)
    ]


def _counted(match: re.Match[str]) -> bool:
    following = _NEXT.match(match.string, match.end("number"))
    word = following[1] if following else None
    return word is not None and (word == "%" or fold_word(word) in _COUNTED)
