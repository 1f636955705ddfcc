"""Naming what differs between a quote and its source: a number, a negation, a party, a typing error."""

from __future__ import annotations

import re
from collections.abc import Container

from docanalyst.domain.language.folding import fold, fold_word, word_spans
from docanalyst.domain.language.skeletons import differ_by_accents, differ_by_misreading, differ_by_script
from docanalyst.domain.verification.vocabulary import (
    DATE_WORDS,
    MODALS,
    MONEY_WORDS,
    NEGATIONS,
    NUMBER_WORDS,
    PARTIES,
    QUANTIFIERS,
    UNITS,
)

_NEGATING = frozenset({"un", "in", "im", "il", "ir", "dis", "non", "mis", "anti"})
_ENDINGS = ("or", "ors", "ee", "ees", "er", "ers")
_SMALL_WORDS = frozenset({"a", "an", "the", "of", "that"})


def kind_of(
    quoted: str, source: str, vocabulary: Container[str] = frozenset(), *, defined: Container[str] = ()
) -> str:
    """What kind of difference lies between the words of a quote and those of its source.

    quoted, source: as written, either may be empty. vocabulary: folded words of the document. defined: folded
    terms that the document defines. Returns one of number, date, money, unit, negation, modal, quantifier,
    party, term, look-alike (a letter of another script), diacritic, ocr, slip, word; the one that matters
    most where several fit."""
    mine, theirs = _words(quoted), _words(source)
    if len(mine) == len(theirs) == 1 and (looks := _looks(mine[0], theirs[0], vocabulary)):
        return looks
    only = (set(mine) - set(theirs)) | (set(theirs) - set(mine))
    if (slip := _is_slip(mine, theirs, vocabulary)) and any(w.isdigit() for w in only) is False:
        return "slip"
    if any(any(c.isdigit() for c in word) for word in only) or only & NUMBER_WORDS:
        return _number_kind(quoted, source, only)
    if only & DATE_WORDS:
        return "date"
    if only & NEGATIONS or _negated_pair(mine, theirs):
        return "negation"
    if only & MODALS:
        return "modal"
    if only & MONEY_WORDS:
        return "money"
    if only & UNITS and mine and theirs:
        return "unit"
    if only & QUANTIFIERS:
        return "quantifier"
    if slip:
        return "slip"
    if only & PARTIES or _party_pair(mine, theirs) or (_names(quoted) and _names(source)):
        return "party"
    if any(
        word[:1].isupper() and fold(word) in only and fold(word) in defined
        for word in _written(quoted, source)
    ):
        return "term"
    return "word"


def _looks(quoted: str, source: str, vocabulary: Container[str]) -> str:
    """How two words are confused that look alike; "" where they do not, or where both are real words."""
    if differ_by_script(quoted, source):
        return "look-alike"
    if differ_by_accents(quoted, source):
        return "diacritic"
    real = quoted in vocabulary or quoted in NEGATIONS or quoted in MODALS
    if not real and not quoted.isdigit() and differ_by_misreading(quoted, source):
        return "ocr"
    return ""


def _words(text: str) -> list[str]:
    return [fold_word(text[start:end]) for start, end in word_spans(text)]


def _written(*texts: str) -> list[str]:
    return [text[start:end] for text in texts for start, end in word_spans(text)]


def _number_kind(quoted: str, source: str, only: set[str]) -> str:
    both = f"{quoted} {source}"
    if re.search(r"[$€£¥₹]", both) or only & MONEY_WORDS:
        return "money"
    if only & DATE_WORDS or re.search(r"\b(?:1[89]|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b", both):
        return "date"
    return "number"


def _negated_pair(mine: list[str], theirs: list[str]) -> bool:
    for first, second in zip(mine, theirs, strict=False):
        short, long = sorted((first, second), key=len)
        prefix = long[: len(long) - len(short)]
        if len(short) > 3 and long.endswith(short) and prefix in _NEGATING:
            return True
    return False


def _party_pair(mine: list[str], theirs: list[str]) -> bool:
    for first, second in zip(mine, theirs, strict=False):
        for one in _ENDINGS:
            for other in _ENDINGS:
                if one != other and first.endswith(one) and second.endswith(other):
                    stem, base = first[: -len(one)], second[: -len(other)]
                    if stem == base and len(stem) > 2:
                        return True
    return False


def _names(text: str) -> bool:
    words = text.split()
    return bool(words) and all(word[:1].isupper() for word in words)


def _is_slip(mine: list[str], theirs: list[str], vocabulary: Container[str]) -> bool:
    """One letter wrong in a long word that is no other word of the document, a letter misread, or a small
    word more or less."""
    if not mine or not theirs:
        return set(mine + theirs) <= _SMALL_WORDS
    if len(mine) != 1 or len(theirs) != 1:
        return set(mine) <= _SMALL_WORDS and set(theirs) <= _SMALL_WORDS
    quoted, source = mine[0], theirs[0]
    if {quoted, source} <= _SMALL_WORDS:
        return True
    if quoted in vocabulary or quoted in NEGATIONS or quoted.isdigit() or source.isdigit():
        return False
    return min(len(quoted), len(source)) >= 5 and _one_letter_off(quoted, source) and quoted.isalpha()


def _one_letter_off(first: str, second: str) -> bool:
    """Whether one letter is missing, doubled, changed, or two neighbours are in the other order."""
    if abs(len(first) - len(second)) > 1:
        return False
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    if len(first) == len(second):
        rest = first[start + 1 :] == second[start + 1 :]
        swapped = (
            first[start : start + 2] == second[start : start + 2][::-1]
            and first[start + 2 :] == second[start + 2 :]
        )
        return rest or swapped
    long, short = (first, second) if len(first) > len(second) else (second, first)
    return long[start + 1 :] == short[start:]


def same_words(quoted: str, source: str) -> bool:
    """Whether two stretches hold the same letters and digits, wherever their blanks and hyphens are."""
    return fold(quoted) == fold(source)
