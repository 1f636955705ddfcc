"""Numbers in running text: in digits, in English words, and with "million" or "per cent" after them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_NAMES = {
    0: "zero",
    1: "one first",
    2: "two second",
    3: "three third",
    4: "four fourth",
    5: "five fifth",
    6: "six sixth",
    7: "seven seventh",
    8: "eight eighth",
    9: "nine ninth",
    10: "ten tenth",
    11: "eleven eleventh",
    12: "twelve twelfth",
    13: "thirteen thirteenth",
    14: "fourteen fourteenth",
    15: "fifteen fifteenth",
    16: "sixteen sixteenth",
    17: "seventeen seventeenth",
    18: "eighteen eighteenth",
    19: "nineteen nineteenth",
    20: "twenty twentieth",
    30: "thirty thirtieth",
    40: "forty fortieth",
    50: "fifty fiftieth",
    60: "sixty sixtieth",
    70: "seventy seventieth",
    80: "eighty eightieth",
    90: "ninety ninetieth",
}
_SMALL = {word: value for value, words in _NAMES.items() for word in words.split()}
NUMBER_NAMES = frozenset(_SMALL)
"""English words for the numbers to ninety, "third" and "twentieth" among them."""

CARDINALS = {value: words.split()[0] for value, words in _NAMES.items()}
"""English words for the numbers to twenty, and for the tens."""

SCALES = {
    "thousand": 10**3,
    "k": 10**3,
    "million": 10**6,
    "mn": 10**6,
    "mm": 10**6,
    "m": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "b": 10**9,
    "trillion": 10**12,
}
_LONG_SCALES = {word: value for word, value in SCALES.items() if len(word) > 2}
_WORDS = frozenset({*_SMALL, *_LONG_SCALES, "hundred", "and"})

NUMBER = re.compile(
    r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d+"
    r"|\d{1,3}(?:[\u00a0\u202f ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
)
_TOKEN = re.compile(
    rf"(?P<number>{NUMBER.pattern})(?:st|nd|rd|th)?(?![\d])|(?P<word>[A-Za-z]+)|(?P<other>[^\s\w-])"
)


def read_number(text: str) -> Decimal | None:
    """The number that a text of digits is: "4,500.50", "1 000", "1.234,56". None where it is none.

    "1.234" is one and a fraction; a lone comma before other than three digits is refused as ambiguous.
    """
    text = text.strip()
    sign = -1 if text[:1] in "-−" else 1
    digits = text.lstrip("+-−").strip()
    if not NUMBER.fullmatch(digits):
        return None
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", digits):
        digits = digits.replace(".", "").replace(",", ".")
    try:
        return sign * Decimal(re.sub(r"[,\s\u00a0\u202f]", "", digits))
    except InvalidOperation:
        return None


def numbers_in(text: str) -> set[Decimal]:
    """Every number that a text names, in digits or in words, alone and scaled.

    "1.5 million" names 1.5 and 1,500,000; "thirty (30)" names 30; "twenty-five" names 20, 5 and 25.
    """
    found: set[Decimal] = set()
    run: list[str] = []
    last: Decimal | None = None
    for match in _TOKEN.finditer(text):
        if match["number"] is not None:
            found |= _spoken(run)
            run = []
            last = read_number(match["number"])
            if last is not None:
                found.add(last)
            continue
        word = (match["word"] or "").lower()
        if last is not None and word in SCALES:
            found.add(last * SCALES[word])
        last = None
        if word in _WORDS:
            run.append(word)
        else:
            found |= _spoken(run)
            run = []
    return found | _spoken(run)


def _spoken(words: list[str]) -> set[Decimal]:
    """The numbers of a run of number words: each prefix that ends in one, and the whole."""
    found: set[Decimal] = set()
    total = current = 0
    seen = False
    for word in words:
        small = _SMALL.get(word)
        if small is not None:
            found.add(Decimal(small))
            current += small
            seen = True
        elif word == "hundred":
            current = max(1, current) * 100
            seen = True
        elif word in _LONG_SCALES:
            total += max(1, current) * _LONG_SCALES[word]
            current = 0
            seen = True
        if seen:
            found.add(Decimal(total + current))
    return found
