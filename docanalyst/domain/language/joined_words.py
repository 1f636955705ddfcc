"""Words that two other words make when the blank between them is lost: "in direct", "be hold", "no table".

The pairs come from the word lists of SCOWL (NOTICE names its authors): each English word that can be cut
into two, 30,833 pairs.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def _pairs() -> dict[str, frozenset[str]]:
    lines = files(__package__).joinpath("joined_words.txt").read_text(encoding="ascii").splitlines()
    return {first: frozenset(rest) for first, *rest in map(str.split, lines)}


def join_to_another_word(first: str, second: str) -> bool:
    """Whether two folded English words, written without a blank, are another English word."""
    return second in _pairs().get(first, ())
