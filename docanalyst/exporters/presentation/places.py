"""Words page references and findings of quotations, the same in every output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from docanalyst.domain.documents import file_name, page_reference, paragraphs_of
from docanalyst.exporters.presentation.figures import count

if TYPE_CHECKING:
    from docanalyst.domain.citations import Citation, Difference

DIFFERENCES = 8
"""Maximum number of differences listed for one quotation; JSON has all of them."""
_OTHER_PLACE = ("wrong_page", "wrong_document", "unknown_document")


def place(document: str, page: int | None, label: str | None = None, path: str = "") -> str:
    """Return a reference such as "D1 p. 9 (printed 6), lease.pdf": PDF page first, then the printed one.

    Args:
        document: "D1", or "".
        page: PDF page, from 1; None if unknown.
        label: Printed page number.
        path: Path of the file; only its name is shown.
    """
    name = file_name(path)
    pages = page_reference(page, label)
    if document and (page is not None or label):
        return f"{document} {pages}" + (f", {name}" if name and name != document else "")
    return f"{f'{document} {name}'.strip() or 'no document'}, {pages}"


def claimed_place(citation: Citation) -> str:
    """Return where the answer says a quotation is, or where it was found if the answer names no page.

    Of a Word file it is the very paragraph, not all those of the page that was cited.
    """
    page, label = citation.page, citation.page_label
    if citation.verified and (paragraphs_of(label) or (page is None and label is None)):
        page, label = citation.found_page, citation.found_page_label
    return place(citation.document, page, label, citation.path)


def shown_place(citation: Citation) -> tuple[str, int | None, str | None]:
    """Return document, page and printed page to open for a citation: where found, else where claimed."""
    if citation.found_page is not None:
        return (
            citation.found_document or citation.document,
            citation.found_page,
            citation.found_page_label,
        )
    return citation.document, citation.page, citation.page_label


def claim(citation: Citation) -> str:
    """Return that a quotation is in the answer's text, and its cited place if it was found elsewhere."""
    said = "quoted in the text" if citation.where == "body" else ""
    if citation.verdict not in _OTHER_PLACE:
        return said
    cited = f"cited as {place(citation.document, citation.page, citation.page_label)}"
    return " · ".join(filter(None, (said, cited)))


def found_words(citation: Citation) -> str:
    """Return where an unverified quotation was found, such as "found at D1 p. 9"; else ""."""
    if citation.verified or citation.found_page is None:
        return ""
    document, page, label = shown_place(citation)
    words = "closest passage:" if citation.differences else "found at"
    return f"{words} {place(document, page, label)}"


def difference_words(difference: Difference, length: int = 300) -> str:
    """Return a difference such as "number: quoted “60”, the page has “30”".

    Args:
        difference: Words of the quotation and of the page.
        length: Maximum characters shown of either.
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
    """Yield the differences of a quotation, one line each, then how many more there are."""
    for difference in citation.differences[:DIFFERENCES]:
        yield difference_words(difference, length)
    if more := len(citation.differences[DIFFERENCES:]):
        yield f"and {count(more, 'more difference')}"


def occurrences(citation: Citation) -> str:
    """Return "found in 3 places" for a verified quotation that occurs more than once; else ""."""
    if not citation.verified or citation.occurrences < 2:
        return ""
    return f"found in {citation.occurrences:,} places"


def shortened(text: str, length: int) -> str:
    """Return a text on one line, cut to at most that many characters and then ending in "…"."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"
