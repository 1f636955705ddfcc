"""Maps the fields of turns and citations to columns, for both writing and reading.

`tables` repeats the column names; a test checks that they agree.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass
from enum import Enum
from functools import cache, cached_property
from operator import attrgetter
from typing import Any, get_type_hints

from docanalyst.domain.citations import Caution, Citation, Difference, Review
from docanalyst.domain.documents import Span
from docanalyst.domain.models import Cost, Usage
from docanalyst.domain.receipt import Coverage, Receipt, ReceiptDocument
from docanalyst.domain.records.shapes import record_of, value_of, without_none
from docanalyst.domain.turns import PromptUsed, Remark, Share, Timings, Turn
from docanalyst.storage.words import storable

Columns = dict[str, Any]
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_json(value: Any) -> str:
    """Compact JSON, readable in a database viewer."""
    return str(storable(_JSON.encode(value)))


@dataclass(frozen=True, slots=True)
class Items:
    """How the items of a tuple are written as JSON, and read."""

    dump: Callable[[Any], Any]
    load: Callable[[Any], Any]


_ITEMS: dict[tuple[type, str], Items] = {
    (Turn, "remarks"): Items(record_of, lambda item: value_of(Remark, item, "remark")),
    (Turn, "parts"): Items(record_of, lambda item: value_of(Share, item, "part")),
    (Receipt, "documents"): Items(record_of, lambda item: value_of(ReceiptDocument, item, "receipt")),
    (Receipt, "left_out"): Items(str, str),
    (Citation, "differences"): Items(
        lambda item: [item.quoted, item.source, item.kind], lambda item: Difference(*item)
    ),
    (Citation, "spans"): Items(record_of, lambda item: value_of(Span, item, "span")),
    (Citation, "cautions"): Items(lambda caution: caution.value, Caution),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field and its column. dump, load: None where the value is the same in both. default: what it is where
    the column is null."""

    name: str
    column: str
    dump: Callable[[Any], Any] | None
    load: Callable[[Any], Any] | None
    default: Any


@dataclass(frozen=True, eq=False)
class Part:
    """A value that a row holds in columns of its own.

    name: the field of the row's value that it is; "" for that value itself. kind: its class. columns: by
    field. present: the columns that are not null where the value is there; none where it always is.
    """

    name: str
    kind: type
    columns: Mapping[str, str]
    present: tuple[str, ...] = ()

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Its fields, with how each is written and read."""
        hints = get_type_hints(self.kind)
        defaults = {field.name: field.default for field in dataclasses.fields(self.kind)}
        return tuple(
            _field(self.kind, name, column, hints[name], defaults[name])
            for name, column in self.columns.items()
        )

    @cached_property
    def _of_value(self) -> Callable[[Any], tuple[Any, ...]]:
        return attrgetter(*self.columns)

    def write(self, value: Any) -> Columns:
        """The columns of the value; all null where it is None."""
        if value is None:
            return dict.fromkeys(self.columns.values())
        return {
            field.column: found if field.dump is None else field.dump(found)
            for field, found in zip(self.fields, self._of_value(value), strict=True)
        }

    @cached_property
    def present_at(self) -> tuple[int, ...]:
        """Where among its columns those of `present` stand."""
        return tuple(list(self.columns.values()).index(column) for column in self.present)

    def read(self, values: tuple[Any, ...]) -> dict[str, Any] | None:
        """The fields of the value, by name, from its columns in order; None where it is not there."""
        for place in self.present_at:
            if values[place] is None:
                return None
        return {
            field.name: field.default if found is None else found if field.load is None else field.load(found)
            for field, found in zip(self.fields, values, strict=True)
        }


def _number(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _field(kind: type, name: str, column: str, hint: Any, default: Any) -> Field:
    items = _ITEMS.get((kind, name))
    if items is not None:
        return Field(
            name,
            column,
            lambda values: to_json([items.dump(value) for value in values]),
            lambda text: tuple(items.load(item) for item in json.loads(text)),
            (),
        )
    base, may_be_none = without_none(hint)
    missing = (
        None if may_be_none else base() if default is MISSING and not issubclass(base, Enum) else default
    )
    if issubclass(base, Enum):
        return Field(name, column, lambda value: value.value, base, missing)
    if base is bool:
        return Field(name, column, _number, bool, missing)
    return Field(name, column, storable if base is str else None, None, missing)


def _alike(*names: str) -> dict[str, str]:
    return {name: name for name in names}


TURN = (
    Part(
        "",
        Turn,
        _alike(
            "id", "session_id", "parent_id", "question", "answer", "reasoning", "status", "finish_reason",
            "provider", "model", "position", "started_at", "error", "remarks", "doubt_micros",
            "parts",
        ),
    ),
    Part("prompt", PromptUsed, {"name": "prompt_name", "sha256": "prompt_sha256"}, ("prompt_name",)),
    Part(
        "receipt",
        Receipt,
        {
            "documents": "receipt_documents",
            "left_out": "receipt_left_out",
            **_alike(
                "context_sha256", "window", "reserved_output", "counted_tokens", "token_count",
                "billed_tokens", "context_complete",
            ),
        },
        ("receipt_documents",),
    ),
    Part("coverage", Coverage, _alike("statements", "supported"), ("statements",)),
    Part(
        "usage",
        Usage,
        {
            **_alike("input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens", "written_tokens"),
            "estimated": "usage_estimated",
        },
        ("input_tokens",),
    ),
    Part(
        "cost",
        Cost,
        {"micros": "cost_micros", "currency": "currency", "estimated": "cost_estimated"},
        ("cost_micros",),
    ),
    Part("timings", Timings, _alike("first_token_s", "total_s", "tokens_per_s")),
)  # fmt: skip
"""A turn without its citations, which have rows of their own."""

CITATION = (
    Part(
        "",
        Citation,
        {
            **_alike("number", "document", "path", "page", "page_label", "quote", "verdict", "found_document",
                     "found_page", "found_page_label", "similarity", "differences", "spans", "occurrences",
                     "closest", "note", "cautions"),
            "sha256": "document_sha256",
            "found_sha256": "found_document_sha256",
            "where": "place",
        },
    ),
    Part(
        "span",
        Span,
        {
            "document_sha256": "span_document_sha256",
            "page_number": "span_page",
            "start": "span_start",
            "end": "span_end",
        },
        ("span_page", "span_start", "span_end"),
    ),
    Part(
        "review",
        Review,
        {"mark": "review_mark", "note": "review_note", "at": "reviewed_at"},
        ("review_mark",),
    ),
)  # fmt: skip
"""A citation without its place among those of its turn."""


def write(shape: tuple[Part, ...], value: Any) -> Columns:
    """The columns of a value."""
    columns: Columns = {}
    for part in shape:
        columns |= part.write(getattr(value, part.name) if part.name else value)
    return columns


@cache
def _columns(shape: tuple[Part, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """What fetches all columns of a row at once: an attribute of SQLModel costs more than one of ours."""
    return attrgetter(*(column for part in shape for column in part.columns.values()))


def read(shape: tuple[Part, ...], row: Any, **others: Any) -> Any:
    """The value of a row. others: fields that the row does not hold."""
    values = _columns(shape)(row)
    whole = others
    first = 0
    for part in shape:
        last = first + len(part.columns)
        fields = part.read(values[first:last])
        first = last
        if not part.name:
            whole |= fields or {}
        else:
            whole[part.name] = None if fields is None else part.kind(**fields)
    return shape[0].kind(**whole)
