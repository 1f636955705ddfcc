"""Imports sessions that somebody else may have written: every verdict is checked anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from docanalyst.analyst.documents.sources import members_of, stored, taken
from docanalyst.analyst.review.evidence import recheck
from docanalyst.domain.answers.coverage import coverage
from docanalyst.domain.documents import Document
from docanalyst.domain.records.bounds import check_bounds
from docanalyst.domain.records.sessions import session_from_record, session_record
from docanalyst.domain.turns import Session, SessionDocument, Turn

if TYPE_CHECKING:
    from docanalyst.storage import Store


@dataclass(frozen=True, slots=True)
class Imported:
    """An imported session. changed: verdicts that the record had otherwise."""

    session: Session
    changed: int


def import_session(store: Store, record: Mapping[str, Any], *, replacing: bool = False) -> Imported:
    """Import a session record with its verdicts and coverage as they are found here.

    A quote of a document without pages cannot be checked and is never verified.

    Args:
        replacing: Whether to replace a session with the same ID.

    Raises:
        UsageError: It is not a session record, or it contradicts what is saved. Nothing is imported then.
    """
    check_bounds(record)
    session, documents = session_from_record(record)
    given = {document.sha256: document for document in documents}

    def documents_of(turn: Turn) -> Sequence[Document]:
        return [_document(store, given, member) for member in members_of(session, turn)]

    checked = recheck(session, documents_of)
    turns = tuple(
        replace(
            item.turn,
            citations=item.citations,
            coverage=item.turn.coverage and coverage(item.turn.answer, item.citations),
        )
        for item in checked
    )
    whole = session_record(replace(session, turns=turns), documents)
    taken_in = store.sessions.add_record(whole, replace=replacing)
    return Imported(taken_in, sum(len(item.changed) for item in checked))


def _document(store: Store, given: Mapping[str, Document], member: SessionDocument) -> Document:
    """Return a document of a turn with the pages that are in the record, else those that are saved."""
    document = given.get(member.sha256)
    if document is None:
        (found,) = stored(store, [member])
        return found
    return taken(document, member, title=member.title, path=member.path)
