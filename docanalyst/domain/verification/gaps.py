"""Everything that is not a letter or digit, compared as written: only harmless pairs pass.

Between two neighbouring letters or digits lies a gap: nothing, blanks, punctuation, signs. The gaps of a
quote and of its source must be equal but for what typesetting, extraction and copying change: runs of
blanks, a hyphen at the end of a line, the shape of quotation marks, dashes and signs, a bullet, a reference
mark left out. Whatever is not on this list is a difference."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from docanalyst.domain.citations import Difference
from docanalyst.domain.language.characters import Characters
from docanalyst.domain.language.folding import DASHES, DOUBLE_MARKS, INVISIBLE, SINGLE_MARKS

SameWords = Callable[[str, str], bool]
"""Whether a blank between two folded words may have been lost or put in without making another word."""

_HYPHENATED = "\ufffe\x02"
"""Marks that pdfium leaves for a hyphen at the end of a line."""

_SHAPES = str.maketrans(
    {c: "-" for c in DASHES if c not in "\u00ad" + _HYPHENATED}
    | dict.fromkeys("⁻₋", "-")
    | dict.fromkeys("⁺₊", "+")
    | dict.fromkeys("⁼₌", "=")
    | dict.fromkeys("⁽₍", "(")
    | dict.fromkeys("⁾₎", ")")
    | dict.fromkeys("≦⩽", "≤")
    | dict.fromkeys("≧⩾", "≥")
    | dict.fromkeys("∼˜", "~")
    | dict.fromkeys("⁄∕", "/")
    | dict.fromkeys(SINGLE_MARKS, "'")
    | dict.fromkeys(DOUBLE_MARKS, '"')
    | {"∶": ":", "˚": "°", "⋅": "·"}
)
_SPELLED = (("<=", "≤"), ("=<", "≤"), (">=", "≥"), ("!=", "≠"), ("+/-", "±"), ("->", "→"))
_RUN = re.compile(r"([-_])(?:\s?\1)+")
"""A rule or the blank of a form: its length says nothing."""

_BLANKS = re.compile(r"\s+")
_PRIME = re.compile(f"^(?:''|[{re.escape(DOUBLE_MARKS)}″]|[{re.escape(SINGLE_MARKS)}′])")
_SOFT_LINE_END = re.compile("[\u00ad\ufffe\x02]\\s*\n|[\ufffe\x02]")
_LINE_END_HYPHEN = re.compile(r"-[^\S\n]*\n\s*")
_BULLET = re.compile(r"(?<=\n)\s*[•●▪◦‣■\uf0b7\uf0a7]\s*")
_BULLET_DASH = re.compile(r"(?<=\n)\s*[•●▪◦‣■*\uf0b7\uf0a7-](?=\s)")
_BAR = re.compile(r"\s\|\s")
_TRAILING_MARK = re.compile(r"^[*†‡§¶]{1,3}(?=[\s.,;:)]|$)")
_BETWEEN_DIGITS = re.compile(r"[.,:;'\"]")
_SIGN_END = re.compile(r"[\s(\[<>=≤≥±~/][-+]\Z")
_LEADING_POINT = re.compile(r"[^\w.,][.,]\Z")
_LETTERS_FOR_MARK = 3
"""Letters of a word after which a star or dagger is a reference mark: shorter ones may be symbols (p*,
A†)."""


def gap_differences(quote: Characters, source: Characters, same_words: SameWords) -> list[Difference]:
    """Differences between the gaps of two texts that fold alike; their outer edges are left to `edges`."""
    found: list[Difference] = []
    for index in range(1, len(quote)):
        mine, theirs = quote.gaps[index], source.gaps[index]
        if mine == theirs or (mine.isspace() and theirs.isspace()):
            continue
        kind = _Gap(quote, source, index, same_words).difference()
        if kind:
            difference = Difference(quote.words_around(index), source.words_around(index), kind)
            if difference not in found[-1:]:
                found.append(difference)
    return found


def shaped(gap: str, before: str = "", after: str = "") -> str:
    """A gap with one shape of each mark, sign and blank.

    before, after: the characters around it. Behind a digit a quotation mark is a prime: 6' is six feet.
    """
    if not gap or gap == " ":
        return gap
    gap = INVISIBLE.sub("", _SOFT_LINE_END.sub("-\n", gap))
    primed = ""
    if before.isdigit() and (prime := _PRIME.match(gap)):
        primed = "′" if prime.group() in SINGLE_MARKS + "′" else "″"
        gap = gap[prime.end() :]
    gap = gap.replace("``", '"').replace("''", '"').translate(_SHAPES).replace("′", "'").replace("″", '"')
    gap = gap.replace('"', "'")
    for spelled, sign in _SPELLED:
        if spelled in gap:
            gap = gap.replace(spelled, sign)
    if "º" in gap and after in ("C", "F"):
        gap = gap.replace("º", "°")
    gap = _BLANKS.sub(lambda match: "\n" if "\n" in match.group() else " ", gap)
    return primed + _RUN.sub(r"\1", gap)


def kind_of_gap(first: str, second: str, *, between_digits: bool = False) -> str:
    """The kind of a difference between two gaps: number, sign, punctuation, or word where only blanks
    differ."""
    changed = set(first) ^ set(second)
    if any(unicodedata.category(c)[0] == "S" or c in "%‰#@&*†‡§′″°" for c in changed):
        return "sign"
    if between_digits:
        return "number"
    if "-" in changed:
        return "sign"
    return "punctuation" if first.strip() or second.strip() else "word"


class _Gap:
    """One gap of a quote beside the same gap of its source."""

    def __init__(self, quote: Characters, source: Characters, index: int, same_words: SameWords) -> None:
        self.quote, self.source, self.index, self.same_words = quote, source, index, same_words
        self.before, self.after = quote.raw[index - 1], quote.raw[index]
        self.mine = shaped(quote.gaps[index], self.before, self.after)
        self.theirs = shaped(source.gaps[index], source.raw[index - 1], source.raw[index])

    def difference(self) -> str:
        """The kind of the difference; "" where the pair is harmless."""
        if self._agree(self.mine.replace("\n", " "), self.theirs.replace("\n", " ")):
            return ""
        mine = {self.mine, self.mine.replace("\n", " "), *self._forms(self.mine)}
        theirs = {self.theirs, self.theirs.replace("\n", " "), *self._forms(self.theirs, source=True)}
        if mine & theirs:
            return ""
        digits = self.before.isdigit() and self.after.isdigit()
        return kind_of_gap(self.mine, self.theirs, between_digits=digits)

    def _forms(self, gap: str, *, source: bool = False) -> list[str]:
        """Other forms that the gap may have had before a line was broken or a mark was set."""
        forms: list[str] = []
        letters = self.before.isalpha() and self.after.isalpha()
        if _LINE_END_HYPHEN.fullmatch(gap):
            forms += ["-", ""] if letters else ["-"]
        elif gap == "- " and letters and self.after.islower():
            forms.append("")
        if "\n" in gap:
            forms += [_BULLET.sub("", gap).replace("\n", " "), _BULLET_DASH.sub("•", gap).replace("\n", " ")]
        if source and "|" in gap and not (self.before.isdigit() and self.after.isdigit()):
            forms.append(_BAR.sub(" ", gap).replace("\n", " "))  # our reader's mark between two cells
        if source and (mark := _TRAILING_MARK.match(gap)):
            first, last = self.source.word_bounds(self.index - 1)
            word = self.source.raw[first:last]
            if len(word) >= _LETTERS_FOR_MARK and all(map(str.isalpha, word)):
                forms.append(gap[mark.end() :].replace("\n", " "))
        return forms

    def _agree(self, mine: str, theirs: str) -> bool:
        if mine == theirs:
            return True
        marks = mine.replace(" ", "")
        if marks != theirs.replace(" ", ""):
            return False
        if not marks:
            return (bool(mine) == bool(theirs)) or self._blank_alone()
        if self.after.isdigit() or self.after == "⁄":
            return self._before_digit(mine, theirs, marks)
        return True

    def _before_digit(self, mine: str, theirs: str, marks: str) -> bool:
        """Blanks around marks before a digit: they tell a sign from a dash and a point from a full stop."""
        if self.quote.heights[self.index] and not self.source.heights[self.index]:
            return True  # a power: `letters` compares its sign
        if self.before.isdigit() and _BETWEEN_DIGITS.search(marks):
            return False
        point = _LEADING_POINT.search(mine) is None, _LEADING_POINT.search(theirs) is None
        if point[0] != point[1]:
            return False
        if _SIGN_END.search(mine) and _SIGN_END.search(theirs):
            return True
        if _SIGN_END.search(mine) or _SIGN_END.search(theirs):
            other = theirs if _SIGN_END.search(mine) else mine
            return other.endswith(" ") and not self.before.isdigit()
        return True

    def _blank_alone(self) -> bool:
        """Whether a blank may be on one side only."""
        before, after = self.before, self.after
        if before.isdigit() and after.isdigit():
            return self._thousands() or self._flattened()
        if not (before[:1].isalpha() and after[:1].isalpha()) or (len(before) > 1 and before[1:].isdigit()):
            return True
        spaced = self.quote if self.mine else self.source
        first = spaced.word_bounds(self.index - 1)[0]
        last = spaced.word_bounds(self.index)[1]
        if any(not character.isalpha() for character in spaced.fold[first:last]):
            return True
        return self.same_words(
            "".join(spaced.fold[first : self.index]), "".join(spaced.fold[self.index : last])
        )

    def _thousands(self) -> bool:
        """Whether the blank only sets a group of three digits apart: "5 000" is 5000."""
        spaced, index = (self.quote if self.mine else self.source), self.index
        first, last = spaced.word_bounds(index - 1)[0], spaced.word_bounds(index)[1]
        group, head = spaced.raw[index:last], spaced.raw[first:index]
        return (
            len(group) == 3
            and len(head) <= 3
            and all(map(str.isdigit, group + head))
            and not any(spaced.heights[first:last])
        )

    def _flattened(self) -> bool:
        """Whether the source has a power as a number of its own ("10 5") that the quote raises ("10⁵")."""
        return (
            self.theirs == " " and self.quote.heights[self.index] != 0 == self.quote.heights[self.index - 1]
        )
