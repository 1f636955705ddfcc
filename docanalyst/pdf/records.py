"""The result of reading a file, as it is cached, and how raw pages become final pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from docanalyst.domain.text import clean_text
from docanalyst.pdf import instructions
from docanalyst.pdf.kinds import GIBBERISH, LAYER, THIN_LAYER
from docanalyst.pdf.layout.assembly import Decisions, assemble, decide, pieces
from docanalyst.pdf.layout.labels import find_labels
from docanalyst.pdf.layout.running_heads import find_furniture
from docanalyst.pdf.layout.titles import choose_title
from docanalyst.pdf.rawpages import RawFile, RawPage, Shown
from docanalyst.pdf.writing.plausibility import shifted_back
from docanalyst.pdf.writing.superscripts import with_fractions

READER_VERSION = "16"
"""Goes up whenever the same file would give other text; what an older reader kept is then read anew."""


class ReadPage(NamedTuple):
    """A page as read.

    size: points. kind: as of the raw page. invisible: escape, bidi and tag characters taken out. imitations:
    control tokens of models broken up. instruction: words that read like one, to a model. look_alikes: words
    that mix alphabets. columns: of text, side by side. shift: places by which letters were shifted back.
    line_numbers: where numbered lines begin in the text, and their numbers. unlaid: as of the raw page.
    remarks: kind and words, as of the raw page. pictures: of text that were not read, and shown: the lines
    read from others, as of the raw page.
    """

    number: int
    label: str | None
    label_source: str
    text: str
    size: tuple[float, float] = (0.0, 0.0)
    kind: str = ""
    ocr: bool = False
    confidence: float = 0.0
    dropped: tuple[int, ...] = ()
    dropped_texts: tuple[str, ...] = ()
    hyphens: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    garbled: int = 0
    failed: str = ""
    reordered: bool = False
    columns: int = 1
    invisible: int = 0
    imitations: int = 0
    instruction: str = ""
    look_alikes: tuple[str, ...] = ()
    shift: int = 0
    line_numbers: tuple[tuple[int, int], ...] = ()
    unlaid: bool = False
    remarks: tuple[tuple[str, str], ...] = ()
    pictures: tuple[tuple[int, int, int, int], ...] = ()
    shown: tuple[Shown, ...] = ()

    @property
    def decisions(self) -> Decisions:
        """What was left out and which hyphens were taken out."""
        return Decisions(self.dropped, self.hyphens)

    @property
    def needs_recognition(self) -> bool:
        """Whether words of the page can only be had from its picture."""
        return self.waits()

    def waits(self, *, reread: bool = False) -> bool:
        """Whether the page waits for recognition. reread: a scan with a text layer does too."""
        if self.ocr:
            return False
        whole = needs_recognition(self.kind, self.garbled, not self.text.strip(), reread)
        return whole or bool(self.pictures)


@dataclass(frozen=True, slots=True)
class Record:
    """A file as read. title: already chosen. metadata: as the file gives it. attachments: names of the files
    in it. form_data: names and values of an XFA form. unread: as of the raw file."""

    page_count: int
    title: str
    pages: tuple[ReadPage, ...]
    encrypted: bool = False
    needed_password: bool = False
    fallback: bool = False
    metadata: dict[str, str] = field(default_factory=dict)
    attachments: tuple[str, ...] = ()
    form_data: tuple[tuple[str, str], ...] = ()
    unread: str = ""

    def head(self) -> dict[str, Any]:
        """All but the pages, in plain values."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "pages"}

    @classmethod
    def of(cls, head: dict[str, Any], rows: list[list[Any]]) -> Record:
        """The record of plain values, as kept. Raises TypeError, ValueError or IndexError for other ones."""
        pages = []
        for row in rows:
            for place in _LISTS:
                row[place] = tuple(map(_frozen, row[place]))
            pages.append(ReadPage(*row))
        for name in ("attachments", "form_data"):
            head[name] = tuple(map(_frozen, head[name]))
        return cls(pages=tuple(pages), **head)


_LISTS = tuple(
    ReadPage._fields.index(name)
    for name in (
        "size", "dropped", "dropped_texts", "hidden", "look_alikes", "line_numbers", "remarks", "pictures",
        "shown",
    )
)  # fmt: skip


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def needs_recognition(kind: str, garbled: int, empty: bool, reread: bool = False) -> bool:
    """Whether a page of this kind has to be recognised from its picture. reread: scans with a text layer
    too."""
    if kind in ("picture", "stamped", THIN_LAYER, GIBBERISH) or (garbled > 0 and empty):
        return True
    return reread and kind == LAYER


def pages_to_recognise(file: RawFile, wanted: Sequence[int], *, reread: bool = False) -> list[int]:
    """Numbers of the wanted pages with words that can only be had from pictures. reread: and of scans with a
    text layer."""
    return [
        number
        for number in wanted
        if is_picture(file.pages[number], reread=reread) or file.pages[number].pictures
    ]


def is_picture(page: RawPage, *, reread: bool) -> bool:
    """Whether the words of a raw page can only be had from its picture. reread: as of `needs_recognition`."""
    return needs_recognition(page.kind, page.garbled, not page.lines, reread)


def finish(file: RawFile, stem: str, *, keep: bool = False) -> Record:
    """Final text and facts of every page, with the whole document in view.

    stem: file name, for the title. keep: leave the raw pages in the file; else each is let go when it is
    finished, so that a long document is not held twice.
    """
    raw = list(file.pages.values())
    first = raw[0] if raw else RawPage(1)
    if not keep:
        file.pages.clear()
    labels, decided = _decided(raw)
    raw.reverse()
    pages = [
        _finish_page(raw.pop(), decisions, label) for decisions, label in zip(decided, labels, strict=True)
    ]
    return Record(
        page_count=file.page_count,
        title=choose_title(file.metadata.get("Title", ""), first, [page.text for page in pages[:2]], stem),
        pages=tuple(pages),
        encrypted=file.encrypted,
        needed_password=file.needed_password,
        fallback=file.fallback,
        metadata=file.metadata,
        attachments=tuple(clean_text(name)[0] for name in file.attachments),
        form_data=_not_on_pages(file.form_data, pages),
        unread=file.unread,
    )


def _decided(raw: Sequence[RawPage]) -> tuple[list[tuple[str | None, str]], list[Decisions]]:
    """Label of each page, and what is left out of it. A defect of ours in judging the layout of a file leaves
    everything in; it must not lose the file."""
    try:
        furniture = find_furniture(raw)
        return find_labels(raw, furniture), decide(raw, furniture)
    except Exception:
        import logging

        logging.getLogger(__name__).exception("the furniture of a document could not be told from its text")
        return [
            (" ".join(page.label.split()) or None, "file" if page.label.strip() else "") for page in raw
        ], [Decisions((), "k" * len(page.joins)) for page in raw]


def _not_on_pages(data: Sequence[tuple[str, str]], pages: Sequence[ReadPage]) -> tuple[tuple[str, str], ...]:
    """The values of a form that no page shows."""
    if not data:
        return ()
    text = " ".join(" ".join(page.text.split()) for page in pages)
    cleaned = ((clean_text(name)[0], " ".join(clean_text(value)[0].split())) for name, value in data)
    return tuple((name, value) for name, value in cleaned if value not in text)


def _finish_page(page: RawPage, decisions: Decisions, label: tuple[str | None, str]) -> ReadPage:
    text, shift = assemble(page, decisions), 0
    if page.kind == GIBBERISH and not page.ocr:
        text, shift = shifted_back(text)
    texts = page.texts if decisions.dropped else []
    read = ReadPage(
        page.number,
        label[0],
        label[1],
        text,
        size=page.size,
        kind=page.kind,
        ocr=page.ocr,
        confidence=page.confidence,
        dropped=decisions.dropped,
        dropped_texts=(
            *(clean_text(texts[line])[0] for line in decisions.dropped),
            *(("line numbers {}-{}".format(*page.margin),) if page.margin else ()),
        ),
        hyphens=decisions.hyphens,
        hidden=tuple((reason, clean_text(words)[0]) for reason, words in page.hidden),
        remarks=tuple((kind, clean_text(words)[0]) for kind, words in page.remarks),
        garbled=page.garbled,
        failed=page.failed,
        reordered=page.reordered,
        columns=count_columns(page.boxes, page.size[0]),
        shift=shift,
        unlaid=page.unlaid,
        line_numbers=_numbered(page, decisions, text) if page.numbered else (),
        pictures=page.pictures,
        shown=page.shown,
    )
    return finish_text(read)


def _numbered(page: RawPage, decisions: Decisions, text: str) -> tuple[tuple[int, int], ...]:
    """Where each numbered line begins in a page's final text, and its number."""
    found: list[tuple[int, int]] = []
    at = 0
    for piece, line, _ in pieces(page, decisions):
        if line >= 0 and page.numbered[line] and (not found or found[-1][1] != page.numbered[line]):
            found.append((at, page.numbered[line]))
        at += len(piece)
    final = clean_text(text)[0]
    if final == text:
        return tuple(found)
    # The one form of text may be shorter than the lines: count from the end of the line before.
    rows, cleaned = text.split("\n"), final.split("\n")
    if len(rows) != len(cleaned):
        return ()
    starts = {
        sum(len(row) + 1 for row in rows[:n]): sum(len(row) + 1 for row in cleaned[:n])
        for n in range(len(rows))
    }
    return tuple((starts[at], number) for at, number in found if at in starts)


def finish_text(page: ReadPage) -> ReadPage:
    """The page with its text normalised, and the notes on it."""
    text, cleaning = clean_text(page.text if page.text.isascii() else with_fractions(page.text))
    return page._replace(
        text=text,
        invisible=cleaning.suspicious,
        imitations=cleaning.control_tokens,
        instruction=instructions.find_instruction(text),
        look_alikes=tuple(instructions.mixed_scripts(text)[:20]),
    )


def count_columns(boxes: Sequence[int], width: float) -> int:
    """Columns of text on a page: 2 or 3 when enough lines stand wholly in each half or third, else 1."""
    lines = len(boxes) // 4
    if lines < 12 or width <= 0:
        return 1
    lefts, rights = boxes[0::4], boxes[2::4]
    for columns in (3, 2):
        step = 10 * width / columns
        inside = [0] * columns
        for left, right in zip(lefts, rights, strict=True):
            place = int(left // step)
            if 0 <= place < columns and right <= (place + 1) * step + 60 and right - left > step / 3:
                inside[place] += 1
        if min(inside) * columns * 3 > lines * 2 // columns and min(inside) >= 4:
            return columns
    return 1
