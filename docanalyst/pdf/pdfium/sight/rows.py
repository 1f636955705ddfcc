"""The lines of a page by height, and the characters of a line by width, to compare each object with few."""

from __future__ import annotations

from bisect import bisect_left

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from docanalyst.pdf.pdfium.document import OpenPage

_PART = 0.55
"""Share of a letter's width that a line must run along."""


class Rows:
    """Lines by their tops, as displayed, in tenths of a point."""

    def __init__(self, lines: Sequence[object], boxes: Sequence[int]) -> None:
        rows = sorted((boxes[4 * line + 1], line) for line in range(len(lines)))
        self._tops = [top for top, _ in rows]
        self._lines = [line for _, line in rows]
        self._tallest = max((boxes[4 * line + 3] - boxes[4 * line + 1] for _, line in rows), default=0)

    def between(self, top: int, bottom: int) -> list[int]:
        """Lines that may reach into a strip of the page."""
        first = bisect_left(self._tops, top - self._tallest)
        return self._lines[first : bisect_left(self._tops, bottom)]


def along(page: OpenPage, line: tuple[int, int, bool], reach: tuple[int, int]) -> list[int]:
    """The places of a line whose characters stand within a reach for the most part."""
    start, end, _ = line
    flat = page.character_boxes(range(start, end))
    places = []
    for number in range(end - start):
        left, right = flat[4 * number], flat[4 * number + 2]
        if min(right, reach[1]) - max(left, reach[0]) >= _PART * (right - left):
            places.append(start + number)
    return places
