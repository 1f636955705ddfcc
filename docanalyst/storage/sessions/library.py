"""Saves documents and their pages, each document once, by the digest of its file."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.errors import UsageError
from docanalyst.storage.schema.columns import (
    document_columns,
    insert,
    line_numbers_column,
    page_columns,
    update,
)
from docanalyst.storage.words import storable


def add(
    connection: sqlite3.Connection,
    document: Document,
    added_at: str,
    tokens: Mapping[int, int] | None = None,
) -> None:
    """Save a document, or merge it with the saved pages of the same file.

    New pages are added; a page with new text replaces the saved one, but an empty page never replaces text.

    Args:
        tokens: Token counts by page number, if known; the first count of a text is kept.
    """
    counts = tokens or {}
    sha256 = document.sha256
    stored = connection.execute(
        "SELECT path, page_count, byte_count, metadata FROM documents WHERE sha256 = ?", (sha256,)
    ).fetchone()
    fresh = document_columns(document, added_at)
    if stored is None:
        insert(connection, "documents", [fresh])
        known = {}
    else:
        path, page_count, byte_count, metadata = stored
        changed = {
            "title": fresh["title"],
            "path": fresh["path"] or path,
            "page_count": max(fresh["page_count"], page_count),
            "byte_count": fresh["byte_count"] or byte_count,
            "warnings": fresh["warnings"],
            "metadata": fresh["metadata"] if document.metadata else metadata,
        }
        update(connection, "documents", changed, {"sha256": sha256})
        known = _readings(connection, sha256)
    new: dict[int, Page] = {}
    for page in document.pages:
        count = counts.get(page.number)
        reading = known.get(page.number)
        if reading is None:
            new[page.number] = page
        elif reading != (
            page.text,
            page.label,
            page.ocr,
            count if reading[3] is None else reading[3],
            line_numbers_column(page) or reading[4],
        ):
            _replace(connection, sha256, page, count, reading[0])
    insert(
        connection,
        "pages",
        [page_columns(sha256, page, counts.get(number)) for number, page in new.items()],
    )


def add_imported(connection: sqlite3.Connection, document: Document, added_at: str) -> None:
    """Save a document of an import. What is saved of the same file already stays; missing pages are added.

    Raises:
        UsageError: A page is saved with other text.
    """
    sha256 = document.sha256
    if not connection.execute("SELECT 1 FROM documents WHERE sha256 = ?", (sha256,)).fetchone():
        add(connection, document, added_at)
        return
    known = _readings(connection, sha256)
    new: dict[int, Page] = {}
    for page in document.pages:
        if page.number not in known:
            new[page.number] = page
        elif storable(page.text) != known[page.number][0]:
            raise UsageError(
                f"Page {page.number} of {document.name} ({sha256[:12]}) has other text in the import than in "
                "the database. Nothing was imported.",
                "Purge the saved document with `docanalyst forget`, or import into another --data-dir.",
            )
    insert(connection, "pages", [page_columns(sha256, page, None) for page in new.values()])


def _readings(
    connection: sqlite3.Connection, sha256: str
) -> dict[int, tuple[str, str | None, bool, int | None, str | None]]:
    """Return text, label, ocr, tokens and line numbers of each saved page by number."""
    rows = connection.execute(
        "SELECT number, text, label, ocr, tokens, line_numbers FROM pages WHERE document_sha256 = ?",
        (sha256,),
    )
    return {
        number: (text, label, bool(ocr), tokens, lines) for number, text, label, ocr, tokens, lines in rows
    }


def _replace(connection: sqlite3.Connection, sha256: str, page: Page, count: int | None, known: str) -> None:
    fresh = page_columns(sha256, page, count)
    changed = {"label": fresh["label"]}
    if fresh["text"] != known and (fresh["text"].strip() or not known.strip()):
        changed |= {name: fresh[name] for name in ("text", "words", "ocr", "tokens", "line_numbers")}
    elif fresh["text"] == known:
        if fresh["line_numbers"] is not None:
            changed["line_numbers"] = fresh["line_numbers"]
        if count is not None:
            changed["tokens"] = count
    update(connection, "pages", changed, {"document_sha256": sha256, "number": page.number})
