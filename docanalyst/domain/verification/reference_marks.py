"""Reference marks of a source that a quote may leave out: "[12]" of a paper, the raised digit or letter of a
footnote.

A number in brackets may also be a term that was filled in ("[30] days"), digits after a word part of a name
("phase3"), and a raised digit a power (m²). A mark is one only by its form and its place: after a word or
the punctuation of a sentence, never after a unit or a word that asks for a number, never before a unit.
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
    RAISED_UNITS,
    SCALES,
    UNITS,
)

_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LETTERS = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
_WORD = rf"(?P<word>[^\W\d_{_DIGITS}{_LETTERS}]*)"
_SIGN = f"(?:[{_DIGITS}]+|[{_LETTERS}])"
_RAISED = re.compile(rf"{_SIGN}(?:[,\u2009⁻–-]\s?{_SIGN})*(?![\w⁺⁻+])")
_CARET = re.compile(r"\^\{?\d{1,3}\}?(?!\w)")
_BEFORE_RAISED = re.compile(rf"{_WORD}(?P<marks>[.,;:!?)\]”\"’'»*]{{0,3}})\Z")
_SET_CLOSE = re.compile(r"[1-9](?<=[.,;:!?”\"’)\]].)\d{0,2}(?:[,–-][1-9]\d{0,2}){0,5}(?=\s|$)")
_BEFORE_CLOSE = re.compile(r"(?P<word>[a-z]{2,})(?P<marks>[)\]]?[.,;:!?][”\"’)\]]{0,2}|[”\"’]{1,2})\Z")
_BRACKETS = r"\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,20}\]"
_BRACKETED = re.compile(rf"{_BRACKETS}(?:[\s,;–-]{{0,3}}{_BRACKETS}){{0,12}}")
_BEFORE_BRACKET = re.compile(rf"{_WORD}(?P<marks>[)”\"’%]{{0,2}}[.,;:]?\s?)\Z")
_GLUED = re.compile(r"\d(?<=[a-z]{4}.)\d{0,2}\b")
"""As `_SET_CLOSE`, it begins with its digit and looks back from there, which is faster than looking back
from every character (0.9 MB of contracts and papers: 16 ms for 56 ms)."""

_BEFORE_GLUED = re.compile(r"\b(?P<word>[a-z]{4,})\Z")
_NUMBER = re.compile(r"\d+")
_NEXT = re.compile(r"[\s(\[“\"]*(%|[^\W\d_]+|\d)?")
_REACH = 40
"""Characters before a mark in which the word that it belongs to is looked for."""

_MEASURES = UNITS | MONEY_WORDS | DATE_WORDS | SCALES
_COUNTED = _MEASURES | NUMBER_WORDS | {"times", "fold", "copies", "units", "shares", "percent"}

LEAST_REFERENCES = 3
"""Bracketed numbers in the place of a reference from which a document uses them as references throughout."""


def marks(text: str, vocabulary: Mapping[str, int]) -> list[tuple[int, int]]:
    """Where the reference marks of a text are, in order.

    vocabulary: how often each folded word occurs in the document.
    """
    found: set[tuple[int, int]] = set()
    if not text.isascii():
        found.update(mark.span() for mark in _RAISED.finditer(text) if _is_raised(mark))
    if "^" in text:
        found.update(mark.span() for mark in _CARET.finditer(text) if _is_raised(mark))
    found.update(mark.span() for mark in _SET_CLOSE.finditer(text) if _is_set_close(mark))
    if "[" in text:
        found.update(_bracketed(text))
    found.update(_glued(text, vocabulary))
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _before(pattern: re.Pattern[str], mark: re.Match[str]) -> re.Match[str] | None:
    return pattern.search(mark.string[max(0, mark.start() - _REACH) : mark.start()])


def _word_after(mark: re.Match[str]) -> str:
    """The folded word, the sign or the digit after a mark; "" where there is none."""
    following = _NEXT.match(mark.string, mark.end())
    return fold_word(following[1]) or following[1] if following and following[1] else ""


def _measured(mark: re.Match[str]) -> bool:
    word = _word_after(mark)
    return word == "%" or word in _MEASURES


def _is_raised(mark: re.Match[str]) -> bool:
    before = _before(_BEFORE_RAISED, mark)
    if before is None:
        return False
    word, between = before["word"], before["marks"]
    if between.strip("*"):
        if between[0] in ")]":
            return len(word) >= 3 and (len(between) > 1 or between[0] == "]")
        return len(word) >= 2 or (between[0] != "," and before.string[: before.start("marks")][-1:].isalnum())
    named = len(word) >= 3 and not (word.isupper() and len(word) < 5)
    return named and fold_word(word) not in RAISED_UNITS


def _is_set_close(mark: re.Match[str]) -> bool:
    before = _before(_BEFORE_CLOSE, mark)
    if before is None or before.string[: before.start()][-1:] in ("/", "@", "."):
        return False
    if before["marks"][0] in ".:" and before["word"] in ABBREVIATIONS_OF_NUMBERS:
        return False
    return not _measured(mark)


def _bracketed(text: str) -> list[tuple[int, int]]:
    places = [(mark, _place(mark)) for mark in _BRACKETED.finditer(text)]
    sure = {mark.group() for mark, place in places if place == "reference"}
    if len(sure) < LEAST_REFERENCES:
        return [mark.span() for mark, place in places if place == "reference" and _counts_nothing(mark)]
    return [mark.span() for mark, place in places if place]


def _place(mark: re.Match[str]) -> str:
    """Whether a number in brackets has the place of a "reference": not where a number is asked for.

    "attached": it touches a small word, as only references do; "" for any other number.
    """
    before = _before(_BEFORE_BRACKET, mark)
    if before is None:
        return ""
    word, between = fold_word(before["word"]), before["marks"].strip()
    if not word:
        return "reference" if between[:1] in tuple('.,;)”"’') else ""
    if len(word) < 2 or between in (":", "%"):
        return ""
    if between[:1] in (".", ";"):
        return "reference"
    following = _word_after(mark)
    if word in ASKING_FOR_A_NUMBER or following == "%" or following in _COUNTED:
        return ""
    if not between and word in FUNCTION_WORDS:
        return "attached" if not before["marks"] else ""
    return "reference"


def _counts_nothing(mark: re.Match[str]) -> bool:
    """Whether no noun that the number could count follows: a clause ends, or a small word goes on."""
    ends = re.match(r"\s*(?:[.,;:)]|\Z)", mark.string[mark.end() : mark.end() + 4])
    begins = re.search(r"[.,;]\s?\Z", mark.string[max(0, mark.start() - 2) : mark.start()])
    return bool(ends or begins) or _word_after(mark) in FUNCTION_WORDS


def _glued(text: str, vocabulary: Mapping[str, int]) -> list[tuple[int, int]]:
    """Digits stuck to ordinary words, in a document where several different words have them."""
    found: list[tuple[str, re.Match[str]]] = []
    for mark in _GLUED.finditer(text):
        before = _before(_BEFORE_GLUED, mark)
        if before and vocabulary.get(before["word"] + mark.group()) == 1:
            found.append((before["word"], mark))
    if len({word + mark.group() for word, mark in found}) < 3:
        return []
    return [
        mark.span()
        for word, mark in found
        if vocabulary.get(word)
        and word not in ASKING_FOR_A_NUMBER
        and word not in UNITS
        and _word_after(mark) != "%"
        and _word_after(mark) not in _COUNTED
    ]
