"""Reads whole documents and turns through SQLModel."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlmodel import Session as OrmSession
from sqlmodel import col, select

from docanalyst.domain.citations import Caution, Citation, Difference, Review, Verdict, Where
from docanalyst.domain.documents import Document, Page, Span
from docanalyst.domain.models import Cost, Usage
from docanalyst.domain.receipt import Coverage, Receipt
from docanalyst.domain.records.receipts import receipt_document_from_record
from docanalyst.domain.records.turns import remark_from_record, span_from_record
from docanalyst.domain.turns import PromptUsed, SessionDocument, Timings, Turn, TurnStatus
from docanalyst.storage.schema.tables import CitationRow, DocumentRow, PageRow, TurnRow
from docanalyst.storage.sessions.library import page_numbers


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
            taken = document.select(page_numbers(member.pages))
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
        pages=tuple(Page(page.number, page.label, page.text, bool(page.ocr)) for page in pages),
    )


def turn_from_row(row: TurnRow, citations: Sequence[CitationRow]) -> Turn:
    """Return the turn of a row, with these citations."""
    return Turn(
        id=row.id,
        session_id=row.session_id,
        question=row.question,
        provider=row.provider,
        model=row.model,
        status=TurnStatus(row.status),
        answer=row.answer,
        reasoning=row.reasoning,
        citations=tuple(_citation_from_row(citation) for citation in citations),
        coverage=None if row.statements is None else Coverage(row.statements, row.supported or 0),
        receipt=_receipt_from_row(row),
        usage=(
            None
            if row.input_tokens is None
            else Usage(
                row.input_tokens,
                row.cached_tokens or 0,
                row.output_tokens or 0,
                row.reasoning_tokens or 0,
                bool(row.usage_estimated),
            )
        ),
        cost=(
            None
            if row.cost_micros is None
            else Cost(
                row.cost_micros, "USD" if row.currency is None else row.currency, bool(row.cost_estimated)
            )
        ),
        timings=Timings(row.first_token_s, row.total_s, row.tokens_per_s),
        finish_reason=row.finish_reason,
        prompt=None if row.prompt_name is None else PromptUsed(row.prompt_name, row.prompt_sha256 or ""),
        parent_id=row.parent_id,
        position=row.position,
        started_at=row.started_at,
        error=row.error,
        remarks=tuple(remark_from_record(item) for item in json.loads(row.remarks)),
    )


def _receipt_from_row(row: TurnRow) -> Receipt | None:
    if row.receipt_documents is None:
        return None
    return Receipt(
        documents=tuple(receipt_document_from_record(item) for item in json.loads(row.receipt_documents)),
        context_sha256=row.context_sha256 or "",
        window=row.window or 0,
        reserved_output=row.reserved_output or 0,
        counted_tokens=row.counted_tokens or 0,
        token_count=row.token_count or "",
        billed_tokens=row.billed_tokens,
        context_complete=None if row.context_complete is None else bool(row.context_complete),
    )


def _citation_from_row(row: CitationRow) -> Citation:
    span = None
    if row.span_page is not None and row.span_start is not None and row.span_end is not None:
        span = Span(row.span_document_sha256 or "", row.span_page, row.span_start, row.span_end)
    return Citation(
        number=row.number,
        document=row.document,
        quote=row.quote,
        verdict=Verdict(row.verdict),
        path=row.path,
        sha256=row.document_sha256,
        page=row.page,
        page_label=row.page_label,
        found_document=row.found_document,
        found_sha256=row.found_document_sha256,
        found_page=row.found_page,
        found_page_label=row.found_page_label,
        similarity=row.similarity,
        differences=tuple(Difference(*item) for item in json.loads(row.differences)),
        span=span,
        spans=tuple(span_from_record(item) for item in json.loads(row.spans)),
        occurrences=row.occurrences,
        closest=row.closest,
        note=row.note,
        where=Where(row.place),
        cautions=tuple(Caution(caution) for caution in json.loads(row.cautions)),
        review=Review(row.review_mark, row.review_note or "", row.reviewed_at or "")
        if row.review_mark
        else None,
    )
