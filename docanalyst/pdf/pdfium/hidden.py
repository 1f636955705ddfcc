"""Which of the text that may be hidden is hidden: by drawing the page with it and without it.

Text whose absence changes nothing on the page is hidden, whatever the trick. The text layer of a scan is
drawn without ink on purpose: it counts as seen where the scan has ink in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial

from docanalyst.pdf.pdfium import pictures
from docanalyst.pdf.pdfium.bindings import raw
from docanalyst.pdf.pdfium.document import OpenPage, utf16
from docanalyst.pdf.pdfium.objects import TEXT, Item, page_objects
from docanalyst.pdf.pdfium.pictures import Pixels, differ, has_ink, in_picture
from docanalyst.pdf.pdfium.visibility import IN_PICTURE, NO_INK, OFF_PAGE, SMALLEST, TOO_SMALL, Suspect

TWICE = "drawn twice"
"""Text that is not seen because the same text stands in its place, as where a long page was cut in strips."""

_SCALE = 2.0

Ranges = list[tuple[int, int, str]]
Lines = Sequence[tuple[int, int, bool]]
Edges = tuple[float, float, float, float]

_WORD = re.compile(r"\S+")


def hidden_ranges(
    page: OpenPage, text: str, lines: Lines, boxes: Sequence[int], doubted: dict[int, Suspect]
) -> Ranges:
    """Start, end and reason of each stretch of the page's text that is not seen.

    lines, boxes: of the text as displayed, in tenths of a point. doubted: from `visibility.suspects`.
    """
    width, height = (int(10 * edge) for edge in page.size)
    hidden: Ranges = []
    doubtful: dict[str, list[tuple[int, int]]] = {}
    rows = [page.displayed(*item[2:6]) for item, _ in doubted.values()]
    for line, (start, end, _) in enumerate(lines):
        left, top, right, bottom = boxes[4 * line : 4 * line + 4]
        if right < 0 or bottom < 0 or left > width or top > height:
            hidden.append((start, end, OFF_PAGE))
        elif 0 < bottom - top < 10 * SMALLEST and right - left > 0:
            hidden.append((start, end, TOO_SMALL))
        elif any(row[1] <= bottom and row[3] >= top and row[0] <= right and row[2] >= left for row in rows):
            for first, last, reason in _runs(page, text, start, end, doubted):
                known = _plainly_hidden(page, first, last)
                if known:
                    hidden.append((first, last, known))
                elif reason not in (OFF_PAGE, TOO_SMALL):
                    doubtful.setdefault(reason, []).append((first, last))
    if doubtful:
        hidden += _undrawn(page, text, doubted, doubtful)
    return sorted(hidden)


def blanked(text: str, hidden: Iterable[tuple[int, int, str]]) -> str:
    """The text with blanks for what is hidden: every character keeps its place."""
    pieces, at = [], 0
    for start, end, _ in hidden:
        pieces += [text[at:start], " " * (end - max(start, at))]
        at = max(at, end)
    return "".join([*pieces, text[at:]])


def told(text: str, hidden: Ranges) -> list[tuple[str, str]]:
    """What to tell of hidden text: reason and words, stretch by stretch; not of text drawn twice."""
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
    return stretches


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


def _plainly_hidden(page: OpenPage, start: int, end: int) -> str:
    """Whether the place of a run alone hides it: the reason, or ""."""
    left, bottom, right, top = _run_box(page, start, end)
    if right < page.left or left > page.right or top < page.bottom or bottom > page.top:
        return OFF_PAGE
    return TOO_SMALL if 0 < min(top - bottom, max(right - left, top - bottom)) < SMALLEST else ""


def _run_box(page: OpenPage, start: int, end: int) -> Edges:
    """The box around a run's first and last character, in the page's space."""
    first, last = page.character_box(start), page.character_box(end - 1)
    return min(first[0], last[0]), min(first[1], last[1]), max(first[2], last[2]), max(first[3], last[3])


def _undrawn(
    page: OpenPage, text: str, doubted: dict[int, Suspect], doubtful: dict[str, list[tuple[int, int]]]
) -> Ranges:
    """The runs among the doubtful that no picture of the page shows."""
    try:
        with_all = pictures.draw(page, _SCALE)
    except ValueError:
        return [(start, end, NO_INK) for runs in doubtful.values() for start, end in runs]
    hidden: Ranges = []
    texts = [item for item in page_objects(page) if item.kind == TEXT]
    drawn = [reason for reason in doubtful if reason != IN_PICTURE]
    if drawn:
        without = _draw_without(page, [handle for handle, (_, reason) in doubted.items() if reason in drawn])
        ordinary = [item for item in texts if item.handle not in doubted]
        for reason in drawn:
            for start, end in doubtful[reason]:
                pixels = _pixel_box(page, with_all, start, end)
                if differ(with_all, without, pixels):
                    continue
                twin = _twin(page, ordinary, _run_box(page, start, end))
                if twin is not None and not twin and has_ink(with_all, pixels):
                    # Drawn twice, and counted once, for the piece that is not seen.
                    continue
                hidden.append((start, end, TWICE if twin and text[start:end] in twin else reason))
    if IN_PICTURE in doubtful:
        inked = [
            item for item in texts if item.handle not in doubted or doubted[item.handle][1] != IN_PICTURE
        ]
        for start, end in doubtful[IN_PICTURE]:
            if _overlaps(_run_box(page, start, end), inked) or not has_ink(
                with_all, _pixel_box(page, with_all, start, end)
            ):
                hidden.append((start, end, NO_INK))
    return _settled(text, hidden, doubtful)


def _draw_without(page: OpenPage, handles: Iterable[int]) -> pictures.Picture:
    left_out = list(handles)
    for handle in left_out:
        raw.FPDFPageObj_SetIsActive(handle, 0)
    try:
        return pictures.draw(page, _SCALE)
    finally:
        for handle in left_out:
            raw.FPDFPageObj_SetIsActive(handle, 1)


def _settled(text: str, hidden: Ranges, doubtful: dict[str, list[tuple[int, int]]]) -> Ranges:
    """Marks without letters follow the words around them: a lone dot is too little to judge by."""
    runs = [run for group in doubtful.values() for run in group]
    words = {run for run in runs if any(map(str.isalnum, text[slice(*run)]))}
    reasons = {(start, end): reason for start, end, reason in hidden}
    if words and words <= reasons.keys():
        usual = next(reason for run, reason in reasons.items() if run in words)
        return [(*run, reasons.get(run, usual)) for run in runs]
    return [item for item in hidden if (item[0], item[1]) in words]


def _twin(page: OpenPage, ordinary: list[Item], box: Edges) -> str | None:
    """The text of an ordinary piece in the same place; None where there is none.

    "" says that pdfium takes the piece for another one drawn again.
    """
    left, bottom, right, top = box
    for item in ordinary:
        wide = min(right, item.right) - max(left, item.left)
        high = min(top, item.top) - max(bottom, item.bottom)
        if wide > 0.7 * (right - left) and high > 0.4 * (top - bottom):
            return utf16(partial(raw.FPDFTextObj_GetText, item.handle, page.text_handle))
    return None


def _pixel_box(page: OpenPage, picture: pictures.Picture, start: int, end: int) -> Pixels:
    """Where a run stands in a picture."""
    return in_picture(picture, page.displayed(*_run_box(page, start, end)))


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
