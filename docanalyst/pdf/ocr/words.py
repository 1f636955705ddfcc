"""Values of OCR: a word with its place, a grey picture, and the protocol of a recognizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

INSTALL_OCR = "install the program tesseract, or run `pip install '.[ocr]'` in your clone of docanalyst"


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word. box: left, top, right, bottom in tenths of a point, upright. line: words with the
    same number stand on one line."""

    text: str
    box: tuple[int, int, int, int]
    line: int
    confidence: float


@dataclass(frozen=True, slots=True)
class GreyMap:
    """A grey picture of a page: rows of one byte a pixel. turn: quarter turns, clockwise, it was given."""

    width: int
    height: int
    pixels: bytes
    dpi: float
    turn: int = 0

    def turned(self, quarters: int) -> GreyMap:
        """The picture turned clockwise by quarters."""
        picture = self
        for _ in range(quarters % 4):
            width, height, pixels = picture.width, picture.height, picture.pixels
            bottom = (height - 1) * width
            rows = [
                pixels[bottom + x :: -width] if x or bottom else pixels[bottom::-width] for x in range(width)
            ]
            picture = GreyMap(height, width, b"".join(rows), self.dpi)
        return GreyMap(picture.width, picture.height, picture.pixels, self.dpi, (self.turn + quarters) % 4)

    def part(self, box: Sequence[int]) -> tuple[GreyMap | None, int, int]:
        """The part of the picture in a box of the page, which is in tenths of a point, None where it has no
        area; and how many pixels stand left of it and above it."""
        scale = self.dpi / 720
        left, top = max(0, int(box[0] * scale)), max(0, int(box[1] * scale))
        right, bottom = min(self.width, int(box[2] * scale) + 1), min(self.height, int(box[3] * scale) + 1)
        if right - left < 4 or bottom - top < 4:
            return None, left, top
        rows = [self.pixels[y * self.width + left : y * self.width + right] for y in range(top, bottom)]
        return GreyMap(right - left, bottom - top, b"".join(rows), self.dpi), left, top

    def file(self) -> bytes:
        """The picture as a PGM file."""
        return b"P5 %d %d 255\n" % (self.width, self.height) + self.pixels


class Recognizer(Protocol):
    """Reads the words of a picture. name: with version and languages, for the cache."""

    name: str

    def words(self, picture: GreyMap) -> list[Word]:
        """The words in reading order; raises RecognitionFailed."""
        ...

    def line(self, picture: GreyMap) -> list[Word]:
        """The words of a picture of one line; raises RecognitionFailed."""
        ...

    def turns(self, picture: GreyMap) -> int:
        """Quarter turns, clockwise, that set a picture upright."""
        ...


class RecognitionFailed(Exception):
    """A page that could not be recognised. The text ends a sentence."""
