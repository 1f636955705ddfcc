"""Divides whole documents among as few context windows as possible."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

_EXACT_UP_TO = 400
"""Documents up to which each window is filled by an exact search for the fullest one; with more, the fullest
window that a document still fits is taken. Exact search over 400 documents took 0.04 to 0.2 s of one core."""

_SHUFFLES, _SHUFFLED_UP_TO = 20, 100
"""Other orders that are tried while a division is above the bound. Of 600 sets of up to 60 documents of six
sizes, 28 were two windows above the bound without them; 200 other orders saved a window in 17 of these."""


def least_windows(sizes: Iterable[int], room: int) -> int:
    """A number of windows below which no division exists.

    The bound of Martello and Toth (Discrete Applied Mathematics 28, 1990, "L2"): documents larger than half
    a window need one each, and what is too large to go beside them needs room of its own.

    Args:
        sizes: Tokens of each document, none above `room`.
        room: Tokens for documents in one window.
    """
    ordered = sorted(sizes, reverse=True)
    best = -(-sum(ordered) // room)
    for small in {size for size in ordered if 2 * size <= room} | {0}:
        large = [size for size in ordered if size > room - small]
        middle = [size for size in ordered if room - small >= size and 2 * size > room]
        rest = sum(size for size in ordered if small <= size and 2 * size <= room)
        beside = sum(room - size for size in middle)
        best = max(best, len(large) + len(middle) + max(0, -(-(rest - beside) // room)))
    return best


def divide(sizes: Sequence[int], room: int, together: Sequence[tuple[int, int]] = ()) -> list[list[int]]:
    """The places of the documents in each window, in the order given.

    Args:
        sizes: Tokens of each document, none above `room`.
        room: Tokens for documents in one window.
        together: Pairs of places to put into one window where that needs no further window. Earlier pairs
            are served first.
    """
    groups = [[place] for place in range(len(sizes))]
    best = _filled(groups, sizes, room)
    for first, second in together:
        joined = [group for group in groups if first not in group and second not in group]
        pair = sorted({place for group in groups if first in group or second in group for place in group})
        if len(joined) == len(groups) - 1 or sum(sizes[place] for place in pair) > room:
            continue
        found = _filled([*joined, pair], sizes, room)
        if len(found) <= len(best):
            groups, best = [*joined, pair], found
    return sorted(sorted(window) for window in best)


def _filled(groups: Sequence[Sequence[int]], sizes: Sequence[int], room: int) -> list[list[int]]:
    """The better of two divisions of groups of documents that stay together."""
    weights = [sum(sizes[place] for place in group) for group in groups]
    order = sorted(range(len(groups)), key=lambda place: (-weights[place], place))
    found = _tightest(order, weights, room)
    bound = least_windows(weights, room)
    if len(order) <= _EXACT_UP_TO and len(found) > bound:
        found = min(found, _fullest(order, weights, room), key=len)
    shuffler = random.Random(len(order))
    for _ in range(_SHUFFLES if len(order) <= _SHUFFLED_UP_TO else 0):
        if len(found) <= bound:
            break
        shuffler.shuffle(order)
        found = min(found, _fullest(order, weights, room), key=len)
    return [[place for group in window for place in groups[group]] for window in found]


def _tightest(order: Sequence[int], weights: Sequence[int], room: int) -> list[list[int]]:
    """Each group, the largest first, goes into the fullest window that has room for it."""
    windows: list[list[int]] = []
    left: list[int] = []
    for place in order:
        fitting = [window for window, free in enumerate(left) if free >= weights[place]]
        if fitting:
            window = min(fitting, key=left.__getitem__)
            windows[window].append(place)
            left[window] -= weights[place]
        else:
            windows.append([place])
            left.append(room - weights[place])
    return windows


def _fullest(order: Sequence[int], weights: Sequence[int], room: int) -> list[list[int]]:
    """Each window takes the largest group left, then the groups that fill it best."""
    left = list(order)
    windows: list[list[int]] = []
    while left:
        first = left.pop(0)
        chosen = _nearest_sum(left, weights, room - weights[first])
        left = [place for place in left if place not in chosen]
        windows.append([first, *chosen])
    return windows


def _nearest_sum(order: Sequence[int], weights: Sequence[int], room: int) -> set[int]:
    """The groups whose weights add up to the most that `room` allows.

    The sums that can be reached are the bits of one integer for each group (subset sum by shifting).
    """
    everything = (1 << (room + 1)) - 1
    reached = [1]
    for place in order:
        reached.append((reached[-1] | (reached[-1] << weights[place])) & everything)
    rest = reached[-1].bit_length() - 1
    chosen: set[int] = set()
    for number in range(len(order), 0, -1):
        if not reached[number - 1] >> rest & 1:
            chosen.add(order[number - 1])
            rest -= weights[order[number - 1]]
    return chosen
