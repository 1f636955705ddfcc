"""Texts that we did not write: their quotations, checked against the sources, and a report of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from docanalyst.domain.answers.coverage import coverage
from docanalyst.domain.answers.grammar import definition_blocks, read_quotes
#from docanalyst.domain.answers.quotations import quotations
from docanalyst.domain.citations import Citation, Quote
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError
from docanalyst.domain.turns import Session, SessionDocument, Turn, TurnStatus


def read_brief(name: str, cache_dir: Path | None = None) -> str:
    """The text of a .md, .txt, .docx or .pdf file. Raises DocumentError, UsageError."""
    path = Path(name).expanduser()
    if path.suffix.lower() == ".docx":
        from docanalyst.exporters.word_text import read_word

        return read_word(path)
    if path.suffix.lower() == ".pdf":
        from docanalyst.pdf import read_document

        return "\n\n".join(page.text for page in read_document(path, cache_dir=cache_dir).pages)
    return read_text(path)


def read_text(path: Path) -> str:
    """The text of a UTF-8 file. Raises UsageError with the reason."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise UsageError(
            f"{path} cannot be read: {reason}.", "Check the name, and save it as UTF-8."
        ) from error


def quotes_of(text: str) -> list[Quote]:
    """The quotes of a text: by our citation grammar where it is used, else every quotation in it."""
    return read_quotes(text) if definition_blocks(text) else quotations(text)


def as_session(
    name: str, text: str, citations: Sequence[Citation], documents: Sequence[Document], checked_at: str
) -> Session:
    """A checked text in the form that exports take. checked_at: ISO 8601, UTC."""
    numbered = tuple(replace(item, number=place) for place, item in enumerate(citations, 1))
    turn = Turn(
        id="check",
        session_id="check",
        question=f"Every quotation in {Path(name).name}, checked against the sources",
        provider="none",
        model="no model",
        status=TurnStatus.COMPLETE,
        answer=text,
        citations=numbered,
        coverage=coverage(text, numbered),
        started_at=checked_at,
    )
    return Session(
        id="check",
        title=f"Quotations in {Path(name).name}",
        created_at=checked_at,
        updated_at=checked_at,
        documents=tuple(
            SessionDocument(item.sha256, item.title, item.path, item.page_count, item.pages_sent)
            for item in documents
        ),
        turns=(turn,),
        turn_count=1,
    )
