"""Receipts, usage and costs as plain data, and how the values of any record are read.

What is unknown is null, never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from docanalyst.domain.errors import UsageError
from docanalyst.domain.models import Cost, Usage
from docanalyst.domain.receipt import Receipt, ReceiptDocument

Record = dict[str, Any]
Value = TypeVar("Value")


def receipt_record(receipt: Receipt) -> Record:
    """A receipt, as in `receipt` of a turn."""
    return {
        "documents": [receipt_document_record(document) for document in receipt.documents],
        "context_sha256": receipt.context_sha256,
        "window": receipt.window,
        "reserved_output": receipt.reserved_output,
        "counted_tokens": receipt.counted_tokens,
        "token_count": receipt.token_count,
        "billed_tokens": receipt.billed_tokens,
        "context_complete": receipt.context_complete,
    }


def receipt_document_record(document: ReceiptDocument) -> Record:
    """One document of a receipt."""
    return {
        "id": document.id,
        "path": document.path,
        "sha256": document.sha256,
        "pages": document.pages,
        "pages_sent": document.pages_sent,
        "pages_without_text": list(document.pages_without_text),
        "pages_ocr": list(document.pages_ocr),
        "lines_left_out": [{"line": line, "pages": pages} for line, pages in document.lines_left_out],
        "tokens": document.tokens,
    }


def usage_record(usage: Usage) -> Record:
    """Tokens of one call."""
    return {
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "estimated": usage.estimated,
    }


def cost_record(cost: Cost) -> Record:
    """Money, in millionths of the currency's unit."""
    return {"micros": cost.micros, "currency": cost.currency, "estimated": cost.estimated}


def receipt_from_record(record: Mapping[str, Any]) -> Receipt:
    """The receipt of a record. Raises UsageError where a field is missing or of the wrong kind."""
    with reading("receipt"):
        complete = record.get("context_complete")
        return Receipt(
            documents=tuple(receipt_document_from_record(item) for item in record.get("documents") or ()),
            context_sha256=text(record["context_sha256"]),
            window=int(record["window"]),
            reserved_output=int(record["reserved_output"]),
            counted_tokens=int(record["counted_tokens"]),
            token_count=text(record["token_count"]),
            billed_tokens=maybe(record.get("billed_tokens"), int),
            context_complete=None if complete is None else bool(complete),
        )


def receipt_document_from_record(record: Mapping[str, Any]) -> ReceiptDocument:
    """One document of a receipt's record."""
    return ReceiptDocument(
        id=text(record["id"]),
        path=text(record["path"]),
        sha256=text(record["sha256"]),
        pages=int(record["pages"]),
        pages_sent=text(record["pages_sent"]),
        tokens=int(record["tokens"]),
        pages_without_text=tuple(int(number) for number in record.get("pages_without_text") or ()),
        pages_ocr=tuple(int(number) for number in record.get("pages_ocr") or ()),
        lines_left_out=tuple(
            (text(item["line"]), text(item["pages"])) for item in record.get("lines_left_out") or ()
        ),
    )


def usage_from_record(record: Mapping[str, Any]) -> Usage:
    """The usage of a record."""
    return Usage(
        int(record.get("input_tokens") or 0),
        int(record.get("cached_tokens") or 0),
        int(record.get("output_tokens") or 0),
        int(record.get("reasoning_tokens") or 0),
        bool(record.get("estimated")),
    )


def cost_from_record(record: Mapping[str, Any]) -> Cost:
    """The cost of a record."""
    return Cost(int(record["micros"]), text(record.get("currency", "USD")), bool(record.get("estimated")))


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Raises UsageError, naming what was read, for a record that lacks a field or holds the wrong kind."""
    try:
        yield
    except KeyError as error:
        raise UsageError(f"This is not a {what} record: it has no {error.args[0]!r}.") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"This is not a {what} record: {error}.") from error


def text(value: Any) -> str:
    """A string as it is. Raises TypeError for anything else, so that a number is never taken for text."""
    if not isinstance(value, str):
        raise TypeError(f"text expected, found {type(value).__name__}")
    return value


def maybe(value: Any, reader: Callable[[Any], Value]) -> Value | None:
    """None for None, else what the reader makes of the value."""
    return None if value is None else reader(value)
