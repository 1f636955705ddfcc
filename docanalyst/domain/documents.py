"""Documents as they are read, sent, counted and quoted against: one text, used everywhere.

A page's label holds its printed number or, in a Word file, the paragraphs that are on it: "¶¶ 41-62" where
the file has no pages, "as last saved, ¶¶ 41-62" where it has those of Word's last layout. Paragraphs are
divided by blank lines, so the one at an offset follows from the label and the text, also of a stored page.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field, replace

SAVED = "as last saved"
APART = ("headers and footers", "comments")
"""Labels of the pages at the end of a Word file that hold what is not part of its running text."""

_PARAGRAPHS = re.compile(rf"(?P<saved>{SAVED}, )?¶¶? (?P<first>\d+)(?:-(?P<last>\d+))?")


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    number: physical page in the file, 1-based. label: the printed page number, in a Word file the paragraphs
    on it (see above), or None where the page has none. text: final text, NFC, without control tokens; ""
    where the page has no text layer. ocr: the text was recognised from a picture of the page. line_numbers:
    where each numbered line of a transcript, pleading or manuscript begins in the text, and its number; the
    numbers are no text.
    """

    number: int
    label: str | None
    text: str
    ocr: bool = False
    line_numbers: tuple[tuple[int, int], ...] = field(default=(), compare=False)

    def line_at(self, offset: int) -> int | None:
        """The printed number of the line that a character of the text is on; None where lines have none."""
        place = bisect.bisect_right(self.line_numbers, (offset, 1 << 30)) - 1
        return self.line_numbers[place][1] if place >= 0 else None

    def label_at(self, offset: int) -> str | None:
        """The label of the place of a character of the text: its paragraph in a Word file, else its own."""
        return label_at(self.label, self.text, offset)

    def is_called(self, label: str) -> bool:
        """Whether an answer that gives this label, as a printed number or a paragraph, means this page."""
        return label in (self.label, str(self.number)) or names_paragraph(self.label, label)


@dataclass(frozen=True, slots=True)
class Document:
    """A document read whole.

    sha256: hex digest of the file's bytes. pages: in file order; a selection holds only the pages taken.
    left_out: running heads, page numbers and line numbers that are not in the text, line by line, each with
    its
    pages as ranges. beside: of the first document of a reading, the files in its folders that were not read.
    page_count: pages of the whole file. warnings: sentences for people. path: as the user
    gave it.
    """

    sha256: str
    title: str
    pages: tuple[Page, ...]
    warnings: tuple[str, ...] = ()
    path: str = ""
    byte_count: int = 0
    page_count: int = 0
    metadata: dict[str, str] = field(default_factory=dict, hash=False, compare=False)
    left_out: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    beside: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if not self.page_count:
            object.__setattr__(self, "page_count", len(self.pages))

    @property
    def name(self) -> str:
        """File name on one line, for lists and evidence lines; the title where there is no path."""
        return file_name(self.path) or self.title

    @property
    def pages_without_text(self) -> tuple[int, ...]:
        """Numbers of the pages, among those taken, that have no text."""
        return tuple(page.number for page in self.pages if not page.text.strip())

    @property
    def pages_sent(self) -> str:
        """The pages taken, as ranges: "1-38" or "3-40,55"."""
        return format_ranges([page.number for page in self.pages])

    @property
    def is_selection(self) -> bool:
        """Whether only some of the file's pages were taken."""
        return len(self.pages) < self.page_count

    def page(self, number: int) -> Page | None:
        """The page with this physical number, or None where it was not taken."""
        return next((page for page in self.pages if page.number == number), None)

    def select(self, numbers: list[int]) -> Document:
        """The same document with only the pages of these numbers, in file order."""
        wanted = set(numbers)
        return replace(self, pages=tuple(page for page in self.pages if page.number in wanted))


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one page's text: start and end are character offsets into `Page.text`."""

    document_sha256: str
    page_number: int
    start: int
    end: int


def file_name(path: str) -> str:
    """The last part of a path, of this system or another one, on one line."""
    return " ".join(path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1].split())


def format_ranges(numbers: list[int], between: str = ",") -> str:
    """Page numbers as ranges, in the order given: [1, 2, 3, 7] → "1-3,7". between: ", " in a sentence, where
    "1,255" reads like one number."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return between.join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def page_reference(
    page: int | None, label: str | None = None, last: int | None = None, last_label: str | None = None
) -> str:
    """How a place is named everywhere: "p. 9", "p. 9 (printed 6)", "pp. 9-11 (printed 6-8)"; in Word files
    "¶ 12", or "p. 9 (as last saved, ¶ 112)".

    Args:
        page: the PDF's page, 1-based; None where only the printed number is known, or none.
        label: the printed number of that page; shown only where it differs.
        last: the last page of a range.
        last_label: the printed number of the last page.
    """
    if page is None:
        if paragraphs_of(label):
            return label or ""
        return f"printed p. {label}" if label else "no page cited"
    is_range = last is not None and last > page
    pages = f"pp. {page}-{last}" if is_range else f"p. {page}"
    first, end = (" ".join((words or "").split()) for words in (label, last_label))
    if not first or first == str(page):
        return pages
    return page_words(pages, first, end if is_range and end != first else None)


def is_whole(pages: str, page_count: int) -> bool:
    """Whether ranges take all pages of a file; no ranges do."""
    return pages in ("", "1" if page_count == 1 else f"1-{page_count}")


def read_ranges(ranges: str) -> list[int]:
    """The page numbers of ranges as `format_ranges` writes them: "1-3,7" → [1, 2, 3, 7]."""
    numbers: list[int] = []
    for part in filter(None, ranges.split(",")):
        first, _, last = part.partition("-")
        numbers.extend(range(int(first), int(last or first) + 1))
    return numbers


def document_id(position: int) -> str:
    """The id of the document at this position of a pack, 0-based: "D1", "D2", …"""
    return f"D{position + 1}"


def paragraphs_label(first: int, last: int, *, saved: bool) -> str:
    """The label of a page with these paragraphs. saved: the page is one of Word's last layout."""
    numbers = f"¶ {first}" if first == last else f"¶¶ {first}-{last}"
    return f"{SAVED}, {numbers}" if saved else numbers


def paragraphs_of(label: str | None) -> tuple[int, int] | None:
    """The first and the last paragraph that a label names; None where it is another kind of label."""
    match = _PARAGRAPHS.fullmatch(label or "")
    if match is None:
        return None
    return int(match["first"]), int(match["last"] or match["first"])


def label_at(label: str | None, text: str, offset: int) -> str | None:
    """The label of one character of a page: its paragraph where the page has paragraphs, else the label."""
    found = paragraphs_of(label)
    if found is None or label is None:
        return label
    number = min(found[0] + text.count("\n\n", 0, offset), found[1])
    return paragraphs_label(number, number, saved=label.startswith(SAVED))


def names_paragraph(label: str | None, claimed: str) -> bool:
    """Whether the paragraphs of a page include one that is claimed for a quotation ("¶ 12")."""
    on_page, wanted = paragraphs_of(label), paragraphs_of(claimed)
    return bool(on_page and wanted and on_page[0] <= wanted[1] and wanted[0] <= on_page[1])


def page_words(pages: str, first: str | None, end: str | None) -> str:
    """The words of a place: pages as "p. 9", and the labels of the first and the last of them.

    A page without a number of its own is named by its paragraphs, or by what is on it.
    """
    begin, close = paragraphs_of(first), paragraphs_of(end)
    if first in APART:
        return first or ""
    if first is None or begin is None:
        return f"{pages} (printed {first}{f'-{end}' if end else ''})"
    numbers = paragraphs_label(begin[0], max(begin[1], close[1] if close else 0), saved=False)
    return f"{pages} ({SAVED}, {numbers})" if first.startswith(SAVED) else numbers


def marker_label(label: str) -> str:
    """A label as the marker above a page gives it: "printed 6", "¶¶ 41-62", "comments"."""
    if label in APART or paragraphs_of(label):
        return label.removeprefix(f"{SAVED}, ")
    return f"printed {label}"
