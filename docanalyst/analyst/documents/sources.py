"""The documents of kept turns: each turn may have been asked over others, or over other pages of the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.domain.documents import Document, format_ranges, read_ranges
from docanalyst.domain.errors import UsageError
from docanalyst.domain.turns import Session, SessionDocument, Turn

if TYPE_CHECKING:
    from docanalyst.storage import Store


def members_of(session: Session, turn: Turn | None) -> tuple[SessionDocument, ...]:
    """What a turn was asked over, in its order; the session's own documents where it does not say."""
    if turn is None or turn.receipt is None or not turn.receipt.documents:
        return session.documents
    own = {item.sha256: item for item in session.documents}
    return tuple(
        replace(own[item.sha256], pages=item.pages_sent)
        if item.sha256 in own
        else SessionDocument(item.sha256, item.path, item.path, item.pages, item.pages_sent)
        for item in turn.receipt.documents
    )


def all_members(session: Session) -> tuple[SessionDocument, ...]:
    """Every document that a session was asked over, once, with all pages that were ever taken of it; the
    session's own first."""
    merged = {item.sha256: item for item in session.documents}
    for turn in session.turns:
        for item in members_of(session, turn):
            known = merged.setdefault(item.sha256, item)
            if known.pages != item.pages:
                pages = {*read_ranges(known.pages), *read_ranges(item.pages)}
                merged[item.sha256] = replace(known, pages=format_ranges(sorted(pages)))
    return tuple(merged.values())


def last_turn(session: Session) -> Turn | None:
    """The turn that a new question goes on from, when nothing else is said."""
    return session.turns[-1] if session.turns else None


def stored(store: Store, members: Iterable[SessionDocument]) -> list[Document]:
    """Documents as they were read, from the store; one whose pages are gone keeps its place, without them."""
    found = []
    for member in members:
        try:
            document = store.documents.get(member.sha256)
        except UsageError:
            document = Document(member.sha256, member.title, (), page_count=member.page_count)
        path = member.path if Path(member.path).is_absolute() else document.path or member.path
        found.append(taken(document, member, title=member.title, path=path))
    return found


def taken(document: Document, member: SessionDocument, **changes: str) -> Document:
    """The pages of a document that were taken then; all that it has now where it was taken whole."""
    chosen = document if member.is_whole else document.select(read_ranges(member.pages))
    return replace(chosen, **changes)  # type: ignore[arg-type]


def same_documents(one: Sequence[SessionDocument], other: Sequence[SessionDocument]) -> bool:
    """Whether two turns were asked over the same documents, in the same order."""
    return [item.sha256 for item in one] == [item.sha256 for item in other]
