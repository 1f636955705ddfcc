"""Rows of a grid as plain data: as stored, and as one flat object for each unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import InvalidOperation
from typing import Any

from docanalyst.domain.citations import Citation
from docanalyst.domain.errors import UsageError
from docanalyst.domain.grid.grids import FieldAnswer, Grid, Row
from docanalyst.domain.grid.values import Value, value_from_record, value_kind, value_record
from docanalyst.domain.records.shapes import Record, record_of, value_of

VERSION = 1


def row_record(row: Row) -> Record:
    """Return a row as it is stored: `row_from_record(row_record(row)) == row`."""
    record = {"version": VERSION, **record_of(row)}
    for item, answer in zip(record["answers"], row.answers, strict=True):
        value = answer.value
        item["kind"] = None if value is None else value_kind(value)
        item["value"] = None if value is None else value_record(value)
    return record


def row_from_record(record: Mapping[str, Any]) -> Row:
    """Return the row of a record.

    Raises:
        UsageError: A required field is missing, or a field or a value is of the wrong kind.
    """
    row = value_of(Row, record, "batch row")
    answers = [
        replace(answer, value=_value(answer.name, item))
        for answer, item in zip(row.answers, record.get("answers") or (), strict=True)
    ]
    return replace(row, answers=tuple(answers))


def _value(name: str, item: Mapping[str, Any]) -> Value | None:
    kind = item.get("kind")
    try:
        if kind is not None and not isinstance(kind, str):
            raise TypeError(f"text expected, found {type(kind).__name__}")
        return None if kind is None else value_from_record(kind, item["value"])
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise UsageError(f"This is not a batch row record: the value of {name!r} cannot be read.") from error


def flat_record(row: Row, grid: Grid) -> Record:
    """A row as one flat object: unit, status, error, then for each column its value, quote, page and verdict.

    Values are typed: numbers, true and false, {"number", "unit"}, {"amount", "currency"}, lists; dates are
    ISO text. `<column>__citations` holds every quote of it whole. What is not known is null.
    """
    record: Record = {
        "unit": row.unit,
        "status": row.status.value,
        "error": row.error or None,
    }
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
        record[f"{name}__citations"] = [record_of(citation) for citation in answer.citations]
    return record | {
        "tokens": row.tokens,
        "cost_usd": cost_usd(row),
        "seconds": round(row.seconds, 3),
        "reader": row.reader or None,
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "cost_estimated": row.cost_estimated,
        "provider": row.provider or None,
        "model": row.model or None,
        "documents": [record_of(document) for document in row.documents],
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
