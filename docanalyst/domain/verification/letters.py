"""Letters and digits that fold alike, compared as written: case, height and form.

Allowed are another case of the first letter, a passage in all capitals set in ordinary case or the reverse,
and the ways in which extraction flattens raised and lowered characters ("10 5" for "10⁵").
"""

from __future__ import annotations

from docanalyst.domain.citations import Difference
from docanalyst.domain.language.characters import Characters
from docanalyst.domain.verification.vocabulary import UNITS

CAPITAL_WORDS = 2
"""Words of a passage in all capitals: a single word may be a name or a unit (US, CO, MW)."""

CAPITAL_LETTERS = 12
"""Letters that they have together: "NET SALES" is no passage, "FORCE MAJEURE" is one."""

_ORDINALS = frozenset("stndrh")
_CONNECTING = frozenset({"and", "or", "of", "by", "between", "among", "with", "to", "for", "the"})


def letter_differences(
    quote: Characters, source: Characters, before: str = "", after: str = ""
) -> list[Difference]:
    """Differences of case, height or form between two texts that fold alike.

    before, after: the page around the source, which a passage in all capitals may extend into.
    """
    if quote.raw == source.raw and quote.heights == source.heights:
        return []
    found: list[Difference] = []
    capitals: list[list[bool]] = []
    raised_case: dict[int, Difference] = {}
    for index in range(len(quote)):
        mine, theirs = quote.raw[index], source.raw[index]
        kind = ""
        if quote.heights[index] != source.heights[index] and not _flattened(quote, source, index):
            kind = "number" if mine.isdigit() else "sign"
        elif mine != theirs and not _is_times(quote, source, index):
            if mine.lower() != theirs.lower() and {mine, theirs} != {"ς", "Σ"}:
                kind = "word"
            elif index:
                capitals = capitals or [_capitals(quote), _capitals_within(before, source, after)]
                kind = "case" if capitals[0][index] == capitals[1][index] else ""
                if capitals[0][index] and not kind:
                    word = Difference(_word(quote, index), _word(source, index), "case")
                    raised_case[quote.word_bounds(index)[0]] = word
        if kind:
            difference = Difference(_word(quote, index), _word(source, index), kind)
            if difference not in found[-1:]:
                found.append(difference)
    # One word alone in capitals is no passage, whatever names in capitals are beside it.
    return [*found, *raised_case.values()] if len(raised_case) < CAPITAL_WORDS else found


def _word(text: Characters, index: int) -> str:
    first, last = text.word_bounds(index)
    return text.text[text.starts[first] : text.ends[last - 1]]


def _is_times(quote: Characters, source: Characters, index: int) -> bool:
    """Whether an x stands for a multiplication sign: beside a number and apart from letters."""
    if {quote.raw[index], source.raw[index]} != {"x", "×"}:
        return False
    text = quote if quote.raw[index] == "x" else source
    before = text.raw[index - 1] if index else ""
    after = text.raw[index + 1] if index + 1 < len(text) else ""
    if (before.isalpha() and not text.gaps[index]) or (after.isalpha() and not text.gaps[index + 1]):
        return False
    return before.isdigit() or after.isdigit()


def _flattened(quote: Characters, source: Characters, index: int) -> bool:
    """Whether the source lost the height of a character that the quote raises or lowers.

    What it lost must be apart from the base, as extraction leaves it ("10 5", "H 2 O"): "105" is another
    number than 10⁵. The letters of an ordinal ("1st") may be at either height.
    """
    if quote.raw[index] in _ORDINALS and _ends_ordinal(quote, index):
        return True
    if not quote.heights[index] or source.heights[index]:
        return False
    first = index
    while first and quote.heights[first - 1] == quote.heights[index] and not quote.gaps[first]:
        if source.gaps[first]:
            return False
        first -= 1
    if not first or quote.gaps[first].strip("⁻₋⁺₊-−+"):
        return False
    base = quote.raw[first - 1]
    apart = source.gaps[first]
    sign = "-" if quote.gaps[first].strip("⁺₊+") else "+" if quote.gaps[first] else ""
    written = apart.strip().translate(str.maketrans("−–⁻₋⁺₊", "----++"))
    return apart[:1].isspace() and written == sign and (base.isdigit() or base.isalpha())


def _ends_ordinal(text: Characters, index: int) -> bool:
    first, last = text.word_bounds(index)
    word = "".join(text.fold[first:last])
    return word[:-2].isdigit() and word[-2:] in ("st", "nd", "rd", "th") and index >= last - 2


def _capitals_within(before: str, source: Characters, after: str) -> list[bool]:
    """`_capitals` of a source, the page around it included."""
    lead = Characters(before if before[-1:].isspace() or not before else before + " ")
    whole = Characters(lead.text + source.text + (after if not after[:1].isalnum() else " " + after))
    found = _capitals(whole)[len(lead) :]
    return found[: len(source)] if len(found) >= len(source) else _capitals(source)


def _capitals(text: Characters) -> list[bool]:
    """For each character whether it is in a passage in all capitals; a unit after a number does not."""
    found = [False] * len(text)
    run: list[tuple[int, int]] = []
    first = 0
    while first < len(text):
        last = text.word_bounds(first)[1]
        word = text.raw[first:last]
        letters = [letter for letter in word if letter[0].isalpha()]
        alone = "\n" in text.gaps[first] and "\n" in text.gaps[last]
        if alone and "".join(text.fold[first:last]) in _CONNECTING:
            pass  # "and" on a line of its own between two lines of a heading
        elif any(letter != letter.upper() and len(letter) == 1 for letter in letters):
            _mark(text, run, found)
            run = []
        else:
            run.append((first, last))
        first = last
    _mark(text, run, found)
    return found


def _mark(text: Characters, run: list[tuple[int, int]], found: list[bool]) -> None:
    words = [(first, last) for first, last in run if text.raw[first][0].isalpha()]
    letters = sum(last - first for first, last in words)
    long = sum(last - first > 1 for first, last in words)
    if long < CAPITAL_WORDS or letters < CAPITAL_LETTERS:
        return
    for first, last in words:
        unit = first and text.raw[first - 1].isdigit() and "".join(text.fold[first:last]) in UNITS
        if not unit:
            found[first:last] = [True] * (last - first)
