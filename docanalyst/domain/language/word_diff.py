"""Where two sequences of words differ, fast on whole books: runs unique in both anchor the comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from docanalyst.domain.language.alignment import longest_rising

SIZES = (8, 4, 2, 1)
"""Words of the runs tried as anchors, the longest first."""
EXACT = 160_000
"""Pairs of words up to which a gap without anchors is compared exactly; a larger one counts as rewritten."""
LOOSE = 2
"""Words that two edits may have between them and still be one."""

Words = Sequence[str]


@dataclass(frozen=True, slots=True)
class Edit:
    """Old words i1:i2 are replaced by new words j1:j2; one of the two may be empty."""

    i1: int
    i2: int
    j1: int
    j2: int


def edits(old: Words, new: Words) -> list[Edit]:
    """The edits that turn one sequence into the other, in order. Two edits close together are one."""
    found: list[Edit] = []
    i = j = 0
    for first, second, size in [*common_runs(old, new), (len(old), len(new), 0)]:
        if i < first or j < second:
            if found and i - found[-1].i2 <= LOOSE and j - found[-1].j2 <= LOOSE:
                found[-1] = Edit(found[-1].i1, first, found[-1].j1, second)
            else:
                found.append(Edit(i, first, j, second))
        i, j = first + size, second + size
    return found


def common_runs(old: Words, new: Words) -> Iterator[tuple[int, int, int]]:
    """Yield the runs that both have, in order: place in the old, place in the new, and length."""
    yield from _between(old, new, 0, len(old), 0, len(new), 0)


def _between(
    old: Words, new: Words, i1: int, i2: int, j1: int, j2: int, level: int
) -> Iterator[tuple[int, int, int]]:
    head = 0
    while i1 + head < i2 and j1 + head < j2 and old[i1 + head] == new[j1 + head]:
        head += 1
    if head:
        yield i1, j1, head
    i1, j1 = i1 + head, j1 + head
    tail = 0
    while i1 < i2 - tail and j1 < j2 - tail and old[i2 - tail - 1] == new[j2 - tail - 1]:
        tail += 1
    i2, j2 = i2 - tail, j2 - tail
    if i1 < i2 and j1 < j2:
        yield from _differing(old, new, i1, i2, j1, j2, level)
    if tail:
        yield i2, j2, tail


def _differing(
    old: Words, new: Words, i1: int, i2: int, j1: int, j2: int, level: int
) -> Iterator[tuple[int, int, int]]:
    for deeper in range(level, len(SIZES)):
        anchors = _anchors(old, new, i1, i2, j1, j2, SIZES[deeper])
        if anchors:
            for first, second in anchors:
                if first < i1 or second < j1:
                    continue
                yield from _between(old, new, i1, first, j1, second, deeper + 1)
                size = 0
                while first + size < i2 and second + size < j2 and old[first + size] == new[second + size]:
                    size += 1
                yield first, second, size
                i1, j1 = first + size, second + size
            yield from _between(old, new, i1, i2, j1, j2, deeper + 1)
            return
    if (i2 - i1) * (j2 - j1) <= EXACT:
        matcher = SequenceMatcher(None, old[i1:i2], new[j1:j2], autojunk=False)
        for first, second, size in matcher.get_matching_blocks():
            if size:
                yield i1 + first, j1 + second, size


def _anchors(old: Words, new: Words, i1: int, i2: int, j1: int, j2: int, size: int) -> list[tuple[int, int]]:
    """Places of runs of this many words that occur once in each stretch, as many as keep their order."""
    mine, theirs = _unique(old, i1, i2, size), _unique(new, j1, j2, size)
    pairs = sorted((place, theirs[run]) for run, place in mine.items() if run in theirs)
    return longest_rising(pairs)


def _unique(words: Words, first: int, last: int, size: int) -> dict[tuple[str, ...], int]:
    seen: dict[tuple[str, ...], int] = {}
    again: set[tuple[str, ...]] = set()
    for place in range(first, last - size + 1):
        run = tuple(words[place : place + size])
        if run in seen:
            again.add(run)
        seen[run] = place
    for run in again:
        del seen[run]
    return seen
