"""Where a quotation stands and what the check says of it, the same words in every output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from docanalyst.domain.documents import file_name, page_reference
from docanalyst.exporters.presentation.figures import count

if TYPE_CHECKING:
    from docanalyst.domain.citations import Citation, Difference

DIFFERENCES = 8
"""Differences of one quotation that are listed for people; JSON has them all."""
_OTHER_PLACE = ("wrong_page", "wrong_document", "unknown_document")


def place(document: str, page: int | None, label: str | None = None, path: str = "") -> str:
    """ "D1 p. 9 (printed 6), lease.pdf": the PDF's page first, the printed one where it differs.

    Args:
        document: "D1", or "".
        page: PDF page, 1-based; None where none is known.
        label: the printed page number.
        path: of the file; only its name is shown.
    """
    name = file_name(path)
    pages = page_reference(page, label)
    if document and (page is not None or label):
        return f"{document} {pages}" + (f", {name}" if name and name != document else "")
    return f"{f'{document} {name}'.strip() or 'no document'}, {pages}"


def claimed_place(citation: Citation) -> str:
    """Where the answer says that a quotation stands; where it was found, if it names no page."""
    page, label = citation.page, citation.page_label
    if page is None and label is None and citation.verified:
        page, label = citation.found_page, citation.found_page_label
    return place(citation.document, page, label, citation.path)


def shown_place(citation: Citation) -> tuple[str, int | None, str | None]:
    """Document, page and printed page to open for a citation: where found, else where claimed."""
    if citation.found_page is not None:
        return (
            citation.found_document or citation.document,
            citation.found_page,
            citation.found_page_label,
        )
    return citation.document, citation.page, citation.page_label


def claim(citation: Citation) -> str:
    """Whether it is quoted in the answer's text, and where the answer says that it stands when that is not
    where it was found; else ""."""
    said = "quoted in the text" if citation.where == "body" else ""
    if citation.verdict not in _OTHER_PLACE:
        return said
    cited = f"cited as {place(citation.document, citation.page, citation.page_label)}"
    return " · ".join(filter(None, (said, cited)))


def found_words(citation: Citation) -> str:
    """Where an unverified quotation was found: "found at D1 p. 9", "closest passage: D1 p. 9"; else ""."""
    if citation.verified or citation.found_page is None:
        return ""
    document, page, label = shown_place(citation)
    words = "closest passage:" if citation.differences else "found at"
    return f"{words} {place(document, page, label)}"


def difference_words(difference: Difference, length: int = 300) -> str:
    """One difference: "number: quoted “60”, the page has “30”".

    Args:
        difference: words of the quotation beside words of the page.
        length: characters shown of either.
    """
    quoted, source = shortened(difference.quoted, length), shortened(difference.source, length)
    if quoted and source:
        return f"{difference.kind}: quoted “{quoted}”, the page has “{source}”"
    if difference.kind == "order":
        return f"order: the words are in a different order on the page: “{quoted or source}”"
    if quoted:
        return f"{difference.kind}: quoted “{quoted}”; the page does not have it"
    return f"{difference.kind}: the page has “{source}”; the quotation leaves it out"


def differences(citation: Citation, length: int = 300) -> Iterator[str]:
    """The differences of a quotation, one line each; how many more there are, last."""
    for difference in citation.differences[:DIFFERENCES]:
        yield difference_words(difference, length)
    if more := len(citation.differences[DIFFERENCES:]):
        yield f"and {count(more, 'more difference')}"


def occurrences(citation: Citation) -> str:
    """ "found in 3 places", of a verified quotation that stands more than once; else ""."""
    if not citation.verified or citation.occurrences < 2:
        return ""
    return f"found in {citation.occurrences:,} places"


def shortened(text: str, length: int) -> str:
    """A text on one line and at most so many characters long; "…" at its end says that there is more."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"
