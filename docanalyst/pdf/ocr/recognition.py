"""Recognising the pages of a file: pictures from the limited process, words from a recognizer, kept between
runs page by page."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from docanalyst.pdf import cache
from docanalyst.pdf.ocr import tesseract
from docanalyst.pdf.ocr.contradictions import LOOK_AGAIN, Closer, Contradiction, compare
from docanalyst.pdf.ocr.words import GreyMap, RecognitionFailed, Recognizer, Word
from docanalyst.pdf.pdfium.places import Edges, in_page_space, touched
from docanalyst.pdf.rawpages import RawFile, RawPage
from docanalyst.pdf.records import ReadPage, is_picture
from docanalyst.pdf.sandbox import process

CHECK_VERSION = "5"
"""Goes up whenever the same readings would be compared otherwise."""


def check_pages(
    pages: Sequence[ReadPage],
    recognizer: Recognizer,
    *,
    path: Path,
    password: str | None,
    include_hidden: bool,
    store: Path | None,
    done: Callable[[], None] = lambda: None,
) -> dict[int, tuple[Contradiction, ...] | None]:
    """What the text of pages says against what they show, by page number; None for a page that could not be
    compared.

    store: folder for the recognised words and what was found, None keeps none. done: called after each page.
    """

    def work(page: ReadPage) -> tuple[int, tuple[Contradiction, ...] | None]:
        try:
            return page.number, _checked(page, recognizer, path, password, include_hidden, store)
        except (RecognitionFailed, process.ProcessDied):
            return page.number, None
        finally:
            done()

    pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="docanalyst-check")
    try:
        return dict(result.result() for result in [pool.submit(work, page) for page in pages])
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _checked(
    page: ReadPage,
    recognizer: Recognizer,
    path: Path,
    password: str | None,
    include_hidden: bool,
    store: Path | None,
) -> tuple[Contradiction, ...]:
    identity = hashlib.sha256(f"{CHECK_VERSION}:{recognizer.name}:{page.text}".encode()).hexdigest()
    kept = cache.load(store / f"{page.number}.check.json") if store is not None else None
    if kept is not None and kept[0].get("of") == identity:
        return tuple(Contradiction(*row) for row in kept[1])
    layer = _layer(path, page.number, password, include_hidden)
    words, turn = _words(page.number, recognizer, path, password, store)

    def finer() -> GreyMap:
        return draw(path, page.number, LOOK_AGAIN * tesseract.DPI, password)

    texts = layer["lines"].split("\n") if layer["lines"] else []
    closer = Closer(recognizer, finer, turn)
    found = tuple(compare(texts, layer["boxes"], words, closer.words, closer.points))
    if store is not None:
        rows = [[item.kind, item.text, item.shown, item.line] for item in found]
        cache.save(store / f"{page.number}.check.json", {"of": identity}, rows)
    return found


def _layer(path: Path, number: int, password: str | None, include_hidden: bool) -> dict[str, Any]:
    """The lines of a page's text layer with their boxes. Raises ProcessDied, RecognitionFailed."""
    request: dict[str, Any] = {"task": "geometry", "path": str(path), "password": password, "number": number}
    for answer, _ in process.ask_once({**request, "text": "", "include_hidden": include_hidden}):
        if answer["event"] == "lines":
            return answer
    raise RecognitionFailed("cannot be read again")


def recognise_pages(
    file: RawFile,
    numbers: Sequence[int],
    recognizer: Recognizer,
    *,
    source: tuple[Path, str | None],
    reread: bool,
    store: Path | None,
    done: Callable[[], None],
) -> None:
    """Put recognised pages into a file in place of those that are pictures, and the lines of pictures of text
    into pages that have some.

    source: path and password of the file. reread: recognise scans that have a text layer. store: folder for
    the words of each page, None keeps none. done: called after each page. A page that cannot be recognised
    stays as it is, with the reason.
    """

    def work(number: int) -> None:
        page = file.pages[number]
        whole = is_picture(page, reread=reread)
        file.pages[number] = (_one if whole else _with_pictures)(page, recognizer, *source, store)
        done()

    pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="docanalyst-ocr")
    try:
        for result in [pool.submit(work, number) for number in numbers]:
            result.result()
    finally:
        # After an interrupt the pages that wait are not begun.
        pool.shutdown(wait=False, cancel_futures=True)


def _one(
    page: RawPage, recognizer: Recognizer, path: Path, password: str | None, store: Path | None
) -> RawPage:
    try:
        words, turn = _words(page.number, recognizer, path, password, store)
    except (RecognitionFailed, process.ProcessDied) as error:
        return page._replace(failed=f"{error}") if not page.lines else page
    return tesseract.recognised_page(page, words, turn)


def _with_pictures(
    page: RawPage, recognizer: Recognizer, path: Path, password: str | None, store: Path | None
) -> RawPage:
    """The page with the lines that pictures of text on it show."""
    place = store / f"{page.number}.pictures.json" if store is not None else None
    kept = cache.load(place) if place is not None else None
    boxes = [list(box) for box in page.pictures]
    if kept is not None and kept[0] == {"by": recognizer.name, "of": boxes}:
        rows = kept[1]
    else:
        try:
            picture = draw(path, page.number, tesseract.DPI, password)
            rows = [
                [number, word.text, *word.box, word.line, word.confidence]
                for number, box in enumerate(page.pictures)
                for word in _words_in(recognizer, picture, box)
            ]
        except (RecognitionFailed, process.ProcessDied):
            return page
        if place is not None:
            cache.save(place, {"by": recognizer.name, "of": boxes}, rows)
    words: list[list[Word]] = [[] for _ in page.pictures]
    for number, text, left, top, right, bottom, line, confidence in rows:
        words[number].append(Word(text, (left, top, right, bottom), line, confidence))
    return tesseract.read_pictures(page, list(zip(page.pictures, words, strict=True)))


def _words_in(recognizer: Recognizer, picture: GreyMap, box: Sequence[int]) -> list[Word]:
    """The words in a box of a page, which is in tenths of a point; their places are of the page."""
    part, left, top = picture.part(box)
    if part is None:
        return []
    scale = 720 / picture.dpi
    right, down = int(left * scale), int(top * scale)
    return [
        replace(
            word,
            box=(word.box[0] + right, word.box[1] + down, word.box[2] + right, word.box[3] + down),
        )
        for word in recognizer.words(part)
    ]


def _words(
    number: int, recognizer: Recognizer, path: Path, password: str | None, store: Path | None
) -> tuple[list[Word], int]:
    """The words on a page and its turn, from the store where it has them. Raises as `draw` does."""
    found = load_words(store, number, recognizer.name)
    if found is not None:
        return found
    words, turn = tesseract.recognise(recognizer, draw(path, number, tesseract.DPI, password))
    if store is not None:
        rows = [[word.text, *word.box, word.line, word.confidence] for word in words]
        cache.save(_place(store, number), {"by": recognizer.name, "turn": turn}, rows)
    return words, turn


def load_words(store: Path | None, number: int, name: str) -> tuple[list[Word], int] | None:
    """The words kept of a page, and its turn. name: of the recognizer, "" for any."""
    kept = cache.load(_place(store, number)) if store is not None else None
    if kept is None or (name and kept[0].get("by") != name):
        return None
    head, rows = kept
    words = [
        Word(text, (left, top, right, bottom), line, confidence)
        for text, left, top, right, bottom, line, confidence in rows
    ]
    return words, int(head["turn"])


def recognised_edges(
    page: ReadPage, layer: dict[str, Any], store: Path | None, start: int, end: int
) -> list[list[Edges]]:
    """The boxes of the words of a stretch of a recognised page's text, line by line; none without a store.

    layer: the page's own lines and frame, as the parsing process gives them. store: the recognised words.
    """
    kept = load_words(store, page.number, "")
    if kept is None:
        return []
    words, turn = kept
    width, height = page.size
    own = RawPage(
        page.number,
        layer["lines"],
        tuple(layer["boxes"]),
        layer["joins"],
        (height, width) if turn % 2 else (width, height),
        kind=page.kind,
        added=tuple(layer["added"]),
    )
    lines, kept_words = tesseract.merged_lines(own, words, turn)
    raw = RawPage(page.number, "\n".join(lines.texts), joins="".join(lines.joins))
    found: list[list[Edges]] = []
    for line, places in touched(raw, page.decisions, page.text, start, end).items():
        first, last = lines.spans[line]
        if first < 0:
            found.append([in_page_space(lines.boxes[4 * line : 4 * line + 4], turn, layer["frame"])])
            continue
        at, edges = 0, []
        for word in kept_words[first:last]:
            # The last word of a line may have lost its hyphen.
            at = max(at, lines.texts[line].find(word.text, at))
            if any(at <= place < at + len(word.text) for place in places):
                edges.append(in_page_space(word.box, turn, layer["frame"]))
            at += len(word.text)
        found.append(edges)
    return found


def _place(store: Path, number: int) -> Path:
    return store / f"{number}.json"


def draw(path: Path, number: int, dpi: float, password: str | None) -> GreyMap:
    """A grey picture of a page, drawn in a limited process. Raises ProcessDied, RecognitionFailed."""
    request: dict[str, Any] = {"task": "draw", "path": str(path), "password": password}
    request |= {"number": number, "scale": dpi / 72, "colour": False}
    for answer, payload in process.ask_once(request):
        if answer["event"] == "picture":
            return GreyMap(answer["width"], answer["height"], payload, 72 * answer["scale"])
    raise RecognitionFailed("cannot be drawn")
