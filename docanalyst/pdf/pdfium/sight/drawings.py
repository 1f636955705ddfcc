"""Pictures of one page for the check of what is seen, within the time that the check may take."""

from __future__ import annotations

import time
from functools import cached_property

from docanalyst.pdf.pdfium import pictures
from docanalyst.pdf.pdfium.bindings import raw

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from docanalyst.pdf.pdfium.document import OpenPage

SECONDS = 0.4
"""Processor time that checking any page may take: an ordinary one is drawn in a hundredth of it. A page that
took longer to read may take as long again."""

_SCALE, _ROUGH = 2.0, 1.0


class Drawings:
    """A page's pictures, drawn when they are asked for.

    until: processor time at which to give up. gave_up: one of them would have taken too long.
    """

    def __init__(self, page: OpenPage) -> None:
        self.page = page
        self.gave_up = False
        if page.announce is not None:
            page.announce()
        now = time.process_time()
        self.until = now + max(SECONDS, now - page.begun)

    @cached_property
    def whole(self) -> pictures.Picture:
        """The page as displayed. Raises pictures.TooSlow, and ValueError for a page without an area."""
        return pictures.draw(self.page, _SCALE, until=self.until)

    @cached_property
    def rough(self) -> pictures.Picture:
        """The page as displayed, at a scale for surfaces. Raises as `whole` does."""
        if "whole" in self.__dict__:
            return self.whole
        return pictures.draw(self.page, _ROUGH, until=self.until)

    def without(self, handles: Sequence[int]) -> pictures.Picture:
        """The page without some of its objects. Raises as `whole` does."""
        for handle in handles:
            raw.FPDFPageObj_SetIsActive(handle, 0)
        try:
            return pictures.draw(self.page, _SCALE, until=self.until)
        finally:
            for handle in handles:
                raw.FPDFPageObj_SetIsActive(handle, 1)

    def keep_time(self) -> None:
        """Raise pictures.TooSlow where the time is over."""
        if time.process_time() > self.until:
            raise pictures.TooSlow
