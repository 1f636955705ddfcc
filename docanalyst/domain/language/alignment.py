"""Aligning the words of a quote with a passage of the source: which are in both, in order."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from difflib import SequenceMatcher

Block = tuple[int, int, int]
"""Start in the quote, start in the passage, and length of a run of equal words."""

_SMALL = 3_600
_LARGE = 90_000
_ONE, _OTHER = 5, 6
"""Costs of a word more or less, and of another word."""


def align(quote: Sequence[str], passage: Sequence[str]) -> list[Block]:
    """Runs of equal words, in order on both sides.

    Runs of three words that occur once on each side are taken first (the longest chain of them in the same
    order); what lies between is aligned by edit distance, or by difflib where it is long. Linear for texts
    of any length that share most of their words.
    """
    anchors = longest_rising(_unique_trigrams(quote, passage))
    blocks: list[list[int]] = []
    for mine, theirs in anchors:
        if blocks and mine < blocks[-1][0] + blocks[-1][2]:
            if mine - blocks[-1][0] == theirs - blocks[-1][1]:
                blocks[-1][2] = mine + 3 - blocks[-1][0]
            continue
        if blocks and theirs < blocks[-1][1] + blocks[-1][2]:
            continue
        blocks.append([mine, theirs, 3])
    found: list[Block] = []
    mine = theirs = 0
    for start, other, length in [*blocks, [len(quote), len(passage), 0]]:
        found += _fill(quote, passage, (mine, start), (theirs, other), bool(found), bool(length))
        if length:
            found.append((start, other, length))
        mine, theirs = start + length, other + length
    return _joined(found)


def _unique_trigrams(quote: Sequence[str], passage: Sequence[str]) -> list[tuple[int, int]]:
    mine, theirs = _places(quote), _places(passage)
    return [(place, theirs[key]) for key, place in mine.items() if place >= 0 and theirs.get(key, -1) >= 0]


def _places(words: Sequence[str]) -> dict[tuple[str, str, str], int]:
    """The place of each run of three words; -1 for one that occurs twice."""
    places: dict[tuple[str, str, str], int] = {}
    for place, key in enumerate(zip(words, words[1:], words[2:], strict=False)):
        places[key] = -1 if key in places else place
    return places


def longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs whose second members rise; the first rise already."""
    tails: list[int] = []
    tail_pairs: list[int] = []
    previous: list[int] = []
    for index, (_, theirs) in enumerate(pairs):
        position = bisect.bisect_left(tails, theirs)
        previous.append(tail_pairs[position - 1] if position else -1)
        if position == len(tails):
            tails.append(theirs)
            tail_pairs.append(index)
        else:
            tails[position] = theirs
            tail_pairs[position] = index
    chain: list[tuple[int, int]] = []
    index = tail_pairs[-1] if tail_pairs else -1
    while index >= 0:
        chain.append(pairs[index])
        index = previous[index]
    return chain[::-1]


def _fill(
    quote: Sequence[str],
    passage: Sequence[str],
    mine: tuple[int, int],
    theirs: tuple[int, int],
    anchored_left: bool,
    anchored_right: bool,
) -> list[Block]:
    """Runs inside one gap. Where the passage is open at an end, only as much of it as the quote can fill."""
    (start, end), (first, last) = mine, theirs
    if start == end:
        return []
    reach = (end - start) + 8
    if not anchored_left and anchored_right:
        first = max(first, last - reach)
    elif anchored_left and not anchored_right:
        last = min(last, first + reach)
    left, right = quote[start:end], passage[first:last]
    if len(left) * len(right) <= _SMALL:
        found = _edit_blocks(left, right, free_start=not anchored_left, free_end=not anchored_right)
    elif len(left) * len(right) <= _LARGE:
        matcher = SequenceMatcher(None, left, right, autojunk=False)
        found = [(block.a, block.b, block.size) for block in matcher.get_matching_blocks() if block.size]
    else:
        found = []
    return [(start + a, first + b, size) for a, b, size in found]


def _edit_blocks(
    left: Sequence[str], right: Sequence[str], *, free_start: bool, free_end: bool
) -> list[Block]:
    """Equal words of the cheapest edit of left into right; free: passage words outside cost nothing."""
    rows, columns = len(left), len(right)
    costs = [[0 if free_start else _ONE * column for column in range(columns + 1)]]
    for row in range(1, rows + 1):
        above = costs[-1]
        current = [_ONE * row]
        for column in range(1, columns + 1):
            change = 0 if left[row - 1] == right[column - 1] else _OTHER
            current.append(min(above[column - 1] + change, above[column] + _ONE, current[column - 1] + _ONE))
        costs.append(current)
    column = min(range(columns + 1), key=lambda at: (costs[rows][at], -at)) if free_end else columns
    row = rows
    found: list[Block] = []
    while row > 0 and column > 0:
        same = left[row - 1] == right[column - 1]
        if costs[row][column] == costs[row - 1][column - 1] + (0 if same else _OTHER):
            row, column = row - 1, column - 1
            if same:
                found.append((row, column, 1))
        elif costs[row][column] == costs[row - 1][column] + _ONE:
            row -= 1
        else:
            column -= 1
    return found[::-1]


def _joined(blocks: list[Block]) -> list[Block]:
    joined: list[Block] = []
    for mine, theirs, length in blocks:
        if joined:
            start, other, size = joined[-1]
            if start + size == mine and other + size == theirs:
                joined[-1] = (start, other, size + length)
                continue
        joined.append((mine, theirs, length))
    return joined
