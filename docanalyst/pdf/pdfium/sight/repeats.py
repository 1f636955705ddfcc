"""Words that a page has twice in one place: drawn again for weight or shadow, or as a second layer.

pdfium itself leaves out a piece of text that is drawn again as it is; it does not know one that is cut
otherwise, a little larger, or in a form.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Lines = Sequence[tuple[int, int, bool]]
    Edges = Callable[[Sequence[int]], list[int]]

_OFFSET = 0.2
"""Distance between the middles of a line and of its copy, in heights of the line, at most: dots over each
other, as of a matrix, are farther apart."""
_BESIDE = 0.35
"""Distance between the middles of a letter and of its copy, in heights of the line, at most."""
_PAIRS, _GROUPS = 200_000, 200
"""Pairs of lines, and stretches of hidden text, that are compared on a page, at most: a table has a tenth."""
_ENOUGH = 12
"""Letters of hidden words, at least, that are told from other words like them."""
_WORD = re.compile(r"\S+")


def find_repeats(text: str, lines: Lines, boxes: Sequence[int], edges: Edges) -> list[tuple[int, int]]:
    """Start and end of each word that stands on the same word of a line written before it.

    Args:
        text: Of the page, with blanks for what is hidden.
        lines: Start, end and hyphen of its lines.
        boxes: Left, top, right, bottom of each line, in tenths of a point, flat.
        edges: Where characters stand.
    """
    found: list[tuple[int, int]] = []
    places: dict[int, list[tuple[str, int, float]]] = {}

    def letters(line: int) -> list[tuple[str, int, float]]:
        if line not in places:
            start, end, _ = lines[line]
            flat = edges(range(start, end))
            places[line] = [
                (text[start + at], start + at, (flat[4 * at] + flat[4 * at + 2]) / 2)
                for at in range(end - start)
            ]
        return places[line]

    for first, second in _over_each_other(boxes):
        before, after = min(first, second), max(first, second)
        if _is_whole(text, lines, boxes, before, after):
            found.append(lines[after][:2])
            continue
        known: dict[str, list[float]] = {}
        for letter, _, middle in letters(before):
            known.setdefault(letter, []).append(middle)
        later = {at: middle for _, at, middle in letters(after)}
        reach = _BESIDE * (boxes[4 * after + 3] - boxes[4 * after + 1])
        found += [
            word.span()
            for word in _WORD.finditer(text, *lines[after][:2])
            if all(
                any(abs(later[at] - middle) <= reach for middle in known.get(text[at], ()))
                for at in range(*word.span())
            )
        ]
    return sorted(set(found))


def _is_whole(text: str, lines: Lines, boxes: Sequence[int], before: int, after: int) -> bool:
    """Whether a line is another one again, letter for letter, of about its width."""
    words, again = ("".join(text[start:end].split()) for start, end, _ in (lines[before], lines[after]))
    if words != again or not words:
        return False
    left, top, right, bottom = boxes[4 * before : 4 * before + 4]
    left_2, _, right_2, _ = boxes[4 * after : 4 * after + 4]
    return abs(left - left_2) < bottom - top and 16 * abs(right - right_2) < right - left


def seen_in_place(
    text: str, hidden: Sequence[tuple[int, int, str]], lines: Lines, boxes: Sequence[int]
) -> set[tuple[int, int]]:
    """The stretches of hidden text whose words the page shows in their place, broken into other lines.

    hidden: start, end and reason, in order.
    """
    groups: list[list[tuple[int, int]]] = []
    end_of_last, last = -1, ""
    for start, end, reason in hidden:
        if groups and reason == last and not text[end_of_last:start].strip("\ufffe \r\n\t"):
            groups[-1].append((start, end))
        else:
            groups.append([(start, end)])
        end_of_last, last = end, reason
    if len(groups) > _GROUPS:
        return set()
    out = {place for start, end, _ in hidden for place in range(start, end)}
    shown = [
        (letter.casefold(), place)
        for place, letter in enumerate(text)
        if letter.isalnum() and place not in out
    ]
    seen = "".join(letter for letter, _ in shown)
    found: set[tuple[int, int]] = set()
    for group in groups:
        words = "".join(
            letter.casefold() for start, end in group for letter in text[start:end] if letter.isalnum()
        )
        at = seen.find(words) if len(words) >= _ENOUGH else -1
        while at >= 0:
            place = shown[at][1], shown[at + len(words) - 1][1] + 1
            if _overlap(_around(group, lines, boxes), _around([place], lines, boxes)):
                found.update(group)
                break
            at = seen.find(words, at + 1)
    return found


def _around(
    stretches: Sequence[tuple[int, int]], lines: Lines, boxes: Sequence[int]
) -> tuple[int, int, int, int]:
    """The box around the lines that stretches of text are on."""
    on = [
        boxes[4 * number : 4 * number + 4]
        for number, (first, last, _) in enumerate(lines)
        if any(start < last and end > first for start, end in stretches)
    ]
    if not on:
        return 0, 0, 0, 0
    lefts, tops, rights, bottoms = zip(*on, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _overlap(box: Sequence[int], other: Sequence[int]) -> bool:
    """Whether two boxes share more than half of the height of the lower one, and some width."""
    shared = min(box[3], other[3]) - max(box[1], other[1])
    beside = box[0] < other[2] and other[0] < box[2]
    return beside and 2 * shared > min(box[3] - box[1], other[3] - other[1])


def _over_each_other(boxes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Pairs of lines that stand on each other."""
    rows = sorted(range(len(boxes) // 4), key=boxes[1::4].__getitem__)
    compared = 0
    for place, line in enumerate(rows):
        left, top, right, bottom = boxes[4 * line : 4 * line + 4]
        room = _OFFSET * (bottom - top)
        for other in rows[place + 1 :]:
            compared += 1
            if boxes[4 * other + 1] > top + 2 * room or compared > _PAIRS:
                break
            left_2, top_2, right_2, bottom_2 = boxes[4 * other : 4 * other + 4]
            if left_2 < right and left < right_2 and abs(top + bottom - top_2 - bottom_2) <= 2 * room:
                yield line, other
