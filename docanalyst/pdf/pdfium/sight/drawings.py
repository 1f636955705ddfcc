"""Pictures of one page for the check of what is seen, within the time that the check may take."""

from __future__ import annotations

import time

from docanalyst.pdf.pdfium import pictures
from docanalyst.pdf.pdfium.bindings import raw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from docanalyst.pdf.pdfium.document import OpenPage

    Box = tuple[int, int, int, int]

SECONDS = 0.4
"""Processor time that checking any page may take: an ordinary one is drawn in a hundredth of it. A page that
took longer to read may take as long again."""

_SCALE, _ROUGH = 2.0, 1.0


class Drawings:
    """A page's pictures, drawn when they are asked for.

    Rows of the page that no check looks at are not drawn: say with `keep_to` which ones matter before asking
    for a picture. until: processor time at which to give up. gave_up: one of them would have taken too long.
    """

    def __init__(self, page: OpenPage) -> None:
        self.page = page
        self.gave_up = False
        if page.announce is not None:
            page.announce()
        now = time.process_time()
        self.until = now + max(SECONDS, now - page.begun)
        self._part = self._all = (0, 0, int(10 * page.size[0]) + 10, int(10 * page.size[1]) + 10)
        self._drawn: dict[float, tuple[Box, pictures.Picture]] = {}

    def keep_to(self, boxes: Sequence[Sequence[int]]) -> None:
        """Draw no more from now on than the rows of these boxes (as displayed, in tenths of a point), with as
        much again above and below as the highest is high: a check compares a line with what is around it."""
        _, _, right, last = self._all
        room = 10 + max((box[3] - box[1] for box in boxes), default=last)
        top = min((box[1] for box in boxes), default=0) - room
        bottom = max((box[3] for box in boxes), default=last) + room
        self._part = 0, min(max(0, top), last), right, max(0, min(bottom, last))

    @property
    def whole(self) -> pictures.Picture:
        """The rows kept to, as displayed. Raises pictures.TooSlow, and ValueError for a page without an
        area."""
        return self._at(_SCALE)

    @property
    def rough(self) -> pictures.Picture:
        """The rows kept to, as displayed, at a scale for surfaces. Raises as `whole` does."""
        return self._at(_SCALE if self._is_drawn(_SCALE) else _ROUGH)

    def _is_drawn(self, scale: float) -> bool:
        part, _ = self._drawn.get(scale, (None, None))
        return part is not None and part[1] <= self._part[1] and self._part[3] <= part[3]

    def _at(self, scale: float) -> pictures.Picture:
        if not self._is_drawn(scale):
            self._drawn[scale] = (
                self._part,
                pictures.draw(self.page, scale, part=self._part, until=self.until),
            )
        return self._drawn[scale][1]

    def without(self, handles: Sequence[int]) -> pictures.Picture:
        """As `whole`, without some objects of the page. Raises as it does."""
        part = self._drawn[_SCALE][0] if self._is_drawn(_SCALE) else self._part
        for handle in handles:
            raw.FPDFPageObj_SetIsActive(handle, 0)
        try:
            return pictures.draw(self.page, _SCALE, part=part, until=self.until)
        finally:
            for handle in handles:
                raw.FPDFPageObj_SetIsActive(handle, 1)

    def keep_time(self) -> None:
        """Raise pictures.TooSlow where the time is over."""
        if time.process_time() > self.until:
            raise pictures.TooSlow
