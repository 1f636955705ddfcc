"""The columns written for each value, and the SQL statements that write them.

Writing uses plain SQL: a batch writes thousands of turns, and SQLModel objects take ten times as long. Whole
objects are read through SQLModel, whose tables have the same columns.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from docanalyst.domain.citations import Citation
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.records.receipts import receipt_document_record
from docanalyst.domain.records.turns import remark_record, span_record
from docanalyst.domain.turns import Turn
from docanalyst.storage.words import spread, storable

Columns = dict[str, Any]
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_json(value: Any) -> str:
    """Return compact JSON, readable in a database viewer."""
    return str(storable(_JSON.encode(value)))


def insert(connection: sqlite3.Connection, table: str, rows: Iterable[Columns]) -> None:
    """Insert these rows, which all have the same columns."""
    listed = list(rows)
    if listed:
        statement = _insertion(table, tuple(listed[0]))
        connection.executemany(statement, [tuple(row.values()) for row in listed])


def update(connection: sqlite3.Connection, table: str, columns: Columns, where: Mapping[str, Any]) -> None:
    """Update these columns of the rows with these values."""
    statement = _change(table, tuple(columns), tuple(where))
    connection.execute(statement, (*columns.values(), *where.values()))


@cache
def _insertion(table: str, names: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


@cache
def _change(table: str, names: tuple[str, ...], keys: tuple[str, ...]) -> str:
    changes = ", ".join(f"{name} = ?" for name in names)
    return f"UPDATE {table} SET {changes} WHERE {' AND '.join(f'{key} = ?' for key in keys)}"


def document_columns(document: Document, added_at: str) -> Columns:
    """Return the columns of a document, without its pages."""
    return _clean(
        sha256=document.sha256,
        title=document.title,
        path=document.path,
        page_count=document.page_count,
        byte_count=document.byte_count,
        added_at=added_at,
        warnings=to_json(list(document.warnings)),
        metadata=to_json(document.metadata),
    )


def page_columns(sha256: str, page: Page, tokens: int | None) -> Columns:
    """Return the columns of a page.

    Args:
        tokens: Its token count, if known.
    """
    text = storable(page.text)
    return {
        "document_sha256": sha256,
        "number": page.number,
        "label": storable(page.label),
        "text": text,
        "tokens": tokens,
        "ocr": int(page.ocr),
        "words": spread(text),
    }


def turn_columns(turn: Turn) -> Columns:
    """Return the columns of a turn except its position; citations have their own rows."""
    receipt, usage, cost, coverage = turn.receipt, turn.usage, turn.cost, turn.coverage
    answer, reasoning, question = storable(turn.answer), storable(turn.reasoning), storable(turn.question)
    return _clean(
        id=turn.id,
        session_id=turn.session_id,
        parent_id=turn.parent_id,
        question=question,
        answer=answer,
        reasoning=reasoning,
        status=turn.status.value,
        finish_reason=turn.finish_reason,
        provider=turn.provider,
        model=turn.model,
        prompt_name=turn.prompt.name if turn.prompt else None,
        prompt_sha256=turn.prompt.sha256 if turn.prompt else None,
        context_sha256=receipt.context_sha256 if receipt else None,
        window=receipt.window if receipt else None,
        reserved_output=receipt.reserved_output if receipt else None,
        counted_tokens=receipt.counted_tokens if receipt else None,
        token_count=receipt.token_count if receipt else None,
        billed_tokens=receipt.billed_tokens if receipt else None,
        context_complete=_integer(receipt.context_complete) if receipt else None,
        receipt_documents=(
            to_json([receipt_document_record(document) for document in receipt.documents])
            if receipt
            else None
        ),
        statements=coverage.statements if coverage else None,
        supported=coverage.supported if coverage else None,
        input_tokens=usage.input_tokens if usage else None,
        cached_tokens=usage.cached_tokens if usage else None,
        output_tokens=usage.output_tokens if usage else None,
        reasoning_tokens=usage.reasoning_tokens if usage else None,
        usage_estimated=_integer(usage.estimated) if usage else None,
        cost_micros=cost.micros if cost else None,
        currency=cost.currency if cost else None,
        cost_estimated=_integer(cost.estimated) if cost else None,
        started_at=turn.started_at,
        first_token_s=turn.timings.first_token_s,
        total_s=turn.timings.total_s,
        tokens_per_s=turn.timings.tokens_per_s,
        error=turn.error,
        remarks=to_json([remark_record(remark) for remark in turn.remarks]),
        question_words=spread(question),
        answer_words=spread(answer),
        reasoning_words=spread(reasoning),
    )


def citation_columns(turn_id: str, position: int, citation: Citation) -> Columns:
    """Return the columns of a citation.

    Args:
        position: Its index in the turn, from 0.
    """
    span, review = citation.span, citation.review
    return _clean(
        turn_id=turn_id,
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
        span_document_sha256=span.document_sha256 if span else None,
        span_page=span.page_number if span else None,
        span_start=span.start if span else None,
        span_end=span.end if span else None,
        spans=to_json([span_record(item) for item in citation.spans]),
        occurrences=citation.occurrences,
        closest=citation.closest,
        note=citation.note,
        place=citation.where.value,
        cautions=to_json([caution.value for caution in citation.cautions]),
        review_mark=review.mark if review else None,
        review_note=review.note if review else None,
        reviewed_at=review.at if review else None,
    )


def _clean(**columns: Any) -> Columns:
    """Return the columns with text that SQLite can store."""
    return {name: storable(value) for name, value in columns.items()}


def _integer(value: bool | None) -> int | None:
    return None if value is None else int(value)
