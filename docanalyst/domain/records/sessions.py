"""Sessions and their documents as plain data: the JSON and JSON-lines exports, and what imports read.

A session record is complete: with the documents' pages in it, the session can be read, searched, verified
and continued on another machine. As lines it is a head, then one line a document, then one line a turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.errors import UsageError
from docanalyst.domain.records.receipts import Record, maybe, reading, text
from docanalyst.domain.records.turns import turn_from_record, turn_record
from docanalyst.domain.turns import Session, SessionDocument

FORMAT = "docanalyst-session"
FORMAT_VERSION = 1


def session_record(session: Session, documents: Sequence[Document] = ()) -> Record:
    """A session with its turns. documents: those whose pages are to go with it."""
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "session_id": session.id,
        "title": session.title,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
        "turn_count": session.turn_count,
        "session_documents": [session_document_record(document) for document in session.documents],
        "documents": [document_record(document) for document in documents],
        "turns": [turn_record(turn) for turn in session.turns],
    }


def session_from_record(record: Mapping[str, Any]) -> tuple[Session, tuple[Document, ...]]:
    """The session of a record and the documents in it.

    Raises UsageError: not a session record, or one of a newer docanalyst.
    """
    if record.get("format") != FORMAT:
        raise UsageError(
            "This is not a session exported by docanalyst.",
            "`docanalyst sessions export ID -o FILE.json` writes one.",
        )
    with reading("session"):
        version = int(record["version"])
        if version > FORMAT_VERSION:
            raise UsageError(
                f"This session was exported by a newer docanalyst (format {version}; this one reads up to "
                f"{FORMAT_VERSION}).",
                "Upgrade docanalyst.",
            )
        turns = tuple(turn_from_record(item) for item in record.get("turns") or ())
        session = Session(
            id=text(record["session_id"]),
            title=text(record["title"]),
            created_at=text(record["created_at"]),
            updated_at=text(record["updated_at"]),
            documents=tuple(
                session_document_from_record(item) for item in record.get("session_documents") or ()
            ),
            turns=turns,
            turn_count=int(record.get("turn_count") or len(turns)),
        )
        documents = tuple(document_from_record(item) for item in record.get("documents") or ())
    return session, documents


def session_lines(record: Mapping[str, Any]) -> Iterator[Record]:
    """A session record as the objects of a JSON-lines file, one a line; each has a `kind`."""
    head = {key: value for key, value in record.items() if key not in ("documents", "turns")}
    yield {"kind": "session", **head}
    for document in record.get("documents") or ():
        yield {"kind": "document", **document}
    for turn in record.get("turns") or ():
        yield {"kind": "turn", **turn}


def records_from_lines(lines: Iterable[Mapping[str, Any]]) -> Iterator[Record]:
    """The session records of a JSON-lines file, which may hold several one after another.

    Raises UsageError for a line of an unknown kind, or one before any session's head.
    """
    record: Record | None = None
    for number, line in enumerate(lines, 1):
        kind = line.get("kind")
        item = {key: value for key, value in line.items() if key != "kind"}
        if kind == "session":
            if record is not None:
                yield record
            record = {**item, "documents": [], "turns": []}
        elif kind in ("document", "turn") and record is not None:
            record[f"{kind}s"].append(item)
        else:
            raise UsageError(f"Line {number} is not part of a session exported by docanalyst.")
    if record is not None:
        yield record


def session_document_record(document: SessionDocument) -> Record:
    """A document as a session names it, without its text."""
    return {
        "sha256": document.sha256,
        "title": document.title,
        "path": document.path,
        "page_count": document.page_count,
        "pages": document.pages,
    }


def session_document_from_record(record: Mapping[str, Any]) -> SessionDocument:
    """The session's document of a record."""
    return SessionDocument(
        sha256=text(record["sha256"]),
        title=text(record["title"]),
        path=text(record["path"]),
        page_count=int(record["page_count"]),
        pages=text(record["pages"]),
    )


def document_record(document: Document) -> Record:
    """A document with the text of its pages."""
    return {
        "sha256": document.sha256,
        "title": document.title,
        "path": document.path,
        "byte_count": document.byte_count,
        "page_count": document.page_count,
        "warnings": list(document.warnings),
        "metadata": dict(document.metadata),
        "pages": [
            {"number": page.number, "label": page.label, "text": page.text, "ocr": page.ocr}
            for page in document.pages
        ],
    }


def document_from_record(record: Mapping[str, Any]) -> Document:
    """The document of a record. Raises UsageError where a field is missing or of the wrong kind."""
    with reading("document"):
        return Document(
            sha256=text(record["sha256"]),
            title=text(record["title"]),
            path=text(record.get("path") or ""),
            byte_count=int(record.get("byte_count") or 0),
            page_count=int(record.get("page_count") or 0),
            warnings=tuple(text(item) for item in record.get("warnings") or ()),
            metadata={text(key): text(value) for key, value in (record.get("metadata") or {}).items()},
            pages=tuple(
                Page(
                    int(page["number"]),
                    maybe(page.get("label"), text),
                    text(page["text"]),
                    bool(page.get("ocr")),
                )
                for page in record.get("pages") or ()
            ),
        )
