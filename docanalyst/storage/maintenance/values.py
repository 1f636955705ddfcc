"""Which values of a row can be read, and what is kept of one that cannot."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docanalyst.domain.citations import Verdict
from docanalyst.domain.turns import TurnStatus

_LISTS = frozenset(
    (
        *("documents.warnings", "pages.line_numbers", "turns.receipt_documents", "turns.receipt_left_out"),
        *("turns.remarks", "turns.parts", "citations.differences", "citations.spans", "citations.cautions"),
    )
)
_MAPPINGS = frozenset(("documents.metadata", "batch_runs.options", "batch_items.record"))
_WORDS: dict[str, tuple[frozenset[str], str]] = {
    "turns.status": (frozenset(TurnStatus), TurnStatus.INTERRUPTED.value),
    "citations.verdict": (frozenset(Verdict), Verdict.NOT_FOUND.value),
}
"""Columns that hold one of a few words, and the word for any other value: the one that promises least."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: With its table: "turns.answer".
        kind: TEXT, INTEGER or REAL.
        otherwise: The value where there is none that can be read.
    """

    name: str
    kind: str
    required: bool
    otherwise: Any

    def sound(self, value: Any) -> Any:
        """Return the value if it can be read, else what is kept of it."""
        if value is None:
            return self.otherwise if self.required else None
        if self.name in _LISTS or self.name in _MAPPINGS:
            return value if self._is_json(value) else self.otherwise
        if self.name in _WORDS:
            known, otherwise = _WORDS[self.name]
            return value if value in known else otherwise
        if self.kind == "TEXT":
            return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        if self.kind == "REAL":
            return value if isinstance(value, int | float) else self.otherwise
        return value if isinstance(value, int) else self.otherwise

    def _is_json(self, value: Any) -> bool:
        try:
            return isinstance(json.loads(value), list if self.name in _LISTS else dict)
        except (TypeError, ValueError):
            return False


def columns_of(connection: sqlite3.Connection, table: str) -> list[Column]:
    """Return the columns of a table, in order."""
    found = []
    for _, name, kind, required, default, _ in connection.execute(f"PRAGMA table_info({table})"):
        whole = f"{table}.{name}"
        empty: Any = "{}" if whole in _MAPPINGS else "[]" if whole in _LISTS else "" if kind == "TEXT" else 0
        if default is not None:
            (empty,) = connection.execute(f"SELECT {default}").fetchone()
        found.append(Column(whole, kind, bool(required), empty if required else None))
    return found


def sound(columns: Sequence[Column], row: Sequence[Any]) -> tuple[Any, ...]:
    """Return a row with every value such that it can be read."""
    return tuple(column.sound(value) for column, value in zip(columns, row, strict=False))


def unreadable(connection: sqlite3.Connection, tables: Sequence[str]) -> Iterator[str]:
    """Yield how many values of each column cannot be read, as sentences; a missing table has none.

    Raises sqlite3.DatabaseError.
    """
    factory = connection.text_factory
    connection.text_factory = text_or_bytes
    try:
        for table in tables:
            columns = columns_of(connection, table)
            if not columns:
                continue
            counts = dict.fromkeys((column.name for column in columns), 0)
            names = ", ".join(column.name.partition(".")[2] for column in columns)
            for row in connection.execute(f"SELECT {names} FROM {table}"):
                for column, value in zip(columns, row, strict=True):
                    if type(found := column.sound(value)) is not type(value) or found != value:
                        counts[column.name] += 1
            for name, count in counts.items():
                if count:
                    values = "1 value" if count == 1 else f"{count:,} values"
                    yield f"{values} of {name} cannot be read."
    finally:
        connection.text_factory = factory


def text_or_bytes(raw: bytes) -> str | bytes:
    """Return the text of bytes; the bytes themselves where they are not UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw
