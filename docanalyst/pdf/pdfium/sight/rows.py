"""The lines of a page by height, so that each object is compared with few of them."""

from __future__ import annotations

from bisect import bisect_left

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


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
