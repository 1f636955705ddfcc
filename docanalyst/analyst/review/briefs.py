"""Checks the quotations of a brief or another text against its sources, and reports on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from docanalyst.domain.answers.citing import Apart, cite
from docanalyst.domain.answers.grammar import read_places
from docanalyst.domain.citations import Citation
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError
from docanalyst.domain.turns import Remark, Session, SessionDocument, Turn, TurnStatus
from docanalyst.domain.verification import verify

_OWN_MARK = re.compile(r"(?<!\\)[\[【](?=\^?\d{1,5}\^?[\]】])")


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


@dataclass(frozen=True, slots=True)
class CheckedBrief:
    """A text whose quotations were checked. citations: in its order, numbered from 1. apart: what was set
    apart, and why. ends: offsets at which the quotations end in the text."""

    text: str
    citations: tuple[Citation, ...]
    apart: tuple[Apart, ...]
    ends: tuple[int, ...] = ()


def check_brief(text: str, documents: Sequence[Document]) -> CheckedBrief:
    """Check every quotation of a text that we did not write: in its body, its block quotes and its footnotes.

    Definitions in our own grammar keep their document and page. Elsewhere a number beside a quotation is the
    printed page, or the PDF's: either satisfies it.
    """
    read = sorted(read_places(text, printed=True), key=lambda item: item.start)
    read = [item for item in read if item.quote.text]
    quotes = [replace(item.quote, number=place) for place, item in enumerate(read, 1)]
    cited = cite(text, read, verify(quotes, documents), documents, printed=True)
    ends = {place: item.end for place, item in enumerate(read, 1)}
    return CheckedBrief(
        text,
        tuple(replace(item, number=place) for place, item in enumerate(cited.citations, 1)),
        cited.apart,
        tuple(ends[item.number] for item in cited.citations),
    )


def as_session(name: str, brief: CheckedBrief, documents: Sequence[Document], checked_at: str) -> Session:
    """A checked text in the form that exports take, its quotations numbered. checked_at: ISO 8601, UTC."""
    answer = _numbered(brief)
    turn = Turn(
        id="check",
        session_id="check",
        question=f"Every quotation in {Path(name).name}, checked against the sources",
        provider="none",
        model="no model",
        status=TurnStatus.COMPLETE,
        answer=answer,
        citations=brief.citations,
        remarks=tuple(Remark("apart", apart_line(item)) for item in brief.apart),
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


def apart_line(item: Apart) -> str:
    """What is said of words in quotation marks that were not checked as a quotation."""
    words = " ".join(item.words.split())
    shown = words if len(words) <= 160 else f"{words[:159]}…"
    reason = f"attributed to {item.source}" if item.source else item.quoted_as.value
    return f"not checked as a quotation: “{shown}” ({reason})"


def _numbered(brief: CheckedBrief) -> str:
    """The text with a mark behind each quotation. Footnotes of its own lose the form of ours."""
    pieces: list[str] = []
    position = 0
    for citation, end in sorted(zip(brief.citations, brief.ends, strict=True), key=lambda pair: pair[1]):
        pieces += [_OWN_MARK.sub(r"\\\g<0>", brief.text[position:end]), f"[^{citation.number}]"]
        position = end
    return "".join([*pieces, _OWN_MARK.sub(r"\\\g<0>", brief.text[position:])])
