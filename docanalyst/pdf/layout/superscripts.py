"""Raised figures: the marks of footnotes, and powers.

A parser gives "$100,000.⁵⁶" as "$100,000.56" and "10⁵" as "105". What stands raised, and in smaller letters
than the text beside it, becomes Unicode's raised figures; every character keeps its place.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from docanalyst.pdf.layout.cells import Edges

SMALLER = 0.9
"""Raised figures are in letters at most this high, of those beside them."""

RAISED = 0.12
"""Share of the height of the letters beside them by which they stand higher, at least."""

_FIGURES = str.maketrans("0123456789-\u2212\u2013", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻")
_NUMBER = re.compile("[0-9]+")
_SIGNS = "-\u2212\u2013"
_NO_MARK_AFTER = frozenset("([{/$€£#§+=<>_|-\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
_SENTENCE_ENDS = frozenset('.,;:!?)]"\u201d\u2019')
LONGEST = 4
"""Figures of a footnote's mark, at most."""

_OPENING = re.compile(r"[0-9]{1,4}(?= ?\S)")
_FURTHER = re.compile(r"[0-9,\u2013-]*[0-9]")


def with_raised(raw: str, lines: Sequence[tuple[int, int, bool]], edges: Edges) -> str:
    """The raw text with its raised figures as such. edges: where characters stand, upright."""
    pairs = [pair for match in _NUMBER.finditer(raw) for pair in _candidates(raw, *match.span())]
    for number, (start, end, _) in enumerate(lines):
        opening = _OPENING.match(raw, start, end)
        if opening is not None and opening.end() < end:
            pairs.append((start, end - 1, opening.end()))
        elif end - start < 5 and raw[start:end].isdecimal():
            # A piece of a row of its own: beside the one before it, or the one after it.
            pairs += [(start, before - 1, end) for _, before, _ in lines[max(0, number - 1) : number]]
            pairs += [(start, after, end) for after, _, _ in lines[number + 1 : number + 2]]
    if not pairs:
        return raw
    # A power is judged by its last figure, for its sign has a box of its own.
    flat = edges([place for first, beside, end in pairs for place in (_judged(raw, first, end), beside)])
    letters: list[str] = []
    for number, (first, beside, end) in enumerate(pairs):
        if _is_raised(flat[8 * number : 8 * number + 4], flat[8 * number + 4 : 8 * number + 8]):
            letters = letters or list(raw)
            for place in _run(raw, first, end, beside, edges):
                letters[place] = raw[place].translate(_FIGURES)
    return "".join(letters) if letters else raw


def _candidates(raw: str, start: int, end: int) -> list[tuple[int, int, int]]:
    """What of a number may be raised: its first character, the one to hold it against, and its end."""
    length, before, after = end - start, raw[start - 1 : start], raw[end : end + 1]
    if length > LONGEST:
        return []
    found = []
    if length > 2 and raw.startswith("10", start) and after not in (".", ","):
        found.append((start + 2, start + 1, end))
    if not before or before.isspace():
        if (
            start > 1
            and before == " "
            and raw[start - 2] in _SENTENCE_ENDS
            and (not after or after.isspace())
        ):
            found.append((start, start - 2, end))
        elif after.isalpha() or (after and after in '\u201c"(['):
            found.append((start, end, end))
    elif before not in _NO_MARK_AFTER:
        found.append((start, start - 1, end))
    elif before in _SIGNS and length < 3 and (raw[start - 2].isalpha() or raw[start - 3 : start - 1] == "10"):
        found.append((start - 1, start - 2, end))
    return found


def _judged(raw: str, first: int, end: int) -> int:
    return first if raw[first].isdecimal() else end - 1


def _run(raw: str, first: int, end: int, beside: int, edges: Edges) -> list[int]:
    """The places of the raised figures that go on from a place: "⁵⁶", and "⁵,⁶"."""
    further = _FURTHER.match(raw, end)
    last = further.end() if further else end
    places = [first, *(place for place in range(first + 1, last) if raw[place].isdecimal())]
    flat = edges([*places, beside])
    run = []
    for number, place in enumerate(places):
        if not _is_raised(flat[4 * number : 4 * number + 4], flat[-4:]):
            break
        run.append(place)
    return run


def _is_raised(figure: Sequence[int], beside: Sequence[int]) -> bool:
    """Whether a box (left, top, right, bottom) is smaller than the one beside it, and higher on the row."""
    height, usual = figure[3] - figure[1], beside[3] - beside[1]
    return (
        0 < height <= SMALLER * usual
        and beside[3] - figure[3] >= RAISED * usual
        and figure[1] < beside[1] + usual // 3
        and figure[3] > beside[1]
    )
