"""What a page's text says against what the page shows: numbers, dates, negations and names, read twice.

The text layer is what programs read, and the picture is what people read. A font table, a replacement text or
a glyph without ink can make them differ where it matters. Each line of the text is held against the words
that
OCR finds in its place; a difference counts when a second look at the line alone, at twice the resolution,
reads the same, and a third at the words that differ does not read what the text has. So a mistake of OCR in
one picture is none of the document's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise

from docanalyst.pdf.ocr.words import GreyMap, RecognitionFailed, Recognizer, Word

LOOK_AGAIN = 2.0
"""How many times finer the second look is."""

MARGIN = 25
"""Tenths of a point around a line in the second look."""

_INKED = 140
"""Shade of 255 under which a pixel is ink."""

_FOOT = 0.6
"""Share of the height of a word, from above, under which points and commas stand."""

UNLIKE = 0.5
"""Likeness of two names under which they are two names; "Roe" and "Rce" have 0.67."""

_RAISED = str.maketrans("", "", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_RAISED_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_MARKS = re.compile(r"\[(?:redacted|hidden text|struck|inserted by|deleted by|note by|signature)\b[^\]]*\]")
_EDGE = "\"'“”‘’«».,;:!?()[]{}|*_—–-•·…"
_NEGATIONS = frozenset((
    "not", "no", "never", "none", "neither", "nor", "cannot", "without", "except", "unless",
    "nicht", "kein", "keine", "keinen", "keiner", "nie", "niemals", "ohne", "weder",
    "ne", "pas", "aucun", "aucune", "jamais", "sans", "non", "ni", "sin", "nunca", "senza", "mai",
))  # fmt: skip
_MONTHS = frozenset((
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november",
    "december", "januar", "februar", "märz", "mai", "juni", "juli", "oktober", "dezember", "janvier",
    "février",
    "mars", "avril", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
))  # fmt: skip

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two readings of one place.

    kind: number, negation, date or name. text: what the text layer has. shown: what the page shows; "" for
    nothing. line: the line of the text layer.
    """

    kind: str
    text: str
    shown: str
    line: str

    @property
    def sentence(self) -> str:
        """The sentence about it, without the page."""
        has = f"has “{self.text}”" if self.text else "has nothing"
        shows = f"shows “{self.shown}”" if self.shown else "does not show it"
        return f"the text layer {has} where the page {shows}: “{self.line}”"


def compare(
    lines: Sequence[str],
    boxes: Sequence[int],
    words: Sequence[Word],
    look: Callable[[Box], list[Word]],
    points: Callable[[Box], int] = lambda box: 0,
) -> list[Contradiction]:
    """The contradictions between a page's lines and the words recognised on it.

    Args:
        lines: of the text layer, upright.
        boxes: of the lines, in tenths of a point, flat.
        words: recognised on the page.
        look: recognises the words in a box of the page again, closer.
        points: counts the points and commas drawn in a box of the page.
    """
    found: list[Contradiction] = []
    for number, line in enumerate(lines):
        box: Box = tuple(boxes[4 * number : 4 * number + 4])  # type: ignore[assignment]
        if box[2] - box[0] <= 0 or box[3] - box[1] > max(2 * (box[2] - box[0]), 400) or _MARKS.search(line):
            continue
        mine, raised = _words(line), _RAISED_RUN.findall(line)
        longest = max(map(len, raised), default=0)
        inside = _inside(words, box)
        first = differences(mine, [word.text for word in inside], longest)
        if not first:
            continue
        second = differences(mine, [word.text for word in look(box)], longest)
        told = {(kind, _letters(text), _letters(shown)) for kind, text, shown in second}
        found += [
            Contradiction(kind, text, shown, " ".join(line.split()))
            for kind, text, shown in first
            if (kind, _letters(text), _letters(shown)) in told
            and not _is_read_alone(text, shown, inside, look, points)
        ]
    return found


class Closer:
    """A closer look at boxes of a page. draw: the page at a finer resolution, drawn when first needed."""

    def __init__(self, recognizer: Recognizer, draw: Callable[[], GreyMap], turn: int) -> None:
        self._recognizer, self._draw, self._turn = recognizer, draw, turn

    @cached_property
    def _picture(self) -> GreyMap:
        return self._draw().turned(self._turn)

    def words(self, box: Box) -> list[Word]:
        """The words in a box, recognised again."""
        left, top, right, bottom = box
        strip, _, _ = self._picture.part((left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN))
        if strip is None:
            return []
        try:
            return self._recognizer.line(strip)
        except RecognitionFailed:
            return []

    def points(self, box: Box) -> int:
        """The marks in a box that stand at the foot of the letters and are low, as points and commas are."""
        strip, _, _ = self._picture.part(box)
        if strip is None:
            return 0
        width, height = strip.width, strip.height
        columns = [strip.pixels[x::width] for x in range(width)]
        tops = [next((y for y, shade in enumerate(column) if shade < _INKED), height) for column in columns]
        low = [_FOOT * height <= top < height for top in tops]
        return sum(
            is_low and not before and start > 0
            for start, (before, is_low) in enumerate(pairwise([False, *low]))
            if _is_alone(tops, start, _FOOT * height, height)
        )


def _is_alone(tops: Sequence[int], start: int, foot: float, height: int) -> bool:
    """Whether a low mark that begins in a column ends before a taller one, with paper between them."""
    at = start
    while at < len(tops) and foot <= tops[at] < height:
        at += 1
    before = tops[start - 1] if start else height
    return before == height and (at == len(tops) or tops[at] == height)


def differences(mine: Sequence[str], theirs: Sequence[str], raised: int = 0) -> list[tuple[str, str, str]]:
    """What differs between two readings of a line where it matters: kind, and both readings.

    raised: figures of the longest raised mark of the line, which OCR reads as a number.
    """
    theirs = [word for text in theirs for word in _words(text)]
    if not theirs and len(mine) < 2:
        return []
    found: list[tuple[str, str, str]] = []
    for here, there in _segments(mine, theirs):
        if _letters("".join(here)) == _letters("".join(there)) and _figures(here) == _figures(there):
            continue
        more = _figures(there).removeprefix(_figures(here)).strip(".")
        if 0 < len(more) <= raised and _figures(there).startswith(_figures(here)):
            continue
        found += _judged(here, there)
    return found


def _segments(mine: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[list[str], list[str]]]:
    """The stretches in which two readings differ."""
    folded, other = (
        [_letters(word) + _figures([word]) for word in mine],
        [_letters(word) + _figures([word]) for word in theirs],
    )
    matcher = SequenceMatcher(None, folded, other, autojunk=False)
    for kind, start, end, start_2, end_2 in matcher.get_opcodes():
        if kind != "equal":
            yield list(mine[start:end]), list(theirs[start_2:end_2])


def _judged(here: list[str], there: list[str]) -> list[tuple[str, str, str]]:
    text, shown = " ".join(here), " ".join(there)
    if _figures(here) != _figures(there) and (not _only_lone(here, there)):
        return [("number", text, shown)]
    if _negations(here) != _negations(there):
        return [("negation", text, shown)]
    if sorted(_among(here, _MONTHS)) != sorted(_among(there, _MONTHS)) and here and there:
        return [("date", text, shown)]
    names = [word for word in here if word.strip(_EDGE)[:1].isupper() and len(word.strip(_EDGE)) > 2]
    if (
        names
        and there
        and all(
            SequenceMatcher(None, _letters(name), _letters(other)).ratio() < UNLIKE
            for name in names
            for other in [*there, "".join(there)]
        )
    ):
        return [("name", text, shown)]
    return []


def _figures(words: Sequence[str]) -> str:
    """The figures of some words, one after the other, with the points of decimals and not those of
    thousands."""
    joined = " ".join(word.strip(_EDGE) for word in words)
    joined = re.sub(r"(?<=[0-9])[.,](?=[0-9]{3}(?![0-9]))", "", joined)
    return "".join(re.findall(r"[0-9]|(?<=[0-9])[.,](?=[0-9])", joined)).replace(",", ".")


def _only_lone(here: Sequence[str], there: Sequence[str]) -> bool:
    """Whether the only figures are lone ones of which one reading has nothing: OCR overlooks these, and makes
    them of rules and list marks."""
    figures, other = _figures(here), _figures(there)
    return len(figures) + len(other) == 1


def _negations(words: Sequence[str]) -> int:
    return sum(
        (core := word.strip(_EDGE).casefold().replace("’", "'")) in _NEGATIONS or core.endswith("n't")
        for word in words
    )


def _among(words: Sequence[str], known: frozenset[str]) -> list[str]:
    return [core for word in words if (core := word.strip(_EDGE).casefold()) in known]


def _is_read_alone(
    text: str,
    shown: str,
    words: Sequence[Word],
    look: Callable[[Box], list[Word]],
    points: Callable[[Box], int],
) -> bool:
    """Whether words that differ read as the text has them when they are looked at alone.

    OCR overlooks the point of "4.0", so points that are all that is missing are looked for themselves. words:
    of the line, as recognised.
    """
    wanted = shown.split()
    for first in range(len(words) - len(wanted) + 1 if wanted else 0):
        found = words[first : first + len(wanted)]
        if [part for word in found for part in _words(word.text)] != wanted:
            continue
        lefts, tops, rights, bottoms = zip(*(word.box for word in found), strict=True)
        box = min(lefts), min(tops), max(rights), max(bottoms)
        again = look(box)
        if again and not differences(text.split(), [word.text for word in again]):
            return True
        missing = len(_figures(text.split())) - len(_figures(wanted))
        same = _figures(text.split()).replace(".", "") == _figures(wanted).replace(".", "")
        return same and 0 < missing <= points(box)
    return False


def _inside(words: Sequence[Word], box: Box) -> list[Word]:
    """The recognised words in a box, from the left."""
    inside = [
        word
        for word in words
        if box[0] - MARGIN <= (word.box[0] + word.box[2]) // 2 <= box[2] + MARGIN
        and box[1] <= (word.box[1] + word.box[3]) // 2 <= box[3]
    ]
    return sorted(inside, key=lambda word: word.box[0])


def _words(line: str) -> list[str]:
    return [word for word in line.translate(_RAISED).split() if any(map(str.isalnum, word))]


def _letters(text: str) -> str:
    """Letters and figures alone, folded, with those alike that OCR cannot tell apart from their shape."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())
