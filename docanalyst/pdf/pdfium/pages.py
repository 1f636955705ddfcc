"""One page as the parsing process sends it: its lines, what is hidden on it, and what kind of page it is."""

from __future__ import annotations

import re

from docanalyst.pdf import limits
from docanalyst.pdf.kinds import GIBBERISH, LAYER, THIN_LAYER
from docanalyst.pdf.layout import lines as layout
from docanalyst.pdf.layout.joins import LINE
from docanalyst.pdf.layout.line_numbers import find_line_numbers, numbers_of_lines
from docanalyst.pdf.pdfium.bindings import raw as bindings
from docanalyst.pdf.pdfium.sight.repeats import find_repeats
from docanalyst.pdf.pdfium.sight.view import View
from docanalyst.pdf.pdfium.sight.visibility import look_at
from docanalyst.pdf.writing import directions
from docanalyst.pdf.writing.plausibility import is_gibberish
from docanalyst.pdf.writing.superscripts import with_raised
from docanalyst.pdf.writing.ticks import join_ticks, tick_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from docanalyst.pdf.pdfium.document import File, OpenPage
    from docanalyst.pdf.pdfium.sight import visibility

Lines = list[tuple[int, int, bool]]

TEXT_PAGE_CHARACTERS = 16
"""A page with fewer letters and digits than this has no text layer worth the name."""
STAMP_CHARACTERS = 400
"""A picture of a page with fewer than this is a scan that carries a stamp or a header."""
SCAN_SHARE = 0.5
"""Share of the page from which a picture is a scan of it."""
GARBLED_SHARE = 0.2

_GARBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uefff\uf100-\uf8e4\uf8ff\ufffd]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\uffff]")
UNKNOWN = "\ufffd"
_VERTICAL = re.compile("[\u3040-\u9fff\uac00-\ud7af]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")
_LAM, _ALEFS = "\u0644", "\u0622\u0623\u0625\u0627\u0671"
_MARKS = frozenset(map(chr, (*range(0x064B, 0x0660), 0x0670, 0x0674, *range(0x06D6, 0x06DD))))
"""Arabic marks that stand with the letter before them."""


def read_page(
    file: File,
    number: int,
    include_hidden: bool = False,
    *,
    look: bool = True,
    announce: Callable[[], None] | None = None,
) -> dict[str, Any]:
    """The message about a page, 1-based.

    Args:
        file: The open file.
        number: The page, from 1.
        include_hidden: Take in text that nobody sees.
        look: Look for text that nobody sees.
        announce: Called when the page is about to be drawn for that look.

    Raises:
        CannotOpen: The page is damaged.
    """
    with file.page(number - 1) as page:
        page.announce = announce
        if page.character_count > limits.MAX_PAGE_CHARACTERS:
            return {"number": number, "over": page.character_count}
        answer, _ = read_open_page(page, include_hidden, look=look)
        if "over" in answer:
            return {"number": number, "over": answer["over"]}
        answer["number"] = number
        answer["label"] = file.label(number - 1)
        return answer


def read_plain_page(file: File, number: int) -> dict[str, Any]:
    """The message about a page, 1-based, whose layout cannot be told: its lines as the file has them."""
    with file.page(number - 1) as page:
        raw = page.text()
        if len(raw) > limits.MAX_PAGE_CHARACTERS:
            return {"number": number, "over": len(raw)}
        raw, garbled = without_garble(raw)
        lines = layout.split_lines(raw)
        return {
            "number": number,
            "label": file.label(number - 1),
            "lines": "\n".join(layout.plain(raw[start:end]) + "-" * hyphen for start, end, hyphen in lines),
            "boxes": page.line_boxes(lines),
            "joins": LINE * len(lines),
            "size": [round(edge, 1) for edge in page.size],
            "garbled": garbled,
            "unlaid": True,
        }


def read_open_page(
    page: OpenPage, include_hidden: bool, *, look: bool = True
) -> tuple[dict[str, Any], layout.Layout]:
    """The message about an open page, without its number, and its layout with places in the raw text."""
    answer: dict[str, Any] = {}
    raw = page.text()
    seen_by = look_at(page) if raw and look else None
    remarks: list[tuple[str, str]] = []
    if seen_by is not None and seen_by.substituted:
        from docanalyst.pdf.pdfium.sight import substitutes

        remarks = substitutes.settle(page)
        raw = page.text()
    raw = repair_right_to_left(page, raw) if raw else ""
    lines, boxes = _lines(page, raw)
    margin: list[tuple[int, int]] = []
    view: View | None = None
    if lines:
        seen = raw
        if seen_by is not None:
            if seen_by.doubted and _is_layer(page, lines, seen_by.doubted):
                answer["kind"] = LAYER if sum(map(str.isalnum, raw)) >= STAMP_CHARACTERS else THIN_LAYER
            view = View(page, seen_by, raw, lines, boxes)
            view.leave_out_hidden(include_hidden, answer)
            seen = view.text
        if repeated := find_repeats(seen, lines, boxes, page.character_boxes):
            seen = _blanked(seen, repeated)
        seen, garbled = without_garble(seen)
        if garbled:
            answer["garbled"] = garbled
        seen = with_unknown(page, seen)
        numbers = find_line_numbers(seen, lines, boxes, page.character_boxes)
        if numbers:
            margin = _margin(page, raw, numbers)
            seen = _blanked(seen, numbers)
        if seen != raw:
            raw = seen
            lines, boxes = _lines(page, raw)
    laid_out, size = _lay_out(page, raw, lines, boxes)
    if view is not None:
        view.put_marks(laid_out, raw)
    if len(raw) < 4 * STAMP_CHARACTERS and "kind" not in answer:
        _tell_kind(page, raw, answer)
    if page.annotation_count:
        from docanalyst.pdf.pdfium.added import fields

        fields.add_fields(page, laid_out, answer)
    if "kind" not in answer and is_gibberish("\n".join(laid_out.texts)):
        answer["kind"] = GIBBERISH
    if margin:
        answer["margin"] = [margin[0][0], margin[-1][0]]
        answer["numbered"] = numbers_of_lines(margin, laid_out.boxes)
    answer.update(
        lines="\n".join(laid_out.texts), boxes=laid_out.boxes, joins="".join(laid_out.joins), size=size
    )
    if added := [number for number, (start, _) in enumerate(laid_out.spans) if start < 0]:
        answer["added"] = added
    if laid_out.reordered:
        answer["reordered"] = True
    if remarks or (view is not None and view.remarks):
        answer["remarks"] = [*remarks, *(view.remarks if view else ()), *answer.get("remarks", ())]
    return answer, laid_out


def _blanked(text: str, stretches: Sequence[tuple[int, int]]) -> str:
    """The text with blanks for stretches of it; every other character keeps its place."""
    pieces, at = list[str](), 0
    for start, end in sorted(stretches):
        pieces += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


def _lines(page: OpenPage, raw: str) -> tuple[Lines, list[int]]:
    """The lines of a page's text and their boxes; rows that pdfium ran together, as it does with short ones
    far
    apart, are lines of their own."""
    lines = layout.split_lines(raw)
    boxes = page.line_boxes(lines)
    if directions.has_tall_line(lines, boxes):
        lines = [
            line
            for items in directions.parted(lines, boxes, page.quarter, page.character_boxes).values()
            for item in items
            if (line := directions.stripped(raw, item))
        ]
        lines.sort()
        boxes = page.line_boxes(lines)
    return lines, boxes


def _margin(page: OpenPage, raw: str, numbers: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Value and height of the middle of each line number."""
    flat = page.character_boxes([start for start, _ in numbers])
    return [
        (int(raw[start:end]), (flat[4 * place + 1] + flat[4 * place + 3]) // 2)
        for place, (start, end) in enumerate(numbers)
    ]


def _is_layer(page: OpenPage, lines: Lines, doubted: Mapping[int, visibility.Suspect]) -> bool:
    """Whether the text of a page is the invisible layer that OCR laid over a scan."""
    from docanalyst.pdf.pdfium import pictures
    from docanalyst.pdf.pdfium.sight import visibility

    owner, text = bindings.FPDFText_GetTextObject, page.text_handle
    looked = layers = 0
    for start, end, _ in lines[:: max(1, len(lines) // 12)]:
        suspect = doubted.get(owner(text, page.index((start + end) // 2)))
        looked += 1
        layers += suspect is not None and suspect[1] == visibility.IN_PICTURE
    return 10 * layers > 7 * looked and pictures.image_share(page) >= SCAN_SHARE


def _lay_out(page: OpenPage, raw: str, lines: Lines, boxes: list[int]) -> tuple[layout.Layout, list[float]]:
    width, height = page.size
    if not lines:
        return layout.Layout(), [round(width, 1), round(height, 1)]
    if _mostly_tall(lines, boxes) and _VERTICAL.search(raw):
        laid_out = layout.lay_out(raw, lines, boxes, page.character_boxes, vertical=True)
        return laid_out, [round(width, 1), round(height, 1)]
    if not directions.may_turn(lines, boxes, page.quarter):
        return _turned(page, raw, lines, boxes, 0), [round(width, 1), round(height, 1)]
    by_turn = {
        turn: [line for item in items if (line := directions.stripped(raw, item))]
        for turn, items in directions.parted(lines, boxes, page.quarter, page.character_boxes).items()
    }
    by_turn = {turn: items for turn, items in by_turn.items() if items}
    if len(by_turn) == 1:
        turn = next(iter(by_turn))
        laid_out = _turned(page, raw, by_turn[turn], page.line_boxes(by_turn[turn]), turn)
        width, height = (height, width) if turn % 2 else (width, height)
        return laid_out, [round(width, 1), round(height, 1)]
    layouts = {}
    for turn, items in by_turn.items():
        layouts[turn] = laid_out = _turned(page, raw, items, page.line_boxes(items), turn)
        if turn:
            turned_size = (height, width) if turn % 2 else (width, height)
            laid_out.boxes = upright(laid_out.boxes, 4 - turn, turned_size)
    return directions.combined(layouts), [round(width, 1), round(height, 1)]


def _turned(page: OpenPage, raw: str, lines: Lines, boxes: list[int], turn: int) -> layout.Layout:
    """The layout of lines that run in a quarter, clockwise; its boxes are upright."""
    if turn:
        boxes = upright(boxes, turn, page.size)

    def edges(places: Sequence[int]) -> list[int]:
        flat = page.character_boxes(places)
        return upright(flat, turn, page.size) if turn else flat

    order = None if raw.isascii() else tick_order(raw, lines, boxes)
    if order is not None:
        lines = [lines[number] for number in order]
        boxes = [edge for number in order for edge in boxes[4 * number : 4 * number + 4]]
    laid_out = layout.lay_out(with_raised(raw, lines, boxes, edges), lines, boxes, edges)
    if not raw.isascii():
        join_ticks(laid_out.texts, laid_out.joins)
    return laid_out


def _mostly_tall(lines: Lines, boxes: Sequence[int]) -> bool:
    """Whether most of the text runs up, down or in columns."""
    tall = total = 0
    for number, (start, end, _) in enumerate(lines):
        left, top, right, bottom = boxes[4 * number : 4 * number + 4]
        total += end - start
        if end - start > 3 and bottom - top > 2 * (right - left):
            tall += end - start
    return 2 * tall > total


def upright(boxes: Sequence[int], turn: int, size: tuple[float, float]) -> list[int]:
    """Boxes turned so that text in a direction of `turn` quarters, clockwise, runs to the right."""
    width, height = int(10 * size[0]), int(10 * size[1])
    turned: list[int] = []
    for place in range(0, len(boxes), 4):
        left, top, right, bottom = boxes[place : place + 4]
        if turn == 1:
            turned += (top, width - right, bottom, width - left)
        elif turn == 3:
            turned += (height - bottom, left, height - top, right)
        else:
            turned += (width - right, height - bottom, width - left, height - top)
    return turned


def repair_right_to_left(page: OpenPage, raw: str) -> str:
    """Letters of one glyph in reading order: where pdfium turns a right-to-left line around, it may turn
    the letters of a ligature around too.

    Lam and alef make one glyph in this order only, and a mark follows its letter; any other pair is as the
    lam-alefs of the page are.
    """
    if raw.isascii() or not _RIGHT_TO_LEFT.search(raw):
        return raw
    letters = list(raw)
    doubtful: list[int] = []
    in_order = False
    place = 0
    while place + 1 < len(letters):
        first, second = letters[place : place + 2]
        if "\u0590" <= first <= "\u08ff" and "\u0590" <= second <= "\u08ff":
            box = page.character_box(place)
            if box[0] < box[2] and box == page.character_box(place + 1):
                if first == _LAM and second in _ALEFS:
                    in_order = True
                elif second not in _MARKS:
                    doubtful.append(place)
                place += 1
        place += 1
    for place in doubtful:
        first, second = letters[place : place + 2]
        if not in_order or first in _MARKS or (first in _ALEFS and second == _LAM):
            letters[place : place + 2] = second, first
    return _in_reading_order(page, "".join(letters))


def _in_reading_order(page: OpenPage, raw: str) -> str:
    """The text with each right-to-left line as it is read."""
    from docanalyst.pdf.writing import bidirectional

    pieces, at = [], 0
    for start, end, _ in layout.split_lines(raw):
        line = raw[start:end]
        if _RIGHT_TO_LEFT.search(line) and bidirectional.runs_right_to_left(line):
            order = bidirectional.read_from_right(line, page.character_boxes(range(start, end)))
            page.reorder(start, order)
            line = bidirectional.with_brackets_turned("".join(line[place] for place in order))
        pieces += [raw[at:start], line]
        at = end
    return "".join([*pieces, raw[at:]])


def without_garble(raw: str) -> tuple[str, int]:
    """The text without lines that a font without a proper table turned into control characters.

    Returns the text, blanked where it is garbled, and the number of characters blanked; all of them when a
    fifth of the page is garbled.
    """
    if not _GARBLE.search(raw):
        return raw, 0
    garbled = len(_GARBLE.findall(raw))
    inked = len(raw) - raw.count(" ") - raw.count("\r") - raw.count("\n")
    if garbled > 8 and garbled > GARBLED_SHARE * inked:
        return " " * len(raw), inked
    blanked = 0
    pieces: list[str] = []
    for line in re.split("(\r\n|\ufffe)", raw):
        bad = len(_GARBLE.findall(line))
        if bad > 3 and bad > 0.3 * len(line):
            blanked += bad
            line = " " * len(line)
        pieces.append(line)
    return "".join(pieces), blanked


def with_unknown(page: OpenPage, raw: str) -> str:
    """The text with U+FFFD for characters that a font turned into control characters; blanks stay blanks."""
    if not _CONTROL.search(raw):
        return raw
    letters = list(raw)
    for match in _CONTROL.finditer(raw):
        letters[match.start()] = UNKNOWN if page.has_ink(match.start()) else " "
    return "".join(letters)


def _tell_kind(page: OpenPage, raw: str, answer: dict[str, Any]) -> None:
    """Say whether a page with little text is blank, or a picture that has to be recognised."""
    inked = sum(map(str.isalnum, raw))
    if inked >= STAMP_CHARACTERS:
        return
    from docanalyst.pdf.pdfium import pictures

    if inked >= TEXT_PAGE_CHARACTERS:
        if pictures.image_share(page) >= SCAN_SHARE:
            answer["kind"] = "stamped"
        return
    if inked and pictures.image_share(page) >= SCAN_SHARE:
        # A word on a scan; drawing the scan would take longer than reading all else.
        answer["kind"] = "picture"
        return
    ink = pictures.ink_beside_text(page)
    if not inked and ink < pictures.BLANK_INK:
        answer["kind"] = "blank"
    elif ink >= pictures.PICTURE_INK or pictures.image_share(page) >= SCAN_SHARE:
        # A single word on a scan has less ink than a rule across a page of text.
        answer["kind"] = "picture"
