"""Is this quote on that page: every quote is found word for word, or marked with what differs.

A quote is found by its letters and digits; then these and everything between them are compared as written,
and only harmless differences pass. Pieces between marked omissions must follow one another closely, and no
omission may hide a negation, an exception or a condition. A quote that is not found like this is never
accepted for being similar: it is `altered`, with every difference named, or not found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from docanalyst.domain.citations import Caution, Citation, Difference, Quote, Verdict
from docanalyst.domain.documents import Document, document_id
from docanalyst.domain.language.folding import fold
from docanalyst.domain.verification.cleanup import (
    LONGEST,
    clean_quote,
    forms,
    has_ellipsis,
    shortened_words,
    split_ellipsis,
    unwrapped,
    without_latex,
    without_list_mark,
)
from docanalyst.domain.verification.findings import (
    PASSAGE_SHOWN,
    Finding,
    claimed_citation,
    similarity_of,
    with_finding,
)
from docanalyst.domain.verification.index import IndexedDocument
from docanalyst.domain.verification.lookup import Place, find_exact, find_shortened
from docanalyst.domain.verification.nearest import Words, far_pieces, nearest
from docanalyst.domain.verification.omissions import GAP, find_pieces
from docanalyst.domain.verification.surroundings import claims_sentence_end, exception_after

MOST_PIECES = 200
"""Pieces of a quote with marked omissions; one with more is no quotation."""

CLOSE = 0.6
"""Share of a quote's words that must be in a passage, in order, for the quote to be called altered."""


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
            return replace(
                citation, verdict=Verdict.NOT_FOUND, note="cannot be checked: there are no quoted words"
            )
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
                note = "the passage is in another document"
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
    """The quote whole, or in the pieces between its omissions; None where its letters do not.

    A verdict of ALTERED here means: letters and digits agree, but something else, or what was left out,
    differs."""
    best: Finding | None = None
    for text in forms(quote.text):
        places, count = find_exact(document, text, quote.page, quote.last_page)
        if not places:
            continue
        place = next((p for p in places if p.sound and _claims(p, quote)), places[0])
        if place.sound:
            finding = _sound(place, quote, count)
            if finding.verdict is Verdict.VERBATIM and text not in (
                quote.text.strip(),
                unwrapped(quote.text),
            ):
                finding = replace(finding, verdict=Verdict.NORMALIZED)
            if best is None or not best.verdict.verified or finding.verdict is Verdict.VERBATIM:
                best = finding
        elif best is None or not best.verdict.verified:
            best = Finding(Verdict.ALTERED, place, differences=place.differences)
        if best.verdict is Verdict.VERBATIM:
            break
    if (best is not None and best.verdict.verified) or len(quote.text) > LONGEST:
        return best
    return _rewritten(document, quote) or best


def _sound(place: Place, quote: Quote, occurrences: int, note: str = "") -> Finding:
    """The finding of a sound place; altered where the quote ends a sentence that the page goes on with an
    exception."""
    text = place.document.text
    if claims_sentence_end(quote.text) and (exception := exception_after(text, place.end)):
        difference = Difference(" ".join(quote.text.split()[-4:]), exception, "omission")
        note = f"the sentence goes on “{_short(exception)}”"
        cautions = (Caution.SENTENCE_GOES_ON,)
        return Finding(Verdict.ALTERED, place, differences=(difference,), note=note, cautions=cautions)
    notes = [note]
    if place.unmarked:
        notes.append("reference marks of the source left out")
    if place.skipped:
        heads = "; ".join(f"“{_short(line)}”" for line in dict.fromkeys(place.skipped))
        notes.append(f"the page has {heads} in between")
    verdict = Verdict.VERBATIM if place.verbatim else Verdict.NORMALIZED
    return Finding(verdict, place, occurrences=occurrences, note="; ".join(filter(None, notes)))


def _rewritten(document: IndexedDocument, quote: Quote) -> Finding | None:
    """The quote with its marked omissions, its shortened words or its own list mark taken as such."""
    cleaned = without_latex(clean_quote(quote.text))
    if has_ellipsis(cleaned):
        return _pieces(document, quote, split_ellipsis(cleaned))
    shortened = shortened_words(cleaned)
    if len(shortened) > 1 and (place := find_shortened(document, shortened)):
        return _sound(place, quote, 1, "the endings of words are left out in brackets")
    unlisted = without_list_mark(quote.text)
    if unlisted != cleaned:
        places, count = find_exact(document, unlisted, quote.page, quote.last_page)
        for place in places:
            if place.sound and _begins_sentence(document, place):
                return _sound(place, quote, count, "the list mark of the quotation is not on the page")
    return None


_SENTENCE_START = re.compile(r"(?:\A|[.!?;:。！？；][\"'”’)\]]*\s|\n)[\s\"“‘'(]*\Z")
_ITEM_START = re.compile(r"(?:^|[\s(])(?:[a-z]|[ivx]{1,5}|\d{1,3}(?:\.\d{1,3})*)[.)]\s*\Z", re.IGNORECASE)


def _begins_sentence(document: IndexedDocument, place: Place) -> bool:
    """Whether a place begins a sentence that has no list mark of its own."""
    before = document.source(max(0, place.start - 40), place.start)
    return _SENTENCE_START.search(before) is not None and _ITEM_START.search(before) is None


def _pieces(document: IndexedDocument, quote: Quote, pieces: list[str]) -> Finding | None:
    if len(pieces) == 1:
        places, count = find_exact(document, pieces[0], quote.page, quote.last_page)
        if not places:
            return None
        place = next((p for p in places if p.sound and _claims(p, quote)), places[0])
        if place.sound:
            return _sound(place, quote, count)
        return Finding(Verdict.ALTERED, place, differences=place.differences)
    if not 2 <= len(pieces) <= MOST_PIECES:
        return None
    joined, apart = find_pieces(document, pieces, quote.page, quote.last_page)
    if joined is not None and joined.sound:
        omitted = tuple(Difference("…", text, "omission") for text in joined.omitted)
        left_out = "; ".join(f"“{_short(text)}”" for text in joined.omitted[:3])
        finding = _sound(joined, quote, 1, f"left out: {left_out}")
        if not finding.verdict.verified:
            return finding
        return replace(finding, differences=omitted, cautions=(Caution.OMISSION,))
    if joined is not None:
        note = "the omission changes the meaning or leaves too little of the text"
        return Finding(Verdict.ALTERED, joined, differences=joined.differences, note=note)
    if apart and max(len(piece) for piece in pieces) >= 12:
        return _stitched([(piece, place) for piece, place in zip(pieces, apart, strict=True)])
    return None


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _stitched(parts: list[tuple[str, Place]]) -> Finding:
    numbers = [str(place.pages[0].number) for _, place in parts if place.pages]
    numbers = list(dict.fromkeys(numbers))
    places = (
        f"pp. {' and '.join(numbers)}" if len(numbers) > 1 else f"p. {numbers[0]}" if numbers else "one page"
    )
    note = f"stitched together from {places}, out of order or more than {GAP:,} characters apart"
    differences = tuple(Difference(text[:PASSAGE_SHOWN], "", "order") for text, _ in parts[1:])
    return Finding(Verdict.ALTERED, parts[0][1], differences=differences, note=note)


def _near(document: IndexedDocument, quote: Quote) -> Finding:
    """The nearest passage: altered where it is close enough, else not found."""
    if len(quote.text) > LONGEST:
        return Finding(
            Verdict.NOT_FOUND,
            note=f"not found word for word; over {LONGEST:,} characters, so no nearest passage is shown",
        )
    words = Words.of(clean_quote(quote.text))
    passage = nearest(document, words, quote.page)
    if passage and passage.coverage >= CLOSE:
        if passage.coverage < 0.9 and len(words.folded) >= 8 and (far := _far(document, words)):
            return far
        return Finding(Verdict.ALTERED, passage=passage, differences=passage.differences)
    return _far(document, words) or Finding(
        Verdict.NOT_FOUND, passage=passage, note=_unreadable(document, quote)
    )


def _unreadable(document: IndexedDocument, quote: Quote) -> str:
    """That the pages a quote names have no text to check it against; "" where they have."""
    if quote.page is None:
        return ""
    pages = [
        document.document.page(number) for number in range(quote.page, (quote.last_page or quote.page) + 1)
    ]
    if pages and all(page is not None and not page.text.strip() for page in pages):
        return f"cannot be checked: page {quote.page} has no text"
    return ""


def _far(document: IndexedDocument, words: Words) -> Finding | None:
    pieces = far_pieces(document, words)
    if pieces is None:
        return None
    parts: list[tuple[str, Place]] = []
    for mine, theirs, size in pieces:
        spans = document.body.spans
        place = Place(document, spans[theirs][0], spans[theirs + size - 1][1])
        parts.append((words.text[words.spans[mine][0] : words.spans[mine + size - 1][1]], place))
    if 0 <= parts[1][1].start - parts[0][1].end <= GAP:
        return None
    return _stitched(parts)


def _claims(place: Place, quote: Quote) -> bool:
    if quote.page is None and quote.page_label:
        return any(quote.page_label in (page.label, str(page.number)) for page in place.pages)
    return place.on(quote.page, quote.last_page)


def _on_page(finding: Finding, quote: Quote) -> Verdict:
    assert finding.place is not None
    return finding.verdict if _claims(finding.place, quote) else Verdict.WRONG_PAGE
