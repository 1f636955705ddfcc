"""Recognising pages that are pictures: with the tesseract program, or else with the extra `ocr`.

Tesseract takes 1.5 to 3.5 s of processor time a page at 200 dpi and finds over 99 % of clean words. It gets
one thread a page, for its own threads cost seven times the work, and pages run side by side on all cores.
"""

from __future__ import annotations

import csv
import functools
import io
import os
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec

from docanalyst.pdf.kinds import REPLACED
from docanalyst.pdf.layout import lines as layout
from docanalyst.pdf.layout.joins import CELL_MARK, HYPHEN, LINE, PARAGRAPH
from docanalyst.pdf.ocr.numbering import is_number, with_numbers, with_whole_rows
from docanalyst.pdf.ocr.words import GreyMap, RecognitionFailed, Recognizer, Word
from docanalyst.pdf.rawpages import RawPage, Shown
from docanalyst.pdf.writing.plausibility import is_gibberish

DPI = 200
PAGE_SECONDS = 180.0
UNSURE = 55.0
"""Mean confidence, of 100, under which the page may stand on its side, or hold no words at all."""

PICTURE_SURE, PICTURE_WORDS = 60.0, 3
"""Mean confidence, of 100, and number of words from which a picture on a page of text is read as text."""

FEW_WORDS = 30
CELL_GAP = 1.5
"""Heights of a word between the cells of a row, at least."""


def find_recognizer(wish: str = "auto") -> Recognizer | None:
    """What recognises pages here. wish: "auto", "off", or tesseract's languages, as "deu+eng"."""
    if wish == "off":
        return None
    program = shutil.which("tesseract")
    if program:
        return _tesseract(program, "" if wish == "auto" else wish)
    if find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None:
        from docanalyst.pdf.ocr.rapid import Rapid

        return Rapid()
    return None


@functools.lru_cache(maxsize=8)
def _tesseract(program: str, languages: str) -> Recognizer | None:
    installed = _output([program, "--list-langs"]).split("\n")[1:]
    installed = [name.strip() for name in installed if name.strip() and name.strip() not in ("osd", "equ")]
    if not languages:
        languages = "+".join(sorted(installed, key=lambda name: name != "eng")[:3])
    version = _output([program, "--version"]).split("\n")[0].split()
    return Tesseract(program, languages, version[-1] if version else "") if languages else None


def _output(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=30, stdin=subprocess.DEVNULL, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return (done.stdout + done.stderr).decode("utf-8", "replace")


class Tesseract:
    """The tesseract program."""

    def __init__(self, program: str, languages: str, version: str) -> None:
        self.program, self.languages = program, languages
        self.name = f"tesseract {version} {languages} {DPI}"

    def words(self, picture: GreyMap) -> list[Word]:
        """The words in reading order; raises RecognitionFailed."""
        table = self._run(picture, "-l", self.languages, "--psm", "3", "tsv")
        return read_table(table, 720 / picture.dpi)

    def line(self, picture: GreyMap) -> list[Word]:
        """The words of a picture of one line; raises RecognitionFailed."""
        return read_table(self._run(picture, "-l", self.languages, "--psm", "7", "tsv"), 720 / picture.dpi)

    def turns(self, picture: GreyMap) -> int:
        """Quarter turns, clockwise, that set a picture upright; 0 where that cannot be told."""
        try:
            report = self._run(picture, "--psm", "0", "-")
        except RecognitionFailed:
            return 0
        for line in report.split("\n"):
            name, _, value = line.partition(":")
            if name.strip() == "Rotate" and value.strip().isdecimal():
                return int(value) // 90 % 4
        return 0

    def _run(self, picture: GreyMap, *arguments: str) -> str:
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        command = [self.program, "stdin", "stdout", "--dpi", str(round(picture.dpi)), *arguments]
        if arguments[-1] == "-":
            command.pop()
        try:
            done = subprocess.run(
                command,
                input=picture.file(),
                capture_output=True,
                timeout=PAGE_SECONDS,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise RecognitionFailed(f"takes tesseract more than {PAGE_SECONDS:.0f} s") from error
        except OSError as error:
            raise RecognitionFailed(f"could not be passed to tesseract: {error.strerror}") from error
        if done.returncode:
            complaint = done.stderr.decode("utf-8", "replace").strip().split("\n")[-1][:160]
            raise RecognitionFailed(f"was rejected by tesseract: {complaint or done.returncode}")
        return done.stdout.decode("utf-8", "replace")


def read_table(table: str, scale: float) -> list[Word]:
    """The words of tesseract's table. scale: tenths of a point a pixel."""
    words: list[Word] = []
    lines: dict[tuple[str, str, str], int] = {}
    for row in csv.reader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if len(row) < 12 or row[0] != "5" or not row[11].strip():
            continue
        left, top, width, height = (int(value) for value in row[6:10])
        box = (left * scale, top * scale, (left + width) * scale, (top + height) * scale)
        words.append(
            Word(
                row[11],
                (int(box[0]), int(box[1]), int(box[2]), int(box[3])),
                lines.setdefault((row[2], row[3], row[4]), len(lines)),
                max(0.0, float(row[10])),
            )
        )
    return words


def recognise(recognizer: Recognizer, picture: GreyMap) -> tuple[list[Word], int]:
    """The words of a picture, and the quarter turns that set it upright. Raises RecognitionFailed."""
    words = recognizer.words(picture)
    sideways = _run_down(words)
    if _confidence(words) >= UNSURE and len(words) > 4 and not sideways:
        return words, 0
    turn = recognizer.turns(picture)
    best, upright = words, 0
    for quarters in (turn,) if turn else (1, 3) if sideways else ():
        again = recognizer.words(picture.turned(quarters))
        if _confidence(again) * len(again) > _confidence(best) * len(best) or (
            sideways and not upright and _confidence(again) >= UNSURE and not _run_down(again)
        ):
            best, upright = again, quarters
    return best, upright


def _run_down(words: Sequence[Word]) -> bool:
    """Whether most words are higher than wide: the page lies on its side, and yet they were read."""
    long = [word for word in words if len(word.text) > 2]
    tall = sum(word.box[3] - word.box[1] > word.box[2] - word.box[0] for word in long)
    return 2 * tall > len(long)


def _confidence(words: Sequence[Word]) -> float:
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0


def recognised_page(page: RawPage, words: Sequence[Word], turn: int) -> RawPage:
    """The page with its recognised lines; those of its text layer (a stamp, a header) stay, and so do those
    of annotations and fields.

    A layer of another OCR, or of no language, is replaced where words were recognised that are words.
    """
    lines, words = merged_lines(page, words, turn)
    if page.kind in REPLACED and (not words or is_gibberish(" ".join(word.text for word in words))):
        return page
    width, height = page.size
    return page._replace(
        lines="\n".join(lines.texts),
        boxes=tuple(lines.boxes),
        joins="".join(lines.joins),
        size=(height, width) if turn % 2 else (width, height),
        garbled=0,
        ocr=True,
        confidence=round(_confidence(words), 1),
    )


def merged_lines(page: RawPage, words: Sequence[Word], turn: int) -> tuple[layout.Layout, Sequence[Word]]:
    """Recognised lines with those of the text layer among them, and the words they are made of.

    spans of a line: its first word and the one after its last; (-1, -1) for a line of the text layer.
    """
    width, height = (int(10 * edge) for edge in page.size)
    layer = page.kind not in REPLACED
    texts, own, notes = page.texts, list[tuple[str, Sequence[int]]](), list[str]()
    for line, text in enumerate(texts):
        added = line in page.added
        if added and page.joins[line] == PARAGRAPH and text.startswith(layout.NOTE):
            notes.append(text)
        elif added or (layer and not turn):
            box = turned(page.boxes[4 * line : 4 * line + 4], turn, (width, height))
            own.append((text, box))
    words = [word for word in words if not any(_within(word.box, box) for _, box in own)]
    if len(words) < FEW_WORDS and _confidence(words) < UNSURE:
        # Specks of a photograph that look like letters.
        words = []
    words = with_numbers(with_whole_rows(words))
    lines = _lines(words)
    for text, box in own:
        layout.insert_line(lines, text, box, (-1, -1))
    for text in notes:
        layout.append_note(lines, text, (-1, -1))
    return lines, words


def turned(box: Sequence[int], turn: int, size: tuple[int, int]) -> Sequence[int]:
    """A box of the displayed page on the page turned clockwise by quarters. size: as displayed, in tenths of
    a point."""
    for _ in range(turn % 4):
        left, top, right, bottom = box
        box, size = (size[1] - bottom, left, size[1] - top, right), (size[1], size[0])
    return box


def read_pictures(page: RawPage, found: Sequence[tuple[Sequence[int], Sequence[Word]]]) -> RawPage:
    """The page with the lines read from pictures of text on it.

    found: the box of each picture, and the words recognised in it. A picture without words that are words
    stays unread.
    """
    shown: list[Shown] = []
    unread: list[tuple[int, int, int, int]] = []
    for (left, top, right, bottom), words in found:
        known = _lines(with_numbers(with_whole_rows(words)))
        readable = len(words) >= PICTURE_WORDS and _confidence(words) >= PICTURE_SURE
        if not readable or is_gibberish("\n".join(known.texts)):
            unread.append((left, top, right, bottom))
            continue
        for line, (text, join) in enumerate(zip(known.texts, known.joins, strict=True)):
            edges = known.boxes[4 * line : 4 * line + 4]
            shown.append((text, edges[0], edges[1], edges[2], edges[3], join))
    if not shown:
        return page._replace(pictures=tuple(unread))
    lines = layout.Layout()
    lines.texts, lines.boxes, lines.joins = page.texts, list(page.boxes), list(page.joins)
    lines.spans = [(line, line) for line in range(len(lines.texts))]
    layout.insert_shown(lines, shown)
    places = [first for first, _ in lines.spans]
    return page._replace(
        lines="\n".join(lines.texts),
        boxes=tuple(lines.boxes),
        joins="".join(lines.joins),
        numbered=[page.numbered[place] if place >= 0 else 0 for place in places] if page.numbered else (),
        added=tuple(line for line, place in enumerate(places) if place < 0 or place in page.added),
        pictures=tuple(unread),
        shown=tuple(shown),
    )


def _within(box: tuple[int, int, int, int], line: Sequence[int]) -> bool:
    """Whether the middle of a word lies in a line."""
    return line[0] <= (box[0] + box[2]) // 2 <= line[2] and line[1] <= (box[1] + box[3]) // 2 <= line[3]


def _lines(words: Sequence[Word]) -> layout.Layout:
    lines = layout.Layout()
    before: Word | None = None
    for number, word in enumerate(words):
        if before is not None and word.line == before.line:
            begun = lines.spans[-1][1] - lines.spans[-1][0] > 1 or not is_number(before.text)
            lines.texts[-1] += (CELL_MARK if begun and _apart(before, word) else " ") + word.text
            for edge, choose in enumerate((min, min, max, max)):
                lines.boxes[edge - 4] = choose(lines.boxes[edge - 4], word.box[edge])
            lines.spans[-1] = (lines.spans[-1][0], number + 1)
        else:
            join = LINE
            if before is not None and _breaks(lines.texts[-1], word.text):
                lines.texts[-1], join = lines.texts[-1][:-1], HYPHEN
            lines.texts.append(word.text)
            lines.boxes += word.box
            lines.joins.append(join)
            lines.spans.append((number, number + 1))
        before = word
    rows = [number for number, text in enumerate(lines.texts) if CELL_MARK in text]
    for place, number in enumerate(rows):
        if all(abs(number - other) > 3 for other in rows[max(0, place - 1) : place + 2] if other != number):
            # No row of a table stands alone: this is a running head.
            lines.texts[number] = lines.texts[number].replace(CELL_MARK, " ")
    layout.mark_paragraphs(lines.boxes, lines.joins)
    return lines


def _apart(before: Word, word: Word) -> bool:
    """Whether two words of a row are in different cells: no blank between words of a sentence is so wide."""
    tall = max(word.box[3] - word.box[1], before.box[3] - before.box[1])
    return word.box[0] - before.box[2] > CELL_GAP * tall


def _breaks(line: str, following: str) -> bool:
    """Whether a line ends within a word."""
    return len(line) > 2 and line[-1] in "-‐¬" and line[-2].isalpha() and following[:1].islower()
