"""Maps each character of a text to its place in a slightly different version of the same text."""

from __future__ import annotations

from difflib import SequenceMatcher

_LOWERED = str.maketrans(
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉₋ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ⁽⁾°",
    "0123456789-0123456789-abcdefghijklmnoprstuvwxyz()o",
)


def aligned(source: str, target: str) -> list[int]:
    """For each character of `target` its place in `source`, or -1: two texts that differ in little."""
    source, target = source.translate(_LOWERED), target.translate(_LOWERED)
    if source == target:
        return list(range(len(target)))
    rows, new_rows = source.split("\n"), target.split("\n")
    if len(rows) > 1 and len(rows) == len(new_rows):
        places: list[int] = []
        at = 0
        for row, new_row in zip(rows, new_rows, strict=True):
            places += [place + at if place >= 0 else -1 for place in aligned(row, new_row)]
            at += len(row) + 1
            places.append(at - 1)
        return places[:-1]
    places = [-1] * len(target)
    for first, second, length in SequenceMatcher(None, source, target, autojunk=False).get_matching_blocks():
        places[second : second + length] = range(first, first + length)
    for place in range(1, len(places)):
        # The letters of a ligature share its place.
        if places[place] < 0 and target[place].isalnum():
            places[place] = places[place - 1]
    return places
