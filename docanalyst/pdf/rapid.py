"""Recognising pages with rapidocr, the extra `ocr`: slower and heavier than tesseract, but all in a wheel."""

from __future__ import annotations

import threading
from typing import Any

from docanalyst.pdf.ocr import GreyMap, RecognitionFailed, Word


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
                import logging

                logging.getLogger("RapidOCR").setLevel(logging.ERROR)
                from rapidocr import RapidOCR

                self._reader = RapidOCR()
            pixels = numpy.frombuffer(picture.pixels, numpy.uint8).reshape(picture.height, picture.width)
            try:
                found = self._reader(numpy.stack([pixels] * 3, axis=-1))
            except Exception as error:
                raise RecognitionFailed(f"cannot be recognised: {type(error).__name__}") from error
        if found.boxes is None:
            return []
        scale = 720 / picture.dpi
        lines = []
        for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
            xs, ys = [float(x) * scale for x, _ in corners], [float(y) * scale for _, y in corners]
            lines.append(((int(min(xs)), int(min(ys)), int(max(xs)), int(max(ys))), text, 100 * float(score)))
        return in_columns(lines, int(picture.width * scale))

    def turns(self, picture: GreyMap) -> int:
        """rapidocr turns lines itself."""
        return 0


def in_columns(lines: list[tuple[tuple[int, int, int, int], str, float]], width: int) -> list[Word]:
    """Lines in reading order: the left column before the right one where a page has two."""
    middle = width // 2
    crossing = [
        line for line in lines if line[0][0] < middle - width // 20 and line[0][2] > middle + width // 20
    ]
    two = len(crossing) * 4 < len(lines) and len(lines) > 10
    crossed = sorted(line[0][1] for line in crossing)

    def place(line: tuple[tuple[int, int, int, int], str, float]) -> tuple[int, int, int, int]:
        left, top, _, bottom = line[0]
        band = sum(edge <= top for edge in crossed) if two else 0
        row = (top + bottom) // 2 // max(1, (bottom - top) // 2)
        return (
            2 * band - (line in crossing),
            int(two and left >= middle - width // 20),
            row if not two else top,
            left,
        )

    words: list[Word] = []
    for number, (box, text, confidence) in enumerate(sorted(lines, key=place)):
        words.append(Word(text, box, number, 0, confidence))
    return words
