"""The columns written for each value, and the SQL statements that write them.

Writing uses plain SQL: a batch writes thousands of turns, and SQLModel objects take ten times as long. Whole
objects are read through SQLModel, whose tables have the same columns.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from docanalyst.domain.citations import Citation
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.turns import Turn
from docanalyst.storage.schema.shapes import CITATION, TURN, Columns, to_json, write
from docanalyst.storage.words import spread, storable


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
        "line_numbers": line_numbers_column(page),
    }


def line_numbers_column(page: Page) -> str | None:
    """Return where the numbered lines of a page begin, as JSON; None where lines have no numbers."""
    return to_json(page.line_numbers) if page.line_numbers else None


def turn_columns(turn: Turn) -> Columns:
    """Return the columns of a turn except its position; citations have their own rows."""
    columns = write(TURN, turn)
    del columns["position"]
    for name in ("question", "answer", "reasoning"):
        columns[f"{name}_words"] = spread(columns[name])
    return columns


def citation_columns(turn_id: str, position: int, citation: Citation) -> Columns:
    """Return the columns of a citation.

    Args:
        position: Its index in the turn, from 0.
    """
    return {"turn_id": turn_id, "position": position, **write(CITATION, citation)}


def _clean(**columns: Any) -> Columns:
    """Return the columns with text that SQLite can store."""
    return {name: storable(value) for name, value in columns.items()}
