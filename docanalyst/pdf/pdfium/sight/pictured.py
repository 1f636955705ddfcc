"""Pictures on a page of text that show words: a clause pasted in as a picture, a figure with labels.

Words are known by their look: rows of marks of one height, parted by paper. That costs a hundredth of a
second for each picture, where reading it costs a second.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from docanalyst.pdf.pdfium.bindings import raw
from docanalyst.pdf.pdfium.objects import TEXT, page_objects
from docanalyst.pdf.pdfium.pictures import draw, grey_pixels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docanalyst.pdf.pdfium.objects import Item
    from docanalyst.pdf.pdfium.sight.drawings import Drawings

    Box = tuple[int, int, int, int]

_WIDE, _HIGH = 600, 80
"""Tenths of a point from which a picture may show words that matter."""
_SCALE = 2.0
_MOST = 40
"""Pictures of a page that are looked at."""
_JOINT = 10
"""Tenths of a point between the strips of one picture, at most."""
_CAPTION = re.compile(r"\s*(?:Fig(?:ure|\.)?|Abb(?:ildung|\.)?)\s*[0-9A-Z]", re.IGNORECASE)
_CAPTION_GAP = 400
"""Tenths of a point between a figure and its caption, at most."""
_PAPER = 0.2
"""Share of a picture that has the shade of paper, at least; a photograph has none."""
_INK = 60
_RULE = 0.7
"""Share of a row or column from which its ink is a rule."""
_ROW = 8, 60
"""Height of a row of letters in pixels, two to a point."""
_LETTERS, _WORDS = 10, 3
"""Letters and words of a row of text, at least: a logo has fewer."""
_GAP = 0.3
"""Paper between words, in heights of the row."""
_BROAD = 1.3
"""Mean width of the marks of a row of letters, in heights of the row, at most."""
_PROSE, _SENTENCE = 0.75, 25
"""Share of the ink of a picture that is in rows of text, and letters in these, from which it is a picture of
text."""


class Pictured:
    """What the pictures of a page show.

    prose: boxes, as displayed, of pictures of text. worded: a picture has words among other things, or is a
    figure with a caption, which often has.
    """

    __slots__ = ("prose", "worded")

    def __init__(self) -> None:
        self.prose: list[Box] = []
        self.worded = False


def find_pictured(
    drawings: Drawings,
    text: str,
    lines: Sequence[tuple[int, int, bool]],
    boxes: Sequence[int],
    images: Sequence[Item],
) -> Pictured:
    """The words that pictures of a page show and its text has not.

    Args:
        drawings: Pictures of the page.
        text: Its raw text.
        lines: Start, end and hyphen of its lines.
        boxes: Left, top, right, bottom of each line as displayed, in tenths of a point, flat.
        images: From `visibility.look_at`.
    """
    page = drawings.page
    found = Pictured()
    width, height = (int(10 * edge) for edge in page.size)
    places: list[Box] = []
    for item in images:
        left, top, right, bottom = page.displayed(*item[2:6])
        places.append((max(0, left), max(0, top), min(width, right), min(height, bottom)))
    large = [box for box in _joined(places) if box[2] - box[0] >= _WIDE and box[3] - box[1] >= _HIGH]
    captions = [
        boxes[4 * number : 4 * number + 4]
        for number, (start, _, _) in enumerate(lines)
        if large and _CAPTION.match(text, start)
    ]
    # A figure with a caption is known as one; drawing it would take longer than reading its page.
    figures = [box for box in large if any(_is_captioned(box, caption) for caption in captions)]
    found.worded = bool(figures)
    large = [box for box in large if box not in figures and box not in page.file.wordless]
    if not large:
        return found
    letters = [item.handle for item in page_objects(page) if item.kind == TEXT]
    for handle in letters:
        raw.FPDFPageObj_SetIsActive(handle, 0)
    try:
        for box in large[:_MOST]:
            drawings.keep_time()
            rows, share = _rows_of_text(drawings, box)
            rows = [row for row in rows if not _is_text(row, boxes)]
            count = sum(row[4] for row in rows)
            if rows and share >= _PROSE and count >= _SENTENCE:
                found.prose.append(box)
            elif rows:
                found.worded = True
            else:
                page.file.wordless.add(box)
    finally:
        for handle in letters:
            raw.FPDFPageObj_SetIsActive(handle, 1)
    return found


def _is_captioned(box: Box, caption: Sequence[int]) -> bool:
    """Whether a caption stands right under or above a picture."""
    apart = max(caption[1] - box[3], box[1] - caption[3])
    return caption[0] < box[2] and box[0] < caption[2] and apart <= _CAPTION_GAP


def _joined(boxes: Sequence[Box]) -> list[Box]:
    """Boxes of pictures; strips of one picture, and pictures on one another, as one."""
    joined: list[Box] = []
    for box in sorted(set(boxes), key=_from_top):
        for number, (left, top, right, bottom) in enumerate(joined):
            level = abs(left - box[0]) <= _JOINT and abs(right - box[2]) <= _JOINT
            upright = abs(top - box[1]) <= _JOINT and abs(bottom - box[3]) <= _JOINT
            if (level and box[1] <= bottom + _JOINT) or (upright and box[0] <= right + _JOINT):
                joined[number] = (
                    min(left, box[0]), min(top, box[1]), max(right, box[2]), max(bottom, box[3]),
                )  # fmt: skip
                break
        else:
            joined.append(box)
    return joined


def _from_top(box: Box) -> tuple[int, int]:
    return box[1], box[0]


Row = tuple[int, int, int, int, int]
"""Left, top, right, bottom of a row of text as displayed, in tenths of a point, and its letters."""


def _rows_of_text(drawings: Drawings, box: Box) -> tuple[list[Row], float]:
    """The rows of text in a part of a page, and the share of its ink that they hold."""
    picture = draw(drawings.page, _SCALE, part=box, until=drawings.until)
    width, height = picture.width, picture.height
    pixels = grey_pixels(picture)
    sample = Counter(pixels[:: max(1, len(pixels) // 4000)])
    paper, count = sample.most_common(1)[0]
    if count < _PAPER * sample.total():
        return [], 0.0
    ink = bytearray(pixels.translate(bytes(abs(shade - paper) > _INK for shade in range(256))))
    for x in range(width):
        if ink[x::width].count(1) > _RULE * height > _ROW[1]:
            ink[x::width] = bytes(height)
    lines = [ink[y * width : (y + 1) * width] for y in range(height)]
    counts = [line.count(1) for line in lines]
    counts = [0 if count > _RULE * width else count for count in counts]
    rows: list[Row] = []
    inked = 0
    for top, bottom in _bands(counts):
        columns = 0
        for y in range(top, bottom):
            columns |= int.from_bytes(lines[y])
        row = _letters(columns.to_bytes(width), bottom - top)
        if row is not None:
            scale = 10 / picture.scale
            left, right, letters = row
            rows.append((
                box[0] + int(left * scale), box[1] + int(top * scale),
                box[0] + int(right * scale), box[1] + int(bottom * scale), letters,
            ))  # fmt: skip
            inked += sum(counts[top:bottom])
    return rows, inked / max(1, sum(counts))


def _bands(counts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs of rows of pixels with ink, as high as letters are."""
    first = -1
    for y, count in enumerate([*counts, 0]):
        if count and first < 0:
            first = y
        elif not count and first >= 0:
            if _ROW[0] <= y - first <= _ROW[1]:
                yield first, y
            first = -1


def _letters(columns: bytes, high: int) -> tuple[int, int, int] | None:
    """Where a row of text begins and ends, and its letters; None where it is no text."""
    marks: list[tuple[int, int]] = []
    start = columns.find(1)
    while start >= 0:
        end = columns.find(0, start)
        end = len(columns) if end < 0 else end
        marks.append((start, end))
        start = columns.find(1, end)
    words = 1 + sum(after[0] - before[1] >= _GAP * high for before, after in pairwise(marks))
    broad = sum(end - start for start, end in marks)
    if len(marks) < _LETTERS or words < _WORDS or broad > _BROAD * high * len(marks):
        return None
    return marks[0][0], marks[-1][1], len(marks)


def _is_text(row: Row, boxes: Sequence[int]) -> bool:
    """Whether the page's text has a line in the place of a row."""
    left, top, right, bottom, _ = row
    return any(
        boxes[place] < right
        and left < boxes[place + 2]
        and 2 * (min(bottom, boxes[place + 3]) - max(top, boxes[place + 1])) > bottom - top
        for place in range(0, len(boxes), 4)
    )
