"""The two ends of a quotation beside the page: what may be cut there, and what may not.

Only punctuation that ends or opens a sentence may differ at the ends. No word may be cut ("able" of
"unable"), nor a compound at its hyphen; a number may not be cut from its sign, its scale, its fraction or
its unit; and no sign that is part of a name or a number (C#, CD4+, ">", ".5", 6′) may be lost or put in.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from docanalyst.domain.citations import Difference
from docanalyst.domain.language.characters import Characters, height, plain_characters
from docanalyst.domain.language.folding import fold_word, word_pattern
from docanalyst.domain.verification.gaps import kind_of_gap, shaped
from docanalyst.domain.verification.vocabulary import DATE_WORDS, MONEY_WORDS, NUMBER_WORDS, SCALES, UNITS

REACH = 60
"""Characters of the page looked at on each side of a match."""

_PREFIX = re.compile(
    r"(?:un|in|im|il|ir|dis|non|mis|anti|counter|over|under|re|pre|post|sub|super|inter|de|ab?|ex|semi|multi|fore|for)",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"[1-9]\d?")
"""The digits of a footnote stuck to its first word."""

_JOINING = frozenset("-/@_&\\#+")
"""Characters that make one word of two, as in "drug-free", "and/or" and "C-Corp"."""

_ENDS_SENTENCE = re.compile(r"[.;:!?][\"'”’)\]]*\s")
_HARMLESS = frozenset("'\".,;:!?()[]{}…•●▪◦‣■|_")
"""Punctuation that opens or ends a sentence, bullets, bars of a table and lines of a form: they may differ
at the ends."""

_BOXES = frozenset("☐☑☒✓✔✗✘□■◻◼")
_COUNTING = NUMBER_WORDS | SCALES
_MEASURES = _COUNTING | UNITS | MONEY_WORDS | DATE_WORDS
_EMPTIED = re.compile(r"\(\s*\)|\[\s*\]|[=<>≤≥±≈$€£¥]\s*[)\]]")
"""The end of a quote that had a number and has none left."""


@dataclass(frozen=True, slots=True)
class Edges:
    """The source around a match.

    before, after: right before its first word and after its last, at least a few words long. first_cut,
    last_cut: what the match leaves out of its first and last word, "" where it takes them whole. first_kept,
    last_kept: what it takes of them.
    """

    before: str
    after: str
    first_cut: str = ""
    first_kept: str = ""
    last_kept: str = ""
    last_cut: str = ""


def edge_differences(quote: Characters, edges: Edges) -> list[Difference]:
    """What a match hides at its ends."""
    first, last = _first_word(quote), _last_word(quote)
    found = [
        _cut_at_start(first, edges) or _start(quote, first, edges),
        _cut_at_end(last, quote, edges) or _end(quote, last, edges),
    ]
    return [difference for difference in found if difference]


def _first_word(quote: Characters) -> str:
    return quote.text[quote.starts[0] : quote.ends[quote.word_bounds(0)[1] - 1]]


def _last_word(quote: Characters) -> str:
    return quote.text[quote.starts[quote.word_bounds(len(quote) - 1)[0]] : quote.ends[-1]]


def _cut_at_start(first: str, edges: Edges) -> Difference | None:
    """The first word where the quote leaves out its beginning: "lawful" of "unlawful"."""
    if not edges.first_cut or (
        _FOOTNOTE.fullmatch(edges.first_cut) and re.match(r"[A-Z][a-z]", edges.first_kept)
    ):
        return None
    whole = edges.first_cut + edges.first_kept
    return Difference(first, whole, "negation" if _PREFIX.fullmatch(edges.first_cut) else "word")


def _cut_at_end(last: str, quote: Characters, edges: Edges) -> Difference | None:
    """The last word where the quote leaves out its ending: "care" of "careless", "10" of "10⁵".

    The first letter alone of the next sentence says nothing.
    """
    if not edges.last_cut:
        return None
    if len(last) == 1 and last.isupper() and len(quote) > 1 and _ENDS_SENTENCE.search(quote.gaps[-2]):
        return None
    cut = edges.last_cut
    kind = "number" if height(cut[0]) or last[-1].isdigit() else "word"
    return Difference(last, edges.last_kept + cut, kind)


def _start(quote: Characters, first: str, edges: Edges) -> Difference | None:
    if edges.first_cut:
        return None
    before = plain_characters(edges.before)
    gap = before[_last_letter(before) :]
    previous = _words(before[: _last_letter(before)])[-1:]
    mine, theirs = shaped(quote.gaps[0][-REACH:]), shaped(gap)
    attached = bool(previous) and not theirs[:1].isspace() and not theirs[-1:].isspace()
    number = first[0].isdigit()
    if (
        attached
        and theirs
        and (
            theirs in _JOINING
            or (gap in ("'", "’") and previous[0][-1].isalpha() and first[0].isalpha())
            or (theirs[:1] != "-" and unicodedata.category(theirs[0]) == "Sc")
            or (theirs in (".", ":") and ((number and previous[0][-1].isdigit()) or first[0].islower()))
            or (theirs == "," and number and previous[0][-1].isdigit())
        )
    ):
        zero = theirs == "." and re.search(r"(?<![\d.,])0\.\Z", before) and mine.endswith(".")
        if not zero:
            kind = "number" if number else "negation" if theirs.startswith("-") else "word"
            return Difference(first, before.split()[-1] + first, kind)
        return None
    if (
        previous
        and re.fullmatch(r"-\s*\n\s*", theirs)
        and _PREFIX.fullmatch(previous[0])
        and first[0].islower()
    ):
        return Difference(first, f"{previous[0]}-{first}", "negation")
    if (
        re.search(r"(?:^|[\s(\[])\.\Z", gap)
        and not re.match(r"[A-Z][a-z]", first)
        and not number
        and "." not in mine
    ):
        return Difference(first, f".{first}", "punctuation")
    needed, wanted = (
        _bound_before(theirs, number or fold_word(first) in _COUNTING, previous),
        _signs(mine, before=True, digit=number),
    )
    signs = _signs(theirs, before=True, digit=number)
    if not (signs.endswith(wanted) and len(wanted) >= len(needed)):
        return Difference(
            " ".join((mine + first).split()),
            " ".join((theirs[-4:] + first).split()),
            kind_of_gap(mine, theirs),
        )
    if previous and _continues_number(previous[0], theirs, first, quote, before):
        return Difference(first, f"{previous[0]}{theirs}{first}", "number")
    closed = (
        shaped(quote.gaps[quote.word_bounds(0)[1]])
        if len(quote) > quote.word_bounds(0)[1]
        else shaped(edges.after)
    )
    if (
        number
        and theirs.endswith("(")
        and "(" not in mine
        and closed.startswith(")")
        and closed[:1] not in mine
    ):
        return Difference(first, f"({first})", "number")
    return None


def _end(quote: Characters, last: str, edges: Edges) -> Difference | None:
    if edges.last_cut:
        return None
    after = plain_characters(edges.after)
    pattern = word_pattern(after)
    following = pattern.search(after)
    gap = after[: following.start()] if following else after
    word = following.group() if following else ""
    final = last[-1]
    mine, theirs = shaped(quote.gaps[-1][:REACH], final), shaped(gap, final, word[:1])
    attached = bool(word) and bool(theirs) and not any(map(str.isspace, theirs))
    number = final.isdigit() or fold_word(last) in _COUNTING
    whole = " ".join((last + after).split()[:2])
    shown = " ".join((last + mine).split())
    if (
        attached
        and not mine.startswith(theirs)
        and (
            theirs in _JOINING
            or (gap in ("'", "’") and final.isalpha() and word[0].isalpha())
            or (theirs == "(" and final.isdigit() and re.match(r"\(\w{1,4}\)", after))
            or (theirs in (".", ":") and ((final.isdigit() and word[0].isdigit()) or word[0].islower()))
            or (theirs == "," and final.isdigit() and word[0].isdigit())
        )
    ):
        em_dash = "—" in gap and not final.isdigit()
        if not em_dash:
            return Difference(shown, whole, "number" if number else "word")
    needed = _bound_after(theirs, final, raw=gap)
    wanted, signs = _signs(mine, digit=final.isdigit()), _signs(theirs, digit=final.isdigit())
    if not (signs.startswith(wanted) and len(wanted) >= len(needed)):
        return Difference(shown, whole, kind_of_gap(mine, theirs))
    if (("?" in mine) and "?" not in theirs) or (
        "?" in theirs and re.search(r"[.!]", mine) and "?" not in mine
    ):
        return Difference(shown, whole, "punctuation")
    if number and not re.search(r"[^\s\-)\]]", theirs) and word and _measured(last, theirs, word, after):
        return Difference(shown, whole, "number")
    digits = re.match(r"[^\w]{0,12}(?=\d)", after)
    if digits and len(_EMPTIED.findall(quote.gaps[-1])) > len(_EMPTIED.findall(digits[0])):
        return Difference(shown, " ".join((last + after).split()[:4]), "number")
    return None


def _last_letter(text: str) -> int:
    """Where the last word of a text ends."""
    end = 0
    for match in word_pattern(text).finditer(text):
        end = match.end()
    return end


def _words(text: str) -> list[str]:
    return word_pattern(text).findall(text)


def _is_sign(character: str) -> bool:
    return not character.isspace() and character not in _HARMLESS and not character.isalnum()


def _signs(gap: str, *, before: bool = False, digit: bool = False) -> str:
    """The characters of a gap at an end that carry meaning there: signs, and a point or dash at a number."""
    kept = [c for c in gap if _is_sign(c) and c != "-"]
    text = "".join(kept)
    if before and digit:
        if gap.endswith(".") and not gap.endswith(".."):
            text += "."
        elif re.search(r"-[^\S\n]?\Z", gap):
            text += "-"
    if not before and gap.startswith("-") and not gap.startswith("--"):
        text = "-" + text
    if not before and digit and gap.startswith("!"):
        text = "!" + text
    return text


def _bound_before(gap: str, number: bool, previous: list[str]) -> str:
    """The signs before a match that belong to its first word."""
    if number:
        run = re.search(r"(?:[^\s\w'\"()\[\]{},;:!?.…•|][^\S\n]?)+\Z", gap)
        found = "".join(c for c in run.group() if _is_sign(c)) if run else ""
        if gap.endswith(".") and re.search(r"(?:^|[^\w.])\.\Z", gap) and (len(gap) > 1 or not previous):
            found += "."
        return found
    run = re.search(r"[^\s\w'\"()\[\]{},;:!?.…•|-]+\Z", gap)
    found = run.group() if run else ""
    if box := re.search(r"([☐☑☒✓✔✗✘□])\s*\Z", gap):
        found = box.group(1)
    return "".join(c for c in found if _is_sign(c))


def _bound_after(gap: str, final: str, raw: str) -> str:
    """The signs after a match that belong to its last word."""
    run = re.match(r"[^\s\w\"()\[\]{},;:!?.…•|'-]+", gap)
    found = run.group() if run else ""
    if raw[:1] not in ("′", "″"):
        found = found.lstrip("′″")  # a quotation mark after a number may close a quotation
    if (
        gap.startswith("-")
        and not raw.startswith(("—", "–", "―"))
        and (gap[1:2] or " ").isspace()
        and len(gap) > 1
    ):
        found = "-"
    if gap.startswith("-") and raw[:1] in "−–⁻" and (gap[1:2] or " ") in " .,;)" and final.isupper():
        found = "-"
    if final.isdigit() and not found:
        spaced = re.match(r"\s+([^\w\s])", gap)
        if spaced and (spaced[1] in "%‰°±′″" or unicodedata.category(spaced[1]) == "Sc"):
            found = spaced[1]
        if gap.startswith("!"):
            found = "!"
    return "".join(c for c in found if _is_sign(c) or c == "!")


def _continues_number(previous: str, gap: str, first: str, quote: Characters, before: str) -> bool:
    """Whether the number that a quote begins with goes on from the word before it."""
    if gap.strip(" -\n"):
        return False
    folded, word = fold_word(first), fold_word(previous)
    if previous in ("×", "x") and first[0].isdigit() and re.search(r"\d\s*[×x]\s*\Z", before):
        return True
    if folded in _COUNTING:
        if word == "and" and re.search(
            r"\b(?:hundred|thousand|million|billion)\s+and\s*\Z", before, re.IGNORECASE
        ):
            return True
        return word in _COUNTING or word[-1].isdigit()
    if not (first[0].isdigit() and word[-1].isdigit()):
        return False
    fraction = len(quote) > 1 and quote.gaps[quote.word_bounds(0)[1]] in ("/", "⁄")
    group = len(first) == 3 and first.isdigit() and re.search(r"(?<!\d)\d{1,3}\s\Z", before)
    return fraction or bool(group)


def _measured(last: str, gap: str, word: str, after: str) -> bool:
    """Whether the word after a number is its scale, its fraction or its unit."""
    folded = fold_word(word)
    if last[-1].isdigit() and re.match(r"\s*[×x·]\s*\d", after):
        return True
    if last[-1].isdigit() and word[0].isdigit():
        fraction = re.match(r"\s*\d+[/⁄]\d", after)
        group = len(word) == 3 and word.isdigit() and len(last) <= 3 and re.match(r"\s\d{3}\b", after)
        return bool(fraction or group)
    return folded in _MEASURES
