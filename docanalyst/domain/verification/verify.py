"""Is this quote on that page: every quote is found word for word, or marked with what differs.

A quote is folded and looked up exactly; numbers and signs are compared as written; pieces between marked
omissions must follow one another closely, and no omission may hide a negation or an exception. What is not
found so is never accepted for being similar: it is `altered`, with every differing word named, or not found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from docanalyst.domain.citations import Citation, Difference, Quote, Verdict
from docanalyst.domain.documents import Document, document_id
from docanalyst.domain.language.folding import clean_quote, fold, has_ellipsis, split_ellipsis, strip_edges
from docanalyst.domain.verification.findings import (
    PASSAGE_SHOWN,
    Finding,
    claimed_citation,
    similarity_of,
    with_finding,
)
from docanalyst.domain.verification.gaps import Characters, Edges, edge_difference, gap_differences
from docanalyst.domain.verification.index import IndexedDocument
from docanalyst.domain.verification.interruptions import find_interrupted
from docanalyst.domain.verification.lookup import GAP, Place, find_exact, find_pieces
from docanalyst.domain.verification.nearest import Passage, Words, far_pieces, nearest

CLOSE = 0.6
"""Share of a quote's words that must stand in a passage, in order, for the quote to be called altered."""


class VerificationIndex:
    """Documents prepared for checking quotes; built once and used for any number of them.

    documents: in pack order, so that the first is "D1". A document may be a selection of pages: only the
    pages it holds are looked at.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = [
            IndexedDocument(document_id(position), document) for position, document in enumerate(documents)
        ]

    def verify(self, quotes: Iterable[Quote | str]) -> list[Citation]:
        """One citation for each quote, in order, numbered from 1 where the quote has no number."""
        checked: dict[Quote, Citation] = {}
        citations: list[Citation] = []
        for position, item in enumerate(quotes, 1):
            quote = Quote(item) if isinstance(item, str) else item
            bare = replace(quote, number=None)
            if bare not in checked:
                checked[bare] = self.check(bare)
            number = quote.number if quote.number is not None else position
            citations.append(replace(checked[bare], number=number))
        return citations

    def check(self, quote: Quote) -> Citation:
        """The verdict on one quote."""
        home = self._document(quote.document)
        others = [document for document in self.documents if document is not home]
        citation = claimed_citation(quote, home)
        if not fold(quote.text):
            return replace(citation, verdict=Verdict.NOT_FOUND, note="there are no quoted words to check")
        if quote.document is not None and home is None:
            note = f"there is no document {quote.document} among those given"
            return with_finding(
                citation, _best(self.documents, quote, exact=True), Verdict.UNKNOWN_DOCUMENT, note
            )
        if home is not None:
            finding = _exact(home, quote) or _near(home, quote)
            if finding.verdict.verified:
                return with_finding(citation, finding, _on_page(finding, quote))
            elsewhere = _best(others, quote, exact=True)
            if elsewhere and elsewhere.verdict.verified:
                return with_finding(citation, elsewhere, Verdict.WRONG_DOCUMENT)
            if finding.verdict is Verdict.ALTERED:
                return with_finding(citation, finding, Verdict.ALTERED)
            elsewhere = _best(others, quote)
            if elsewhere and elsewhere.verdict.verified:
                return with_finding(citation, elsewhere, Verdict.WRONG_DOCUMENT)
            if elsewhere and elsewhere.verdict is Verdict.ALTERED:
                note = "the passage stands in another document"
                return with_finding(citation, elsewhere, Verdict.ALTERED, note)
            return with_finding(citation, finding, finding.verdict)
        found = _best(self.documents, quote)
        if found is None:
            return citation
        citation = with_finding(
            citation, found, _on_page(found, quote) if found.verdict.verified else found.verdict
        )
        home = self._document(citation.found_document) if citation.found_document else None
        if home is None:
            return citation
        return replace(citation, document=home.name, path=home.document.path, sha256=home.document.sha256)

    def _document(self, name: str | None) -> IndexedDocument | None:
        """The document an answer names: by id, file name or title; the only one where it names none."""
        if name is None:
            return self.documents[0] if len(self.documents) == 1 else None
        wanted = name.strip().casefold()
        for document in self.documents:
            if wanted == document.name.casefold():
                return document
        for document in self.documents:
            names = {document.document.name, document.document.title, document.document.path}
            if wanted in {other.casefold() for other in names if other}:
                return document
        return None


def verify(quotes: Iterable[Quote | str], documents: Sequence[Document]) -> list[Citation]:
    """Check quotes against documents.

    quotes: `Quote`s, or plain text where no place is claimed. documents: in pack order (D1, D2, …).
    Returns one citation for each quote, in order.
    """
    return VerificationIndex(documents).verify(quotes)


def _best(documents: Sequence[IndexedDocument], quote: Quote, *, exact: bool = False) -> Finding | None:
    """The best finding among documents: verified, then altered, then the closest; the first of equals."""
    findings = [finding for document in documents if (finding := _exact(document, quote))]
    findings.sort(
        key=lambda finding: (
            not finding.verdict.verified,
            bool(finding.place and not _claims(finding.place, quote)),
        )
    )
    if exact or findings:
        return findings[0] if findings else None
    near = [_near(document, quote) for document in documents]
    rank = {Verdict.NORMALIZED: 0, Verdict.ALTERED: 1}
    near.sort(key=lambda finding: (rank.get(finding.verdict, 2), -similarity_of(finding)))
    return near[0] if near else None


def _exact(document: IndexedDocument, quote: Quote) -> Finding | None:
    """The quote word for word, or in the pieces between its omissions; None where it does not stand so.

    A verdict of ALTERED here means: the words agree, but a number or a sign, or what was left out, does not.
    """
    best: Finding | None = None
    for text in dict.fromkeys((quote.text.strip(), strip_edges(quote.text), clean_quote(quote.text))):
        places, count = find_exact(document, text, quote.page, quote.last_page)
        if not places:
            continue
        place = next((p for p in places if p.sound and _claims(p, quote)), places[0])
        if place.sound:
            verdict = Verdict.VERBATIM if place.verbatim else Verdict.NORMALIZED
            note = "begins or ends inside a word" if place.cut else ""
            finding = Finding(verdict, place, occurrences=count, note=note)
            if best is None or not best.verdict.verified or verdict is Verdict.VERBATIM:
                best = finding
        elif best is None:
            best = Finding(Verdict.ALTERED, place, differences=place.differences)
        if best.verdict is Verdict.VERBATIM:
            break
    return best if best is not None else _pieces(document, quote)


def _pieces(document: IndexedDocument, quote: Quote) -> Finding | None:
    cleaned = clean_quote(quote.text)
    if not has_ellipsis(cleaned):
        return None
    pieces = [strip_edges(piece) for piece in split_ellipsis(cleaned)]
    if len(pieces) < 2 or len(pieces) > 200:
        return None
    place, apart = find_pieces(document, pieces, quote.page, quote.last_page)
    if place is not None and place.sound:
        omitted = tuple(Difference("…", text, "omission") for text in place.omitted)
        return Finding(Verdict.NORMALIZED, place, occurrences=1, differences=omitted)
    if place is not None:
        note = "what was left out changes the meaning"
        return Finding(Verdict.ALTERED, place, differences=place.differences, note=note)
    if apart and max(len(piece) for piece in pieces) >= 12:
        return _stitched([(piece, place) for piece, place in zip(pieces, apart, strict=True)])
    return None


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _stitched(parts: list[tuple[str, Place]]) -> Finding:
    numbers = [f"p. {place.pages[0].number}" for _, place in parts if place.pages]
    places = " and ".join(dict.fromkeys(numbers))
    note = f"put together from {places}, out of order or more than {GAP:,} characters apart"
    differences = tuple(Difference(text[:PASSAGE_SHOWN], "", "order") for text, _ in parts[1:])
    return Finding(Verdict.ALTERED, parts[0][1], differences=differences, note=note)


def _near(document: IndexedDocument, quote: Quote) -> Finding:
    """The nearest passage: altered where it is close enough, else not found."""
    cleaned = clean_quote(quote.text)
    words = Words.of(cleaned)
    if place := find_interrupted(document, cleaned, words.folded, (quote.page, quote.last_page)):
        note = f"the page goes on with “{_short(place.omitted[0])}” in between"
        return Finding(Verdict.NORMALIZED, place, occurrences=1, note=note)
    passage = nearest(document, words, quote.page)
    if passage and passage.coverage >= CLOSE:
        if passage.marks and not passage.differences and (place := _without_marks(passage, words)):
            note = "reference marks of the source left out"
            return Finding(Verdict.NORMALIZED, place, occurrences=1, note=note)
        if not (passage.coverage < 0.9 and len(words.folded) >= 8 and (far := _far(document, words))):
            return Finding(Verdict.ALTERED, passage=passage, differences=passage.differences)
        return far
    return _far(document, words) or Finding(Verdict.NOT_FOUND, passage=passage)


def _far(document: IndexedDocument, words: Words) -> Finding | None:
    pieces = far_pieces(document, words)
    if pieces is None:
        return None
    parts: list[tuple[str, Place]] = []
    for mine, theirs, size in pieces:
        first, last = document.body.tokens[theirs], document.body.tokens[theirs + size - 1]
        place = Place(document, document.spans[first][0], document.spans[last][1])
        parts.append((words.text[words.spans[mine][0] : words.spans[mine + size - 1][1]], place))
    if 0 <= parts[1][1].start - parts[0][1].end <= GAP:
        return None
    return _stitched(parts)


def _without_marks(passage: Passage, words: Words) -> Place | None:
    """The passage as a sound place, once its reference marks are left out and all else agrees."""
    document = passage.document
    kept: list[str] = []
    position = passage.start
    for start, end in passage.marks:
        kept.append(document.source(position, start))
        position = end
    source = Characters(" ".join([*kept, document.source(position, passage.end)]))
    quoted = Characters(words.text)
    if quoted.fold != source.fold or gap_differences(quoted, source, document.vocabulary):
        return None
    text = document.text
    edges = Edges(text[max(0, passage.start - 40) : passage.start], text[passage.end : passage.end + 40])
    if edge_difference(quoted.text, edges, document.vocabulary):
        return None
    return Place(document, passage.start, passage.end)


def _claims(place: Place, quote: Quote) -> bool:
    if quote.page is None and quote.page_label:
        return any(quote.page_label in (page.label, str(page.number)) for page in place.pages)
    return place.on(quote.page, quote.last_page)


def _on_page(finding: Finding, quote: Quote) -> Verdict:
    assert finding.place is not None
    return finding.verdict if _claims(finding.place, quote) else Verdict.WRONG_PAGE
