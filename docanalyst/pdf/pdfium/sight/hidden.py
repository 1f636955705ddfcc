"""Which of the text that may be hidden is hidden: by drawing the page with it and without it.

Text whose absence changes nothing on the page is hidden, whatever the trick. The text layer of a scan is
drawn without ink on purpose: it counts as seen where the scan has ink in its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from docanalyst.pdf.pdfium import pictures
from docanalyst.pdf.pdfium.bindings import raw
from docanalyst.pdf.pdfium.document import OpenPage, utf16
from docanalyst.pdf.pdfium.objects import TEXT, Item, page_objects
from docanalyst.pdf.pdfium.pictures import differ, has_ink, in_picture, reads_as_text, same
from docanalyst.pdf.pdfium.sight.drawings import Drawings
from docanalyst.pdf.pdfium.sight.rows import Rows
from docanalyst.pdf.pdfium.sight.visibility import (
    COVERED,
    IN_PICTURE,
    NARROWEST,
    NO_INK,
    OFF_PAGE,
    SMALLEST,
    TOO_SMALL,
    UNDER_PICTURE,
    Suspect,
)

TWICE = "drawn twice"
"""Text that is not seen because the same text stands in its place, as where a long page was cut in strips."""

REPLACED = "covered by other words"
"""Text under other words that are seen in its place, as where a word was corrected on the page."""

_CONTRAST, _PALE = 24, 34
"""Difference in grey, of 255, from which small and large letters are seen: grey of 90 % on white has 26."""
_LARGE = 7.0
"""Points from which letters are drawn in their full shade."""
_DRIFT = 0.6
"""Share of a line by which a layer may stand beside the words of its picture."""
_MOST = 0.8
"""Share of a layer from which a picture that shows no words under it is no picture of them."""

_ROOM = 0.2
"""Share of its height by which the box of a line is wider than its letters, above and below."""
_PIECES = 300
"""Doubted pieces of text of a page that are held against each other, at most: more are a table's head."""

Ranges = list[tuple[int, int, str]]
Lines = Sequence[tuple[int, int, bool]]
Edges = tuple[float, float, float, float]

_NO_SHAPE = 0.03
"""Points that a letter is high or wide from which it has a shape."""
_NUMBER = re.compile("[0-9]+")
_TURNING = (
    " not",
    " no ",
    " nor ",
    " never",
    " none",
    " without",
    " except",
    " unless",
    " nicht",
    " kein",
    " pas ",
    " sauf",
)
"""Words that turn a sentence. Looked for one by one: one pattern of them takes ten times as long."""
_WORD = re.compile(r"\S+")


def hidden_ranges(
    drawings: Drawings, text: str, lines: Lines, boxes: Sequence[int], doubted: dict[int, Suspect]
) -> Ranges:
    """Start, end and reason of each stretch of the page's text that is not seen.

    What takes too long to draw counts as seen; `drawings.gave_up` then says so.

    Args:
        drawings: Pictures of the page.
        text: Its raw text.
        lines: Start, end and hyphen of its lines.
        boxes: Of the lines as displayed, in tenths of a point, flat.
        doubted: From `visibility.look_at`.
    """
    page = drawings.page
    width, height = (int(10 * edge) for edge in page.size)
    hidden: Ranges = []
    doubtful: dict[str, list[tuple[int, int]]] = {}
    near = _near_doubted(page, lines, boxes, doubted)
    for line, (start, end, _) in enumerate(lines):
        left, top, right, bottom = boxes[4 * line : 4 * line + 4]
        if right < 0 or bottom < 0 or left > width or top > height:
            hidden.append((start, end, OFF_PAGE))
        elif 0 < bottom - top < 10 * SMALLEST and right - left > 0:
            hidden.append((start, end, TOO_SMALL))
        elif line in near:
            for first, last, reason in _runs(page, text, start, end, doubted):
                known = _plainly_hidden(page, first, last, reason)
                if known:
                    hidden.append((first, last, known))
                elif reason not in (OFF_PAGE, TOO_SMALL):
                    doubtful.setdefault(reason, []).append((first, last))
    if doubtful:
        try:
            hidden += _undrawn(drawings, text, doubted, doubtful)
        except pictures.TooSlow:
            drawings.gave_up = True
    return sorted(hidden)


def may_be_blank(page: OpenPage, text: str, lines: Lines) -> list[tuple[int, int]]:
    """Words of a page whose letters may have no shape in their font: start and end of each.

    Only the figures and the words that turn a sentence are asked for, and then all of their line.
    """
    asked = [match.start() for match in _NUMBER.finditer(text)]
    for turning in _TURNING:
        at = text.find(turning)
        while at >= 0:
            asked.append(at + 1)
            at = text.find(turning, at + 1)
    blank = [at for at in asked if _is_blank(page, at)]
    found: list[tuple[int, int]] = []
    for start, end, _ in lines if blank else ():
        if not any(start <= at < end for at in blank):
            continue
        for word in _WORD.finditer(text, start, end):
            letters = [place for place in range(*word.span()) if text[place].isalnum()]
            if letters and all(_is_blank(page, place) for place in letters):
                found.append(word.span())
    return found


def _is_blank(page: OpenPage, place: int) -> bool:
    left, bottom, right, top = page.ink_box(place)
    return right - left < _NO_SHAPE or top - bottom < _NO_SHAPE


def blank_ranges(drawings: Drawings, words: Sequence[tuple[int, int]]) -> Ranges:
    """Those of the words without shapes that have no ink on the page either."""
    page = drawings.page
    drawings.keep_to([page.displayed(*_run_box(page, start, end)) for start, end in words])
    try:
        picture = drawings.whole
    except ValueError:
        return []
    except pictures.TooSlow:
        drawings.gave_up = True
        return []
    return [
        (start, end, NO_INK)
        for start, end in words
        if not has_ink(picture, in_picture(picture, page.displayed(*_run_box(page, start, end))))
    ]


def _near_doubted(
    page: OpenPage, lines: Lines, boxes: Sequence[int], doubted: dict[int, Suspect]
) -> set[int]:
    """The lines that a doubted piece of text may be part of, by their place."""
    rows = Rows(lines, boxes)
    near: set[int] = set()
    for item, _ in doubted.values():
        left, top, right, bottom = page.displayed(*item[2:6])
        for line in rows.between(top, bottom + 1):
            left_2, top_2, right_2, bottom_2 = boxes[4 * line : 4 * line + 4]
            if top <= bottom_2 and bottom >= top_2 and left <= right_2 and right >= left_2:
                near.add(line)
    return near


def told(text: str, hidden: Ranges) -> list[tuple[str, str]]:
    """What to tell of hidden text: reason and words, stretch by stretch; not of text drawn twice, nor of lone
    marks."""
    stretches: list[tuple[str, str]] = []
    before, last = -2, ""
    for start, end, reason in hidden:
        if reason == TWICE:
            continue
        words = " ".join(text[start:end].split())
        if reason == last and not text[before:start].strip("\ufffe \r\n\t"):
            stretches[-1] = (reason, f"{stretches[-1][1]} {words}")
        else:
            stretches.append((reason, words))
        before, last = end, reason
    return [(reason, words) for reason, words in stretches if any(map(str.isalnum, words))]


def _runs(page: OpenPage, text: str, start: int, end: int, doubted: dict[int, Suspect]) -> Ranges:
    """Words of a line, or parts of words, that belong to doubted pieces: start, end and the reason."""
    owner, address, index = raw.FPDFText_GetTextObject, page.text_handle, page.index
    runs: Ranges = []
    for word in _WORD.finditer(text, start, end):
        first, reason = -1, ""
        for place in range(word.start(), word.end()):
            suspect = doubted.get(owner(address, index(place)))
            found = suspect[1] if suspect is not None else ""
            if found != reason:
                if reason:
                    runs.append((first, place, reason))
                first, reason = place, found
        if reason:
            runs.append((first, word.end(), reason))
    return runs


def _plainly_hidden(page: OpenPage, start: int, end: int, doubt: str) -> str:
    """Whether the place of a run alone hides it: the reason, or ""."""
    left, bottom, right, top = _run_box(page, start, end)
    if right < page.left or left > page.right or top < page.bottom or bottom > page.top:
        return OFF_PAGE
    high, wide = top - bottom, right - left
    if 0 < min(high, max(wide, high)) < SMALLEST:
        return TOO_SMALL
    # Letters are about half as wide as their line is high.
    narrow = 0 < wide < NARROWEST / 2 * high * (end - start)
    return TOO_SMALL if doubt == TOO_SMALL and narrow else ""


def _run_box(page: OpenPage, start: int, end: int) -> Edges:
    """The box around a run's first and last character, in the page's space."""
    first, last = page.character_box(start), page.character_box(end - 1)
    return min(first[0], last[0]), min(first[1], last[1]), max(first[2], last[2]), max(first[3], last[3])


def _undrawn(
    drawings: Drawings, text: str, doubted: dict[int, Suspect], doubtful: dict[str, list[tuple[int, int]]]
) -> Ranges:
    """The runs among the doubtful that no picture of the page shows."""
    page = drawings.page
    runs = [run for group in doubtful.values() for run in group]
    drawings.keep_to([page.displayed(*_run_box(page, start, end)) for start, end in runs])
    try:
        with_all = drawings.whole
    except ValueError:
        return [(start, end, NO_INK) for start, end in runs]
    hidden: Ranges = []
    texts = [item for item in page_objects(page) if item.kind == TEXT]
    drawn = [reason for reason in doubtful if reason != IN_PICTURE]
    if drawn:
        without = drawings.without([handle for handle, (_, reason) in doubted.items() if reason in drawn])
        ordinary = [item for item in texts if item.handle not in doubted]
        beneath = _beneath([item for item, reason in doubted.values() if reason in drawn])
        without_these = drawings.without(list(beneath)) if beneath else without
        owner, address, index = raw.FPDFText_GetTextObject, page.text_handle, page.index
        for reason in drawn:
            for run in doubtful[reason]:
                under = owner(address, index(run[0])) in beneath
                other = without_these if under else without
                hidden += _not_shown(drawings, other, text, run, reason, ordinary)
    if IN_PICTURE in doubtful:
        inked = [
            item for item in texts if item.handle not in doubted or doubted[item.handle][1] != IN_PICTURE
        ]
        hidden += _not_in_picture(drawings, with_all, text, doubtful[IN_PICTURE], inked)
    return _settled(text, hidden, doubtful)


def _beneath(items: list[Item]) -> set[int]:
    """The pieces of text that others, drawn after them, stand on: what is seen there is of those."""
    if len(items) > _PIECES:
        return set()
    # A page gives its objects in the order in which they are drawn, and so do `items` of one reason.
    found = set[int]()
    for number, item in enumerate(items):
        room = _ROOM * (item.top - item.bottom)
        for other in items[number + 1 :]:
            if (
                other.left < item.right
                and item.left < other.right
                and other.bottom < item.top + room
                and item.bottom - room < other.top
            ):
                found.add(item.handle)
                break
    return found


def _not_shown(
    drawings: Drawings,
    without: pictures.Picture,
    text: str,
    run: tuple[int, int],
    reason: str,
    ordinary: list[Item],
) -> Ranges:
    """What of a run is not seen, for the page looks the same without it."""
    drawings.keep_time()
    page, with_all = drawings.page, drawings.whole
    start, end = run
    box = _run_box(page, start, end)
    pixels = in_picture(with_all, page.displayed(*box))
    large = min(box[3] - box[1], box[2] - box[0]) >= _LARGE
    if differ(with_all, without, pixels, contrast=_PALE if large and reason == NO_INK else _CONTRAST):
        return _parts_not_shown(page, with_all, without, text, run, reason)
    standing = _standing_in(page, ordinary, box)
    if standing is not None and not standing and has_ink(with_all, pixels):
        # Drawn twice, and counted once, for the piece that is not seen.
        return []
    if standing and "".join(text[start:end].split()) in standing:
        return [(start, end, TWICE)]
    if reason == UNDER_PICTURE:
        if has_ink(with_all, pixels) and reads_as_text(with_all, pixels):
            # A picture of the page over its own text.
            return []
        reason = COVERED
    return [(start, end, REPLACED if standing and reason == COVERED else reason)]


def _parts_not_shown(
    page: OpenPage,
    with_all: pictures.Picture,
    without: pictures.Picture,
    text: str,
    run: tuple[int, int],
    reason: str,
) -> Ranges:
    """The figures, or letters side by side, that something covers of a run seen as a whole."""
    if reason not in (COVERED, UNDER_PICTURE):
        return []
    parts: Ranges = []
    for place in range(*run):
        if not text[place].isalnum() or not page.has_ink(place):
            continue
        left, bottom, right, top = page.ink_box(place)
        inset = (right - left) / 5
        box = in_picture(with_all, page.displayed(left + inset, bottom, right - inset, top))
        if same(with_all, without, box):
            if parts and not any(map(str.isalnum, text[parts[-1][1] : place])):
                parts[-1] = parts[-1][0], place + 1, parts[-1][2]
            else:
                parts.append((place, place + 1, COVERED))
    return [part for part in parts if part[1] - part[0] > 1 or text[part[0]].isdecimal()]


def _not_in_picture(
    drawings: Drawings,
    with_all: pictures.Picture,
    text: str,
    runs: list[tuple[int, int]],
    inked: list[Item],
) -> Ranges:
    """The runs without ink of their own that no ink of a picture stands for."""
    page = drawings.page
    hidden: Ranges = []
    noise: Ranges = []
    for start, end in runs:
        drawings.keep_time()
        box = _run_box(page, start, end)
        pixels = in_picture(with_all, page.displayed(*box))
        if _overlaps(box, inked):
            standing = _standing_in(page, inked, box)
            again = standing and "".join(text[start:end].split()) in standing
            hidden.append((start, end, TWICE if again else NO_INK))
        elif not has_ink(with_all, pixels):
            # A layer may drift from its picture by part of a line.
            drift = _DRIFT * (box[3] - box[1])
            wider = page.displayed(box[0] - drift, box[1] - drift, box[2] + drift, box[3] + drift)
            if not has_ink(with_all, in_picture(with_all, wider)):
                hidden.append((start, end, NO_INK))
        elif not reads_as_text(with_all, pixels):
            noise.append((start, end, NO_INK))
    if len(noise) > _MOST * (len(runs) - len(hidden)):
        hidden += noise
    return hidden


def _settled(text: str, hidden: Ranges, doubtful: dict[str, list[tuple[int, int]]]) -> Ranges:
    """Marks without letters follow the words around them: a lone dot is too little to judge by."""
    runs = [run for group in doubtful.values() for run in group]
    words = {run for run in runs if any(map(str.isalnum, text[slice(*run)]))}
    reasons = {(start, end): reason for start, end, reason in hidden}
    if words and words <= reasons.keys():
        usual = next(reason for run, reason in reasons.items() if run in words)
        return [(*run, reasons.get(run, usual)) for run in runs]
    marks = set(runs) - words
    return [item for item in hidden if (item[0], item[1]) not in marks]


def _standing_in(page: OpenPage, ordinary: list[Item], box: Edges) -> str | None:
    """The text of ordinary pieces in the same place, without blanks; None where there are none.

    "" says that pdfium takes the piece for others drawn again.
    """
    left, bottom, right, top = box
    covered, found = 0.0, list[tuple[float, int]]()
    for item in ordinary:
        wide = min(right, item.right) - max(left, item.left)
        high = min(top, item.top) - max(bottom, item.bottom)
        if wide > 0 and high > 0.4 * min(top - bottom, item.top - item.bottom):
            covered += wide
            found.append((item.left, item.handle))
    if covered < 0.7 * (right - left):
        return None
    pieces = [
        utf16(partial(raw.FPDFTextObj_GetText, handle, page.text_handle)) for _, handle in sorted(found)
    ]
    return "".join("".join(pieces).split())


def _overlaps(box: Edges, others: list[Item]) -> bool:
    """Whether other text covers a third of a box."""
    left, bottom, right, top = box
    area = max(1e-6, (right - left) * (top - bottom))
    for other in others:
        wide, high = (
            min(right, other.right) - max(left, other.left),
            min(top, other.top) - max(bottom, other.bottom),
        )
        if wide > 0 and high > 0 and wide * high > area / 3:
            return True
    return False
