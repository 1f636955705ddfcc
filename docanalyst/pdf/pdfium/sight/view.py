"""What a reader of a page sees of its text: what is hidden, blacked out, struck through or underlined."""

from __future__ import annotations

from bisect import bisect_right

from docanalyst.pdf.pdfium.sight import hidden as unseen
from docanalyst.pdf.pdfium.sight import marking
from docanalyst.pdf.pdfium.sight.visibility import COVERED, OFF_PAGE
from docanalyst.pdf.writing import directions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from docanalyst.pdf.layout.lines import Layout
    from docanalyst.pdf.pdfium.document import OpenPage
    from docanalyst.pdf.pdfium.sight.drawings import Drawings
    from docanalyst.pdf.pdfium.sight.hidden import Ranges
    from docanalyst.pdf.pdfium.sight.options import Options
    from docanalyst.pdf.pdfium.sight.redactions import Bars
    from docanalyst.pdf.pdfium.sight.strikes import Lined
    from docanalyst.pdf.pdfium.sight.visibility import Look

    Lines = Sequence[tuple[int, int, bool]]

_PITCH = 1.7
"""Distance between the feet of lines of one paragraph, in heights of a line, at most."""
_WORD_GAP = 2
"""Distance from the words of a line, in heights of a line, from which a reader misses nothing there."""
_DARK = 150


class View:
    """A page's text as it is seen. text: every character in its place, blanks or marks for what is hidden."""

    def __init__(self, page: OpenPage, look: Look, text: str, lines: Lines, boxes: list[int]) -> None:
        self.text = text
        self._page, self._look = page, look
        self._lines, self._boxes = lines, boxes
        self._drawings: Drawings | None = None
        self._lined: Lined | None = None
        self._bars: Bars | None = None
        self._options: Options | None = None
        self._sideways: list[View] = []
        self.remarks: list[tuple[str, str]] = []

    def leave_out_hidden(self, include_hidden: bool, answer: dict[str, Any]) -> None:
        """Blank or mark what no reader sees, and tell of it in the answer.

        What runs sideways or upside down is looked at with the page turned to read it.
        """
        page, look, lines, boxes = self._page, self._look, self._lines, self._boxes
        marked = look.bars or look.squares or look.rules or look.outlines or page.annotation_count
        if (marked or look.doubted) and directions.may_turn(lines, boxes, page.quarter):
            by_quarter = directions.parted(lines, boxes, page.quarter, page.character_boxes)
            self._lines = by_quarter.pop(0, [])
            self._boxes = page.line_boxes(self._lines)
            for quarter, items in sorted(by_quarter.items()):
                self._look_sideways(quarter, items, include_hidden, answer)
        if self._lines:
            self._look_closely(include_hidden, answer)
        if look.images and "kind" not in answer:
            self._find_pictured(lines, boxes, answer)
        if any(view._drawings and view._drawings.gave_up for view in (self, *self._sideways)):
            self.remarks.append(("unchecked", ""))

    def _look_sideways(
        self, quarter: int, items: Lines, include_hidden: bool, answer: dict[str, Any]
    ) -> None:
        """Look closely at lines that run in another quarter."""
        page = self._page
        lines = [line for item in items if (line := directions.stripped(self.text, item))]
        if not lines:
            return
        with page.turned(-quarter):
            view = View(page, self._look, self.text, lines, page.line_boxes(lines))
            view._look_closely(include_hidden, answer)
        if view._bars is not None and self._lines:
            # The place of a line that is a box alone cannot be told among lines of several directions.
            view._bars.doubtful += len(view._bars.rows)
            view._bars.rows = []
        self.text = view.text
        self._sideways.append(view)
        self.remarks += view.remarks

    def _look_closely(self, include_hidden: bool, answer: dict[str, Any]) -> None:
        """Find what is hidden of the lines, boxes over words, boxes to tick, and lines through words."""
        page, look, boxes = self._page, self._look, self._boxes
        width, height = (10 * edge for edge in page.size)
        blank = unseen.may_be_blank(page, self.text, self._lines)
        if blank or look.doubted or min(boxes) < 0 or max(boxes[2::4]) > width or max(boxes[3::4]) > height:
            self._leave_out(blank, include_hidden, answer)
        if look.bars:
            self._find_bars()
        if look.squares:
            self._find_options()
        if look.rules or look.outlines or page.annotation_count or marking.may_strike(self.text):
            from docanalyst.pdf.pdfium.sight import strikes

            lined = strikes.find_lined(page, self.text, self._lines, boxes, look)
            self._lined = lined if lined.struck or lined.underlined or lined.inked else None
            for start, end in lined.signs:
                self.text = marking.filled(self.text, start, end, " ")

    def _leave_out(
        self, blank: Sequence[tuple[int, int]], include_hidden: bool, answer: dict[str, Any]
    ) -> None:
        raw, lines, boxes = self.text, self._lines, self._boxes
        hidden = unseen.hidden_ranges(self._drawn(), raw, lines, boxes, self._look.doubted)
        blank = [
            word for word in blank if not any(start < word[1] and word[0] < end for start, end, _ in hidden)
        ]
        if blank:
            hidden += unseen.blank_ranges(self._drawn(), blank)
        hidden.sort()
        if any(reason != OFF_PAGE for _, _, reason in hidden):
            from docanalyst.pdf.pdfium.sight.repeats import seen_in_place

            again = seen_in_place(raw, hidden, lines, boxes)
            hidden = [(*item[:2], unseen.TWICE if item[:2] in again else item[2]) for item in hidden]
        if told := unseen.told(raw, hidden):
            answer["hidden"] = [*answer.get("hidden", ()), *told]
        if include_hidden:
            hidden = [item for item in hidden if item[2] == unseen.TWICE]
        if hidden:
            self._blank(hidden, (unseen.TWICE, unseen.REPLACED))

    def _drawn(self) -> Drawings:
        if self._drawings is None:
            from docanalyst.pdf.pdfium.sight.drawings import Drawings

            self._drawings = Drawings(self._page)
        return self._drawings

    def _find_pictured(self, lines: Lines, boxes: Sequence[int], answer: dict[str, Any]) -> None:
        from docanalyst.pdf.pdfium import pictures
        from docanalyst.pdf.pdfium.sight import pictured

        drawings = self._drawn()
        try:
            found = pictured.find_pictured(drawings, self.text, lines, boxes, self._look.images)
        except (pictures.TooSlow, ValueError):
            drawings.gave_up = True
            return
        if found.prose:
            answer["pictures"] = [list(box) for box in found.prose]
        if found.worded:
            self.remarks.append(("picture", ""))

    def _find_bars(self) -> None:
        from docanalyst.pdf.pdfium import pictures
        from docanalyst.pdf.pdfium.sight import redactions

        drawings = self._drawn()
        try:
            bars = redactions.find_bars(
                drawings,
                self.text,
                self._lines,
                self._boxes,
                [self._page.displayed(*bar[2:6]) for bar in self._look.bars],
            )
        except (pictures.TooSlow, ValueError):
            drawings.gave_up = True
            return
        for start, end in bars.inside:
            self.text = marking.filled(self.text, start, end, marking.BARRED)
        self._bars = bars
        if bars.doubtful:
            self.remarks.append(("bars", str(bars.doubtful)))

    def _find_options(self) -> None:
        from docanalyst.pdf.pdfium import pictures
        from docanalyst.pdf.pdfium.sight import options

        drawings = self._drawn()
        try:
            found = options.find_options(drawings, self.text, self._lines, self._boxes, self._look.squares)
        except (pictures.TooSlow, ValueError):
            drawings.gave_up = True
            return
        for place in found.written:
            self.text = f"{self.text[:place]} {self.text[place + 1 :]}"
        for start, end, mark in found.inside:
            filler = marking.TICKED if mark == options.TICKED else marking.EMPTY
            self.text = marking.filled(self.text, start, end, filler)
        self._options = found

    def _blank(self, hidden: Ranges, unmissed: Sequence[str]) -> None:
        """Put blanks for what is hidden, and marks where it stands among words that are seen.

        unmissed: reasons that leave no mark, since other words are seen in its place.
        """
        raw = self.text
        pieces, at = [], 0
        for start, end, _ in hidden:
            pieces += [raw[at:start], " " * (end - max(start, at))]
            at = max(at, end)
        self.text = seen = "".join([*pieces, raw[at:]])
        within: dict[int, Ranges] = {}
        starts = [start for start, _, _ in self._lines]
        for item in hidden:
            line = max(0, bisect_right(starts, item[0]) - 1)
            while item[2] not in unmissed and line < len(starts) and starts[line] < item[1]:
                if self._lines[line][1] > item[0]:
                    within.setdefault(line, []).append(item)
                line += 1
        for line, inside in sorted(within.items()):
            first, last, _ = self._lines[line]
            whole = not any(map(str.isalnum, seen[first:last]))
            if whole and not self._is_mid_text(line, seen, inside):
                continue
            for start, end, mark in _stretches(raw, seen, inside, first, last):
                if whole or self._is_beside_words(seen, (start, end), (first, last)):
                    self.text = marking.filled(self.text, start, end, mark)

    def _is_beside_words(self, seen: str, stretch: tuple[int, int], line: tuple[int, int]) -> bool:
        """Whether a hidden stretch of a line stands near what is seen of the line, as a word does."""
        start, end = stretch
        places = [start, end - 1]
        before = len(seen[line[0] : start].rstrip()) + line[0] - 1
        after = line[1] - len(seen[end : line[1]].lstrip())
        if before >= line[0]:
            places.append(before)
        if after < line[1]:
            places.append(after)
        flat = self._page.character_boxes(places)
        left, right, high = flat[0], flat[6], flat[3] - flat[1]
        if (before < line[0] or after >= line[1]) and _box_is_off(flat[0:4], flat[4:8], self._page.size):
            return False
        gaps = []
        if before >= line[0]:
            gaps.append(left - flat[10])
        if after < line[1]:
            gaps.append(flat[-4] - right)
        return min(gaps, default=0) < _WORD_GAP * high

    def _is_mid_text(self, line: int, seen: str, inside: Ranges) -> bool:
        """Whether a line that is hidden whole is missed by a reader: a visible box, or within a paragraph."""
        if all(reason == OFF_PAGE for _, _, reason in inside):
            return False
        boxes = self._boxes
        left, top, right, bottom = boxes[4 * line : 4 * line + 4]
        if any(reason == COVERED for _, _, reason in inside) and self._is_dark((left, top, right, bottom)):
            return True
        high = bottom - top
        above = below = False
        for number, (first, last, _) in enumerate(self._lines):
            left_2, top_2, right_2, bottom_2 = boxes[4 * number : 4 * number + 4]
            if number == line or not any(map(str.isalnum, seen[first:last])):
                continue
            shared = min(bottom, bottom_2) - max(top, top_2)
            if 2 * shared > min(high, bottom_2 - top_2):
                if max(left_2 - right, left - right_2) < 2 * high:
                    return True
            elif left_2 < right and left < right_2 and abs(bottom_2 - bottom) <= _PITCH * high:
                above, below = above or bottom_2 < bottom, below or bottom_2 > bottom
        return above and below

    def _is_dark(self, box: tuple[int, int, int, int]) -> bool:
        from docanalyst.pdf.pdfium.pictures import TooSlow, in_picture, shades

        drawings = self._drawn()
        drawings.keep_to([box])
        try:
            picture = drawings.whole
        except (TooSlow, ValueError):
            return True
        return shades(picture, in_picture(picture, box))[2] < _DARK

    def put_marks(self, lines: Layout, raw: str) -> None:
        """Put the marks into the lines. raw: the text that they are made of."""
        redacted = marking.settle(lines)
        views = [self, *self._sideways]
        for view in views:
            if view._options is not None:
                marking.put_beside(lines, view._options.before, view._options.after)
            if view._bars is not None:
                redacted += view._bars.put(lines)
        if redacted:
            self.remarks.append(("redacted", str(redacted)))
        found = [view._lined for view in views if view._lined is not None]
        for start, end in [inked for lined in found for inked in lined.inked]:
            self.remarks.append(("inked", " ".join(raw[start:end].split())))
        struck = [stretch for lined in found for stretch in lined.struck]
        if struck:
            self.remarks += [("struck", words) for words in marking.strike(lines, raw, struck)]
            for start, end in [stretch for lined in found for stretch in lined.underlined]:
                self.remarks.append(("inserted", " ".join(raw[start:end].split())))


def _box_is_off(first: Sequence[int], last: Sequence[int], size: tuple[float, float]) -> bool:
    """Whether a stretch from one character to another stands off the page."""
    return first[0] >= 10 * size[0] or last[2] <= 0 or first[1] >= 10 * size[1] or last[3] <= 0


def _stretches(raw: str, seen: str, inside: Ranges, first: int, last: int) -> list[tuple[int, int, str]]:
    """What is hidden of a line, words with nothing seen between them as one: start, end and mark."""
    found: list[tuple[int, int, str]] = []
    for start, end, reason in inside:
        start, end = max(start, first), min(end, last)
        mark = marking.REDACTED if reason == COVERED else marking.HIDDEN
        if found and not seen[found[-1][1] : start].strip():
            found[-1] = found[-1][0], end, mark if mark == marking.REDACTED else found[-1][2]
        else:
            found.append((start, end, mark))
    return found
