"""Reads whole documents and turns through SQLModel."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlmodel import Session as OrmSession
from sqlmodel import col, select

from docanalyst.domain.citations import Citation
from docanalyst.domain.documents import Document, Page, read_ranges
from docanalyst.domain.turns import SessionDocument, Turn
from docanalyst.storage.schema.shapes import CITATION, TURN, read
from docanalyst.storage.schema.tables import CitationRow, DocumentRow, PageRow, TurnRow


def read_document(orm: OrmSession, sha256: str) -> Document | None:
    """Return the document with all its saved pages, or None."""
    row = orm.get(DocumentRow, sha256)
    if row is None:
        return None
    query = select(PageRow).where(PageRow.document_sha256 == sha256).order_by(col(PageRow.number))
    return document_from_row(row, orm.exec(query))


def read_members(orm: OrmSession, members: Iterable[SessionDocument]) -> tuple[Document, ...]:
    """Return the documents of a session with its pages, title and path."""
    found = []
    for member in members:
        document = read_document(orm, member.sha256)
        if document is not None:
            taken = document.select(read_ranges(member.pages))
            found.append(replace(taken, title=member.title, path=member.path))
    return tuple(found)


def read_turns(orm: OrmSession, turn_ids: Iterable[str]) -> list[Turn]:
    """Return these turns in the given order; unknown IDs are left out."""
    wanted = list(turn_ids)
    turns = {
        turn.id: turn
        for turn in _read(orm, col(TurnRow.id).in_(wanted), col(CitationRow.turn_id).in_(wanted))
    }
    return [turns[turn_id] for turn_id in wanted if turn_id in turns]


def read_session(orm: OrmSession, session_id: str) -> list[Turn]:
    """Return all turns of a session, in order of position."""
    members = select(TurnRow.id).where(TurnRow.session_id == session_id)
    return _read(orm, TurnRow.session_id == session_id, col(CitationRow.turn_id).in_(members))


def _read(orm: OrmSession, of_turns: object, of_citations: object) -> list[Turn]:
    rows = orm.exec(select(TurnRow).where(of_turns).order_by(col(TurnRow.position)))  # type: ignore[arg-type]
    ordered = select(CitationRow).where(of_citations)  # type: ignore[arg-type]
    citations: dict[str, list[CitationRow]] = {}
    for citation in orm.exec(ordered.order_by(col(CitationRow.turn_id), col(CitationRow.position))):
        citations.setdefault(citation.turn_id, []).append(citation)
    return [turn_from_row(row, citations.get(row.id, [])) for row in rows]


def document_from_row(row: DocumentRow, pages: Iterable[PageRow]) -> Document:
    """Return a document with these pages."""
    return Document(
        sha256=row.sha256,
        title=row.title,
        path=row.path,
        byte_count=row.byte_count,
        page_count=row.page_count,
        warnings=tuple(json.loads(row.warnings)),
        metadata=json.loads(row.metadata_),
        pages=tuple(map(_page, pages)),
    )


def _page(row: PageRow) -> Page:
    numbered = json.loads(row.line_numbers) if row.line_numbers else ()
    lines = tuple((offset, number) for offset, number in numbered)
    return Page(row.number, row.label, row.text, bool(row.ocr), lines)


def turn_from_row(row: TurnRow, citations: Sequence[CitationRow]) -> Turn:
    """Return the turn of a row, with these citations."""
    found: tuple[Citation, ...] = tuple(read(CITATION, citation) for citation in citations)
    turn: Turn = read(TURN, row, citations=found)
    return turn
