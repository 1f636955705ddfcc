"""Sessions and their documents as plain data: the JSON and JSON-lines exports, and what imports read.

A session record is complete: with the documents' pages in it, the session can be read, searched, verified
and continued on another machine. As lines it is a head, then one line a document, then one line a turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError
from docanalyst.domain.records.shapes import Record, record_of, value_of
from docanalyst.domain.turns import Session

FORMAT = "docanalyst-session"
FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class _Head:
    version: int


@dataclass(frozen=True, slots=True)
class _Contents:
    documents: tuple[Document, ...] = ()


def session_record(session: Session, documents: Sequence[Document] = ()) -> Record:
    """Return a session with its turns.

    Args:
        documents: Those whose pages go with it.
    """
    record = record_of(session)
    turns = record.pop("turns")
    contents = record_of(_Contents(tuple(documents)))
    return {"format": FORMAT, "version": FORMAT_VERSION, **record, **contents, "turns": turns}


def session_from_record(record: Mapping[str, Any]) -> tuple[Session, tuple[Document, ...]]:
    """Return the session of a record and the documents in it.

    Raises:
        UsageError: It is not a session record, or one of a newer docanalyst.
    """
    if record.get("format") != FORMAT:
        raise UsageError(
            "This is not a session exported by docanalyst.",
            "`docanalyst sessions export ID -o FILE.json` writes one.",
        )
    version = value_of(_Head, record, "session").version
    if version > FORMAT_VERSION:
        raise UsageError(
            f"This session was exported by a newer docanalyst (format {version}; this one reads up to "
            f"{FORMAT_VERSION}).",
            "Upgrade docanalyst.",
        )
    session = value_of(Session, record, "session")
    counted = replace(session, turn_count=session.turn_count or len(session.turns))
    return counted, value_of(_Contents, record, "session").documents


def session_lines(record: Mapping[str, Any]) -> Iterator[Record]:
    """Yield a session record as the objects of a JSON-lines file, one a line; each has a `kind`."""
    head = {key: value for key, value in record.items() if key not in ("documents", "turns")}
    yield {"kind": "session", **head}
    for document in record.get("documents") or ():
        yield {"kind": "document", **document}
    for turn in record.get("turns") or ():
        yield {"kind": "turn", **turn}


def records_from_lines(lines: Iterable[Mapping[str, Any]]) -> Iterator[Record]:
    """Yield the session records of a JSON-lines file, which may hold several one after another.

    Raises:
        UsageError: A line is of an unknown kind or comes before the head of a session.
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
