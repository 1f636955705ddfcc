"""Words that are struck through or underlined: by a thin line or bar, or by an annotation."""

from __future__ import annotations

import ctypes

from docanalyst.pdf.pdfium.added.annotations import STRIKE_OUT, each_annotation, is_shown
from docanalyst.pdf.pdfium.bindings import raw
from docanalyst.pdf.pdfium.objects import IMAGE, LONG, Item
from docanalyst.pdf.pdfium.sight import crossings, marking
from docanalyst.pdf.pdfium.sight.rows import Rows, along
from docanalyst.pdf.pdfium.strokes import is_seen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from docanalyst.pdf.pdfium.document import OpenPage
    from docanalyst.pdf.pdfium.sight.visibility import Look

Stretches = list[tuple[int, int]]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom as displayed, in tenths of a point."""

_THICK = 0.28
"""Height of a line or bar, as a share of the line of text, from which it is a surface and no line."""

_WAVE = 0.45
"""Height of a wave or zigzag, as a share of the line of text, at most."""

_MIDDLE, _FOOT = (0.22, 0.8), (0.8, 1.15)
"""Where a line may strike words, and where it may underline them, from the top of their line's box."""

_THROUGH = 0.12, 0.92
"""Where a line runs through letters, from their foot, as a share of their height. Underlines run under 0."""

_UNDER = 0.45
"""Share of the height of small letters by which an underline stands under their foot, at most."""

_MOST = 0.8
"""Share of the letters along a line that it must run through, or under."""

_DASH = 40
"""Gap between the dashes of one line, in tenths of a point, at most."""

_OWN = 0.6
"""Share of a line that words must fill; a line of a chart or table runs on beyond them."""

_OWN_PART = 0.9
"""The same where the line begins or ends within a word: so do the lines of a plan that cross its words."""


class Lined:
    """Stretches of the raw text that are struck through, those underlined, those that ink runs over, and the
    signs that strike others by being typed over them."""

    __slots__ = ("inked", "signs", "struck", "underlined")

    def __init__(self) -> None:
        self.inked: Stretches = []
        self.signs: Stretches = []
        self.struck: Stretches = []
        self.underlined: Stretches = []


def find_lined(
    page: OpenPage,
    text: str,
    lines: Sequence[tuple[int, int, bool]],
    boxes: Sequence[int],
    look: Look,
) -> Lined:
    """The struck and the underlined words of a page.

    Args:
        page: The page.
        text: Its raw text.
        lines: Start, end and hyphen of its lines.
        boxes: Left, top, right, bottom of each line as displayed, in tenths of a point, flat.
        look: From `visibility.look_at`.
    """
    lined = Lined()
    rows = Rows(lines, boxes)
    flat = _whole(page, look.rules)
    crossing = _crossing(flat, rows, boxes, _MIDDLE)
    crossing += _crossing(_waves(page, look.outlines), rows, boxes, _MIDDLE, thick=_WAVE)
    for rule, box, line in crossing:
        _judge(page, text, lines[line], rule, box, lined)
    if page.annotation_count:
        lined.struck += _struck_by_annotations(page, text, lines, boxes)
    if look.outlines or page.annotation_count:
        crossed = crossings.find_crossed(page, text, lines, boxes, look.outlines)
        lined.struck += crossed.struck
        lined.inked = crossed.inked
    if lined.struck:
        # Insertions are underlined where deletions are struck; elsewhere underlines are headings.
        for rule, box, line in _crossing(flat, rows, boxes, _FOOT):
            _judge(page, text, lines[line], rule, box, lined)
    typed = _typed_over(page, text, lines, rows) if marking.may_strike(text) else []
    lined.struck = _joined(text, lined.struck + [words for _, words in typed])
    lined.signs = [signs for signs, _ in typed]
    lined.underlined = _joined(text, lined.underlined)
    return lined


def _whole(page: OpenPage, rules: Sequence[Item]) -> list[tuple[Item, Box]]:
    """Rules that run across the page, with their boxes; the dashes of one line as one."""
    found: list[tuple[Item, Box]] = []
    level = []
    for rule in rules:
        box = page.displayed(*rule[2:6])
        if box[2] - box[0] >= max(10 * LONG, 2 * (box[3] - box[1])):
            level.append((box[1], box[0], box, rule))
    for _, _, box, rule in sorted(level, key=_place):
        if found:
            first, (left, top, right, bottom) = found[-1]
            if abs(top - box[1]) < 5 and abs(bottom - box[3]) < 5 and left <= box[0] <= right + _DASH:
                found[-1] = first, (left, top, max(right, box[2]), bottom)
                continue
        found.append((rule, box))
    return found


def _waves(page: OpenPage, outlines: Sequence[Item]) -> list[tuple[Item, Box]]:
    """Paths drawn in lines that are long and low, as waves and zigzags are, with their boxes."""
    if len(outlines) > crossings.MOST:
        return []
    boxes = [(item, page.displayed(*item[2:6])) for item in outlines]
    return [(item, box) for item, box in boxes if box[2] - box[0] >= max(10 * LONG, 4 * (box[3] - box[1]))]


def _place(entry: tuple[int, int, Box, Item]) -> tuple[int, int]:
    return entry[:2]


def _crossing(
    rules: Sequence[tuple[Item, Box]],
    rows: Rows,
    boxes: Sequence[int],
    strip: tuple[float, float],
    *,
    thick: float = _THICK,
) -> list[tuple[Item, Box, int]]:
    """Rules that run through a strip of a line, no thicker than a share of it: the rule, its box, and the
    line."""
    found = []
    for rule, box in rules:
        left, top, right, bottom = box
        middle = (top + bottom) / 2
        for line in rows.between(int(middle) - 60, int(middle) + 1):
            left_2, top_2, right_2, bottom_2 = boxes[4 * line : 4 * line + 4]
            high = bottom_2 - top_2
            if (
                left_2 < right
                and left < right_2
                and strip[0] * high <= middle - top_2 < strip[1] * high
                and bottom - top <= max(9, thick * high)
            ):
                found.append((rule, box, line))
    return found


def _judge(
    page: OpenPage,
    text: str,
    line: tuple[int, int, bool],
    rule: Item,
    box: Box,
    lined: Lined,
) -> None:
    """Note the words of a line that a rule strikes or underlines. box: of the rule, as displayed."""
    # The box of a line is wider than the line, by its thickness.
    thin = (box[3] - box[1]) // 2 if rule.kind != IMAGE else 0
    reach = box[0] + thin, box[2] - thin
    places = along(page, line, reach)
    letters = [place for place in places if text[place].isalnum()]
    if len(letters) < 1:
        return
    flat = page.character_boxes([letters[0], letters[-1]])
    begins = letters[0] > line[0] and text[letters[0] - 1].isalnum()
    ends = letters[-1] + 1 < line[1] and text[letters[-1] + 1].isalnum()
    if begins and ends and not all(text[place].isalnum() for place in places):
        return
    own = _OWN_PART if begins or ends else _OWN
    if min(flat[6], reach[1]) - max(flat[0], reach[0]) < own * (reach[1] - reach[0]):
        return
    through = under = 0
    for place in letters:
        left, bottom, right, top = page.ink_box(place)
        if top <= bottom or right <= left:
            continue
        low, high = page.displayed(left, bottom, right, top)[3], page.displayed(left, bottom, right, top)[1]
        share = (low - (box[1] + box[3]) / 2) / max(1, low - high)
        if text[place] in "gjpqyQ,;":
            share = (share - 0.22) / 0.78
        through += _THROUGH[0] <= share <= _THROUGH[1]
        under += -_UNDER <= share < _THROUGH[0]
    if max(through, under) < _MOST * len(letters) or not is_seen(rule):
        return
    start, end = letters[0], letters[-1] + 1
    while end < line[1] and end <= places[-1] and not text[end].isspace():
        end += 1
    while start > line[0] and start > places[0] and not text[start - 1].isspace():
        start -= 1
    (lined.struck if through >= under else lined.underlined).append((start, end))


def _typed_over(
    page: OpenPage, text: str, lines: Sequence[tuple[int, int, bool]], rows: Rows
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Signs typed over words, as a typewriter strikes them out, and these words."""
    found = []
    for match in marking.STRIKING.finditer(text):
        signs = match.span()
        flat = page.character_boxes([signs[0], signs[1] - 1])
        for number in rows.between(flat[1], flat[3]):
            places = [
                place
                for place in along(page, lines[number], (flat[0] - 5, flat[6] + 5))
                if not signs[0] <= place < signs[1] and not text[place].isspace()
            ]
            if not any(text[place].isalnum() for place in places):
                continue
            box = page.character_boxes([places[0], places[-1]])
            shared = min(box[3], flat[3]) - max(box[1], flat[1])
            apart = places[-1] - places[0] >= 2 * len(places)
            if 2 * shared > flat[3] - flat[1] and not apart and box[6] - box[0] >= _OWN * (flat[6] - flat[0]):
                found.append((signs, (places[0], places[-1] + 1)))
                break
    return found


def _struck_by_annotations(
    page: OpenPage, text: str, lines: Sequence[tuple[int, int, bool]], boxes: Sequence[int]
) -> Stretches:
    """Stretches under annotations that strike text out."""
    found: Stretches = []
    points = (ctypes.c_float * 8)()
    for handle, kind in each_annotation(page):
        if kind != STRIKE_OUT or not is_shown(handle):
            continue
        for number in range(raw.FPDFAnnot_CountAttachmentPoints(handle)):
            if not raw.FPDFAnnot_GetAttachmentPoints(handle, number, ctypes.addressof(points)):
                continue
            xs, ys = points[0::2], points[1::2]
            left, top, right, bottom = page.displayed(min(xs), min(ys), max(xs), max(ys))
            for line, span in enumerate(lines):
                left_2, top_2, right_2, bottom_2 = boxes[4 * line : 4 * line + 4]
                middle = (top_2 + bottom_2) / 2
                if top <= middle <= bottom and left_2 < right and left < right_2:
                    places = along(page, span, (left, right))
                    places = [place for place in places if not text[place].isspace()]
                    if places:
                        found.append((places[0], places[-1] + 1))
    return found


def _joined(text: str, stretches: Stretches) -> Stretches:
    """Stretches in order, those with nothing but blanks between them as one."""
    joined: Stretches = []
    for start, end in sorted(stretches):
        if joined and not text[joined[-1][1] : start].strip(" \t\u00a0"):
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
