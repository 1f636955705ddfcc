"""The letters of a right-to-left line in the order in which they are read, from where they stand on the page.

A parser turns such a line around piece by piece, and mistakes what belongs together: list marks ("1." becomes
".1"), names of several Latin words ("Beta LLC" becomes "LLC Beta"), the full stop after a date. The place of
each letter shows the order: from the right to the left, and what is Latin or a number from the left to the
right within it (Unicode's rules for bidirectional text, the other way round).
"""

from __future__ import annotations

from unicodedata import bidirectional

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_RIGHT_TO_LEFT = frozenset(("R", "AL"))
_DIGITS = frozenset(("EN", "AN"))
_SEPARATORS = frozenset(("CS", "ES"))
_PAIRS = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_OPENING = dict(zip(")]}", "([{", strict=True))


def runs_right_to_left(text: str) -> bool:
    """Whether most letters of a line are of a script written from the right to the left."""
    kinds = [bidirectional(letter) for letter in text if letter.isalpha()]
    return sum(kind in _RIGHT_TO_LEFT for kind in kinds) * 2 > len(kinds)


def read_from_right(text: str, boxes: Sequence[int]) -> list[int]:
    """The places of a line's characters in reading order.

    Args:
        text: a right-to-left line as a parser gives it.
        boxes: left, top, right, bottom of each character, flat.
    """
    words: list[list[int]] = []
    blanks: list[int] = []
    for place, letter in enumerate(text):
        if letter.isspace():
            blanks.append(place)
        elif words and place and not text[place - 1].isspace():
            words[-1].append(place)
        else:
            words.append([place])
    if len(blanks) != len(words) - 1:
        return list(range(len(text)))

    def middle(place: int) -> int:
        return boxes[4 * place] + boxes[4 * place + 2]

    # Marks share the place of their letter, and stay behind it: the order is stable.
    words = [sorted(word, key=lambda place: -middle(place)) for word in words]
    words.sort(key=lambda word: -max(boxes[4 * place + 2] for place in word))
    order = list(words[0]) if words else []
    for blank, word in zip(blanks, words[1:], strict=True):
        order += [blank, *word]
    kinds = [bidirectional(text[place]) for place in order]
    for first, end in _left_to_right_runs(kinds):
        order[first:end] = order[first:end][::-1]
    return order


def _left_to_right_runs(kinds: Sequence[str]) -> list[tuple[int, int]]:
    """Stretches of a line, in the order of its places from the right, that are read from the left."""
    runs: list[tuple[int, int]] = []
    place = 0
    while place < len(kinds):
        if kinds[place] == "L" or kinds[place] in _DIGITS or kinds[place] == "ET":
            end = _run_end(kinds, place)
            if end > place:
                runs.append((place, end))
                place = end
                continue
        place += 1
    return runs


def _run_end(kinds: Sequence[str], start: int) -> int:
    """The end of the run of Latin letters, or of a number, that begins at a place; `start` for none."""
    latin = number = start
    place = start
    while place < len(kinds) and kinds[place] not in _RIGHT_TO_LEFT:
        if kinds[place] == "L":
            latin = place + 1
        place += 1
    place = start
    digits = False
    while place < len(kinds):
        kind = kinds[place]
        if kind in _DIGITS:
            digits = True
            number = place + 1
        elif kind == "ET":
            number = place + 1
        elif not (kind in _SEPARATORS and digits and place + 1 < len(kinds) and kinds[place + 1] in _DIGITS):
            break
        place += 1
    if not digits:
        number = start
    return max(latin, number)


def with_brackets_turned(text: str) -> str:
    """The line with its brackets turned around where they close before they open."""
    turned = text.translate(_PAIRS)
    return turned if _unmatched(turned) < _unmatched(text) else text


def _unmatched(text: str) -> int:
    """How many brackets have no partner."""
    waiting: list[str] = []
    alone = 0
    for letter in text:
        if letter in "([{":
            waiting.append(letter)
        elif letter in _OPENING:
            if waiting and waiting[-1] == _OPENING[letter]:
                waiting.pop()
            else:
                alone += 1
    return alone + len(waiting)
