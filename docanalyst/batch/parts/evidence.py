"""The evidence for one answer over many documents: the verified passages of the requests that read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from docanalyst.domain.citations import Citation
from docanalyst.domain.documents import Document, Page, Span, document_id
from docanalyst.domain.grid.grids import Row
from docanalyst.domain.models import Cost
from docanalyst.domain.retrieval.headers import Field, find_field
from docanalyst.domain.turns import Share, Turn

_BETWEEN = "\n\n"
"""Between two passages of a page, which are not one text: a quotation across it is not found on the page."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known before the documents are asked about together.

    Attributes:
        documents: All documents, whole, in the order of their IDs.
        excerpts: The same documents with nothing on their pages but the verified passages.
        parts: The requests that the passages are from.
    """

    documents: tuple[Document, ...]
    excerpts: tuple[Document, ...]
    parts: tuple[Share, ...]

    @property
    def passages(self) -> int:
        """Number of verified passages of the requests that read the documents."""
        return sum(part.passages for part in self.parts if part.level == 0)


def gather(documents: Sequence[Document], rows: Iterable[Row]) -> Evidence:
    """Return the evidence of the rows of a batch.

    Only the page's own words at the place of a verified quotation are taken, never the words of an answer.

    Args:
        documents: Whole, in the order of their IDs, each once.
        rows: One for each request that read some of them.
    """
    listed = list(rows)
    found = [citation for row in listed for answer in row.answers for citation in answer.citations]
    parts = tuple(_share(row, documents) for row in listed)
    return Evidence(tuple(documents), excerpts_of(documents, found), parts)


def gather_again(
    evidence: Evidence, merged: Sequence[tuple[Sequence[Document], Turn]], level: int
) -> Evidence:
    """Return the evidence that is left after sets of it were merged.

    Args:
        merged: The documents of each set, and the turn that answered over them.
        level: How often evidence was merged.
    """
    found = [citation for _, turn in merged for citation in turn.citations]
    parts = tuple(_merged_share(evidence.documents, members, turn, level) for members, turn in merged)
    return replace(evidence, excerpts=excerpts_of(evidence.documents, found), parts=(*evidence.parts, *parts))


def excerpts_of(documents: Sequence[Document], citations: Iterable[Citation]) -> tuple[Document, ...]:
    """Return the documents with only the passages of their verified citations.

    A document with passages also keeps the line that says its date, so that a later one can be told from an
    earlier one.
    """
    spans: dict[str, set[tuple[int, int, int]]] = {}
    for citation in citations:
        for span in _verified_spans(citation):
            spans.setdefault(span.document_sha256, set()).add((span.page_number, span.start, span.end))
    return tuple(_excerpt(document, spans.get(document.sha256, set())) for document in documents)


def _verified_spans(citation: Citation) -> tuple[Span, ...]:
    if not citation.verified:
        return ()
    return citation.spans or ((citation.span,) if citation.span is not None else ())


def _excerpt(document: Document, spans: set[tuple[int, int, int]]) -> Document:
    if not spans:
        return replace(document, pages=())
    places = spans | _dated(document)
    pages = (_passages(page, sorted(place for place in places if place[0] == page.number))
             for page in document.pages)  # fmt: skip
    return replace(document, pages=tuple(page for page in pages if page is not None))


def _dated(document: Document) -> set[tuple[int, int, int]]:
    """Return the place of the line with the date of a document: page number, start, end."""
    for place in find_field(document, Field.DATE, limit=1):
        page = document.pages[place.page]
        start = page.text.rfind("\n", 0, place.start) + 1
        end = page.text.find("\n", place.end)
        return {(page.number, start, len(page.text) if end < 0 else end)}
    return set()


def _passages(page: Page, places: Sequence[tuple[int, int, int]]) -> Page | None:
    """Return the page with only the text at these places, overlapping ones joined; None without places."""
    joined: list[list[int]] = []
    for _, start, end in places:
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    if not joined:
        return None
    text = _BETWEEN.join(page.text[start:end].strip() for start, end in joined)
    return replace(page, text=text, line_numbers=())


def _share(row: Row, documents: Sequence[Document]) -> Share:
    found = [citation for answer in row.answers for citation in answer.citations]
    members = {document.sha256 for document in row.documents}
    problems = [answer.problem for answer in row.answers if answer.problem]
    return Share(
        documents=_ids(documents, members),
        status=row.status.value,
        tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cost=None if row.cost_micros is None else Cost(row.cost_micros, "USD", row.cost_estimated),
        doubt_micros=row.doubt_micros,
        passages=sum(citation.verified for citation in found),
        unverified=sum(not citation.verified for citation in found),
        turn_id=row.turns[-1] if row.turns else "",
        error=row.error or "; ".join(problems),
    )


def _merged_share(
    documents: Sequence[Document], members: Sequence[Document], turn: Turn, level: int
) -> Share:
    usage = turn.usage
    return Share(
        documents=_ids(documents, {document.sha256 for document in members}),
        status=turn.status.value,
        level=level,
        tokens=usage.input_tokens if usage else 0,
        output_tokens=usage.output_tokens if usage else 0,
        cost=turn.cost,
        doubt_micros=turn.doubt_micros,
        passages=sum(citation.verified for citation in turn.citations),
        unverified=sum(not citation.verified for citation in turn.citations),
        turn_id=turn.id,
        error=turn.error or "",
    )


def _ids(documents: Sequence[Document], digests: set[str]) -> tuple[str, ...]:
    return tuple(document_id(place) for place, document in enumerate(documents) if document.sha256 in digests)
