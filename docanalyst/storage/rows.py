"""Rows from values and values from rows, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlmodel import SQLModel

from docanalyst.domain.citations import Citation, Difference, Verdict
from docanalyst.domain.documents import Document, Page, Span
from docanalyst.domain.models import Cost, Usage
from docanalyst.domain.receipt import Coverage, Receipt
from docanalyst.domain.receipt_records import receipt_document_from_record, receipt_document_record
from docanalyst.domain.records import (
    remark_from_record,
    remark_record,
    span_from_record,
    span_record,
)
from docanalyst.domain.turns import PromptUsed, Timings, Turn, TurnStatus
from docanalyst.storage.tables import CitationRow, DocumentRow, PageRow, TurnRow
from docanalyst.storage.words import spread, storable

Row = TypeVar("Row", bound=SQLModel)


def clean(row: Row) -> Row:
    """The row with all its text storable."""
    for name, value in row.__dict__.items():
        if isinstance(value, str):
            fixed = storable(value)
            if fixed is not value:
                setattr(row, name, fixed)
    return row


def to_json(value: Any) -> str:
    """Compact JSON, readable in a database viewer."""
    return str(storable(json.dumps(value, ensure_ascii=False, separators=(",", ":"))))


def document_row(document: Document, added_at: str) -> DocumentRow:
    """A document's own row, without its pages."""
    return clean(
        DocumentRow(
            sha256=document.sha256,
            title=document.title,
            path=document.path,
            page_count=document.page_count,
            byte_count=document.byte_count,
            added_at=added_at,
            warnings=to_json(list(document.warnings)),
            metadata_=to_json(document.metadata),
        )
    )


def page_row(sha256: str, page: Page, tokens: int | None) -> PageRow:
    """One page. tokens: its count, where known."""
    text = storable(page.text)
    return clean(
        PageRow(
            document_sha256=sha256,
            number=page.number,
            label=page.label,
            text=text,
            tokens=tokens,
            ocr=int(page.ocr),
            words=spread(text),
        )
    )


def document_from_row(row: DocumentRow, pages: Iterable[PageRow]) -> Document:
    """A document with these pages."""
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


def fill_turn_row(row: TurnRow, turn: Turn) -> TurnRow:
    """Writes every field of the turn but its position into the row; the citations have rows of their own."""
    receipt, usage, cost = turn.receipt, turn.usage, turn.cost
    values: dict[str, Any] = {
        "id": turn.id,
        "session_id": turn.session_id,
        "parent_id": turn.parent_id,
        "question": turn.question,
        "answer": turn.answer,
        "reasoning": turn.reasoning,
        "status": turn.status.value,
        "finish_reason": turn.finish_reason,
        "provider": turn.provider,
        "model": turn.model,
        "prompt_name": turn.prompt.name if turn.prompt else None,
        "prompt_sha256": turn.prompt.sha256 if turn.prompt else None,
        "context_sha256": receipt.context_sha256 if receipt else None,
        "window": receipt.window if receipt else None,
        "reserved_output": receipt.reserved_output if receipt else None,
        "counted_tokens": receipt.counted_tokens if receipt else None,
        "token_count": receipt.token_count if receipt else None,
        "billed_tokens": receipt.billed_tokens if receipt else None,
        "context_complete": _integer(receipt.context_complete) if receipt else None,
        "receipt_documents": (
            to_json([receipt_document_record(document) for document in receipt.documents])
            if receipt
            else None
        ),
        "statements": turn.coverage.statements if turn.coverage else None,
        "supported": turn.coverage.supported if turn.coverage else None,
        "input_tokens": usage.input_tokens if usage else None,
        "cached_tokens": usage.cached_tokens if usage else None,
        "output_tokens": usage.output_tokens if usage else None,
        "reasoning_tokens": usage.reasoning_tokens if usage else None,
        "usage_estimated": _integer(usage.estimated) if usage else None,
        "cost_micros": cost.micros if cost else None,
        "currency": cost.currency if cost else None,
        "cost_estimated": _integer(cost.estimated) if cost else None,
        "started_at": turn.started_at,
        "first_token_s": turn.timings.first_token_s,
        "total_s": turn.timings.total_s,
        "tokens_per_s": turn.timings.tokens_per_s,
        "error": turn.error,
        "remarks": to_json([remark_record(remark) for remark in turn.remarks]),
        "question_words": spread(turn.question),
        "answer_words": spread(turn.answer),
        "reasoning_words": spread(turn.reasoning),
    }
    for name, value in values.items():
        setattr(row, name, storable(value))
    return row


def citation_rows(turn: Turn) -> list[CitationRow]:
    """The citations of a turn, in order."""
    return [
        clean(
            CitationRow(
                turn_id=turn.id,
                position=position,
                number=citation.number,
                document=citation.document,
                document_sha256=citation.sha256,
                path=citation.path,
                page=citation.page,
                page_label=citation.page_label,
                quote=citation.quote,
                verdict=citation.verdict.value,
                found_document=citation.found_document,
                found_document_sha256=citation.found_sha256,
                found_page=citation.found_page,
                found_page_label=citation.found_page_label,
                similarity=citation.similarity,
                differences=to_json([[item.quoted, item.source, item.kind] for item in citation.differences]),
                span_document_sha256=citation.span.document_sha256 if citation.span else None,
                span_page=citation.span.page_number if citation.span else None,
                span_start=citation.span.start if citation.span else None,
                span_end=citation.span.end if citation.span else None,
                spans=to_json([span_record(span) for span in citation.spans]),
                occurrences=citation.occurrences,
                closest=citation.closest,
                note=citation.note,
            )
        )
        for position, citation in enumerate(turn.citations)
    ]


def turn_from_row(row: TurnRow, citations: Sequence[CitationRow]) -> Turn:
    """The turn of a row, with these citations."""
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
    )


def _integer(value: bool | None) -> int | None:
    return None if value is None else int(value)
