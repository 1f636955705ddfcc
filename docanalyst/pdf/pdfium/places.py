"""Where the characters of a page's text stand: the way back from text to lines, and from lines to boxes.

Nothing of this is kept with a reading: a page is laid out again in a few milliseconds, and the decisions that
were kept say which lines and hyphens became text. The boxes are asked for in the parsing process.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from docanalyst.pdf.layout.alignment import aligned
from docanalyst.pdf.layout.assembly import Decisions, pieces
from docanalyst.pdf.layout.lines import insert_shown
from docanalyst.pdf.rawpages import RawPage

if TYPE_CHECKING:
    from docanalyst.pdf.pdfium.document import OpenPage

Edges = tuple[float, float, float, float]
"""Left, bottom, right, top in points of the page's own space."""


def character_edges(page: OpenPage, request: dict[str, Any]) -> list[list[Edges]]:
    """The boxes of the characters of a stretch of a page's text, line by line, in reading order.

    request: text, start, end, include_hidden, the lines read from pictures, and the decisions made when the
    page was read.
    """
    from docanalyst.pdf.pdfium import pages

    _, lines = pages.read_open_page(page, request["include_hidden"])
    insert_shown(lines, request["shown"])
    raw = pages.with_unknown(page, pages.repair_right_to_left(page, page.text()))
    raw_page = RawPage(0, "\n".join(lines.texts), joins="".join(lines.joins))
    decisions = Decisions(tuple(request["dropped"]), request["hyphens"])
    found: list[list[Edges]] = []
    for line, places in touched(
        raw_page, decisions, request["text"], request["start"], request["end"]
    ).items():
        start, end = lines.spans[line]
        if start < 0:
            found.append([in_page_space(lines.boxes[4 * line : 4 * line + 4], 0, frame(page))])
            continue
        origins = aligned(raw[start:end], lines.texts[line])
        boxes = [page.character_box(start + origins[place]) for place in places if origins[place] >= 0]
        found.append([box for box in boxes if box[2] > box[0] and box[3] > box[1]])
    return found


def frame(page: OpenPage) -> list[float]:
    """A page's visible box (left, bottom, right, top) and the quarters it is turned for display."""
    return [page.left, page.bottom, page.right, page.top, page.rotation]


def touched(page: RawPage, decisions: Decisions, text: str, start: int, end: int) -> dict[int, list[int]]:
    """The lines that a stretch of the final text is made of, and the places in each of them."""
    assembled: list[str] = []
    origins: list[tuple[int, int]] = []
    for piece, line, first in pieces(page, decisions):
        assembled.append(piece)
        origins += [(line, first + place) for place in range(len(piece))]
    kept = aligned("".join(assembled), text)
    lines: dict[int, list[int]] = {}
    for offset in range(start, end):
        if kept[offset] >= 0 and origins[kept[offset]][0] >= 0:
            line, place = origins[kept[offset]]
            lines.setdefault(line, []).append(place)
    return lines


def in_page_space(box: Sequence[int], turn: int, visible: Sequence[float]) -> Edges:
    """A box from the top left in tenths of a point, in the page's own space.

    turn: quarters that the displayed page was turned clockwise to be upright. visible: the page's `frame`.
    """
    left_edge, bottom_edge, right_edge, top_edge, rotation = visible
    wide, high = right_edge - left_edge, top_edge - bottom_edge
    left, top, right, bottom = (edge / 10 for edge in box)
    quarters = (int(rotation) + turn) % 4
    if quarters == 1:
        edges = top, left, bottom, right
    elif quarters == 2:
        edges = wide - right, top, wide - left, bottom
    elif quarters == 3:
        edges = wide - bottom, high - right, wide - top, high - left
    else:
        edges = left, high - bottom, right, high - top
    return edges[0] + left_edge, edges[1] + bottom_edge, edges[2] + left_edge, edges[3] + bottom_edge
