"""What folding hides although it carries meaning: compared again where the folded words agree.

Between two neighbouring characters of the folded words lies a gap: nothing, blanks, punctuation, a sign.
Gaps may differ as typesetting and copying make them differ; a gap that changes a number, drops a sign or
moves the border of a word may not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

from docanalyst.domain.citations import Difference
from docanalyst.domain.language.folding import DASHES, WORD, fold_units, fold_word

_SIGNS = frozenset("<>≤≥≠±∓=≈+×÷%‰$€£¥₹&")
_SIGN_OR_DASH = re.compile("[" + re.escape("".join(_SIGNS)) + re.escape(DASHES) + "~≦≧⩽⩾＜＞％＋＝＄￥￡]")
_SPECIAL_GAPS = str.maketrans(
    {c: "-" for c in DASHES if c != "\u00ad"} | {"≦": "≤", "≧": "≥", "⩽": "≤", "⩾": "≥"}
)
_NOT_A_SEPARATOR = re.compile(r"[\s|\"'`´‘’‚“”„«»()\[\]{}*_\u00ad\u200b-\u200d\u2060\ufeff]+")
_DASH_CLASS = re.escape("".join(c for c in DASHES if c != "\u00ad"))
_SPLITTING = frozenset({"in", "a", "no", "not", "now"})
"""Words whose blank carries meaning: "in direct" and "indirect", "no table" and "notable"."""

_NEGATING_PREFIX = re.compile(
    r"(?:^|[^\w])(?:non|un|anti|no|not|never|ex|pre|post|semi|quasi|pseudo|sub|counter|mis|dis|in)\s{0,2}[-‐‑\ufffe\x02]\s{0,2}$",
    re.IGNORECASE,
)


_PREFIX = re.compile(
    r"(?:un|in|im|il|ir|dis|non|mis|anti|counter|over|under|re|pre|post|sub|super|inter|de|ab?|ex|semi|multi|fore|for)",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"(?:e?s|e?d|ing|e?rs?|ors?|ees?|ly|al|ally|ions?|less|free|ful|able|ibl[ey]|ment|ments|ness|n?'?t|t?y|ies|est|en|ive)",
    re.IGNORECASE,
)


_EMPTIED = re.compile(r"\(\s*\)|\[\s*\]|[=<>≤≥±≈$€£¥]\s*[)\]]")
"""The end of a quote that had a number and has none left."""


class Characters:
    """The folded characters of a text, each with its place: the text may have words cut out of it."""

    __slots__ = ("ends", "fold", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        fold: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for match in WORD.finditer(text):
            start, end = match.span()
            raw = text[start:end]
            if raw.isascii():
                fold += raw.lower()
                starts += range(start, end)
                ends += range(start + 1, end + 1)
                continue
            units = fold_units(raw)
            for position, (unit, at) in enumerate(units):
                after = units[position + 1][1] if position + 1 < len(units) else end - start
                for character in unit:
                    fold.append(character)
                    starts.append(start + at)
                    ends.append(start + after)
        self.fold, self.starts, self.ends = fold, starts, ends

    def gap(self, index: int) -> str:
        """What stands between a folded character and the next; "^" and "/" speak for raised digits and
        fractions written as one character."""
        if self.starts[index] == self.starts[index + 1]:
            return "/" if self.fold[index].isdigit() and self.fold[index + 1].isdigit() else ""
        gap = self.text[self.ends[index] : self.starts[index + 1]]
        if not gap and self.fold[index].isdigit() and self.fold[index + 1].isdigit():
            return _raised(self.text[self.starts[index]], self.text[self.starts[index + 1]])
        return gap

    def around(self, index: int) -> str:
        """The words, as written and with what stands between, of a folded character and the next."""
        start, end = self.starts[index], self.ends[index + 1]
        while start > 0 and not self.text[start - 1].isspace():
            start -= 1
        while end < len(self.text) and not self.text[end].isspace():
            end += 1
        return " ".join(self.text[start:end].split()).strip("\"'“”‘’«»*_;,")


def _raised(first: str, second: str) -> str:
    if second in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞":
        return " "
    return "^" if (second in "⁰¹²³⁴⁵⁶⁷⁸⁹") != (first in "⁰¹²³⁴⁵⁶⁷⁸⁹") else ""


def gap_differences(quote: Characters, source: Characters, vocabulary: Container[str]) -> list[Difference]:
    """Differences between two texts that fold alike: numbers, signs, word borders that change a meaning.

    vocabulary: the folded words of the document, by which a border that was only lost is told from one
    that makes another word.
    """
    found: list[Difference] = []
    last = len(quote.fold) - 1
    for index in range(last):
        mine, theirs = quote.gap(index), source.gap(index)
        if mine == theirs or (mine.isspace() and theirs.isspace()):
            continue
        kind = _gap_kind(quote, index, mine, theirs, vocabulary)
        if kind:
            difference = Difference(
                quote.around(index),
                source.around(index),
                "number" if kind != "negation" else kind,
            )
            if difference not in found[-1:]:
                found.append(difference)
    return found


def _gap_kind(quote: Characters, index: int, mine: str, theirs: str, vocabulary: Container[str]) -> str:
    before, after = quote.fold[index], quote.fold[index + 1]
    if before.isdigit() and after.isdigit():
        return "" if _digit_gaps_agree(mine, theirs) else "number"
    if (_SIGN_OR_DASH.search(mine) or _SIGN_OR_DASH.search(theirs)) and not signs_agree(mine, theirs, after):
        return "number"
    if not mine or not theirs:
        other = theirs or mine
        if other.isspace() and before.isalpha() and after.isalpha():
            return "negation" if _border_matters(quote, index, vocabulary) else ""
    return ""


def _digit_gaps_agree(mine: str, theirs: str) -> bool:
    first, second = (_separator(gap) for gap in (mine, theirs))
    if first != second:
        return False
    return bool(mine) == bool(theirs) or bool(first)


def _separator(gap: str) -> str:
    if not gap.isascii():
        gap = unicodedata.normalize("NFKC", gap.translate(_SPECIAL_GAPS))
    return _NOT_A_SEPARATOR.sub("", gap.translate(_SPECIAL_GAPS))


def signs_agree(mine: str, theirs: str, after: str) -> bool:
    """Whether two gaps hold the same signs. after: the folded character behind them, "" at an end.

    A dash counts only as a minus: right before a digit and not itself right behind a word.
    """
    first, second = (gap.translate(_SPECIAL_GAPS) for gap in (mine, theirs))
    if not first.isascii() or not second.isascii():
        first, second = (unicodedata.normalize("NFKC", gap) for gap in (first, second))
    if [c for c in first if c in _SIGNS] != [c for c in second if c in _SIGNS]:
        return False
    if after.isdigit():
        if first.endswith("-") != second.endswith("-"):
            dashed = first if first.endswith("-") else second
            return len(dashed) == 1
        return first.endswith("~") == second.endswith("~")
    return True


def _border_matters(quote: Characters, index: int, vocabulary: Container[str]) -> bool:
    """Whether a blank that only one side has stands after one of the words that make another word."""
    start = index
    while start > 0 and not quote.gap(start - 1) and quote.fold[start - 1].isalpha() and index - start < 4:
        start -= 1
    head = "".join(quote.fold[start : index + 1])
    if not any(head == word or head.endswith(word) for word in _SPLITTING):
        return False
    end = index + 1
    while end + 1 < len(quote.fold) and not quote.gap(end) and quote.fold[end + 1].isalpha():
        end += 1
    tail = "".join(quote.fold[index + 1 : end + 1])
    return head in _SPLITTING and tail in vocabulary


@dataclass(frozen=True, slots=True)
class Edges:
    """The source around a match.

    before, after: right before its first word and behind its last, at least a few words long. first_cut,
    last_cut: what the match leaves out of its first and last word, "" where it takes them whole. first_kept,
    last_kept: what it takes of them.
    """

    before: str
    after: str
    first_cut: str = ""
    first_kept: str = ""
    last_kept: str = ""
    last_cut: str = ""


def edge_difference(quote: str, edges: Edges, vocabulary: Container[str]) -> Difference | None:
    """What an exact match hides at its ends, or None.

    A quote may be cut inside a word only where what is left cannot be taken for another word: no name, no
    number, no inflection, no word of the document (`vocabulary`, folded).
    """
    matches = list(WORD.finditer(quote))
    first, last = matches[0].group(), matches[-1].group()
    lead, tail = quote[: matches[0].start()], quote[matches[-1].end() :]
    before, after = edges.before, edges.after
    if edges.first_cut and not (
        edges.first_cut[-1].isdigit() and first[0].isalpha() and _same(edges.first_kept, first)
    ):
        whole = edges.first_cut + edges.first_kept
        negates = _PREFIX.fullmatch(edges.first_cut)
        if (
            negates
            or not _same(edges.first_kept, first)
            or _cut_matters(first, edges.first_cut, whole, vocabulary)
        ):
            return Difference(first, whole, "negation" if negates else "word")
    if edges.last_cut and not (
        last[-1].isalpha() and edges.last_cut[0].isdigit() and _same(edges.last_kept, last)
    ):
        whole = edges.last_kept + edges.last_cut
        inflected = _ENDING.fullmatch(edges.last_cut)
        if (
            inflected
            or not _same(edges.last_kept, last)
            or _cut_matters(last, edges.last_cut, whole, vocabulary)
        ):
            return Difference(last, whole, "word")
    if not edges.first_cut and (prefix := _NEGATING_PREFIX.search(before)) and first[0].isalpha():
        return Difference(first, (prefix.group() + first).strip(), "negation")
    if first[0].isdigit():
        attached = re.search(rf"\d[.,:/{_DASH_CLASS}]\Z", before)
        written = re.search(rf"[.,:/{_DASH_CLASS}]\Z", lead)
        if attached and not (written and re.search(r"(?<!\d)0[.,]\Z", before)):
            return Difference(first, before.split()[-1] + first, "number")
        if _signs_before(lead) != _signs_before(before):
            return Difference((lead + first).strip(), before.split(" ")[-1].strip() + first, "number")
    if last[-1].isdigit():
        if re.match(rf"[.,:/{_DASH_CLASS}]\d", after) and not re.match(rf"[.,:/{_DASH_CLASS}]\d", tail):
            return Difference(last, last + after.split()[0], "number")
        close = after[:1] in ("%", "‰")
        if _percent_after(tail) != _percent_after(after) and (close or _percent_after(tail)):
            return Difference((last + tail).strip(), (last + after[:2]).strip(), "number")
    digits = re.match(r"[^\w]{0,12}(?=\d)", after)
    if digits and len(_EMPTIED.findall(tail)) > len(_EMPTIED.findall(digits[0])):
        return Difference((last + tail).strip(), " ".join((last + after).split()[:4]), "number")
    return None


def _same(one: str, other: str) -> bool:
    return fold_word(one) == fold_word(other)


def _cut_matters(left: str, cut: str, whole: str, vocabulary: Container[str]) -> bool:
    """Whether the part of a word that a quote keeps may pass for another word than the whole."""
    if any(c.isdigit() for c in whole):
        return True
    if len(left) == 1 and left.isascii():
        return False
    first_letter_lost = whole.endswith(left) and len(cut) == 1
    if (whole[:1].isupper() or whole[1:2].isupper()) and not first_letter_lost:
        return True
    return fold_word(left) in vocabulary


def _signs_before(text: str) -> list[str]:
    """The signs that stand right before a number, with no blank between; every dash is one."""
    found: list[str] = []
    for character in reversed(text[-4:].translate(_SPECIAL_GAPS)):
        if character.isspace() or character.isalnum():
            break
        if character in _SIGNS or character in "-~":
            found.append(character)
    return found


def _percent_after(text: str) -> str:
    sign = text.lstrip(" \u00a0\u202f")[:1]
    return sign if sign and sign in "%‰" else ""
