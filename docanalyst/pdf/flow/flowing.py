"""Documents without fixed pages, such as Word files and web pages: read in the limited process, then as pages
of final text with notes for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docanalyst.domain.documents import Document, Page, page_reference
from docanalyst.domain.errors import DocumentError
from docanalyst.domain.text import clean_text
from docanalyst.formats import detection
from docanalyst.formats.word.blocks import Block, block_of
from docanalyst.formats.word.pages import PageOfBlocks, paginate
from docanalyst.pdf import limits, notes
from docanalyst.pdf.layout.titles import choose_title
from docanalyst.pdf.ranges import page_numbers
from docanalyst.pdf.rawpages import RawPage
from docanalyst.pdf.records import ReadPage, Record, finish_text
from docanalyst.pdf.reports import PageReport, Reading
from docanalyst.pdf.sandbox import process

READER_VERSION = "1"
CPU_SECONDS = 4.5
"""Processor time for a whole file. 94,000 words take 0.3 s."""

HIDDEN = "set as hidden in Word"

NAMES = {
    detection.WORD: "Word files",
    detection.HTML: "web pages",
    detection.MAIL: "e-mails",
    detection.OUTLOOK: "Outlook messages",
    detection.OPENDOCUMENT: "OpenDocument texts",
    detection.EPUB: "EPUB books",
    detection.RTF: "RTF files",
}
"""Kinds of documents without fixed pages, and what the receipt calls their readers."""


@dataclass(slots=True)
class FlowingFile:
    """What the limited process read of a file. unread: how many pictures and the like were not read. told:
    sentences about the file."""

    blocks: list[Block] = field(default_factory=list)
    title: str = ""
    unread: dict[str, int] = field(default_factory=dict)
    macros: bool = False
    told: list[str] = field(default_factory=list)


def read_blocks(
    place: Path,
    given: str,
    *,
    kind: str = detection.WORD,
    view: str = "final",
    include_hidden: bool = False,
    anchored: bool = False,
) -> FlowingFile:
    """The blocks of a document without fixed pages. Raises DocumentError.

    Args:
        place: The file.
        given: Its path as the user gave it.
        kind: One of `NAMES`.
        view: One of `formats.word.blocks.VIEWS`.
        include_hidden: Whether hidden text is text.
        anchored: Whether blocks tell their paragraph of the main part.
    """
    request: dict[str, Any] = {
        "task": "blocks",
        "kind": kind,
        "path": str(place),
        "view": view,
        "include_hidden": include_hidden,
        "anchored": anchored,
        "seconds": CPU_SECONDS,
    }
    file = FlowingFile()
    for message, _ in ask(request, place, given):
        if message["event"] == "blocks":
            file.blocks += map(block_of, message["blocks"])
        elif message["event"] == "facts":
            file.title, file.unread, file.macros = message["title"], message["unread"], message["macros"]
            file.told = message["told"]
    return file


def ask(request: dict[str, Any], place: Path, given: str) -> Iterable[tuple[dict[str, Any], bytes]]:
    """The answers of the limited process about a file. Raises DocumentError where it refuses or dies."""
    try:
        for message, payload in process.ask_once(request):
            if message["event"] == "refused":
                raise DocumentError(
                    f"{place.name} cannot be read: {message['reason']}.", _HINTS[message["kind"]], path=given
                )
            if message["event"] == "failed":
                raise DocumentError(
                    f"{place.name} cannot be read: it is damaged ({message['reason']}).",
                    _HINTS["damaged"],
                    path=given,
                )
            yield message, payload
    except process.ProcessDied as death:
        reason = death.reason.replace("the PDF parser", "the parser")
        raise DocumentError(
            f"{place.name} cannot be read: it {reason}.", _HINTS["large"], path=given
        ) from death


_HINTS = {
    "damaged": "Open it in the program that made it and save it again, or export it as PDF.",
    "unsafe": "Do not trust the file; if you know its source, open it in its program and save it again.",
    "locked": "Open it in the program that made it, remove the lock, and save it again.",
    "mailbox": "In a mail program, save each message as a file of its own (.eml).",
    "large": "Split the document, or export it as PDF.",
}


def read_flowing_file(
    place: Path,
    given: str,
    digest: str,
    pages: str | Sequence[int] | None,
    *,
    kind: str,
    view: str,
    include_hidden: bool,
) -> Reading:
    """Read a document without fixed pages whole. Raises DocumentError.

    Args:
        place: The file.
        given: Its path as the user gave it.
        digest: SHA-256 of its bytes.
        pages: "3-40,55" or numbers; all if None.
        kind: One of `NAMES`.
        view: How tracked changes are read, one of `formats.word.blocks.VIEWS`.
        include_hidden: Whether hidden text is text.
    """
    file = read_blocks(place, given, kind=kind, view=view, include_hidden=include_hidden)
    made, saved = paginate(file.blocks)
    numbers = page_numbers(pages, len(made), given) if pages is not None else list(range(1, len(made) + 1))
    if len(numbers) > limits.MAX_PAGES:
        raise DocumentError(
            f"{place.name} has {len(made):,} pages, over the limit of {limits.MAX_PAGES:,} at once.",
            f"Name the pages: {place.name}:1-{limits.MAX_PAGES}.",
            path=given,
        )
    taken = [made[number - 1] for number in numbers]
    read = [_read_page(page) for page in taken]
    if not any(page.text.strip() for page in read):
        raise DocumentError(f"{place.name} has no words.", "Leave it out.", path=given)
    title = choose_title(clean_text(file.title)[0], RawPage(1), [page.text for page in read[:2]], place.stem)
    record = Record(len(made), title, tuple(read))
    document = Document(
        sha256=digest,
        title=title,
        pages=tuple(Page(page.number, page.label, page.text) for page in read),
        warnings=(
            *_about_file(file, taken, kind=kind, saved=saved, view=view),
            *notes.warnings(record, read, include_hidden=include_hidden, can_recognise=True),
        ),
        path=given,
        byte_count=place.stat().st_size,
        page_count=len(made),
    )
    reports = tuple(
        PageReport(
            page.number,
            page.label,
            "saved" if saved else "paragraphs",
            characters=len(page.text),
            blank=not page.text.strip(),
            hidden=page.hidden,
            struck=tuple(words for kind, words in page.remarks if kind == "struck"),
            warnings=(
                *_about_changes([own], view),
                *notes.page_warnings(page, include_hidden=include_hidden, can_recognise=True),
            ),
        )
        for page, own in zip(read, taken, strict=True)
    )
    return Reading(document, reports, f"{NAMES[kind]}, reader {READER_VERSION}")


def _read_page(page: PageOfBlocks) -> ReadPage:
    own = _own_blocks(page)
    return finish_text(
        ReadPage(
            page.number,
            page.label,
            "",
            page.text,
            hidden=tuple(
                (reason, clean_text(words)[0])
                for block in own
                for reason, words in zip(
                    block.reasons or (HIDDEN,) * len(block.hidden), block.hidden, strict=True
                )
            ),
            remarks=tuple(("struck", clean_text(words)[0]) for block in own for words in block.struck),
        )
    )


def _own_blocks(page: PageOfBlocks) -> list[Block]:
    """The blocks of a page, each once though a page break may divide it."""
    return list(dict.fromkeys(page.blocks))


def _about_file(
    file: FlowingFile, pages: Sequence[PageOfBlocks], *, kind: str, saved: bool, view: str
) -> Iterable[str]:
    if saved:
        program = "Word" if kind == detection.WORD else "the program that wrote the file"
        yield f"Page numbers are those of the layout that {program} saved last; it may show others now."
    elif kind == detection.WORD:
        yield "No page breaks are saved in the file, so places are given by paragraph (¶)."
    else:
        yield "The file has no pages, so places are given by paragraph (¶)."
    yield from file.told
    yield from _about_changes(pages, view)
    for what, count in sorted(file.unread.items()):
        them = f"1 {what} was" if count == 1 else f"{count:,} {what}s were"
        yield f"{them} not read; check the file for words in {'it' if count == 1 else 'them'}."
    if file.macros:
        yield "The file contains macros; they were neither run nor read."


def _about_changes(pages: Sequence[PageOfBlocks], view: str) -> Iterable[str]:
    """What a reader should know of the tracked changes on pages, in sentences."""
    if view == "original":
        yield "Tracked changes are rejected: this is the text before them."
        return
    if view == "marked":
        yield "Tracked changes are shown as [inserted by …] and [deleted by …]."
        return
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for page in pages:
        for block in _own_blocks(page):
            for kind, author, words in block.changes:
                words = " ".join(clean_text(words)[0].split())
                if words:
                    found.setdefault((kind, author), []).append(
                        (page_reference(page.number, page.label), words)
                    )
    for (kind, author), changes in found.items():
        places = list(dict.fromkeys(place for place, _ in changes))
        where = ", ".join(places[:3])
        where += f" and {len(places) - 3:,} more places" if len(places) > 3 else ""
        shown = "; ".join(
            f"[{kind} by {author}: {_excerpt(words)}]" for _, words in changes[: notes.EXCERPTS]
        )
        more = f" and {len(changes) - notes.EXCERPTS:,} more" if len(changes) > notes.EXCERPTS else ""
        fate = "read as text" if kind == "inserted" else "not in the text"
        yield f"Tracked changes, {kind} ({fate}), {where}: {shown}{more}."


def _excerpt(words: str) -> str:
    return words if len(words) <= notes.EXCERPT else words[: notes.EXCERPT - 1].rstrip() + "…"
