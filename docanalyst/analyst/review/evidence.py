"""Checks saved turns again, and collects what an export shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst._version import __version__
from docanalyst.analyst.documents.sources import all_members
from docanalyst.domain.answers.citing import cite
from docanalyst.domain.answers.grammar import read_places
from docanalyst.domain.answers.pincite import PinStyle
from docanalyst.domain.citations import Citation, Quote
from docanalyst.domain.documents import Document, Span
from docanalyst.domain.errors import DocumentError
from docanalyst.domain.turns import Session, SessionDocument, Turn
from docanalyst.domain.verification.verify import VerificationIndex
from docanalyst.pdf.enclosures.members import local_file

if TYPE_CHECKING:
    from docanalyst.exporters import Exporter, Picture, Report

PICTURE_SCALE = 1.6
"""Pixels a point of the pictures of cited places: legible, and about 150 KB a page."""
MARGIN = 90.0
"""Points of the page kept above and below the quoted words."""


@dataclass(frozen=True, slots=True)
class Recheck:
    """One kept turn, checked again. changed: pairs of the citation as kept and as found now."""

    turn: Turn
    citations: tuple[Citation, ...]
    changed: tuple[tuple[Citation, Citation], ...]


@dataclass(frozen=True, slots=True)
class FileState:
    """A file of a session now. state: same, changed, missing, unreadable."""

    document: SessionDocument
    state: str
    sha256: str = ""


def file_states(members: Iterable[SessionDocument]) -> list[FileState]:
    """Whether files that were asked over are still what they were."""
    states = []
    for item in members:
        try:
            with local_file(item.path).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            states.append(FileState(item, "same" if digest == item.sha256 else "changed", digest))
        except (FileNotFoundError, DocumentError):
            states.append(FileState(item, "missing"))
        except OSError:
            states.append(FileState(item, "unreadable"))
    return states


def recheck(session: Session, documents_of: Callable[[Turn], Sequence[Document]]) -> list[Recheck]:
    """Check every quote of a session again; no model. documents_of: what a turn was asked over, in its
    order."""
    indexes: dict[tuple[tuple[str, str], ...], VerificationIndex] = {}
    checked = []
    for turn in session.turns:
        documents = documents_of(turn)
        key = tuple((document.sha256, document.pages_sent) for document in documents)
        index = indexes.get(key) or indexes.setdefault(key, VerificationIndex(documents))
        now = _checked_again(turn, index, documents)
        changed = tuple(
            (before, after)
            for before, after in zip(turn.citations, now, strict=True)
            if (before.verdict, before.found_page) != (after.verdict, after.found_page)
        )
        checked.append(Recheck(turn, now, changed))
    return checked


def _checked_again(
    turn: Turn, index: VerificationIndex, documents: Sequence[Document]
) -> tuple[Citation, ...]:
    """The citations of a turn as they are found now: read from its answer again, so that a range of pages is
    claimed as it was written; those that are no longer read so are checked as they were kept."""
    read = read_places(turn.answer)
    again = cite(turn.answer, read, index.verify([item.quote for item in read]), documents).citations
    if [item.quote for item in again] == [item.quote for item in turn.citations]:
        return tuple(
            replace(item, number=kept.number, review=kept.review)
            for item, kept in zip(again, turn.citations, strict=True)
        )
    kept_quotes = [
        Quote(item.quote, item.document or None, item.page, item.number, item.page_label, where=item.where)
        for item in turn.citations
    ]
    return tuple(
        replace(item, where=kept.where, review=kept.review)
        for item, kept in zip(index.verify(kept_quotes), turn.citations, strict=True)
    )


def gather(
    session: Session,
    documents: Sequence[Document],
    exporter: Exporter,
    *,
    cache_dir: Path | None,
    plain: bool = False,
    password: str | None = None,
) -> tuple[Report, list[str]]:
    """What an export shows, and notes on what could not be: files that moved or changed give no pictures and
    no highlighted copies."""
    from docanalyst.exporters import Report

    notes: list[str] = []
    usable: set[str] = set()
    if exporter.pictures or exporter.copies:
        states = file_states(all_members(session))
        usable = {state.document.sha256 for state in states if state.state == "same"}
        lost = "no copy of it is highlighted" if exporter.copies else "its places are shown without pictures"
        notes += [
            f"{state.document.path} is {state.state}; {lost}." for state in states if state.state != "same"
        ]
    report = Report(
        session=session,
        documents=tuple(documents),
        style=PinStyle.PLAIN if plain else PinStyle.LEGAL,
        version=__version__,
        exported_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    files = {document.sha256: document for document in documents if document.sha256 in usable}
    if exporter.pictures:
        pictures = {}
        for turn in session.turns:
            for place, citation in enumerate(turn.citations):
                made = _pictures(citation, files, cache_dir, password, notes)
                if made:
                    pictures[(turn.id, place)] = made
        report = replace(report, pictures=pictures)
    if exporter.copies:
        report = replace(report, copies=_copies(report, files, cache_dir, password, notes))
    return report, notes


def _pictures(
    citation: Citation,
    files: dict[str, Document],
    cache_dir: Path | None,
    password: str | None,
    notes: list[str],
) -> tuple[Picture, ...]:
    document = files.get(citation.found_sha256 or "")
    if document is None or not document.path.lower().endswith(".pdf"):
        return ()
    pages: dict[int, list[Span]] = {}
    for span in citation.spans:
        pages.setdefault(span.page_number, []).append(span)
    made = []
    for number, spans in pages.items():
        try:
            made.append(_picture(document, number, spans, cache_dir, password))
        except DocumentError as error:
            notes.append(error.message)
    return tuple(made)


def _picture(
    document: Document, number: int, spans: Sequence[Span], cache_dir: Path | None, password: str | None
) -> Picture:
    from docanalyst.analyst.documents.pictures import marked_page
    from docanalyst.exporters import Picture

    drawn = marked_page(
        document, number, spans, PICTURE_SCALE, margin=MARGIN, cache_dir=cache_dir, password=password
    )
    return Picture(drawn.png, number, drawn.boxes, marked=True, width=drawn.width / drawn.scale)


def _copies(
    report: Report,
    files: dict[str, Document],
    cache_dir: Path | None,
    password: str | None,
    notes: list[str],
) -> dict[str, bytes]:
    from docanalyst.exporters.annotated_pdf import marks
    from docanalyst.pdf.marks.geometry import locate
    from docanalyst.pdf.marks.highlights import Highlight, highlighted_copy

    copies = {}
    for sha256, wanted in marks(report).items():
        document = files.get(sha256)
        if document is None:
            continue
        path = document.path
        if not path.lower().endswith(".pdf"):
            notes.append(f"{path} is not a PDF, so no highlighted copy was made.")
            continue
        found, unplaced = [], 0
        for mark in wanted:
            for span in mark.spans:
                page = document.page(span.page_number)
                boxes = locate(
                    path,
                    span.page_number,
                    span.start,
                    span.end,
                    password=password,
                    cache_dir=cache_dir,
                    text=page.text if page else None,
                )
                if boxes:
                    found.append(Highlight(span.page_number, tuple(boxes), mark.note, mark.colour))
                else:
                    unplaced += 1
        if unplaced:
            notes.append(f"{path}: {unplaced} cited passages have no place on the page to highlight.")
        if found:
            copies[sha256] = highlighted_copy(path, found, password=password)
    return copies
