"""Documents and their pages, each document kept once, by the digest of its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlmodel import Session as OrmSession
from sqlmodel import col, select

from docanalyst.domain.documents import Document
from docanalyst.domain.turns import SessionDocument
from docanalyst.storage.rows import document_from_row, document_row, page_row
from docanalyst.storage.tables import DocumentRow, PageRow


def add(orm: OrmSession, document: Document, added_at: str, tokens: Mapping[int, int] | None = None) -> None:
    """Stores a document, or merges it with what is stored of the same file.

    Pages new to the store are added; a page read differently now replaces the older reading, except that no
    text never replaces text. tokens: count by page number, where known.
    """
    counts = tokens or {}
    fresh = document_row(document, added_at)
    stored = orm.get(DocumentRow, document.sha256)
    if stored is None:
        orm.add(fresh)
        orm.flush()
    else:
        stored.title = fresh.title
        stored.path = fresh.path or stored.path
        stored.page_count = max(fresh.page_count, stored.page_count)
        stored.byte_count = fresh.byte_count or stored.byte_count
        stored.warnings = fresh.warnings
        stored.metadata_ = fresh.metadata_ if document.metadata else stored.metadata_
    known = _readings(orm, document.sha256) if stored else {}
    for page in document.pages:
        count = counts.get(page.number)
        reading = known.get(page.number)
        if reading is None:
            orm.add(page_row(document.sha256, page, count))
        elif reading != (page.text, page.label, page.ocr, reading[3] if count is None else count):
            _replace(orm, page_row(document.sha256, page, count), reading[0])
    orm.flush()


def read(orm: OrmSession, sha256: str) -> Document | None:
    """The document with all pages stored of it, or None."""
    row = orm.get(DocumentRow, sha256)
    return None if row is None else document_from_row(row, _pages(orm, sha256))


def read_members(orm: OrmSession, members: Iterable[SessionDocument]) -> tuple[Document, ...]:
    """The documents of a session as it took them: its pages, under its title and path."""
    found = []
    for member in members:
        document = read(orm, member.sha256)
        if document is not None:
            taken = document.select(page_numbers(member.pages))
            found.append(replace(taken, title=member.title, path=member.path))
    return tuple(found)


def page_numbers(ranges: str) -> list[int]:
    """The numbers of page ranges: "3-5,9" → [3, 4, 5, 9]."""
    numbers: list[int] = []
    for part in filter(None, ranges.split(",")):
        first, _, last = part.partition("-")
        numbers.extend(range(int(first), int(last or first) + 1))
    return numbers


def _pages(orm: OrmSession, sha256: str) -> list[PageRow]:
    query = select(PageRow).where(PageRow.document_sha256 == sha256).order_by(col(PageRow.number))
    return list(orm.exec(query))


def _readings(orm: OrmSession, sha256: str) -> dict[int, tuple[str, str | None, bool, int | None]]:
    """Text, label, ocr and tokens of each stored page by number; whole rows would take four times as long."""
    rows = orm.connection().exec_driver_sql(
        "SELECT number, text, label, ocr, tokens FROM pages WHERE document_sha256 = ?", (sha256,)
    )
    return {number: (text, label, bool(ocr), tokens) for number, text, label, ocr, tokens in rows}


def _replace(orm: OrmSession, fresh: PageRow, known: str) -> None:
    stored = orm.exec(
        select(PageRow).where(
            PageRow.document_sha256 == fresh.document_sha256, PageRow.number == fresh.number
        )
    ).one()
    if fresh.text != known and (fresh.text.strip() or not known.strip()):
        stored.text, stored.words, stored.ocr, stored.tokens = (
            fresh.text,
            fresh.words,
            fresh.ocr,
            fresh.tokens,
        )
    elif fresh.tokens is not None and fresh.text == known:
        stored.tokens = fresh.tokens
    stored.label = fresh.label
