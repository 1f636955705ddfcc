"""Checks the quotations of a brief or another text against its sources, and reports on them."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.domain.answers.citing import Apart, cite
from docanalyst.domain.answers.grammar import read_places
from docanalyst.domain.citations import Citation
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError
from docanalyst.domain.text import seen
from docanalyst.domain.turns import Remark, Session, SessionDocument, Turn, TurnStatus
from docanalyst.domain.verification import verify
from docanalyst.formats.detection import PDF, TEXT, kind_of

if TYPE_CHECKING:
    from docanalyst.formats.word.briefs import Stretch

_OWN_MARK = re.compile(r"(?<!\\)[\[【](?=\^?\d{1,5}\^?[\]】])")


@dataclass(frozen=True, slots=True)
class Brief:
    """A text whose quotations are to be checked. stretches: of one in Word, where each part of it is."""

    text: str
    stretches: tuple[Stretch, ...] = ()

    def stretch(self, offset: int) -> Stretch | None:
        """The stretch that a character of the text is in; None for a text without places."""
        at = bisect.bisect_right(self.stretches, offset, key=lambda item: item.start) - 1
        return self.stretches[at] if at >= 0 else None


def read_brief(name: str, cache_dir: Path | None = None) -> Brief:
    """The text of a brief of any kind that is read. Raises DocumentError, UsageError.

    A brief without fixed pages, such as one in Word, is read with its tracked changes accepted.
    """
    path = Path(name).expanduser()
    if not path.is_file():
        return Brief(read_text(path))
    kind = kind_of(path, name, any_text=True)
    if kind not in (PDF, TEXT):
        from docanalyst.formats.word.briefs import brief_text
        from docanalyst.pdf.flow.flowing import read_blocks

        return Brief(*brief_text(read_blocks(path, name, kind=kind, anchored=True).blocks))
    if kind == PDF:
        from docanalyst.pdf import read_document

        return Brief("\n\n".join(page.text for page in read_document(path, cache_dir=cache_dir).pages))
    return Brief(read_text(path))


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
    apart, and why. ends: offsets at which the quotations end in the text. stretches: of one in Word, where
    each quotation is."""

    text: str
    citations: tuple[Citation, ...]
    apart: tuple[Apart, ...]
    ends: tuple[int, ...] = ()
    stretches: tuple[Stretch | None, ...] = ()

    @property
    def takes_comments(self) -> bool:
        """Whether it is in Word, so that a copy of it can have comments."""
        return any(stretch is not None and stretch.anchor >= 0 for stretch in self.stretches)

    def place(self, position: int) -> str:
        """Where the quotation at this position of `citations` is in a brief in Word; "" elsewhere."""
        stretch = self.stretches[position] if position < len(self.stretches) else None
        return stretch.place if stretch else ""


def check_brief(brief: Brief | str, documents: Sequence[Document]) -> CheckedBrief:
    """Check every quotation of a text that we did not write: in its body, its block quotes and its footnotes.

    Definitions in our own grammar keep their document and page. Elsewhere a number beside a quotation is the
    printed page, or the PDF's: either satisfies it.
    """
    text = brief if isinstance(brief, str) else brief.text
    read = sorted(read_places(text, printed=True), key=lambda item: item.start)
    read = [item for item in read if item.quote.text]
    quotes = [replace(item.quote, number=place) for place, item in enumerate(read, 1)]
    cited = cite(text, read, verify(quotes, documents), documents, printed=True)
    ends = {place: item.end for place, item in enumerate(read, 1)}
    starts = {place: item.start for place, item in enumerate(read, 1)}
    stretches = (
        ()
        if isinstance(brief, str)
        else tuple(brief.stretch(starts[item.number]) for item in cited.citations)
    )
    return CheckedBrief(
        text,
        tuple(
            replace(item, number=place, note=_with_place(item.note, stretches[place - 1 : place]))
            for place, item in enumerate(cited.citations, 1)
        ),
        cited.apart,
        tuple(ends[item.number] for item in cited.citations),
        stretches,
    )


def _comment_lines(citation: Citation) -> list[str]:
    from docanalyst.exporters.presentation.marks import mark_of
    from docanalyst.exporters.presentation.places import claimed_place, differences, found_words

    where = found_words(citation) or claimed_place(citation)
    return [f"{mark_of(citation)}, {where}", *differences(citation), *filter(None, [citation.note])]


def _with_place(note: str, stretches: Sequence[Stretch | None]) -> str:
    """The note of a citation after its place in the brief, where that has places."""
    places = [f"quoted in {stretch.place}" for stretch in stretches if stretch is not None]
    return "; ".join(filter(None, [*places, note]))


def commented_copy(name: str, brief: CheckedBrief, checked_at: str) -> bytes:
    """A copy of a brief in Word with a comment at each quotation: its verdict, place and differences.

    Quotations in notes, text boxes and headers have their comment at the paragraph that they hang on, for
    Word takes none inside these. Raises DocumentError.

    Args:
        name: The file of the brief.
        brief: The brief, checked.
        checked_at: ISO 8601, UTC.
    """
    from docanalyst.pdf.flow.flowing import ask

    comments = []
    for citation, stretch in zip(brief.citations, brief.stretches, strict=True):
        if stretch is None:
            continue
        lines = _comment_lines(citation)
        if not stretch.inside:
            lines = [f"{stretch.place}: “{citation.quote}”", *lines]
        words = citation.quote if stretch.inside else ""
        comments.append((stretch.anchor, words, [seen(line) for line in lines]))
    path = Path(name).expanduser()
    request = {"task": "word_comments", "path": str(path), "comments": comments, "seconds": 20.0}
    request["date"] = checked_at.split("+")[0].removesuffix("Z") + "Z"
    made = b""
    for message, payload in ask(request, path, name):
        if message["event"] == "file":
            made = payload
    return made


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
