"""Boxes to tick that are drawn as paths: whether each is ticked, and the words that it stands beside."""

from __future__ import annotations

from docanalyst.pdf.pdfium.added.annotations import WIDGET, each_annotation, rectangle
from docanalyst.pdf.pdfium.pictures import in_picture
from docanalyst.pdf.pdfium.sight.rows import Rows
from docanalyst.pdf.pdfium.strokes import is_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from docanalyst.pdf.pdfium.objects import Item
    from docanalyst.pdf.pdfium.pictures import Picture
    from docanalyst.pdf.pdfium.sight.drawings import Drawings

    Box = tuple[int, int, int, int]

TICKED, EMPTY = "☑", "☐"

_MOST = 150
"""A page with more squares is a drawing."""
_BESIDE, _BEHIND = 2.5, 1.2
"""Distance from a box to the words on its right, and to those on its left, in heights of the box, at most."""
_TOUCHING = 20
"""Tenths of a point between boxes of one comb, into which letters are written one by one."""
_INSET, _RIM = 0.24, 0.14
"""Shares of a box that its frame and the room beside it take, and that its frame takes alone."""
_TICK, _SOLID = 0.06, 0.85
"""Share of the inside of a box that ink fills where it is ticked, and where the box is a bullet."""
_CONTRAST = 50
_OWN = 0.5
"""Share of the squares of a page that stand beside words, at least: others are points of a plot."""
_CROSSES = frozenset("xX×✓✔✗✘✕✖")


class Options:
    """Boxes to tick beside words.

    inside: blanks of the raw text in which a box stands. before, after: places of the raw text beside one.
    Each comes with its tick or empty box. written: places of letters that tick a box.
    """

    __slots__ = ("after", "before", "inside", "written")

    def __init__(self) -> None:
        self.inside: list[tuple[int, int, str]] = []
        self.before: list[tuple[int, str]] = []
        self.after: list[tuple[int, str]] = []
        self.written: list[int] = []


def find_options(
    drawings: Drawings,
    text: str,
    lines: Sequence[tuple[int, int, bool]],
    boxes: Sequence[int],
    squares: Sequence[Item],
) -> Options:
    """The boxes to tick of a page, with nothing but a tick in them.

    Args:
        drawings: Pictures of the page.
        text: Its raw text.
        lines: Start, end and hyphen of its lines.
        boxes: Left, top, right, bottom of each line as displayed, in tenths of a point, flat.
        squares: Paths as wide as high, from `visibility.look_at`.
    """
    found = Options()
    if len(squares) > _MOST:
        return found
    page = drawings.page
    fields = [
        page.displayed(place.left, place.bottom, place.right, place.top)
        for handle, kind in (each_annotation(page) if page.annotation_count else ())
        if kind == WIDGET
        for place in (rectangle(handle),)
    ]
    frames: list[Box] = []
    for box in sorted((page.displayed(*item[2:6]) for item in squares if is_frame(item)), key=_from_large):
        # A form field in its frame is read as a field.
        if not any(_is_in(box, other) for other in frames) and not any(
            _is_in(box, field) for field in fields
        ):
            frames.append(box)
    frames = [box for box in frames if not any(_touch(box, other) for other in frames if other is not box)]
    rows = Rows(lines, boxes)
    placed = [
        (box, place)
        for box in frames
        if (place := _place(drawings, text, lines, boxes, rows, box)) is not None
    ]
    if not placed or len(placed) < _OWN * len(frames):
        return found
    drawings.keep_to([box for box, _ in placed])
    states = {box: _state(drawings.whole, box) for box, _ in placed}
    if all(state is None or state == _FULL for state in states.values()):
        return found
    for box, (kind, start, end, written) in placed:
        state = states[box]
        if state is None:
            continue
        mark = EMPTY if state == _NONE and not written else TICKED
        found.written += written
        if kind == "inside":
            found.inside.append((start, end, mark))
        else:
            (found.before if kind == "before" else found.after).append((start, mark))
    return found


def _from_large(box: Box) -> int:
    return box[0] - box[2]


def _is_in(box: Box, other: Sequence[int]) -> bool:
    """Whether the middle of a box is in another one."""
    return other[0] <= (box[0] + box[2]) / 2 <= other[2] and other[1] <= (box[1] + box[3]) / 2 <= other[3]


def _touch(box: Box, other: Box) -> bool:
    """Whether two boxes stand side by side on one row."""
    apart = max(box[0] - other[2], other[0] - box[2])
    return abs(box[1] - other[1]) <= _TOUCHING and -_TOUCHING <= apart <= _TOUCHING


def _place(
    drawings: Drawings,
    text: str,
    lines: Sequence[tuple[int, int, bool]],
    boxes: Sequence[int],
    rows: Rows,
    box: Box,
) -> tuple[str, int, int, list[int]] | None:
    """How a box stands to the words of its row: kind, the blanks or the character, and letters in it that
    tick it; None where others are in it, or none beside it."""
    size = box[3] - box[1]
    before = after = -1
    gap_before = gap_after = 10**9
    written: list[int] = []
    for number in rows.between(box[1], box[3]):
        start, end, _ = lines[number]
        top, bottom = boxes[4 * number + 1], boxes[4 * number + 3]
        if 2 * (min(bottom, box[3]) - max(top, box[1])) < min(size, bottom - top):
            continue
        flat = drawings.page.character_boxes(range(start, end))
        for place in range(start, end):
            if text[place].isspace():
                continue
            left, right = flat[4 * (place - start)], flat[4 * (place - start) + 2]
            if box[0] < (left + right) / 2 < box[2]:
                if text[place] not in _CROSSES or written:
                    return None
                written.append(place)
            elif right <= box[0] + size // 3 and box[0] - right < gap_before:
                before, gap_before = place, box[0] - right
            elif left >= box[2] - size // 3 and left - box[2] < gap_after:
                after, gap_after = place, left - box[2]
    if after >= 0 and gap_after <= _BESIDE * size:
        between = "" if before < 0 else text[before + 1 : after]
        if between and all(
            letter in " \t\u00a0" or before + 1 + at in written for at, letter in enumerate(between)
        ):
            return "inside", before + 1, after, written
        return "before", after, after + 1, written
    if before >= 0 and gap_before <= _BEHIND * size and text[before] not in ".;,":
        return "after", before, before + 1, written
    return None


_NONE, _SOME, _FULL = "none", "some", "full"


def _state(picture: Picture, box: Box) -> str | None:
    """What is in a box: nothing, a tick, or all ink; None where it has no frame."""
    left, top, right, bottom = in_picture(picture, box)
    size = min(right - left, bottom - top)
    rim, inset = max(1, round(_RIM * size)), max(2, round(_INSET * size))
    paper = _paper(picture, (left, top, right, bottom))
    middle_x, middle_y = (left + right) // 2, (top + bottom) // 2
    sides = (
        (left - 1, middle_y, left + rim, middle_y + 1),
        (right - rim, middle_y, right + 1, middle_y + 1),
        (middle_x, top - 1, middle_x + 1, top + rim),
        (middle_x, bottom - rim, middle_x + 1, bottom + 1),
    )
    if any(_ink(picture, side, paper) == 0 for side in sides):
        return None
    share = _ink(picture, (left + inset, top + inset, right - inset, bottom - inset), paper)
    return _FULL if share >= _SOLID else _SOME if share >= _TICK else _NONE


def _paper(picture: Picture, box: tuple[int, int, int, int]) -> int:
    """The shade of the paper around a box."""
    left, top, right, _ = box
    row = max(0, top - 3) * picture.stride
    around = picture.pixels[row + max(0, left - 2) : row + min(picture.width, right + 2)]
    return max(set(around), key=around.count) if around else 255


def _ink(picture: Picture, box: tuple[int, int, int, int], paper: int) -> float:
    """Share of a box in which the shade is not that of the paper."""
    left, top, right, bottom = box
    pixels = b"".join(
        picture.pixels[y * picture.stride + max(0, left) : y * picture.stride + min(picture.width, right)]
        for y in range(max(0, top), min(picture.height, bottom))
    )
    return sum(abs(shade - paper) > _CONTRAST for shade in pixels) / len(pixels) if pixels else 0.0
