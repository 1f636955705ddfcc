"""Turns the result of looking up a quote into the citation that users read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from docanalyst.domain.citations import Caution, Citation, Difference, Quote, Verdict
from docanalyst.domain.documents import Page
from docanalyst.domain.language.folding import fold, word_spans
from docanalyst.domain.verification.index import IndexedDocument
from docanalyst.domain.verification.lookup import Place
from docanalyst.domain.verification.nearest import Passage
from docanalyst.domain.verification.surroundings import cautions_of, surroundings_note

PASSAGE_SHOWN = 600
"""Characters of the closest passage shown beside a quote that was not found."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What looking one quote up in one document gave; the better verdict first."""

    verdict: Verdict
    place: Place | None = None
    passage: Passage | None = None
    occurrences: int = 0
    differences: tuple[Difference, ...] = ()
    note: str = ""
    cautions: tuple[Caution, ...] = ()


def claimed_citation(quote: Quote, home: IndexedDocument | None) -> Citation:
    """A citation as claimed, before anything was found. home: the document it names."""
    page = home.document.page(quote.page) if home and quote.page is not None else None
    return Citation(
        number=quote.number or 0,
        document=home.name if home else quote.document or "",
        quote=quote.text,
        verdict=Verdict.NOT_FOUND,
        path=home.document.path if home else "",
        sha256=home.document.sha256 if home else "",
        page=quote.page,
        page_label=quote.page_label or (page.label if page else None),
    )


def similarity_of(finding: Finding) -> float:
    """How much of the quote and of the passage agree, 0 to 1; 1 where the quote was found."""
    if finding.passage:
        return finding.passage.similarity
    return 1.0 if finding.place and finding.verdict.verified else 0.9


def with_finding(citation: Citation, finding: Finding | None, verdict: Verdict, note: str = "") -> Citation:
    """A citation with what was found. verdict: the one to show, which may be stricter than the finding's."""
    where = finding and (finding.place or finding.passage)
    if not finding or not where:
        told = "; ".join(filter(None, (note, finding.note if finding else "")))
        return replace(citation, verdict=verdict, note=_notes(citation, verdict, None, told))
    document = where.document
    pages = document.pages_of(where.start, where.end)
    page = _shown_page(pages, citation)
    if finding.verdict is Verdict.NOT_FOUND:
        closest = " ".join(document.source(where.start, where.end).split())[:PASSAGE_SHOWN]
        closest_on = f"the closest passage is on {document.name} p. {page.number}"
        note = _notes(citation, verdict, None, "; ".join(filter(None, (note, finding.note, closest_on))))
        return replace(
            citation, verdict=verdict, similarity=round(similarity_of(finding), 3), closest=closest, note=note
        )
    parts = (finding.place.parts if finding.place else ()) or ((where.start, where.end),)
    spans = tuple(span for start, end in parts for span in document.page_spans(start, end))
    beside, cautions = "", finding.cautions
    if finding.verdict.verified:
        beside = surroundings_note(document.text, where.start, where.end)
        around = cautions_of(document, where.start, where.end, occurrences=finding.occurrences)
        cautions = tuple(dict.fromkeys((*cautions, *around)))
    return replace(
        citation,
        verdict=verdict,
        found_document=document.name,
        found_sha256=document.document.sha256,
        found_page=page.number,
        found_page_label=page.label,
        similarity=round(similarity_of(finding), 3),
        differences=finding.differences,
        span=spans[0] if spans else None,
        spans=spans,
        occurrences=finding.occurrences,
        closest=""
        if verdict.verified
        else " ".join(document.source(where.start, where.end).split())[:PASSAGE_SHOWN],
        note=_notes(citation, verdict, page, "; ".join(filter(None, (note, finding.note, beside)))),
        cautions=cautions,
    )


def _shown_page(pages: list[Page], citation: Citation) -> Page:
    """The claimed page where the passage touches it, else the first it touches."""
    return next((page for page in pages if page.number == citation.page), pages[0])


def _notes(citation: Citation, verdict: Verdict, page: Page | None, note: str) -> str:
    notes = [note] if note else []
    if verdict is Verdict.WRONG_PAGE and page and page.label and page.label == str(citation.page):
        notes.append(f"the page printed as {page.label} is PDF page {page.number}")
    if page and page.ocr:
        notes.append("the text of this page was read by OCR")
    words = word_spans(citation.quote)
    if len(words) < 4 or len(fold(citation.quote)) < 12:
        notes.append("quotation too short to identify one place")
    return "; ".join(notes)
