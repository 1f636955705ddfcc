"""A kind of edit: its name in plain words, and the function that makes one on a real sentence."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from docanalyst.domain.selftest.passages import Passage


@dataclass(frozen=True, slots=True)
class Pair:
    """A quotation beside what the page says.

    Attributes:
        quote: what is put to the check.
        source: what is on the page in the place of the passage; "" for the passage as it was read. A
            source of two pages has a form feed between them.
    """

    quote: str
    source: str = ""


Make = Callable[[Passage, random.Random], Pair | None]
"""Makes one edit of a passage, or None where the passage offers no place for it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of edit. name: in plain words, unique. group: the idea that it belongs to.

    cut: the quotation is a piece of the page, cut in the wrong place; else it must not be on the page.
    """

    name: str
    group: str
    make: Make
    cut: bool = False


def kinds(group: str, table: Mapping[str, Make], *, cut: bool = False) -> list[Kind]:
    """The kinds of a table from names to functions."""
    return [Kind(name, group, make, cut) for name, make in table.items()]


WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_GAP = re.compile(r"(?<=[a-z]{3}) (?=[a-z]{2})")
_LEAST_WORDS = 4
"""Words kept on either side of a place, so that the rest of the quotation still names one passage."""


def gaps(text: str) -> list[int]:
    """Offsets of the blanks between two plain words, away from both ends and outside brackets and quotes."""
    places = []
    for match in _GAP.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if len(before.split()) < _LEAST_WORDS or len(after.split()) < _LEAST_WORDS:
            continue
        if before.count("(") == before.count(")") and before.count("“") == before.count("”"):
            places.append(match.start())
    return places


def gap(text: str, chooser: random.Random) -> int | None:
    """One of `gaps`, or None where there is none."""
    places = gaps(text)
    return chooser.choice(places) if places else None


def figures(chooser: random.Random) -> dict[str, str]:
    """Random values for the placeholders of a pattern, no two equal.

    {n}, {m}: two digits; {k}, {j}: one digit; {u}: three digits; {y}, {z}: years; {t}: thousands.
    """
    n, m = chooser.sample([value for value in range(12, 99) if value % 10 and value % 11], 2)
    k, j = chooser.sample(range(2, 10), 2)
    return {
        "n": str(n),
        "m": str(m),
        "k": str(k),
        "j": str(j),
        "y": str(chooser.randrange(1990, 2025)),
        "z": str(chooser.randrange(1950, 1989)),
        "t": f"{chooser.randrange(1, 9)},{chooser.randrange(101, 999)}",
        "u": str(chooser.randrange(112, 989)),
    }


def filled(pattern: str, values: Mapping[str, str]) -> str:
    """A pattern with its figures: "{n}.{k} mg" → "47.3 mg". Braces around anything else stay."""
    return re.sub(r"\{([a-z])\}", lambda match: values.get(match[1], match[0]), pattern)


def planted(*pairs: tuple[str, str]) -> Make:
    """Makes edits of words put into a sentence: the page has the first of a pair, the quotation the second.

    A second of "" leaves the words out.
    """

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        place = gap(passage.text, chooser)
        if place is None:
            return None
        values = figures(chooser)
        written, quoted = (filled(side, values) for side in chooser.choice(pairs))
        return Pair(put(passage.text, place, quoted), put(passage.text, place, written))

    return make


def put(text: str, place: int, words: str) -> str:
    """A text with words put into the blank at an offset."""
    return f"{text[:place]} {words}{text[place:]}" if words else text


def swapped(words: Mapping[str, Sequence[str]]) -> Make:
    """Makes edits that put another word in the place of a word of the sentence, its capital kept."""
    pattern = re.compile(
        rf"(?<![\w’'-])(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})(?![\w’'-])", re.I
    )

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        found = [match for match in pattern.finditer(passage.text) if match[0].lower() in words]
        if not found:
            return None
        match = chooser.choice(found)
        other = chooser.choice(words[match[0].lower()])
        if match[0][0].isupper():
            other = other[:1].upper() + other[1:]
        return Pair(passage.text[: match.start()] + other + passage.text[match.end() :])

    return make


def first_of(*makers: Make) -> Make:
    """Makes the edit of the first of several that finds a place for it."""

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        return next((pair for maker in makers if (pair := maker(passage, chooser))), None)

    return make


def inner_words(text: str, fits: Callable[[str], bool] = str.isalpha) -> list[re.Match[str]]:
    """Words inside a text, neither first nor last, that fit."""
    found = list(WORD.finditer(text))
    return [match for match in found[1:-1] if fits(match[0])]


def choose(found: Iterable[re.Match[str]], chooser: random.Random) -> re.Match[str] | None:
    """One of several matches, or None where there is none."""
    matches = list(found)
    return chooser.choice(matches) if matches else None


def replaced(text: str, match: re.Match[str], other: str) -> str:
    """A text with other words in the place of a match."""
    return text[: match.start()] + other + text[match.end() :]
