"""Whole documents in as few windows as possible."""

from __future__ import annotations

import random

import pytest

from docanalyst.domain.division import divide, least_windows


def _fewest(sizes: list[int], room: int) -> int:
    """The fewest windows, by trying every division."""
    ordered = sorted(sizes, reverse=True)

    def go(place: int, left: list[int], best: int) -> int:
        if len(left) >= best or place == len(ordered):
            return min(best, len(left))
        for window, free in enumerate(left):
            if free >= ordered[place] and free not in left[:window]:
                left[window] -= ordered[place]
                best = go(place + 1, left, best)
                left[window] += ordered[place]
        left.append(room - ordered[place])
        best = go(place + 1, left, best)
        left.pop()
        return best

    return go(0, [], len(ordered) + 1)


@pytest.mark.parametrize("seed", range(60))
def test_small_sets_take_the_fewest_windows(seed: int) -> None:
    chooser = random.Random(seed)
    sizes = [
        chooser.choice([chooser.randint(1, 100), chooser.choice([51, 40, 34, 26, 25, 17])])
        for _ in range(chooser.randint(1, 9))
    ]
    assert len(divide(sizes, 100)) == _fewest(sizes, 100)


@pytest.mark.parametrize("seed", range(20))
def test_forty_files_are_within_one_window_of_the_bound_and_each_stands_once(seed: int) -> None:
    chooser = random.Random(seed)
    sizes = [chooser.randint(500, 90_000) for _ in range(40)]
    windows = divide(sizes, 120_000)
    assert sorted(place for window in windows for place in window) == list(range(40))
    assert all(sum(sizes[place] for place in window) <= 120_000 for window in windows)
    assert least_windows(sizes, 120_000) <= len(windows) <= least_windows(sizes, 120_000) + 1


def test_the_bound_is_never_above_the_fewest() -> None:
    chooser = random.Random(7)
    for _ in range(60):
        sizes = [chooser.randint(1, 100) for _ in range(chooser.randint(1, 8))]
        assert least_windows(sizes, 100) <= _fewest(sizes, 100)


def test_pairs_stay_together_where_that_needs_no_further_window() -> None:
    sizes = [60, 40, 60, 40]
    assert divide(sizes, 100, [(0, 3)]) == [[0, 3], [1, 2]]
    assert divide(sizes, 100, [(0, 1)]) == [[0, 1], [2, 3]]
    # 60 and 60 never fit, and 40 with 40 would need a third window.
    assert len(divide(sizes, 100, [(0, 2)])) == 2
    assert len(divide(sizes, 100, [(1, 3)])) == 2


def test_one_document_and_documents_as_large_as_a_window() -> None:
    assert divide([100], 100) == [[0]]
    assert divide([100, 100, 1], 100) == [[0], [1], [2]]
    assert divide([], 100) == []
