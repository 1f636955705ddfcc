"""What reading a file came to, as it is kept between runs, and the finishing of raw pages into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from docanalyst.domain.text import clean_text
from docanalyst.pdf import instructions
from docanalyst.pdf.layout.assembly import Decisions, assemble, decide
from docanalyst.pdf.layout.labels import find_labels
from docanalyst.pdf.layout.running_heads import find_furniture
from docanalyst.pdf.layout.superscripts import with_fractions
from docanalyst.pdf.layout.titles import choose_title
from docanalyst.pdf.rawpages import RawFile, RawPage

READER_VERSION = "9"
"""Goes up whenever the same file would give other text; what an older reader kept is then read anew."""


class ReadPage(NamedTuple):
    """A page as read.

    size: points. kind: as of the raw page. invisible: escape, bidi and tag characters taken out. imitations:
    control tokens of models broken up. instruction: words that read like one, to a model. look_alikes: words
    that mix alphabets. columns: of text, side by side. remarks: kind and words, as of the raw page.
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
    remarks: tuple[tuple[str, str], ...] = ()

    @property
    def decisions(self) -> Decisions:
        """What was left out and which hyphens were taken out."""
        return Decisions(self.dropped, self.hyphens)

    @property
    def needs_recognition(self) -> bool:
        """Whether words of the page can only be had from its picture."""
        return not self.ocr and needs_recognition(self.kind, self.garbled, not self.text.strip())


@dataclass(frozen=True, slots=True)
class Record:
    """A file as read. title: already chosen. metadata: as the file gives it. attachments: names of the files
    in it. form_data: names and values of an XFA form."""

    page_count: int
    title: str
    pages: tuple[ReadPage, ...]
    encrypted: bool = False
    needed_password: bool = False
    fallback: bool = False
    metadata: dict[str, str] = field(default_factory=dict)
    attachments: tuple[str, ...] = ()
    form_data: tuple[tuple[str, str], ...] = ()

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
    for name in ("size", "dropped", "dropped_texts", "hidden", "look_alikes", "remarks")
)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def needs_recognition(kind: str, garbled: int, empty: bool) -> bool:
    """Whether a page of this kind has to be recognised from its picture."""
    return kind in ("picture", "stamped") or (garbled > 0 and empty)


def finish(file: RawFile, stem: str, *, keep: bool = False) -> Record:
    """Final text and facts of every page, with the whole document in view.

    stem: file name, for the title. keep: leave the raw pages in the file; else each is let go when it is
    finished, so that a long document is not held twice.
    """
    raw = list(file.pages.values())
    first = raw[0] if raw else RawPage(1)
    if not keep:
        file.pages.clear()
    furniture = find_furniture(raw)
    labels = find_labels(raw, furniture)
    decided = decide(raw, furniture)
    del furniture
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
    )


def _not_on_pages(data: Sequence[tuple[str, str]], pages: Sequence[ReadPage]) -> tuple[tuple[str, str], ...]:
    """The values of a form that no page shows."""
    if not data:
        return ()
    text = " ".join(" ".join(page.text.split()) for page in pages)
    cleaned = ((clean_text(name)[0], " ".join(clean_text(value)[0].split())) for name, value in data)
    return tuple((name, value) for name, value in cleaned if value not in text)


def _finish_page(page: RawPage, decisions: Decisions, label: tuple[str | None, str]) -> ReadPage:
    texts = page.texts if decisions.dropped else []
    read = ReadPage(
        page.number,
        label[0],
        label[1],
        assemble(page, decisions),
        size=page.size,
        kind=page.kind,
        ocr=page.ocr,
        confidence=page.confidence,
        dropped=decisions.dropped,
        dropped_texts=(
            *(clean_text(texts[line])[0] for line in decisions.dropped),
            *((f"line numbers 1-{page.margin}",) if page.margin else ()),
        ),
        hyphens=decisions.hyphens,
        hidden=tuple((reason, clean_text(words)[0]) for reason, words in page.hidden),
        remarks=tuple((kind, clean_text(words)[0]) for kind, words in page.remarks),
        garbled=page.garbled,
        failed=page.failed,
        reordered=page.reordered,
        columns=count_columns(page.boxes, page.size[0]),
    )
    return finish_text(read)


def finish_text(page: ReadPage) -> ReadPage:
    """The page with its text in the one form of text, and what is to be told of it."""
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
