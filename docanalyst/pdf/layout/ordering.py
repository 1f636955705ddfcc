"""The order of a page's lines: content order, unless the page itself shows that it is wrong.

Evidence is a stretch of lines that stands wholly above, and across the width of, a stretch written before
it: a title drawn after the text beneath it, a list drawn from the bottom up, a paragraph drawn before the
list above it. A stretch that stands in a gap of other lines parts them. Columns beside each other give
no such evidence and stay as they were written, and so does a page whose foot was written first.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BLOCKS = 80
"""A page of more pieces than this is a drawing; its order is left alone."""

_SHARE = 0.5
_EDGE_LINES = 3
_ENOUGH_LINES = 8


def reading_order(boxes: Sequence[int]) -> list[int] | None:
    """Line numbers in reading order, or None where content order stands.

    boxes: left, top, right, bottom of each line, flat, x to the right and y down.
    """
    count = len(boxes) // 4
    if count < 2:
        return None
    blocks = _blocks(boxes, count)
    if not 1 < len(blocks) <= MAX_BLOCKS:
        return None
    blocks = _parted(blocks, boxes)
    moves = _out_of_order(blocks)
    if not moves:
        return None
    order = _sorted(len(blocks), moves)
    if order is None:
        return None
    return [line for block in order for line in range(blocks[block][0], blocks[block][1])]


def vertical_order(boxes: Sequence[int]) -> list[int] | None:
    """Columns of vertical writing, tier under tier, in each from the right to the left."""
    count = len(boxes) // 4
    tiers: list[list[int]] = []
    reach = -(10**9)
    for line in sorted(range(count), key=boxes[1::4].__getitem__):
        if boxes[4 * line + 1] >= reach:
            tiers.append([])
        tiers[-1].append(line)
        reach = max(reach, boxes[4 * line + 3])
    order = [line for tier in tiers for line in sorted(tier, key=lambda line: -boxes[4 * line])]
    return None if order == list(range(count)) else order


Block = tuple[int, int, int, int, int, int]
"""First line, line after the last, left, top, right, bottom."""


def _blocks(boxes: Sequence[int], count: int) -> list[Block]:
    """Stretches of lines that run down the page within one another's width."""
    blocks: list[Block] = []
    first = 0
    left, top, right, bottom = before = tuple(boxes[:4])
    for line in range(1, count):
        box = boxes[4 * line : 4 * line + 4]
        upward = box[3] <= before[1] + (box[3] - box[1]) // 2
        beside = box[0] > right or box[2] < left
        if upward or (beside and box[1] >= before[3]):
            blocks.append((first, line, left, top, right, bottom))
            first = line
            left, top, right, bottom = box
        else:
            left, top = min(left, box[0]), min(top, box[1])
            right, bottom = max(right, box[2]), max(bottom, box[3])
        before = tuple(box)
    blocks.append((first, count, left, top, right, bottom))
    return blocks


def _parted(blocks: list[Block], boxes: Sequence[int]) -> list[Block]:
    """The blocks, in two where another one stands in a gap of their lines: a table drawn after its text."""
    cuts: dict[int, set[int]] = {}
    for first, end, left, top, right, bottom in blocks:
        if end - first < 2:
            continue
        for other in blocks:
            _, _, left_2, top_2, right_2, bottom_2 = other
            if (
                top < top_2
                and bottom_2 < bottom
                and min(right, right_2) - max(left, left_2) > _SHARE * min(right - left, right_2 - left_2)
                and (cut := _gap(first, end, boxes, top_2, bottom_2))
            ):
                cuts.setdefault(first, set()).add(cut)
    parted: list[Block] = []
    for block in blocks:
        starts = sorted({block[0], *cuts.get(block[0], ())})
        for first, end in zip(starts, [*starts[1:], block[1]], strict=True):
            parted.append(
                (
                    first,
                    end,
                    min(boxes[4 * first : 4 * end : 4]),
                    min(boxes[4 * first + 1 : 4 * end : 4]),
                    max(boxes[4 * first + 2 : 4 * end : 4]),
                    max(boxes[4 * first + 3 : 4 * end : 4]),
                )
            )
    return parted


def _gap(first: int, end: int, boxes: Sequence[int], top: int, bottom: int) -> int:
    """The line before which these lines leave this stretch of the page free; 0 where they do not."""
    for line in range(first + 1, end):
        if boxes[4 * line + 1] >= top:
            above, below = boxes[4 * first + 3 : 4 * line : 4], boxes[4 * line + 1 : 4 * end : 4]
            return line if max(above) <= top and min(below) >= bottom else 0
    return 0


def _out_of_order(blocks: list[Block]) -> list[tuple[int, int]]:
    """Pairs (a, b) of blocks of which a must come before b; none when all were written so."""
    wrong = False
    feet, heads = _feet_and_heads(blocks)
    pairs: list[tuple[int, int]] = []
    for later in range(1, len(blocks)):
        _, _, left, top, right, bottom = blocks[later]
        for earlier in range(later):
            _, _, left_2, top_2, right_2, bottom_2 = blocks[earlier]
            shared = min(right, right_2) - max(left, left_2)
            if shared <= _SHARE * min(right - left, right_2 - left_2):
                continue
            if bottom <= top_2 + min(bottom - top, bottom_2 - top_2) // 4:
                pairs.append((later, earlier))
                wrong = wrong or not (earlier in feet or later in heads)
            elif bottom_2 <= top + min(bottom - top, bottom_2 - top_2) // 4:
                pairs.append((earlier, later))
    return pairs if wrong else []


def _feet_and_heads(blocks: list[Block]) -> tuple[set[int], set[int]]:
    """A foot written before everything, and a head written after: a habit that misleads nobody."""
    feet: set[int] = set()
    heads: set[int] = set()
    if blocks[-1][1] < _ENOUGH_LINES:
        return feet, heads
    lowest, highest = max(block[5] for block in blocks), min(block[3] for block in blocks)
    if blocks[0][5] == lowest and blocks[0][1] - blocks[0][0] <= _EDGE_LINES:
        feet.add(0)
    last = len(blocks) - 1
    if blocks[last][3] == highest and blocks[last][1] - blocks[last][0] <= _EDGE_LINES:
        heads.add(last)
    return feet, heads


def _sorted(count: int, pairs: list[tuple[int, int]]) -> list[int] | None:
    """Blocks so that each pair holds, the one written first where there is a choice; None in a circle."""
    waiting = [0] * count
    after: list[list[int]] = [[] for _ in range(count)]
    for first, second in pairs:
        waiting[second] += 1
        after[first].append(second)
    ready = [block for block in range(count) if not waiting[block]]
    heapify(ready)
    order: list[int] = []
    while ready:
        block = heappop(ready)
        order.append(block)
        for other in after[block]:
            waiting[other] -= 1
            if not waiting[other]:
                heappush(ready, other)
    return order if len(order) == count else None
