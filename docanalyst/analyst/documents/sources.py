"""Returns the documents of saved turns; each turn may have its own documents or pages."""

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
    """Return the documents of a turn, in its order; the session's documents if the turn has no receipt."""
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
    """Return every document of a session once, with all pages ever sent; its own documents first."""
    merged = {item.sha256: item for item in session.documents}
    for turn in session.turns:
        for item in members_of(session, turn):
            known = merged.setdefault(item.sha256, item)
            if known.pages != item.pages:
                pages = {*read_ranges(known.pages), *read_ranges(item.pages)}
                merged[item.sha256] = replace(known, pages=format_ranges(sorted(pages)))
    return tuple(merged.values())


def last_turn(session: Session) -> Turn | None:
    """Return the turn that a new question continues from by default."""
    return session.turns[-1] if session.turns else None


def stored(store: Store, members: Iterable[SessionDocument]) -> list[Document]:
    """Return saved documents; a document whose pages were deleted keeps its place, without pages."""
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
    """Return a document with the pages that were sent then; with all its pages if it was sent whole."""
    chosen = document if member.is_whole else document.select(read_ranges(member.pages))
    return replace(chosen, **changes)  # type: ignore[arg-type]


def same_documents(one: Sequence[SessionDocument], other: Sequence[SessionDocument]) -> bool:
    """Return whether two turns have the same documents in the same order."""
    return [item.sha256 for item in one] == [item.sha256 for item in other]
