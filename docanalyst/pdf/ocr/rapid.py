"""Recognising pages with rapidocr, the extra `ocr`: slower and heavier than tesseract, but all in a wheel."""

from __future__ import annotations

import threading
from typing import Any

from docanalyst.pdf.ocr.words import GreyMap, RecognitionFailed, Word


class Rapid:
    """rapidocr on the processor. One picture at a time: it takes about a gigabyte."""

    def __init__(self) -> None:
        from importlib.metadata import version

        self.name = f"rapidocr {version('rapidocr')}"
        self._lock = threading.Lock()
        self._reader: Any = None

    def words(self, picture: GreyMap) -> list[Word]:
        """Lines count as words here: rapidocr gives no smaller pieces by default."""
        import numpy

        with self._lock:
            if self._reader is None:
                from rapidocr import RapidOCR

                self._reader = RapidOCR(params={"Global.log_level": "error"})
            pixels = numpy.frombuffer(picture.pixels, numpy.uint8).reshape(picture.height, picture.width)
            try:
                found = self._reader(numpy.stack([pixels] * 3, axis=-1))
            except Exception as error:
                raise RecognitionFailed(f"cannot be read by OCR: {type(error).__name__}") from error
        if found.boxes is None:
            return []
        scale = 720 / picture.dpi
        lines = []
        for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
            xs, ys = [float(x) * scale for x, _ in corners], [float(y) * scale for _, y in corners]
            lines.append(((int(min(xs)), int(min(ys)), int(max(xs)), int(max(ys))), text, 100 * float(score)))
        return in_columns(lines, int(picture.width * scale))

    def line(self, picture: GreyMap) -> list[Word]:
        """The words of a picture of one line; raises RecognitionFailed."""
        return self.words(picture)

    def turns(self, picture: GreyMap) -> int:
        """rapidocr turns lines itself."""
        return 0


Line = tuple[tuple[int, int, int, int], str, float]
"""Box, text and confidence of a recognised line."""


def in_columns(lines: list[Line], width: int) -> list[Word]:
    """Lines in reading order: row by row, the left column before the right one where a page has two.

    width: of the page, in the boxes' units. A line across the middle ends the columns above it.
    """
    middle, reach = width // 2, width // 20
    crossing = [line for line in lines if line[0][0] < middle - reach and line[0][2] > middle + reach]
    if len(lines) < 10 or 3 * len(crossing) > len(lines):
        ordered = _rows(lines)
    else:
        ordered = []
        edges = sorted(line[0][1] for line in crossing)
        for band in range(len(edges) + 1):
            top = edges[band - 1] if band else -(10**9)
            bottom = edges[band] if band < len(edges) else 10**9
            inside = [line for line in lines if top <= line[0][1] < bottom]
            ordered += [line for line in inside if line in crossing]
            columns = [line for line in inside if line not in crossing]
            ordered += _rows([line for line in columns if line[0][0] < middle - reach])
            ordered += _rows([line for line in columns if line[0][0] >= middle - reach])
    return [Word(text, box, number, confidence) for number, (box, text, confidence) in enumerate(ordered)]


def _rows(lines: list[Line]) -> list[Line]:
    """Lines from the top down, those of one row from the left."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line[0][1] + line[0][3]):
        _, top, _, bottom = line[0]
        last = rows[-1][-1][0] if rows else (0, 0, 0, 0)
        if rows and 2 * (min(bottom, last[3]) - max(top, last[1])) > min(bottom - top, last[3] - last[1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line[0][0])]
