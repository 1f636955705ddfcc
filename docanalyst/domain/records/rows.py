"""Rows of a grid as plain data: as saved, and as one flat object for each unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import InvalidOperation
from typing import Any

from docanalyst.domain.citations import Citation
from docanalyst.domain.errors import UsageError
from docanalyst.domain.grid.grids import FieldAnswer, Grid, Row, RowDocument, RowStatus, Stated
from docanalyst.domain.grid.values import value_from_record, value_kind, value_record
from docanalyst.domain.records.turns import (
    Record,
    citation_from_record,
    citation_record,
    maybe,
    reading,
    text,
)

VERSION = 1


def row_record(row: Row) -> Record:
    """A row as it is kept: `row_from_record(row_record(row)) == row`."""
    return {
        "version": VERSION,
        "unit": row.unit,
        "status": row.status.value,
        "error": row.error,
        "answers": [answer_record(answer) for answer in row.answers],
        "documents": [
            {
                "path": item.path,
                "sha256": item.sha256,
                "pages_sent": item.pages_sent,
                "page_count": item.page_count,
            }
            for item in row.documents
        ],
        "provider": row.provider,
        "model": row.model,
        "session_id": row.session_id,
        "turns": list(row.turns),
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "cost_micros": row.cost_micros,
        "doubt_micros": row.doubt_micros,
        "cost_estimated": row.cost_estimated,
        "seconds": row.seconds,
        "attempts": row.attempts,
        "answered_at": row.answered_at,
        "notes": list(row.notes),
    }


def answer_record(answer: FieldAnswer) -> Record:
    """One place of the grid as it is kept."""
    value = answer.value
    return {
        "name": answer.name,
        "stated": answer.stated.value,
        "kind": None if value is None else value_kind(value),
        "value": None if value is None else value_record(value),
        "citations": [citation_record(citation) for citation in answer.citations],
        "problem": answer.problem,
        "note": answer.note,
    }


def row_from_record(record: Mapping[str, Any]) -> Row:
    """The row of a record. Raises UsageError where a field is missing or of the wrong kind."""
    try:
        with reading("batch row"):
            return Row(
                unit=text(record["unit"]),
                status=RowStatus(record["status"]),
                answers=tuple(_answer(item) for item in record.get("answers") or ()),
                error=text(record.get("error") or ""),
                documents=tuple(
                    RowDocument(
                        text(item["path"]),
                        text(item["sha256"]),
                        text(item.get("pages_sent") or ""),
                        int(item.get("page_count") or 0),
                    )
                    for item in record.get("documents") or ()
                ),
                provider=text(record.get("provider") or ""),
                model=text(record.get("model") or ""),
                session_id=text(record.get("session_id") or ""),
                turns=tuple(text(item) for item in record.get("turns") or ()),
                input_tokens=int(record.get("input_tokens") or 0),
                output_tokens=int(record.get("output_tokens") or 0),
                cost_micros=maybe(record.get("cost_micros"), int),
                doubt_micros=int(record.get("doubt_micros") or 0),
                cost_estimated=bool(record.get("cost_estimated")),
                seconds=float(record.get("seconds") or 0.0),
                attempts=int(record.get("attempts") or 0),
                answered_at=text(record.get("answered_at") or ""),
                notes=tuple(text(item) for item in record.get("notes") or ()),
            )
    except InvalidOperation as error:
        raise UsageError("This is not a batch row record: a number cannot be read.") from error


def _answer(record: Mapping[str, Any]) -> FieldAnswer:
    kind = maybe(record.get("kind"), text)
    return FieldAnswer(
        name=text(record["name"]),
        stated=Stated(record["stated"]),
        value=None if kind is None else value_from_record(kind, record["value"]),
        citations=tuple(citation_from_record(item) for item in record.get("citations") or ()),
        problem=text(record.get("problem") or ""),
        note=text(record.get("note") or ""),
    )


def flat_record(row: Row, grid: Grid) -> Record:
    """A row as one flat object: unit, status, error, then for each column its value, quote, page and verdict.

    Values are typed: numbers, true and false, {"number", "unit"}, {"amount", "currency"}, lists; dates are
    ISO text. `<column>__citations` holds every quote of it whole. What is not known is null.
    """
    record: Record = {"unit": row.unit, "status": row.status.value, "error": row.error or None}
    for column in grid.columns:
        answer = row.answer(column.field.name)
        name = column.heading
        record[name] = answer.text if answer.value is None else value_record(answer.value)
        record[f"{name}__stated"] = answer.stated.value
        record[f"{name}__quote"] = joined_quotes(answer) or None
        record[f"{name}__page"] = answer.citations[0].page if answer.citations else None
        record[f"{name}__verdict"] = answer.verdict or None
        record[f"{name}__document"] = document_of(answer.citations[0]) if answer.citations else None
        record[f"{name}__note"] = answer.problem or answer.note or None
        record[f"{name}__citations"] = [citation_record(citation) for citation in answer.citations]
    return record | {
        "tokens": row.tokens,
        "cost_usd": cost_usd(row),
        "seconds": round(row.seconds, 3),
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "cost_estimated": row.cost_estimated,
        "provider": row.provider or None,
        "model": row.model or None,
        "documents": row_record(row)["documents"],
        "session_id": row.session_id or None,
        "turn_ids": list(row.turns),
        "answered_at": row.answered_at or None,
        "notes": list(row.notes),
    }


def joined_quotes(answer: FieldAnswer) -> str:
    """The quotes of an answer, one a line."""
    return "\n".join(" ".join(citation.quote.split()) for citation in answer.citations)


def joined_pages(answer: FieldAnswer) -> str:
    """The pages that the quotes of an answer claim, in their order."""
    return "; ".join(str(citation.page) for citation in answer.citations if citation.page is not None)


def document_of(citation: Citation) -> str:
    """The file that a quote is said to come from, else the document's id."""
    return citation.path.replace("\\", "/").rsplit("/", 1)[-1] or citation.document


def cost_usd(row: Row) -> float | None:
    """The cost of a row in dollars; None where the price is not known."""
    return None if row.cost_micros is None else row.cost_micros / 1_000_000
